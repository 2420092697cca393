import { fail } from '../errors/segment-error.js';
import { TAKEN_NAMES } from '../membership/members-query.js';

/** Refuses kept columns that would not be told apart from the others in the members. Errors: `keep-taken`, `keep-alike`. */
export function checkKeptNames(keep: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of keep) {
    const known = seen.get(name.toLowerCase());
    if (TAKEN_NAMES.has(name.toLowerCase())) fail('keep-taken', { column: name });
    if (known !== undefined) fail('keep-alike', { left: known, right: name });
    seen.set(name.toLowerCase(), name);
  }
}
