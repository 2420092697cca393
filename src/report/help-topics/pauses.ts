import { defineTopic } from './help-topic.js';

/** `segment help pauses` */
export const pauses = defineTopic({
  name: 'pauses',
  title: 'Closed seasons: days that count for nothing',
  blocks: [
    {
      kind: 'text',
      text: 'Nobody can order while the warehouse is shut, and nobody should be called dormant for it. `--pause 2024-12-21..2025-01-05` takes days out of every length of time: both days named are paused, too. The flag can be repeated or take a list with commas, `--pause 2024-12-24` is a single day, and `pause:` in a config file takes a list. Days are those of the report zone; pauses that overlap or touch are one.',
    },
    { kind: 'heading', text: 'One rule' },
    {
      kind: 'text',
      text: 'Every day has a counted number: how many days that are not paused there are up to and including it. A paused day has the number of the last day before the pause. Wherever a status looks at days, it looks at counted numbers:',
    },
    {
      kind: 'terms',
      heads: ['what', 'with pauses'],
      items: [
        ['gap, idle, tenure, history', 'differences of counted numbers'],
        [
          'the last N days',
          'the as-of day and the N - 1 counted days before it: the windows of `reactivated`, `at_risk`, `visitor` and `engagement`',
        ],
        ['the 12 weeks of `loyal`', 'seven counted days each, back from the as-of day'],
        ['order days of `loyal`', 'of the last 365 counted days'],
        ["days from the input's start", 'counted ones, for `new`'],
        ['wrong clocks', 'the 30 days without events before a block that is set aside are counted ones'],
      ],
    },
    { kind: 'heading', text: 'What that means' },
    {
      kind: 'list',
      items: [
        'Who came on a paused day was there: it is an active day, with the number of the last day before the pause. Days that share a number are one active day and one order day, so no gap is ever 0, and who comes every day of the season has gained one day.',
        'A paused as-of day stands where the last day before the pause stands: on every day of the season everybody keeps the status of its eve, but for what they do.',
        'A season that was already on when the input begins, or that reaches past the as-of day, counts as far as it lies between. Later ones matter to `segment explain`, which tells the day of the next change with the seasons still to come left out.',
        'When every day from the first event to the as-of day is paused, there is nothing to count and the run stops with exit code 3. When no paused day lies there, a warning says so (`pauses_outside`).',
      ],
    },
    { kind: 'heading', text: 'What stays by the calendar' },
    {
      kind: 'text',
      text: 'Dates (`first_seen`, `last_seen`, the as-of date), the hours after a churn event, the length of a trial, and money: `recency_days`, the lookback of RFM, and revenue of the last 365 days. RFM compares everybody over one and the same span, and a quiet season is quiet for all of them. `idle_days`, `tenure_days`, `active_days` and the three intervals of `members` are counted, as the rules compare them.',
    },
    {
      kind: 'text',
      text: 'A manifest keeps the pauses with the settings, and the settings hash changes with them. `--freeze` takes gaps as they were measured, whatever was paused then: gaps measured with one set of pauses can stand beside another, as they are lengths without seasons either way.',
    },
    { kind: 'heading', text: 'An example' },
    {
      kind: 'text',
      text: 'A wholesaler closes from 21 December to 5 January; P50, P75 and P90 are 7 days. Dora has ordered every Monday since September, the last time on 16 December. Her `dormant_after` is max(2 x 7, 7, 14) = 14 days, her `churned_after` max(4 x 7, 7, 30, 1.5 x 7) = 30.',
    },
    {
      kind: 'lines',
      lines: [
        'as of         without --pause          with it',
        '20 December   idle  4  loyal           idle  4  loyal',
        '3 January     idle 18  dormant         idle  4  loyal',
        '6 January     idle 21  dormant         idle  5  loyal',
        '12 January    idle 27  dormant         idle 11  at_risk (overdue: 11 > 10.5)',
        '15 January    idle 30  dormant         idle 14  at_risk',
        '16 January    idle 31  churned         idle 15  dormant',
      ],
    },
  ],
});
