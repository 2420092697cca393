import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { dayOfIso } from '../time/day.js';

/** The day number of `--since`, or undefined without one. Error: `since-after-as-of`. */
export function sinceDay({ since, asOf }: Pick<Settings, 'since' | 'asOf'>): number | undefined {
  if (since === undefined) return undefined;
  if (asOf !== undefined && since > asOf) fail('since-after-as-of', { since, asOf });
  return dayOfIso(since);
}
