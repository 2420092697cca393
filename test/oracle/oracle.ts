import { dayOfInstant, dayOfIso, isoOfDay } from './calendar.js';
import { Fraction, largest, smallest, ZERO } from './fraction.js';

/*
 * PRODUCT §1, §3, §4 and parts of §5, a second time: arrays, loops and exact fractions, in the order
 * of that page and without a thought for speed. It shares nothing with src/.
 */

export interface OracleEvent {
  userId: string;
  /** UTC. */
  atMicros: bigint;
  event: string;
  /** Undefined when empty or unreadable. */
  amount: Fraction | undefined;
  orderId: string | undefined;
  eventId?: string | undefined;
  sessionId?: string | undefined;
  /** The other columns, by name, for what is told apart by them; '' when empty. */
  others?: readonly string[] | undefined;
  /** Whether it does not meet the conditions on events. */
  isFiltered?: boolean | undefined;
}

export interface OracleSettings {
  /** ISO day. Without it the as-of date is chosen from the events. */
  asOf?: string | undefined;
  /** ISO day. Rows of earlier days are as if they were not there. */
  since?: string | undefined;
  nowMicros: bigint;
  timezone: string;
  lookbackDays: number | 'all';
  scoring: 'auto' | 'quantile';
  /** The RFM model; `grid` unless set. */
  model?: OracleModel | undefined;
  everyRowIsAnOrder: boolean;
  valueEvents?: string[] | undefined;
  churnEvents?: string[] | undefined;
  passiveEvents?: string[] | undefined;
  riskEvents?: string[] | undefined;
  startEvents?: string[] | undefined;
  cancelEvents?: string[] | undefined;
  trialEvents?: string[] | undefined;
  trialEndEvents?: string[] | undefined;
  /** Closed seasons, first and last ISO day; they may overlap. */
  pauses?: { first: string; last: string }[] | undefined;
  /** All of DEFAULT_PARAMETERS. */
  parameters: Record<string, number>;
  frozen?: { p50: number; p75: number; p90: number; edges: OracleEdges | null } | undefined;
}

export type OracleModel = 'grid' | 'thirds' | 'map125';

/** What files say about people; ids as they stand there. */
export interface OraclePeople {
  /** Which id is whose. */
  identity: ReadonlyMap<string, string>;
  /** The users file, a row a user after `identity`; days since 1970. */
  users: readonly { userId: string; signUpDay: number | undefined }[] | undefined;
  only: readonly string[] | undefined;
  exclude: readonly string[] | undefined;
  /** Whether somebody meets the conditions on people, by the id after `identity`; all do unless set. */
  meets?: ((userId: string) => boolean) | undefined;
}

const NO_FILES: OraclePeople = { identity: new Map(), users: undefined, only: undefined, exclude: undefined };

export interface OracleEdges {
  recencyDays: Fraction[];
  frequency: Fraction[];
  monetary: Fraction[] | null;
}

export const MEMBER_COLUMNS = [
  'user_id',
  'status',
  'status_reason',
  'status_group',
  'rfm_segment',
  'rfm_score',
  'recency_score',
  'frequency_score',
  'monetary_score',
  'recency_days',
  'frequency',
  'monetary',
  'value_tier',
  'buyer_type',
  'orders',
  'paying',
  'visitor',
  'first_seen',
  'last_seen',
  'idle_days',
  'tenure_days',
  'active_days',
  'events',
  'usual_interval_days',
  'dormant_after_days',
  'churned_after_days',
] as const;

/** One line of members.csv, every value as the text written there. */
export type OracleUser = Record<(typeof MEMBER_COLUMNS)[number], string>;

export interface OracleDoing {
  userId: string;
  atMicros: bigint;
  day: number;
  isActivity: boolean;
  sessionId: string;
  others: readonly string[];
}

export interface OracleAnswer {
  asOf: string;
  /** Sorted by user_id, bytewise in UTF-8. */
  users: OracleUser[];
  population: { p50: number; p75: number; p90: number; users: number };
  basis: 'orders' | 'activity';
  /** Null when nobody is scored. */
  edges: OracleEdges | null;
  rows: { used: number; beforeSince: number; afterAsOf: number; duplicate: number; filtered: number };
  /** Statuses the history is too short for. */
  rulesOff: string[];
  valueTotal: string;
  /** By user: the net value of the last 365 days. */
  revenue: ReadonlyMap<string, Fraction>;
  historyDays: number;
  pausedDays: number;
  /** What the members did: the used events of those who stay. */
  doings: readonly OracleDoing[];
  /** Where a day up to the as-of day stands among the days that count. */
  place: (day: number) => number;
  /** ISO days of the first and the last used event. */
  period: { first: string; last: string };
}

export const DEFAULT_PARAMETERS: Readonly<Record<string, number>> = {
  'new.days': 14,
  'dormant.multiple': 2,
  'dormant.min': 14,
  'dormant.max': 180,
  'churned.multiple': 4,
  'churned.min': 30,
  'churned.max': 730,
  'churned.history': 90,
  'churned.grace_hours': 24,
  'reactivated.days': 14,
  'at_risk.window': 28,
  'at_risk.baseline': 84,
  'at_risk.baseline_days': 6,
  'at_risk.decline': 0.5,
  'at_risk.overdue': 0.75,
  'loyal.tenure': 60,
  'loyal.weeks': 9,
  'loyal.orders': 4,
  'occasional.days': 3,
  'trial.days': 14,
  'population.min_users': 20,
  'population.default': 30,
};

const PASSIVE =
  'email_sent email_delivered email_bounced push_sent push_delivered notification_sent notification_received sms_sent campaign_sent message_sent';
const CHURN =
  'uninstall app_uninstalled app_remove app_removed account_closed account_deleted subscription_cancelled subscription_canceled subscription_expired';
const PURCHASE_LIKE =
  'purchase purchased order order_completed order_placed checkout_completed charged transaction payment payment_succeeded payment_done buy sale in_app_purchase subscription_renewed';
const START = 'subscription_started subscription_created subscription_activated subscription_reactivated subscription_renewed';
const CANCEL = 'subscription_cancelled subscription_canceled subscription_expired subscription_ended';
const TRIAL = 'trial_started free_trial_started subscription_trial_started';
const TRIAL_END = 'trial_ended trial_expired trial_converted trial_cancelled trial_canceled';
const REFUND_LIKE = 'refund refunded return returned order_refunded chargeback';

const MICROS_A_DAY = 86_400_000_000n;
const MICROS_AN_HOUR = 3_600_000_000n;
const ASIDE_AFTER_DAYS = 30;
const ASIDE_LEAVES_USERS = 10;
const VISITOR_WINDOW_DAYS = 28;
const LOYAL_WEEKS_LOOKED_AT = 12;
/** Of order days, and of revenue. */
const YEAR = 365;

/** An event with its day in the report zone and its normalised name. */
interface Row extends OracleEvent {
  day: number;
  name: string;
}

/** A used row with the roles of PRODUCT §1. */
interface RoledRow extends Row {
  isActivity: boolean;
  isChurn: boolean;
  isRisk: boolean;
  isStart: boolean;
  isCancel: boolean;
  isTrial: boolean;
  isTrialEnd: boolean;
  isValue: boolean;
  isOrder: boolean;
  /** What it adds to the money sums: refunds negative, unknown amounts nothing. */
  netAmount: Fraction;
}

/** Everything about one user that needs nobody else. */
interface Person {
  userId: string;
  rows: RoledRow[];
  /** Undefined without an event and a known sign-up. */
  firstSeen: number | undefined;
  /** Up to the as-of day. */
  signUpDay: number | undefined;
  /** Ascending, by the calendar. */
  activeDates: number[];
  /** Ascending places of counted days; dates of one place are one active day. Without pauses as far apart as the dates. */
  activeDays: number[];
  /** Between consecutive active days; `gaps[i]` ends on `activeDays[i + 1]`. */
  gaps: number[];
}

/** Where a day stands among the days that count; a paused day stands where the day before it does. */
type Places = (day: number) => number;

interface Population {
  p50: number;
  p75: number;
  p90: number;
  users: number;
}

interface Cadence {
  usualInterval: Fraction;
  dormantAfter: Fraction;
  churnedAfter: Fraction;
}

interface Rfm {
  segment: string;
  score: string;
  recencyScore: string;
  frequencyScore: string;
  monetaryScore: string;
  recencyDays: string;
  frequency: string;
  monetary: string;
  valueTier: string;
}

export function classify(events: OracleEvent[], settings: OracleSettings, files: OraclePeople = NO_FILES): OracleAnswer {
  const allRows = events.map((event) => ({
    ...event,
    userId: resolved(event.userId, files),
    day: dayOfInstant(event.atMicros, settings.timezone),
    name: normalised(event.event),
  }));
  const { since } = settings;
  const rows = since === undefined ? allRows : allRows.filter(({ day }) => isoOfDay(day) >= since);
  const { asOfDay, existing } = takeAsOf(rows, settings);
  const used = dropDuplicates(existing);
  if (used.length === 0) throw new Error('nobody before the as-of instant');
  const firstDate = Math.min(...used.map((row) => row.day));
  const signUps = takeSignUps(files, asOfDay);
  const place = layOutDays(Math.min(firstDate, ...[...signUps.values()].filter((day) => day !== undefined)), asOfDay, settings);
  const roled = giveRoles(used, settings);
  const left = roled.filter((row) => !row.isFiltered && stays(row.userId, files));
  const people = addPeople(gatherPeople(left, place), signUps).filter(({ userId }) => stays(userId, files));
  const filtered = used.length - left.length;
  const today = place(asOfDay);
  const inputsFirstDay = place(firstDate);
  const historyDays = today - inputsFirstDay + 1;
  const population = settings.frozen === undefined ? measureGaps(people, settings) : { ...settings.frozen, users: countWithGaps(people) };
  const loyalOrderDays = orderDaysOfTheLoyal(people, place, today, settings);
  const { rfm, basis, edges } = scoreRfm(people, asOfDay, settings);

  const users = people.map((person): OracleUser => {
    const cadence = person.activeDays.length === 0 ? undefined : measureCadence(person, population, settings);
    const status = decideStatus(person, cadence, { place, today, inputsFirstDay, historyDays, population, loyalOrderDays }, settings);
    const lastActiveDate = person.activeDates.at(-1);
    const orders = countOrders(person.rows, settings);
    const scored = rfm.get(person.userId);
    if (scored === undefined) throw new Error(`${person.userId} was not scored`);
    return {
      user_id: person.userId,
      status: status.status,
      status_reason: status.reason,
      status_group: STATUS_GROUPS[status.status],
      rfm_segment: scored.segment,
      rfm_score: scored.score,
      recency_score: scored.recencyScore,
      frequency_score: scored.frequencyScore,
      monetary_score: scored.monetaryScore,
      recency_days: scored.recencyDays,
      frequency: scored.frequency,
      monetary: scored.monetary,
      value_tier: scored.valueTier,
      buyer_type: orders === 0 ? 'never' : orders === 1 ? 'once' : 'repeat',
      orders: String(orders),
      paying: payingOf(person, asOfDay, settings),
      visitor: visitorOf(person, place, today),
      first_seen: person.firstSeen === undefined ? '' : isoOfDay(person.firstSeen),
      last_seen: lastActiveDate === undefined ? '' : isoOfDay(lastActiveDate),
      idle_days: lastActiveDate === undefined ? '' : String(today - place(lastActiveDate)),
      tenure_days: person.firstSeen === undefined ? '' : String(today - place(person.firstSeen)),
      active_days: String(person.activeDays.length),
      events: String(person.rows.length),
      usual_interval_days: intervalText(cadence?.usualInterval),
      dormant_after_days: intervalText(cadence?.dormantAfter),
      churned_after_days: intervalText(cadence?.churnedAfter),
    };
  });

  return {
    asOf: isoOfDay(asOfDay),
    users: users.sort((left, right) => compareBytes(left.user_id, right.user_id)),
    population,
    basis,
    edges,
    rows: {
      used: left.length,
      beforeSince: allRows.length - rows.length,
      afterAsOf: rows.length - existing.length,
      duplicate: existing.length - used.length,
      filtered,
    },
    rulesOff: switchedOff(historyDays, population, people, settings),
    revenue: new Map(people.map((person) => [person.userId, revenueOf(person, asOfDay)])),
    historyDays,
    pausedDays: countPaused(firstDate, asOfDay, settings),
    doings: left.map(({ userId, atMicros, day, isActivity, sessionId = '', others = [] }) => ({
      userId,
      atMicros,
      day,
      isActivity,
      sessionId,
      others,
    })),
    place,
    period: { first: isoOfDay(firstDate), last: isoOfDay(Math.max(...used.map((row) => row.day))) },
    valueTotal: sum(people.flatMap((person) => person.rows.filter((row) => row.isValue).map((row) => row.netAmount))).toExactText(2),
  };
}

// ---- closed seasons

/** Walks the days one by one: only one that no pause holds is a step further. */
function layOutDays(first: number, last: number, settings: OracleSettings): Places {
  const places = new Map<number, number>();
  let steps = 0;
  for (let day = first; day <= last; day += 1) {
    if (!isPausedDay(day, settings)) steps += 1;
    places.set(day, steps);
  }
  return (day) => {
    const found = places.get(day);
    if (found === undefined) throw new Error(`no place for day ${day}`);
    return found;
  };
}

function isPausedDay(day: number, settings: OracleSettings): boolean {
  return (settings.pauses ?? []).some(({ first, last }) => isoOfDay(day) >= first && isoOfDay(day) <= last);
}

function countPaused(first: number, last: number, settings: OracleSettings): number {
  let paused = 0;
  for (let day = first; day <= last; day += 1) if (isPausedDay(day, settings)) paused += 1;
  return paused;
}

// ---- §1 as-of date

/** The as-of day, and the rows that exist as of its end. */
function takeAsOf(rows: Row[], settings: OracleSettings): { asOfDay: number; existing: Row[] } {
  if (settings.asOf !== undefined) {
    const given = dayOfIso(settings.asOf);
    return { asOfDay: given, existing: rows.filter((row) => row.day <= given) };
  }
  const plausible = rows.filter((row) => row.atMicros <= settings.nowMicros + MICROS_A_DAY);
  if (plausible.length === 0) throw new Error('nobody before the as-of instant');
  const days = [...new Set(plausible.map((row) => row.day))].sort((left, right) => left - right);
  const allUsers = countUsers(plausible);
  const place = layOutDays(days[0] as number, days.at(-1) as number, settings);
  for (let index = 1; index < days.length; index += 1) {
    const begins = days[index] as number;
    const dayBefore = days[index - 1] as number;
    if (place(begins) - place(dayBefore) <= ASIDE_AFTER_DAYS) continue;
    const blockUsers = countUsers(plausible.filter((row) => row.day >= begins));
    const restUsers = countUsers(plausible.filter((row) => row.day < begins));
    const isThin = blockUsers < 2 || blockUsers * 1000 < allUsers;
    // The first block that qualifies, from the left, is the longest.
    if (isThin && restUsers >= ASIDE_LEAVES_USERS) {
      return { asOfDay: dayBefore, existing: plausible.filter((row) => row.day < begins) };
    }
  }
  return { asOfDay: days.at(-1) as number, existing: plausible };
}

function countUsers(rows: Row[]): number {
  return new Set(rows.map((row) => row.userId)).size;
}

// ---- §2 duplicates

/** Of the rows with one event id only the least stays; rows without an id all stay. */
function dropDuplicates(rows: Row[]): Row[] {
  const leastOfId = new Map<string, Row>();
  const kept: Row[] = [];
  for (const row of rows) {
    if (row.eventId === undefined) {
      kept.push(row);
      continue;
    }
    const least = leastOfId.get(row.eventId);
    if (least === undefined || compareRows(row, least) < 0) leastOfId.set(row.eventId, row);
  }
  return [...kept, ...leastOfId.values()];
}

function compareRows(left: Row, right: Row): number {
  return (
    (left.atMicros < right.atMicros ? -1 : left.atMicros > right.atMicros ? 1 : 0) ||
    compareBytes(left.userId, right.userId) ||
    compareBytes(left.event, right.event) ||
    emptyFirst(left.amount, right.amount, (a, b) => a.compare(b)) ||
    emptyFirst(left.orderId, right.orderId, compareBytes) ||
    emptyFirst(left.sessionId, right.sessionId, compareBytes) ||
    (left.others ?? []).map((text, index) => compareBytes(text, right.others?.[index] ?? '')).find((order) => order !== 0) ||
    0
  );
}

function emptyFirst<T>(left: T | undefined, right: T | undefined, compare: (left: T, right: T) => number): number {
  if (left === undefined || right === undefined) return (left === undefined ? 0 : 1) - (right === undefined ? 0 : 1);
  return compare(left, right);
}

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8'));
}

// ---- §1 roles of events

function normalised(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}

function giveRoles(rows: Row[], settings: OracleSettings): RoledRow[] {
  const namesOf = (given: string[] | undefined, otherwise: string): Set<string> => {
    if (given === undefined) return new Set(otherwise.split(' ').filter((name) => name !== ''));
    return new Set(given.map(normalised).filter((name) => name !== 'none'));
  };
  const passive = namesOf(settings.passiveEvents, PASSIVE);
  const churn = namesOf(settings.churnEvents, CHURN);
  const risk = namesOf(settings.riskEvents, '');
  const start = namesOf(settings.startEvents, START);
  const cancel = namesOf(settings.cancelEvents, CANCEL);
  const trial = namesOf(settings.trialEvents, TRIAL);
  const trialEnd = namesOf(settings.trialEndEvents, TRIAL_END);
  const purchaseLike = namesOf(undefined, PURCHASE_LIKE);
  const refundLike = namesOf(undefined, REFUND_LIKE);
  const valueNamed = settings.valueEvents === undefined ? undefined : namesOf(settings.valueEvents, '');

  const isOrderOrRefundName = (row: Row): boolean => purchaseLike.has(row.name) || refundLike.has(row.name);
  const purchasesExist = rows.some((row) => purchaseLike.has(row.name));
  const othersCarryAmounts = rows.some((row) => !isOrderOrRefundName(row) && row.amount !== undefined);
  const isValueEvent = (row: Row): boolean => {
    if (valueNamed !== undefined) return valueNamed.has(row.name) || refundLike.has(row.name);
    if (purchasesExist && othersCarryAmounts) return isOrderOrRefundName(row);
    return isOrderOrRefundName(row) || row.amount !== undefined;
  };

  return rows.map((row) => {
    const isValue = isValueEvent(row);
    const isRefund = isValue && (refundLike.has(row.name) || row.amount?.isNegative() === true);
    const isChurn = churn.has(row.name);
    const amount = row.amount ?? ZERO;
    return {
      ...row,
      isActivity: !isChurn && !passive.has(row.name) && !isRefund,
      isChurn,
      isRisk: risk.has(row.name),
      isStart: start.has(row.name),
      isCancel: cancel.has(row.name),
      isTrial: trial.has(row.name),
      isTrialEnd: trialEnd.has(row.name),
      isValue,
      isOrder: isValue && !isRefund,
      netAmount: isRefund && !amount.isNegative() ? amount.negated() : amount,
    };
  });
}

function gatherPeople(rows: RoledRow[], place: Places): Person[] {
  const rowsOf = new Map<string, RoledRow[]>();
  for (const row of rows) {
    const own = rowsOf.get(row.userId);
    if (own === undefined) rowsOf.set(row.userId, [row]);
    else own.push(row);
  }
  return [...rowsOf].map(([userId, own]) => {
    const activeDates = distinctDays(own.filter((row) => row.isActivity));
    const activeDays = [...new Set(activeDates.map(place))];
    const gaps = activeDays.slice(1).map((day, index) => day - (activeDays[index] as number));
    const firstSeen = Math.min(...own.map((row) => row.day));
    return { userId, rows: own, firstSeen, signUpDay: undefined, activeDates, activeDays, gaps };
  });
}

function distinctDays(rows: Row[]): number[] {
  return [...new Set(rows.map((row) => row.day))].sort((left, right) => left - right);
}

/** Distinct order ids, and distinct instants of the order rows without one. */
function countOrders(rows: RoledRow[], settings: OracleSettings): number {
  const orderRows = rows.filter((row) => row.isOrder);
  if (settings.everyRowIsAnOrder) return orderRows.length;
  const ids = new Set(orderRows.filter((row) => row.orderId !== undefined).map((row) => row.orderId));
  const instants = new Set(orderRows.filter((row) => row.orderId === undefined).map((row) => row.atMicros));
  return ids.size + instants.size;
}

// ---- people that files tell of

/** The id at the end of the chain. */
function resolved(userId: string, { identity }: OraclePeople): string {
  let id = userId;
  for (let next = identity.get(id); next !== undefined && next !== id; next = identity.get(id)) id = next;
  return id;
}

/** Everybody of the users file, with the sign-up that had happened by then; those who sign up later are not there yet. */
function takeSignUps(files: OraclePeople, asOfDay: number): Map<string, number | undefined> {
  const signUps = new Map<string, number | undefined>();
  for (const { userId, signUpDay } of files.users ?? []) {
    if (signUpDay === undefined || signUpDay <= asOfDay) signUps.set(resolved(userId, files), signUpDay);
  }
  return signUps;
}

function addPeople(active: Person[], signUps: ReadonlyMap<string, number | undefined>): Person[] {
  const known = new Set(active.map(({ userId }) => userId));
  const idle = [...signUps].filter(([userId]) => !known.has(userId));
  return [
    ...active.map((person) => {
      const signUpDay = signUps.get(person.userId);
      const seen = [person.firstSeen, signUpDay].filter((day) => day !== undefined);
      return { ...person, signUpDay, firstSeen: Math.min(...seen) };
    }),
    ...idle.map(([userId, signUpDay]) => ({
      userId,
      rows: [],
      firstSeen: signUpDay,
      signUpDay,
      activeDates: [],
      activeDays: [],
      gaps: [],
    })),
  ];
}

function stays(userId: string, files: OraclePeople): boolean {
  const lists = (ids: readonly string[]): boolean => ids.some((id) => resolved(id, files) === userId);
  if (files.meets?.(userId) === false) return false;
  return (files.only === undefined || lists(files.only)) && (files.exclude === undefined || !lists(files.exclude));
}

// ---- §3 the population's gaps, and each user's own pace

function countWithGaps(people: Person[]): number {
  return people.filter((person) => person.gaps.length > 0).length;
}

function measureGaps(people: Person[], settings: OracleSettings): Population {
  const users = countWithGaps(people);
  if (users < parameter(settings, 'population.min_users')) {
    const usual = parameter(settings, 'population.default');
    return { p50: usual, p75: 2 * usual, p90: 4 * usual, users };
  }
  // How many gaps of a length come from users with n gaps: each of those weighs 1/n.
  const counts = new Map<number, Map<number, number>>();
  for (const person of people) {
    for (const gap of person.gaps) {
      const ofLength = counts.get(gap) ?? new Map<number, number>();
      counts.set(gap, ofLength);
      ofLength.set(person.gaps.length, (ofLength.get(person.gaps.length) ?? 0) + 1);
    }
  }
  const lengths = [...counts.keys()].sort((left, right) => left - right);
  const smallestReaching = (share: Fraction): number => {
    const wanted = share.times(Fraction.of(users));
    let weight = ZERO;
    for (const length of lengths) {
      for (const [n, count] of counts.get(length) ?? []) weight = weight.plus(Fraction.of(count, n));
      if (!weight.isBelow(wanted)) return length;
    }
    throw new Error('the weights do not reach the whole');
  };
  return {
    p50: smallestReaching(Fraction.of(50, 100)),
    p75: smallestReaching(Fraction.of(75, 100)),
    p90: smallestReaching(Fraction.of(90, 100)),
    users,
  };
}

function measureCadence(person: Person, population: Population, settings: OracleSettings): Cadence {
  const n = person.gaps.length;
  const ownTotal = n === 0 ? ZERO : median(person.gaps).times(Fraction.of(n));
  const usualInterval = ownTotal
    .plus(Fraction.ofParameter(population.p50).times(Fraction.of(2)))
    .over(Fraction.of(n + 2))
    .roundedHalfUp(2);
  const dormantAfter = smallest(
    largest(
      exactParameter(settings, 'dormant.multiple').times(usualInterval),
      Fraction.ofParameter(population.p75),
      exactParameter(settings, 'dormant.min'),
    ),
    exactParameter(settings, 'dormant.max'),
  );
  const oneAndAHalf = Fraction.of(3, 2);
  const ownLongest = n >= 2 ? oneAndAHalf.times(Fraction.of(Math.max(...person.gaps))) : ZERO;
  const churnedAfter = largest(
    smallest(
      largest(
        exactParameter(settings, 'churned.multiple').times(usualInterval),
        Fraction.ofParameter(population.p90),
        exactParameter(settings, 'churned.min'),
        ownLongest,
      ),
      exactParameter(settings, 'churned.max'),
    ),
    oneAndAHalf.times(dormantAfter),
  );
  return { usualInterval, dormantAfter, churnedAfter };
}

function median(values: number[]): Fraction {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)] as number;
  if (sorted.length % 2 === 1) return Fraction.of(upper);
  const lower = sorted[sorted.length / 2 - 1] as number;
  return Fraction.of(lower + upper, 2);
}

// ---- §3 status

const STATUS_GROUPS = {
  churned: 'gone',
  never_active: 'gone',
  new: 'engaged',
  dormant: 'slipping',
  reactivated: 'engaged',
  at_risk: 'slipping',
  loyal: 'engaged',
  occasional: 'engaged',
  active: 'engaged',
} as const;

interface Status {
  status: keyof typeof STATUS_GROUPS;
  reason: string;
}

interface World {
  place: Places;
  /** The place of the as-of day, and below that of the input's first day. */
  today: number;
  inputsFirstDay: number;
  historyDays: number;
  population: Population;
  /** The order days in a year from which a customer is a repeat buyer. */
  loyalOrderDays: Fraction;
}

/** The rules of the table, top to bottom; the first that holds decides. */
function decideStatus(person: Person, cadence: Cadence | undefined, world: World, settings: OracleSettings): Status {
  const { place, today } = world;
  const { activeDays, gaps } = person;

  // 1
  const lastChurn = latestNamed(person.rows.filter((row) => row.isChurn));
  if (lastChurn !== undefined) {
    const grace = lastChurn.atMicros + BigInt(parameter(settings, 'churned.grace_hours')) * MICROS_AN_HOUR;
    const cameBack = person.rows.some((row) => row.isActivity && row.atMicros > grace);
    if (!cameBack) return { status: 'churned', reason: lastChurn.event };
  }

  // 2
  const lastActiveDay = activeDays.at(-1);
  if (lastActiveDay === undefined || cadence === undefined) return { status: 'never_active', reason: 'no_activity' };
  const idle = Fraction.of(today - lastActiveDay);
  if (person.firstSeen === undefined) throw new Error('who was active was seen');
  const firstSeen = place(person.firstSeen);
  const tenure = today - firstSeen;

  // 3
  if (world.historyDays >= parameter(settings, 'churned.history') && idle.isAbove(cadence.churnedAfter)) {
    return hasOpenSubscription(person) ? { status: 'dormant', reason: 'paying_but_idle' } : { status: 'churned', reason: 'inactivity' };
  }

  // 4
  const isKnownToBegin =
    person.signUpDay !== undefined || firstSeen - world.inputsFirstDay >= daysBeforeAnyoneIsNew(world.population, settings);
  if (tenure < parameter(settings, 'new.days') && isKnownToBegin) return { status: 'new', reason: 'first_seen' };

  // 5
  if (idle.isAbove(cadence.dormantAfter)) return { status: 'dormant', reason: 'idle' };

  // 6
  const returned = gaps.some((gap, index) => {
    const backOn = activeDays[index + 1] as number;
    return (
      isInLast(parameter(settings, 'reactivated.days'), backOn, today) &&
      Fraction.of(gap).isAbove(cadence.dormantAfter) &&
      gaps.slice(0, index).every((earlier) => gap > earlier)
    );
  });
  if (returned) return { status: 'reactivated', reason: 'returned' };

  // 7
  const window = parameter(settings, 'at_risk.window');
  const baseline = parameter(settings, 'at_risk.baseline');
  const lastRisk = latestNamed(person.rows.filter((row) => row.isRisk && isInLast(window, place(row.day), today)));
  if (lastRisk !== undefined) return { status: 'at_risk', reason: lastRisk.event };
  const recentDays = activeDays.filter((day) => isInLast(window, day, today)).length;
  const earlierDays = activeDays.filter((day) => isInLast(baseline, day, today - window)).length;
  // Active days per day now, against that share of active days per day before; 28, 84 and 0.5 make it 6 × now < before.
  const paceNow = Fraction.of(recentDays).over(Fraction.ofParameter(window));
  const paceBefore = Fraction.of(earlierDays).over(Fraction.ofParameter(baseline));
  const isDeclining = paceNow.isBelow(exactParameter(settings, 'at_risk.decline').times(paceBefore));
  if (earlierDays >= parameter(settings, 'at_risk.baseline_days') && isDeclining) return { status: 'at_risk', reason: 'declining' };
  const overdueAfter = exactParameter(settings, 'at_risk.overdue').times(cadence.dormantAfter);
  if (gaps.length >= 2 && idle.isAbove(overdueAfter)) return { status: 'at_risk', reason: 'overdue' };
  const cancelled = person.rows.filter((row) => row.isCancel && isInLast(window, place(row.day), today));
  const isCancelled = cancelled.some((end) => !person.rows.some((row) => row.isStart && row.atMicros >= end.atMicros));
  if (isCancelled) return { status: 'at_risk', reason: 'cancelling' };

  // 8
  if (tenure >= parameter(settings, 'loyal.tenure')) {
    const weeks = Array.from({ length: LOYAL_WEEKS_LOOKED_AT }, (_, week) => week).filter((week) =>
      activeDays.some((day) => isInLast(7, day, today - 7 * week)),
    );
    if (weeks.length >= parameter(settings, 'loyal.weeks')) return { status: 'loyal', reason: 'consistent' };
    const orderDays = Fraction.of(countOrderDays(person, place, today));
    if (!orderDays.isBelow(world.loyalOrderDays)) return { status: 'loyal', reason: 'repeat_buyer' };
  }

  // 9
  if (activeDays.length < parameter(settings, 'occasional.days')) return { status: 'occasional', reason: 'few_days' };

  // 10
  return { status: 'active', reason: 'active' };
}

/** Of the latest rows, the one with the least name. */
function latestNamed(rows: RoledRow[]): RoledRow | undefined {
  return rows.toSorted(
    (left, right) =>
      (left.atMicros > right.atMicros ? -1 : left.atMicros < right.atMicros ? 1 : 0) || compareBytes(left.event, right.event),
  )[0];
}

/** Whether a day is the as-of day or one of the `days` − 1 days before it; dates or places. */
function isInLast(days: number, day: number, asOfDay: number): boolean {
  return day <= asOfDay && day > asOfDay - days;
}

function daysBeforeAnyoneIsNew(population: Population, settings: OracleSettings): number {
  return Math.max(parameter(settings, 'new.days'), 2 * population.p50);
}

function revenueOf(person: Person, asOfDay: number): Fraction {
  return sum(person.rows.filter((row) => row.isValue && isInLast(YEAR, row.day, asOfDay)).map((row) => row.netAmount));
}

function countOrderDays(person: Person, place: Places, today: number): number {
  const places = person.rows.filter((row) => row.isOrder).map((row) => place(row.day));
  return new Set(places.filter((day) => isInLast(YEAR, day, today))).size;
}

function orderDaysOfTheLoyal(people: Person[], place: Places, today: number, settings: OracleSettings): Fraction {
  const ofBuyers = people.map((person) => countOrderDays(person, place, today)).filter((days) => days > 0);
  const least = exactParameter(settings, 'loyal.orders');
  if (ofBuyers.length === 0) return least;
  return largest(
    least,
    quantile(
      ofBuyers.map((days) => Fraction.of(days)),
      Fraction.of(60, 100),
    ),
  );
}

/** Without sign-up dates: nobody can be told new, loyal or churned by inactivity before so many days of history. */
function switchedOff(historyDays: number, population: Population, people: Person[], settings: OracleSettings): string[] {
  const off: string[] = [];
  const areSignUpsKnown = people.every((person) => person.signUpDay !== undefined);
  if (!areSignUpsKnown && historyDays < daysBeforeAnyoneIsNew(population, settings) + 1) off.push('new');
  if (!areSignUpsKnown && historyDays < parameter(settings, 'loyal.tenure') + 1) off.push('loyal');
  if (historyDays < parameter(settings, 'churned.history')) off.push('churned');
  return off;
}

// ---- §4 RFM

const GRID: Record<string, readonly [string, string, string, string, string]> = {
  F5: ['cant_lose', 'cant_lose', 'loyal_customers', 'loyal_customers', 'champions'],
  F4: ['at_risk_customers', 'at_risk_customers', 'loyal_customers', 'loyal_customers', 'champions'],
  F3: ['at_risk_customers', 'at_risk_customers', 'needs_attention', 'potential_loyalists', 'potential_loyalists'],
  F2: ['hibernating', 'hibernating', 'about_to_sleep', 'potential_loyalists', 'potential_loyalists'],
  F1: ['hibernating', 'hibernating', 'about_to_sleep', 'promising', 'new_customers'],
};

const THIRDS: Record<string, readonly [string, string, string]> = {
  F3: ['at_risk_customers', 'loyal_customers', 'champions'],
  F2: ['at_risk_customers', 'needs_attention', 'loyal_customers'],
  F1: ['inactive_customers', 'needs_attention', 'recent_customers'],
};

/** By R and F, a name a monetary score from M1 to M5, in the initials below. */
const MAP125: Record<string, readonly [string, string, string, string, string]> = {
  R5: ['NNrrr', 'rrrrr', 'PPPaa', 'PPLCC', 'PPPCC'],
  R4: ['NNrrr', 'NNPrr', 'PPPaL', 'PPaLC', 'PPPCC'],
  R3: ['NSrrr', 'SHPaa', 'SHPaL', 'PPaLL', 'PPPLL'],
  R2: ['HHScc', 'SHHkk', 'HHHkk', 'Hkkkk', 'Hkkkk'],
  R1: ['llccc', 'lHHkk', 'lHkkk', 'lkkck', 'lkkcc'],
};

const MAP125_NAMES: Record<string, string> = {
  C: 'champions',
  L: 'loyal_customers',
  P: 'potential_loyalists',
  N: 'new_customers',
  r: 'promising',
  a: 'needs_attention',
  S: 'about_to_sleep',
  k: 'at_risk_customers',
  c: 'cant_lose',
  H: 'hibernating',
  l: 'almost_lost',
};

function segmentOf(model: OracleModel, r: number, f: number, m: number): string {
  switch (model) {
    case 'grid':
      return GRID[`F${f}`]?.[r - 1] ?? '';
    case 'thirds':
      return THIRDS[`F${f}`]?.[r - 1] ?? '';
    case 'map125':
      return MAP125_NAMES[MAP125[`R${r}`]?.[f - 1]?.[m - 1] ?? ''] ?? '';
  }
}

/** The shares below each edge, as fractions of a whole of so many parts. */
function partsOf(settings: OracleSettings): number {
  return settings.model === 'thirds' ? 3 : 5;
}

/** What RFM scores of one user; `frequency` 0 is not scored. */
interface Measured {
  recency: Fraction;
  frequency: number;
  monetary: Fraction;
  hadAnyBefore: boolean;
}

function scoreRfm(
  people: Person[],
  asOfDay: number,
  settings: OracleSettings,
): { rfm: Map<string, Rfm>; basis: 'orders' | 'activity'; edges: OracleEdges | null } {
  const basis = people.some((person) => person.rows.some((row) => row.isOrder)) ? 'orders' : 'activity';
  const isInLookback = (day: number): boolean => settings.lookbackDays === 'all' || isInLast(settings.lookbackDays, day, asOfDay);
  const measure = (person: Person): Measured => {
    const within = person.rows.filter((row) => isInLookback(row.day));
    const orderDays = distinctDays(person.rows.filter((row) => row.isOrder));
    const days = basis === 'orders' ? orderDays : person.activeDates;
    return {
      recency: Fraction.of(asOfDay - (days.at(-1) ?? asOfDay)),
      frequency: basis === 'orders' ? countOrders(within, settings) : days.filter(isInLookback).length,
      monetary: sum(within.filter((row) => row.isValue).map((row) => row.netAmount)),
      hadAnyBefore: days.length > 0,
    };
  };
  const measured = new Map(people.map((person) => [person.userId, measure(person)]));
  const scored = [...measured.values()].filter((one) => one.frequency >= 1);
  const edges = settings.frozen?.edges ?? cutEdges(scored, basis, settings);

  const spent = scored.map((one) => one.monetary);
  const tiers =
    basis === 'activity' || spent.length === 0 ? undefined : [95, 80, 50].map((percent) => quantile(spent, Fraction.of(percent, 100)));

  const write = (one: Measured): Rfm => {
    const monetary = basis === 'activity' ? '' : one.monetary.toExactText(2);
    if (one.frequency === 0 || edges === null) {
      const segment = one.hadAnyBefore ? 'lost' : 'prospects';
      const empty = { score: '', recencyScore: '', frequencyScore: '', monetaryScore: '', recencyDays: '' };
      return { segment, ...empty, frequency: '0', monetary, valueTier: 'none' };
    }
    const r = partsOf(settings) - strictlyBelow(edges.recencyDays, one.recency);
    const f = 1 + strictlyBelow(edges.frequency, Fraction.of(one.frequency));
    const m = edges.monetary === null ? '' : String(1 + strictlyBelow(edges.monetary, one.monetary));
    return {
      segment: segmentOf(settings.model ?? 'grid', r, f, Number(m)),
      score: `${r}${f}${m}`,
      recencyScore: String(r),
      frequencyScore: String(f),
      monetaryScore: m,
      recencyDays: one.recency.toExactText(0),
      frequency: String(one.frequency),
      monetary,
      valueTier: tierOf(one.monetary, tiers),
    };
  };
  return { rfm: new Map([...measured].map(([userId, one]) => [userId, write(one)])), basis, edges };
}

function cutEdges(scored: Measured[], basis: 'orders' | 'activity', settings: OracleSettings): OracleEdges | null {
  if (scored.length === 0) return null;
  const parts = partsOf(settings);
  return {
    recencyDays: equalShares(
      scored.map((one) => one.recency),
      parts,
    ),
    frequency: cutFrequency(
      scored.map((one) => Fraction.of(one.frequency)),
      parts,
      settings.scoring,
    ),
    monetary:
      basis === 'activity'
        ? null
        : equalShares(
            scored.map((one) => one.monetary),
            parts,
          ),
  };
}

function cutFrequency(frequencies: Fraction[], parts: number, scoring: 'auto' | 'quantile'): Fraction[] {
  const shares = equalShares(frequencies, parts);
  const [first, second] = shares as [Fraction, Fraction];
  const above = frequencies.filter((frequency) => frequency.isAbove(first));
  if (scoring === 'auto' && first.equals(second) && above.length > 0) return [first, ...equalShares(above, parts - 1)];
  return shares;
}

function strictlyBelow(edges: Fraction[], value: Fraction): number {
  return edges.filter((edge) => edge.isBelow(value)).length;
}

/** The cut points between so many shares of equal size: the 1/n, 2/n … quantiles. */
function equalShares(values: Fraction[], parts: number): Fraction[] {
  const sorted = values.toSorted((left, right) => left.compare(right));
  return Array.from({ length: parts - 1 }, (_, index) => quantileOfSorted(sorted, Fraction.of(index + 1, parts)));
}

function quantile(values: Fraction[], share: Fraction): Fraction {
  return quantileOfSorted(
    values.toSorted((left, right) => left.compare(right)),
    share,
  );
}

/** Type 7: the value at position (n − 1) × share, counted from 0, linear between neighbours. */
function quantileOfSorted(sorted: Fraction[], share: Fraction): Fraction {
  const position = share.times(Fraction.of(sorted.length - 1));
  const below = sorted[Number(position.floor())] as Fraction;
  const above = sorted[Number(position.floor()) + 1];
  if (above === undefined) return below;
  return below.plus(above.minus(below).times(position.minus(Fraction.of(position.floor()))));
}

// ---- §5 other ways of segmenting

function tierOf(monetary: Fraction, tiers: Fraction[] | undefined): string {
  if (tiers === undefined) return 'none';
  const names = ['top', 'high', 'mid'];
  return names.find((_, index) => monetary.isAbove(tiers[index] as Fraction)) ?? 'low';
}

/** A start that no cancellation follows; one at the very instant of a cancellation comes after it. */
function hasOpenSubscription(person: Person): boolean {
  return person.rows.some((start) => start.isStart && !person.rows.some((row) => row.isCancel && row.atMicros > start.atMicros));
}

function payingOf(person: Person, asOfDay: number, settings: OracleSettings): string {
  if (person.rows.some((row) => row.isOrder && row.netAmount.isAbove(ZERO)) || hasOpenSubscription(person)) return 'paid';
  const latest = person.rows.filter((row) => row.isTrial).sort((left, right) => (left.atMicros < right.atMicros ? 1 : -1))[0];
  if (latest === undefined || asOfDay - latest.day >= parameter(settings, 'trial.days')) return 'free';
  const isOver = person.rows.some(
    (row) => ((row.isTrialEnd || row.isCancel) && row.atMicros > latest.atMicros) || (row.isStart && row.atMicros >= latest.atMicros),
  );
  return isOver ? 'free' : 'trial';
}

function visitorOf(person: Person, place: Places, today: number): string {
  if (!person.activeDays.some((day) => isInLast(VISITOR_WINDOW_DAYS, day, today))) return '';
  return person.firstSeen !== undefined && isInLast(VISITOR_WINDOW_DAYS, place(person.firstSeen), today) ? 'new' : 'returning';
}

// ---- numbers

function parameter(settings: OracleSettings, name: string): number {
  const value = settings.parameters[name];
  if (value === undefined) throw new Error(`no parameter ${name}`);
  return value;
}

function exactParameter(settings: OracleSettings, name: string): Fraction {
  return Fraction.ofParameter(parameter(settings, name));
}

function sum(values: Fraction[]): Fraction {
  return values.reduce((total, value) => total.plus(value), ZERO);
}

function intervalText(value: Fraction | undefined): string {
  return value === undefined ? '' : value.roundedHalfUp(2).toExactText(2);
}
