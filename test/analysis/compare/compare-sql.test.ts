import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.js';
import { runCompare } from './run-compare.js';

const SHOP = 'fixtures/shop.csv';

/** Rows of `group_sums` by a stock engine that stands in another zone. */
async function groupSums(script: string): Promise<Record<string, string>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`set TimeZone = 'America/New_York'`);
    const statements = await connection.extractStatements(script);
    for (let index = 0; index < statements.count; index += 1) await (await statements.prepare(index)).run();
    return (await connection.runAndReadAll('select * from group_sums')).getRowObjectsJson() as Record<string, string>[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describe('the printed SQL of a comparison, run by stock DuckDB, gives its numbers', () => {
  it.each([
    ['paid and free', ['--by', 'paying']],
    ['closed seasons and a landmark of each user', ['--by', 'buyer_type', '--landmark', '14d', '--pause', '2026-02-01..2026-02-10']],
    ['engagement of an earlier day', ['--by', 'engagement', '--landmark', '2026-05-01']],
    [
      'a holdout among some, without events',
      ['--by', 'holdout', '--holdout', '30%', '--salt', "o'hara", '--top', '0', '--since', '2026-01-01'],
    ],
  ])('%s', async (_what, argv) => {
    const { json } = await runCompare([SHOP, ...argv]);
    const { stdout, exitCode } = await runCli(['compare', SHOP, ...argv, '--sql', '--config', 'none']);
    expect(exitCode).toBe(0);
    const sums = await groupSums(stdout);
    const total = (place: number, column: string): number =>
      sums.filter((row) => Number(row['place']) === place).reduce((sum, row) => sum + Number(row[column]), 0);
    const places = [...new Set(sums.map((row) => Number(row['place'])))].sort((left, right) => left - right);
    expect(places.map((place) => total(place, 'users'))).toEqual(json.groups.map(({ users }) => users));
    for (const name of ['active_30d', 'active_days', 'sessions', 'orders_per_user']) {
      const metric = json.comparisons[0]?.metrics.find((row) => row.metric === name);
      const [first = 0] = places;
      expect(total(first, `${name}.total`) / total(first, `${name}.n`), name).toBeCloseTo(metric?.a.value ?? Number.NaN, 8);
    }
  });
});
