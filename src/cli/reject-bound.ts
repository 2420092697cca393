import type { Settings } from '../config/settings.js';
import type { RejectBound } from '../input/check-rejects.js';

/** How much of an input may be unreadable. */
export function rejectBound({ strict, maxRejects }: Pick<Settings, 'strict' | 'maxRejects'>): RejectBound {
  return strict ? { kind: 'rows', rows: 0 } : (maxRejects ?? { kind: 'default' });
}
