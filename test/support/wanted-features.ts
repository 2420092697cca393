import { PAUSES_AFTER_LEAVING } from './history-features.js';

const STATUSES = 'active at_risk churned dormant loyal never_active new occasional reactivated'.split(' ');

/** Every status, reason, RFM segment and tier. */
export const WANTED_SEGMENTS: readonly string[] = [
  ...STATUSES.map((name) => `status ${name}`),
  ...'left no_activity inactivity first_seen idle returned declining overdue cancelling paying_but_idle consistent repeat_buyer few_days active payment_failed'
    .split(' ')
    .map((name) => `reason ${name}`),
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
];

/** Every edge of a rule. */
export const WANTED_EDGES: readonly string[] = [
  'idle equal to dormant_after',
  'idle equal to churned_after',
  'one event',
  'refunds only',
  ...PAUSES_AFTER_LEAVING,
  ...[13, 14, 59, 60].map((days) => `tenure of ${days} days`),
  ...[59, 60, 61, 89, 90].map((days) => `history of ${days} days`),
  // Weeks, the last 14 and 28 days, the 84 before, and a year.
  ...[6, 7, 13, 14, 27, 28, 83, 84, 111, 112, 364, 365].map((days) => `an event ${days} days ago`),
  'a leap day',
  'a day of a clock change',
];

/** Seasons on every side of the data, and with them every status and edge. */
export const WANTED_PAUSED: readonly string[] = [
  'the as-of day is paused',
  'the first day is paused',
  'a pause before the first day',
  'a pause after the as-of day',
  'pauses overlap',
  'an event on a paused day',
  'first seen on a paused day',
  'last seen on a paused day',
  ...STATUSES.map((name) => `status ${name}`),
  ...'inactivity declining overdue consistent repeat_buyer'.split(' ').map((name) => `reason ${name}`),
  'idle equal to dormant_after',
  'idle equal to churned_after',
  ...[13, 14, 59, 60].map((days) => `tenure of ${days} days`),
  ...[59, 60, 61, 89, 90].map((days) => `history of ${days} days`),
];

/** Those of every status who came back in 30 days, and those who did not. */
export const WANTED_PROVEN: readonly string[] = STATUSES.flatMap((status) => [`${status} came back`, `${status} stayed away`]);
