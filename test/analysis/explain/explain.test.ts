import { beforeAll, describe, expect, it } from 'vitest';
import { explainStatus, explainUser } from '../../../src/analysis/explain/explain.js';
import { type ExplainedUser, type NearestRule, RULE_NAMES } from '../../../src/analysis/explain/explain-result.js';
import type { Flags } from '../../../src/cli/read-settings.js';
import { SegmentError } from '../../../src/errors/segment-error.js';
import { withClassified } from './with-classified.js';

/** `'2026-06-01'` or `'2026-06-01 10:00:00'`, event, amount, order id. */
type Moment = readonly [time: string, event: string, amount?: string, order?: string];

/**
 * Somebody was there on 1 January 2025, so the history is long. With fewer than 20 users who came twice the gaps are the default
 * ones: P50, P75, P90 = 30, 60, 120. So dormant_after is at least 60 and churned_after at least 120 for everybody.
 */
const START: Moment = ['2025-01-01', 'view'];

function csvOf(users: Readonly<Record<string, readonly Moment[]>>): string {
  const lines = Object.entries(users).flatMap(([user, moments]) =>
    moments.map(([time, event, amount = '', order = '']) => `${user},${time},${event},${amount},${order}`),
  );
  return `${['user_id,occurred_at,event,amount,order_id', ...lines].join('\n')}\n`;
}

async function explained(moments: readonly Moment[], flags: Flags = {}): Promise<ExplainedUser> {
  return withClassified(csvOf({ start: [START], ana: moments }), { asOf: '2026-06-30', ...flags }, async ({ database, settings }) => {
    const { users } = await explainUser(database, settings, 'ana');
    const [user] = users;
    if (user === undefined) throw new Error('nobody was explained');
    return user;
  });
}

function views(...days: readonly string[]): Moment[] {
  return days.map((day) => [day, 'view']);
}

function weekly(first: string, count: number): string[] {
  return Array.from({ length: count }, (_, week) => new Date(Date.parse(first) + week * 7 * 86_400_000).toISOString().slice(0, 10));
}

interface Worked {
  readonly name: string;
  readonly moments: readonly Moment[];
  readonly fired: string | undefined;
  readonly status: readonly [status: string, reason: string];
  readonly nearest: NearestRule | null;
  /** Day, status and reason. */
  readonly flip: readonly [day: string, status: string, reason: string] | null;
}

const WORKED: readonly Worked[] = [
  {
    // Nothing comes before rule 1, and no time undoes a churn event.
    name: 'somebody who uninstalled',
    moments: [...views('2026-06-01'), ['2026-06-10', 'uninstall']],
    fired: 'hasLeft',
    status: ['churned', 'uninstall'],
    nearest: null,
    flip: null,
  },
  {
    name: 'somebody who was only written to',
    moments: [['2026-06-20', 'email_sent']],
    fired: 'isNeverActive',
    status: ['never_active', 'no_activity'],
    nearest: null,
    flip: null,
  },
  {
    // One day only: usual_interval = P50 = 30, dormant_after 60, churned_after 120; idle since 1 January is 180.
    name: 'somebody long gone',
    moments: views('2026-01-01'),
    fired: 'isInactive',
    status: ['churned', 'inactivity'],
    nearest: null,
    flip: null,
  },
  {
    // Idle since 1 January is 180 > 120, but the subscription has no end; no time changes that.
    name: 'somebody who pays and does not come',
    moments: [['2026-01-01', 'subscription_started']],
    fired: 'isPayingButIdle',
    status: ['dormant', 'paying_but_idle'],
    nearest: null,
    flip: null,
  },
  {
    // Idle since 1 April is 90 > 60; churned_after 120 is passed on 31 July, the status stays dormant for good.
    name: 'somebody who pays and is dormant',
    moments: [['2026-04-01', 'subscription_started']],
    fired: 'isDormant',
    status: ['dormant', 'idle'],
    nearest: null,
    flip: null,
  },
  {
    // The cancellation of 20 June leaves the last 28 days on 18 July; gaps 14, 17, 14, 5: usual_interval (4·14 + 60)/6 = 19.33,
    // dormant_after 60, overdue from 46 idle days on. Idle 10 passes 60 in 51 days.
    name: 'somebody who cancelled and still comes',
    moments: [...views('2026-05-01', '2026-05-15', '2026-06-01', '2026-06-15'), ['2026-06-20', 'subscription_ended']],
    fired: 'isCancelling',
    status: ['at_risk', 'cancelling'],
    nearest: { rule: 'isDormant', status: 'dormant', missing: 51, unit: 'days' },
    flip: ['2026-07-18', 'active', 'active'],
  },
  {
    // Tenure 5; it is 14 on 9 July, and a single active day is then few. Idle 5 passes 120 in 116 days.
    name: 'somebody new',
    moments: views('2026-06-25'),
    fired: 'isNew',
    status: ['new', 'first_seen'],
    nearest: { rule: 'isInactive', status: 'churned', missing: 116, unit: 'days' },
    flip: ['2026-07-09', 'occasional', 'few_days'],
  },
  {
    // Idle since 1 April is 90 > 60; it is 121 on 31 July.
    name: 'somebody dormant',
    moments: views('2026-04-01'),
    fired: 'isDormant',
    status: ['dormant', 'idle'],
    nearest: { rule: 'isInactive', status: 'churned', missing: 31, unit: 'days' },
    flip: ['2026-07-31', 'churned', 'inactivity'],
  },
  {
    // Gaps 7 and 137 (8 February to 25 June), median 72: usual_interval (2·72 + 60)/4 = 51, dormant_after 102 < 137.
    // 25 June leaves the last 14 days on 9 July. Idle 5 passes 102 in 98 days.
    name: 'somebody who came back',
    moments: views('2026-02-01', '2026-02-08', '2026-06-25'),
    fired: 'hasReturned',
    status: ['reactivated', 'returned'],
    nearest: { rule: 'isDormant', status: 'dormant', missing: 98, unit: 'days' },
    flip: ['2026-07-09', 'active', 'active'],
  },
  {
    // 20 June leaves the last 28 days on 18 July; idle is 28 then, far from 0.75·60. Idle 10 passes 60 in 51 days.
    name: 'somebody whose payment failed',
    moments: [...views('2026-05-01', '2026-05-15', '2026-06-01', '2026-06-15'), ['2026-06-20', 'payment_failed']],
    fired: 'hasRiskEvent',
    status: ['at_risk', 'payment_failed'],
    nearest: { rule: 'isDormant', status: 'dormant', missing: 51, unit: 'days' },
    flip: ['2026-07-18', 'active', 'active'],
  },
  {
    // Weekly from 10 March to 26 May, then 23 June: 11 of the days lie in 11 March to 2 June, 1 in the last 28, and 6·1 < 11.
    // The decline lasts until 17 August (6 days of the baseline on 11 August, 5 on 18 August); from 8 August (idle 46) it is
    // overdue as well, so the status stays until idle is 61, on 23 August, 54 days ahead.
    name: 'somebody who comes less often',
    moments: views(...weekly('2026-03-10', 12), '2026-06-23'),
    fired: 'isDeclining',
    status: ['at_risk', 'declining'],
    nearest: { rule: 'isDormant', status: 'dormant', missing: 54, unit: 'days' },
    flip: ['2026-08-23', 'dormant', 'idle'],
  },
  {
    // Gaps 15 and 15, usual_interval (30 + 60)/4 = 22.5, dormant_after 60; idle since 10 May is 51 > 45, and 61 on 10 July.
    name: 'somebody overdue',
    moments: views('2026-04-10', '2026-04-25', '2026-05-10'),
    fired: 'isOverdue',
    status: ['at_risk', 'overdue'],
    nearest: { rule: 'isDormant', status: 'dormant', missing: 10, unit: 'days' },
    flip: ['2026-07-10', 'dormant', 'idle'],
  },
  {
    // Every Tuesday from 14 April to 30 June: 12 of 12 weeks, tenure 77. 8 of them are the baseline, 4 recent; 6·1 < 8, so with 3
    // less it would be a decline (overdue is 46 days away). On 21 July only 30 June is recent, and 14 April to 23 June are 11
    // baseline days; 6·1 < 11. On 20 July 23 and 30 June are recent, 6·2 > 10.
    name: 'somebody loyal by weeks',
    moments: views(...weekly('2026-04-14', 12)),
    fired: 'isConsistent',
    status: ['loyal', 'consistent'],
    nearest: { rule: 'isDeclining', status: 'at_risk', missing: 3, unit: 'active days' },
    flip: ['2026-07-21', 'at_risk', 'declining'],
  },
  {
    // Order days 4 in 365 days; gaps 91, 90, 92: usual_interval (273 + 60)/5 = 66.6, dormant_after 133.2, 0.75 of it 99.9.
    // Idle 29 passes 99.9 in 71 days, on 9 September; but on 1 September the first order is 365 days old, and 3 are too few.
    name: 'somebody loyal by orders',
    moments: [
      ['2025-09-01', 'purchase', '10'],
      ['2025-12-01', 'purchase', '10'],
      ['2026-03-01', 'purchase', '10'],
      ['2026-06-01', 'purchase', '10'],
    ],
    fired: 'isRepeatBuyer',
    status: ['loyal', 'repeat_buyer'],
    nearest: { rule: 'isOverdue', status: 'at_risk', missing: 71, unit: 'days' },
    flip: ['2026-09-01', 'active', 'active'],
  },
  {
    // One gap: not overdue, however long. Idle 20 passes 60 in 41 days.
    name: 'somebody seen twice',
    moments: views('2026-05-20', '2026-06-10'),
    fired: 'isOccasional',
    status: ['occasional', 'few_days'],
    nearest: { rule: 'isDormant', status: 'dormant', missing: 41, unit: 'days' },
    flip: ['2026-08-10', 'dormant', 'idle'],
  },
  {
    // Gaps 25 and 26: usual_interval (2·25.5 + 60)/4 = 27.75, dormant_after 60. Idle 20 passes 45 in 26 days, on 26 July.
    name: 'somebody active',
    moments: views('2026-04-20', '2026-05-15', '2026-06-10'),
    fired: undefined,
    status: ['active', 'active'],
    nearest: { rule: 'isOverdue', status: 'at_risk', missing: 26, unit: 'days' },
    flip: ['2026-07-26', 'at_risk', 'overdue'],
  },
];

describe('worked histories', () => {
  const users = new Map<string, ExplainedUser>();
  beforeAll(async () => {
    const csv = csvOf({ start: [START], ...Object.fromEntries(WORKED.map(({ name, moments }) => [name, moments])) });
    await withClassified(csv, { asOf: '2026-06-30', riskEvent: ['payment_failed'] }, async ({ database, settings }) => {
      for (const { name } of WORKED) {
        const [user] = (await explainUser(database, settings, name)).users;
        if (user !== undefined) users.set(name, user);
      }
    });
  });

  it.each(WORKED)('$name', ({ name, fired, status, nearest, flip }) => {
    const user = users.get(name);
    expect(RULE_NAMES.find((rule) => user?.rules[rule])).toBe(fired);
    expect([user?.status, user?.reason]).toEqual(status);
    expect(user?.nearest).toEqual(nearest);
    expect(user?.nextFlip && [user.nextFlip.day, user.nextFlip.status, user.nextFlip.reason]).toEqual(flip);
  });

  it('fire every rule', () => {
    expect(new Set(WORKED.map(({ fired }) => fired))).toEqual(new Set([...RULE_NAMES, undefined]));
  });

  it('waits for the history as well', async () => {
    // P50, P75, P90 = 10, 20, 40: dormant_after 20, churned_after 40. Idle 79, but the history is 80 of 90 days.
    const csv = csvOf({ ana: views('2026-04-12'), now: views('2026-06-30') });
    await withClassified(csv, { set: ['population.default=10'] }, async ({ database, settings }) => {
      const [ana] = (await explainUser(database, settings, 'ana')).users;
      expect(ana?.status).toBe('dormant');
      expect(ana?.nearest).toEqual({ rule: 'isInactive', status: 'churned', missing: 10, unit: 'days' });
      expect(ana?.nextFlip).toEqual({ day: '2026-07-10', status: 'churned', reason: 'inactivity' });
    });
  });

  it('looks as far ahead as the parameters reach', async () => {
    // dormant_after is min(max(2·30, 60, 3000), 3000) = 3000 days; 10 June 2026 + 3001 days is 28 August 2034.
    const user = await explained(views('2026-06-10'), { set: ['dormant.min=3000', 'dormant.max=3000'] });
    expect(user.status).toBe('occasional');
    expect(user.nextFlip).toEqual({ day: '2034-08-28', status: 'dormant', reason: 'idle' });
  });

  it('takes the scale of the order days as it is', async () => {
    // Order days 4, 5, 6, 7: the 60 % quantile lies at position 1.8, between 5 and 6: 5.8. So 5 order days miss by one.
    const orders = (count: number): Moment[] => weekly('2026-01-06', count).map((day): Moment => [day, 'purchase', '10']);
    const csv = csvOf({ start: [START], a: orders(4), b: orders(5), c: orders(6), d: orders(7) });
    await withClassified(csv, { asOf: '2026-03-10' }, async ({ database, settings }) => {
      const result = await explainUser(database, settings, 'b');
      expect(result.orderDaysQuantile).toBe('5.8');
      expect(result.users[0]?.rules.isRepeatBuyer).toBe(false);
      // d: tenure 63 and 7 order days, 6 January to 17 February.
      const [d] = (await explainUser(database, settings, 'd')).users;
      expect(d?.rules.isRepeatBuyer).toBe(true);
      // Its order days hold until January 2027, but on 17 March none of the 7 days is recent any more.
      expect(d?.nextFlip).toEqual({ day: '2026-03-17', status: 'at_risk', reason: 'declining' });
    });
  });
});

describe('values', () => {
  it('are exact decimal text', async () => {
    // Gaps 14, 17, 14, 5: median 14, usual_interval (4·14 + 60)/6 = 19.33; times 4.5 is 86.985 < 120.
    const user = await explained([...views('2026-05-01', '2026-05-15', '2026-06-01', '2026-06-15', '2026-06-20')], {
      set: ['dormant.multiple=3.33', 'population.default=1'],
    });
    // population.default=1: P50 1, so usual_interval = (4·14 + 2)/6 = 9.67 (9.666…), dormant_after 3.33·9.67 = 32.2011.
    expect(user.values).toMatchObject({ medianGap: '14', longestGap: 17, usualInterval: '9.67', dormantAfter: '32.2011', gaps: 4 });
    // max(4·9.67, 4, 30, 1.5·17 = 25.5) = 38.68, below 1.5·32.2011 = 48.30165.
    expect(user.values.churnedAfter).toBe('48.30165');
  });

  it('hold halves', async () => {
    const user = await explained(views('2026-04-20', '2026-05-15', '2026-06-10'));
    expect(user.values).toMatchObject({ medianGap: '25.5', usualInterval: '27.75', dormantAfter: '60', churnedAfter: '120' });
  });

  it('tell a churn event from one that was undone', async () => {
    const left: Moment = ['2026-06-10 12:00:00', 'uninstall'];
    const gone = await explained([...views('2026-06-01'), left]);
    expect(gone.values.churnEvent).toEqual({ name: 'uninstall', day: '2026-06-10', isUndone: false });
    const graced = await explained([...views('2026-06-01'), left, ['2026-06-11 12:00:00', 'view']]);
    expect(graced.values.churnEvent?.isUndone).toBe(false);
    const back = await explained([...views('2026-06-01'), left, ['2026-06-11 12:00:01', 'view']]);
    expect(back.values.churnEvent).toEqual({ name: 'uninstall', day: '2026-06-10', isUndone: true });
  });

  it('name the latest risk event of the window only', async () => {
    const flags = { riskEvent: ['complaint', 'downgrade'] };
    const user = await explained([...views('2026-06-01'), ['2026-06-05', 'complaint'], ['2026-06-20', 'downgrade']], flags);
    expect(user.values.riskEvent).toEqual({ name: 'downgrade', day: '2026-06-20' });
    const earlier = await explained([...views('2026-06-01'), ['2026-05-05', 'complaint']], flags);
    expect(earlier.values.riskEvent).toBeNull();
  });

  it('take two rows of one day for no gap', async () => {
    const user = await explained([
      ['2026-06-01 08:00:00', 'view'],
      ['2026-06-01 09:00:00', 'purchase', '5'],
      ['2026-06-01 10:00:00', 'purchase', '5'],
    ]);
    expect(user.values).toMatchObject({ gaps: 0, longestGap: null, comebackGap: null, earlierGap: null, activeDays: 1 });
  });
});

describe('lifeline', () => {
  it('has each kind of a day once, and nothing after the as-of day', async () => {
    const user = await explained([
      ['2026-06-01', 'view'],
      ['2026-06-01', 'email_sent'],
      ['2026-06-02', 'purchase', '10'],
      ['2026-06-02', 'refund', '10'],
      ['2026-06-03', 'email_sent'],
      ['2026-06-04', 'uninstall'],
      ['2026-07-01', 'view'],
    ]);
    expect(user.days).toEqual([
      { day: '2026-06-01', signs: ['active', 'passive'] },
      { day: '2026-06-02', signs: ['active', 'order', 'refund'] },
      { day: '2026-06-03', signs: ['passive'] },
      { day: '2026-06-04', signs: ['churn'] },
    ]);
  });
});

describe('orders', () => {
  it('are listed once each, on the day of their newest row, the newest first', async () => {
    const user = await explained([
      ['2026-06-01 08:00:00', 'purchase', '10', 'A'],
      ['2026-06-01 08:00:00', 'purchase', '5.5', 'A'],
      ['2026-06-03 08:00:00', 'purchase', '1', 'A'],
      ['2026-06-02 08:00:00', 'purchase', '7'],
      ['2026-06-02 09:00:00', 'purchase', ''],
    ]);
    expect(user.rfm.orders).toBe(3);
    expect(user.rfm.newestOrders).toEqual([
      { day: '2026-06-03', orderId: 'A', amount: '16.50' },
      { day: '2026-06-02', orderId: null, amount: null },
      { day: '2026-06-02', orderId: null, amount: '7.00' },
    ]);
  });

  it('are ten at most', async () => {
    const user = await explained(weekly('2026-01-06', 14).map((day): Moment => [day, 'purchase', '10']));
    expect(user.rfm.orders).toBe(14);
    expect(user.rfm.newestOrders.map(({ day }) => day)).toEqual(weekly('2026-01-06', 14).slice(-10).reverse());
  });

  it('end where a day holds rows that cannot be told apart', async () => {
    const user = await explained(
      [
        ['2026-06-01', 'purchase', '10'],
        ['2026-06-02', 'purchase', '7'],
        ['2026-06-02', 'purchase', '8'],
        ['2026-06-03', 'purchase', '9'],
      ],
      { orderColumn: 'none' },
    );
    expect(user.rfm.orders).toBe(4);
    expect(user.rfm.newestOrders).toEqual([{ day: '2026-06-03', orderId: null, amount: '9.00' }]);
  });

  it('leave the scores of who has none in the lookback empty', async () => {
    const user = await explained([['2025-01-02', 'purchase', '10'], ...views('2026-06-01')]);
    expect(user.rfm).toMatchObject({ segment: 'lost', frequency: 0, monetary: '0.00', scores: null, recencyDays: null, orders: 1 });
  });

  it('are active days where nobody ever ordered', async () => {
    const user = await explained(views('2026-06-01', '2026-06-05'));
    expect(user.rfm).toMatchObject({ frequency: 2, monetary: null, recencyDays: 25, orders: 0, newestOrders: [] });
    expect(user.rfm.scores?.monetary).toBeNull();
  });
});

describe('one status', () => {
  it('shows three typical users and the one nearest to a border', async () => {
    // All overdue: two gaps of 15 or so each, dormant_after 60, so 46 to 60 days idle. Idle 46, 47, 50, 55, 60; usual 22.5 for all.
    // The median is 50: d(0), b(3), c(5), a(4): e (idle 60) turns next, and is left out of the typical ones.
    const at = (last: string): Moment[] => {
      const day = Date.parse(last);
      return views(...[30, 15, 0].map((before) => new Date(day - before * 86_400_000).toISOString().slice(0, 10)));
    };
    const csv = csvOf({
      start: [START],
      a: at('2026-05-15'),
      b: at('2026-05-14'),
      c: at('2026-05-06'),
      d: at('2026-05-11'),
      e: at('2026-05-01'),
      other: views('2026-06-20'),
    });
    await withClassified(csv, { asOf: '2026-06-30' }, async ({ database, settings }) => {
      const result = await explainStatus(database, settings, 'at_risk');
      expect(result.ofStatus).toEqual({ status: 'at_risk', users: 5 });
      expect(result.users.map(({ userId, chosen, values }) => [userId, chosen, values.idleDays])).toEqual([
        ['d', 'typical', 50],
        ['b', 'typical', 47],
        ['a', 'typical', 46],
        ['e', 'nearest border', 60],
      ]);
      expect(result.users.at(-1)?.nextFlip).toEqual({ day: '2026-07-01', status: 'dormant', reason: 'idle' });
    });
  });

  it('gives ties to the least id, and shows fewer where there are fewer', async () => {
    const csv = csvOf({ start: [START], z: views('2026-06-28'), B: views('2026-06-28'), a: views('2026-06-28') });
    await withClassified(csv, { asOf: '2026-06-30' }, async ({ database, settings }) => {
      const news = await explainStatus(database, settings, 'new');
      expect(news.users.map(({ userId, chosen }) => [userId, chosen])).toEqual([
        ['a', 'typical'],
        ['z', 'typical'],
        ['B', 'nearest border'],
      ]);
      const nobody = await explainStatus(database, settings, 'loyal');
      expect(nobody).toMatchObject({ ofStatus: { status: 'loyal', users: 0 }, users: [] });
    });
  });

  it('has no border for who is gone', async () => {
    // Idle 514, 486 and 545 (start): the median is 514, the distances 0, 28 and 31.
    const csv = csvOf({
      start: [START],
      a: views('2025-02-01'),
      b: views('2025-03-01'),
      m: [['2026-06-01', 'email_sent']],
      now: views('2026-06-30'),
    });
    await withClassified(csv, {}, async ({ database, settings }) => {
      const churned = await explainStatus(database, settings, 'churned');
      expect(churned.users.map(({ userId, chosen }) => [userId, chosen])).toEqual([
        ['a', 'typical'],
        ['b', 'typical'],
        ['start', 'typical'],
      ]);
      const never = await explainStatus(database, settings, 'never_active');
      expect(never.users.map(({ userId, chosen }) => [userId, chosen])).toEqual([['m', 'typical']]);
    });
  });
});

describe('a user who is not there', () => {
  async function failure(csv: string, userId: string, flags: Flags = {}): Promise<SegmentError> {
    return withClassified(csv, flags, async ({ database, settings }) => {
      try {
        await explainUser(database, settings, userId);
      } catch (error) {
        if (error instanceof SegmentError) return error;
        throw error;
      }
      throw new Error('somebody was found');
    });
  }

  const csv = csvOf({ '007': views('2026-06-01'), Ana: views('2026-06-02'), '17850.0': views('2026-06-03') });

  it.each([
    ['7', '"007"'],
    ['0007', '"007"'],
    ['ANA', '"Ana"'],
    [' ana ', '"Ana"'],
    ['17850', '"17850.0"'],
  ])('hears of the ids alike to %j', async (userId, alike) => {
    const error = await failure(csv, userId);
    expect([error.code, error.kind]).toEqual(['user-unknown', 'input']);
    expect(error.message).toContain(`there is ${alike}`);
    expect(error.message).toContain('3 users');
  });

  it('hears what ids look like otherwise', async () => {
    const error = await failure(csv, "o'b; drop table users");
    expect(error.message).toContain('none of the 3 users has this id');
    expect(error.message).toContain('"007", "17850.0", "Ana"');
  });

  it('hears of rows after the as-of day', async () => {
    const error = await failure(csv, '17850.0', { asOf: '2026-06-02' });
    expect(error.code).toBe('user-not-used');
    expect(error.message).toContain('1 lies later');
    expect(error.hint).toContain('--as-of 2026-06-03');
  });

  it('hears of rejected rows', async () => {
    const error = await failure(`${csv}ben,1970-01-05,view,,\nben,soon,view,,\n`, 'ben', { maxRejects: '100%' });
    expect(error.code).toBe('user-not-used');
    expect(error.message).toContain('2 were rejected');
    expect(error.hint).toContain('--rejects');
  });
});
