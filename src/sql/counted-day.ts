import type { Pause } from '../time/pauses.js';
import { type Sql, sql } from './sql.js';

/** From a day on, counted numbers are the day less so many paused days, or stand still within a pause. */
interface Stretch {
  readonly from: number;
  readonly counted: (day: Sql) => Sql;
}

/**
 * The counted number of a day number (INTEGER; see `countedDay` of time): a tree of comparisons, as pauses are few and days are many.
 * Without pauses the day as it is. `day` stands in it many times, so it should be short.
 */
export function countedDayQuery(day: Sql, pauses: readonly Pause[]): Sql {
  if (pauses.length === 0) return day;
  let paused = 0;
  const stretches: Stretch[] = [{ from: -Infinity, counted: (one) => one }];
  for (const { first, last } of pauses) {
    const still = first - 1 - paused;
    paused += last - first + 1;
    const before = paused;
    stretches.push({ from: first, counted: () => sql`${still}` }, { from: last + 1, counted: (one) => sql`${one} - ${before}` });
  }
  return branch(day, stretches);
}

/**
 * The first day that has a counted number (INTEGER), the reverse of `countedDayQuery`: never a paused one but before all days there are. Without
 * pauses the number as it is.
 */
export function dayOfCountQuery(count: Sql, pauses: readonly Pause[]): Sql {
  if (pauses.length === 0) return count;
  let paused = 0;
  const stretches: Stretch[] = [{ from: -Infinity, counted: (one) => one }];
  for (const { first, last } of pauses) {
    const still = first - 1 - paused;
    paused += last - first + 1;
    const before = paused;
    stretches.push({ from: still + 1, counted: (one) => sql`${one} + ${before}` });
  }
  return branch(count, stretches);
}

function branch(day: Sql, stretches: readonly Stretch[]): Sql {
  const middle = Math.ceil(stretches.length / 2);
  const [only, next] = [stretches[0], stretches[middle]];
  if (only === undefined) throw new RangeError('no stretch of days');
  if (next === undefined) return only.counted(day);
  return sql`case when ${day} < ${next.from} then ${branch(day, stretches.slice(0, middle))} else ${branch(day, stretches.slice(middle))} end`;
}
