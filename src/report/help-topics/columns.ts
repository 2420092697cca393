import { defineTopic } from './help-topic.js';

/** `segment help columns` */
export const columns = defineTopic({
  name: 'columns',
  title: 'Columns: what is read, what is written',
  blocks: [
    { kind: 'heading', text: 'Columns that are recognised' },
    {
      kind: 'text',
      text: 'Names are compared lower-cased, with every run of other characters than a-z and 0-9 as one underscore (`User ID` is `user_id`). The first name of a list that is there plays the role; a flag (`--user-column`, `--time-column` ...) overrules the names; with the value `none` it switches the role off. The exports of known tools are read by a preset in place of the names (`segment presets`). User and time are needed; everything else is optional.',
    },
    {
      kind: 'terms',
      heads: ['role', 'names, the first in the list wins'],
      items: [
        [
          'user',
          'user_id userid uid customer_id customerid cust_id cust household_id member_id account_id client_id distinct_id person_id visitor_id visitorid profile_id identity user customer email; a bare id when none of these exists and it repeats',
        ],
        [
          'time',
          'occurred_at timestamp event_time event_timestamp transaction_timestamp purchase_time invoice_date invoicedate order_date ts time datetime date created_at event_date; else the only column that reads as times',
        ],
        ['event', 'event event_name event_type name action activity type page; without one every row is a purchase'],
        [
          'value',
          'revenue amount sales_value dollar_value order_total total_price total sales value price unit_price unitprice price_per_unit',
        ],
        ['order', 'order_id orderid invoice_no invoiceno invoice basket_id transaction_id transactionid'],
        ['quantity', 'quantity qty; multiplies the value only when named by a flag or a preset, or when the value is a unit price'],
        ['event id', 'event_id insert_id message_id uuid; a bare id only if it is unique and there is a user column'],
        ['session', 'session_id user_session sessionid visit_id'],
        ['currency', 'currency currency_code'],
      ],
    },
    { kind: 'heading', text: 'Columns of members' },
    { kind: 'text', text: 'One row a user, sorted by `user_id`. Dates are ISO days; empty means there is no such value.' },
    {
      kind: 'terms',
      heads: ['column', 'meaning'],
      items: [
        ['`user_id`', 'the id exactly as in the input: 007 stays 007'],
        ['`status`', 'one of nine, see `segment help statuses`'],
        ['`status_reason`', 'what decided it: `idle`, `overdue`, the name of a churn event ...'],
        ['`status_group`', '`engaged`, `slipping` or `gone`'],
        ['`rfm_segment`', 'one of twelve, see `segment help rfm`'],
        ['`rfm_score`', 'the scores side by side, such as 433; empty for the unscored'],
        ['`recency_score`', '1 to 5, 5 for the most recent'],
        ['`frequency_score`', '1 to 5, 5 for the most orders'],
        ['`monetary_score`', '1 to 5, 5 for the most money; empty when activity is scored'],
        [
          '`recency_days`',
          'days from the newest order in the lookback (when activity is scored: from the last active day) to the as-of day',
        ],
        ['`frequency`', 'orders in the lookback (when activity is scored: active days), 0 for the unscored'],
        ['`monetary`', 'sum of amounts in the lookback, refunds subtracted; empty when activity is scored'],
        ['`value_tier`', '`top`, `high`, `mid`, `low` or `none`, by `monetary`: above the 95, 80, 50 % quantile of scored users'],
        ['`buyer_type`', '`never`, `once` or `repeat`, by orders of all time'],
        ['`orders`', 'orders of all time'],
        ['`paying`', '`paid` (an order above 0 ever) or `free`'],
        ['`visitor`', '`new` or `returning` among users active in the last 28 days, else empty'],
        ['`first_seen`', 'day of the first event of any kind'],
        ['`last_seen`', 'last active day'],
        ['`idle_days`', 'days from the last active day to the as-of day, paused days not counted (`segment help pauses`)'],
        ['`tenure_days`', 'days from `first_seen` to the as-of day, paused days not counted'],
        ['`active_days`', 'number of days with activity; paused days are one with the day before them'],
        ['`events`', 'used events of any kind'],
        ['`usual_interval_days`', "usual days between active days, own pace and everybody's mixed"],
        ['`dormant_after_days`', 'idle for longer than this is dormant'],
        ['`churned_after_days`', 'idle for longer than this is churned'],
      ],
    },
    {
      kind: 'text',
      text: '`idle_days` is about being there, `recency_days` about buying. Cleo ordered on 1 June and opened the app on 28 June; as of 30 June she has `idle_days` 2 and `recency_days` 29: no reason to miss her, every reason to make an offer.',
    },
    {
      kind: 'text',
      text: 'With `--entity` then `people`: how many distinct people have a used row of that entity; `user_id` is the id of the entity. Then one column for each `--keep` column: its latest non-empty value.',
    },
  ],
});
