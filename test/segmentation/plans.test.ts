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
}

function at(daysAgo: number, event = 'view', clock = '12:00:00', amount = ''): Moment {
  return { daysAgo, event, clock, amount };
}

function on(...daysAgo: readonly number[]): Moment[] {
  return daysAgo.map((days) => at(days));
}

type People = Readonly<Record<string, readonly Moment[]>>;

/**
 * 1,200 people who came twice, 20 days apart, so P50, P75 and P90 are 20. Whoever came once, or keeps a pace of 20 days, has
 * usual_interval 20, dormant_after max(40, 20, 14) = 40, churned_after max(80, 20, 30) = 80, and is overdue from 31 idle days on.
 */
const CROWD: People = Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`crowd ${index}`, on(200, 180)]));

let runs = 0;
async function classify(people: People, flags: readonly string[] = []): Promise<Map<string, Readonly<Record<string, string>>>> {
  runs += 1;
  const path = join(folder.path, `${runs}.csv`);
  const lines = Object.entries({ ...CROWD, ...people }).flatMap(([user, moments]) =>
    moments.map(({ daysAgo, event, clock, amount }) => `"${user}",${isoOfDay(BASE - daysAgo)} ${clock},${event},${amount}`),
  );
  writeFileSync(path, `${['user_id,occurred_at,event,amount', ...lines].join('\n')}\n`);
  const { members } = await classifyOnce([path, '--as-of', isoOfDay(BASE), ...flags], join(folder.path, `out-${runs}`));
  return new Map(members.map((member) => [member['user_id'] ?? '', member]));
}

type Worked = readonly [moments: readonly Moment[], answer: string];

async function expectAnswers(
  columns: readonly string[],
  answers: Readonly<Record<string, Worked>>,
  flags: readonly string[] = [],
): Promise<void> {
  const members = await classify(Object.fromEntries(Object.entries(answers).map(([name, [moments]]) => [name, moments])), flags);
  const found = Object.keys(answers).map((name) => [name, columns.map((column) => members.get(name)?.[column]).join(' ')]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(Object.entries(answers).map(([name, [, answer]]) => [name, answer])));
}

const expectStatuses = (answers: Readonly<Record<string, Worked>>, flags: readonly string[] = []): Promise<void> =>
  expectAnswers(['status', 'status_reason', 'status_group'], answers, flags);

describe('rule 3 for whoever pays', () => {
  it('is dormant, not churned, while the subscription is open', async () => {
    await expectStatuses({
      // Idle 81 > 80.
      'open, idle beyond churned_after': [[at(81, 'subscription_started')], 'dormant paying_but_idle slipping'],
      // 80 is not above 80: rule 3 does not apply, and rule 5 does.
      'open, idle at churned_after': [[at(80, 'subscription_started')], 'dormant idle slipping'],
      'renewed, never seen to start': [[at(81, 'Subscription Renewed')], 'dormant paying_but_idle slipping'],
      'ended after the start': [
        [at(81, 'subscription_started'), at(81, 'subscription_ended', '12:00:00.000001')],
        'churned inactivity gone',
      ],
      // At one instant the start comes after the end.
      'renewed at the instant of the end': [
        [at(81, 'subscription_ended'), at(81, 'subscription_renewed')],
        'dormant paying_but_idle slipping',
      ],
      'started again after the end': [
        [at(90, 'subscription_started'), at(85, 'subscription_ended'), at(81, 'subscription_started')],
        'dormant paying_but_idle slipping',
      ],
      'only a trial': [[at(81, 'trial_started')], 'churned inactivity gone'],
      // Rule 1 comes first, whatever is open: the churn event has no activity later than 24 hours after it.
      'left by a churn event': [
        [at(90, 'subscription_cancelled'), at(90, 'subscription_renewed'), at(90, 'uninstall')],
        'churned subscription_cancelled gone',
      ],
    });
  });

  it('is churned again when the names of starts are none', async () => {
    await expectStatuses({ open: [[at(81, 'subscription_started')], 'churned inactivity gone'] }, ['--start-event', 'none']);
  });
});

describe('rule 7 (d)', () => {
  const pace = on(20, 40, 60, 80, 100);

  it('is at risk for 28 days after a cancellation that no start followed', async () => {
    await expectStatuses({
      'no cancellation': [[...pace, at(0)], 'active active engaged'],
      'on the first of the last 28 days': [[...pace, at(0), at(27, 'subscription_ended')], 'at_risk cancelling slipping'],
      'on the day before them': [[...pace, at(0), at(28, 'subscription_ended')], 'active active engaged'],
      'on the as-of day': [[...pace, at(0, 'subscription_ended')], 'at_risk cancelling slipping'],
      'started again later': [
        [...pace, at(0), at(10, 'subscription_ended'), at(10, 'subscription_started', '12:00:00.000001')],
        'active active engaged',
      ],
      'renewed at the same instant': [
        [...pace, at(0), at(10, 'subscription_ended'), at(10, 'subscription_renewed')],
        'active active engaged',
      ],
      'renewed before': [
        [...pace, at(0), at(10, 'subscription_renewed', '11:59:59.999999'), at(10, 'subscription_ended')],
        'at_risk cancelling slipping',
      ],
      'cancelled, renewed, cancelled': [
        [...pace, at(0), at(12, 'subscription_ended'), at(11, 'subscription_renewed'), at(10, 'subscription_ended')],
        'at_risk cancelling slipping',
      ],
    });
  });

  it('comes after rule 1, which takes whoever was not active later than 24 hours after a churn event', async () => {
    await expectStatuses({
      'active a day later': [[...pace, at(1, 'subscription_cancelled'), at(0)], 'churned subscription_cancelled gone'],
      'active a microsecond later than that': [
        [...pace, at(1, 'subscription_cancelled'), at(0, 'view', '12:00:00.000001')],
        'at_risk cancelling slipping',
      ],
      'active ten days later': [[...pace, at(10, 'subscription_canceled'), at(0)], 'at_risk cancelling slipping'],
    });
  });

  it('comes after (c), and before loyal', async () => {
    // A notice that the user does nothing for: it neither ends the idle time nor makes anybody churned.
    const flags = ['--cancel-event', 'ended', '--passive-event', 'ended'];
    const steady = [31, 51, 71, 91].map((days) => days);
    await expectStatuses(
      {
        // Idle 31 > 0.75 × 40.
        overdue: [[...on(...steady), at(5, 'ended')], 'at_risk overdue slipping'],
        'not overdue': [[...on(...steady.map((days) => days - 1)), at(5, 'ended')], 'at_risk cancelling slipping'],
        loyal: [on(...Array.from({ length: 12 }, (_, week) => 7 * week)), 'loyal consistent engaged'],
        'would be loyal': [[...on(...Array.from({ length: 12 }, (_, week) => 7 * week)), at(5, 'ended')], 'at_risk cancelling slipping'],
      },
      flags,
    );
  });

  it('looks as far back as at_risk.window', async () => {
    await expectStatuses(
      {
        'on the last day': [[...pace, at(0), at(9, 'subscription_ended')], 'at_risk cancelling slipping'],
        'the day before': [[...pace, at(0), at(10, 'subscription_ended')], 'active active engaged'],
      },
      ['--set', 'at_risk.window=10'],
    );
  });
});

describe('paying', () => {
  const expectPaying = (answers: Readonly<Record<string, Worked>>, flags: readonly string[] = []): Promise<void> =>
    expectAnswers(['paying'], answers, flags);

  it('is paid, trial or free by orders, subscriptions and trials', async () => {
    await expectPaying({
      nothing: [[at(3)], 'free'],
      'an order of 10': [[at(300, 'purchase', '12:00:00', '10')], 'paid'],
      'an order of 0': [[at(3, 'purchase', '12:00:00', '0')], 'free'],
      'an open subscription': [[at(300, 'subscription_created')], 'paid'],
      'renewed, without an amount': [[at(300, 'subscription_renewed')], 'paid'],
      'a subscription that ended': [[at(300, 'subscription_created'), at(200, 'subscription_expired')], 'free'],
      // Days 13, 12 … 0: the fourteenth day of the trial is the as-of day.
      'the last day of a trial': [[at(13, 'trial_started')], 'trial'],
      'the day after it': [[at(14, 'trial_started')], 'free'],
      'two trials': [[at(100, 'Trial Started'), at(5, 'Trial Started')], 'trial'],
      'a trial that ended': [[at(13, 'trial_started'), at(13, 'trial_ended', '12:00:00.000001')], 'free'],
      // At one instant the start comes after the end.
      'an end and a trial at one instant': [[at(13, 'trial_ended'), at(13, 'trial_started')], 'trial'],
      'a cancelled trial': [[at(5, 'trial_started'), at(4, 'subscription_cancelled')], 'free'],
      'a trial that became a subscription': [[at(5, 'trial_started'), at(4, 'subscription_started')], 'paid'],
      'and then ended': [[at(5, 'trial_started'), at(4, 'subscription_started'), at(3, 'subscription_ended')], 'free'],
      'a trial after a subscription': [[at(50, 'subscription_started'), at(40, 'subscription_ended'), at(5, 'trial_started')], 'trial'],
      'after the as-of day': [[at(3), at(-1, 'subscription_started')], 'free'],
    });
  });

  it('takes other names and another length of trials', async () => {
    await expectPaying(
      { begun: [[at(29, 'Began')], 'trial'], older: [[at(30, 'began')], 'free'], usual: [[at(3, 'trial_started')], 'free'] },
      [...['--trial-event', 'began'], ...['--set', 'trial.days=30']],
    );
  });
});
