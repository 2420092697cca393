import { findSegments } from '../analysis/transitions/found-segments.js';
import { movesQuery } from '../analysis/transitions/moves-query.js';
import { summariseMoves } from '../analysis/transitions/summarise-moves.js';
import type { MovesScale, TransitionsResult } from '../analysis/transitions/transitions-result.js';
import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import { fail } from '../errors/segment-error.js';
import { createRelation } from '../membership/build-members.js';
import type { FrozenScale } from '../membership/member-relations.js';
import { buildMembersAsOf } from '../membership/members-as-of.js';
import { readScale } from '../membership/read-scale.js';
import { parseFurther } from '../segmentation/further.js';
import { OTHER } from '../segmentation/property/property.js';
import type { RfmBasis } from '../segmentation/rfm/rfm-query.js';
import { leavesOfUsersQuery } from '../segmentation/rules/own-segments-query.js';
import { printRule } from '../segmentation/rules/print-rule.js';
import type { Leaf, SegmentDefinition } from '../segmentation/rules/rule.js';
import { leavesOf } from '../segmentation/rules/rule-leaves.js';
import { planRules } from '../segmentation/rules/rule-plan.js';
import type { ScriptStep } from '../sql/render-script.js';
import { param, sql } from '../sql/sql.js';
import { isoOfDay } from '../time/day.js';
import { type Classification, countHistory, refuseWithoutMoney, shapeAt } from './classification.js';
import { type MovedSegmentation, withFoundSegments } from './moved-segmentation.js';
import { ruleSettings } from './rule-settings.js';
import { sessionsStep } from './session-settings.js';
import { takeSessions } from './sessions-by-date.js';

/** Days since 1970. */
export interface Span {
  readonly fromDay: number;
  readonly toDay: number;
}

export interface MovesBetween {
  readonly moves: TransitionsResult;
  readonly scale: MovesScale;
  readonly notes: readonly string[];
  /** The relations as they ran, over the days of the classification, up to `moves`. */
  readonly steps: readonly ScriptStep[];
}

/**
 * Builds the members of both days from the day tables of a classification, and the table `moves`, and sums it up. Leaves
 * `members_before` and `members_after` in place, and `members` and its scale as of the later day. Errors: `all-days-paused`, `rfm-without-money`, `frozen-basis`.
 */
export async function findMovesBetween(
  database: Database,
  classification: Classification,
  settings: Settings,
  { moved, definitions, fromDay, toDay }: Span & { readonly moved: MovedSegmentation; readonly definitions: readonly SegmentDefinition[] },
): Promise<MovesBetween> {
  const { memberSettings, userDays, loaded, kept } = classification;
  const { refit, freeze } = settings;
  const steps: ScriptStep[] = [];
  const leaves = definitions.length > 0 ? distinctLeaves(definitions, moved.column) : undefined;
  const build = async (
    when: 'before' | 'after',
    asOfDay: number,
    frozen: FrozenScale | undefined,
    isOldScale = false,
  ): Promise<RfmBasis> => {
    countHistory(memberSettings.firstDay, asOfDay, memberSettings.pauses);
    if (moved.name === 'engagement') await takeSessions(database, asOfDay);
    const rules = definitions.length === 0 ? undefined : planRules(definitions, ruleSettings(settings, loaded, asOfDay));
    const { basis, relations } = await buildMembersAsOf(database, { ...memberSettings, hasPeople: false, asOfDay, frozen, rules });
    if (basis === 'activity') refuseWithoutMoney(memberSettings.rfmModel, 'orders');
    const kept = {
      name: isOldScale ? 'members_on_old_scale' : `members_${when}`,
      comment: `the members as of ${isoOfDay(asOfDay)}`,
      query: sql`select * from members order by user_id`,
    };
    await createRelation(database, kept);
    steps.push(
      ...(moved.name === 'engagement' ? [sessionsStep({ ...settings, by: moved.further }, loaded, userDays.shape, asOfDay)] : []),
      ...relations,
      kept,
    );
    if (rules !== undefined && leaves !== undefined && !isOldScale) {
      const tests = {
        name: `leaves_${when}`,
        comment: 'which conditions of the rule held, and by what',
        query: leavesOfUsersQuery(rules, leaves),
      };
      await createRelation(database, tests);
      steps.push(tests);
    }
    return basis;
  };
  const given = memberSettings.frozen;
  const basisBefore = await build('before', fromDay, given);
  const base = given ?? (await readScale(database, memberSettings.rfmModel));
  const basisOnScale = base && (await build('after', toDay, base, given === undefined && refit));
  const isUsable = basisOnScale === basisBefore;
  if (given !== undefined && basisOnScale !== undefined && !isUsable)
    fail('frozen-basis', { path: freeze ?? '', frozen: basisOnScale, found: basisBefore });
  const scale = given !== undefined ? 'given' : !isUsable ? 'measured_without_base' : refit ? 'measured' : 'frozen';
  // The last one that is built leaves its scale in place.
  if (scale === 'measured' || scale === 'measured_without_base') await build('after', toDay, undefined);
  const { name, column } = moved;
  const query = movesQuery({
    segmentation: name,
    column,
    leaves,
    fromDay: param('from_day', fromDay),
    toDay: param('to_day', toDay),
    canBeLate: false,
    hasOldScale: scale === 'measured',
  });
  const step = { name: 'moves', comment: 'who moved, entered, left and stayed', query };
  await createRelation(database, step);
  steps.push(step);
  const moves = await summariseMoves(database, {
    segmentation: name,
    segments: withFoundSegments(moved, await findSegments(database)),
    from: isoOfDay(fromDay),
    to: isoOfDay(toDay),
  });
  const { otherRuleKinds } = await shapeAt(database, userDays.shape, fromDay, kept);
  const otherRule = `Up to ${isoOfDay(fromDay)} there was no event that is called like a purchase, so that segment classify of that day counts other amounts; here those of purchases count at both dates.`;
  return { moves, scale, notes: [...(otherRuleKinds === undefined ? [] : [otherRule]), ...measuredNotes(moves)], steps };
}

/** The conditions of an own segment, each once. */
function distinctLeaves(definitions: readonly SegmentDefinition[], segment: string): readonly Leaf[] {
  const leaves = definitions.flatMap(({ name, rule }) => (name === segment ? leavesOf(rule) : []));
  return [...new Map(leaves.map((leaf) => [printRule(leaf), leaf])).values()];
}

const MEASURED: Readonly<Record<string, string>> = {
  value_tier: 'The cut points of value tiers are measured at each date.',
  engagement: 'The session time that power users reach is measured at each date.',
};

/** What of a segmentation is measured at each date, whatever the scale of the others. */
export function measuredNotes({ segmentation, flows }: TransitionsResult): string[] {
  const own = MEASURED[segmentation];
  if (own !== undefined) return [own];
  const users = flows.reduce((sum, flow) => sum + (flow.change === 'moved' && [flow.from, flow.to].includes(OTHER) ? flow.users : 0), 0);
  return users === 0 || parseFurther(segmentation)?.kind !== 'property'
    ? []
    : [`${users} of the moves are from or to ${OTHER}: which values are segments of their own is measured at each date (--max-values).`];
}
