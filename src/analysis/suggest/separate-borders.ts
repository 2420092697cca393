import type { ParameterName, StatusParameters } from '../../segmentation/status/status-parameters.js';
import { STATUS_PARAMETERS } from '../../segmentation/status/status-parameters.js';
import type { Interval } from '../../statistics/interval.js';
import { wilsonInterval } from '../../statistics/proportions.js';

/** A row of `borderCasesQuery`. */
export interface BorderCase {
  readonly border: string;
  readonly limitValue: number;
  readonly users: number;
  readonly returned: number;
}

/** Users, and those of them who came back. */
export interface Returned {
  readonly users: number;
  readonly returned: number;
}

/** A value a parameter could have, and how its border would have judged. */
export interface BorderCandidate {
  readonly value: number;
  readonly beyond: Returned;
  /** Share of those who stayed away that lie beyond, less the share of those who came back that do (Youden 1950): 1 separates all, 0 none. */
  readonly separation: number;
}

/** `too_few`: too few came back, or too few stayed away, to tell borders apart. */
export type BorderVerdict = 'as_good' | 'better' | 'too_few';

/** How a parameter of the dormant border separates those who came back from those who stayed away. */
export interface DormantBorder {
  readonly parameter: DormantParameter;
  readonly present: BorderCandidate;
  readonly best: BorderCandidate;
  /** From the least to the greatest value that the best one does not beat. */
  readonly range: { readonly low: number; readonly high: number };
  readonly verdict: BorderVerdict;
}

/** `held`: fewer than the share come back, and no border was found that says so earlier; `wider`, `narrower`: another value does better. */
export type ChurnVerdict = 'held' | 'wider' | 'narrower' | 'none_wide_enough' | 'too_few';

/** Users whom a border judges, with the share that came back and its interval. */
export interface Judged extends Returned {
  readonly share: number;
  readonly interval: Interval;
}

export interface ChurnBorder {
  readonly parameter: ChurnParameter | null;
  readonly verdict: ChurnVerdict;
  readonly present: Judged | null;
  readonly value: number | null;
  /** Those whom the new value judges otherwise, or with `wider` those who stay beyond it. */
  readonly judged: Judged | null;
  /** The window as the latest churn border of everybody, where that would call too many gone who come back. */
  readonly tooEarly: (Judged & { readonly days: number }) | null;
}

type DormantParameter = 'dormant.multiple' | 'dormant.min' | 'dormant.max';
type ChurnParameter = 'churned.multiple' | 'churned.min' | 'churned.max';

const QUARTERS = 4;
const LEAST_USERS = 20;
const CONFIDENCE = 0.95;
/** A border that separates better by no more than this is as good. */
const LEAST_GAIN = 0.02;
/** Standard errors of a difference that is no chance, though the best of many values is looked at: 99 %. */
const SURE = 2.576;
/** Values that are tried; those of multiples in whole quarters. */
const CANDIDATES: Readonly<Record<DormantParameter, readonly number[]>> = {
  'dormant.multiple': Array.from({ length: 37 }, (_, index) => 1 + index / QUARTERS),
  'dormant.min': [3, 5, 7, 10, 14, 21, 28, 42, 60],
  'dormant.max': [30, 45, 60, 75, 90, 120, 150, 180, 270, 365],
};
const CHURN_MULTIPLES = Array.from({ length: 73 }, (_, index) => 2 + index / QUARTERS);

/** The three parameters of the dormant border, each with the others as they stand. */
export function separateDormant(cases: readonly BorderCase[], parameters: StatusParameters): DormantBorder[] {
  return (Object.keys(CANDIDATES) as DormantParameter[]).map((parameter) => {
    const rows = cases.filter(({ border }) => border === parameter);
    const all = sumOf(rows);
    const stayed = all.users - all.returned;
    const values = CANDIDATES[parameter].filter((value) => value <= parameters['dormant.max'] || parameter === 'dormant.max');
    const allowed = values.filter((value) => parameter !== 'dormant.max' || value >= parameters['dormant.min']);
    const present = candidateOf(rows, parameter, parameters[parameter], all);
    if (all.returned < LEAST_USERS || stayed < LEAST_USERS)
      return { parameter, present, best: present, range: { low: present.value, high: present.value }, verdict: 'too_few' };
    const candidates = [...allowed.map((value) => candidateOf(rows, parameter, value, all)), present];
    const distance = ({ value }: BorderCandidate): number => Math.abs(value - present.value);
    const best = candidates.reduce((one, other) =>
      other.separation > one.separation || (other.separation === one.separation && distance(other) < distance(one)) ? other : one,
    );
    const good = candidates.filter((candidate) => !isBetter(best, candidate, all)).map(({ value }) => value);
    const range = { low: Math.min(...good), high: Math.max(...good) };
    return { parameter, present, best, range, verdict: isBetter(best, present, all) ? 'better' : 'as_good' };
  });
}

/**
 * Whether fewer than `below` of those beyond the churn border came back, as of those idle for longer than `window` (undefined: unknown) do:
 * otherwise the least multiple that says so; and if they did, whether those that only their own border keeps within are as far gone.
 */
export function separateChurned(
  cases: readonly BorderCase[],
  parameters: StatusParameters,
  { below, window }: { readonly below: number; readonly window: number | undefined },
): ChurnBorder {
  const beyondAt = (parameter: ChurnParameter, value: number): Returned =>
    beyondOf(
      cases.filter(({ border }) => border === parameter),
      parameter,
      value,
    );
  const present = judge(beyondAt('churned.multiple', parameters['churned.multiple']));
  if (present === null) return { parameter: null, verdict: 'too_few', present, value: null, judged: null, tooEarly: null };
  if (present.interval.low > below) {
    const wider = CHURN_MULTIPLES.filter((value) => value > parameters['churned.multiple']).flatMap((value) => {
      const judged = judge(beyondAt('churned.multiple', value));
      return judged !== null && judged.share < below ? [{ value, judged }] : [];
    })[0];
    if (wider !== undefined) return { parameter: 'churned.multiple', verdict: 'wider', present, ...wider, tooEarly: null };
    return { parameter: null, verdict: 'none_wide_enough', present, value: null, judged: null, tooEarly: null };
  }
  let tooEarly: ChurnBorder['tooEarly'] = null;
  for (const parameter of ['churned.max', 'churned.min'] as const) {
    const value = window === undefined ? undefined : within(window, parameter, parameters);
    if (value === undefined || value >= parameters[parameter]) continue;
    const [now, then] = [beyondAt(parameter, parameters[parameter]), beyondAt(parameter, value)];
    const judged = judge({ users: then.users - now.users, returned: then.returned - now.returned });
    if (judged !== null && judged.interval.high < below) return { parameter, verdict: 'narrower', present, value, judged, tooEarly: null };
    if (judged !== null && parameter === 'churned.max') tooEarly = { days: value, ...judged };
  }
  return { parameter: null, verdict: 'held', present, value: null, judged: null, tooEarly };
}

/** A value that the parameter may have beside the others. */
function within(value: number, parameter: 'churned.max' | 'churned.min', parameters: StatusParameters): number | undefined {
  const { min, max } = STATUS_PARAMETERS[parameter];
  const least = parameter === 'churned.max' ? Math.max(min, parameters['churned.min']) : min;
  const most = parameter === 'churned.min' ? Math.min(max, parameters['churned.max']) : max;
  return value >= least && value <= most ? value : undefined;
}

/** Within both borders, beyond the dormant and beyond the churn one. */
export type BorderPlaces = readonly [Judged, Judged, Judged];

/** How often the borders as they stood were followed by a return. */
export function presentBorders(cases: readonly BorderCase[]): BorderPlaces {
  const at = (place: number): Judged =>
    judgedOf(sumOf(cases.filter(({ border, limitValue }) => border === 'present' && limitValue === place)));
  return [at(0), at(1), at(2)];
}

/** Who came back by how many usual intervals they had been idle, from the least. */
export interface IdleRatio extends Judged {
  readonly from: number;
  /** null: any longer. */
  readonly below: number | null;
}

/** Upper ends, in quarters. */
const RATIO_STEPS = [2, 4, 6, 8, 12, 16, 24, 32, Number.POSITIVE_INFINITY];

/** Users by idle time over their usual interval; steps without anybody are left out. */
export function idleRatios(cases: readonly BorderCase[]): IdleRatio[] {
  const rows = cases.filter(({ border }) => border === 'idle_ratio');
  return RATIO_STEPS.flatMap((end, index) => {
    const from = RATIO_STEPS[index - 1] ?? 0;
    const inside = sumOf(rows.filter(({ limitValue }) => limitValue >= from && limitValue < end));
    if (inside.users === 0) return [];
    return [{ from: from / QUARTERS, below: Number.isFinite(end) ? end / QUARTERS : null, ...judgedOf(inside) }];
  });
}

function candidateOf(rows: readonly BorderCase[], parameter: ParameterName, value: number, all: Returned): BorderCandidate {
  const beyond = beyondOf(rows, parameter, value);
  const stayed = all.users - all.returned;
  const [hits, alarms] = [(beyond.users - beyond.returned) / stayed, beyond.returned / all.returned];
  return { value, beyond, separation: hits - alarms };
}

/** Whether one border separates better than another beyond chance and by enough to matter: both judge the same users, so only those between them count. */
function isBetter(best: BorderCandidate, other: BorderCandidate, all: Returned): boolean {
  const returned = Math.abs(best.beyond.returned - other.beyond.returned);
  const stayed = Math.abs(best.beyond.users - other.beyond.users) - returned;
  const error = Math.hypot(Math.sqrt(stayed) / (all.users - all.returned), Math.sqrt(returned) / all.returned);
  return best.separation - other.separation > Math.max(LEAST_GAIN, SURE * error);
}

function beyondOf(rows: readonly BorderCase[], parameter: ParameterName, value: number): Returned {
  const limit = parameter.endsWith('.multiple') ? value * QUARTERS : value;
  return sumOf(rows.filter(({ limitValue }) => limitValue >= limit));
}

function sumOf(rows: readonly Returned[]): Returned {
  return {
    users: rows.reduce((sum, { users }) => sum + users, 0),
    returned: rows.reduce((sum, { returned }) => sum + returned, 0),
  };
}

function judge({ users, returned }: Returned): Judged | null {
  return users < LEAST_USERS ? null : judgedOf({ users, returned });
}

/** Of nobody, anything may be the share. */
function judgedOf({ users, returned }: Returned): Judged {
  if (users === 0) return { users, returned, share: 0, interval: { low: 0, high: 1 } };
  return { users, returned, share: returned / users, interval: wilsonInterval({ hits: returned, n: users }, CONFIDENCE) };
}
