import { propertyValue } from '../../events/event-shape.js';
import { type PlanProperty, planKindQuery } from '../../segmentation/paying/paying-query.js';
import { type Sql, sql } from '../../sql/sql.js';

export interface PlanValue {
  readonly kind: 'paid' | 'trial' | 'free';
  readonly value: string;
  readonly users: number;
}

/** `users` → the latest values of the plan by what they count as and how many users have them; the most frequent ones, up to `most`. */
export function planValuesQuery(plan: PlanProperty, most: number): Sql {
  return sql`
select ${planKindQuery(propertyValue(plan.property), plan)} as kind,
       ${propertyValue(plan.property)} as value,
       count(*) as users
from users
where ${propertyValue(plan.property)} is not null
group by all
order by users desc,
         value
limit ${most}`;
}
