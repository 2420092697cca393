import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WARNING_CODES } from '../../src/analysis/classify/warnings.js';
import { isoOfDay } from '../../src/time/day.js';
import { type ClassifyRun, classifyOnce, makeRunFolder } from '../support/classify-once.js';

const folder = makeRunFolder();
afterAll(() => folder.remove());

const HEADER = 'user_id,event,timestamp,amount,event_id';
/** 30 June 2026. */
const BASE = 20_634;
const NOW = new Date('2026-07-01T12:00:00Z');

/** Warnings about Parquet and archives; those of since.test.ts, pauses.test.ts, users-file.test.ts, identity.test.ts and id-lists.test.ts. */
const TESTED_ELSEWHERE = [
  'float_ids',
  'left_out_files',
  'unchecked_files',
  'users_not_in_file',
  'users_file_rows',
  'unknown_signups',
  'later_signups',
  'identity_columns',
  'identity_rows',
  'unmatched_identities',
  'list_column',
  'list_rows',
  'unmatched_ids',
  'before_since',
  'pauses_outside',
  'plan_values',
];

let rowsMade = 0;
function row(user: string, daysAgo: number, event = 'view', amount = '', eventId = ''): string {
  rowsMade += 1;
  return `${user},${event},${isoOfDay(BASE - daysAgo)} 10:00:00,${amount},${eventId || `e${rowsMade}`}`;
}

/**
 * Nothing to warn about: users u00 to u24 with 2 to 6 orders each, 20 days apart, the newest as many days ago as the user's number.
 * 100 rows, 125 days of history, one gap of 20 for everybody, and edges that all differ.
 */
function calm(users = 25): string[] {
  return Array.from({ length: users }, (_, user) =>
    Array.from({ length: (user % 5) + 2 }, (_unused, order) =>
      row(`u${String(user).padStart(2, '0')}`, user + 20 * order, 'purchase', `${10 + user}`),
    ),
  ).flat();
}

/** Users of one day. */
function views(users: number): string[] {
  return Array.from({ length: users }, (_, user) => row(`v${user}`, 3));
}

function onceBuyers(users: number): string[] {
  return Array.from({ length: users }, (_, user) => row(`w${user}`, user, 'purchase', `${200 + user}`));
}

/** The calm export with some of its columns only. */
function calmColumns(places: readonly number[]): string[] {
  return calm().map((line) => places.map((place) => line.split(',')[place]).join(','));
}

/** The calm export as orders of Shopify, its rows told apart by what stands in the place of `paid`. */
const SHOPIFY = 'Name,Email,Financial Status,Created at,Lineitem quantity,Total';
function calmShopify(status: (index: number) => string = () => 'paid'): string[] {
  return calm().map((line, index) => {
    const [user = '', , time = '', amount = '', id = ''] = line.split(',');
    return `#${id},${user},${status(index)},${time},1,${amount}`;
  });
}

/** The calm export as lines of UCI Online Retail; the first day for which `isSlashed` holds is written month first. */
const RETAIL = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID';
function calmRetail(isSlashed: (day: number) => boolean): string[] {
  const lines = calm().map((line) => line.split(','));
  const first = lines.findIndex(([, , time = '']) => isSlashed(Number(time.slice(8, 10))));
  return lines.map(([user = '', , time = '', amount = '', id = ''], index) => {
    const [year, month, day] = time.slice(0, 10).split('-').map(Number);
    return `${id},a,b,1,${index === first ? `${month}/${day}/${year} 10:00` : time},${amount},${user}`;
  });
}

let runs = 0;
async function classify(lines: readonly string[], flags: readonly string[] = [], header = HEADER): Promise<ClassifyRun> {
  runs += 1;
  const path = join(folder.path, `${runs}.csv`);
  writeFileSync(path, `${[header, ...lines].join('\n')}\n`);
  return classifyOnce([path, '--max-rejects', '100%', ...flags], join(folder.path, `out-${runs}`), {
    now: NOW,
    env: { SEGMENT_PROOF: 'true' },
  });
}

async function codes(lines: readonly string[], flags: readonly string[] = [], header = HEADER): Promise<readonly string[]> {
  return (await classify(lines, flags, header)).codes;
}

interface Case {
  readonly code: keyof typeof WARNING_CODES;
  /** What makes it fire, and nothing else. */
  readonly fires: () => Promise<readonly string[]>;
  /** What comes as near as can be without. */
  readonly silent: () => Promise<readonly string[]>;
}

/** Rows of u03, who has 5 orders, on one more day. */
const bot = (events: number): string[] => Array.from({ length: events }, () => row('u03', 3));
const repeated = (lines: readonly string[]): string[] => [...lines, ...lines];
const withCurrency = (line: string, index: number): string => `${line},${index === 0 ? 'USD' : 'EUR'}`;

/**
 * 30 users who came every other day for a week 118 days ago and once more in the last 30 days: churned then. And 30 who came on three days of
 * the fortnight before those and on `next`: active then.
 */
function crossed(next: number): string[] {
  return Array.from({ length: 30 }, (_, user) => [
    ...[124, 122, 120, 118, 5].map((daysAgo) => row(`x${user}`, daysAgo)),
    ...[46, 38, 32, next].map((daysAgo) => row(`y${user}`, daysAgo)),
  ]).flat();
}

const CASES: readonly Case[] = [
  {
    code: 'ignored_columns',
    fires: () =>
      codes(
        calm().map((line) => `${line},x@y`),
        [],
        `${HEADER},customer`,
      ),
    silent: () =>
      codes(
        calm().map((line) => `${line},x@y`),
        [],
        `${HEADER},contact`,
      ),
  },
  {
    code: 'no_event_column',
    fires: () => codes(calmColumns([0, 2]), [], 'user_id,timestamp'),
    silent: () => codes(calmColumns([0, 2]), ['--event-column', 'none'], 'user_id,timestamp'),
  },
  {
    code: 'no_event_column',
    fires: () => codes(calmColumns([0, 1, 2]), [], 'user_id,what,timestamp'),
    silent: () => codes(calmColumns([0, 4, 2]), [], 'user_id,order_id,timestamp'),
  },
  {
    code: 'mixed_line_endings',
    fires: () => codes(calm().map((line, index) => (index === 7 ? `${line}\r` : line))),
    silent: () =>
      codes(
        calm().map((line) => `${line}\r`),
        [],
        `${HEADER}\r`,
      ),
  },
  {
    code: 'preset_columns_missing',
    fires: () =>
      codes(
        calmShopify().map((line) => line.replace(/,1,/, ',')),
        ['--preset', 'shopify'],
        SHOPIFY.replace('Lineitem quantity,', ''),
      ),
    silent: () => codes(calmShopify(), ['--preset', 'shopify'], SHOPIFY),
  },
  {
    code: 'assumed_dates',
    fires: () =>
      codes(
        calmRetail((day) => day <= 12),
        [],
        RETAIL,
      ),
    silent: () =>
      codes(
        calmRetail((day) => day > 12),
        [],
        RETAIL,
      ),
  },
  {
    code: 'unknown_order_status',
    fires: () =>
      codes(
        calmShopify((index) => (index === 14 ? 'bezahlt' : 'paid')),
        [],
        SHOPIFY,
      ),
    silent: () =>
      codes(
        calmShopify((index) => (index === 14 ? 'partially_paid' : 'paid')),
        [],
        SHOPIFY,
      ),
  },
  {
    code: 'conflicting_orders',
    fires: () => {
      const orders = calmShopify();
      return codes([...orders, `${orders[0]}0`], [], SHOPIFY);
    },
    silent: () => codes(repeated(calmShopify()), [], SHOPIFY),
  },
  {
    code: 'rejects',
    fires: () => codes([...calm(), row('u01', 2).replace('2026-06', '2026-16')]),
    silent: () => codes([...calm(), row('u01', 2)]),
  },
  {
    code: 'without_user',
    fires: () => codes([...calm(), row('', 2)]),
    silent: () => codes([...calm(), row('-1', 2), row('-1', 4)], ['--spreadsheet-safe']),
  },
  {
    // The clock says 1 July at noon, so 2 July at noon is the last instant that counts.
    code: 'after_as_of',
    fires: () => codes([...calm(), row('u01', -2).replace('10:00:00', '12:00:00.000001')]),
    silent: () => codes([...calm(), row('u01', -2).replace('10:00:00', '12:00:00')]),
  },
  {
    // 7, 14, … days ago had 1, 1, 2, 1, 1, 2, 1 and 1 rows, with three more on each 4 to 5: the usual is 4, and half of it is 2.
    code: 'partial_last_day',
    fires: () =>
      codes([...calm(), ...[7, 14, 21, 28, 35, 42, 49, 56].flatMap((day) => [row('u01', day), row('u02', day), row('u03', day)])]),
    silent: () =>
      codes([
        ...calm(),
        ...[7, 14, 21, 28, 35, 42, 49, 56].flatMap((day) => [row('u01', day), row('u02', day), row('u03', day)]),
        row('u01', 0),
      ]),
  },
  {
    // 6 of 119 rows are 5.04 %; 6 of 120 are 5 %.
    code: 'duplicates',
    fires: () => {
      const lines = calm();
      return codes([...lines, ...lines.slice(0, 6), ...bot(13)]);
    },
    silent: () => {
      const lines = calm();
      return codes([...lines, ...lines.slice(0, 6), ...bot(14)]);
    },
  },
  {
    code: 'conflicting_duplicates',
    fires: () => codes([...calm(), row('u03', 3, 'view', '', 'twice'), row('u03', 4, 'view', '', 'twice')]),
    silent: () => codes([...calm(), ...repeated([row('u03', 3, 'view', '', 'twice')])]),
  },
  {
    code: 'bad_amounts',
    fires: () => codes([...calm(), row('u03', 4, 'purchase', 'oops')]),
    silent: () => codes([...calm(), row('u03', 4, 'purchase', '')]),
  },
  {
    code: 'other_currency',
    fires: () => codes(calm().map(withCurrency), ['--currency', 'EUR'], `${HEADER},currency`),
    silent: () =>
      codes(
        calm().map((line) => `${line},EUR`),
        ['--currency', 'EUR'],
        `${HEADER},currency`,
      ),
  },
  {
    code: 'rounded_amounts',
    fires: () => codes([...calm(), row('u03', 4, 'purchase', '1.12345678901')]),
    silent: () => codes([...calm(), row('u03', 4, 'purchase', '1.1234567890')]),
  },
  {
    code: 'refunds',
    fires: () => codes([...calm(), row('u03', 4, 'refund')]),
    silent: () => codes([...calm(), row('u03', 4, 'refund_requested')]),
  },
  {
    code: 'near_duplicate_ids',
    fires: () => codes([...calm(), row('U03', 4), row('U03', 5)]),
    silent: () => codes([...calm(), row('U3', 4), row('U3', 5)]),
  },
  {
    code: 'placeholder_id',
    fires: () => codes([...calm(), row('NULL', 4), row('NULL', 5)]),
    silent: () => codes([...calm(), row('nullable', 4), row('nullable', 5)]),
  },
  {
    // u03 has 5 of 100 rows: 95 of 190 are half, 96 of 191 are more.
    code: 'placeholder_id',
    fires: () => codes([...calm(), ...bot(91)]),
    silent: () => codes([...calm(), ...bot(90)]),
  },
  {
    code: 'mangled_ids',
    fires: () => codes([...calm(), row('1.03293E+19', 4), row('1.03293E+19', 5)]),
    silent: () => codes([...calm(), row('1e5', 4), row('1e5', 5)]),
  },
  {
    code: 'formula_ids',
    fires: () => codes([...calm(), row('=1+1', 4), row('=1+1', 5)]),
    silent: () => codes([...calm(), row('=1+1', 4), row('=1+1', 5)], ['--spreadsheet-safe']),
  },
  {
    code: 'formula_ids',
    fires: () => codes([...calm(), row('＝1', 4), row('＝1', 5)]),
    silent: () => codes([...calm(), row('1=', 4), row('1=', 5)]),
  },
  {
    code: 'unknown_events',
    fires: () => codes([...calm(), row('u03', 4, 'quit')], ['--churn-event', 'quits']),
    silent: () => codes([...calm(), row('u03', 4, 'Quit!')], ['--churn-event', 'quit']),
  },
  {
    code: 'unknown_events',
    fires: () => codes(calmColumns([0, 2, 3]), ['--risk-event', 'complaint'], 'user_id,timestamp,amount'),
    silent: () => codes(calmColumns([0, 2, 3]), ['--risk-event', 'none'], 'user_id,timestamp,amount'),
  },
  {
    code: 'possible_churn_events',
    fires: () => codes([...calm(), row('u03', 4, 'Cancel subscription')]),
    silent: () => codes([...calm(), row('u03', 4, 'Cancel subscription')], ['--churn-event', 'none']),
  },
  {
    // u24 has 6 orders, the first 24 + 5 × 20 = 124 days ago.
    code: 'short_history',
    fires: () => codes(calm(), ['--set', 'churned.history=126']),
    silent: () => codes(calm(), ['--set', 'churned.history=125']),
  },
  {
    code: 'status_order',
    // As of 30 June the 30 days are 1 to 30 June; 31 May is 30 days ago.
    fires: () => codes([...calm(), ...crossed(30)]),
    silent: () => codes([...calm(), ...crossed(29)]),
  },
  {
    code: 'no_cadence',
    fires: () => codes(calm(19)),
    silent: () => codes(calm(20)),
  },
  {
    // 37 of 61 users are 60.7 %; 36 of 60 are 60 %.
    code: 'mostly_single_day',
    fires: () => codes([...calm(24), ...views(37)]),
    silent: () => codes([...calm(24), ...views(36)]),
  },
  {
    // Of 43 buyers 18 came once, so the 20 and 40 % edges of frequency are both 1; edges among repeat buyers are 1, 3, 4 and 5.
    code: 'collapsed_edges',
    fires: () => codes([...calm(), ...onceBuyers(18)], ['--scoring', 'quantile']),
    silent: () => codes([...calm(), ...onceBuyers(18)]),
  },
];

describe('a warning fires when it should, alone, and not otherwise', () => {
  it('and the export that the others are made from has none', async () => {
    expect(await codes(calm())).toEqual([]);
  });

  it.each(CASES)('$code', async ({ code, fires, silent }) => {
    expect(await fires()).toEqual([code]);
    expect(await silent()).toEqual([]);
  });

  it('possible_churn_events counts the used rows of the whole input, in any order', async () => {
    const lines = [
      ...calm(),
      ...Array.from({ length: 11_000 }, (_, index) => row(`u${String(index % 25).padStart(2, '0')}`, 3 + (index % 40))),
      row('u03', 4, 'window_closed'),
      row('u04', 4, 'Cancel plan'),
      row('u04', 5, 'Cancel plan'),
      // Three that do not count: after the as-of day, without a user, and a repeated id.
      row('u04', -1, 'Cancel plan'),
      row('', 4, 'Cancel plan'),
      row('u04', 6, 'Cancel plan', '', 'twice'),
      row('u04', 6, 'Cancel plan', '', 'twice'),
    ];
    const message = async (of: readonly string[]): Promise<string | undefined> =>
      (await classify(of, ['--as-of', '2026-06-30'])).summary.warnings.find(({ code }) => code === 'possible_churn_events')?.message;
    const expected = 'these events may mean churn: Cancel plan (3), window_closed (1); --churn-event NAME says so';
    expect(await message(lines)).toBe(expected);
    expect(await message(lines.toReversed())).toBe(expected);
  });

  it('status_order says how many came back, and what widens the border', async () => {
    const { summary } = await classify([...calm(), ...crossed(30)]);
    expect(summary.warnings.map(({ message }) => message)).toEqual([
      '100 % of the 30 churned came back within 30 days, more than 12 % of the 34 active: the border is too tight; --set churned.multiple above 4 widens it, and segment suggest shows what the data speak for',
    ]);
  });

  it('unknown_events names the flag and the nearest event, and looks behind the heads of the files', async () => {
    const late = [
      ...calm(),
      ...Array.from({ length: 10_000 }, () => row('u03', 4)),
      ...['complaint', 'Newsletter', 'Sale', 'left'].map((event) => row('u04', 4, event)),
    ];
    const flags = ['--risk-event', 'complaint', '--passive-event', 'newsletter', '--value-event', 'sale', '--churn-event', 'left'];
    const messages = async (given: readonly string[]): Promise<string[]> =>
      (await classify(late, given)).summary.warnings.flatMap(({ code, message }) => (code === 'unknown_events' ? [message] : []));
    expect(await messages(flags)).toEqual([]);
    expect(await messages(flags.map((word) => (word.startsWith('--') ? word : `${word}s`)))).toEqual([
      '--value-event sales: no row holds an event of that name; did you mean "Sale"?',
      '--churn-event lefts: no row holds an event of that name; did you mean "left"?',
      '--passive-event newsletters: no row holds an event of that name; did you mean "Newsletter"?',
      '--risk-event complaints: no row holds an event of that name; did you mean "complaint"?',
    ]);
  });

  it('each of them, and those that files of another kind bring where these are tested', () => {
    expect([...new Set([...CASES.map(({ code }) => code), ...TESTED_ELSEWHERE])].sort()).toEqual(Object.keys(WARNING_CODES).sort());
  });
});
