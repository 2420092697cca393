import fc from 'fast-check';
import { dayOfIso, instantOfWallClock, isoOfDay } from '../oracle/calendar.js';
import type { OracleSettings } from '../oracle/oracle.js';
import type { OracleColumns } from '../oracle/read-events.js';
import { oracleSettings } from './classify-both-ways.js';

/** One thing that happened to one user, in days before the base day and the wall clock there. */
interface Moment {
  daysAgo: number;
  clock: string;
  event: string;
  amount: string;
  order: string;
  eventId: string;
}

/** A small made-up export with the settings to classify it by. */
export interface RandomHistory {
  csv: string;
  columns: OracleColumns;
  settings: OracleSettings;
}

/** Ids that tempt a reader to trim, round, fold or sort them wrongly. */
const IDS = ['007', '7', '1e5', '12345678901234567890', 'ü', 'Z', 'z', 'a,b', 'say "x"', '\u{ff5e}', '\u{1f600}', ' lead', "o'b", 'NaN'];

const CLOCKS = ['00:00:00', '00:00:00.000001', '02:30:00', '09:15:30', '12:00:00', '18:45:00', '23:59:59', '23:59:59.999999'];
const DOINGS = ['view', 'view', 'login', 'Add To Cart', 'payment_failed', 'purchase', 'Order Completed'];
const CHURNS = ['uninstall', 'account_closed', 'App Removed'];
const PASSIVES = ['email_sent', 'Push Sent', 'sms_sent'];
const REFUNDS = ['refund', 'chargeback', 'Order Refunded'];
const AMOUNTS = ['', '', '0', '5', '5.00', '19.99', '20', '100.5', '0.0001', '1234.5678', '-5', '-0.01', 'oops'];
const PRICES = ['5', '10', '10.00', '19.99', '20', '45.5', '100', '250.25', '0'];
/** Days on either side of the rules' edges: 14, 28, 30, 60, 84 + 28, 90 and whole weeks. */
const EDGE_DAYS = [
  0, 1, 6, 7, 12, 13, 14, 15, 20, 21, 22, 27, 28, 29, 30, 31, 55, 56, 59, 60, 61, 77, 83, 84, 89, 90, 91, 111, 112, 120, 121, 179, 180, 181,
  364, 365,
];
const SPANS = [1, 2, 7, 14, 15, 21, 28, 29, 59, 60, 61, 62, 89, 90, 91, 120, 180, 300, 400, 400, 400];
const PAUSED_SPANS = [1, 59, 60, 61, 89, 90, 400];
/** A leap day, both clock changes of New York and the days around them, and days without a story. */
const BASE_DAYS = ['2024-02-29', '2024-03-01', '2023-03-12', '2023-03-13', '2023-11-05', '2024-11-04', '2023-12-31', '2022-07-15'];
const ZONES = ['UTC', 'America/New_York', 'Asia/Kathmandu'];

const plain: Pick<Moment, 'amount' | 'order' | 'eventId'> = { amount: '', order: '', eventId: '' };

const clock = fc.constantFrom(...CLOCKS);
const edgeDay = fc.constantFrom(...EDGE_DAYS);
const anyDay = fc.oneof({ weight: 2, arbitrary: fc.integer({ min: 0, max: 400 }) }, { weight: 1, arbitrary: edgeDay });
const order = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom('o1', 'o2', '00o', '3') });
const eventId = fc.oneof({ weight: 2, arbitrary: fc.constant('own') }, { weight: 1, arbitrary: fc.constantFrom('', 'dup1', 'dup2') });

function visit(daysAgo: number, at: string, event = 'view'): Moment {
  return { daysAgo, clock: at, event, ...plain, eventId: 'own' };
}

/** Anything on any day, also days after the base day. */
const scattered = fc.array(
  fc.record({
    daysAgo: fc.oneof({ weight: 12, arbitrary: anyDay }, { weight: 1, arbitrary: fc.integer({ min: -3, max: -1 }) }),
    clock,
    event: fc.constantFrom(...DOINGS, ...PASSIVES, ...REFUNDS, 'uninstall'),
    amount: fc.constantFrom(...AMOUNTS),
    order,
    eventId,
  }),
  { minLength: 1, maxLength: 12 },
);

const single = fc
  .record({ daysAgo: anyDay, clock, event: fc.constantFrom(...DOINGS, 'email_sent', 'refund', 'uninstall') })
  .map(({ daysAgo, clock: at, event }) => [visit(daysAgo, at, event)]);

/** Every `interval` days up to `idle` days ago: with a steady pace dormant_after is twice the interval or near it. */
const steady = fc
  .record({ interval: fc.integer({ min: 1, max: 45 }), visits: fc.integer({ min: 2, max: 30 }), idle: anyDay, nudge: fc.boolean(), clock })
  .map(({ interval, visits, idle, nudge, clock: at }) => {
    // Half of them stand within a few days of twice their interval.
    const last = nudge ? Math.max(0, 2 * interval + (idle % 5) - 2) : idle % 40;
    return Array.from({ length: visits }, (_, index) => visit(last + index * interval, at));
  });

/** A churn event, with activity before it and perhaps at the same instant, 24 hours later or a microsecond on either side. */
const leaver = fc
  .record({
    before: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }),
    left: fc.integer({ min: 0, max: 60 }),
    at: fc.constantFrom('00:00:00', '12:00:00'),
    event: fc.constantFrom(...CHURNS),
    second: fc.constantFrom('', 'uninstall', 'account_deleted'),
    after: fc.constantFrom('nothing', 'same', 'day', 'later', 'sooner', 'email', 'refund'),
  })
  .map(({ before, left, at, event, second, after }) => {
    const moments = [...before.map((days) => visit(left + days, '10:00:00')), visit(left, at, event)];
    if (second !== '') moments.push(visit(left, at, second));
    if (after === 'same') moments.push(visit(left, at));
    if (after === 'day') moments.push(visit(left - 1, at));
    if (after === 'later') moments.push(visit(left - 1, `${at}.000001`));
    if (after === 'sooner') moments.push(at === '00:00:00' ? visit(left, '23:59:59.999999') : visit(left - 1, '11:59:59.999999'));
    if (after === 'email') moments.push(visit(left - 2, at, 'email_sent'));
    if (after === 'refund') moments.push({ ...visit(left - 2, at, 'refund'), amount: '5' });
    return moments;
  });

const refundsOnly = fc
  .array(fc.record({ daysAgo: anyDay, clock, event: fc.constantFrom(...REFUNDS), amount: fc.constantFrom(...AMOUNTS), order, eventId }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((moments) => moments);

const passiveOnly = fc
  .array(fc.record({ daysAgo: anyDay, clock, event: fc.constantFrom(...PASSIVES) }), { minLength: 1, maxLength: 4 })
  .map((moments) => moments.map((moment) => visit(moment.daysAgo, moment.clock, moment.event)));

/** A steady start, a long absence, and back near the edge of the last 14 days. */
const returner = fc
  .record({
    back: fc.constantFrom(0, 5, 12, 13, 14),
    away: fc.integer({ min: 10, max: 200 }),
    interval: fc.integer({ min: 1, max: 20 }),
    visits: fc.integer({ min: 1, max: 12 }),
    twice: fc.boolean(),
    clock,
  })
  .map(({ back, away, interval, visits, twice, clock: at }) => {
    const start = back + away;
    const moments = Array.from({ length: visits }, (_, index) => visit(start + index * interval, at));
    if (twice) moments.push(visit(start + (visits - 1) * interval + away, at));
    return [...moments, visit(back, at)];
  });

/** Busy in the 84 days before the last 28, then about a sixth of it. */
const fader = fc
  .record({
    busy: fc.integer({ min: 5, max: 26 }),
    now: fc.integer({ min: 0, max: 5 }),
    step: fc.integer({ min: 2, max: 7 }),
    shift: fc.integer({ min: -1, max: 1 }),
    clock,
  })
  .map(({ busy, now, step, shift, clock: at }) => [
    ...Array.from({ length: busy }, (_, index) => visit(28 + shift + ((index * step) % 84), at)),
    ...Array.from({ length: now }, (_, index) => visit(index * 6, at)),
  ]);

/** Once a week for 8 to 13 weeks, on the first or last day of the week counted back from the base day. */
const weekly = fc
  .record({
    weeks: fc.integer({ min: 8, max: 13 }),
    skipped: fc.integer({ min: 0, max: 3 }),
    edge: fc.constantFrom(0, 3, 6),
    seen: fc.constantFrom(59, 60, 61, 90, 200),
    clock,
  })
  .map(({ weeks, skipped, edge, seen, clock: at }) => [
    ...Array.from({ length: weeks }, (_, week) => visit((week + (week > 3 ? skipped : 0)) * 7 + edge, at)),
    visit(seen, at, 'email_sent'),
  ]);

const buyer = fc
  .record({
    days: fc.array(anyDay, { minLength: 1, maxLength: 9 }),
    every: fc.option(fc.integer({ min: 5, max: 40 }), { nil: undefined }),
    price: fc.constantFrom(...PRICES),
    event: fc.constantFrom('purchase', 'Order Completed'),
    order,
    clock,
  })
  .map(({ days, every, price, event, order: id, clock: at }) =>
    days.map((day, index) => ({
      ...visit(every === undefined ? day : index * every, at, event),
      amount: price,
      order: id === '' ? '' : `${id}-${index >> 1}`,
    })),
  );

const SUBSCRIPTION_CLOCKS = ['00:00:00', '12:00:00', '12:00:00.000001', '23:59:59.999999'];

/** Visits, then starts, cancellations and trials near the edges of 14 and 28 days and at each other's instants, and perhaps a visit a day later. */
const subscriber = fc
  .record({
    visits: fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 8 }),
    changes: fc.array(
      fc.record({
        daysAgo: fc.constantFrom(0, 1, 12, 13, 14, 15, 26, 27, 28, 29, 60, 150, 300),
        clock: fc.constantFrom(...SUBSCRIPTION_CLOCKS),
        event: fc.constantFrom(
          'subscription_started',
          'Subscription Renewed',
          'subscription_cancelled',
          'subscription_ended',
          'Subscription Expired',
          'trial_started',
          'trial_ended',
          'trial_converted',
        ),
        after: fc.constantFrom('nothing', 'nothing', 'start', 'day', 'later', 'sooner'),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ visits, changes }) => [
    ...visits.map((daysAgo) => visit(daysAgo, '10:00:00')),
    ...changes.flatMap(({ daysAgo, clock: at, event, after }) => {
      const change = visit(daysAgo, at, event);
      if (after === 'start') return [change, visit(daysAgo, at, 'subscription_renewed')];
      if (after === 'day') return [change, visit(daysAgo - 1, at)];
      if (after === 'later') return [change, visit(daysAgo - 1, at === '12:00:00' ? '12:00:00.000001' : '23:59:59.999999')];
      if (after === 'sooner') return [change, visit(daysAgo, '23:59:59.999999')];
      return [change];
    }),
  ]);

const anyone = fc.oneof(
  { weight: 3, arbitrary: scattered },
  { weight: 2, arbitrary: single },
  { weight: 3, arbitrary: steady },
  { weight: 2, arbitrary: leaver },
  { weight: 1, arbitrary: refundsOnly },
  { weight: 1, arbitrary: passiveOnly },
  { weight: 2, arbitrary: returner },
  { weight: 2, arbitrary: fader },
  { weight: 2, arbitrary: weekly },
  { weight: 3, arbitrary: buyer },
);
const paced = fc.oneof(
  { weight: 4, arbitrary: steady },
  { weight: 3, arbitrary: returner },
  { weight: 3, arbitrary: fader },
  { weight: 2, arbitrary: weekly },
  { weight: 3, arbitrary: buyer },
  { weight: 1, arbitrary: single },
);

const parameters = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, number>>(
      { 'population.min_users': 3, 'dormant.min': 7, 'churned.min': 10 },
      { 'new.days': 7, 'reactivated.days': 30, 'occasional.days': 5, 'trial.days': 28 },
      { 'at_risk.window': 14, 'at_risk.baseline': 56, 'at_risk.decline': 0.75, 'at_risk.overdue': 0.5 },
      { 'loyal.tenure': 30, 'loyal.weeks': 4, 'loyal.orders': 2, 'churned.history': 30 },
      { 'churned.grace_hours': 0, 'churned.max': 60, 'dormant.max': 20, 'population.default': 10 },
    ),
  },
);

/** The role's own list, or in `share` of a hundred runs the given names. */
const names = (given: string[], share: number): fc.Arbitrary<string[] | undefined> =>
  fc.oneof({ weight: 100 - share, arbitrary: fc.constant(undefined) }, { weight: share, arbitrary: fc.constant(given) });

/** Other names for the events of subscriptions, and other lengths of trials. */
const plans: fc.Arbitrary<Partial<OracleSettings>> = fc.record({
  startEvents: names(['Add To Cart', 'subscription_started'], 10),
  cancelEvents: names(['subscription_ended'], 15),
  trialEvents: names([], 10),
  trialEndEvents: names(['login'], 10),
  churnEvents: names([], 30),
});

interface Plan {
  people: Moment[][];
  span: number;
  base: string;
  timezone: string;
  times: 'naive' | 'utc' | 'date';
  asOf: 'given' | 'earlier' | 'newest';
  wrongClock: boolean;
  nearNow: boolean;
  plans?: Partial<OracleSettings>;
  hasEvent: boolean;
  hasAmount: boolean;
  hasOrder: boolean;
  hasEventId: boolean;
  /** Seasons that begin so many days before the base day. */
  pauses: { daysAgo: number; length: number }[];
  /** Days ago are counted without paused days, so that the edges of the rules are met all the same. */
  isStretched: boolean;
  settings: Partial<OracleSettings>;
}

/** `any` histories of 1–60 users, `paced` ones of 25–40 users who mostly have a cadence, `subscribed` ones of 1–40 with subscriptions; with closed seasons where it says so. */
export type HistoryKind = 'any' | 'paced' | 'subscribed' | 'any, paused' | 'paced, paused' | 'subscribed, paused';

const season = fc.record({
  daysAgo: fc.oneof(
    { weight: 3, arbitrary: edgeDay },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 410 }) },
    { weight: 1, arbitrary: fc.integer({ min: -200, max: -1 }) },
  ),
  length: fc.constantFrom(1, 1, 2, 3, 7, 13, 14, 16, 28, 31, 60),
});

/** Without pauses the same for a seed as ever. */
export function randomHistory(kind: HistoryKind): fc.Arbitrary<RandomHistory> {
  const isPaused = kind.endsWith(', paused');
  const isAny = kind === 'any' || kind === 'any, paused';
  const often = (share: number): fc.Arbitrary<boolean> => fc.integer({ min: 1, max: 100 }).map((roll) => roll <= share);
  return fc
    .record({
      people: isAny
        ? fc.array(anyone, { minLength: 1, maxLength: 60, size: 'max' })
        : kind.startsWith('paced')
          ? fc.array(paced, { minLength: 25, maxLength: 40, size: 'max' })
          : fc.array(fc.oneof({ weight: 4, arbitrary: subscriber }, { weight: 1, arbitrary: paced }), {
              minLength: 1,
              maxLength: 40,
              size: 'max',
            }),
      span:
        kind === 'any, paused' ? fc.constantFrom(...PAUSED_SPANS) : isAny ? fc.constantFrom(...SPANS) : fc.constantFrom(91, 130, 250, 401),
      base: fc.constantFrom(...BASE_DAYS),
      timezone: fc.constantFrom(...ZONES),
      times: fc.constantFrom('naive' as const, 'naive' as const, 'utc' as const, 'date' as const),
      asOf: fc.constantFrom('given' as const, 'given' as const, 'earlier' as const, 'newest' as const),
      wrongClock: often(25),
      nearNow: often(30),
      hasEvent: often(90),
      hasAmount: often(85),
      hasOrder: often(60),
      hasEventId: often(50),
      settings: fc.record({
        lookbackDays: fc.constantFrom<number | 'all'>(365, 365, 'all', 30, 90),
        scoring: fc.constantFrom('auto' as const, 'auto' as const, 'quantile' as const),
        everyRowIsAnOrder: often(15),
        riskEvents: names(['Payment Failed', 'refund', 'uninstall'], 60),
        valueEvents: names(['Add to cart', 'purchase'], 15),
        churnEvents: names(['login'], 15),
        passiveEvents: names([], 20),
        parameters: parameters as fc.Arbitrary<Record<string, number>>,
      }),
      ...(kind.startsWith('subscribed') ? { plans } : {}),
      pauses: isPaused ? fc.array(season, { minLength: 1, maxLength: 5 }) : fc.constant<Plan['pauses']>([]),
      isStretched: isPaused ? often(75) : fc.constant(false),
    })
    .map(write);
}

function write(plan: Plan): RandomHistory {
  const baseDay = dayOfIso(plan.base);
  const pauses = pausesOf(plan, baseDay);
  const isPaused = (day: number): boolean => pauses.some(({ first, last }) => first <= day && day <= last);
  const dayOf = (daysAgo: number): number => (plan.isStretched ? stretched(daysAgo, baseDay, isPaused) : baseDay - daysAgo);
  const rows = plan.people.flatMap((moments, person) =>
    moments.filter((moment) => moment.daysAgo < plan.span).map((moment) => ({ userId: IDS[person] ?? `user-${person}`, ...moment })),
  );
  // Somebody is there on the first and on the base day, so that the span is the history.
  rows.push({ userId: 'first', ...visit(plan.span - 1, '00:00:00') }, { userId: 'last', ...visit(0, '23:59:59.999999') });
  if (plan.wrongClock) rows.push({ userId: 'clock', ...visit(-45, '12:00:00') }, { userId: 'clock', ...visit(-47, '12:00:00') });
  let unreadable = 0;
  const columns: [string, (row: (typeof rows)[number], index: number) => string][] = [
    ['user_id', (row) => row.userId],
    ['occurred_at', (row) => timeText(dayOf(row.daysAgo), row.clock, plan)],
  ];
  if (plan.hasEvent) columns.push(['event', (row) => row.event]);
  if (plan.hasAmount) {
    columns.push([
      'amount',
      (row) => {
        if (row.amount !== 'oops') return row.amount;
        unreadable += 1;
        return unreadable * 4 > rows.length ? '' : 'oops';
      },
    ]);
  }
  if (plan.hasOrder) columns.push(['order_id', (row) => row.order]);
  if (plan.hasEventId) columns.push(['event_id', (row, index) => (row.eventId === 'own' ? `e${index}` : row.eventId)]);
  const lines = rows.map((row, index) => columns.map(([, text]) => quoted(text(row, index))).join(','));
  const settings = oracleSettings({ ...plan.settings, ...plan.plans, timezone: plan.timezone });
  if (plan.asOf !== 'newest') settings.asOf = isoOfDay(plan.asOf === 'given' ? baseDay : baseDay - Math.min(10, plan.span - 1));
  const seasons = pauses.map(({ first, last }) => ({ first: isoOfDay(first), last: isoOfDay(last) }));
  if (seasons.length > 0) settings.pauses = seasons;
  // The ceiling of the clock stands between the ordinary days and the wrong clock's.
  if (plan.nearNow) settings.nowMicros = BigInt(baseDay + 10) * 86_400_000_000n;
  return {
    csv: `${[columns.map(([name]) => name).join(','), ...shuffled(lines)].join('\n')}\n`,
    columns: {
      user: 'user_id',
      time: 'occurred_at',
      event: plan.hasEvent ? 'event' : undefined,
      amount: plan.hasAmount ? 'amount' : undefined,
      orderId: plan.hasOrder ? 'order_id' : undefined,
      eventId: plan.hasEventId ? 'event_id' : undefined,
    },
    settings,
  };
}

/** The plan's seasons, unless nothing would be left that counts. */
function pausesOf(plan: Plan, baseDay: number): { first: number; last: number }[] {
  const all = plan.pauses.map(({ daysAgo, length }) => ({ first: baseDay - daysAgo, last: baseDay - daysAgo + length - 1 }));
  const firstDay = baseDay - plan.span + 1;
  // The newest day may be any day.
  const asOf = plan.asOf === 'newest' ? firstDay : plan.asOf === 'given' ? baseDay : baseDay - Math.min(10, plan.span - 1);
  const isPaused = (day: number): boolean => all.some(({ first, last }) => first <= day && day <= last);
  const days = Array.from({ length: asOf - firstDay + 1 }, (_, index) => firstDay + index);
  return days.every(isPaused) ? [] : all;
}

/** So many days that are not paused before the base day; with a paused one the last before it is the first of them. */
function stretched(daysAgo: number, baseDay: number, isPaused: (day: number) => boolean): number {
  let day = baseDay;
  if (daysAgo > 0) while (isPaused(day)) day -= 1;
  const step = daysAgo > 0 ? -1 : 1;
  for (let left = Math.abs(daysAgo); left > 0; ) {
    day += step;
    if (!isPaused(day)) left -= 1;
  }
  return day;
}

function timeText(day: number, at: string, plan: Plan): string {
  if (plan.times === 'date') return isoOfDay(day);
  if (plan.times === 'naive') return `${isoOfDay(day)} ${at}`;
  const [seconds, fraction = ''] = at.split('.');
  const wall = BigInt(Date.parse(`${isoOfDay(day)}T${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
  const micros = instantOfWallClock(wall, plan.timezone);
  const text = new Date(Number(micros / 1000n)).toISOString().slice(0, 23);
  return `${text}${String(micros % 1000n).padStart(3, '0')}Z`;
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A fixed mixing of the lines: the answer must not hang on their order. */
function shuffled(lines: string[]): string[] {
  return lines
    .map((line, index) => ({ line, place: (index * 7919) % 10007 }))
    .sort((left, right) => left.place - right.place)
    .map(({ line }) => line);
}
