const MS_PER_DAY = 86_400_000;

/** The ISO day (`2026-06-30`) of a day number (days since 1970-01-01). */
export function isoOfDay(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** The day number of an ISO day, or undefined when there is no such day. */
export function dayOfIso(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || isoOfDay(ms / MS_PER_DAY) !== text ? undefined : ms / MS_PER_DAY;
}

/** The same day of the month so many months earlier, or the last day of a shorter one. */
export function monthsBefore(day: number, months: number): number {
  const date = new Date(day * MS_PER_DAY);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() - months];
  const lastOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastOfMonth)) / MS_PER_DAY;
}

/** The days since 1970 of an ISO day that was checked before. */
export function dayNumber(iso: string): number {
  const day = dayOfIso(iso);
  if (day === undefined) throw new Error(`${iso} is no day`);
  return day;
}
