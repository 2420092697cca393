import { type Sql, sql } from '../../sql/sql.js';

/** The rule of somebody's status in words, with the numbers it was decided by, over a row of the members; none for `active`, which no rule brings. */
export function statusRule(row: Sql): Sql {
  return sql`case ${row}.status
              when 'churned' then case when ${row}.status_reason = 'inactivity'
                                       then concat('idle_days ', ${row}.idle_days, ' > churned_after_days ', ${row}.churned_after_days)
                                       else concat('event ', ${row}.status_reason) end
              when 'dormant' then concat('idle_days ', ${row}.idle_days, ' > dormant_after_days ', ${row}.dormant_after_days)
              when 'new' then concat('first_seen ', ${row}.first_seen)
              when 'reactivated' then concat('active again, last_seen ', ${row}.last_seen)
              when 'at_risk' then case when ${row}.status_reason = 'overdue'
                                       then concat('overdue: idle_days ', ${row}.idle_days, ', dormant_after_days ', ${row}.dormant_after_days)
                                       else ${row}.status_reason end
              when 'loyal' then concat(${row}.status_reason, ', tenure_days ', ${row}.tenure_days)
              when 'occasional' then concat('active_days ', ${row}.active_days)
              when 'never_active' then ${row}.status_reason
            end`;
}

/** What decided a segment in words, with the numbers, over a row of the members; null where no column tells. */
export function segmentRule(segmentation: string, row: Sql): Sql {
  switch (segmentation) {
    case 'status':
      return sql`coalesce(${statusRule(row)}, concat('idle_days ', ${row}.idle_days, ', active_days ', ${row}.active_days))`;
    case 'rfm':
      return sql`case when ${row}.rfm_score is null then concat('orders ', ${row}.orders)
                      else concat_ws(', ', concat('score ', ${row}.rfm_score), concat('recency_days ', ${row}.recency_days),
                                     concat('frequency ', ${row}.frequency), 'monetary ' || ${money(row)})
                 end`;
    case 'value_tier':
      return sql`'monetary ' || ${money(row)}`;
    case 'buyer_type':
      return sql`'orders ' || ${row}.orders`;
    case 'visitor':
      return sql`concat('first_seen ', ${row}.first_seen, ', last_seen ', ${row}.last_seen)`;
    default:
      return sql`null::varchar`;
  }
}

/** Money with two decimals, or as many as it has: the type may hold more. */
function money(row: Sql): Sql {
  return sql`regexp_replace(${row}.monetary::varchar, '(\\.[0-9]{2}[0-9]*?)0+$', '\\1')`;
}
