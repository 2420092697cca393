import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_DEFAULTS, DEMO_SHAPES, type DemoSettings, type DemoShapeName } from '../../src/demo/demo.js';
import { demoQuery, demoUsersQuery } from '../../src/demo/demo-query.js';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { STATUSES } from '../../src/segmentation/status/status.js';
import { runCli } from '../support/run-cli.js';

/** Measured at 2,000 users: all of them; of 10,000 one, a regular who came in nine of twelve weeks, reads as loyal. */
const LEAST_SHARE = 0.97;

let folder = '';
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'segment-recovers-')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Classified {
  readonly intended: ReadonlyMap<string, string>;
  readonly given: ReadonlyMap<string, string>;
  readonly summary: { readonly as_of: string; readonly population_gaps: { readonly p50: number } };
}

async function classifyDemo(settings: DemoSettings): Promise<Classified> {
  const database = await openDuckDb({
    threads: 1,
    memoryLimitBytes: 512_000_000,
    tempDirectory: folder,
    allowedPaths: [],
    allowedDirectories: [folder],
  });
  let people: { user_id: string; intended_status: string }[];
  try {
    await database.copy(demoQuery(settings, 'text'), join(folder, 'demo.csv'), { format: 'csv' });
    people = await database.rows(demoUsersQuery(settings));
  } finally {
    database.close();
  }
  const { exitCode, stderr } = await runCli(['classify', 'demo.csv', '--out', 'segments', '--force', '--quiet'], { cwd: folder });
  expect(stderr.split('\n').filter((line) => line.startsWith('error'))).toEqual([]);
  expect(exitCode).toBe(0);
  const members: Record<string, string>[] = parse(readFileSync(join(folder, 'segments/members.csv')), { columns: true });
  return {
    intended: new Map(people.map((row) => [row.user_id, row.intended_status])),
    given: new Map(members.map((row) => [row['user_id'] ?? '', row['status'] ?? ''])),
    summary: JSON.parse(readFileSync(join(folder, 'segments/summary.json'), 'utf8')) as Classified['summary'],
  };
}

describe('classification recovers the status a demo intends', () => {
  it.each([
    ['shop', 365, 1],
    ['shop', 180, 2],
    ['saas', 365, 1],
    ['saas', 180, 3],
    ['media', 365, 1],
    ['media', 730, 4],
  ] satisfies [DemoShapeName, number, number][])('%s, %i days, seed %i', async (shape, days, seed) => {
    const settings: DemoSettings = { ...DEMO_DEFAULTS, shape, days, seed };
    const { intended, given, summary } = await classifyDemo(settings);
    expect([...given.keys()].toSorted()).toEqual([...intended.keys()].toSorted());
    const wrong = [...intended].filter(([user, status]) => given.get(user) !== status);
    const shown = wrong.slice(0, 10).map(([user, status]) => `${user}: ${status}, classified ${given.get(user)}`);
    expect(1 - wrong.length / intended.size, shown.join('\n')).toBeGreaterThanOrEqual(LEAST_SHARE);
    expect(new Set(given.values())).toEqual(new Set(STATUSES.map(({ name }) => name)));
    expect(summary.as_of).toBe(DEMO_DEFAULTS.end);
    expect(Math.abs(summary.population_gaps.p50 - DEMO_SHAPES[shape].usualGap)).toBeLessThanOrEqual(1);
  });
});
