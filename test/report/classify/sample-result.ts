import type { ClassifyResult, SegmentationSizes, SegmentSize } from '../../../src/analysis/classify/classify-result.js';
import { grid } from '../../../src/segmentation/rfm/models/grid.js';
import { rfmSegments } from '../../../src/segmentation/rfm/rfm-model.js';
import { STATUSES, type StatusName } from '../../../src/segmentation/status/status.js';
import { parseParameters } from '../../../src/segmentation/status/status-parameters.js';

type Numbers = readonly [users: number, revenue: number, medianIdle: number | null];

const STATUS_NUMBERS: Readonly<Record<StatusName, Numbers>> = {
  new: [312, 18_240.5, 4],
  active: [1_128, 198_310.25, 6],
  loyal: [716, 501_820, 3],
  occasional: [402, 21_004, 19.5],
  reactivated: [155, 30_110, 5],
  at_risk: [130, 61_400, 31],
  dormant: [521, 98_400.25, 64],
  churned: [786, 94_900, 201],
  never_active: [60, 0, null],
};

const RFM_NUMBERS: Readonly<Record<string, Numbers>> = {
  champions: [412, 398_220, 4],
  loyal_customers: [388, 241_310, 22],
  potential_loyalists: [530, 122_006.5, 17],
  new_customers: [201, 14_200, 5],
  promising: [188, 11_090, 21],
  needs_attention: [140, 38_400, 58],
  about_to_sleep: [307, 30_118.5, 60],
  at_risk_customers: [266, 94_210, 133],
  cant_lose: [38, 41_380, 150],
  hibernating: [582, 33_250, 188],
  lost: [618, 0, 422],
  prospects: [540, 0, 12],
};

const GRID_USERS = [
  [11, 27, 102, 88, 241],
  [38, 52, 84, 114, 171],
  [76, 100, 140, 128, 102],
  [130, 122, 96, 163, 137],
  [201, 129, 211, 188, 201],
] as const;
const GRID_REVENUE = [
  [12_030, 29_350, 70_400, 68_110, 271_020],
  [14_800, 22_010, 42_300, 60_500, 127_200],
  [25_400, 32_000, 38_400, 41_900, 36_006.5],
  [9_100, 8_400, 11_018.5, 21_000, 23_100],
  [10_200, 5_550, 19_100, 11_090, 14_200],
] as const;

const CROSS: readonly (readonly [StatusName, string, number])[] = [
  ['new', 'new_customers', 181],
  ['new', 'potential_loyalists', 12],
  ['new', 'prospects', 119],
  ['active', 'champions', 96],
  ['active', 'loyal_customers', 220],
  ['active', 'potential_loyalists', 402],
  ['active', 'promising', 110],
  ['active', 'prospects', 300],
  ['loyal', 'champions', 316],
  ['loyal', 'loyal_customers', 168],
  ['loyal', 'potential_loyalists', 116],
  ['loyal', 'needs_attention', 116],
  ['occasional', 'promising', 78],
  ['occasional', 'about_to_sleep', 263],
  ['occasional', 'prospects', 61],
  ['reactivated', 'new_customers', 20],
  ['reactivated', 'hibernating', 135],
  ['at_risk', 'at_risk_customers', 92],
  ['at_risk', 'cant_lose', 38],
  ['dormant', 'about_to_sleep', 44],
  ['dormant', 'needs_attention', 24],
  ['dormant', 'at_risk_customers', 174],
  ['dormant', 'hibernating', 279],
  ['churned', 'hibernating', 168],
  ['churned', 'lost', 618],
  ['never_active', 'prospects', 60],
];

/** An ordinary shop: 4,210 users, events, orders, money, a few rejects. */
export function sampleResult(changes: Partial<ClassifyResult> = {}): ClassifyResult {
  return {
    asOf: '2026-06-30',
    asOfChosen: 'newest event',
    timezone: 'UTC',
    historyDays: 412,
    pausedDays: 0,
    pauses: [],
    files: 1,
    rows: { total: 61_204, used: 60_899, rejected: 120, duplicate: 173, afterAsOf: 12, withoutUser: 0 },
    badAmounts: 0,
    users: 4_210,
    singleDayShare: 0.31,
    period: { first: '2025-05-15', last: '2026-06-30' },
    valueTotal: '1301220.75',
    currency: null,
    columns: {
      user: 'user_id',
      time: 'event_time',
      event: 'event',
      value: 'amount',
      quantity: null,
      refunded: null,
      order: 'order_id',
      eventId: 'event_id',
      session: null,
      currency: null,
    },
    preset: null,
    populationGaps: { p50: 7, p75: 16, p90: 41, users: 2_840 },
    parameters: parseParameters([]),
    rulesOff: [],
    segmentations: [
      { name: 'status', segments: sizes(STATUSES, STATUS_NUMBERS) },
      { name: 'rfm', segments: sizes(rfmSegments(grid), RFM_NUMBERS) },
      otherSizes('buyer_type', { never: [540, 0, 12], once: [1_562, 190_100, 88], repeat: [2_108, 834_085, 21] }),
      otherSizes('value_tier', {
        top: [153, 402_000, 6],
        high: [458, 310_050, 11],
        mid: [915, 220_035, 30],
        low: [1_526, 92_100, 70],
        none: [1_158, 0, 120],
      }),
    ],
    rfm: {
      model: grid,
      basis: 'orders',
      edges: { recencyDays: ['12.6', '34', '77.4', '160'], frequency: ['1', '2', '4', '9'], monetary: ['24.5', '60', '141.125', '310'] },
      oneTimeShare: null,
      lookbackDays: 365,
      cells: GRID_USERS.flatMap((row, index) =>
        row.map((users, column) => ({
          recencyScore: column + 1,
          frequencyScore: 5 - index,
          users,
          revenue: (GRID_REVENUE[index]?.[column] ?? 0).toFixed(2),
        })),
      ),
    },
    statusByRfm: CROSS.map(([status, rfmSegment, users]) => ({ status, rfmSegment, users })),
    rejects: [
      { file: 'shop.csv', line: 17, reason: 'bad_time' },
      { file: 'shop.csv', line: 212, reason: 'wrong number of fields' },
    ],
    warnings: [
      { code: 'rejects', message: '120 of 61,204 rows could not be read.' },
      { code: 'after_as_of', message: '12 rows from 4 March 2031 on lie far after all others and were set aside.' },
    ],
    ...changes,
  };
}

/** The same shop without a single order: active days are scored. */
export function activityResult(changes: Partial<ClassifyResult> = {}): ClassifyResult {
  const sample = sampleResult();
  return {
    ...sample,
    valueTotal: '0.00',
    columns: { ...sample.columns, value: null, order: null },
    segmentations: sample.segmentations.map(({ name, segments }) => ({
      name,
      segments: segments.map((size) => ({ ...size, revenue: '0.00', revenueShare: 0 })),
    })),
    rfm: {
      ...sample.rfm,
      basis: 'activity',
      edges: { recencyDays: ['0', '1', '1', '30'], frequency: ['1', '3', '9', '20'], monetary: null },
      oneTimeShare: 0.31,
      cells: sample.rfm.cells.map((cell) => ({ ...cell, revenue: '0.00' })),
    },
    ...changes,
  };
}

/** Nobody ordered within the lookback and nobody has a status to speak of: every size is 0. */
export function emptyResult(changes: Partial<ClassifyResult> = {}): ClassifyResult {
  const sample = sampleResult();
  return {
    ...sample,
    users: 0,
    singleDayShare: 0,
    segmentations: sample.segmentations.map(({ name, segments }) => ({
      name,
      segments: segments.map(({ segment }) => ({ segment, users: 0, share: 0, revenue: '0.00', revenueShare: 0, medianIdleDays: null })),
    })),
    rfm: { ...sample.rfm, edges: null, cells: sample.rfm.cells.map((cell) => ({ ...cell, users: 0, revenue: '0.00' })) },
    statusByRfm: [],
    rejects: [],
    warnings: [],
    ...changes,
  };
}

function sizes(infos: readonly { readonly name: string }[], numbers: Readonly<Record<string, Numbers>>): SegmentSize[] {
  const of = (name: string): Numbers => numbers[name] ?? [0, 0, null];
  const total = infos.reduce((sum, { name }) => sum + of(name)[1], 0);
  const users = infos.reduce((sum, { name }) => sum + of(name)[0], 0);
  return infos.map(({ name }) => ({
    segment: name,
    users: of(name)[0],
    share: of(name)[0] / users,
    revenue: of(name)[1].toFixed(2),
    revenueShare: of(name)[1] / total,
    medianIdleDays: of(name)[2],
  }));
}

function otherSizes(name: string, numbers: Readonly<Record<string, Numbers>>): SegmentationSizes {
  return {
    name,
    segments: sizes(
      Object.keys(numbers).map((segment) => ({ name: segment })),
      numbers,
    ),
  };
}
