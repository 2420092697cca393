import type { Database } from '../../../engine/database.js';
import { printRule } from '../../../segmentation/rules/print-rule.js';
import type { Rule } from '../../../segmentation/rules/rule.js';
import type { RulePlan } from '../../../segmentation/rules/rule-plan.js';
import { type Sql, sql } from '../../../sql/sql.js';
import type { Interval } from '../../../statistics/interval.js';
import { newcombeInterval, type Proportion } from '../../../statistics/proportions.js';
import { isoOfDay } from '../../../time/day.js';
import { CANDIDATE_DAYS, type CandidateAtom, freeName, nameOfAtoms, ruleOfAtoms } from './candidate-atoms.js';
import {
  type Combination,
  candidateTestsQuery,
  combinationSizesQuery,
  combinationsQuery,
  FINDING_HALF,
  JUDGING_HALF,
  sharedUsersQuery,
} from './candidate-queries.js';

/** What groups are told apart by. */
export type Outcome = 'returned' | 'paid';

/** A share of the members of a candidate and of the others who were active, in the half that did not find it. */
export interface OutcomeDifference {
  readonly outcome: Outcome;
  readonly members: Proportion;
  readonly others: Proportion;
  readonly difference: number;
  /** Of the difference, widened for all that were judged (Bonferroni). */
  readonly interval: Interval;
}

export interface CandidateSegment {
  readonly name: string;
  readonly rule: Rule;
  /** The rule in words. */
  readonly text: string;
  /** Members as of the as-of day. */
  readonly users: number;
  /** What it was found by. */
  readonly found: OutcomeDifference;
  /** Undefined where nobody paid. */
  readonly further: OutcomeDifference | undefined;
}

/** Why nothing is proposed. */
export type NoCandidatesReason = 'short_history' | 'few_users' | 'nothing_stands_out';

export interface CandidateFindings {
  /** The earlier day that rules were judged on, ISO, and the days since and before. */
  readonly asOf: string | null;
  readonly within: number;
  /** Users active in the days before it: half found candidates, the others judged them. */
  readonly finding: number;
  readonly judging: number;
  /** Rules that were looked at in the first half, and those of them that were judged in the other. */
  readonly tried: number;
  readonly judged: number;
  readonly confidence: number;
  readonly candidates: readonly CandidateSegment[];
  readonly reason: NoCandidatesReason | null;
}

/** Conditions with the plans that work them out, as of the earlier day and the as-of day. */
export interface CandidatePlans {
  readonly atoms: readonly CandidateAtom[];
  readonly planAt: (day: number) => RulePlan;
  readonly earlierDay: number;
  readonly asOfDay: number;
}

/** A rule of one or two atoms, by their places. */
interface Tried {
  readonly atoms: readonly number[];
  readonly users: number;
  readonly outcome: Outcome;
  readonly difference: number;
  readonly score: number;
}

interface Counts {
  readonly users: number;
  readonly returned: number;
  readonly paid: number;
}

const CONFIDENCE = 0.95;
/** In each half. */
const LEAST_ACTIVE = 100;
/** Members and others, in each half. */
const LEAST_MEMBERS = 40;
const LEAST_SHARE = 0.02;
/** Below this difference nobody would act on it. */
const LEAST_DIFFERENCE = 0.05;
/** A second condition has to be worth its words. */
const LEAST_GAIN = 0.03;
const FIRST_ATOMS = 10;
const SECOND_ATOMS = 24;
const COMPARED = 30;
const MOST_JUDGED = 8;
const MOST_CANDIDATES = 5;
/** Two groups are much the same when this share of those in either are in both; so are a group and what another leaves out. */
const MOST_SHARED = 0.5;
/** And of two that are told apart by the same outcome, when this share of the smaller one is in both. */
const MOST_CONTAINED = 0.75;

/** No candidates, for a reason that is known without looking. */
export function noCandidates(reason: NoCandidatesReason): CandidateFindings {
  const counts = { finding: 0, judging: 0, tried: 0, judged: 0 };
  return { asOf: null, within: CANDIDATE_DAYS, ...counts, confidence: CONFIDENCE, candidates: [], reason };
}

/**
 * `all_rule_events`, `classified_users`, `users`, `user_days` → groups that behave otherwise than the rest of those who were active. Found in one half
 * of the users as of an earlier day, judged in the other by who was active and who ordered since.
 */
export async function findCandidates(
  database: Database,
  { atoms, planAt, earlierDay, asOfDay }: CandidatePlans,
): Promise<CandidateFindings> {
  const plan = planAt(earlierDay);
  await database.createView('rule_events', sql`select * from all_rule_events where day <= ${earlierDay}`);
  await database.run(sql`create or replace temp table candidate_tests as ${candidateTestsQuery(plan, earlierDay, asOfDay)}`);
  const columns = plan.segments.slice(1).map(({ column }) => column);
  const combination = ({ atoms: places }: Pick<Tried, 'atoms'>): Combination => places.flatMap((place) => columns[place] ?? []);
  const found = await tryAll(database, columns);
  const distinct = found.tried.length === 0 ? [] : await leaveOutAlike(database, found.tried, found.all.users, combination);
  const judged = await judge(database, distinct, combination);
  await database.run(sql`drop table candidate_tests`);
  const kept = judged.candidates.slice(0, MOST_CANDIDATES);
  await database.createView('rule_events', sql`select * from all_rule_events where day <= ${asOfDay}`);
  const sizes =
    kept.length === 0
      ? {}
      : ((await database.rows<Record<string, number>>(combinationSizesQuery(planAt(asOfDay), kept.map(combination))))[0] ?? {});
  const taken = new Set<string>();
  const candidates = kept.map(({ atoms: places, differences: [first, further] }, index): CandidateSegment => {
    const own = places.flatMap((place) => atoms[place] ?? []);
    const name = freeName(nameOfAtoms(own), taken);
    taken.add(name);
    const rule = ruleOfAtoms(own);
    return { name, rule, text: printRule(rule), users: sizes[`users_${index}`] ?? 0, found: first, further };
  });
  const isFew = found.all.users < LEAST_ACTIVE || judged.all.users < LEAST_ACTIVE;
  return {
    asOf: isoOfDay(earlierDay),
    within: CANDIDATE_DAYS,
    finding: found.all.users,
    judging: judged.all.users,
    tried: found.count,
    judged: distinct.length,
    confidence: CONFIDENCE,
    candidates,
    reason: isFew ? 'few_users' : candidates.length === 0 ? 'nothing_stands_out' : null,
  };
}

/** Single conditions, and the best of them with a second one, in the half that finds. The clearest come first. */
async function tryAll(
  database: Database,
  columns: readonly Sql[],
): Promise<{ readonly tried: readonly Tried[]; readonly all: Counts; readonly count: number }> {
  const singles = columns.map((_, place) => [place]);
  const { all, counts } = await countCombinations(
    database,
    FINDING_HALF,
    singles.map((places) => places.flatMap((one) => columns[one] ?? [])),
  );
  if (all.users < LEAST_ACTIVE) return { tried: [], all, count: 0 };
  const judgedSingles = singles.flatMap((atoms, index) => tryOne(atoms, counts[index], all));
  const best = [...judgedSingles].sort(byScore);
  const [first, second] = [best.slice(0, FIRST_ATOMS), best.slice(0, SECOND_ATOMS)];
  const pairs = first.flatMap((one, place) => second.slice(place + 1).map((other) => [...one.atoms, ...other.atoms]));
  const ofPairs = await countCombinations(
    database,
    FINDING_HALF,
    pairs.map((places) => places.flatMap((one) => columns[one] ?? [])),
  );
  const alone = new Map(judgedSingles.map((one) => [one.atoms[0], one]));
  const judgedPairs = pairs.flatMap((atoms, index) =>
    tryOne(atoms, ofPairs.counts[index], all).filter(({ outcome, difference }) =>
      atoms.every((atom) => {
        const single = alone.get(atom);
        return single?.outcome !== outcome || Math.abs(difference) >= Math.abs(single.difference) + LEAST_GAIN;
      }),
    ),
  );
  const tried = [...judgedSingles, ...judgedPairs].filter(({ difference }) => Math.abs(difference) >= LEAST_DIFFERENCE).sort(byScore);
  return { tried, all, count: singles.length + pairs.length };
}

/** The outcome that tells a group most clearly from the others, by its standard errors; nothing where there are too few of one or the other. */
function tryOne(atoms: readonly number[], members: Counts | undefined, all: Counts): Tried[] {
  if (members === undefined || !isLargeEnough(members, all)) return [];
  const scored = (['returned', 'paid'] as const).map((outcome): Tried => {
    const rest = { users: all.users - members.users, hits: all[outcome] - members[outcome] };
    const difference = members[outcome] / members.users - rest.hits / rest.users;
    const pooled = all[outcome] / all.users;
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / members.users + 1 / rest.users));
    return { atoms, users: members.users, outcome, difference, score: error === 0 ? 0 : Math.abs(difference) / error };
  });
  return [...scored].sort((left, right) => right.score - left.score).slice(0, 1);
}

function isLargeEnough(members: Counts, all: Counts): boolean {
  const least = Math.max(LEAST_MEMBERS, LEAST_SHARE * all.users);
  return members.users >= least && all.users - members.users >= least;
}

/** Fewer conditions first where the score is the same, then the earlier ones. */
function byScore(left: Tried, right: Tried): number {
  const places = (left.atoms[0] ?? 0) - (right.atoms[0] ?? 0) || (left.atoms[1] ?? 0) - (right.atoms[1] ?? 0);
  return right.score - left.score || left.atoms.length - right.atoms.length || places;
}

/** From the clearest on those whose members are not much the same as of one before, or as whom one before leaves out. */
async function leaveOutAlike(
  database: Database,
  tried: readonly Tried[],
  all: number,
  combination: (tried: Tried) => Combination,
): Promise<Tried[]> {
  const compared = tried.slice(0, COMPARED);
  const [row] =
    compared.length < 2 ? [{}] : await database.rows<Record<string, number>>(sharedUsersQuery(FINDING_HALF, compared.map(combination)));
  const kept: number[] = [];
  for (const [place, one] of compared.entries()) {
    const isAlike = kept.some((earlier) => {
      const other = compared[earlier] as Tried;
      const both = (row as Record<string, number>)[`both_${earlier}_${place}`] ?? 0;
      const isSame = both > MOST_SHARED * (one.users + other.users - both);
      const isPart = one.outcome === other.outcome && both > MOST_CONTAINED * Math.min(one.users, other.users);
      const outside = one.users - both;
      return isSame || isPart || outside > MOST_SHARED * (all - other.users + one.users - outside);
    });
    if (!isAlike && kept.length < MOST_JUDGED) kept.push(place);
  }
  return kept.flatMap((place) => compared[place] ?? []);
}

interface JudgedCandidate extends Tried {
  readonly differences: readonly [OutcomeDifference, OutcomeDifference | undefined];
}

/** Those whose difference is one in the other half too, with intervals for as many as are judged. */
async function judge(
  database: Database,
  tried: readonly Tried[],
  combination: (tried: Tried) => Combination,
): Promise<{ readonly all: Counts; readonly candidates: readonly JudgedCandidate[] }> {
  const { all, counts } = await countCombinations(database, JUDGING_HALF, tried.map(combination));
  const confidence = 1 - (1 - CONFIDENCE) / (2 * Math.max(1, tried.length));
  const candidates = tried.flatMap((one, index): JudgedCandidate[] => {
    const members = counts[index];
    if (members === undefined || !isLargeEnough(members, all)) return [];
    const of = (outcome: Outcome): OutcomeDifference => differenceOf(outcome, members, all, confidence);
    const other = one.outcome === 'returned' ? 'paid' : 'returned';
    const found = of(one.outcome);
    const isSure = found.interval.low > 0 || found.interval.high < 0;
    if (!isSure || Math.abs(found.difference) < LEAST_DIFFERENCE) return [];
    return [{ ...one, differences: [found, all[other] === 0 ? undefined : of(other)] }];
  });
  return { all, candidates };
}

function differenceOf(outcome: Outcome, members: Counts, all: Counts, confidence: number): OutcomeDifference {
  const own = { hits: members[outcome], n: members.users };
  const others = { hits: all[outcome] - members[outcome], n: all.users - members.users };
  const interval = newcombeInterval(own, others, confidence);
  return { outcome, members: own, others, difference: own.hits / own.n - others.hits / others.n, interval };
}

async function countCombinations(
  database: Database,
  half: number,
  combinations: readonly Combination[],
): Promise<{ readonly all: Counts; readonly counts: readonly Counts[] }> {
  const [row] = await database.rows<Record<string, number>>(combinationsQuery(half, combinations));
  const at = (place: number): Counts => ({
    users: row?.[`users_${place}`] ?? 0,
    returned: row?.[`returned_${place}`] ?? 0,
    paid: row?.[`paid_${place}`] ?? 0,
  });
  return { all: at(-1), counts: combinations.map((_, place) => at(place)) };
}
