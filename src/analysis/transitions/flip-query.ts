import { ident, type Sql, sql } from '../../sql/sql.js';

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
  return sql`case after.status
              when 'churned' then case when after.status_reason = 'inactivity'
                                       then concat('idle_days ', after.idle_days, ' > churned_after_days ', after.churned_after_days)
                                       else concat('event ', after.status_reason) end
              when 'dormant' then concat('idle_days ', after.idle_days, ' > dormant_after_days ', after.dormant_after_days)
              when 'new' then concat('first_seen ', after.first_seen)
              when 'reactivated' then concat('active again, last_seen ', after.last_seen)
              when 'at_risk' then case when after.status_reason = 'overdue'
                                       then concat('overdue: idle_days ', after.idle_days, ', dormant_after_days ', after.dormant_after_days)
                                       else after.status_reason end
              when 'loyal' then concat(after.status_reason, ', tenure_days ', after.tenure_days)
              when 'occasional' then concat('active_days ', after.active_days)
              when 'never_active' then after.status_reason
              else concat('no longer ', before.status, ': idle_days ', before.idle_days, ' → ', after.idle_days,
                          ', active_days ', before.active_days, ' → ', after.active_days)
            end`;
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
