import { countedDay, dayOfCounted, isPaused, type Pause } from './pauses.js';

/** Events of one day of the input. */
export interface DayVolume {
  readonly day: number;
  readonly events: number;
}

/** Users a set-aside candidate would leave and take: those with an event before its first day, and from it on. */
export interface BlockUsers {
  readonly before: number;
  readonly within: number;
  readonly all: number;
}

/** A trailing block of days begins after more than this many days without any event. */
const SET_ASIDE_GAP_DAYS = 30;
const SET_ASIDE_MIN_USERS = 2;
/** 0.1 %. */
const SET_ASIDE_USERS_IN = 1000;
const REST_MIN_USERS = 10;

/**
 * The day of the newest plausible event (PRODUCT §1). `volumes` are the days below the clock's ceiling,
 * ascending. A trailing block is set aside when it begins more than 30 days after the day before it, paused days not
 * counted, holds fewer than max(2, 0.1 %) of the users, and the rest holds at least 10; of several, the longest.
 */
export async function chooseAsOfDay(
  volumes: readonly DayVolume[],
  countUsers: (firstDayOfBlock: number) => Promise<BlockUsers>,
  pauses: readonly Pause[],
): Promise<{ readonly day: number; readonly setAsideFrom: number | undefined }> {
  const newest = volumes.at(-1);
  if (newest === undefined) throw new RangeError('no day to choose from');
  for (const [index, volume] of volumes.entries()) {
    const previous = volumes[index - 1];
    if (previous === undefined || gap(previous.day, volume.day, pauses) <= SET_ASIDE_GAP_DAYS) continue;
    const users = await countUsers(volume.day);
    const isFew = users.within < SET_ASIDE_MIN_USERS || users.within * SET_ASIDE_USERS_IN < users.all;
    if (isFew && users.before >= REST_MIN_USERS) return { day: previous.day, setAsideFrom: volume.day };
  }
  return { day: newest.day, setAsideFrom: undefined };
}

function gap(from: number, to: number, pauses: readonly Pause[]): number {
  return countedDay(to, pauses) - countedDay(from, pauses);
}

/** How many earlier same weekdays tell what is usual, and how many there must be. */
const USUAL_WEEKS = 8;
const MIN_USUAL_WEEKS = 3;

/**
 * The day before the as-of day, when the as-of day holds under half of the usual volume of its weekday: the
 * median over the same weekdays of the 8 weeks before, days without events counting 0 and paused ones left out. Undefined when it is
 * full or paused, or the history has fewer than 3 such weekdays.
 */
export function completeDayBefore(volumes: readonly DayVolume[], asOfDay: number, pauses: readonly Pause[]): number | undefined {
  if (isPaused(asOfDay, pauses)) return undefined;
  const byDay = new Map(volumes.map(({ day, events }) => [day, events]));
  const firstDay = volumes[0]?.day ?? asOfDay;
  const earlier: number[] = [];
  for (let week = 1; week <= USUAL_WEEKS; week += 1) {
    const day = asOfDay - 7 * week;
    if (day >= firstDay && !isPaused(day, pauses)) earlier.push(byDay.get(day) ?? 0);
  }
  if (earlier.length < MIN_USUAL_WEEKS) return undefined;
  earlier.sort((left, right) => left - right);
  const middle = earlier.length / 2;
  const usual = ((earlier[Math.floor(middle)] ?? 0) + (earlier[Math.ceil(middle) - 1] ?? 0)) / 2;
  if (2 * (byDay.get(asOfDay) ?? 0) >= usual) return undefined;
  return dayOfCounted(countedDay(asOfDay - 1, pauses), pauses);
}
