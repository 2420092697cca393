const clocks = new Map<string, Intl.DateTimeFormat>();

/** Seconds east of UTC at an instant, by the offset that Intl prints for it. */
export function printedOffset(zone: string, ms: number): number {
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  clocks.set(zone, clock);
  const name = clock.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes, seconds] = /^GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0));
}

const DAY_MS = 86_400_000;

/** The instant of a wall clock (written as if it were UTC): shifted forward in a gap, the earlier one in an overlap. */
export function instantOfWall(zone: string, wallMs: number): number {
  const before = wallMs - 1000 * printedOffset(zone, wallMs - DAY_MS);
  const after = wallMs - 1000 * printedOffset(zone, wallMs + DAY_MS);
  const shown = [before, after].filter((ms) => ms + 1000 * printedOffset(zone, ms) === wallMs);
  return shown.length === 0 ? before : Math.min(...shown);
}
