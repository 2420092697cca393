import { defineTopic } from './help-topic.js';

/** `segment help as-of` */
export const asOf = defineTopic({
  name: 'as-of',
  title: 'The as-of date: the day the answers are about',
  blocks: [
    {
      kind: 'text',
      text: 'Every answer is the state of the world at the end of one day, D, in the time zone of the report (`--timezone`, UTC unless set). Only events before that instant exist: with D = 30 June 2026 and UTC, everything before 1 July 2026 00:00 UTC. The same files and the same D give the same bytes, today and next year: the clock of the machine matters only to `--as-of today` and as a bound for the default.',
    },
    { kind: 'heading', text: 'Which day' },
    {
      kind: 'terms',
      heads: ['flag', 'meaning'],
      items: [
        ['no flag', 'the day of the newest plausible event in the input; the summary and the manifest say how it was chosen'],
        ['`--as-of 2026-06-30`', 'that day'],
        ['`--as-of today`', "today by this machine's clock, in the report's time zone"],
      ],
    },
    {
      kind: 'text',
      text: 'Rows later than D are counted as `after_as_of`. They are no rejects: read later, they count. When nobody has an event up to D, the run stops with exit code 3.',
    },
    { kind: 'heading', text: 'Which events are plausible' },
    {
      kind: 'list',
      items: [
        "A time later than this machine's clock plus one day can't become the as-of date.",
        'A block of days at the end is set aside when it begins more than 30 days after the day before it, holds fewer than max(2, 0.1 % of the users) users, and the rest holds at least 10 users. Of several such blocks the longest goes. One device with a wrong clock does not move the date; a warning counts the rows.',
        'When the as-of day itself has under half of the usual volume of its weekday, the export was probably cut during that day. The date stays; a warning names the day before.',
      ],
    },
    {
      kind: 'text',
      text: 'An example: 4,000 users with events up to 30 June 2026, and one phone whose events say 4 March 2031. The clock is on 2 July 2026, so 2031 is out; D is 30 June 2026. Had the phone said 15 May 2026 in an export that ends on 3 April, its day would be set aside: it begins 42 days after 3 April, and one user is fewer than max(2, 4).',
    },
    { kind: 'heading', text: 'Time zones' },
    {
      kind: 'list',
      items: [
        'Days, gaps and idle times are counted in calendar days of the report zone, never in 24-hour steps.',
        'Times without a zone are read in that zone. In the hour that a clock change skips, they move forward by the gap; in the hour it repeats, the earlier instant is taken.',
        'An event at 23:30 in New York on 30 June is 03:30 UTC on 1 July: with `--timezone America/New_York` it belongs to 30 June, with UTC to the day after.',
      ],
    },
  ],
});
