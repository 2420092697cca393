import { type EndEstimate, endsWithin, type SpellCount, type SurvivalStep, survivalCurve } from '../../statistics/kaplan-meier.js';

/** Spells without activity of one length; a user's spells count one together in `ofUsers`, one each in `ofSpells`. */
export interface IdleSpells {
  readonly ofUsers: readonly SpellCount[];
  readonly ofSpells: readonly SpellCount[];
}

/** Somebody who was idle for so long, and the share of such who came back. */
export interface ReturnPoint extends EndEstimate {
  readonly idle: number;
  /** Who came back at any time that enough users were seen for: a lower bound of who ever does. */
  readonly ever: number;
}

/** Why there is no window. */
export type NoWindowReason = 'short_history' | 'few_users' | 'still_returning' | 'never_returning';

export interface ReturnCurve {
  /** Days somebody has to come back in. */
  readonly within: number;
  /** Longest idle time that the history can tell of: a third of it. */
  readonly longest: number;
  /** Below this share nobody waits for a return any more. */
  readonly below: number;
  readonly confidence: number;
  readonly points: readonly ReturnPoint[];
  /** The first day of idleness after which fewer than `below` come back; the interval is where that could also be. */
  readonly window:
    | {
        readonly days: number;
        readonly low: number;
        /** null: later than the history can tell. */
        readonly high: number | null;
        readonly point: ReturnPoint;
        /** The same when every gap counts as much, whoever's it is; null: not within the history. */
        readonly bySpells: number | null;
      }
    | { readonly reason: NoWindowReason; readonly point: ReturnPoint | null };
}

const CONFIDENCE = 0.95;
const LONGEST_WITHIN = 90;
/** A window must have been seen three times over. */
const HISTORY_PARTS = 3;
const LEAST_HISTORY = 28;
/** Users who must have been idle for so long. */
const LEAST_AT_RISK = 20;

/** Days somebody has to come back in, and the longest idle time that can be told of: a third of the history, the first at most 90. */
export function returnHorizon(historyDays: number): { readonly within: number; readonly longest: number } {
  const longest = Math.floor(historyDays / HISTORY_PARTS);
  return { within: Math.min(LONGEST_WITHIN, longest), longest };
}

/** How many of those who were idle for so long came back, and after how many days hardly anybody does. */
export function measureReturns(spells: IdleSpells, historyDays: number, below: number): ReturnCurve {
  const { within, longest } = returnHorizon(historyDays);
  const frame = { within, longest, below, confidence: CONFIDENCE };
  if (historyDays < LEAST_HISTORY) return { ...frame, points: [], window: { reason: 'short_history', point: null } };
  const points = pointsOf(spells.ofUsers, frame);
  return { ...frame, points, window: findWindow(points, () => windowOf(pointsOf(spells.ofSpells, frame), below)?.idle ?? null, below) };
}

/** A point a day of idleness, as long as enough users were idle for so long. */
function pointsOf(
  spells: readonly SpellCount[],
  { within, longest }: { readonly within: number; readonly longest: number },
): ReturnPoint[] {
  const curve = survivalCurve(spells);
  const last = curve.findLast(({ atRisk }) => atRisk >= LEAST_AT_RISK);
  const points: ReturnPoint[] = [];
  for (let idle = 0; idle <= longest; idle += 1) {
    const estimate = endsWithin(spells, curve, { length: idle, within, confidence: CONFIDENCE });
    if (estimate === undefined || estimate.atRisk < LEAST_AT_RISK) break;
    points.push({ idle, ...estimate, ever: last === undefined ? 0 : everOf(curve, idle, last) });
  }
  return points;
}

function everOf(curve: readonly SurvivalStep[], idle: number, last: SurvivalStep): number {
  const survival = curve.findLast(({ length }) => length <= idle)?.survival ?? 1;
  return last.length <= idle ? 0 : 1 - last.survival / survival;
}

const windowOf = (points: readonly ReturnPoint[], below: number): ReturnPoint | undefined => points.find(({ share }) => share < below);

function findWindow(points: readonly ReturnPoint[], bySpells: () => number | null, below: number): ReturnCurve['window'] {
  const [first] = points;
  if (first === undefined) return { reason: 'few_users', point: null };
  const point = windowOf(points, below);
  if (point === undefined) return { reason: 'still_returning', point: points.at(-1) ?? null };
  if (point === first) return { reason: 'never_returning', point };
  return {
    days: point.idle,
    low: points.find(({ low }) => low < below)?.idle ?? point.idle,
    high: points.find(({ idle, high }) => idle >= point.idle && high < below)?.idle ?? null,
    point,
    bySpells: bySpells(),
  };
}
