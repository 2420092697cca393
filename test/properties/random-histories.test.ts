import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOfInstant, dayOfIso, isoOfDay } from '../oracle/calendar.js';
import { classify, type OracleAnswer, type OracleEvent, type OracleSettings } from '../oracle/oracle.js';
import { readEvents } from '../oracle/read-events.js';
import { classifyByCommand, expectBothWaysEqual } from '../support/classify-both-ways.js';
import { expectSameProof, provenStatuses } from '../support/compare-proof.js';
import { expectSameMembers } from '../support/compare-with-oracle.js';
import { randomHistory } from '../support/random-history.js';

const SEED = 20240229;
/** One that meets every edge with days paused. */
const SEED_OF_PAUSED = 20240301;
const MINUTES = 60_000;

/** What the runs have met: a rule that never decided is a rule that was not compared. */
const met = new Set<string>();

function note(answer: OracleAnswer): void {
  for (const user of answer.users) {
    met.add(`status ${user.status}`);
    met.add(user.status === 'churned' && user.status_reason !== 'inactivity' ? 'reason left' : `reason ${user.status_reason}`);
    met.add(`rfm ${user.rfm_segment}`);
    met.add(`tier ${user.value_tier}`);
    met.add(`paying ${user.paying}`);
  }
  met.add(`basis ${answer.basis}`);
  met.add(answer.population.users >= 20 ? 'cadence measured' : 'cadence unknown');
  for (const status of answer.rulesOff) met.add(`off ${status}`);
  if (answer.rows.duplicate > 0) met.add('duplicates');
  if (answer.rows.afterAsOf > 0) met.add('rows after as-of');
}

const CLOCK_CHANGES = ['2022-03-13', '2022-11-06', '2023-03-12', '2023-11-05', '2024-03-10', '2024-11-03'];
const DAY_MICROS = 86_400_000_000n;
/** Between a churn event and activity after it. */
const PAUSES = new Map([
  [0n, 'activity at the instant of leaving'],
  [DAY_MICROS, 'activity 24 hours after leaving'],
  [DAY_MICROS + 1n, 'activity a microsecond later than that'],
]);

/** The edges of rules that somebody stood on. */
function noteBoundaries(answer: OracleAnswer, events: readonly OracleEvent[], { timezone, churnEvents, parameters }: OracleSettings): void {
  const asOfDay = dayOfIso(answer.asOf);
  const first = answer.users.map((user) => user.first_seen).sort()[0] ?? answer.asOf;
  met.add(`history of ${asOfDay - dayOfIso(first) + 1} days`);
  for (const user of answer.users) {
    if (`${user.idle_days}.00` === user.dormant_after_days) met.add('idle equal to dormant_after');
    if (`${user.idle_days}.00` === user.churned_after_days) met.add('idle equal to churned_after');
    met.add(`tenure of ${user.tenure_days} days`);
    if (user.events === '1') met.add('one event');
    if (user.active_days === '0' && user.monetary.startsWith('-')) met.add('refunds only');
  }
  const leftAt = new Map<string, bigint[]>();
  for (const { userId, atMicros, event } of events) {
    const day = dayOfInstant(atMicros, timezone);
    met.add(`an event ${asOfDay - day} days ago`);
    if (isoOfDay(day) === '2024-02-29') met.add('a leap day');
    if (timezone === 'America/New_York' && CLOCK_CHANGES.includes(isoOfDay(day))) met.add('a day of a clock change');
    if (event === 'uninstall') leftAt.set(userId, [...(leftAt.get(userId) ?? []), atMicros]);
  }
  if (churnEvents !== undefined || parameters['churned.grace_hours'] !== 24) return;
  for (const { userId, atMicros, event } of events) {
    const pauses = event === 'view' ? (leftAt.get(userId) ?? []).map((left) => PAUSES.get(atMicros - left)) : [];
    for (const pause of pauses) if (pause !== undefined) met.add(pause);
  }
}

/** The same with closed seasons: days are counted without them. */
const metPaused = new Set<string>();

function notePaused(answer: OracleAnswer, events: readonly OracleEvent[], { timezone, pauses = [] }: OracleSettings): void {
  const isPaused = (day: string): boolean => pauses.some(({ first, last }) => first <= day && day <= last);
  if (isPaused(answer.asOf)) metPaused.add('the as-of day is paused');
  if (isPaused(answer.period.first)) metPaused.add('the first day is paused');
  if (pauses.some(({ last }) => last < answer.period.first)) metPaused.add('a pause before the first day');
  if (pauses.some(({ first }) => first > answer.asOf)) metPaused.add('a pause after the as-of day');
  const overlap = pauses.some((one, index) => pauses.slice(index + 1).some(({ first, last }) => first <= one.last && one.first <= last));
  if (overlap) metPaused.add('pauses overlap');
  if (events.some(({ atMicros }) => isPaused(isoOfDay(dayOfInstant(atMicros, timezone))))) metPaused.add('an event on a paused day');
  metPaused.add(`history of ${answer.historyDays} days`);
  for (const user of answer.users) {
    metPaused.add(`status ${user.status}`);
    metPaused.add(`reason ${user.status_reason}`);
    if (`${user.idle_days}.00` === user.dormant_after_days) metPaused.add('idle equal to dormant_after');
    if (`${user.idle_days}.00` === user.churned_after_days) metPaused.add('idle equal to churned_after');
    metPaused.add(`tenure of ${user.tenure_days} days`);
    if (user.last_seen !== '' && isPaused(user.last_seen)) metPaused.add('last seen on a paused day');
    if (isPaused(user.first_seen)) metPaused.add('first seen on a paused day');
  }
}

describe('random histories, the command line against the oracle', () => {
  let folder = '';
  let run = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'segment-random-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['any', 60],
    ['paced', 30],
    ['subscribed', 40],
  ] as const)(
    '%s users agree in every column',
    async (kind, numRuns) => {
      await fc.assert(
        fc.asyncProperty(randomHistory(kind), async ({ csv, columns, settings }) => {
          run += 1;
          const file = join(folder, `events-${run}.csv`);
          await writeFile(file, csv);
          const answer = await expectBothWaysEqual(file, columns, settings);
          note(answer);
          noteBoundaries(answer, readEvents(csv, columns, settings.timezone), settings);
        }),
        { seed: SEED, numRuns, interruptAfterTimeLimit: 4 * MINUTES, markInterruptAsFailure: false },
      );
    },
    6 * MINUTES,
  );

  it.each([
    ['any, paused', 60],
    ['paced, paused', 25],
    ['subscribed, paused', 20],
  ] as const)(
    '%s users agree in every column',
    async (kind, numRuns) => {
      await fc.assert(
        fc.asyncProperty(randomHistory(kind), async ({ csv, columns, settings }) => {
          run += 1;
          const file = join(folder, `events-${run}.csv`);
          await writeFile(file, csv);
          const answer = await expectBothWaysEqual(file, columns, settings);
          if (answer.pausedDays > 0) notePaused(answer, readEvents(csv, columns, settings.timezone), settings);
        }),
        { seed: SEED_OF_PAUSED, numRuns, interruptAfterTimeLimit: 4 * MINUTES, markInterruptAsFailure: false },
      );
    },
    6 * MINUTES,
  );

  it(
    'users scored with the gaps and edges of an earlier run agree',
    async () => {
      const found = new Set<string>();
      await fc.assert(
        fc.asyncProperty(randomHistory('any'), fc.constantFrom(0, 3, 30), async ({ csv, columns, settings }, earlier) => {
          run += 1;
          const file = join(folder, `events-${run}.csv`);
          await writeFile(file, csv);
          const events = readEvents(csv, columns, settings.timezone);
          const later = { ...settings, asOf: classify(events, settings).asOf };
          const before = { ...later, asOf: isoOfDay(dayOfIso(later.asOf) - earlier) };
          if (!events.some(({ atMicros }) => dayOfInstant(atMicros, settings.timezone) <= dayOfIso(before.asOf))) return;
          const { population, edges, basis } = classify(events, before);
          const frozen = { ...population, edges };
          const answer = classify(events, { ...later, frozen });
          if (edges === null || answer.basis !== basis) return;
          found.add(basis);
          await classifyByCommand(file, before, async (_read, out) => {
            const flags = ['--freeze', join(out, 'manifest.json')];
            const look = async (read: (name: string) => Promise<string>): Promise<void> => {
              expectSameMembers(await read('members.csv'), answer);
              expectSameProof(await read('summary.json'), answer, events, later);
            };
            await classifyByCommand(file, later, look, flags);
          });
        }),
        { seed: SEED, numRuns: 16, interruptAfterTimeLimit: 2 * MINUTES, markInterruptAsFailure: false },
      );
      expect([...found].sort()).toEqual(['activity', 'orders']);
    },
    3 * MINUTES,
  );

  it('met every status, reason, RFM segment and tier', () => {
    expect(
      [
        ...'active at_risk churned dormant loyal never_active new occasional reactivated'.split(' ').map((name) => `status ${name}`),
        ...'left no_activity inactivity first_seen idle returned declining overdue cancelling paying_but_idle consistent repeat_buyer few_days active'
          .split(' ')
          .map((name) => `reason ${name}`),
        'reason payment_failed',
        ...'paid trial free'.split(' ').map((name) => `paying ${name}`),
        ...'champions loyal_customers potential_loyalists new_customers promising needs_attention about_to_sleep at_risk_customers cant_lose hibernating lost prospects'
          .split(' ')
          .map((name) => `rfm ${name}`),
        ...'top high mid low none'.split(' ').map((name) => `tier ${name}`),
        ...'new loyal churned'.split(' ').map((name) => `off ${name}`),
        'basis orders',
        'basis activity',
        'cadence measured',
        'cadence unknown',
        'duplicates',
        'rows after as-of',
      ].filter((thing) => !met.has(thing)),
    ).toEqual([]);
  });

  it('met seasons on every side of the data, and with them every status and edge', () => {
    expect(
      [
        'the as-of day is paused',
        'the first day is paused',
        'a pause before the first day',
        'a pause after the as-of day',
        'pauses overlap',
        'an event on a paused day',
        'first seen on a paused day',
        'last seen on a paused day',
        ...'active at_risk churned dormant loyal never_active new occasional reactivated'.split(' ').map((name) => `status ${name}`),
        ...'inactivity declining overdue consistent repeat_buyer'.split(' ').map((name) => `reason ${name}`),
        'idle equal to dormant_after',
        'idle equal to churned_after',
        ...[13, 14, 59, 60].map((days) => `tenure of ${days} days`),
        ...[59, 60, 61, 89, 90].map((days) => `history of ${days} days`),
      ].filter((thing) => !metPaused.has(thing)),
    ).toEqual([]);
  });

  it('met those of every status who came back in 30 days, and those who did not', () => {
    const statuses = 'active at_risk churned dormant loyal never_active new occasional reactivated'.split(' ');
    const wanted = statuses.flatMap((status) => [`${status} came back`, `${status} stayed away`]);
    expect(wanted.filter((thing) => !provenStatuses.has(thing))).toEqual([]);
  });

  it('met every edge of a rule', () => {
    expect(
      [
        'idle equal to dormant_after',
        'idle equal to churned_after',
        'one event',
        'refunds only',
        ...PAUSES.values(),
        ...[13, 14, 59, 60].map((days) => `tenure of ${days} days`),
        ...[59, 60, 61, 89, 90].map((days) => `history of ${days} days`),
        // Weeks, the last 14 and 28 days, the 84 before, and a year.
        ...[6, 7, 13, 14, 27, 28, 83, 84, 111, 112, 364, 365].map((days) => `an event ${days} days ago`),
        'a leap day',
        'a day of a clock change',
      ].filter((thing) => !met.has(thing)),
    ).toEqual([]);
  });
});
