// What somebody would write for the 50 segments of bench-segments.ts over a `segment demo` of the shape shop, and for no other segment or
// export: a wide aggregate over the events of a user, without statuses, RFM or a check of the input. bench.ts proves that the files are
// those of `segment classify`.
// node hand-segments.mjs FILE FOLDER
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const NAMES = ['purchase', 'view_item', 'add_to_cart', 'search', 'session_start', 'checkout_started', 'add_to_wishlist'];

const [file, folder] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { memory_limit: '2GB', temp_directory: join(folder, 'spill') });
const connection = await instance.connect();
const run = (text, values) => connection.run(text, values);

await run(
  `create temp table events as
   select
     user_id,
     event,
     instant,
     epoch_us(instant) // 86400000000 as day,
     epoch_us(instant) // 3600000000 % 24 as hour,
     revenue,
     device,
     country
   from (
     select *, timezone('UTC', "timestamp") as instant
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
   )`,
  [file],
);
await run('set variable as_of_day = (select max(day) from events)');

const values = [];
const value = (query) => `v${values.push(query) - 1}`;
const count = (condition) => value(`count(case when ${condition} then 1 end)`);
const within = (days) => `day > getvariable('as_of_day') - ${days}`;
const is = (name) => `event = '${name}'`;
const isActivity = "event not in ('uninstall', 'email_sent', 'push_sent', 'refund')";
const monetary = value(
  `coalesce(sum(case event when 'purchase' then revenue when 'refund' then -abs(revenue) end) filter (where ${within(365)}), 0)`,
);
const idle = value(`getvariable('as_of_day') - max(day) filter (where ${isActivity})`);
const isPaid = value(`coalesce(bool_or(${is('purchase')} and revenue > 0), false)`);
const device = value(`max({'at': instant, 'value': device}) filter (where device <> '')`);
const rules = Array.from({ length: 50 }, (_, place) => {
  const [event, other] = [NAMES[place % 7], NAMES[(place + 2) % 7]];
  const second = [
    () => `coalesce(${value(`sum(revenue) filter (where ${is('purchase')} and ${within(30 + 5 * place)})`)}, 0) >= ${20 + place}`,
    () => `${count(`${is(other)} and country = 'DE' and ${within(60 + place)}`)} > 0`,
    () => `${value(`count(distinct day) filter (where ${isActivity} and ${within(14 + place)})`)} >= 3`,
    () => `${count(`${is(other)} and getvariable('as_of_day') - day between ${20 + place} and ${90 + place}`)} > 0`,
    () => `${weeks(other)} >= ${1 + (place % 4)}`,
    () => `${count(`${is('purchase')} and instant > last_cart`)} = 0`,
    () => `${count(`${is(event)} and next_purchase <= instant + interval ${1 + (place % 5)} hour`)} > 0`,
    () => `${count(`${is(other)} and day < first_day + ${7 + place}`)} > 0`,
    () => `${count(`${is(event)} and (hour >= 20 or hour < 2)`)} >= 2`,
    () => `${count(is(event))} > 2 * ${count(is(other))}`,
  ][place % 10]();
  const third = [isPaid, `${monetary} >= ${50 + place}`, `${idle} <= ${30 + place}`, `${device}.value = 'android'`][place % 4];
  return `coalesce(${count(`${is(event)} and ${within(7 + 3 * place)}`)} >= ${1 + (place % 3)} and ${second} and ${third}, false)`;
});
await run(
  `create temp table members as
   with users as (
     select user_id, min(day) as first_day, max(instant) filter (where ${is('add_to_cart')}) as last_cart
     from events
     group by user_id
   ),
   placed_events as (
     select
       events.*,
       first_day,
       last_cart,
       min(case when ${is('purchase')} then instant end) over (
         partition by user_id order by instant desc groups between unbounded preceding and 1 preceding
       ) as next_purchase
     from events
     join users using (user_id)
   ),
   user_values as (
     select user_id, ${values.map((query, place) => `${query} as v${place}`).join(', ')}
     from placed_events
     group by user_id
   )
   select user_id, ${rules.map((rule, place) => `${rule} as s${place}`).join(', ')}
   from user_values
   order by user_id`,
);
mkdirSync(join(folder, 'rules'));
for (const place of rules.keys()) {
  const path = join(folder, 'rules', `s${place}.csv`);
  await run(`copy (select user_id from members where s${place}) to $1 (header, nullstr '')`, [path]);
}

/** Of the last 8 weeks, those with the event. */
function weeks(name) {
  const week = "(getvariable('as_of_day') - day) // 7";
  return value(`count(distinct ${week}) filter (where ${is(name)} and ${week} < 8)`);
}
