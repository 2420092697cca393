import type { Landmark, MetricUnit } from './compare-result.js';

/** What a metric or a segmentation is made from: where both share one, the metric differs by definition. */
export type Ingredient = 'size' | 'recency' | 'active days' | 'cadence' | 'status' | 'tenure' | 'orders' | 'money' | 'churn' | 'sessions';

/** A share of users with a mark, a mean of a number, a ratio of two sums, a median, or the size of the group. */
export type MetricKind = 'size' | 'share' | 'mean' | 'ratio' | 'median';

export interface Metric {
  readonly name: string;
  /** At most 20 columns. */
  readonly title: string;
  readonly kind: MetricKind;
  readonly unit: MetricUnit;
  /** What it says, in one line. */
  readonly meaning: string;
  readonly madeOf: readonly Ingredient[];
  /** Its column holds whole units of 1 ÷ divisor; money has a divisor of its own. */
  readonly divisor: number;
  /** What the input must have. */
  readonly needs: 'sessions' | 'orders' | 'money' | null;
  /** The metric looks at the days up to this one after first seen or first active, or at all of the past: not told under a landmark beyond it. */
  readonly knownBy: number | 'always' | 'never';
}

type Entry = Pick<Metric, 'name' | 'title' | 'kind' | 'unit' | 'meaning' | 'madeOf'> & Partial<Metric>;

const metric = (entry: Entry): Metric => ({ divisor: 1, needs: null, knownBy: 'always', ...entry });

/** Days from the first active day on: week k is 7k to 7k + 6. */
export const RETURN_WEEKS = [1, 4] as const;

/** Every metric of a group, in reading order; the shares that did an event come after them. */
export const METRICS: readonly Metric[] = [
  metric({
    name: 'share_of_users',
    title: 'share of users',
    kind: 'size',
    unit: 'share',
    meaning: 'users in the group, of all compared',
    madeOf: ['size'],
  }),
  metric({
    name: 'active_7d',
    title: 'active, 7 days',
    kind: 'share',
    unit: 'share',
    meaning: 'active on one of the last 7 days',
    madeOf: ['recency'],
  }),
  metric({
    name: 'active_30d',
    title: 'active, 30 days',
    kind: 'share',
    unit: 'share',
    meaning: 'active on one of the last 30 days',
    madeOf: ['recency'],
  }),
  metric({
    name: 'active_days',
    title: 'active days',
    kind: 'mean',
    unit: 'number',
    meaning: 'active days a user',
    madeOf: ['active days'],
  }),
  metric({ name: 'events', title: 'events', kind: 'mean', unit: 'number', meaning: 'events a user', madeOf: [] }),
  metric({
    name: 'sessions',
    title: 'sessions',
    kind: 'mean',
    unit: 'number',
    meaning: 'sessions a user: of the session column, or split at gaps over 30 minutes',
    madeOf: ['sessions'],
    needs: 'sessions',
  }),
  metric({
    name: 'minutes',
    title: 'minutes on site',
    kind: 'mean',
    unit: 'minutes',
    meaning: 'minutes in sessions a user; a session of one event lasts 0',
    madeOf: ['sessions'],
    divisor: 60,
    needs: 'sessions',
  }),
  ...RETURN_WEEKS.map((week) =>
    metric({
      name: `returned_week_${week}`,
      title: `returned, week ${week}`,
      kind: 'share',
      unit: 'share',
      meaning: `active ${7 * week} to ${7 * week + 6} days after the first active day, of those watched that long`,
      madeOf: [],
      knownBy: 7 * week,
    }),
  ),
  ...(['at_risk', 'dormant', 'churned'] as const).map((status) =>
    metric({
      name: status,
      title: status.replace('_', ' '),
      kind: 'share',
      unit: 'share',
      meaning: `of status ${status}`,
      madeOf: ['status', 'recency', 'tenure'],
    }),
  ),
  metric({
    name: 'buyers',
    title: 'buyers',
    kind: 'share',
    unit: 'share',
    meaning: 'with an order',
    madeOf: ['orders'],
    needs: 'orders',
  }),
  metric({
    name: 'orders_per_user',
    title: 'orders per user',
    kind: 'mean',
    unit: 'number',
    meaning: 'orders a user, none included',
    madeOf: ['orders'],
    needs: 'orders',
  }),
  metric({
    name: 'orders_per_buyer',
    title: 'orders per buyer',
    kind: 'mean',
    unit: 'number',
    meaning: 'orders a user with one',
    madeOf: ['orders'],
    needs: 'orders',
  }),
  metric({
    name: 'average_order_value',
    title: 'order value',
    kind: 'ratio',
    unit: 'money',
    meaning: 'amounts of orders, refunds left out, divided by orders',
    madeOf: ['money'],
    needs: 'money',
  }),
  metric({
    name: 'revenue_per_user',
    title: 'revenue per user',
    kind: 'mean',
    unit: 'money',
    meaning: 'amounts a user, refunds taken off, none included',
    madeOf: ['orders', 'money'],
    needs: 'money',
  }),
  metric({
    name: 'days_to_first_order',
    title: 'days to 1st order',
    kind: 'median',
    unit: 'days',
    meaning: 'median days from first seen to the first order, of buyers',
    madeOf: [],
    needs: 'orders',
  }),
  metric({
    name: 'usual_interval',
    title: 'usual interval',
    kind: 'median',
    unit: 'days',
    meaning: 'median usual interval between active days, of users with a gap',
    madeOf: ['cadence'],
    divisor: 100,
    knownBy: 'never',
  }),
];

/** What the segments of each segmentation are made from. */
const MADE_OF: Readonly<Record<string, readonly Ingredient[]>> = {
  status: ['status', 'recency', 'active days', 'cadence', 'tenure', 'orders', 'churn'],
  rfm: ['orders', 'money'],
  value_tier: ['orders', 'money'],
  buyer_type: ['orders'],
  paying: ['orders', 'money'],
  visitor: ['recency', 'tenure'],
  engagement: ['recency', 'active days', 'sessions'],
};

/** RFM without any order scores activity. */
const ACTIVITY_SCORED: readonly Ingredient[] = ['recency', 'active days'];

/** What groups are made from, by the segmentations their segments belong to; properties are made from nothing we measure. */
export function ingredientsOf(segmentations: readonly string[], basis: 'orders' | 'activity'): ReadonlySet<Ingredient> {
  const all = segmentations.flatMap((name) => (name === 'rfm' && basis === 'activity' ? ACTIVITY_SCORED : (MADE_OF[name] ?? [])));
  return new Set<Ingredient>(['size', ...all]);
}

/** Whether the groups are made from what the metric measures, so that a test of it would say nothing. */
export function isByDefinition({ madeOf }: Pick<Metric, 'madeOf'>, groups: ReadonlySet<Ingredient>): boolean {
  return madeOf.some((ingredient) => groups.has(ingredient));
}

/** Whether the metric looks only at what comes after the landmark. */
export function isAfterLandmark({ knownBy }: Metric, landmark: Landmark | undefined): boolean {
  if (landmark === undefined || knownBy === 'always') return true;
  return knownBy !== 'never' && landmark.kind === 'days' && knownBy >= landmark.days;
}
