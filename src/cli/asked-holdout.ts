import type { Holdout } from '../analysis/split/holdout.js';
import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';

/** The control group that `transitions` is to keep out, or none. Errors: `missing-option`, `option-without`. */
export function askedHoldout({ holdout, salt }: Pick<Settings, 'holdout' | 'salt'>): Holdout | undefined {
  if (holdout === undefined) {
    if (salt !== undefined) fail('option-without', { option: '--salt', without: '--holdout' });
    return undefined;
  }
  if (salt === undefined) return fail('missing-option', { option: '--salt', command: 'segment transitions --holdout' });
  return { parts: holdout, salt };
}
