import { dayOfIso } from '../time/day.js';

/** Names of partition folders, lower-cased, that say of which day, month or year the events in them are. */
const DATE_KEYS = new Set(['day', 'date', 'dt', 'ds', 'event_date', 'event_day', 'month', 'year']);
/** What Hive and Spark write for a partition without a value. */
const HIVE_NULL = '__HIVE_DEFAULT_PARTITION__';
const DATE = /^(\d{4})-?(\d{2})(?:-?(\d{2})(?:[-T _]?\d{2}(?:[-:]?\d{2}){0,2})?)?$/;
const MS_PER_DAY = 86_400_000;

/** The `key=value` folders above a file, by lower-cased key. */
export type PartitionValues = ReadonlyMap<string, string>;

/**
 * The last day of the events that the folders above each file tell of (`day=2026-06-01`, `dt=20260601`, `month=2026-06`,
 * `year=2026/month=06/day=01`); undefined where they tell none. A key counts when all its values are dates. The zone of these days is not known.
 */
export function lastPartitionDays(files: readonly PartitionValues[]): (number | undefined)[] {
  const keys = [...DATE_KEYS].filter((key) => files.every((values) => isDated(key, values)));
  return files.map((values) => {
    const days = keys.flatMap((key) => lastDayOf(key, values) ?? []);
    return days.length === 0 ? undefined : Math.min(...days);
  });
}

function isDated(key: string, values: PartitionValues): boolean {
  const value = values.get(key);
  return value === undefined || value === HIVE_NULL || lastDayOf(key, values) !== undefined;
}

function lastDayOf(key: string, values: PartitionValues): number | undefined {
  const value = values.get(key) ?? '';
  const [, year, month, day] = DATE.exec(value) ?? [];
  if (year !== undefined && month !== undefined) return lastDay(year, month, day);
  const ofYear = values.get('year') ?? '';
  if (!/^\d{4}$/.test(ofYear)) return undefined;
  if (key === 'year') return lastDay(ofYear, '12', undefined);
  const ofMonth = key === 'month' ? value : (values.get('month') ?? '');
  if (!/^\d{1,2}$/.test(ofMonth)) return undefined;
  if (key === 'month') return lastDay(ofYear, ofMonth, undefined);
  return key === 'day' && /^\d{1,2}$/.test(value) ? lastDay(ofYear, ofMonth, value) : undefined;
}

/** The day, or the last one of the month. */
function lastDay(year: string, month: string, day: string | undefined): number | undefined {
  const first = dayOfIso(`${year}-${month.padStart(2, '0')}-01`);
  if (first === undefined) return undefined;
  if (day === undefined) return Date.UTC(Number(year), Number(month), 0) / MS_PER_DAY;
  return dayOfIso(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
}
