import { ident, join, type Sql, sql } from '../sql/sql.js';

export const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What a column of `members` has to be. Several values of `=` are alternatives; users whose cell is empty meet only `!=`. */
export interface MemberCondition {
  readonly column: string;
  /** How the values are compared: numbers have up to 14 digits and 4 decimals, dates are ISO days. `own`: the values are own segments, each a column that is true or false. */
  readonly kind: 'text' | 'number' | 'date' | 'own';
  readonly comparison: Comparison;
  readonly values: readonly string[];
}

export interface SortColumn {
  readonly column: string;
  readonly isDescending: boolean;
}

export interface MemberSelection {
  /** All of them hold. */
  readonly conditions: readonly MemberCondition[];
  /** Empty cells come last; ties are in the order of `user_id`. */
  readonly sort: readonly SortColumn[];
  /** Undefined: all. */
  readonly limit: number | undefined;
}

/** `members` → the cells of the users that are selected, in order. */
export function listedMembersQuery(cells: Sql, { conditions, sort, limit }: MemberSelection): Sql {
  const order = sort.map(({ column, isDescending }) =>
    isDescending ? sql`members.${ident(column)} desc nulls last` : sql`members.${ident(column)} asc nulls last`,
  );
  return sql`
select ${cells}
from members
where ${conditionsHold(conditions)}
order by ${join([...order, sql`members.user_id`])}${
    limit === undefined
      ? sql``
      : sql`
limit ${limit}`
  }`;
}

/** `members` → one row: how many users meet the conditions (`users`). */
export function countListedQuery(conditions: readonly MemberCondition[]): Sql {
  return sql`select count(*) as users from members where ${conditionsHold(conditions)}`;
}

/** `members` → the ids of the users who meet the conditions (`user_id`). */
export function listedIdsQuery(conditions: readonly MemberCondition[]): Sql {
  return sql`select user_id from members where ${conditionsHold(conditions)}`;
}

function conditionsHold(conditions: readonly MemberCondition[]): Sql {
  return join(
    [sql`true`, ...conditions.map(conditionHolds)],
    sql`
  and `,
  );
}

function conditionHolds({ column, kind, comparison, values }: MemberCondition): Sql {
  if (kind === 'own') {
    const isIn = sql`(${join(
      values.map((name) => sql`members.${ident(name)}`),
      sql` or `,
    )})`;
    return comparison === '!=' ? sql`not ${isIn}` : isIn;
  }
  const left = sql`members.${ident(column)}`;
  const right = values.map((value) => typedValue(kind, value));
  const [first = sql`null`] = right;
  switch (comparison) {
    case '=':
      return sql`${left} in (${join(right)})`;
    case '!=':
      return sql`(${left} is null or ${left} not in (${join(right)}))`;
    case '<':
      return sql`${left} < ${first}`;
    case '<=':
      return sql`${left} <= ${first}`;
    case '>':
      return sql`${left} > ${first}`;
    case '>=':
      return sql`${left} >= ${first}`;
  }
}

function typedValue(kind: MemberCondition['kind'], value: string): Sql {
  if (kind === 'number') return sql`${value}::decimal(18, 4)`;
  return kind === 'date' ? sql`${value}::date` : sql`${value}::varchar`;
}
