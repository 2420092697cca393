import { printRule } from '../../segmentation/rules/print-rule.js';
import type { Leaf } from '../../segmentation/rules/rule.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import type { MovesSettings } from './moves-query.js';
import { statusRule } from './rule-query.js';

/**
 * What decided the later segment of somebody who moved, in words with their numbers: over the rows `before` and `after` of the
 * members.
 */
export function flipQuery({ segmentation, column, leaves }: Pick<MovesSettings, 'segmentation' | 'column' | 'leaves'>): Sql {
  if (leaves !== undefined) return leavesFlip(leaves);
  if (segmentation === 'status') return statusFlip();
  if (segmentation === 'rfm') return rfmFlip();
  return changed(column);
}

/** The rule of the later status; for `active`, which no rule brings, the rule that no longer holds. */
function statusFlip(): Sql {
  return sql`coalesce(${statusRule(sql`after`)},
                   concat('no longer ', before.status, ': idle_days ', before.idle_days, ' → ', after.idle_days,
                          ', active_days ', before.active_days, ' → ', after.active_days))`;
}

function rfmFlip(): Sql {
  return sql`concat_ws(', ', ${scoreChange('recency')}, ${scoreChange('frequency')}, ${scoreChange('monetary')})`;
}

/** A score that changed, with the value behind it. */
function scoreChange(metric: 'recency' | 'frequency' | 'monetary'): Sql {
  const score = ident(`${metric}_score`);
  const value = ident(metric === 'recency' ? 'recency_days' : metric);
  return sql`case when before.${score} is distinct from after.${score}
                      then concat(${`${metric} score `}, coalesce(before.${score}::varchar, 'none'), ' → ', coalesce(after.${score}::varchar, 'none'),
                                  ' (', ${valueText(sql`before.${value}`)}, ' → ', ${valueText(sql`after.${value}`)}, ')')
                 end`;
}

/** The conditions of a rule that hold now and did not, or the reverse, with what they look at. */
function leavesFlip(leaves: readonly Leaf[]): Sql {
  const flips = leaves.map((leaf, place) => {
    const at = (row: Sql, what: 'holds' | 'shown'): Sql => sql`${row}.${ident(`${what}_${place}`)}`;
    const [was, is] =
      leaf.kind === 'segment'
        ? [sql`before.${ident(leaf.segment)}`, sql`after.${ident(leaf.segment)}`]
        : [at(sql`leaves_before`, 'holds'), at(sql`leaves_after`, 'holds')];
    const values =
      leaf.kind === 'segment'
        ? sql``
        : sql`,
                                  ' (', coalesce(${at(sql`leaves_before`, 'shown')}, 'none'), ' → ', coalesce(${at(sql`leaves_after`, 'shown')}, 'none'), ')'`;
    return sql`case when ${was} is distinct from ${is}
                      then concat(case when ${is} then 'now ' else 'no longer ' end, ${printRule(leaf)}${values})
                 end`;
  });
  return sql`concat_ws('; ', ${join(flips, sql`, `)})`;
}

/** As files have it: money with two decimals or more, without zeros after those. */
function valueText(value: Sql): Sql {
  return sql`coalesce(regexp_replace(${value}::varchar, '(\\.\\d\\d\\d*?)0+$', '\\1'), 'none')`;
}

function changed(column: string): Sql {
  const value = (row: Sql): Sql => sql`coalesce(${row}.${ident(column)}::varchar, 'none')`;
  return sql`concat(${`${column} `}, ${value(sql`before`)}, ' → ', ${value(sql`after`)})`;
}
