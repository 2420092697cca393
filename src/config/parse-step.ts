import type { Step } from '../time/periods.js';

export const MOST_STEP_DAYS = 3650;
const NAMED: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['day', { unit: 'day', days: 1 }],
  ['week', { unit: 'day', days: 7 }],
  ['month', { unit: 'month' }],
]);

/** `day`, `week`, `month` or a number of days such as `30d`; undefined for any other text. */
export function parseStep(text: string): Step | undefined {
  const days = /^\d{1,4}d$/.test(text) ? Number(text.slice(0, -1)) : Number.NaN;
  return NAMED.get(text) ?? (days >= 1 && days <= MOST_STEP_DAYS ? { unit: 'day', days } : undefined);
}
