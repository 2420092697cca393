import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isoOfDay } from '../../src/time/day.js';
import { classifyOnce, makeRunFolder } from '../support/classify-once.js';

const folder = makeRunFolder();
afterAll(() => folder.remove());

/** The as-of day: Sunday, 30 June 2024. */
const BASE = 19_904;

interface Moment {
  readonly daysAgo: number;
  readonly event: string;
  readonly clock: string;
  readonly amount: string;
  readonly order: string;
}

function at(daysAgo: number, event = 'view', more: Partial<Moment> = {}): Moment {
  return { daysAgo, event, clock: '12:00:00', amount: '', order: '', ...more };
}

function on(...daysAgo: readonly number[]): Moment[] {
  return daysAgo.map((days) => at(days));
}

function buys(daysAgo: number, amount = '10', more: Partial<Moment> = {}): Moment {
  return at(daysAgo, 'purchase', { amount, ...more });
}

type People = Readonly<Record<string, readonly Moment[]>>;
type Member = Readonly<Record<string, string>>;

let runs = 0;
async function classify(people: People, flags: readonly string[] = []): Promise<Map<string, Member>> {
  runs += 1;
  const path = join(folder.path, `${runs}.csv`);
  const lines = Object.entries(people).flatMap(([user, moments]) =>
    moments.map(({ daysAgo, event, clock, amount, order }) => `"${user}",${isoOfDay(BASE - daysAgo)} ${clock},${event},${amount},${order}`),
  );
  writeFileSync(path, `${['user_id,occurred_at,event,amount,order_id', ...lines].join('\n')}\n`);
  const asOf = flags.includes('--as-of') ? [] : ['--as-of', isoOfDay(BASE)];
  const { members } = await classifyOnce([path, ...asOf, ...flags], join(folder.path, `out-${runs}`));
  return new Map(members.map((member) => [member['user_id'] ?? '', member]));
}

/** People who came twice, `gap` days apart, first 200 days ago: there are so many that they alone make P50, P75 and P90. */
function crowd(gap: number, size = 1_200): People {
  return Object.fromEntries(Array.from({ length: size }, (_, index) => [`crowd ${index}`, on(200, 200 - gap)]));
}

const GROUPS: Readonly<Record<string, string>> = {
  new: 'engaged',
  active: 'engaged',
  loyal: 'engaged',
  occasional: 'engaged',
  reactivated: 'engaged',
  at_risk: 'slipping',
  dormant: 'slipping',
  churned: 'gone',
  never_active: 'gone',
};

/** Status and reason; the group too where it is not the status's own. */
function statusOf(member: Member | undefined): string {
  const { status = '', status_reason: reason, status_group: group } = member ?? {};
  return `${status} ${reason}${group === GROUPS[status] ? '' : ` in ${group}`}`;
}

/** What happened, and the status and reason that follow. */
type Worked = readonly [moments: readonly Moment[], answer: string];

/** Checks the answers of all these people in one run. */
async function expectAnswers(answers: Readonly<Record<string, Worked>>, others: People, flags: readonly string[] = []): Promise<void> {
  const people = Object.fromEntries(Object.entries(answers).map(([name, [moments]]) => [name, moments]));
  const members = await classify({ ...others, ...people }, flags);
  const found = Object.fromEntries(Object.keys(answers).map((name) => [name, statusOf(members.get(name))]));
  expect(found).toEqual(Object.fromEntries(Object.entries(answers).map(([name, [, answer]]) => [name, answer])));
}

const seen = on(40, 30, 20);
const left = at(10, 'uninstall');
const weekly = [50, 57, 64, 71, 78, 85, 92];
const steady = on(1, 8, 15, 22, 29, 36, 43, 50, 57, 64);
/** Every fifth day from 28 days ago. */
const every5 = (count: number): number[] => Array.from({ length: count }, (_, index) => 28 + 5 * index);
/** Six to twelve gaps of 30 and more beside those of a day, median 30: usual (12 × 30 + 20) / 14 = 27.14, dormant after 54.28. */
const longAgo = [115, 145, 175, 205, 235, 265, 295];

/** P50, P75 and P90 are 10: whoever came once has a usual interval of 10, is dormant after 20 and churned after 40 days. */
const STATUSES: Readonly<Record<string, Worked>> = {
  'rule 1: uninstalled': [[...seen, left], 'churned uninstall'],
  'rule 1: the name as it is written': [[...seen, at(10, 'App Uninstalled!')], 'churned App Uninstalled!'],
  'rule 1: activity at the same instant': [[...seen, left, at(10)], 'churned uninstall'],
  'rule 1: activity exactly 24 hours later': [[...seen, left, at(9)], 'churned uninstall'],
  // Gaps 10, 10, 11: usual (3 × 10 + 20) / 5 = 10, idle 9.
  'rule 1: a microsecond more': [[...seen, left, at(9, 'view', { clock: '12:00:00.000001' })], 'active active'],
  'rule 1: a mail and a refund are no activity': [[...seen, left, at(2, 'email_sent'), at(1, 'refund')], 'churned uninstall'],
  'rule 1: the least name of the latest instant': [
    [...seen, at(12, 'account_closed'), at(10, 'uninstall'), at(10, 'account_deleted')],
    'churned account_deleted',
  ],
  'rule 1: the latest counts, though undone before': [
    [...seen, at(15, 'uninstall'), at(12), at(5, 'account_closed')],
    'churned account_closed',
  ],
  'rule 1: before never_active': [[left], 'churned uninstall'],
  'rule 2: only written to': [[at(3, 'Email Sent')], 'never_active no_activity'],
  'rule 2: only a refund': [[at(3, 'refund', { amount: '5' })], 'never_active no_activity'],
  'rule 2: not when there was anything else': [[at(15, 'email_sent'), at(15, 'email_opened')], 'occasional few_days'],
  'rule 3: idle 40 is not above 40': [on(40), 'dormant idle'],
  'rule 3: idle 41': [on(41), 'churned inactivity'],
  'rule 4: tenure 13': [on(13), 'new first_seen'],
  'rule 4: tenure 14': [on(14), 'occasional few_days'],
  'rule 4: a mail is a first sight': [[at(20, 'email_sent'), at(3)], 'occasional few_days'],
  'rule 4: before dormant and before reactivated': [[at(13, 'email_sent'), ...on(13, 0)], 'new first_seen'],
  'rule 5: idle 20 is not above 20': [on(20), 'occasional few_days'],
  'rule 5: idle 21': [on(21), 'dormant idle'],
  // One gap g: usual (g + 20) / 3. 41: dormant after 40.66; 40: after 40.
  'rule 6: a gap of 41 above 40.66': [on(46, 5), 'reactivated returned'],
  'rule 6: a gap of 40 not above 40': [on(45, 5), 'occasional few_days'],
  // A gap of 50: usual 23.33, dormant after 46.66.
  'rule 6: back 13 days ago': [on(63, 13), 'reactivated returned'],
  'rule 6: back 14 days ago': [on(64, 14), 'occasional few_days'],
  // Gaps of 7, six times, and 47: usual (7 × 7 + 20) / 9 = 7.67, dormant after 15.34.
  'rule 6: the longest gap so far': [on(3, ...weekly), 'reactivated returned'],
  // One active day in the last 28 against 7 in the 84 before.
  'rule 6: an earlier gap as long': [on(3, ...weekly, 139), 'at_risk declining'],
  'rule 6: an earlier gap one day shorter': [on(3, ...weekly, 138), 'reactivated returned'],
  'rule 6: and back again since': [on(1, 3, 9, ...weekly), 'reactivated returned'],
  // Gaps 20, 20, 41 and 41, the last two ended within 14 days: the first of them was the longest so far.
  'rule 6: two equal returns within 14 days': [on(0, 41, 61, 81), 'reactivated returned'],
  'rule 7: a risk event 27 days ago': [[...steady, at(27, 'payment_failed')], 'at_risk payment_failed'],
  'rule 7: 28 days ago': [[...steady, at(28, 'payment_failed')], 'loyal consistent'],
  'rule 7: the least name of the latest instant': [
    [...steady, at(5, 'payment_failed'), at(4, 'downgrade'), at(4, 'complaint')],
    'at_risk complaint',
  ],
  'rule 7: a risk event before a decline': [[...on(14, ...every5(7)), at(14, 'downgrade')], 'at_risk downgrade'],
  // Back after 14 days, which is dormant_after and not above it. Idle 14 is above three quarters of it.
  'rule 7: 6 × 1 below 7': [on(14, ...every5(7)), 'at_risk declining'],
  'rule 7: two kinds of events of a day are one active day': [[...on(14, ...every5(7)), buys(14)], 'at_risk declining'],
  'rule 7: 6 × 1 not below 6': [on(14, ...every5(6)), 'at_risk overdue'],
  'rule 7: 27 days ago is recent': [on(14, 27, ...every5(7).slice(1)), 'at_risk overdue'],
  'rule 7: 111 days ago is of the 84': [on(14, ...every5(6), 111), 'at_risk declining'],
  'rule 7: 112 days ago is not': [on(14, ...every5(6), 112), 'at_risk overdue'],
  'rule 7: six active days of the 84': [on(30, 31, 32, 33, 34, 35, ...longAgo), 'at_risk declining'],
  'rule 7: five': [on(30, 31, 32, 33, 34, ...longAgo), 'active active'],
  // Gaps 10 and 10: dormant after 20, three quarters are 15.
  'rule 7: idle 16 of 15': [on(16, 26, 36), 'at_risk overdue'],
  'rule 7: idle 15': [on(15, 25, 35), 'active active'],
  'rule 7: one gap is too few': [on(16, 26), 'occasional few_days'],
  'rule 7: also with two kinds of events a day': [[...on(16, 26), buys(16), buys(26)], 'occasional few_days'],
  'rule 8: nine of twelve weeks': [on(0, 7, 14, 21, 28, 35, 42, 49, 60), 'loyal consistent'],
  'rule 8: 0 and 6 days ago are one week': [on(0, 6, 14, 21, 28, 35, 42, 49, 60), 'active active'],
  'rule 8: 6 and 7 days ago are two': [on(6, 7, 14, 21, 28, 35, 42, 49, 60), 'loyal consistent'],
  'rule 8: 83 days ago is of the twelfth': [on(6, 7, 14, 21, 28, 35, 42, 49, 83), 'loyal consistent'],
  'rule 8: 84 days ago is not': [on(6, 7, 14, 21, 28, 35, 42, 49, 84), 'active active'],
  'rule 8: tenure 59': [on(0, 7, 14, 21, 28, 35, 42, 49, 59), 'active active'],
  // Gap 12: usual 10.67, dormant after 21.34. Gaps 6 and 6: usual 8, three quarters of 16 are 12.
  'rule 9: two active days': [on(18, 6), 'occasional few_days'],
  'rule 9: also with many events of several kinds': [[...on(18, 18, 6), buys(18), buys(6)], 'occasional few_days'],
  'rule 10: three': [on(18, 12, 6), 'active active'],
};

describe('the statuses, by hand', () => {
  it('of people beside a crowd that comes every ten days', async () => {
    const flags = ['--risk-event', 'Payment Failed', '--risk-event', 'downgrade', '--risk-event', 'complaint'];
    await expectAnswers(STATUSES, crowd(10), flags);
  });

  it('of a history of 89 and of 90 days', async () => {
    // No cadence, population.default 10: P50, P75, P90 are 10, 20, 40, so idle 88 is far above churned_after.
    const settings = ['--set', 'population.default=10'];
    await expectAnswers({ first: [on(88), 'dormant idle'] }, { last: on(0) }, settings);
    await expectAnswers({ first: [on(89), 'churned inactivity'] }, { last: on(0) }, settings);
  });

  it('of an input that begins 60 or 59 days before somebody came: 2 × P50 is 60 without a cadence', async () => {
    await expectAnswers({ ana: [on(5), 'new first_seen'] }, { old: on(65) });
    await expectAnswers({ ana: [on(5), 'occasional few_days'] }, { old: on(64) });
  });

  it('of an input that begins 14 or 13 days before: 2 × P50 is less than new.days', async () => {
    const short = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`u${index}`, on(19, 14)]));
    await expectAnswers({ ana: [on(5), 'new first_seen'], bob: [on(6), 'occasional few_days'] }, short);
  });

  it('of 60 and of 61 days: loyal needs a tenure of 60', async () => {
    const weeks = [0, 7, 14, 21, 28, 35, 42, 49];
    await expectAnswers({ ana: [on(...weeks, 59), 'active active'] }, {});
    await expectAnswers({ ana: [on(...weeks, 60), 'loyal consistent'] }, {});
  });

  it('of buyers: order days of a year, at least four and the 60 % quantile', async () => {
    const four = [5, 20, 35, 61].map((days) => buys(days));
    const nine = [5, 6, 7, 15, 16, 24, 25, 33, 61].map((days) => buys(days));
    const others = crowd(10, 60);
    // Alone among buyers the quantile is 4.
    await expectAnswers({ ana: [four, 'loyal repeat_buyer'] }, others);
    await expectAnswers({ ana: [[...four.slice(0, 3), at(61)], 'active active'] }, others);
    // Two orders of one day are one order day.
    await expectAnswers({ ana: [[...four.slice(0, 3), buys(35, '10', { clock: '13:00:00' }), at(61)], 'active active'] }, others);
    // 4 and 9: 4 + 0.6 × 5 = 7. With 4, 4, 9 position 1.2 is 5; with 4, 4, 4, 9 position 1.8 is 4.
    await expectAnswers({ ana: [four, 'active active'], bob: [nine, 'loyal repeat_buyer'] }, others);
    await expectAnswers({ ana: [four, 'active active'], bob: [nine, 'loyal repeat_buyer'], cy: [four, 'active active'] }, others);
    await expectAnswers(
      {
        ana: [four, 'loyal repeat_buyer'],
        bob: [nine, 'loyal repeat_buyer'],
        cy: [four, 'loyal repeat_buyer'],
        dee: [four, 'loyal repeat_buyer'],
      },
      others,
    );
    // Tenure 60 and 59; and nine weeks come first.
    await expectAnswers({ ana: [[5, 20, 35, 60].map((days) => buys(days)), 'loyal repeat_buyer'] }, others);
    await expectAnswers({ ana: [[5, 20, 35, 59].map((days) => buys(days)), 'active active'] }, others);
    await expectAnswers({ ana: [[0, 7, 14, 21, 28, 35, 42, 49, 60].map((days) => buys(days)), 'loyal consistent'] }, others);
    // Day 364 is in the last 365 days, day 365 is not.
    const dayOf = (first: number): Moment[] => [5, 15, 25, first].map((days) => buys(days));
    await expectAnswers({ ana: [dayOf(364), 'loyal repeat_buyer'] }, others);
    // Three order days then; of the baseline days none is one of six.
    await expectAnswers({ ana: [dayOf(365), 'active active'] }, others);
  });

  it('and the parameters take their place', async () => {
    const others = crowd(10, 60);
    await expectAnswers({ ana: [on(19), 'new first_seen'], bob: [on(20), 'occasional few_days'] }, others, ['--set', 'new.days=20']);
    // dormant after 1.5 × 10, but 14 at least; churned after 2.5 × 10, but 30.
    await expectAnswers({ ana: [on(15), 'occasional few_days'], bob: [on(16), 'dormant idle'] }, others, ['--set', 'dormant.multiple=1.5']);
    await expectAnswers({ ana: [on(30), 'dormant idle'], bob: [on(31), 'churned inactivity'] }, others, ['--set', 'churned.multiple=2.5']);
    await expectAnswers({ ana: [[...seen, left, at(9, 'view', { clock: '11:59:59' })], 'active active'] }, others, [
      '--set',
      'churned.grace_hours=23',
    ]);
    await expectAnswers({ ana: [on(64, 14), 'reactivated returned'] }, others, ['--set', 'reactivated.days=15']);
    // What no default lets meet: churned before new, new before dormant, dormant before reactivated.
    await expectAnswers({ ana: [on(45), 'churned inactivity'], bob: [on(25), 'new first_seen'] }, others, ['--set', 'new.days=60']);
    // Nine gaps of 1 and one of 20: usual (10 × 1 + 20) / 12 = 2.5, dormant after 14.
    const daily = [36, 37, 38, 39, 40, 41, 42, 43, 44, 45];
    await expectAnswers({ ana: [on(16, ...daily), 'dormant idle'], bob: [on(14, ...daily), 'reactivated returned'] }, others, [
      '--set',
      'reactivated.days=30',
    ]);
    // 14 days against 28, three quarters: 2 × 2 is below 0.75 × 8, 2 × 3 is not.
    const before = [15, 18, 21, 24, 27, 30, 33, 36];
    await expectAnswers({ ana: [on(0, 7, ...before), 'at_risk declining'], bob: [on(0, 6, 12, ...before), 'active active'] }, others, [
      '--set',
      'at_risk.window=14',
      '--set',
      'at_risk.baseline=28',
      '--set',
      'at_risk.decline=0.75',
    ]);
    await expectAnswers({ ana: [on(18, 12, 6), 'occasional few_days'] }, others, ['--set', 'occasional.days=4']);
  });
});

describe('the intervals, by hand', () => {
  const intervals = (member: Member | undefined): (string | undefined)[] =>
    ['usual_interval_days', 'dormant_after_days', 'churned_after_days'].map((column) => member?.[column]);

  it('draw the own median to that of the population by two', async () => {
    const members = await classify({
      ...crowd(10),
      ana: on(25, 20, 8, 1),
      'ana twice a day': [...on(25, 20, 8, 1), ...[25, 20, 8, 1].map((days) => buys(days))],
      bob: on(5),
      cy: on(20, 13, 5),
      dee: on(...Array.from({ length: 15 }, (_, day) => day)),
      'one gap': on(190, 10),
      'two gaps': on(150, 50, 40),
      mail: [at(5, 'email_sent')],
    });
    // Gaps 5, 12, 7: median 7, (3 × 7 + 20) / 5 = 8.2; churned after the most of 32.8, 10, 30 and 1.5 × 12.
    expect(intervals(members.get('ana'))).toEqual(['8.20', '16.40', '32.80']);
    expect(intervals(members.get('ana twice a day'))).toEqual(['8.20', '16.40', '32.80']);
    expect(intervals(members.get('bob'))).toEqual(['10.00', '20.00', '40.00']);
    // Gaps 7 and 8: median 7.5, (15 + 20) / 4.
    expect(intervals(members.get('cy'))).toEqual(['8.75', '17.50', '35.00']);
    // 14 gaps of 1: (14 + 20) / 16 = 2.125, half up; 14 and 30 are the least.
    expect(intervals(members.get('dee'))).toEqual(['2.13', '14.00', '30.00']);
    // The own longest gap counts from two gaps on: (180 + 20) / 3 and 4 × 66.67 although 1.5 × 180 is more; (2 × 55 + 20) / 4 and 1.5 × 100 above 130.
    expect(intervals(members.get('one gap'))).toEqual(['66.67', '133.34', '266.68']);
    expect(intervals(members.get('two gaps'))).toEqual(['32.50', '65.00', '150.00']);
    expect(intervals(members.get('mail'))).toEqual(['', '', '']);
  });

  it('stay within their bounds', async () => {
    // Gaps of 150: 2 × 150 is cut to 180, 4 × 150 = 600. A longest gap of 600 makes 900, cut to 730.
    const annual = await classify({
      ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`u${index}`, on(300, 150)])),
      ana: on(900, 300, 150),
    });
    expect(intervals(annual.get('u0'))).toEqual(['150.00', '180.00', '600.00']);
    expect(intervals(annual.get('ana'))[2]).toBe('730.00');
    // Ten gaps of 2 and ten of 40: P50 = 2, P75 = P90 = 40. Dormant after P75; churned after P90 = 40, but 1.5 × 40 is more.
    const halves = await classify({
      ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`u${index}`, on(index < 10 ? 52 : 90, 50)])),
      ana: on(5),
    });
    expect(intervals(halves.get('ana'))).toEqual(['2.00', '40.00', '60.00']);
    // 17 gaps of 2 and three of 100: P50 = P75 = 2 and P90 = 100, which is above 4 × 2 and 30.
    const tail = await classify({
      ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`u${index}`, on(index < 17 ? 52 : 150, 50)])),
      ana: on(5),
    });
    expect(intervals(tail.get('ana'))).toEqual(['2.00', '14.00', '100.00']);
  });
});

describe('orders, money and RFM, by hand', () => {
  const columns = (member: Member | undefined, names: string): string =>
    names
      .split(' ')
      .map((name) => member?.[name])
      .join(' ');

  it('count orders, activity and money', async () => {
    const members = await classify({
      orders: [
        buys(3, '1', { order: '1' }),
        buys(2, '2', { order: '1' }),
        // One instant without an id, twice; then a second later.
        buys(2, '3'),
        buys(2, '4'),
        buys(2, '5', { clock: '12:00:01' }),
      ],
      refunds: [
        buys(20, '50'),
        at(5, 'Order Refunded', { amount: '20' }),
        buys(4, '-10.5'),
        at(3, 'refund', { amount: '-1' }),
        at(2, 'refund'),
      ],
      unknown: [at(1, 'purchase')],
      free: [buys(1, '0')],
      little: [buys(1, '0.0001')],
      view: [at(1, 'view', { amount: '99' })],
      old: [buys(365, '7')],
      'just in': [buys(364, '7')],
      'old, refunded since': [buys(365, '7'), at(3, 'refund', { amount: '2' })],
    });
    const row = (user: string): string =>
      columns(members.get(user), 'orders frequency monetary recency_days paying buyer_type rfm_segment');
    expect(row('orders')).toMatch(/^3 3 15\.00 2 paid repeat /);
    // 50 − 20 − 10.50 − 1 − nothing known; the refunds are neither orders nor activity.
    expect(row('refunds')).toMatch(/^1 1 18\.50 20 paid once /);
    expect(columns(members.get('refunds'), 'active_days last_seen')).toBe(`1 ${isoOfDay(BASE - 20)}`);
    expect(row('unknown')).toMatch(/^1 1 0\.00 1 free once /);
    expect(row('free')).toMatch(/^1 1 0\.00 1 free once /);
    expect(row('little')).toMatch(/^1 1 0\.0001 1 paid once /);
    // The price of a view does not count where purchases exist.
    expect(row('view')).toBe('0 0 0.00  free never prospects');
    expect(row('old')).toBe('1 0 0.00  paid once lost');
    expect(row('just in')).toMatch(/^1 1 7\.00 364 paid once /);
    expect(row('old, refunded since')).toBe('1 0 -2.00  paid once lost');
  });

  /** Five buyers of 1 to 5 orders of 10, the newest 40, 30, 20, 10 and 0 days ago. */
  const five: People = Object.fromEntries(
    [1, 2, 3, 4, 5].map((orders) => [`b${orders}`, Array.from({ length: orders }, (_, index) => buys(50 - 10 * orders + index))]),
  );
  const once: People = Object.fromEntries(['c', 'd', 'e', 'f', 'g'].map((user) => [user, [buys(5)]]));

  it('score five buyers 1 to 5', async () => {
    const members = await classify(five);
    // Edges of 1 … 5 lie at positions 0.8, 1.6, 2.4 and 3.2: 1.8, 2.6, 3.4, 4.2.
    expect([...members.values()].map((member) => columns(member, 'user_id rfm_score rfm_segment'))).toEqual([
      'b1 111 hibernating',
      'b2 222 hibernating',
      'b3 333 needs_attention',
      'b4 444 loyal_customers',
      'b5 555 champions',
    ]);
  });

  it('score frequency among repeat buyers where most bought once, unless quantiles are asked for', async () => {
    const scores = async (flags: readonly string[]): Promise<string> =>
      [...(await classify({ ...five, ...once }, flags)).values()].map((member) => member['frequency_score']).join('');
    // Frequencies 1 × 6, 2, 3, 4, 5. Above 1: edges 2.75, 3.5, 4.25. Quintiles: 1, 1, 1.4, 3.2.
    expect(await scores([])).toBe('1234511111');
    expect(await scores(['--scoring', 'quantile'])).toBe('1445511111');
  });

  it('give equal values one score', async () => {
    const members = await classify(once);
    expect([...members.values()].map((member) => member['rfm_score'])).toEqual(Array(5).fill('511'));
  });

  it('score activity where nobody ever ordered', async () => {
    const members = await classify({
      a: on(0, 1, 2),
      b: on(10),
      gone: on(365),
      'just in': on(364),
      mail: [at(1, 'email_sent')],
      back: [at(1, 'refund', { amount: '3' })],
    });
    const row = (user: string): string =>
      columns(members.get(user), 'rfm_score rfm_segment frequency recency_days monetary monetary_score value_tier');
    // Recencies 0, 10 and 364: edges 4, 8, 80.8 and 222.4. Frequencies 3, 1, 1: edges 1, 1, 1.4, 2.2; above 1 only 3: edges 1, 3, 3, 3.
    expect(row('a')).toBe('52 potential_loyalists 3 0   none');
    expect(row('b')).toBe('31 about_to_sleep 1 10   none');
    expect(row('just in')).toBe('11 hibernating 1 364   none');
    expect(row('gone')).toBe(' lost 0    none');
    expect(row('mail')).toBe(' prospects 0    none');
    expect(row('back')).toBe(' prospects 0    none');
  });

  it('rank money above the 50, 80 and 95 % quantiles', async () => {
    // 21 buyers of 0 to 20: 10, 16 and 19, and an equal value is not above.
    const buyers = Object.fromEntries(
      Array.from({ length: 21 }, (_, value) => [`u${String(value).padStart(2, '0')}`, [buys(1, `${value}`)]]),
    );
    const members = await classify({ ...buyers, v: on(1) });
    expect([...members.values()].map((member) => member['value_tier'])).toEqual([
      ...Array(11).fill('low'),
      ...Array(6).fill('mid'),
      ...Array(3).fill('high'),
      'top',
      'none',
    ]);
  });

  it('tell new from returning visitors of the last 28 days', async () => {
    const members = await classify({ a: on(27), b: on(28), c: on(28, 27), d: [at(30, 'email_sent'), at(3)], e: [at(3, 'email_sent')] });
    expect([...members.values()].map((member) => member['visitor'])).toEqual(['new', '', 'returning', 'returning', '']);
  });
});

describe('days, by hand', () => {
  it('end at midnight of the report zone', async () => {
    const people = {
      late: [at(1, 'view', { clock: '03:30:00Z' })],
      last: [at(0, 'view', { clock: '23:59:59.999999Z' })],
      next: [at(-1, 'view', { clock: '00:00:00Z' })],
    };
    const utc = await classify(people);
    expect([...utc].map(([user, { idle_days }]) => [user, idle_days])).toEqual([
      ['last', '0'],
      ['late', '1'],
    ]);
    // 03:30 UTC of the 29th is 23:30 of the 28th in New York, and midnight UTC is 20:00 of the day before.
    const newYork = await classify(people, ['--timezone', 'America/New_York']);
    expect([...newYork].map(([user, { idle_days }]) => [user, idle_days])).toEqual([
      ['last', '0'],
      ['late', '2'],
      ['next', '0'],
    ]);
  });

  it('are calendar days over a leap day and over clock changes', async () => {
    const path = join(folder.path, 'leap.csv');
    writeFileSync(
      path,
      'user_id,occurred_at,event\nana,2024-02-28 12:00:00,view\nana,2024-03-01 12:00:00,view\nbob,2024-03-10 23:30:00,view\nbob,2024-03-11 00:30:00,view\n',
    );
    const { members } = await classifyOnce([path, '--timezone', 'America/New_York'], join(folder.path, 'leap'));
    // 28 February to 1 March is two days. Clocks went forward on 10 March: an hour later is still the next day.
    expect(
      members.map(({ user_id, usual_interval_days, active_days, idle_days }) => [user_id, usual_interval_days, active_days, idle_days]),
    ).toEqual([
      // (2 + 60) / 3 and (1 + 60) / 3, P50 being 30 without a cadence.
      ['ana', '20.67', '2', '10'],
      ['bob', '20.33', '2', '0'],
    ]);
  });
});
