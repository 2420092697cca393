import { join, type Sql, sql } from './sql.js';

/** One end of a range. */
export interface Bound {
  readonly value: string;
  readonly isIncluded: boolean;
}

/** A range; an open end is null. */
export interface Ends {
  readonly low: Bound | null;
  readonly high: Bound | null;
}

const NUMBER = '^\\s*[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?\\s*$';
const DATE = '^[0-9]{4}-[0-9]{2}-[0-9]{2}($|[^0-9])';

/** Numbers are summed up below this: the sum of any number of events is exact then. */
const LARGEST_NUMBER = 1e18;

/** Whether a text is a number in a range; false without a text. */
export function isNumberWithin(text: Sql, ends: Ends): Sql {
  // Beyond 28 digits there is no exact type: the difference to the end of a range is huge then.
  const exact = sql`try_cast(${text} as decimal(38, 10))`;
  const near = sql`try_cast(${text} as double)`;
  const exactly = all(isWithin(exact, ends, (end) => sql`${end}::decimal(38, 10)`));
  const nearly = all(isWithin(near, ends, (end) => sql`${end}::double`));
  return sql`coalesce(regexp_matches(${text}, ${NUMBER}) and case when ${exact} is null then ${nearly} else ${exactly} end, false)`;
}

/** Whether a text begins with a day (`2024-03-31`) in a range; false without a text. */
export function isDateWithin(text: Sql, ends: Ends): Sql {
  return all([sql`regexp_matches(${text}, ${DATE})`, ...isWithin(sql`left(${text}, 10)`, ends, (end) => sql`${end}`)]);
}

/** The number that a text is, as DECIMAL(38, 10), rounded half away from zero; null for what is none, or reaches 10^18. */
export function numberOf(text: Sql): Sql {
  return sql`case when regexp_matches(${text}, ${NUMBER}) and abs(try_cast(${text} as double)) < ${LARGEST_NUMBER}::double then try_cast(${text} as decimal(38, 10)) end`;
}

/** An amount as `numberOf` gives numbers. */
export function numberOfAmount(amount: Sql): Sql {
  return sql`case when abs(${amount}) < ${LARGEST_NUMBER}::double then ${amount}::decimal(38, 10) end`;
}

/** What holds for a value in a range. */
export function isWithin(value: Sql, { low, high }: Ends, bound: (end: string) => Sql): Sql[] {
  return [
    ...(low === null ? [] : [low.isIncluded ? sql`${value} >= ${bound(low.value)}` : sql`${value} > ${bound(low.value)}`]),
    ...(high === null ? [] : [high.isIncluded ? sql`${value} <= ${bound(high.value)}` : sql`${value} < ${bound(high.value)}`]),
  ];
}

function all(conditions: readonly Sql[]): Sql {
  return sql`coalesce(${join(conditions, sql` and `)}, false)`;
}
