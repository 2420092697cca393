import { expectedSize } from '../../statistics/robust-baseline.js';
import { dayOfIso } from '../../time/day.js';
import type { Baseline, BaselineRun } from './baseline.js';
import type { CheckResult, Finding, RuleName, Subject } from './check-result.js';
import { definitionChanges } from './definitions.js';
import { type Limit, limitFindings, segmentSubject } from './limits.js';
import { mixDrifts } from './mix-drift.js';
import { type DateRules, NEWEST_EVENT, newestFinding } from './newest-finding.js';
import type { RunRecord } from './run-record.js';

/** Earlier runs of the same definitions that the robust rule wants; with fewer a run is compared with the one before. */
export const NEEDED_RUNS = 8;
/** Same weekdays that are looked at, the newest ones. */
const COMPARED_WEEKS = 6;
/** How often a run may fail by chance alone, all its segments together. */
const ALPHA = 0.01;
/** A change must also be as large, as a share and in users or rows, to matter. */
const SMALLEST_SHARE = 0.15;
const SMALLEST_COUNT = 30;
/** Against the run before alone. */
const PREVIOUS_SHARE = 0.3;
/** Rejected rows that no run needs to explain. */
const USUAL_REJECTS = 0.01;
const WEEK = 7;
const YEAR_OF_WEEKS = 364;

export interface JudgeOptions {
  readonly limits: readonly Limit[];
  /** In how many runs in a row something must fail before the check does. */
  readonly inARow: number;
  /** ISO days whose runs say nothing about others. */
  readonly excludedDates: ReadonlySet<string>;
  /** Names of the definitions, up to their first dot, that say how rows are read and who is counted. */
  readonly populationKeys: ReadonlySet<string>;
  readonly date: DateRules;
}

/**
 * Whether the sizes of a run are sane by the runs before it. First the health of the data: a stale or half export is reported as that, and
 * its segments are not judged. Then absolute limits, then each segment by the robust rule: outside of the range that the
 * same weekdays of earlier runs give (median and MAD of logarithms, Bonferroni over the segments), and by at least 15 % and 30 users. With fewer than eight
 * runs: by more than 30 % and 30 users off the run before.
 */
export function judgeRun(run: RunRecord, baseline: Baseline, options: JudgeOptions): CheckResult {
  const all = baseline.runs.filter(({ asOf }) => !options.excludedDates.has(asOf));
  const earlier = all.filter(({ asOf }) => asOf < run.asOf);
  const newest = earlier.at(-1);
  const changes = newest === undefined ? [] : definitionChanges(newest.definitions, run.definitions);
  const comparable = sinceChange(earlier, (one) => definitionChanges(one.definitions, run.definitions).length > 0);
  const isOfPopulation = (name: string): boolean => options.populationKeys.has(name.split('.')[0] ?? '');
  const samePopulation = sinceChange(earlier, (one) => definitionChanges(one.definitions, run.definitions, isOfPopulation).length > 0);
  const lastComparable = comparable.at(-1);
  const level = (subject: string): 'fail' | 'pending' => {
    // An export that stands still repeats its date; anything else that is off twice on a date is off once.
    const isCounted = baseline.failing !== null && (baseline.failing.asOf < run.asOf || subject === NEWEST_EVENT);
    const before = isCounted ? (baseline.failing?.subjects[subject] ?? 0) : 0;
    return before + 1 >= options.inARow ? 'fail' : 'pending';
  };
  const judge: Judge = { run, samePopulation, comparable, level };
  const last = all.at(-1);
  const repeated = last !== undefined && definitionChanges(last.definitions, run.definitions).length === 0 ? last : undefined;
  const age = newestFinding(run, { earlier: samePopulation, newest: repeated }, options.date, level);
  const health = [...(age === undefined ? [] : [age]), ...healthFindings(judge)];
  const isInputBroken = health.some(({ level: of }) => of !== 'holds');
  const limits = limitFindings(run, options.limits, level);
  const segments = isInputBroken ? [] : segmentFindings(judge);
  const findings = [...health, ...limits, ...segments];
  const order = { fail: 0, pending: 1, holds: 2 } as const;
  return {
    asOf: run.asOf,
    verdict: findings.some((finding) => finding.level === 'fail') ? 'regressed' : 'holds',
    history: { runs: comparable.length, needed: NEEDED_RUNS },
    definitionChanges: changes,
    findings: findings.toSorted((left, right) => order[left.level] - order[right.level]),
    isInputBroken,
    drifts: lastComparable === undefined || isInputBroken ? [] : mixDrifts(lastComparable, run),
  };
}

interface Judge {
  readonly run: RunRecord;
  /** Rows, users and events depend on who is counted, and on no other definition. */
  readonly samePopulation: readonly BaselineRun[];
  readonly comparable: readonly BaselineRun[];
  readonly level: (subject: string) => 'fail' | 'pending';
}

/** The newest runs in a row that did not differ from this one. */
function sinceChange(earlier: readonly BaselineRun[], differs: (one: BaselineRun) => boolean): readonly BaselineRun[] {
  return earlier.slice(earlier.findLastIndex(differs) + 1);
}

function healthFindings(judge: Judge): Finding[] {
  const { run, samePopulation, level } = judge;
  const findings = [sizeFinding(judge, { kind: 'users', name: 'users' }, samePopulation, ({ users }) => users, 1)];
  const { health } = run;
  if (health === null) return findings.filter((finding) => finding !== undefined);
  const known = samePopulation.filter((one) => one.health !== null);
  findings.push(sizeFinding(judge, { kind: 'rows', name: 'rows' }, known, (one) => one.health?.rows, 1));
  findings.push(sizeFinding(judge, { kind: 'days', name: 'days' }, known, (one) => one.health?.days, 1));
  if (known.length > 0) {
    const usual = Math.max(...known.map((one) => one.health?.rejectedShare ?? 0));
    const bound = Math.max(USUAL_REJECTS, 2 * usual);
    findings.push({
      ...plain({ kind: 'rejected', name: 'rejected rows' }, 'health', health.rejectedShare, 'share'),
      level: health.rejectedShare > bound ? level('rejected rows') : 'holds',
      expected: { low: null, high: bound },
      usual,
    });
  }
  const withEvents = known.filter((one) => one.health?.events !== null);
  const names = health.events === null ? [] : [...new Set([...Object.keys(health.events), ...withEvents.flatMap(eventNames)])].sort();
  for (const name of names) {
    const count = (one: RunRecord): number => own(one.health?.events, name) ?? 0;
    const since = withEvents.slice(withEvents.findIndex((one) => count(one) > 0));
    if (withEvents.some((one) => count(one) > 0))
      findings.push(sizeFinding(judge, { kind: 'event', name: `event ${name}` }, since, count, names.length));
  }
  return findings.filter((finding) => finding !== undefined);
}

/** Names come from data: `constructor` is none of an object's own unless it was there. */
function own<T>(values: Readonly<Record<string, T>> | null | undefined, name: string): T | undefined {
  return values && Object.hasOwn(values, name) ? values[name] : undefined;
}

const eventNames = ({ health }: RunRecord): string[] => Object.keys(health?.events ?? {});

function segmentFindings(judge: Judge): Finding[] {
  const { run, comparable } = judge;
  const segments = Object.entries(run.sizes).flatMap(([segmentation, sizes]) =>
    Object.keys(sizes).map((segment) => ({ segmentation, segment })),
  );
  return segments.flatMap(({ segmentation, segment }) => {
    const size = (one: RunRecord): number | undefined => own(own(one.sizes, segmentation), segment);
    return sizeFinding(judge, segmentSubject(segmentation, segment), comparable, size, segments.length) ?? [];
  });
}

/** Judges a number that grows and shrinks like a size; undefined when there is nothing to compare it with. */
function sizeFinding(
  { run, level }: Judge,
  subject: Subject,
  earlier: readonly BaselineRun[],
  sizeOf: (one: RunRecord) => number | undefined,
  tests: number,
): Finding | undefined {
  const seen = sizeOf(run);
  if (seen === undefined) return undefined;
  const accepted = earlier.findLastIndex((one) => one.accepted?.subjects.includes(subject.name));
  const runs = earlier.slice(Math.max(0, accepted)).flatMap((one) => {
    const size = sizeOf(one);
    return size === undefined ? [] : [{ day: dayOf(one.asOf), size }];
  });
  const previous = runs.at(-1);
  if (previous === undefined) return undefined;
  const today = dayOf(run.asOf);
  const lastYear = yearBefore(runs, today);
  const sameWeekday = runs.filter(({ day }) => (today - day) % WEEK === 0).slice(-COMPARED_WEEKS);
  if (runs.length >= NEEDED_RUNS && sameWeekday.length > 0) {
    const { median, low, high } = expectedSize(
      sameWeekday.map(({ size }) => size),
      tests,
      ALPHA,
    );
    const floor = Math.max(SMALLEST_SHARE * median, SMALLEST_COUNT);
    const expected = { low: Math.min(low, median - floor), high: Math.max(high, median + floor) };
    const isOff = (seen < low || seen > high) && Math.abs(seen - median) >= floor;
    return {
      ...plain(subject, 'robust', seen, 'count'),
      level: isOff ? level(subject.name) : 'holds',
      expected,
      usual: median < 1 ? 0 : median,
      lastYear,
    };
  }
  const floor = Math.max(PREVIOUS_SHARE * previous.size, SMALLEST_COUNT);
  const isOff = Math.abs(seen - previous.size) > PREVIOUS_SHARE * previous.size && Math.abs(seen - previous.size) >= SMALLEST_COUNT;
  return {
    ...plain(subject, 'previous', seen, 'count'),
    level: isOff ? level(subject.name) : 'holds',
    expected: { low: previous.size - floor, high: previous.size + floor },
    usual: previous.size,
    lastYear,
  };
}

/** The size 52 weeks before, or of the run nearest to that day within its week. */
function yearBefore(runs: readonly { readonly day: number; readonly size: number }[], today: number): number | null {
  const distance = ({ day }: { readonly day: number }): number => Math.abs(day - (today - YEAR_OF_WEEKS));
  const near = runs.filter((run) => distance(run) < WEEK / 2).sort((left, right) => distance(left) - distance(right));
  return near[0]?.size ?? null;
}

/** Days of runs were checked when their baseline was read. */
function dayOf(iso: string): number {
  const day = dayOfIso(iso);
  if (day === undefined) throw new RangeError(`no day: ${iso}`);
  return day;
}

function plain(subject: Subject, rule: RuleName, seen: number, unit: Finding['unit']): Finding {
  return { subject, rule, level: 'holds', seen, unit, expected: { low: null, high: null }, usual: null, lastYear: null };
}
