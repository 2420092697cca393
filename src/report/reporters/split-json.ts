import type { SplitSource } from '../../analysis/split/split-result.js';
import { filtersOf } from '../filters-json.js';
import { formatFraction } from '../format.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import { rowCounts } from './classify-json.js';
import type { SplitReporter } from './split-reporter.js';

/** Everything there is, as one object. */
export const splitJson: SplitReporter = {
  description: 'one JSON object',
  render(result) {
    return renderJson({
      salt: result.salt,
      ...sourceOf(result.source),
      settings_hash: result.settingsHash,
      users: result.users,
      arms: result.arms.map(({ name, users, share, plannedShare }) => ({
        arm: name,
        users,
        share: share === null ? null : new JsonNumber(formatFraction(share)),
        planned_share: new JsonNumber(formatFraction(plannedShare)),
      })),
      sample_ratio: result.sampleRatioP === null ? null : { p: Number(result.sampleRatioP.toPrecision(6)) },
      warnings: result.warnings.map(({ code, message }) => ({ code, message })),
    });
  },
};

function sourceOf(source: SplitSource): Readonly<Record<string, JsonValue>> {
  if (source.kind === 'ids') {
    const { total, used, rejected, withoutUser, repeated, filtered } = source.rows;
    return {
      ids: {
        file: source.file,
        column: source.column,
        rows: { total, used, rejected, without_user: withoutUser, repeated, filtered },
        filters: source.filters ?? null,
      },
    };
  }
  return {
    as_of: source.asOf,
    timezone: source.timezone,
    rows: rowCounts(source.rows),
    ...(source.filters === undefined ? {} : { filters: filtersOf(source.filters) }),
    all_users: source.users,
    conditions: source.conditions,
  };
}
