import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { PEOPLE_COLUMN, TAKEN_NAMES } from '../membership/members-query.js';
import { furtherName } from '../segmentation/further.js';

/**
 * Refuses further segmentations and kept columns that would not be told apart from each other or the rest of the members. Errors: `by-alike`,
 * `keep-taken`, `keep-alike`.
 */
export function checkKeptNames({ keep, by, entity }: Pick<Settings, 'keep' | 'by' | 'entity'>): void {
  const further = new Map<string, string>();
  for (const name of by.map(furtherName)) {
    const known = further.get(name.toLowerCase());
    if (known !== undefined) fail('by-alike', { left: known, right: name });
    further.set(name.toLowerCase(), name);
  }
  const seen = new Map<string, string>();
  for (const name of keep) {
    const known = seen.get(name.toLowerCase());
    const isPeople = entity !== undefined && name.toLowerCase() === PEOPLE_COLUMN;
    if (isPeople || TAKEN_NAMES.has(name.toLowerCase()) || further.has(name.toLowerCase())) fail('keep-taken', { column: name });
    if (known !== undefined) fail('keep-alike', { left: known, right: name });
    seen.set(name.toLowerCase(), name);
  }
}
