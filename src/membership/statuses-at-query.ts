import type { EventShape } from '../events/event-shape.js';
import type { StatusParameters } from '../segmentation/status/status-parameters.js';
import { ORDER_DAY_SHARE, parameter, statusQuery } from '../segmentation/status/status-query.js';
import { statusWindows } from '../segmentation/status/status-windows.js';
import { quantilesQuery } from '../sql/quantile-query.js';
import { join, param, type Sql, sql } from '../sql/sql.js';
import { countedDay, type Pause } from '../time/pauses.js';
import { type KnownUsers, knownUsersQuery } from '../users/known-users-query.js';
import { populationGapsQuery } from '../users/population-gaps-query.js';
import { userDaysQuery } from '../users/user-days-query.js';
import { statusUsersQuery, userGapsQuery } from '../users/users-query.js';

/** A day to look back from, and what a status of that day is decided by. */
export interface StatusesAt {
  /** What the day is called in printed scripts: `earlier` makes `earlier_day`. */
  readonly name: string;
  /** Days since 1970. */
  readonly day: number;
  /** Day of the earliest used event. */
  readonly firstDay: number;
  /** Merged. */
  readonly pauses: readonly Pause[];
  readonly parameters: StatusParameters;
  readonly shape: EventShape;
  /** The people of a users file, who stand in `listed_users`. */
  readonly known?: KnownUsers | undefined;
  /**
   * Where another rule than that of `user_days` said up to the day which events carry value: `shape` holds it, and here stands the table of
   * day kinds that its days are made of.
   */
  readonly otherRuleKinds?: Sql | undefined;
  /** Columns of `statusQuery` to have too. */
  readonly columns?: readonly Sql[] | undefined;
}

/**
 * `user_days`, `user_gaps` (both as far as the day, or further) → one row for everybody known by the end of a day, in no order: `user_id`,
 * `status`, and `has_left` (churned by an event). The gaps of the population and the quantile of order days are those of that day, so
 * that a status is the one that classify --as-of gives. With a users file also `listed_users`.
 */
export function statusesAtQuery({ name, day, firstDay, pauses, parameters, shape, known, otherRuleKinds, columns = [] }: StatusesAt): Sql {
  const asOfDay = param(`${name}_day`, day);
  const days =
    pauses.length === 0
      ? { asOfDay, countedAsOfDay: asOfDay, pauses }
      : { asOfDay, countedAsOfDay: param(`counted_${name}_day`, countedDay(day, pauses)), pauses };
  const countedFirstDay = param(pauses.length === 0 ? 'first_day' : 'counted_first_day', countedDay(firstDay, pauses));
  const windows = statusWindows({ ...days, lookbackFirstDay: asOfDay }, parameters);
  // Gaps look back, so that those up to a day are the same whatever follows.
  const gaps = otherRuleKinds === undefined ? sql`(select * from user_gaps where day <= ${asOfDay})` : sql`other_gaps`;
  const otherDays =
    otherRuleKinds === undefined
      ? sql``
      : sql`user_days as (${userDaysQuery(shape, pauses, otherRuleKinds)}),
     other_gaps as (${userGapsQuery(asOfDay, pauses)}),
     `;
  const knownUsers =
    known === undefined
      ? sql``
      : sql`known_users as (${knownUsersQuery(asOfDay, { ...known, propertyCount: 0 })}),
     `;
  return sql`
with ${otherDays}${knownUsers}users as (${statusUsersQuery(windows, sql`${gaps} as gap_rows`, shape, known)}),
     population_gaps as (${populationGapsQuery(
       { minUsers: parameter(parameters, 'population.min_users'), defaultGap: parameter(parameters, 'population.default') },
       gaps,
     )}),
     order_day_quantile as (${quantilesQuery(sql`select order_days as value from users where order_days > 0`, [ORDER_DAY_SHARE])})
select user_id,
       status,
       has_left${join(
         columns.map(
           (column) => sql`,
       ${column}`,
         ),
         sql``,
       )}
from (${statusQuery({ ...days, countedFirstDay, parameters, hasSignups: known !== undefined })}) as statuses`;
}
