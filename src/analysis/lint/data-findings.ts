import type { Database } from '../../engine/database.js';
import type { LintCode } from '../../segmentation/rules/lint-codes.js';
import { ruleTestsQuery } from '../../segmentation/rules/own-segments-query.js';
import { conditionText, printRule } from '../../segmentation/rules/print-rule.js';
import type { SegmentDefinition, Span } from '../../segmentation/rules/rule.js';
import { leavesOf } from '../../segmentation/rules/rule-leaves.js';
import type { RulePlan } from '../../segmentation/rules/rule-plan.js';
import { sql } from '../../sql/sql.js';
import type { LintProbe } from './lint-probes.js';
import { conditionsOfLists, type LeftOut, probeChangesQuery, ruleCountsQuery, sharedMembersQuery } from './lint-queries.js';
import type { LintFinding } from './lint-result.js';
import { findInThresholds } from './threshold-findings.js';

/** Users below which a platform serves no ads, or advises against it. */
const AD_FLOORS = [
  { users: 100, platform: 'Meta advises against audiences below 100' },
  { users: 1000, platform: 'Google recommends 1,000 or more' },
] as const;
/** Shares are given in parts of a million. */
const ALL_PARTS = 1_000_000;

/** What there is in `classified_users`, `users` and `rule_events`, as explaining leaves them. */
export interface DataRules {
  /** Of the definitions, after them of the probes; others may follow. */
  readonly plan: RulePlan;
  readonly definitions: readonly SegmentDefinition[];
  readonly probes: readonly LintProbe[];
  /** From which share of common members on two segments are the same, in parts of a million. */
  readonly sameParts: number;
}

interface Pair {
  readonly left_place: number;
  readonly right_place: number;
  readonly users: number;
}

/** What sizes and members show. Makes `rule_tests`, one row a user, from which everything is counted. Indexes are those of the plan. */
export async function findInMembers(database: Database, { plan, definitions, probes, sameParts }: DataRules): Promise<LintFinding[]> {
  await database.run(sql`create or replace temp table rule_tests as ${ruleTestsQuery(plan)}`);
  const segments = plan.segments.slice(0, definitions.length);
  const leftOut = segments.flatMap(({ definition }, index): LeftOut[] =>
    conditionsOfLists(definition.rule).map((rule) => ({ index, rule })),
  );
  const [counts] = await database.rows<Record<string, number>>(ruleCountsQuery(plan, leftOut));
  const pairs = segments.length < 2 ? [] : await database.rows<Pair>(sharedMembersQuery(segments));
  const withoutConditions = probes.flatMap((probe, place) => (probe.kind === 'without' ? [{ ...probe, place }] : []));
  const changed =
    withoutConditions.length === 0
      ? []
      : await database.rows<{ place: number; changed: number }>(probeChangesQuery(plan, withoutConditions, segments.length));
  await database.run(sql`drop table rule_tests`);
  const users = counts?.['users'] ?? 0;
  const sizes = segments.map((_, index) => counts?.[`in_${index}`] ?? 0);
  const isDecided = (index: number): boolean => sizes[index] === 0 || sizes[index] === users;
  return [
    ...definitions.flatMap((definition, index) => ofSize(definition, index, sizes[index] ?? 0, users)),
    // Where nobody or everybody is in it, no condition says more than another.
    ...leftOut.flatMap(({ index, rule }, place) => {
      if (isDecided(index) || counts?.[`changed_${place}`] !== 0) return [];
      const name = definitions[index]?.name ?? '';
      const message = `${name} has the same ${sizes[index]} members without ${printRule(rule)}`;
      return [finding(index, 'needless-condition', rule.span, message, 'Leave it out, or look at whether it says what is meant.')];
    }),
    ...withoutConditions.flatMap(({ index, condition, place }) => {
      if (isDecided(index) || changed.find((row) => row.place === place)?.changed !== 0) return [];
      const name = definitions[index]?.name ?? '';
      const message = `${name} has the same ${sizes[index]} members without where ${conditionText(condition)}`;
      return [finding(index, 'needless-condition', condition.span, message, 'Leave it out, or look at whether it says what is meant.')];
    }),
    ...ofPairs(definitions, sizes, pairs, sameParts),
    ...(await findInThresholds(database, plan, definitions, probes)),
  ];
}

function ofSize({ name, minSize, span }: SegmentDefinition, index: number, size: number, users: number): LintFinding[] {
  const found = (code: LintCode, message: string, hint: string): LintFinding[] => [finding(index, code, span, message, hint)];
  if (size === 0)
    return found('empty-segment', `nobody is in ${name}`, 'Put fewer conditions, or look at whether each says what is meant.');
  if (size === users)
    return found('everybody', `all ${users} are in ${name}`, 'A group that everybody is in says nothing: add a condition.');
  if (minSize !== null && size < minSize)
    return found(
      'below-min-size',
      `${size} are in ${name}, fewer than its min_size of ${minSize}`,
      'Ask for less, or for a smaller group.',
    );
  const floor = AD_FLOORS.find(({ users: least }) => size < least);
  if (minSize !== null || floor === undefined) return [];
  return found(
    'below-ad-floor',
    `${size} are in ${name}: few for an audience of an ad platform (${floor.platform})`,
    'Where it is for something else, say how many are enough: min_size: 50',
  );
}

function ofPairs(
  definitions: readonly SegmentDefinition[],
  sizes: readonly number[],
  pairs: readonly Pair[],
  sameParts: number,
): LintFinding[] {
  return pairs.flatMap(({ left_place: left, right_place: right, users: shared }): LintFinding[] => {
    const [one, other] = [definitions[left], definitions[right]];
    const [oneSize, otherSize] = [sizes[left] ?? 0, sizes[right] ?? 0];
    if (one === undefined || other === undefined) return [];
    const all = oneSize + otherSize - shared;
    if (BigInt(shared) * BigInt(ALL_PARTS) >= BigInt(sameParts) * BigInt(all)) {
      const message = `${other.name} and ${one.name} are nearly the same: ${shared} of ${all} members are in both`;
      return [finding(right, 'same-members', other.span, message, 'Keep one of them, or make them differ.')];
    }
    const [inner, outer] = shared === oneSize ? [left, right] : shared === otherSize ? [right, left] : [];
    if (inner === undefined || outer === undefined) return [];
    const [part, whole] = [definitions[inner], definitions[outer]];
    if (part === undefined || whole === undefined || refersTo(part, whole.name)) return [];
    const message = `all ${sizes[inner]} members of ${part.name} are also in ${whole.name}`;
    return [finding(inner, 'subset', part.span, message, `Where that is meant, say so in the rule: segment(${whole.name})`)];
  });
}

function refersTo({ rule }: SegmentDefinition, name: string): boolean {
  return leavesOf(rule).some((leaf) => leaf.kind === 'segment' && leaf.segment === name);
}

function finding(index: number, code: LintCode, span: Span, message: string, hint: string): LintFinding {
  return { index, code, span, message, hint };
}
