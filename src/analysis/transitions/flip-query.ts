import { ident, type Sql, sql } from '../../sql/sql.js';
import { statusRule } from './rule-query.js';

/**
 * What decided the later segment of somebody who moved, in words with their numbers: over the rows `before` and `after` of the
 * members.
 */
export function flipQuery(segmentation: string, column: string): Sql {
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

/** As files have it: money with two decimals or more, without zeros after those. */
function valueText(value: Sql): Sql {
  return sql`coalesce(regexp_replace(${value}::varchar, '(\\.\\d\\d\\d*?)0+$', '\\1'), 'none')`;
}

function changed(column: string): Sql {
  return sql`concat(${`${column} `}, coalesce(before.${ident(column)}, 'none'), ' → ', coalesce(after.${ident(column)}, 'none'))`;
}
