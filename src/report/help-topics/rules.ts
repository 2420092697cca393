import { FEATURES } from '../../segmentation/rules/features.js';
import { defineTopic } from './help-topic.js';

/** `segment help rules` */
export const rules = defineTopic({
  name: 'rules',
  title: 'Own segments: rules you write',
  blocks: [
    {
      kind: 'text',
      text: 'A segment of your own has a name and a rule that holds for a user or does not. It stands in `segment.yaml` below `segments:`, or on the command line: `--segment "name: rule"`, as often as you like. Both forms say the same things in the same words; a name on the command line replaces that of the file. A user may be in several own segments, or in none.',
    },
    {
      kind: 'lines',
      lines: [
        'segments:',
        '  monetise_active:',
        '    description: launches regularly, never bought',
        '    goal: first purchase',
        '    min_size: 500',
        '    where:',
        '      all:',
        '        - did: { event: app_open, distinct: weeks, at_least: 3,',
        '                 in: last 4 weeks }',
        '        - did_not: purchase',
      ],
    },
    {
      kind: 'lines',
      lines: ['--segment "monetise_active: distinct(weeks of app_open, last 4 weeks) >= 3', '           and not did(purchase)"'],
    },
    {
      kind: 'text',
      text: '`where` holds one condition, or the text of the short form. Several stand in a list below `all:` or `any:`; `not:` turns one around. In the short form they are joined by `and`, `or`, `not`; where `and` and `or` meet, brackets say what belongs together.',
    },
    { kind: 'heading', text: 'What users did' },
    {
      kind: 'terms',
      heads: ['in YAML', 'short form'],
      items: [
        ['`did: purchase`', '`did(purchase)`'],
        ['`did_not: { event: purchase, in: last 30 days }`', '`not did(purchase, last 30 days)`'],
        ['`did: { event: purchase, at_least: 2, in: last 30 days }`', '`did(purchase, last 30d) >= 2`'],
        ['`did: { event: purchase, exactly: 0 }`', '`did(purchase) = 0`'],
        ['`did: { event: [purchase, renewal], between: [2, 5] }`', '`did(purchase or renewal) between 2 and 5`'],
        ['`did: { event: app_open, more_than: 5, per: week, over: last 4 weeks }`', '`did(app_open, last 4 weeks) > 5 per week`'],
        ['`did: { event: purchase, sum: amount, at_least: 500 }`', '`sum(amount of purchase) >= 500`'],
        ['`did: { event: play, average: minutes, more_than: 15 }`', '`average(minutes of play) > 15`'],
        ['`did: { event: app_open, distinct: weeks, at_least: 3, in: last 4 weeks }`', '`distinct(weeks of app_open, last 4 weeks) >= 3`'],
        ['`did: { event: view, distinct: category, at_least: 3 }`', '`distinct(category of view) >= 3`'],
        [
          '`did: { event: chat, more_than: { event: call, times: 2 }, in: last 30 days }`',
          '`did(chat, last 30d) > 2 x did(call, last 30d)`',
        ],
        ['`first: { event: purchase, in: last 7 days }`', '`first(purchase, last 7 days)`'],
        ['`nth: { n: 3, event: purchase, in: last 7 days }`', '`nth(3, purchase, last 7 days)`'],
        ['`did: { event: add_to_cart, then: purchase, within: 2 minutes }`', '`did(add_to_cart then purchase within 2 minutes)`'],
        ['`did: { event: add_to_cart, then_not: purchase, within: 24 hours }`', '`did(add_to_cart then not purchase within 24 hours)`'],
        ['`regularly: { event: app_open, in: 3 of last 4 weeks }`', '`regularly(app_open, 3 of last 4 weeks)`'],
        [
          '`stopped: { event: app_open, in: last 14 days, before_that: 28 days }`',
          '`stopped(app_open, last 14 days, before that 28 days)`',
        ],
        [
          '`restarted: { event: app_open, in: last 14 days, before_that: 28 days }`',
          '`restarted(app_open, last 14 days, before that 28 days)`',
        ],
        ['`idle: { more_than: 2 x usual_interval }`', '`idle > 2 x usual_interval`'],
        ['`idle: { at_least: 14 days }`', '`idle >= 14 days`'],
      ],
    },
    {
      kind: 'list',
      items: [
        'Zero is a number: `at_most: 3` and `exactly: 0` hold for people who never did it. Who is known only from the file of `--users` did everything 0 times.',
        '`at_least`, `at_most`, `more_than`, `less_than`, `exactly` and `between: [2, 5]`, both ends included, are `>=`, `<=`, `>`, `<`, `=` and `between 2 and 5`. Two of them make a range: `>= 2 and < 5`.',
        'Without a number, `did` means at least once. `sum`, `average`, `least` and `greatest` measure a property, or `amount`, the value column. Without events a sum is 0; the other three have no value, and no range holds for them.',
        '`event: anything` is every activity event. Names are compared as event names are everywhere: `add_to_cart` is `Add To Cart`.',
        'Of two things that are compared, the second takes the window and the measure of the first in YAML, unless it has its own; in the short form each has what stands in its brackets.',
        '`first` and `nth` count from the beginning of the files: the time that is meant lies in the window.',
        'In a sequence every step comes strictly later than the one before; `within` is from the first to the last. `then_not` asks for an event that was not followed although the time is over.',
        '`regularly` asks for at least one event in each of so many weeks (days, months); `at_least: 2`, in the short form `each >= 2`, for more. `stopped`: did it in the days before that, and not in the last ones. `restarted`: did it in the last days, not in those before that, and did it before those.',
        '`idle` counts days since the last active day, or how many times the own usual interval they are. Nobody who was never active is idle.',
      ],
    },
    { kind: 'heading', text: 'Which events' },
    {
      kind: 'text',
      text: 'Each of these takes conditions on its events: properties below `where:`, hours of the day and days of the week in the zone of the report. All of them hold for an event that counts.',
    },
    {
      kind: 'lines',
      lines: [
        'did: { event: view, where: { category: [shoes, boots] }, at_least: 3 }',
        'did: { event: app_open, hours: 22 to 4, weekdays: [fri, sat] }',
        '',
        'did(view where category in (shoes, boots)) >= 3',
        'did(app_open where hours 22 to 4 and weekdays (fri, sat))',
      ],
    },
    { kind: 'heading', text: 'When' },
    {
      kind: 'terms',
      heads: ['window', 'meaning'],
      items: [
        ['no window', 'ever, up to the as-of date'],
        ['`in: last 30 days`', 'the as-of day and the 29 before it; weeks are 7 days each'],
        ['`in: last 3 months`', 'after the same day 3 months ago'],
        ['`in: last 24 hours`', 'up to the end of the as-of day'],
        ['`in: between 90 and 45 days ago`', 'both days included; the as-of day is 0 days ago'],
        ['`in: between 2024-01-01 and 2024-03-31`', 'both days included'],
        ['`since: 2024-01-01`', 'that day and later; `until:` that day and earlier; `after:` and `before:` without it'],
        ['`within: 7 days of first seen`', 'the day first seen and the 6 after it'],
        ['`after: last add_to_cart`', "after the user's last add_to_cart; also `before:`, and `first` for `last`"],
        ['`after: first visit`, `within: 24 hours`', 'after it, and not later than that'],
      ],
    },
    {
      kind: 'text',
      text: 'The short form has the same words behind a comma: `did(purchase, last 30 days)`, `did(purchase, since 2024-01-01)`, `did(purchase, within 24 hours after first visit)`. Units may be short: `min`, `h`, `d`, `w`, `mo`. With `--pause`, days and weeks count as the statuses count them; hours, months and dates go by the calendar.',
    },
    { kind: 'heading', text: 'Who users are' },
    {
      kind: 'terms',
      heads: ['in YAML', 'short form'],
      items: [
        ['`property: { gender: female }`', '`property(gender) = female`'],
        [
          '`property: { plan: [pro, team], age: { between: [25, 45] } }`',
          '`property(plan) in (pro, team) and property(age) between 25 and 45`',
        ],
        ['`property: { interests: { contains: cycling } }`', '`property(interests) contains cycling`'],
        ['`property: { email: { matches: "@example[.]com$" } }`', '`property(email) matches "@example[.]com$"`'],
        ['`property: { phone: { set: true } }`', '`property(phone) is set`'],
        ['`property: { country: { not: [DE, AT] } }`', '`property(country) not in (DE, AT)`'],
        ['`property: { birthday: { since: 1990-01-01 } }`', '`property(birthday) >= 1990-01-01`'],
        ['`property: { plan: { which: any, is: trial } }`', '`property(plan, any) = trial`'],
        ['`status: [at_risk, dormant]`', '`status in (at_risk, dormant)`'],
        ['`monetary: { at_least: 500 }`', '`monetary >= 500`'],
        ['`first_seen: { since: 2024-01-01 }`', '`first_seen >= 2024-01-01`'],
        ['`segment: monetise_active`', '`segment(monetise_active)`'],
      ],
    },
    {
      kind: 'list',
      items: [
        'A property is that of the file of `--users`, or the latest value in the events; `which: any` means any value ever, `which: first` the first one. `=` compares texts as they stand there: `007` is not `7`. What is turned around by `not:` holds for people without a value, too.',
        `Features are columns of members: ${[...FEATURES.keys()].map((name) => `\`${name}\``).join(', ')}.`,
        'Own segments may refer to each other, in any order, but not in a circle.',
      ],
    },
    { kind: 'heading', text: 'How it is written' },
    {
      kind: 'list',
      items: [
        'Names of segments are up to 40 of `a` to `z`, `0` to `9` and `_`, a letter first; those of statuses, RFM segments and columns are taken.',
        'A name or value with blanks or signs stands in quotes in the short form, one or two: `did("Add To Cart")`, a quote within them twice. So does a word of the language that is meant as a name: `did("where")`.',
        'Numbers are written out: `1000`, not `1,000` or `1e3`. Days are `YYYY-MM-DD`.',
        '`goal`, `description`, `min_size` and `priority` (1 comes first) are up to you.',
        'All that is wrong in a file or a text is said at once, with its place and the nearest word that there is. Nothing that you write becomes SQL: names and values are handed over as values.',
      ],
    },
  ],
});
