// What somebody would write for this one export and no other: the files of `segment classify` from a `segment demo` of the shape
// shop, without a check of the input, a choice of columns or a report. bench.ts proves that the files are the same.
// node hand-written.mjs FILE FOLDER
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const STATUSES = ['new', 'active', 'loyal', 'occasional', 'reactivated', 'at_risk', 'dormant', 'churned', 'never_active'];
const RFM_SEGMENTS = [
  'champions',
  'loyal_customers',
  'potential_loyalists',
  'new_customers',
  'promising',
  'needs_attention',
  'about_to_sleep',
  'at_risk_customers',
  'cant_lose',
  'hibernating',
  'lost',
  'prospects',
];

const [file, folder] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { memory_limit: '2GB', temp_directory: join(folder, 'spill') });
const connection = await instance.connect();
const run = (text, values) => connection.run(text, values);

const source = file.endsWith('.parquet')
  ? 'read_parquet($1)'
  : `read_csv(
       $1,
       columns = {
         event_id: 'VARCHAR',
         user_id: 'VARCHAR',
         event: 'VARCHAR',
         "timestamp": 'TIMESTAMPTZ',
         revenue: 'DECIMAL(18, 2)',
         order_id: 'VARCHAR',
         session_id: 'VARCHAR',
         device: 'VARCHAR',
         country: 'VARCHAR'
       },
       header = true,
       auto_detect = false
     )`;

// Kinds: 0 activity, 1 order, 2 refund, 3 left, 4 sent to the user.
await run(
  `create temp table days as
   select
     user_id,
     day,
     kind,
     order_id,
     count(*) as events,
     max(instant) as last_at,
     sum(revenue)::decimal(18, 2) as revenue
   from (
     select
       user_id,
       epoch_us("timestamp") as instant,
       (epoch_us("timestamp") // 86400000000)::integer as day,
       case
         when event = 'purchase' then 1
         when event = 'refund' then 2
         when event = 'uninstall' then 3
         when event = 'email_sent' or event = 'push_sent' then 4
         else 0
       end::tinyint as kind,
       case when event = 'purchase' then order_id end as order_id,
       revenue
     from ${source}
   ) as events
   group by user_id, day, kind, order_id`,
  [file],
);
await run('set variable first_day = (select min(day) from days)');
await run('set variable as_of_day = (select max(day) from days)');

await run(
  `create temp table gaps as
   select user_id, day, day - lag(day) over (partition by user_id order by day) as gap
   from days
   where kind < 2`,
);

await run(
  `create temp table users as
   with seen as (
     select
       user_id,
       min(day) as first_day,
       max(day) filter (where kind < 2) as last_active_day,
       max(last_at) filter (where kind < 2) as last_activity_at,
       sum(events) as events,
       max(last_at) filter (where kind = 3) as left_at,
       sum(revenue) as monetary,
       max(revenue) filter (where kind = 1) as greatest_order
     from days
     group by user_id
   ),
   cadences as (
     select
       user_id,
       count(*) filter (where gap is null or gap > 0) as active_days,
       count(*) filter (where gap > 0) as gaps,
       (2 * median(gap) filter (where gap > 0))::integer as median_gap_twice,
       max(gap) as longest_gap,
       max(gap) filter (where day > getvariable('as_of_day') - 14) as comeback_gap,
       max(gap) filter (where day <= getvariable('as_of_day') - 14) as earlier_gap,
       count(*) filter (where (gap is null or gap > 0) and day > getvariable('as_of_day') - 28) as recent_days,
       count(*) filter (
         where (gap is null or gap > 0) and day <= getvariable('as_of_day') - 28 and day > getvariable('as_of_day') - 112
       ) as baseline_days,
       bit_count(bit_or(
         case when day > getvariable('as_of_day') - 84 then 1 << ((getvariable('as_of_day') - day) // 7) else 0 end
       )) as active_weeks
     from gaps
     group by user_id
   ),
   orders as (
     select user_id, count(distinct order_id) as orders, count(distinct day) as order_days, max(day) as newest_order_day
     from days
     where kind = 1
     group by user_id
   )
   select
     seen.*,
     cadences.* exclude (user_id),
     coalesce(orders, 0) as orders,
     order_days,
     newest_order_day
   from seen
   left join cadences using (user_id)
   left join orders using (user_id)`,
);

await run(
  `create temp table population as
   with pairs as (
     select users.gaps as n, gaps.gap, count(*) as pairs
     from gaps
     join users using (user_id)
     where gaps.gap > 0
     group by all
   ),
   shares as (
     select gap, sum(sum(pairs / n)) over (order by gap) / sum(sum(pairs / n)) over () as share
     from pairs
     group by gap
   )
   select
     min(gap) filter (where share >= 0.5) as p50,
     min(gap) filter (where share >= 0.75) as p75,
     min(gap) filter (where share >= 0.9) as p90
   from shares`,
);

// Type 7, in hundredths.
await run(
  `create macro quantile7(sorted, share, parts) as
     sorted[(len(sorted) - 1) * share // parts + 1] * (100 - (len(sorted) - 1) * share % parts * (100 // parts))
       + coalesce(sorted[(len(sorted) - 1) * share // parts + 2], 0) * ((len(sorted) - 1) * share % parts * (100 // parts))`,
);
await run('create macro fifths(sorted) as [quantile7(sorted, k, 5) for k in range(1, 5)]');
await run(
  `create temp table edges as
   with sorted as (
     select
       list(getvariable('as_of_day') - newest_order_day order by newest_order_day desc) as recencies,
       list(orders order by orders) as frequencies,
       list((monetary * 100)::bigint order by monetary) as amounts,
       list(order_days order by order_days) as order_days
     from users
     where orders > 0
   ),
   fifths as (
     select
       fifths(recencies) as r_edges,
       fifths(frequencies) as f_edges,
       fifths(amounts) as m_edges,
       quantile7(amounts, 1, 2) as tier_50,
       quantile7(amounts, 4, 5) as tier_80,
       quantile7(amounts, 19, 20) as tier_95,
       quantile7(order_days, 3, 5) as order_days_60
     from sorted
   ),
   repeaters as (
     select list(orders order by orders) as above
     from users, fifths
     where 100 * orders > f_edges[1]
   )
   select
     * replace (
       case
         when f_edges[1] = f_edges[2] and len(above) > 0
           then [f_edges[1], quantile7(above, 1, 4), quantile7(above, 2, 4), quantile7(above, 3, 4)]
         else f_edges
       end as f_edges
     )
   from fifths, repeaters`,
);

// Borders in millionths of a day.
await run(
  `create temp table members as
   with intervals as (
     select
       *,
       getvariable('as_of_day') - last_active_day as idle,
       getvariable('as_of_day') - first_day as tenure,
       case
         when last_active_day is not null
           then (100 * (gaps * coalesce(median_gap_twice, 0) + 4 * p50) + gaps + 2) // (2 * (gaps + 2))
       end as usual_interval
     from users, population
   ),
   dormancies as (
     select
       *,
       case when usual_interval is not null then least(greatest(usual_interval * 20000, p75 * 1000000, 14000000), 180000000) end as dormant_after
     from intervals
   ),
   borders as (
     select
       *,
       case
         when dormant_after is not null then greatest(
           dormant_after * 3 // 2,
           least(
             greatest(usual_interval * 40000, p90 * 1000000, 30000000, case when gaps >= 2 then longest_gap * 1500000 end),
             730000000
           )
         )
       end as churned_after
     from dormancies
   ),
   rules as (
     select
       *,
       case
         when left_at is not null and (last_activity_at is null or last_activity_at <= left_at + 86400000000) then 'uninstall'
         when last_active_day is null then 'no_activity'
         when idle * 1000000 > churned_after then 'inactivity'
         when tenure < 14 and first_day - getvariable('first_day') >= greatest(14, 2 * p50) then 'first_seen'
         when idle * 1000000 > dormant_after then 'idle'
         when comeback_gap * 1000000 > dormant_after and (earlier_gap is null or comeback_gap > earlier_gap) then 'returned'
         when baseline_days >= 6 and 6 * recent_days < baseline_days then 'declining'
         when gaps >= 2 and idle * 4000000 > 3 * dormant_after then 'overdue'
         when tenure >= 60 and active_weeks >= 9 then 'consistent'
         when tenure >= 60 and order_days >= 4 and 100 * order_days >= order_days_60 then 'repeat_buyer'
         when active_days < 3 then 'few_days'
         else 'active'
       end as reason,
       orders > 0 as is_scored,
       case when orders > 0 then getvariable('as_of_day') - newest_order_day end as recency,
       (coalesce(monetary, 0) * 100)::bigint as cents
     from borders, edges
   ),
   scores as (
     select
       *,
       case when is_scored then 5 - ${above('recency', 'r_edges')} end as r,
       case when is_scored then 1 + ${above('orders', 'f_edges')} end as f,
       case when is_scored then 1 + ${above('cents', 'm_edges')} end as m
     from rules
   )
   select
     user_id,
     case reason
       when 'uninstall' then 'churned'
       when 'no_activity' then 'never_active'
       when 'inactivity' then 'churned'
       when 'first_seen' then 'new'
       when 'idle' then 'dormant'
       when 'returned' then 'reactivated'
       when 'declining' then 'at_risk'
       when 'overdue' then 'at_risk'
       when 'consistent' then 'loyal'
       when 'repeat_buyer' then 'loyal'
       when 'few_days' then 'occasional'
       else 'active'
     end as status,
     reason as status_reason,
     case
       when reason in ('uninstall', 'no_activity', 'inactivity') then 'gone'
       when reason in ('idle', 'declining', 'overdue') then 'slipping'
       else 'engaged'
     end as status_group,
     case
       when not is_scored then 'prospects'
       when f >= 4 and r = 5 then 'champions'
       when f >= 4 and r >= 3 then 'loyal_customers'
       when f = 5 then 'cant_lose'
       when f >= 3 and r <= 2 then 'at_risk_customers'
       when f = 3 and r = 3 then 'needs_attention'
       when f >= 2 and r >= 4 then 'potential_loyalists'
       when r <= 2 then 'hibernating'
       when r = 3 then 'about_to_sleep'
       when r = 4 then 'promising'
       else 'new_customers'
     end as rfm_segment,
     case when is_scored then concat(r, f, m) end as rfm_score,
     r as recency_score,
     f as frequency_score,
     m as monetary_score,
     recency as recency_days,
     orders as frequency,
     coalesce(monetary, 0) as monetary,
     case
       when not is_scored then 'none'
       when 100 * cents > tier_95 then 'top'
       when 100 * cents > tier_80 then 'high'
       when 100 * cents > tier_50 then 'mid'
       else 'low'
     end as value_tier,
     case orders when 0 then 'never' when 1 then 'once' else 'repeat' end as buyer_type,
     orders,
     case when greatest_order > 0 then 'paid' else 'free' end as paying,
     case
       when last_active_day > getvariable('as_of_day') - 28
         then case when first_day > getvariable('as_of_day') - 28 then 'new' else 'returning' end
     end as visitor,
     date '1970-01-01' + first_day as first_seen,
     date '1970-01-01' + last_active_day as last_seen,
     idle as idle_days,
     tenure as tenure_days,
     coalesce(active_days, 0) as active_days,
     events,
     (usual_interval * 0.01)::decimal(18, 2) as usual_interval_days,
     ((dormant_after + 5000) // 10000 * 0.01)::decimal(18, 2) as dormant_after_days,
     ((churned_after + 5000) // 10000 * 0.01)::decimal(18, 2) as churned_after_days
   from scores
   order by user_id`,
);

await write('members', 'select * from members');
mkdirSync(join(folder, 'status'));
for (const status of STATUSES) {
  await write(`status/${status}`, `select user_id, status_reason from members where status = '${status}'`);
}
mkdirSync(join(folder, 'rfm'));
for (const segment of RFM_SEGMENTS) {
  const scores = 'rfm_score, recency_score, frequency_score, monetary_score';
  await write(`rfm/${segment}`, `select user_id, ${scores} from members where rfm_segment = '${segment}'`);
}

/** How many of four edges lie strictly below a value. */
function above(value, edges) {
  return `(${[1, 2, 3, 4].map((place) => `(100 * ${value} > ${edges}[${place}])::integer`).join(' + ')})`;
}

function write(name, query) {
  return run(`copy (${query}) to $1 (header, nullstr '')`, [join(folder, `${name}.csv`)]);
}
