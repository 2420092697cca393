import { STABLE_HASHES, saltedDraw } from '../../sql/functions.js';
import { join, type Sql, sql } from '../../sql/sql.js';
import type { Arm } from './split-result.js';

/**
 * Users (a query with `user_id`, each once) → `user_id, arm` in the order of `user_id` (bytewise). The arm hangs on the salt and the id
 * alone.
 */
export function splitQuery(users: Sql, arms: readonly Arm[], salt: string): Sql {
  return sql`
with draws as (
    select user_id,
           ${saltedDraw(sql`${salt}`, sql`user_id`)} as draw
    from (${users}) as users_to_split
)
select user_id,
       ${armOfDraw(sql`draw`, arms)} as arm
from draws
order by user_id`;
}

/** The arm of a draw (`saltedDraw`): the first one whose shares up to and with it are above it. */
export function armOfDraw(draw: Sql, arms: readonly Arm[]): Sql {
  const ends = armEnds(arms);
  const cases = arms.slice(0, -1).map(
    ({ name }, index) => sql`
            when ${draw} < ${ends[index] ?? STABLE_HASHES} then ${name}`,
  );
  return sql`case${join(cases, sql``)}
            else ${arms.at(-1)?.name ?? ''}
       end`;
}

/** For each arm the least draw that is no longer its own; the last one is the number of draws there are. */
export function armEnds(arms: readonly Arm[]): bigint[] {
  const whole = BigInt(arms.reduce((sum, { parts }) => sum + parts, 0));
  let upTo = 0n;
  return arms.map(({ parts }) => {
    upTo += BigInt(parts);
    return (upTo * STABLE_HASHES + whole - 1n) / whole;
  });
}
