import { dayOfIso } from '../time/day.js';

/** Names of partition folders, lower-cased, that say of which day, month or year the events in them are. */
const DATE_KEYS = new Set(['day', 'date', 'dt', 'ds', 'event_date', 'event_day', 'month', 'year']);
/** What Hive and Spark write for a partition without a value. */
const HIVE_NULL = '__HIVE_DEFAULT_PARTITION__';
const DATE = /^(\d{4})-?(\d{2})(?:-?(\d{2})(?:[-T _]?\d{2}(?:[-:]?\d{2}){0,2})?)?$/;
const MS_PER_DAY = 86_400_000;

/** The `key=value` folders above a file, by lower-cased key. */
export type PartitionValues = ReadonlyMap<string, string>;

/** Days from the first to the last, as day numbers. */
export interface DaySpan {
  readonly first: number;
  readonly last: number;
}

/**
 * The days of the events that the folders above each file tell of (`day=2026-06-01`, `dt=20260601`, `month=2026-06`,
 * `year=2026/month=06/day=01`); undefined where they tell none. A key counts when all its values are dates. The zone of these days is not known.
 */
export function partitionDays(files: readonly PartitionValues[]): (DaySpan | undefined)[] {
  const keys = [...DATE_KEYS].filter((key) => files.every((values) => isDated(key, values)));
  return files.map((values) => {
    const spans = keys.flatMap((key) => spanOf(key, values) ?? []);
    if (spans.length === 0) return undefined;
    return { first: Math.max(...spans.map(({ first }) => first)), last: Math.min(...spans.map(({ last }) => last)) };
  });
}

/** The last of these days. */
export function lastPartitionDays(files: readonly PartitionValues[]): (number | undefined)[] {
  return partitionDays(files).map((span) => span?.last);
}

function isDated(key: string, values: PartitionValues): boolean {
  const value = values.get(key);
  return value === undefined || value === HIVE_NULL || spanOf(key, values) !== undefined;
}

function spanOf(key: string, values: PartitionValues): DaySpan | undefined {
  const value = values.get(key) ?? '';
  const [, year, month, day] = DATE.exec(value) ?? [];
  if (year !== undefined && month !== undefined) return daySpan(year, month, day);
  const ofYear = values.get('year') ?? '';
  if (!/^\d{4}$/.test(ofYear)) return undefined;
  if (key === 'year') return yearSpan(ofYear);
  const ofMonth = key === 'month' ? value : (values.get('month') ?? '');
  if (!/^\d{1,2}$/.test(ofMonth)) return undefined;
  if (key === 'month') return daySpan(ofYear, ofMonth, undefined);
  return key === 'day' && /^\d{1,2}$/.test(value) ? daySpan(ofYear, ofMonth, value) : undefined;
}

function yearSpan(year: string): DaySpan | undefined {
  const first = dayOfIso(`${year}-01-01`);
  return first === undefined ? undefined : { first, last: Date.UTC(Number(year), 12, 0) / MS_PER_DAY };
}

/** The day, or all of the month; undefined where there is none such. */
export function daySpan(year: string, month: string, day: string | undefined): DaySpan | undefined {
  const first = dayOfIso(`${year}-${month.padStart(2, '0')}-01`);
  if (first === undefined) return undefined;
  if (day === undefined) return { first, last: Date.UTC(Number(year), Number(month), 0) / MS_PER_DAY };
  const only = dayOfIso(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  return only === undefined ? undefined : { first: only, last: only };
}
