import { dayOfInstant, dayOfIso, isoOfDay } from '../oracle/calendar.js';
import type { OracleAnswer, OracleEvent, OracleSettings } from '../oracle/oracle.js';
import type { OracleColumns } from '../oracle/read-events.js';

const CLOCK_CHANGES = ['2022-03-13', '2022-11-06', '2023-03-12', '2023-11-05', '2024-03-10', '2024-11-03'];
const DAY_MICROS = 86_400_000_000n;

/** Between a churn event and activity after it. */
const PAUSES = new Map([
  [0n, 'activity at the instant of leaving'],
  [DAY_MICROS, 'activity 24 hours after leaving'],
  [DAY_MICROS + 1n, 'activity a microsecond later than that'],
]);
export const PAUSES_AFTER_LEAVING: readonly string[] = [...PAUSES.values()];

/** What a history and the oracle's answer to it show: who is in which segment and why, and which edges of rules somebody stood on. */
export function featuresOf(answer: OracleAnswer, events: readonly OracleEvent[], settings: OracleSettings): Set<string> {
  return new Set([...segmentFeatures(answer), ...edgeFeatures(answer, events, settings)]);
}

function segmentFeatures(answer: OracleAnswer): string[] {
  const features = answer.users.flatMap((user) => [
    `status ${user.status}`,
    user.status === 'churned' && user.status_reason !== 'inactivity' ? 'reason left' : `reason ${user.status_reason}`,
    `rfm ${user.rfm_segment}`,
    `tier ${user.value_tier}`,
    `paying ${user.paying}`,
  ]);
  features.push(`basis ${answer.basis}`, answer.population.users >= 20 ? 'cadence measured' : 'cadence unknown');
  features.push(...answer.rulesOff.map((status) => `off ${status}`));
  if (answer.rows.duplicate > 0) features.push('duplicates');
  if (answer.rows.afterAsOf > 0) features.push('rows after as-of');
  return features;
}

function edgeFeatures(
  answer: OracleAnswer,
  events: readonly OracleEvent[],
  { timezone, churnEvents, parameters }: OracleSettings,
): string[] {
  const asOfDay = dayOfIso(answer.asOf);
  const first = answer.users.map((user) => user.first_seen).sort()[0] ?? answer.asOf;
  const features = [`history of ${asOfDay - dayOfIso(first) + 1} days`];
  for (const user of answer.users) {
    if (`${user.idle_days}.00` === user.dormant_after_days) features.push('idle equal to dormant_after');
    if (`${user.idle_days}.00` === user.churned_after_days) features.push('idle equal to churned_after');
    features.push(`tenure of ${user.tenure_days} days`);
    if (user.events === '1') features.push('one event');
    if (user.active_days === '0' && user.monetary.startsWith('-')) features.push('refunds only');
  }
  const leftAt = new Map<string, bigint[]>();
  for (const { userId, atMicros, event } of events) {
    const day = dayOfInstant(atMicros, timezone);
    features.push(`an event ${asOfDay - day} days ago`);
    if (isoOfDay(day) === '2024-02-29') features.push('a leap day');
    if (timezone === 'America/New_York' && CLOCK_CHANGES.includes(isoOfDay(day))) features.push('a day of a clock change');
    if (event === 'uninstall') leftAt.set(userId, [...(leftAt.get(userId) ?? []), atMicros]);
  }
  if (churnEvents !== undefined || parameters['churned.grace_hours'] !== 24) return features;
  for (const { userId, atMicros, event } of events) {
    const pauses = event === 'view' ? (leftAt.get(userId) ?? []).map((left) => PAUSES.get(atMicros - left)) : [];
    for (const pause of pauses) if (pause !== undefined) features.push(pause);
  }
  return features;
}

/** The same with closed seasons, where days are counted without them; nothing where no day is paused. */
export function pausedFeaturesOf(
  answer: OracleAnswer,
  events: readonly OracleEvent[],
  { timezone, pauses = [] }: OracleSettings,
): Set<string> {
  const features = new Set<string>();
  if (answer.pausedDays === 0) return features;
  const isPaused = (day: string): boolean => pauses.some(({ first, last }) => first <= day && day <= last);
  if (isPaused(answer.asOf)) features.add('the as-of day is paused');
  if (isPaused(answer.period.first)) features.add('the first day is paused');
  if (pauses.some(({ last }) => last < answer.period.first)) features.add('a pause before the first day');
  if (pauses.some(({ first }) => first > answer.asOf)) features.add('a pause after the as-of day');
  const overlap = pauses.some((one, index) => pauses.slice(index + 1).some(({ first, last }) => first <= one.last && one.first <= last));
  if (overlap) features.add('pauses overlap');
  if (events.some(({ atMicros }) => isPaused(isoOfDay(dayOfInstant(atMicros, timezone))))) features.add('an event on a paused day');
  features.add(`history of ${answer.historyDays} days`);
  for (const user of answer.users) {
    features.add(`status ${user.status}`);
    features.add(`reason ${user.status_reason}`);
    if (`${user.idle_days}.00` === user.dormant_after_days) features.add('idle equal to dormant_after');
    if (`${user.idle_days}.00` === user.churned_after_days) features.add('idle equal to churned_after');
    features.add(`tenure of ${user.tenure_days} days`);
    if (user.last_seen !== '' && isPaused(user.last_seen)) features.add('last seen on a paused day');
    if (isPaused(user.first_seen)) features.add('first seen on a paused day');
  }
  return features;
}

/** Which settings and columns it has, so that a choice of histories has all of them. */
export function settingFeaturesOf(settings: OracleSettings, columns: OracleColumns): string[] {
  const { parameters, pauses: _pauses, nowMicros: _now, asOf, ...rest } = settings;
  const named = Object.entries({ ...rest, ...columns }).map(([name, value]) => `${name} is ${JSON.stringify(value)}`);
  return [...named, `as-of ${asOf === undefined ? 'newest' : 'given'}`, `parameters ${JSON.stringify(parameters)}`];
}
