// What somebody would write to compare paid with free users of this one export and no other: the metrics of `segment compare --by paying`
// and the users of each event, by group, without intervals, tests, layers or a check of the input.
// node hand-compare.mjs FILE FOLDER
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [file, folder] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { memory_limit: '2GB', temp_directory: join(folder, 'spill') });
const connection = await instance.connect();
const run = (text, values) => connection.run(text, values);

await run(
  `create temp table events as
   select
     user_id,
     event,
     timezone('UTC', "timestamp") as instant,
     cast(timezone('UTC', "timestamp") as date) as day,
     revenue,
     order_id,
     session_id
   from read_csv(
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
   )
   where event not in ('email_sent', 'push_sent')`,
  [file],
);
await run(`
  create temp table users as
  with sessions as (
    select user_id, count(*) as sessions, sum(epoch_us(ends_at) - epoch_us(starts_at)) // 1000000 as seconds
    from (
      select user_id, session_id, min(instant) as starts_at, max(instant) as ends_at
      from events
      where event not in ('refund', 'uninstall')
      group by user_id, session_id
    )
    group by user_id
  ),
  days as (
    select user_id, day, min(day) over (partition by user_id) as first_day
    from (select distinct user_id, day from events where event not in ('refund', 'uninstall'))
  ),
  activities as (
    select
      user_id,
      count(*) as active_days,
      max(day) as last_day,
      bool_or(day between first_day + 7 and first_day + 13) as is_back_1,
      bool_or(day between first_day + 28 and first_day + 34) as is_back_4
    from days
    group by user_id
  )
  select
    totals.*,
    active_days,
    last_day,
    is_back_1,
    is_back_4,
    sessions,
    seconds
  from (
    select
      user_id,
      count(*) as events,
      count(distinct order_id) filter (where event = 'purchase') as orders,
      coalesce(sum(revenue), 0) as revenue,
      coalesce(sum(revenue) filter (where event = 'purchase'), 0) as order_value,
      min(day) as first_day,
      min(day) filter (where event = 'purchase') as first_order_day
    from events
    group by user_id
  ) as totals
  left join activities using (user_id)
  left join sessions using (user_id)`);
const groups = await connection.runAndReadAll(`
  select
    orders > 0 as is_paid,
    count(*) as users,
    avg((last_day > (select max(day) from events) - 7)::integer) as active_7d,
    avg((last_day > (select max(day) from events) - 30)::integer) as active_30d,
    avg(active_days) as active_days,
    avg(events) as events,
    avg(sessions) as sessions,
    avg(seconds) / 60 as minutes,
    avg(is_back_1::integer) as returned_week_1,
    avg(is_back_4::integer) as returned_week_4,
    avg(orders) as orders_per_user,
    sum(order_value) / nullif(sum(orders), 0) as average_order_value,
    avg(revenue) as revenue_per_user,
    median(first_order_day - first_day) as days_to_first_order
  from users
  group by is_paid
  order by is_paid`);
const events = await connection.runAndReadAll(`
  select event, orders > 0 as is_paid, count(distinct user_id) as users
  from events
  join users using (user_id)
  group by all
  order by all`);
process.stdout.write(`${JSON.stringify([groups.getRowObjectsJson(), events.getRowObjectsJson()], undefined, 1)}\n`);
connection.closeSync();
instance.closeSync();
