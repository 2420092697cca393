/** Two whole numbers, both included. */
export type Between = readonly [from: number, to: number];

/** A name and how often it comes, of the sum of all weights beside it. */
export type Weighted = readonly [name: string, weight: number];

/**
 * People who live alike, and the status they are meant to have on the last day. A life is written backwards from that day:
 * `idle` days without anything, then visits some `every` apart; `returned` puts a long pause between the newest visits and the older ones.
 */
export interface DemoStage {
  readonly name: string;
  readonly status: string;
  /** Of 1,000 users. */
  readonly share: number;
  /** Days between the last visit and the last day; null: back to the first day. */
  readonly idle: readonly [from: number, to: number | null];
  /** At least this percentage of the usual interval, on top of `idle`. */
  readonly idleOfUsual?: number;
  /** Days between visits, in hundredths. */
  readonly every: Between;
  /** How much later than `every` a visit may be, in percent of it. */
  readonly jitter: number;
  readonly visits: Between;
  /** Days from the oldest to the newest visit; decides the number of visits within `visits`. */
  readonly span?: Between;
  readonly returned?: { readonly visits: Between; readonly every: Between; readonly pause: Between };
  /** Visits with an order; for plans at most this many, one a month. */
  readonly orders: Between;
  /** Passive events. */
  readonly messages: Between;
  /** Percent of users with a leaving event: after the last visit, or at the start of the pause. */
  readonly leaves?: number;
  /** The first message is weeks older than the first visit. */
  readonly invited?: boolean;
}

export interface DemoShape {
  readonly meaning: string;
  /** The median gap between active days that the stages aim at; test/demo measures it. */
  readonly usualGap: number;
  readonly opening: string;
  readonly browsing: readonly Weighted[];
  readonly beforeOrder: string;
  readonly order: string;
  readonly refund: string;
  readonly passive: readonly Weighted[];
  readonly leaving: readonly Weighted[];
  /** Refunded orders, of 1,000. */
  readonly refunded: number;
  /** Events a user at 365 days, as measured; sizes the bot. */
  readonly eventsPerUser: number;
  /** Events of a visit; short ones are far commoner. */
  readonly visitLength: Between;
  readonly sells: Goods | Plans;
  readonly columns: { readonly value: string; readonly order: string };
  readonly devices: readonly Weighted[];
  /** Weights of the hours 0 to 22 in which visits begin. */
  readonly hours: readonly number[];
  /** Monday to Sunday: percent of the visits that happen some days earlier (or later, below 0) instead. */
  readonly weekdays: readonly (readonly [percent: number, daysEarlier: number])[];
  readonly stages: readonly DemoStage[];
}

/** Prices in cents; cheap ones are far commoner. */
export interface Goods {
  readonly kind: 'goods';
  readonly prices: readonly number[];
}

/** Monthly plans with their price in cents; a user keeps theirs. */
export interface Plans {
  readonly kind: 'plans';
  readonly plans: readonly (readonly [name: string, cents: number])[];
  readonly freePlan: string;
  /** Percent of users who pay, where the stage allows orders. */
  readonly paying: number;
}

export type DemoShapeName = 'shop' | 'saas' | 'media';

export interface DemoSettings {
  readonly users: number;
  readonly days: number;
  /** 0 to 2^31 − 1. */
  readonly seed: number;
  readonly shape: DemoShapeName;
  /** Last day, YYYY-MM-DD, UTC. */
  readonly end: string;
}

/**
 * Size: a shop has about 23 events and 4.8 active days a user at 365 days (10 million events: 440,000 users; 50 million:
 * 2,200,000), saas about 100 events, media about 77; longer exports have few more. Below 120 days lives are cut at the
 * first day, and the intended statuses are no longer promised.
 */
export const DEMO_DEFAULTS: DemoSettings = { users: 2000, days: 365, seed: 1, shape: 'shop', end: '2026-06-30' };

export const DEMO_LIMITS = {
  users: [20, 10_000_000],
  days: [30, 1_826],
  seed: [0, 2_147_483_647],
  end: ['2000-01-01', '2099-12-31'],
} as const;

/** Days almost without events: this long from 24 December, or in the first half of an export that has no such days. */
export const CLOSED_DAYS = 10;

/** Closed days keep away from the last days, where they would read as people slipping. */
export const CLOSED_BEFORE_END = 120;

/** Percent of the visits on closed days that happen all the same. */
export const OPEN_WHILE_CLOSED = 3;

/** The first user is a machine: this many visits within three days, with one event of a hundred of the whole export. */
export const BOT = { visits: 40, every: 7, idle: 120, share: 0.01, leastEvents: 240 } as const;

export const COUNTRIES: readonly Weighted[] = [
  ['DE', 24],
  ['US', 18],
  ['GB', 12],
  ['FR', 10],
  ['PL', 8],
  ['NL', 7],
  ['ES', 6],
  ['IT', 5],
  ['SE', 4],
  ['BR', 3],
  ['IN', 2],
  ['JP', 1],
];

const DAY = 100;

/*
 * The stages keep their distance from the borders of the status rules, which hang on the gaps of everybody: with a median gap
 * of `usualGap`, one or two days more or less, every life stays on its side. So `dormant` people are idle for 1.4 times what
 * makes them dormant, `churned` ones for far longer, and nobody has been idle for something in between.
 */

const NEVER = { idle: [10, null], every: [DAY, DAY], jitter: 0, visits: [0, 0], orders: [0, 0], messages: [1, 6] } as const;

const NEW_ONCE = { idle: [0, 12], every: [DAY, DAY], jitter: 0, visits: [1, 1], orders: [0, 1], messages: [0, 1] } as const;
const NEW_OFTEN = {
  idle: [0, 3],
  every: [DAY, 3 * DAY],
  jitter: 0,
  visits: [2, 5],
  span: [1, 8],
  orders: [0, 2],
  messages: [0, 2],
} as const;

const INVITED_ONCE = {
  idle: [2, 11],
  every: [DAY, DAY],
  jitter: 0,
  visits: [1, 1],
  orders: [0, 1],
  messages: [1, 3],
  invited: true,
} as const;
const SEEN_TWICE = { idle: [9, 12], every: [6 * DAY, 11 * DAY], jitter: 0, visits: [2, 2], orders: [0, 2], messages: [0, 2] } as const;

const YOUNG = {
  idle: [0, 4],
  every: [4 * DAY, 8 * DAY],
  jitter: 30,
  visits: [4, 14],
  span: [20, 50],
  orders: [0, 3],
  messages: [0, 4],
} as const;
const REGULAR = {
  idle: [0, 10],
  every: [12 * DAY, 19 * DAY],
  jitter: 20,
  visits: [6, 18],
  span: [80, 300],
  orders: [0, 3],
  messages: [0, 8],
} as const;

const WEEKLY = {
  idle: [0, 3],
  every: [3 * DAY, 6 * DAY],
  jitter: 40,
  visits: [16, 90],
  span: [95, 360],
  orders: [2, 14],
  messages: [2, 12],
} as const;
const BUYER = {
  idle: [0, 10],
  every: [12 * DAY, 16 * DAY],
  jitter: 20,
  visits: [9, 22],
  span: [130, 340],
  orders: [6, 14],
  messages: [2, 10],
} as const;

const DECLINING = {
  idle: [10, 12],
  every: [3 * DAY, 4 * DAY],
  jitter: 30,
  visits: [28, 60],
  returned: { visits: [2, 2], every: [10, 11], pause: [8, 9] },
  orders: [1, 6],
  messages: [2, 8],
} as const;
const OVERDUE = {
  idle: [0, 0],
  idleOfUsual: 175,
  every: [13 * DAY, 22 * DAY],
  jitter: 12,
  visits: [6, 12],
  orders: [1, 6],
  messages: [1, 8],
} as const;

const BACK = {
  idle: [0, 5],
  every: [4 * DAY, 9 * DAY],
  jitter: 30,
  visits: [4, 12],
  returned: { visits: [1, 3], every: [2, 3], pause: [60, 110] },
  orders: [1, 5],
  messages: [1, 6],
  leaves: 30,
} as const;

const IDLE_ONCE = { idle: [25, 29], every: [DAY, DAY], jitter: 0, visits: [1, 1], orders: [0, 1], messages: [0, 2] } as const;
const IDLE_REGULAR = {
  idle: [23, 23],
  idleOfUsual: 280,
  every: [5 * DAY, 12 * DAY],
  jitter: 25,
  visits: [6, 14],
  orders: [1, 5],
  messages: [1, 6],
} as const;

const GONE_ONCE = { idle: [75, null], every: [DAY, DAY], jitter: 0, visits: [1, 1], orders: [0, 1], messages: [0, 3] } as const;
const GONE_SOON = { idle: [80, null], every: [3 * DAY, 20 * DAY], jitter: 30, visits: [2, 3], orders: [0, 2], messages: [0, 3] } as const;
const GONE_REGULAR = {
  idle: [90, null],
  every: [3 * DAY, 14 * DAY],
  jitter: 40,
  visits: [6, 30],
  orders: [1, 7],
  messages: [1, 6],
} as const;
const LEFT = {
  idle: [2, null],
  every: [3 * DAY, 12 * DAY],
  jitter: 40,
  visits: [1, 12],
  orders: [0, 4],
  messages: [0, 4],
  leaves: 100,
} as const;

const DEVICES: readonly Weighted[] = [
  ['ios', 34],
  ['android', 41],
  ['web', 25],
];

const SHOP: DemoShape = {
  meaning: 'a shop with an app: sessions, searches, carts, orders and refunds',
  usualGap: 9,
  eventsPerUser: 23,
  opening: 'session_start',
  browsing: [
    ['view_item', 62],
    ['search', 20],
    ['add_to_cart', 11],
    ['add_to_wishlist', 7],
  ],
  beforeOrder: 'checkout_started',
  order: 'purchase',
  refund: 'refund',
  passive: [
    ['email_sent', 60],
    ['push_sent', 40],
  ],
  leaving: [['uninstall', 100]],
  refunded: 40,
  visitLength: [1, 15],
  sells: {
    kind: 'goods',
    prices: [
      390, 590, 790, 990, 1290, 1490, 1690, 1990, 2290, 2490, 2790, 2990, 3490, 3990, 4490, 4990, 5990, 6990, 7990, 9900, 11900, 14900,
      19900, 24900, 34900, 59900,
    ],
  },
  columns: { value: 'revenue', order: 'order_id' },
  devices: DEVICES,
  hours: [2, 1, 1, 1, 1, 1, 2, 3, 4, 5, 5, 5, 6, 5, 5, 5, 5, 6, 7, 9, 9, 6, 3],
  weekdays: [
    [0, 0],
    [0, 0],
    [8, 1],
    [8, -3],
    [14, -2],
    [14, -1],
    [0, 0],
  ],
  stages: [
    { name: 'never', status: 'never_active', share: 40, ...NEVER },
    { name: 'new once', status: 'new', share: 25, ...NEW_ONCE },
    { name: 'new often', status: 'new', share: 25, ...NEW_OFTEN },
    { name: 'invited once', status: 'occasional', share: 30, ...INVITED_ONCE },
    { name: 'seen twice', status: 'occasional', share: 20, ...SEEN_TWICE },
    { name: 'young', status: 'active', share: 30, ...YOUNG },
    { name: 'regular', status: 'active', share: 35, ...REGULAR },
    { name: 'weekly', status: 'loyal', share: 20, ...WEEKLY },
    { name: 'buyer', status: 'loyal', share: 40, ...BUYER },
    { name: 'declining', status: 'at_risk', share: 12, ...DECLINING },
    { name: 'overdue', status: 'at_risk', share: 18, ...OVERDUE },
    { name: 'back', status: 'reactivated', share: 20, ...BACK },
    { name: 'idle once', status: 'dormant', share: 30, ...IDLE_ONCE },
    { name: 'idle regular', status: 'dormant', share: 30, ...IDLE_REGULAR },
    { name: 'gone once', status: 'churned', share: 380, ...GONE_ONCE },
    { name: 'gone soon', status: 'churned', share: 150, ...GONE_SOON },
    { name: 'gone regular', status: 'churned', share: 50, ...GONE_REGULAR },
    { name: 'left', status: 'churned', share: 45, ...LEFT },
  ],
};

const SAAS: DemoShape = {
  meaning: 'a tool that teams use on workdays and pay for monthly',
  usualGap: 4,
  eventsPerUser: 100,
  opening: 'sign_in',
  browsing: [
    ['report_viewed', 46],
    ['project_opened', 24],
    ['project_created', 8],
    ['file_exported', 9],
    ['invite_sent', 12],
    ['payment_failed', 1],
  ],
  beforeOrder: 'billing_viewed',
  order: 'payment_succeeded',
  refund: 'refund',
  passive: [
    ['email_sent', 70],
    ['notification_sent', 30],
  ],
  leaving: [
    ['subscription_cancelled', 80],
    ['account_closed', 20],
  ],
  refunded: 15,
  visitLength: [1, 12],
  sells: {
    kind: 'plans',
    plans: [
      ['starter', 1900],
      ['team', 7900],
      ['business', 24900],
      ['enterprise', 99900],
    ],
    freePlan: 'free',
    paying: 55,
  },
  columns: { value: 'amount', order: 'invoice_no' },
  devices: [
    ['web', 86],
    ['ios', 8],
    ['android', 6],
  ],
  hours: [0, 0, 0, 0, 0, 1, 2, 5, 10, 12, 12, 10, 6, 9, 10, 9, 7, 4, 2, 2, 2, 1, 1],
  weekdays: [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [85, 2],
    [85, -2],
  ],
  stages: [
    { name: 'never', status: 'never_active', share: 45, ...NEVER },
    { name: 'new once', status: 'new', share: 15, ...NEW_ONCE },
    { name: 'new often', status: 'new', share: 30, ...NEW_OFTEN },
    { name: 'invited once', status: 'occasional', share: 30, ...INVITED_ONCE },
    { name: 'seen twice', status: 'occasional', share: 15, ...SEEN_TWICE },
    { name: 'young', status: 'active', share: 55, ...YOUNG },
    { name: 'regular', status: 'active', share: 65, ...REGULAR },
    { name: 'weekly', status: 'loyal', share: 240, ...WEEKLY, every: [130, 320], visits: [30, 110], orders: [0, 13] },
    { name: 'declining', status: 'at_risk', share: 35, ...DECLINING, every: [250, 350] },
    { name: 'overdue', status: 'at_risk', share: 30, ...OVERDUE },
    { name: 'back', status: 'reactivated', share: 30, ...BACK },
    { name: 'idle once', status: 'dormant', share: 30, ...IDLE_ONCE },
    { name: 'idle regular', status: 'dormant', share: 50, ...IDLE_REGULAR, every: [2 * DAY, 8 * DAY] },
    { name: 'gone once', status: 'churned', share: 80, ...GONE_ONCE },
    { name: 'gone soon', status: 'churned', share: 60, ...GONE_SOON, every: [DAY, 8 * DAY] },
    { name: 'gone regular', status: 'churned', share: 90, ...GONE_REGULAR, every: [150, 8 * DAY], visits: [6, 40] },
    { name: 'left', status: 'churned', share: 100, ...LEFT, every: [150, 6 * DAY], visits: [2, 40], orders: [0, 8] },
  ],
};

const MEDIA: DemoShape = {
  meaning: 'a listening app with evening habits and few payments',
  usualGap: 4,
  eventsPerUser: 77,
  opening: 'app_open',
  browsing: [
    ['play', 52],
    ['finish', 29],
    ['like', 9],
    ['share', 3],
    ['search', 7],
  ],
  beforeOrder: 'offer_viewed',
  order: 'payment_succeeded',
  refund: 'refund',
  passive: [
    ['push_sent', 85],
    ['email_sent', 15],
  ],
  leaving: [
    ['uninstall', 85],
    ['account_deleted', 15],
  ],
  refunded: 15,
  visitLength: [1, 16],
  sells: {
    kind: 'plans',
    plans: [
      ['student', 499],
      ['single', 999],
      ['family', 1499],
    ],
    freePlan: 'free',
    paying: 18,
  },
  columns: { value: 'revenue', order: 'order_id' },
  devices: DEVICES,
  hours: [3, 2, 1, 1, 1, 1, 3, 7, 7, 4, 3, 3, 4, 4, 3, 3, 4, 6, 9, 10, 10, 7, 4],
  weekdays: [
    [18, 1],
    [22, -3],
    [18, -2],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ],
  stages: [
    { name: 'never', status: 'never_active', share: 60, ...NEVER, messages: [1, 9] },
    { name: 'new once', status: 'new', share: 30, ...NEW_ONCE },
    { name: 'new often', status: 'new', share: 30, ...NEW_OFTEN },
    { name: 'invited once', status: 'occasional', share: 35, ...INVITED_ONCE },
    { name: 'seen twice', status: 'occasional', share: 15, ...SEEN_TWICE },
    { name: 'young', status: 'active', share: 45, ...YOUNG },
    { name: 'regular', status: 'active', share: 50, ...REGULAR },
    { name: 'weekly', status: 'loyal', share: 150, ...WEEKLY, every: [150, 4 * DAY], visits: [25, 100], orders: [0, 13] },
    { name: 'declining', status: 'at_risk', share: 25, ...DECLINING, every: [250, 350] },
    { name: 'overdue', status: 'at_risk', share: 25, ...OVERDUE },
    { name: 'back', status: 'reactivated', share: 30, ...BACK },
    { name: 'idle once', status: 'dormant', share: 35, ...IDLE_ONCE },
    { name: 'idle regular', status: 'dormant', share: 40, ...IDLE_REGULAR, every: [2 * DAY, 8 * DAY] },
    { name: 'gone once', status: 'churned', share: 150, ...GONE_ONCE },
    { name: 'gone soon', status: 'churned', share: 100, ...GONE_SOON, every: [DAY, 8 * DAY] },
    { name: 'gone regular', status: 'churned', share: 80, ...GONE_REGULAR, every: [150, 8 * DAY], visits: [6, 40] },
    { name: 'left', status: 'churned', share: 100, ...LEFT, every: [150, 6 * DAY], visits: [2, 30] },
  ],
};

export const DEMO_SHAPES: Readonly<Record<DemoShapeName, DemoShape>> = { shop: SHOP, saas: SAAS, media: MEDIA };
