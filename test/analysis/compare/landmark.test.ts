import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.js';
import { runCompare, withFile } from './run-compare.js';

type Row = Readonly<Record<string, string>>;

describe('groups of the day before a landmark', () => {
  const SHOP = 'fixtures/shop.csv';
  let folder = '';
  let members: Row[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'segment-landmark-'));
    const out = join(folder, 'then');
    expect(await runCli(['classify', SHOP, '--as-of', '2026-04-30', '--by', 'engagement', '--out', out, '--quiet'])).toMatchObject({
      exitCode: 0,
    });
    members = parse(readFileSync(join(out, 'members.csv')), { columns: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['status', 'status'],
    ['rfm', 'rfm_segment'],
    ['value_tier', 'value_tier'],
    ['buyer_type', 'buyer_type'],
    ['paying', 'paying'],
    ['visitor', 'visitor'],
    ['engagement', 'engagement'],
  ])('%s is what classify says as of that day', async (way, column) => {
    const { json } = await runCompare([SHOP, '--by', way, '--landmark', '2026-05-01', '--metric', 'buyers', '--events', 'none']);
    // Who had left by an event is in a group of statuses only.
    const there = members.filter((row) => way === 'status' || row['status'] !== 'churned' || row['status_reason'] === 'inactivity');
    const sizes = new Map<string, number>();
    for (const row of there) if (row[column] !== '') sizes.set(row[column] ?? '', (sizes.get(row[column] ?? '') ?? 0) + 1);
    expect(Object.fromEntries(json.groups.map(({ name, users }) => [name, users]))).toEqual(Object.fromEntries(sizes));
  });

  it('leaves the metrics of the as-of day as they are', async () => {
    const { json } = await runCompare([
      SHOP,
      '--a',
      'status=churned',
      '--landmark',
      '2026-05-01',
      '--metric',
      'churned',
      '--events',
      'none',
    ]);
    const [row] = json.comparisons[0]?.metrics ?? [];
    const then = members.filter(({ status }) => status === 'churned').length;
    expect(row?.a.n).toBe(then);
    // Some of those who were churned then have come back since, so it is no definition.
    expect(row?.a.value).toBeLessThan(1);
    expect(row?.p).not.toBeNull();
  });

  it('has nobody before the first event', async () => {
    const { exitCode, stderr } = await runCompare([SHOP, '--by', 'status', '--landmark', '2020-01-01']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('[compare-one-group]');
  });
});

describe('the plan on the landmark day of each user', () => {
  const HEADER = 'user_id,event,timestamp,plan';
  /** Twelve go pro on day 9, twelve on day 19, and twelve never. */
  const rows = Array.from({ length: 36 }, (_, k) => {
    const id = `u${String(k).padStart(2, '0')}`;
    const later = k < 12 ? [`${id},open,2026-01-10,pro`] : k < 24 ? [`${id},open,2026-01-20,pro`] : [`${id},open,2026-01-10,free`];
    return [`${id},open,2026-01-01,free`, ...later, `${id},open,2026-02-01,`];
  }).flat();
  const compared = (...argv: string[]): ReturnType<typeof runCompare> =>
    withFile('plans.csv', [HEADER, ...rows], (path) => runCompare([path, '--by', 'paying', '--plan-column', 'plan', ...argv]));

  it('is the latest one before that day, not that of today', async () => {
    const sizes = async (...argv: string[]): Promise<unknown> =>
      (await compared(...argv)).json.groups.map(({ name, users }) => `${name} ${users}`);
    expect(await sizes()).toEqual(['paid 24', 'free 12']);
    expect(await sizes('--landmark', '14d')).toEqual(['paid 12', 'free 24']);
    expect(await sizes('--landmark', '25d')).toEqual(['paid 24', 'free 12']);
    expect(await sizes('--landmark', '2026-01-15')).toEqual(['paid 12', 'free 24']);
  });

  it('is said to be undated where a users file says it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'segment-plans-'));
    try {
      const users = join(folder, 'users.csv');
      writeFileSync(
        users,
        `user_id,tier\n${Array.from({ length: 36 }, (_, k) => `u${String(k).padStart(2, '0')},${k % 2 === 0 ? 'x' : 'y'}`).join('\n')}\n`,
      );
      const run = (...argv: string[]): ReturnType<typeof runCompare> =>
        withFile('plans.csv', [HEADER, ...rows], (path) => runCompare([path, '--users', users, '--by', 'property:tier', ...argv]));
      expect((await run()).codes).not.toContain('undated_property');
      const dated = await run('--landmark', '14d');
      expect(dated.json.warnings.find(({ code }) => code === 'undated_property')?.message).toBe(
        'tier of the users file has no date: what it says today stands for what was known by the landmark',
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
