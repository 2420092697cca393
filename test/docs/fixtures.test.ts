import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { tableAfter } from './readme-blocks.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const README = readFileSync(join(FIXTURES, 'README.md'), 'utf8');

interface Event {
  readonly user_id: string;
  readonly event: string;
  readonly timestamp: string;
  readonly revenue: string;
  readonly order_id: string;
}

interface Summary {
  readonly users: number;
  readonly rows: { readonly total: number; readonly used: number };
  readonly population_gaps: Readonly<Record<'p50' | 'p75' | 'p90' | 'users', number>>;
  readonly segmentations: Readonly<Record<string, Readonly<Record<string, { readonly users: number }>>>>;
}

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

describe('fixtures/README.md', () => {
  it('has a section for every fixture', () => {
    const files = readdirSync(FIXTURES).filter((name) => name !== 'README.md');
    expect(files.filter((name) => !README.includes(`\n## ${name}\n`))).toEqual([]);
  });
});

describe('shop.csv', () => {
  const events: readonly Event[] = parse(readFileSync(join(FIXTURES, 'shop.csv')), { columns: true });
  const named = (name: string): readonly Event[] => events.filter(({ event }) => event === name);
  const total = (rows: readonly Event[]): number => rows.reduce((sum, { revenue }) => sum + Math.round(100 * Number(revenue)), 0) / 100;
  let cwd = '';
  let summary: Summary;
  let statuses: ReadonlyMap<string, string>;
  beforeAll(async () => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-fixtures-')));
    cpSync(join(FIXTURES, 'shop.csv'), join(cwd, 'shop.csv'));
    const { stdout, exitCode } = await runCli(['classify', 'shop.csv', '--json'], { cwd });
    expect(exitCode).toBe(0);
    summary = JSON.parse(stdout) as Summary;
    const members: readonly { user_id: string; status: string }[] = parse(readFileSync(join(cwd, 'segments', 'members.csv')), {
      columns: true,
    });
    statuses = new Map(members.map(({ user_id, status }) => [user_id, status]));
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it('has the users of each status that its story tells, and the answer of each other segmentation', () => {
    const sizes = (of: string): [string, number][] =>
      Object.entries(summary.segmentations[of] ?? {}).flatMap(([name, size]) =>
        name === 'basis' ? [] : [[name, size.users] as [string, number]],
      );
    const told = tableAfter(README, '## shop.csv').map(([status = '', users = '']) => [status.replaceAll('`', ''), Number(users)]);
    expect(told).toEqual(sizes('status'));
    const rfm = sizes('rfm')
      .map(([name, users]) => `\`${name}\` ${users}`)
      .join(', ');
    expect(README.replaceAll('\n', ' ')).toContain(rfm);
  });

  it('has the numbers of its story', () => {
    const { p50, p75, p90 } = summary.population_gaps;
    expect(README).toContain(`${p50} days (P50), ${p75} (P75), ${p90} (P90)`);
    expect(README).toContain(`${summary.users} users, ${number(summary.rows.total)} events`);
    expect(README).toContain(`${named('purchase').length} purchase lines worth ${number(total(named('purchase')), 2)}`);
    expect(README).toContain(`${number(-total(named('refund')), 2)} in all`);
    expect(named('refund')).toHaveLength(6);
    expect(new Set(named('uninstall').map((event) => event.user_id)).size).toBe(12);
    expect([...statuses.values()].filter((status) => status === 'never_active')).toHaveLength(9);
    for (const { user_id } of named('uninstall')) expect(statuses.get(user_id)).toBe('churned');
  });

  it('has the bot of its story, gone since', () => {
    const [, bot = ''] = /\*\*A bot\*\*, `(\w+)`/.exec(README) ?? [];
    const visits = events.filter(({ user_id }) => user_id === bot);
    const days = [...new Set(visits.map(({ timestamp }) => timestamp.slice(0, 10)))].sort();
    expect(visits).toHaveLength(240);
    expect(days).toEqual(['2026-02-28', '2026-03-01', '2026-03-02']);
    expect(statuses.get(bot)).toBe('churned');
  });

  it('has few users who make most of it', () => {
    const counts = new Map<string, number>();
    for (const { user_id } of events) counts.set(user_id, (counts.get(user_id) ?? 0) + 1);
    const most = [...counts.values()].sort((left, right) => right - left).slice(0, 24);
    const share = most.reduce((sum, count) => sum + count, 0) / events.length;
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
  });
});
