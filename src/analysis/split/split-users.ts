import type { Database } from '../../engine/database.js';
import { type Sql, sql } from '../../sql/sql.js';
import { SPLIT_ALPHA, splitTest } from '../../statistics/split-test.js';
import { splitQuery } from './split-query.js';
import type { Arm, SplitSizes, SplitWarning } from './split-result.js';

/** Below so many expected users of an arm the chi-square test says nothing. */
const LEAST_EXPECTED = 5;

export interface SplitSettings {
  /** A query with `user_id` (text), each user once. */
  readonly users: Sql;
  readonly arms: readonly Arm[];
  /** Another one makes another split. */
  readonly salt: string;
}

/** Makes the table `split_users` (`user_id`, `arm`), and compares the sizes of the arms with those that were planned. */
export async function splitUsers(database: Database, { users, arms, salt }: SplitSettings): Promise<SplitSizes> {
  await database.run(sql`create or replace temp table split_users as ${splitQuery(users, arms, salt)}`);
  const counts = await database.rows<{ arm: string; users: number }>(sql`
    select arm,
           count(*) as users
    from split_users
    group by arm
    order by arm`);
  const parts = arms.reduce((sum, arm) => sum + arm.parts, 0);
  const total = counts.reduce((sum, arm) => sum + arm.users, 0);
  const sizes = arms.map((arm) => {
    const found = counts.find((one) => one.arm === arm.name)?.users ?? 0;
    return { name: arm.name, users: found, share: total === 0 ? null : found / total, plannedShare: arm.parts / parts };
  });
  const p = sampleRatioOf(sizes);
  return { users: total, arms: sizes, sampleRatioP: p, warnings: sampleRatioWarnings(p) };
}

/** The p-value of sizes against the planned shares; null when there are too few users to tell. */
export function sampleRatioOf(sizes: readonly { readonly users: number; readonly plannedShare: number }[]): number | null {
  const total = sizes.reduce((sum, { users }) => sum + users, 0);
  if (sizes.some(({ plannedShare }) => plannedShare * total < LEAST_EXPECTED)) return null;
  return splitTest(
    sizes.map(({ users }) => users),
    sizes.map(({ plannedShare }) => plannedShare),
  );
}

function sampleRatioWarnings(p: number | null): SplitWarning[] {
  if (p === null || p >= SPLIT_ALPHA) return [];
  return [
    {
      code: 'sample_ratio',
      message: `sizes as far from the planned shares as these come out of fewer than one salt in 1,000 (p ${p < 0.0001 ? '< 0.0001' : p.toFixed(4)}); take another --salt before anything is sent`,
    },
  ];
}
