import { ident, type Sql, sql } from '../../sql/sql.js';
import type { SegmentDefinition } from './rule.js';

/** The segmentation in which everybody is in one own segment: the first that holds. */
export const FIRST_MATCH = 'first_match';
/** Its segment of those who are in no own segment. */
export const IN_NONE = 'in_none';

/** The names of own segments in the order in which they take users: by priority, 1 first, those without one last; ties as they are defined. */
export function firstMatchOrder(definitions: readonly Pick<SegmentDefinition, 'name' | 'priority'>[]): string[] {
  const rank = ({ priority }: Pick<SegmentDefinition, 'priority'>): number => priority ?? Number.MAX_SAFE_INTEGER;
  return [...definitions].sort((left, right) => rank(left) - rank(right)).map(({ name }) => name);
}

/** `own_segments` → the first of these segments that holds for a user. */
export function firstMatchQuery(order: readonly string[]): Sql {
  const cases = order.reduce(
    (before, name) => sql`${before}
            when own_segments.${ident(name)} then ${name}`,
    sql``,
  );
  return sql`case${cases}
            else ${IN_NONE}
       end`;
}
