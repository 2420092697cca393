import { join, type Sql, sql } from '../sql/sql.js';

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

const NUMBER = '^\\s*[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?\\s*$';
const DATE = '^[0-9]{4}-[0-9]{2}-[0-9]{2}($|[^0-9])';

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
    case 'dates': {
      const day = sql`left(${text}, 10)`;
      return all([sql`regexp_matches(${text}, ${DATE})`, ...ends(day, test.from, test.to, (end) => sql`${end}`)]);
    }
    case 'numbers': {
      // Beyond 28 digits there is no exact type: the difference to the end of a range is huge then.
      const exact = sql`try_cast(${text} as decimal(38, 10))`;
      const near = sql`try_cast(${text} as double)`;
      const exactly = all(ends(exact, test.from, test.to, (end) => sql`${end}::decimal(38, 10)`));
      const nearly = all(ends(near, test.from, test.to, (end) => sql`${end}::double`));
      return sql`coalesce(regexp_matches(${text}, ${NUMBER}) and case when ${exact} is null then ${nearly} else ${exactly} end, false)`;
    }
  }
}

function ends(value: Sql, from: string | null, to: string | null, bound: (end: string) => Sql): Sql[] {
  return [...(from === null ? [] : [sql`${value} >= ${bound(from)}`]), ...(to === null ? [] : [sql`${value} <= ${bound(to)}`])];
}

function all(conditions: readonly Sql[]): Sql {
  return sql`coalesce(${join(conditions, sql` and `)}, false)`;
}
