import type { FilterSummary, ListSummary } from '../analysis/classify/classify-result.js';
import type { JsonValue } from './json-text.js';

/** Who may be in the result, as it stands in every JSON output. */
export function filtersOf({ where, only, exclude }: FilterSummary): JsonValue {
  return {
    where,
    only: only === undefined ? null : { ...list(only), absent: only.absent },
    exclude: exclude === undefined ? null : list(exclude),
  };
}

function list({ file, column, ids, rejected, withoutUser }: ListSummary): Record<string, JsonValue> {
  return { file, column, ids, rejected, without_user: withoutUser };
}
