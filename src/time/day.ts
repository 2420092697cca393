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
