import type { CandidateFindings, OutcomeDifference } from '../../analysis/suggest/candidates/find-candidates.js';
import type { MetricBreaks } from '../../analysis/suggest/find-breaks.js';
import type { RecoveryCurve } from '../../analysis/suggest/recovery/recovery-curve.js';
import type { ReturnCurve, ReturnPoint } from '../../analysis/suggest/return-curve.js';
import type { Judged } from '../../analysis/suggest/separate-borders.js';
import type { BorderFindings, EventNames, UsualIntervals } from '../../analysis/suggest/suggest-result.js';
import { formatCount, formatPercent } from '../format.js';
import { safeText } from '../safe-text.js';
import { cutText } from '../wrap-text.js';
import type { BarRow } from './bar-rows.js';
import { intervalWords } from './suggest-words.js';

const LADDER = [0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 150, 180, 240, 300, 365, 545, 730, 1095];

/** Days of idleness with the share that came back, the window marked. */
export function returnRows({ points, window }: ReturnCurve): BarRow[] {
  const marked = 'days' in window ? window.days : undefined;
  const last = points.at(-1)?.idle ?? 0;
  const days = [...new Set([...LADDER.filter((day) => day <= last), ...(marked === undefined ? [last] : [marked])])].sort((a, b) => a - b);
  return days.flatMap((day) => {
    const point = points.find(({ idle }) => idle === day);
    return point === undefined ? [] : [returnRow(point, day === marked)];
  });
}

function returnRow(point: ReturnPoint, isMarked: boolean): BarRow {
  return {
    label: String(point.idle),
    fraction: point.share,
    cells: [formatPercent(point.share), intervalWords(point), formatCount(Math.round(point.atRisk))],
    isMarked,
  };
}

/** Usual intervals by their length. */
export function intervalRows({ users, counts }: UsualIntervals): BarRow[] {
  if (users === 0) return [];
  const first = counts.findIndex(({ users: some }) => some > 0);
  return counts.slice(Math.max(0, first)).map(({ upTo, users: some }) => ({
    label: String(upTo),
    fraction: some,
    cells: [formatPercent(some / users), formatCount(some)],
  }));
}

/** Who of an earlier day came back, by how many usual intervals they had been idle. */
export function ratioRows({ ratios }: BorderFindings): BarRow[] {
  return ratios.map((ratio) => ({
    label: ratio.below === null ? `over ${ratio.from}` : `${ratio.from} to ${ratio.below}`,
    ...returnedBar(ratio),
  }));
}

/** Bar and numbers of a share that came back. */
function returnedBar({ users, share, interval }: Judged): Omit<BarRow, 'label'> {
  return { fraction: share, cells: users === 0 ? ['', '', '0'] : [formatPercent(share), intervalWords(interval), formatCount(users)] };
}

const PLACES = ['within both', 'dormant', 'churned'] as const;

/** Who came back of those within the borders and beyond them. */
export function borderRows(places: BorderFindings['present']): BarRow[] {
  return places.map((place, index) => ({ label: PLACES[index] ?? '', ...returnedBar(place) }));
}

/** The classes of natural breaks. */
export function classRows({ classes, users }: MetricBreaks, dash: string): BarRow[] {
  return classes.map(({ least, most, users: some }) => ({
    label: least === most ? least : `${least} ${dash} ${most}`,
    fraction: some,
    cells: [formatPercent(some / users), formatCount(some)],
  }));
}

/** Candidates by the share of their members that did what they were found by, with the others below. */
export function candidateRows({ candidates }: CandidateFindings): BarRow[] {
  return candidates.flatMap(({ name, found: { members, others } }): BarRow[] => {
    const row = (label: string, { hits, n }: OutcomeDifference['members'], isMarked: boolean): BarRow => ({
      label,
      fraction: hits / n,
      cells: [formatPercent(hits / n), formatCount(n)],
      isMarked,
    });
    return [row(name, members, true), row('others', others, false)];
  });
}

const MINUTES = [1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60];

/** Started transactions by the minute up to which they are completed. */
export function recoveryRows({ points }: RecoveryCurve): BarRow[] {
  return points
    .filter(({ minutes }) => MINUTES.includes(minutes))
    .map((point) => ({ label: String(point.minutes), fraction: point.share, cells: [formatPercent(point.share), intervalWords(point)] }));
}

const SHOWN_NAMES = 12;
const LONGEST_NAME = 24;

/** The most frequent names and those with a hint, with their reach and who came back after their last one. */
export function eventRows({ names }: EventNames, ellipsis: string): BarRow[] {
  return names
    .filter(({ hint }, index) => index < SHOWN_NAMES || hint !== null)
    .map(({ name, reach, back, alone, roles, hint }) => ({
      label: cutText(safeText(name), LONGEST_NAME, ellipsis),
      fraction: reach,
      cells: [formatPercent(reach), back === null ? '' : formatPercent(back.share), formatPercent(alone), roles.join(', ')],
      isMarked: hint !== null,
    }));
}
