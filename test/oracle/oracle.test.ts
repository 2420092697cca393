import { describe, expect, it } from 'vitest';
import { expectSameMembers } from '../support/compare-with-oracle.js';
import { dayOfInstant, dayOfIso, instantOfWallClock, isoOfDay } from './calendar.js';
import { Fraction } from './fraction.js';
import {
  classify,
  DEFAULT_PARAMETERS,
  MEMBER_COLUMNS,
  type OracleAnswer,
  type OracleEvent,
  type OracleSettings,
  type OracleUser,
} from './oracle.js';
import { instantOfText } from './read-events.js';

const AS_OF = '2024-06-30';
const BASE = dayOfIso(AS_OF);

const settings: OracleSettings = {
  asOf: AS_OF,
  nowMicros: instantOfText('2030-01-01', 'UTC'),
  timezone: 'UTC',
  lookbackDays: 365,
  scoring: 'auto',
  everyRowIsAnOrder: false,
  parameters: { ...DEFAULT_PARAMETERS },
};

/** One event so many days before the as-of day, at noon UTC unless a clock is given. */
function at(userId: string, daysAgo: number, event = 'view', more: Partial<OracleEvent> & { clock?: string } = {}): OracleEvent {
  const { clock = '12:00:00', ...rest } = more;
  return {
    userId,
    atMicros: instantOfText(`${isoOfDay(BASE - daysAgo)} ${clock}`, 'UTC'),
    event,
    amount: undefined,
    orderId: undefined,
    ...rest,
  };
}

function on(userId: string, daysAgo: number[], event = 'view'): OracleEvent[] {
  return daysAgo.map((days) => at(userId, days, event));
}

function buys(userId: string, daysAgo: number, amount: string, more: Partial<OracleEvent> & { clock?: string } = {}): OracleEvent {
  return at(userId, daysAgo, 'purchase', { amount: money(amount), ...more });
}

function money(text: string): Fraction | undefined {
  return Fraction.parse(text);
}

/** Twenty users active 200 days ago and `gap` days after it: P50 = P75 = P90 = gap, and 201 days of history. */
function crowd(gap: number): OracleEvent[] {
  return Array.from({ length: 20 }, (_, index) => on(`crowd-${String(index).padStart(2, '0')}`, [200, 200 - gap])).flat();
}

function answerOf(events: OracleEvent[], changes: Partial<OracleSettings> = {}): OracleAnswer {
  return classify(events, { ...settings, ...changes, parameters: { ...settings.parameters, ...changes.parameters } });
}

function userOf(answer: OracleAnswer, userId: string): OracleUser {
  const user = answer.users.find((one) => one.user_id === userId);
  if (user === undefined) throw new Error(`no user ${userId}`);
  return user;
}

function statusOf(events: OracleEvent[], userId = 'a', changes: Partial<OracleSettings> = {}): string {
  const user = userOf(answerOf(events, changes), userId);
  return `${user.status} ${user.status_reason} ${user.status_group}`;
}

describe('fractions', () => {
  it('add, compare and round exactly', () => {
    expect(Fraction.of(1, 10).plus(Fraction.of(2, 10)).equals(Fraction.of(3, 10))).toBe(true);
    expect(Fraction.parse('-12.340')?.toExactText(2)).toBe('-12.34');
    expect(Fraction.parse('7')?.toExactText(2)).toBe('7.00');
    expect(Fraction.parse('0.1250')?.toExactText(2)).toBe('0.125');
    expect(Fraction.parse('-0.05')?.toExactText(2)).toBe('-0.05');
    expect(Fraction.parse('1e5')).toBeUndefined();
    // 0.005 is half way and goes up, 14.0049 is below half way, a third stays 0.33.
    expect(Fraction.of(5, 1000).roundedHalfUp(2).toExactText(2)).toBe('0.01');
    expect(Fraction.of(140049, 10000).roundedHalfUp(2).toExactText(2)).toBe('14.00');
    expect(Fraction.of(1, 3).roundedHalfUp(2).toExactText(2)).toBe('0.33');
  });
});

describe('days of a zone', () => {
  it('change at local midnight, also over clock changes and a leap day', () => {
    // New York is UTC−5 until 10 March 2024 02:00 and UTC−4 from then on.
    const dayIn = (text: string, zone: string): string => isoOfDay(dayOfInstant(instantOfText(text, 'UTC'), zone));
    expect(dayIn('2024-03-10T04:59:59.999999Z', 'America/New_York')).toBe('2024-03-09');
    expect(dayIn('2024-03-10T05:00:00Z', 'America/New_York')).toBe('2024-03-10');
    expect(dayIn('2024-03-11T03:59:59.999999Z', 'America/New_York')).toBe('2024-03-10');
    expect(dayIn('2024-03-11T04:00:00Z', 'America/New_York')).toBe('2024-03-11');
    // Kathmandu is UTC+5:45: its leap day begins at 18:15 UTC of the 28th.
    expect(dayIn('2024-02-28T18:14:59.999999Z', 'Asia/Kathmandu')).toBe('2024-02-28');
    expect(dayIn('2024-02-28T18:15:00Z', 'Asia/Kathmandu')).toBe('2024-02-29');
  });

  it('read naive times in a gap shifted forward and in an overlap the earlier way', () => {
    const wall = (text: string): bigint => instantOfWallClock(instantOfText(text, 'UTC'), 'America/New_York');
    // 02:30 does not exist on 10 March 2024: it is 03:30 EDT = 07:30 UTC.
    expect(wall('2024-03-10 02:30:00')).toBe(instantOfText('2024-03-10T07:30:00Z', 'UTC'));
    // 01:30 on 3 November 2024 happens twice, first in EDT = 05:30 UTC.
    expect(wall('2024-11-03 01:30:00')).toBe(instantOfText('2024-11-03T05:30:00Z', 'UTC'));
    expect(wall('2024-07-01 00:00:00')).toBe(instantOfText('2024-07-01T04:00:00Z', 'UTC'));
    expect(instantOfText('2024-07-01T05:45:00+05:45', 'UTC')).toBe(instantOfText('2024-07-01', 'UTC'));
  });

  it('decide idle days: 23:30 in New York is the day before in UTC terms', () => {
    const events = [at('a', 1, 'view', { clock: '03:30:00' }), at('b', 0)];
    // 03:30 UTC of the 29th is 23:30 of the 28th in New York: idle 2 there, 1 in UTC.
    expect(userOf(answerOf(events), 'a').idle_days).toBe('1');
    expect(userOf(answerOf(events, { timezone: 'America/New_York' }), 'a').idle_days).toBe('2');
  });

  it('count a leap day like any other', () => {
    const events = [
      { ...at('a', 0), atMicros: instantOfText('2024-02-28 12:00:00', 'UTC') },
      { ...at('a', 0), atMicros: instantOfText('2024-03-01 12:00:00', 'UTC') },
    ];
    // 28 Feb to 1 Mar 2024 is two days, so history to 1 Mar is three; one gap of 2 and P50 = 30: (2 + 60) / 3.
    const user = userOf(answerOf(events, { asOf: '2024-03-01' }), 'a');
    expect([user.tenure_days, user.usual_interval_days]).toEqual(['2', '20.67']);
  });
});

describe('the as-of date', () => {
  const tenUsers = Array.from({ length: 10 }, (_, index) => at(`u${index}`, 40 + (index % 3)));

  it('is the day of the newest event', () => {
    expect(answerOf([at('a', 5), at('a', 3)], { asOf: undefined }).asOf).toBe('2024-06-27');
  });

  it('leaves out events after the given day', () => {
    const answer = answerOf([at('a', 5), at('a', 0, 'view', { clock: '23:59:59.999999' }), at('a', -1, 'view', { clock: '00:00:00' })]);
    // The last microsecond of the as-of day exists, midnight after it does not.
    expect(answer.rows).toEqual({ used: 2, afterAsOf: 1, duplicate: 0, filtered: 0, beforeSince: 0 });
  });

  it('never comes from a time later than the clock plus a day', () => {
    const clock = instantOfText('2024-06-28 12:00:00', 'UTC');
    const exactly = answerOf([at('a', 5), at('b', 1)], { asOf: undefined, nowMicros: clock });
    expect(exactly.asOf).toBe('2024-06-29');
    const later = answerOf([at('a', 5), at('b', 1, 'view', { clock: '12:00:00.000001' })], { asOf: undefined, nowMicros: clock });
    expect([later.asOf, later.rows.afterAsOf, later.users.length]).toEqual(['2024-06-25', 1, 1]);
  });

  it('ignores a thin block of days more than 30 days behind the rest', () => {
    // The rest ends 40 days ago; one user appears 9 days ago (31 days later) and today.
    const answer = answerOf([...tenUsers, at('clock', 9), at('clock', 0)], { asOf: undefined });
    expect([answer.asOf, answer.rows.afterAsOf]).toEqual([isoOfDay(BASE - 40), 2]);
    // Exactly 30 days is not more than 30.
    expect(answerOf([...tenUsers, at('clock', 10)], { asOf: undefined }).asOf).toBe(isoOfDay(BASE - 10));
    // Two users are not fewer than two.
    expect(answerOf([...tenUsers, at('clock', 0), at('other', 0)], { asOf: undefined }).asOf).toBe(AS_OF);
    // Nine users are too few to set anything aside for.
    expect(answerOf([...tenUsers.slice(1), at('clock', 0)], { asOf: undefined }).asOf).toBe(AS_OF);
  });

  it('sets aside the longest of several such blocks', () => {
    const answer = answerOf([...tenUsers, at('clock', 5), at('clock', -40)], { asOf: undefined });
    expect([answer.asOf, answer.rows.afterAsOf]).toEqual([isoOfDay(BASE - 40), 2]);
  });

  it('compares a large input with a thousandth of its users', () => {
    const many = Array.from({ length: 2001 }, (_, index) => at(`m${index}`, 60));
    const late = [at('m0', 0), at('m1', 0)];
    // 2 of 2,001 users are below 0.1 % (2.001); 2 of 2,000 are not.
    expect(answerOf([...many, ...late], { asOf: undefined }).asOf).toBe(isoOfDay(BASE - 60));
    expect(answerOf([...many.slice(0, 2000), ...late], { asOf: undefined }).asOf).toBe(AS_OF);
  });
});

describe('duplicates', () => {
  it('leave the least row', () => {
    const answer = answerOf([
      buys('b', 3, '9', { eventId: 'x' }),
      buys('a', 3, '10', { eventId: 'x' }),
      buys('a', 3, '9', { eventId: 'x' }),
      buys('a', 3, '1', { eventId: 'y' }),
      buys('a', 3, '1'),
      buys('a', 3, '1'),
    ]);
    // Same instant, so the least user; then 9 before 10 as numbers. Rows without an id are never duplicates.
    expect(answer.rows).toEqual({ used: 4, afterAsOf: 0, duplicate: 2, filtered: 0, beforeSince: 0 });
    expect(answer.users.map((user) => `${user.user_id} ${user.monetary}`)).toEqual(['a 12.00']);
  });

  it('put an empty value before any other', () => {
    const answer = answerOf([buys('a', 3, '5', { eventId: 'x' }), at('a', 3, 'purchase', { eventId: 'x' })]);
    expect(userOf(answer, 'a').monetary).toBe('0.00');
  });
});

describe('orders and money', () => {
  it('are distinct order ids, and distinct instants without one', () => {
    const events = [
      buys('a', 3, '1', { orderId: '1' }),
      buys('a', 2, '2', { orderId: '1' }),
      buys('a', 2, '3'),
      buys('a', 2, '4'),
      buys('a', 2, '5', { clock: '12:00:01' }),
    ];
    // Order 1 (two rows), noon two days ago (two rows), and one second later.
    expect(userOf(answerOf(events), 'a')).toMatchObject({ orders: '3', frequency: '3', monetary: '15.00', recency_days: '2' });
    expect(userOf(answerOf(events, { everyRowIsAnOrder: true }), 'a').orders).toBe('5');
  });

  it('take refunds from the money and give no order, no activity', () => {
    const events = [
      buys('a', 20, '50'),
      at('a', 5, 'Order Refunded', { amount: money('20') }),
      buys('a', 4, '-10.5'),
      at('a', 3, 'refund', { amount: money('-1') }),
      at('a', 2, 'refund'),
    ];
    // 50 − 20 − 10.50 − 1 − nothing known.
    expect(userOf(answerOf(events), 'a')).toMatchObject({
      orders: '1',
      monetary: '18.50',
      last_seen: isoOfDay(BASE - 20),
      active_days: '1',
    });
    expect(answerOf(events).valueTotal).toBe('18.50');
  });

  it('count an unknown amount and a free order as orders, paid only above zero', () => {
    const answer = answerOf([at('a', 1, 'purchase'), buys('b', 1, '0'), buys('c', 1, '0.0001'), at('d', 1)]);
    expect(answer.users.map((user) => [user.orders, user.paying, user.buyer_type, user.monetary])).toEqual([
      ['1', 'free', 'once', '0.00'],
      ['1', 'free', 'once', '0.00'],
      ['1', 'paid', 'once', '0.0001'],
      ['0', 'free', 'never', '0.00'],
    ]);
  });

  it('ignore the prices of views where purchases exist', () => {
    const priced = [at('a', 2, 'view', { amount: money('99') }), at('b', 2, 'donation', { amount: money('7') })];
    // No purchase-like name anywhere: every event with an amount is a value event.
    expect(userOf(answerOf(priced), 'a').orders).toBe('1');
    const withPurchase = [...priced, buys('c', 1, '5')];
    expect(answerOf(withPurchase).users.map((user) => user.monetary)).toEqual(['0.00', '0.00', '5.00']);
    // Named value events take their place, refunds stay.
    const named = answerOf([...withPurchase, at('c', 1, 'refund', { amount: money('2') })], { valueEvents: ['Donation'] });
    expect(named.users.map((user) => user.monetary)).toEqual(['0.00', '7.00', '-2.00']);
  });

  it('look at used rows only when they decide whether purchases exist', () => {
    const events = [at('a', 2, 'view', { amount: money('99') }), buys('a', -1, '5')];
    expect(userOf(answerOf(events), 'a').monetary).toBe('99.00');
  });
});

describe("the population's gaps", () => {
  it('weigh each user once', () => {
    // 19 users with one gap of 10; one user with 38 gaps of 1. By gaps 1 would win, by users 1 weighs 1 of 20.
    const events = [
      ...Array.from({ length: 19 }, (_, index) => on(`u${index}`, [30, 20])).flat(),
      ...on(
        'busy',
        Array.from({ length: 39 }, (_, day) => day),
      ),
    ];
    expect(answerOf(events).population).toEqual({ p50: 10, p75: 10, p90: 10, users: 20 });
  });

  it('are the smallest gap that reaches the share', () => {
    // Ten users with a gap of 3, five of 5, three of 8, two of 20: weights 10, 15, 18, 20 of 20 = exactly 50, 75, 90, 100 %.
    const gaps = [...Array(10).fill(3), ...Array(5).fill(5), ...Array(3).fill(8), ...Array(2).fill(20)] as number[];
    const events = gaps.flatMap((gap, index) => on(`u${index}`, [gap, 0]));
    expect(answerOf(events).population).toEqual({ p50: 3, p75: 5, p90: 8, users: 20 });
  });

  it('fall back below 20 users with a gap', () => {
    const events = Array.from({ length: 19 }, (_, index) => on(`u${index}`, [3, 0])).flat();
    expect(answerOf(events).population).toEqual({ p50: 30, p75: 60, p90: 120, users: 19 });
    expect(answerOf([...events, ...on('v', [3, 0])]).population).toEqual({ p50: 3, p75: 3, p90: 3, users: 20 });
  });
});

describe('the usual interval', () => {
  it('draws the own median to the population by two', () => {
    const events = [...crowd(10), ...on('a', [25, 20, 8, 1]), ...on('b', [5]), ...on('c', [20, 13, 5])];
    const answer = answerOf(events);
    // a: gaps 5, 12, 7: median 7, (3·7 + 20) / 5 = 8.2; dormant 16.4; churned max(32.8, 10, 30, 18).
    expect(userOf(answer, 'a')).toMatchObject({
      usual_interval_days: '8.20',
      dormant_after_days: '16.40',
      churned_after_days: '32.80',
    });
    // b: no gap: P50. dormant 20, churned max(40, 30).
    expect(userOf(answer, 'b')).toMatchObject({ usual_interval_days: '10.00', dormant_after_days: '20.00', churned_after_days: '40.00' });
    // c: gaps 7, 8: median 7.5, (15 + 20) / 4 = 8.75.
    expect(userOf(answer, 'c').usual_interval_days).toBe('8.75');
  });

  it('rounds half up to the hundredth', () => {
    // P50 = 10 and 14 gaps of 1: (14 + 20) / 16 = 2.125.
    const events = [
      ...crowd(10),
      ...on(
        'a',
        Array.from({ length: 15 }, (_, day) => day),
      ),
    ];
    expect(userOf(answerOf(events), 'a').usual_interval_days).toBe('2.13');
  });

  it('keeps both thresholds in their bounds', () => {
    // Daily users: 2 × interval is far below 14, 4 × below 30.
    const daily = userOf(answerOf([...crowd(1), ...on('a', [2, 1, 0])]), 'a');
    expect([daily.dormant_after_days, daily.churned_after_days]).toEqual(['14.00', '30.00']);
    // Gaps of 150 days: 2 × 150 is cut to 180; 4 × 150 = 600; the user with a longest gap of 600 gets 1.5 × 600 = 900, cut to 730.
    const annual = Array.from({ length: 20 }, (_, index) => on(`u${index}`, [300, 150])).flat();
    const answer = answerOf([...annual, ...on('a', [900, 300, 150])]);
    expect(userOf(answer, 'u0')).toMatchObject({ dormant_after_days: '180.00', churned_after_days: '600.00' });
    expect(userOf(answer, 'a').churned_after_days).toBe('730.00');
    // Gaps of 2 and 40, ten users each: P50 = 2, P75 = P90 = 40. Dormant after 40, churned after 1.5 × 40, above P90.
    const halves = Array.from({ length: 20 }, (_, index) => on(`u${index}`, [index < 10 ? 52 : 90, 50])).flat();
    expect(userOf(answerOf([...halves, ...on('a', [5])]), 'a')).toMatchObject({ dormant_after_days: '40.00', churned_after_days: '60.00' });
  });

  it('lets a long own gap count from two gaps on', () => {
    // One gap of 100: 1.5 × 100 does not count: usual (100 + 20) / 3 = 40, churned 160.
    expect(userOf(answerOf([...crowd(10), ...on('a', [150, 50])]), 'a').churned_after_days).toBe('160.00');
    // Gaps 100 and 10: usual (110 + 20) / 4 = 32.5, 4 × = 130 but 1.5 × 100 = 150.
    expect(userOf(answerOf([...crowd(10), ...on('a', [150, 50, 40])]), 'a').churned_after_days).toBe('150.00');
  });
});

describe('rule 1, churned by an event', () => {
  const seen = on('a', [40, 30, 20]);

  it('names the event', () => {
    expect(statusOf([...seen, at('a', 10, 'App Uninstalled')])).toBe('churned App Uninstalled gone');
  });

  it('forgives activity later than 24 hours, not exactly 24 hours or the same instant', () => {
    const gone = at('a', 10, 'uninstall');
    expect(statusOf([...seen, gone, at('a', 10)])).toBe('churned uninstall gone');
    expect(statusOf([...seen, gone, at('a', 9)])).toBe('churned uninstall gone');
    expect(statusOf([...seen, gone, at('a', 9, 'view', { clock: '12:00:00.000001' })])).not.toContain('churned');
    // A mail or a refund later is no activity.
    expect(statusOf([...seen, gone, at('a', 2, 'email_sent'), at('a', 1, 'refund')])).toBe('churned uninstall gone');
  });

  it('takes the latest event, ties the least name', () => {
    const events = [...seen, at('a', 12, 'account_closed'), at('a', 10, 'uninstall'), at('a', 10, 'account_deleted')];
    expect(statusOf(events)).toBe('churned account_deleted gone');
    expect(statusOf([...seen, at('a', 12, 'uninstall'), at('a', 11, 'view', { clock: '13:00:00' }), at('a', 5, 'account_closed')])).toBe(
      'churned account_closed gone',
    );
  });

  it('comes before never_active and takes other lists', () => {
    expect(statusOf([at('a', 10, 'uninstall'), at('b', 0)])).toBe('churned uninstall gone');
    expect(statusOf([...seen, at('a', 10, 'uninstall')], 'a', { churnEvents: [] })).not.toContain('churned');
    expect(statusOf([...seen, at('a', 10, 'Goodbye!')], 'a', { churnEvents: ['goodbye'] })).toBe('churned Goodbye! gone');
  });
});

describe('rule 2, never active', () => {
  it('holds for passive events, refunds and nothing else', () => {
    const answer = answerOf([at('a', 3, 'Email Sent'), at('b', 3, 'refund', { amount: money('5') }), at('c', 0)]);
    expect(userOf(answer, 'a')).toMatchObject({
      status: 'never_active',
      status_reason: 'no_activity',
      status_group: 'gone',
      first_seen: isoOfDay(BASE - 3),
      last_seen: '',
      idle_days: '',
      tenure_days: '3',
      active_days: '0',
      events: '1',
      usual_interval_days: '',
      dormant_after_days: '',
      churned_after_days: '',
      visitor: '',
    });
    // Refunds only: the net sum stands, nothing is scored.
    expect(userOf(answer, 'b')).toMatchObject({ status: 'never_active', rfm_segment: 'prospects', orders: '0', frequency: '0' });
  });
});

describe('rule 3, churned by inactivity', () => {
  it('needs idle above churned_after, equal is not enough', () => {
    // P50 = P75 = P90 = 10, one active day: usual 10, dormant 20, churned 40.
    expect(statusOf([...crowd(10), ...on('a', [40])])).toBe('dormant idle slipping');
    expect(statusOf([...crowd(10), ...on('a', [41])])).toBe('churned inactivity gone');
  });

  it('needs 90 days of history', () => {
    // No cadence: dormant_after 60, churned_after max(4 × 30, 120) = 120; --set brings it into reach of a short history.
    const parameters = { ...DEFAULT_PARAMETERS, 'population.default': 10 };
    const history = (days: number): OracleAnswer => answerOf([at('a', days - 1), at('b', 0)], { parameters });
    // P50 10, P75 20, P90 40: idle 88 and 89 are far above 40.
    expect(userOf(history(89), 'a').status).toBe('dormant');
    expect(userOf(history(90), 'a').status).toBe('churned');
    expect(history(89).rulesOff).toEqual(['churned']);
    expect(history(90).rulesOff).toEqual([]);
  });
});

describe('rule 4, new', () => {
  it('needs tenure below 14', () => {
    const old = at('old', 120);
    expect(statusOf([old, ...on('a', [13])])).toBe('new first_seen engaged');
    expect(statusOf([old, ...on('a', [14])])).toBe('occasional few_days engaged');
  });

  it('needs an input that begins max(new.days, 2 × P50) days earlier', () => {
    // No cadence: P50 = 30, so 60 days.
    expect(statusOf([at('old', 65), ...on('a', [5])])).toContain('new');
    expect(statusOf([at('old', 64), ...on('a', [5])])).toContain('occasional');
    // The first user of all is never new, whoever they are.
    expect(statusOf([...on('a', [5])])).toContain('occasional');
    // P50 = 5: 2 × P50 = 10 is below 14.
    const short = Array.from({ length: 20 }, (_, index) => on(`u${index}`, [19, 14])).flat();
    expect(statusOf([...short, ...on('a', [5])])).toContain('new');
    expect(statusOf([...short, ...on('a', [6])])).toContain('occasional');
  });

  it('counts a passive event as first seen', () => {
    expect(statusOf([at('old', 120), at('a', 20, 'email_sent'), at('a', 3)])).toContain('occasional');
  });
});

describe('rule 5, dormant', () => {
  it('needs idle above dormant_after, equal is not enough', () => {
    // usual 10, dormant_after 20; one active day, so never overdue.
    expect(statusOf([...crowd(10), ...on('a', [20])])).toBe('occasional few_days engaged');
    expect(statusOf([...crowd(10), ...on('a', [21])])).toBe('dormant idle slipping');
  });
});

describe('rule 6, reactivated', () => {
  it('needs a return in the last 14 days after a gap above dormant_after', () => {
    // One gap g: usual (g + 20) / 3, dormant_after 2 (g + 20) / 3: above it from g > 40 on.
    expect(statusOf([...crowd(10), ...on('a', [46, 5])])).toBe('reactivated returned engaged');
    expect(statusOf([...crowd(10), ...on('a', [45, 5])])).toBe('occasional few_days engaged');
    expect(statusOf([...crowd(10), ...on('a', [63, 13])])).toContain('reactivated');
    expect(statusOf([...crowd(10), ...on('a', [64, 14])])).not.toContain('reactivated');
  });

  it('needs the longest gap so far', () => {
    // 6 gaps of 7 and one of 47: usual (49 + 20) / 9 = 7.67, dormant_after 15.34. An earlier gap of 47 stands in the way, one of 46 does not.
    const weekly = [50, 57, 64, 71, 78, 85, 92];
    expect(statusOf([...crowd(10), ...on('a', [3, ...weekly])])).toContain('reactivated');
    expect(statusOf([...crowd(10), ...on('a', [3, ...weekly, 139])])).not.toContain('reactivated');
    expect(statusOf([...crowd(10), ...on('a', [3, ...weekly, 138])])).toContain('reactivated');
    // Back again and again since: the return still lies in the last 14 days.
    expect(statusOf([...crowd(10), ...on('a', [1, 3, 9, ...weekly])])).toContain('reactivated');
  });
});

describe('rule 7, at risk', () => {
  const steady = [1, 8, 15, 22, 29, 36, 43, 50, 57, 64];

  it('by a risk event in the last 28 days', () => {
    const changes = { riskEvents: ['Payment Failed'] };
    const events = [...crowd(10), ...on('a', steady)];
    expect(statusOf([...events, at('a', 27, 'payment_failed')], 'a', changes)).toBe('at_risk payment_failed slipping');
    expect(statusOf([...events, at('a', 28, 'payment_failed')], 'a', changes)).not.toContain('at_risk');
    expect(statusOf([...events, at('a', 27, 'payment_failed')])).not.toContain('at_risk');
    const two = [at('a', 5, 'payment_failed'), at('a', 4, 'downgrade'), at('a', 4, 'complaint')];
    expect(statusOf([...events, ...two], 'a', { riskEvents: ['payment_failed', 'downgrade', 'complaint'] })).toBe(
      'at_risk complaint slipping',
    );
  });

  it('by decline: six times the active days of 28 days below those of the 84 before', () => {
    // 7 active days in days 28…111 and one in the last 28: 6 × 1 < 7. With 6 it is 6 < 6, no.
    // The return 14 days ago came after 14 days, which is dormant_after and not above it.
    const baseline = (count: number): number[] => Array.from({ length: count }, (_, index) => 28 + index * 5);
    expect(statusOf([...crowd(10), ...on('a', [14, ...baseline(7)])])).toBe('at_risk declining slipping');
    expect(statusOf([...crowd(10), ...on('a', [14, ...baseline(6)])])).not.toContain('declining');
    // Day 28 belongs to the 84 days before, day 27 to the last 28: moved there it is two against six.
    expect(statusOf([...crowd(10), ...on('a', [14, 27, ...baseline(7).slice(1)])])).not.toContain('declining');
    // Day 111 is the first of the 84, day 112 is not in it.
    expect(statusOf([...crowd(10), ...on('a', [14, ...baseline(6), 111])])).toContain('declining');
    expect(statusOf([...crowd(10), ...on('a', [14, ...baseline(6), 112])])).not.toContain('declining');
  });

  it('by being overdue: idle above three quarters of dormant_after, with two gaps', () => {
    // Gaps 10, 10: usual 10, dormant_after 20, three quarters 15.
    expect(statusOf([...crowd(10), ...on('a', [16, 26, 36])])).toBe('at_risk overdue slipping');
    expect(statusOf([...crowd(10), ...on('a', [15, 25, 35])])).toBe('active active engaged');
    expect(statusOf([...crowd(10), ...on('a', [16, 26])])).toBe('occasional few_days engaged');
  });
});

describe('rule 8, loyal', () => {
  it('by nine of twelve weeks', () => {
    // Weeks are days 0–6, 7–13, …; the last begins 83 days ago. First seen 60 days ago or more.
    const weeks = (days: number[]): string => statusOf([...crowd(10), ...on('a', days)]);
    expect(weeks([0, 7, 14, 21, 28, 35, 42, 49, 60])).toBe('loyal consistent engaged');
    // 6 and 0 are one week: eight weeks only.
    expect(weeks([0, 6, 14, 21, 28, 35, 42, 49, 60])).toBe('active active engaged');
    // 6 and 7 are two weeks.
    expect(weeks([6, 7, 14, 21, 28, 35, 42, 49, 60])).toContain('loyal');
    // The twelfth week ends 83 days ago; 84 is outside.
    expect(weeks([6, 7, 14, 21, 28, 35, 42, 49, 83])).toContain('loyal');
    expect(weeks([6, 7, 14, 21, 28, 35, 42, 49, 84])).toContain('active active');
    // Tenure 59 is one short.
    expect(weeks([0, 7, 14, 21, 28, 35, 42, 49, 59])).toContain('active active');
  });

  it('by order days: at least four, and the 60 % quantile of buyers', () => {
    const buyer = (userId: string, days: number[]): OracleEvent[] => days.map((day) => buys(userId, day, '10'));
    const four = [5, 20, 35, 61];
    const known = [...crowd(10), ...buyer('a', four)];
    // Alone among buyers the quantile is 4.
    expect(statusOf(known)).toBe('loyal repeat_buyer engaged');
    expect(statusOf([...crowd(10), ...buyer('a', [5, 20, 35]), at('a', 61)])).toContain('active');
    // Two orders on one day are one order day.
    expect(statusOf([...crowd(10), ...buyer('a', [5, 20, 35, 35]), at('a', 61)])).toContain('active');
    // Buyers with 4 and 9 order days: 4 + 0.6 × 5 = 7. With 4, 4, 9 position 1.2 is 5, with 4, 4, 4, 9 position 1.8 is 4.
    const nine = buyer('b', [5, 6, 7, 15, 16, 24, 25, 33, 61]);
    expect(statusOf([...known, ...nine])).toBe('active active engaged');
    expect(statusOf([...known, ...nine], 'b')).toBe('loyal repeat_buyer engaged');
    expect(statusOf([...known, ...nine, ...buyer('c', four)])).toBe('active active engaged');
    expect(statusOf([...known, ...nine, ...buyer('c', four), ...buyer('d', four)])).toBe('loyal repeat_buyer engaged');
    // Day 364 is in the last 365 days, day 365 is not.
    expect(statusOf([...crowd(10), ...buyer('a', [5, 15, 25, 364])])).toContain('repeat_buyer');
    expect(statusOf([...crowd(10), ...buyer('a', [5, 15, 25, 365])])).not.toContain('repeat_buyer');
  });

  it('cannot be told from 60 days of history, only from 61', () => {
    const weeklyTo = (first: number): OracleEvent[] => on('a', [0, 7, 14, 21, 28, 35, 42, 49, first]);
    expect(answerOf(weeklyTo(58)).rulesOff).toEqual(['new', 'loyal', 'churned']);
    expect(answerOf(weeklyTo(59)).rulesOff).toEqual(['new', 'loyal', 'churned']);
    expect(statusOf(weeklyTo(59))).toBe('active active engaged');
    // 61 days: loyal can be told, and new as well (2 × 30 + 1).
    expect(answerOf(weeklyTo(60)).rulesOff).toEqual(['churned']);
    expect(statusOf(weeklyTo(60))).toBe('loyal consistent engaged');
  });
});

describe('rules 9 and 10', () => {
  it('part people with fewer than three active days from the rest', () => {
    const old = at('old', 30);
    expect(statusOf([old, ...on('a', [5])])).toBe('occasional few_days engaged');
    expect(statusOf([old, ...on('a', [5, 3])])).toBe('occasional few_days engaged');
    expect(statusOf([old, ...on('a', [5, 3, 3, 1])])).toBe('active active engaged');
  });
});

describe('RFM', () => {
  /** Five buyers: 1, 2, 3, 4 and 5 orders of 10, the newest 40, 30, 20, 10 and 0 days ago. */
  const five = [1, 2, 3, 4, 5].flatMap((orders) =>
    Array.from({ length: orders }, (_, index) => buys(`b${orders}`, 50 - 10 * orders + index, '10')),
  );

  it('gives five different buyers the five scores', () => {
    // Type 7 on five values: the 20/40/60/80 % edges lie at positions 0.8, 1.6, 2.4, 3.2.
    const answer = answerOf(five);
    expect(answer.edges?.frequency.map((edge) => edge.toExactText(1))).toEqual(['1.8', '2.6', '3.4', '4.2']);
    expect(answer.edges?.recencyDays.map((edge) => edge.toExactText(0))).toEqual(['8', '16', '24', '32']);
    expect(answer.edges?.monetary?.map((edge) => edge.toExactText(0))).toEqual(['18', '26', '34', '42']);
    expect(answer.users.map((user) => `${user.user_id} ${user.rfm_score} ${user.rfm_segment}`)).toEqual([
      'b1 111 hibernating',
      'b2 222 hibernating',
      'b3 333 needs_attention',
      'b4 444 loyal_customers',
      'b5 555 champions',
    ]);
  });

  it('scores frequency among repeat buyers when most bought once', () => {
    const once = ['c', 'd', 'e', 'f', 'g'].map((userId) => buys(userId, 5, '10'));
    // Frequencies 1 ×6, 2, 3, 4, 5: the 20 % and 40 % edges are both 1; above it 2, 3, 4, 5 have quartiles 2.75, 3.5, 4.25.
    const answer = answerOf([...five, ...once]);
    expect(answer.edges?.frequency.map((edge) => edge.toExactText(0))).toEqual(['1', '2.75', '3.5', '4.25']);
    expect(answer.users.map((user) => user.frequency_score).join('')).toBe('1234511111');
    // Quintiles: positions 1.8, 3.6, 5.4, 7.2 of 1 1 1 1 1 1 2 3 4 5.
    const quintiles = answerOf([...five, ...once], { scoring: 'quantile' });
    expect(quintiles.edges?.frequency.map((edge) => edge.toExactText(0))).toEqual(['1', '1', '1.4', '3.2']);
    expect(quintiles.users.map((user) => user.frequency_score).join('')).toBe('1445511111');
  });

  it('keeps quintiles when everybody bought once', () => {
    const answer = answerOf(['c', 'd', 'e'].map((userId) => buys(userId, 5, '10')));
    expect(answer.users.map((user) => user.rfm_score)).toEqual(['511', '511', '511']);
  });

  it('parts the unscored into lost and prospects', () => {
    const answer = answerOf([
      buys('in', 364, '5'),
      buys('before', 365, '5'),
      at('before', 3, 'refund', { amount: money('2') }),
      at('never', 1),
    ]);
    // Day 364 is the first of the last 365. The refund lies in the lookback: net −2.
    expect(userOf(answer, 'in')).toMatchObject({ frequency: '1', recency_days: '364', rfm_score: '511' });
    expect(userOf(answer, 'before')).toMatchObject({
      rfm_segment: 'lost',
      rfm_score: '',
      recency_days: '',
      frequency: '0',
      monetary: '-2.00',
      orders: '1',
      value_tier: 'none',
    });
    expect(userOf(answer, 'never')).toMatchObject({ rfm_segment: 'prospects', monetary: '0.00' });
    expect(userOf(answerOf([buys('before', 365, '5')], { lookbackDays: 'all' }), 'before').frequency).toBe('1');
  });

  it('scores activity when nobody ever ordered', () => {
    const answer = answerOf([
      ...on('a', [0, 1, 2]),
      ...on('b', [10]),
      ...on('old', [400]),
      at('mail', 1, 'email_sent'),
      at('back', 1, 'refund', { amount: money('3') }),
    ]);
    expect(answer.basis).toBe('activity');
    expect(answer.edges?.monetary).toBeNull();
    expect(userOf(answer, 'a')).toMatchObject({ rfm_score: '55', monetary: '', monetary_score: '', frequency: '3', recency_days: '0' });
    // Recencies 0 and 10: edges 2, 4, 6, 8, all below 10. Frequencies 3 and 1: none below 1.
    expect(userOf(answer, 'b')).toMatchObject({ rfm_score: '11', rfm_segment: 'hibernating', value_tier: 'none' });
    expect(userOf(answer, 'old').rfm_segment).toBe('lost');
    expect(userOf(answer, 'mail').rfm_segment).toBe('prospects');
    expect(userOf(answer, 'back')).toMatchObject({ rfm_segment: 'prospects', monetary: '', frequency: '0' });
    expect(answer.valueTotal).toBe('-3.00');
  });
});

describe('the other segmentations', () => {
  it('rank money above the 50, 80 and 95 % quantiles', () => {
    // 21 buyers of 0, 1, …, 20: the quantiles are 10, 16 and 19, and an equal value is not above.
    const events = Array.from({ length: 21 }, (_, value) => buys(`u${String(value).padStart(2, '0')}`, 1, String(value)));
    const tiers = answerOf([...events, at('v', 1)]).users.map((user) => user.value_tier);
    expect(tiers).toEqual([...Array(11).fill('low'), ...Array(6).fill('mid'), ...Array(3).fill('high'), 'top', 'none']);
  });

  it('tell new from returning visitors of the last 28 days', () => {
    const answer = answerOf([...on('a', [27]), ...on('b', [28]), ...on('c', [28, 27]), at('d', 30, 'email_sent'), at('d', 3)]);
    expect(answer.users.map((user) => user.visitor)).toEqual(['new', '', 'returning', 'returning']);
  });

  it('count orders of all time', () => {
    const answer = answerOf([buys('a', 500, '1'), buys('a', 1, '1'), buys('b', 500, '1'), at('c', 1)]);
    expect(answer.users.map((user) => user.buyer_type)).toEqual(['repeat', 'once', 'never']);
  });
});

describe('the members', () => {
  it('stand in the order of their UTF-8 bytes', () => {
    // U+FF5E is EF BD 9E, U+1F600 is F0 9F 98 80: UTF-16 would order them the other way.
    const answer = answerOf(['\u{1f600}', '\u{ff5e}', 'a', 'Z', '10', '9', ' a'].map((userId) => at(userId, 1)));
    expect(answer.users.map((user) => user.user_id)).toEqual([' a', '10', '9', 'Z', 'a', '\u{ff5e}', '\u{1f600}']);
  });

  it('carry every column of a single event', () => {
    expect(answerOf([buys('a', 0, '12.5')]).users).toEqual([
      {
        user_id: 'a',
        status: 'occasional',
        status_reason: 'few_days',
        status_group: 'engaged',
        rfm_segment: 'new_customers',
        rfm_score: '511',
        recency_score: '5',
        frequency_score: '1',
        monetary_score: '1',
        recency_days: '0',
        frequency: '1',
        monetary: '12.50',
        value_tier: 'low',
        buyer_type: 'once',
        orders: '1',
        paying: 'paid',
        visitor: 'new',
        first_seen: AS_OF,
        last_seen: AS_OF,
        idle_days: '0',
        tenure_days: '0',
        active_days: '1',
        events: '1',
        usual_interval_days: '30.00',
        dormant_after_days: '60.00',
        churned_after_days: '120.00',
      },
    ]);
  });
});

describe('comparing members.csv with the oracle', () => {
  const answer = answerOf([buys('a', 0, '12.5'), at('b', 3)]);
  const header = MEMBER_COLUMNS.join(',');
  const lines = answer.users.map((user) => MEMBER_COLUMNS.map((column) => user[column]).join(','));

  it('passes equal members, also with further columns', () => {
    expect(() => expectSameMembers([header, ...lines, ''].join('\n'), answer)).not.toThrow();
    expect(() => expectSameMembers([`${header},plan`, ...lines.map((line) => `${line},pro`)].join('\n'), answer)).not.toThrow();
  });

  it('names the user and the column that differ', () => {
    const wrong = [header, lines[0]?.replace('12.50', '12.5'), lines[1]].join('\n');
    expect(() => expectSameMembers(wrong, answer)).toThrow(/"a" .*monetary "12.5", oracle "12.50"/);
    expect(() => expectSameMembers([header, lines[0]].join('\n'), answer)).toThrow('"b" is missing');
    expect(() => expectSameMembers([header, lines[1], lines[0]].join('\n'), answer)).toThrow('sorted it is "a"');
    expect(() => expectSameMembers([header.replace('user_id,status', 'status,user_id'), ...lines].join('\n'), answer)).toThrow('columns');
  });
});
