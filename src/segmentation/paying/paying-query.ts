import { type PropertyPlace, propertyValue } from '../../events/event-shape.js';
import { lowerCase } from '../../events/normalise-name.js';
import { list, type Sql, sql } from '../../sql/sql.js';

/** The property that holds the plan of a user, and which of its values are not paid for, in any case and with any blanks around. */
export interface PlanProperty {
  readonly property: PropertyPlace;
  readonly free: readonly string[];
  readonly trial: readonly string[];
}

/**
 * `paying` of a row of `users`: paid by an order with a positive amount, ever, an open subscription or a paid plan; else trial by one that
 * is not over, or by the plan.
 */
export function payingQuery(plan: PlanProperty | undefined): Sql {
  const byPlan = (kind: string): Sql =>
    plan === undefined ? sql`` : sql` or ${planKindQuery(propertyValue(plan.property), plan)} = ${kind}`;
  return sql`case when has_paid_order or has_open_subscription${byPlan('paid')} then 'paid'
            when is_in_trial${byPlan('trial')} then 'trial'
            else 'free'
       end`;
}

/** `paid`, `trial` or `free` by a value of the plan; free without any. */
export function planKindQuery(plan: Sql, { free, trial }: Pick<PlanProperty, 'free' | 'trial'>): Sql {
  const value = sql`lower(trim(${plan}))`;
  const isIn = (names: readonly string[]): Sql => sql`list_contains(${list(names.map((name) => lowerCase(name.trim())))}, ${value})`;
  return sql`case when coalesce(${value}, '') = '' or ${isIn(free)} then 'free' when ${isIn(trial)} then 'trial' else 'paid' end`;
}
