/*
 * npx tsx test/bench/compare-simulation.ts [--rounds 200] [--only NAME]
 *
 * How often `segment compare` calls two groups different that are not: both are drawn from one distribution, over and over, and
 * judged by the program's own decision. The share must stay below the nominal 5 % plus three standard errors of the simulation. Ends
 * in 1 when it does not.
 */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { compareMetric, readCells, scaleMetrics } from '../../src/analysis/compare/compare.js';
import { metricColumn } from '../../src/analysis/compare/compared-users-query.js';
import { METRICS } from '../../src/analysis/compare/metrics.js';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { type Sql, sql } from '../../src/sql/sql.js';

const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '200' }, only: { type: 'string' } } });
const rounds = Number(flags.rounds);
const NOMINAL = 0.05;

const normal = sql`sqrt(-2 * ln(1 - random())) * cos(${2 * Math.PI} * random())`;
/** What a user's value is drawn from. */
const DRAWS: Readonly<Record<string, { readonly metric: string; readonly value: Sql }>> = {
  'conversion of 2 %': { metric: 'buyers', value: sql`(random() < 0.02)::integer::bigint` },
  'conversion of 30 %': { metric: 'buyers', value: sql`(random() < 0.3)::integer::bigint` },
  'counts with a long tail': { metric: 'events', value: sql`floor(exp(1 + ${normal}))::bigint` },
  'revenue: 90 % pay nothing': {
    metric: 'revenue_per_user',
    value: sql`case when random() < 0.9 then 0 else floor(10000 * exp(3 + 1.5 * ${normal}))::bigint end`,
  },
  'order value with a tail': { metric: 'average_order_value', value: sql`floor(10000 * orders * exp(3 + ${normal}))::bigint` },
};
const SIZES = [
  [50, 50],
  [50, 500],
  [50, 5000],
  [500, 500],
  [5000, 5000],
  [50_000, 50_000],
] as const;

const database = await openDuckDb({
  // Random numbers of the engine repeat with a seed on one thread only.
  threads: 1,
  memoryLimitBytes: 2 ** 30,
  tempDirectory: tmpdir(),
  allowedPaths: [],
  allowedDirectories: [tmpdir()],
});
let hasFailed = false;
for (const [name, { metric, value }] of Object.entries(DRAWS)) {
  if (flags.only !== undefined && !name.includes(flags.only)) continue;
  for (const [a, b] of SIZES) {
    await database.run(sql`select setseed(${0.1 + a / 200_000})`);
    // The largest groups are slow to resample.
    const count = a >= 50_000 ? Math.max(50, Math.round(rounds / 4)) : rounds;
    let different = 0;
    const methods = new Map<string, number>();
    for (let round = 0; round < count; round += 1) {
      const { p, method } = await compareOnce(metric, value, a, b);
      if (p !== null && p < NOMINAL) different += 1;
      methods.set(method ?? 'none', (methods.get(method ?? 'none') ?? 0) + 1);
    }
    const most = NOMINAL + 3 * Math.sqrt((NOMINAL * (1 - NOMINAL)) / count);
    const share = different / count;
    hasFailed ||= share > most;
    const how = [...methods].map(([method, times]) => `${method} ${times}`).join(', ');
    process.stdout.write(
      `${name.padEnd(26)} ${String(a).padStart(6)} ${String(b).padStart(6)}  ${share.toFixed(3)} of ${count} (at most ${most.toFixed(3)}) ${share > most ? 'TOO OFTEN' : 'ok'}  ${how}\n`,
    );
  }
}
database.close();
process.exitCode = hasFailed ? 1 : 0;

async function compareOnce(name: string, value: Sql, a: number, b: number): Promise<{ p: number | null; method: string | null }> {
  await database.run(sql`
    create or replace temp table compared_users as
    select case when user_no < ${a} then 0 else 1 end as place,
           '' as layer,
           orders as m_ratio_orders,
           ${value} as ${metricColumn(name)}
    from (select user_no, 1 + floor(random() * 4)::bigint as orders from range(0, ${a + b}) as numbers(user_no)) as users`);
  const metrics = await scaleMetrics(
    database,
    METRICS.filter((metric) => metric.name === name),
    4,
  );
  const [metric] = metrics;
  if (metric === undefined) throw new Error(`no metric ${name}`);
  const cells = await readCells(database, metrics);
  return compareMetric(database, {
    metric,
    a: { name: 'a', places: new Set([0]) },
    b: { name: 'b', places: new Set([1]) },
    cells,
    compared: a + b,
    ingredients: new Set(['size']),
    layering: { kind: 'none' },
  });
}
