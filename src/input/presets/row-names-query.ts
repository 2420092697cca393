import { join, list, type Sql, sql } from '../../sql/sql.js';
import type { CellTest, RowNames } from './preset.js';

/** A rule whose column is there. */
export interface PresentRule {
  readonly rule: RowNames['rules'][number];
  /** The text that the rule looks at. */
  readonly cell: Sql;
}

/** The name of the first rule that fits a row. */
export function rowNameQuery(rules: readonly PresentRule[], otherwise: string): Sql {
  if (rules.length === 0) return sql`${otherwise}`;
  const branches = rules.map(({ rule, cell }) => sql`when ${testQuery(cell, rule.is)} then ${rule.event}`);
  return sql`case ${join(branches, sql` `)} else ${otherwise} end`;
}

/** Whether the amount of a row counts, by the same rule; undefined when every row's does. */
export function hasAmountQuery(rules: readonly PresentRule[], otherwise: boolean): Sql | undefined {
  if (otherwise && rules.every(({ rule }) => rule.hasAmount)) return undefined;
  if (rules.length === 0) return sql`${otherwise}`;
  const branches = rules.map(({ rule, cell }) => sql`when ${testQuery(cell, rule.is)} then ${rule.hasAmount}`);
  return sql`case ${join(branches, sql` `)} else ${otherwise} end`;
}

/** The place of that rule, from 0. */
export function ruleRankQuery(rules: readonly PresentRule[]): Sql {
  if (rules.length === 0) return sql`0`;
  const branches = rules.map(({ rule, cell }, place) => sql`when ${testQuery(cell, rule.is)} then ${place}`);
  return sql`case ${join(branches, sql` `)} else ${rules.length} end`;
}

/** What stands in the cells of a row that no rule fits, the first that is not empty; null for all others. */
export function unknownNameQuery(rules: readonly PresentRule[], cells: readonly Sql[]): Sql {
  const isKnown = join(
    rules.map(({ rule, cell }) => testQuery(cell, rule.is)),
    sql` or `,
  );
  return sql`case when not (${isKnown}) then coalesce(${join(cells)}, '') end`;
}

function testQuery(cell: Sql, test: CellTest): Sql {
  if (test === 'filled') return sql`coalesce(${cell}, '') <> ''`;
  if ('exactly' in test) return sql`coalesce(${cell} = ${test.exactly}, false)`;
  if ('begins' in test) return sql`coalesce(starts_with(${cell}, ${test.begins}), false)`;
  return sql`coalesce(list_contains(${list(test)}, trim(regexp_replace(lower(${cell}), '[^a-z0-9]+', '_', 'g'), '_')), false)`;
}
