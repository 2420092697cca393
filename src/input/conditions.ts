import { join, type Sql, sql } from '../sql/sql.js';
import { type Bound, type Ends, isDateWithin, isNumberWithin } from '../sql/text-range.js';

/** What `--where` asks of a property. */
export interface Condition {
  /** As it was given. */
  readonly text: string;
  readonly property: string;
  readonly isNegated: boolean;
  readonly test:
    | { readonly kind: 'set' }
    | { readonly kind: 'in'; readonly values: readonly string[] }
    /** Both ends belong to it; an open one is null. */
    | { readonly kind: 'numbers' | 'dates'; readonly from: string | null; readonly to: string | null };
}

/**
 * Whether the text of a property meets a condition: true or false, also for one that is not set (null). Texts are compared bytewise;
 * in a range, numbers as numbers and dates by the day that stands there; what is no number or date lies in none.
 */
export function holdsQuery(text: Sql, { isNegated, test }: Condition): Sql {
  const holds = testQuery(text, test);
  return isNegated ? sql`(not ${holds})` : holds;
}

function testQuery(text: Sql, test: Condition['test']): Sql {
  switch (test.kind) {
    case 'set':
      return sql`(${text} is not null)`;
    case 'in':
      return sql`coalesce(${text} in (${join(test.values.map((value) => sql`${value}`))}), false)`;
    case 'dates':
      return isDateWithin(text, ends(test));
    case 'numbers':
      return isNumberWithin(text, ends(test));
  }
}

function ends({ from, to }: { readonly from: string | null; readonly to: string | null }): Ends {
  const bound = (end: string | null): Bound | null => (end === null ? null : { value: end, isIncluded: true });
  return { low: bound(from), high: bound(to) };
}
