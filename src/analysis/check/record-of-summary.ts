import type { Json, JsonObject } from '../../membership/publish/canonical-json.js';
import { dayOfIso } from '../../time/day.js';
import { type Definitions, healthOf, type RunRecord } from './run-record.js';

/** What a run is judged by, of its `summary.json`; undefined where that is not as this program writes it. Event names are not in it. */
export function recordOfSummary(asOf: string, summary: JsonObject, definitions: Definitions | null): RunRecord | undefined {
  const { users, rows, period, segmentations } = summary;
  const counts = isObject(rows) ? { total: rows['total'], used: rows['used'], rejected: rows['rejected'] } : {};
  const days = isObject(period) ? { first: period['first'], last: period['last'] } : {};
  if (!isCount(users) || !isObject(segmentations) || !isOf(counts, isCount) || !isOf(days, isDay)) return undefined;
  const sizes = Object.entries(segmentations).map(([name, segments]) => [name, sizesOf(segments)] as const);
  if (sizes.some(([, of]) => Object.keys(of).length === 0)) return undefined;
  return {
    asOf,
    definitions,
    users,
    health: healthOf({ rows: counts, period: days }, null),
    sizes: Object.fromEntries(sizes),
  };
}

/** What stands beside the segments of rfm, its basis and model, has no users. */
function sizesOf(segments: Json | undefined): Readonly<Record<string, number>> {
  if (!isObject(segments)) return {};
  const sizes = Object.entries(segments).flatMap(([segment, one]): [string, number][] => {
    const users = isObject(one) ? one['users'] : undefined;
    return isCount(users) ? [[segment, users]] : [];
  });
  return Object.fromEntries(sizes);
}

function isOf<K extends string, T>(values: Partial<Record<K, unknown>>, is: (value: unknown) => value is T): values is Record<K, T> {
  const all = Object.values(values);
  return all.length > 0 && all.every(is);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && dayOfIso(value) !== undefined;
}
