import type { Warning } from '../classify/classify-result.js';
import type { WarningCode } from '../classify/warnings.js';
import type { Calendar, Problem } from './inspect-result.js';

/** What changes no number, or is as it should be. */
const NOTES: ReadonlySet<string> = new Set<WarningCode>([
  'ignored_columns',
  'mixed_line_endings',
  'float_ids',
  'refunds',
  'rounded_amounts',
  'formula_ids',
  'short_history',
  'no_cadence',
  'mostly_single_day',
  'collapsed_edges',
  'possible_churn_events',
]);

/** What the first records of a file cannot tell. */
const OF_THE_WHOLE: ReadonlySet<string> = new Set<WarningCode>([
  'after_as_of',
  'partial_last_day',
  'unknown_events',
  'short_history',
  'no_cadence',
  'mostly_single_day',
  'collapsed_edges',
]);

/** The warnings of a run as problems; those that only all records can tell are left out for a sample. */
export function problemsOf(warnings: readonly Warning[], isSample: boolean): Problem[] {
  return warnings
    .filter(({ code }) => !isSample || !OF_THE_WHOLE.has(code))
    .map(({ code, message }) => ({ severity: NOTES.has(code) ? 'note' : 'warning', code, message, hint: null, assumed: [] }));
}

/** Seasons that look closed, with the flag that leaves their days out. */
export function seasonProblems({ seasons }: Calendar): Problem[] {
  return seasons.map(({ first, last, days, fall }) => ({
    severity: 'note',
    code: 'closed_season',
    message: `activity fell ${fall === 1 ? 100 : Math.min(99, Math.round(100 * fall))} % for ${days} days, ${first} to ${last}; if that was a closed season, --pause ${first}..${last} counts those days for nobody`,
    hint: null,
    assumed: [],
  }));
}
