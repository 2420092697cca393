import { movesQuery } from '../analysis/transitions/moves-query.js';
import { summariseMoves } from '../analysis/transitions/summarise-moves.js';
import type { MovesScale, TransitionsResult } from '../analysis/transitions/transitions-result.js';
import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import { fail } from '../errors/segment-error.js';
import { buildMembers } from '../membership/build-members.js';
import type { FrozenScale } from '../membership/member-relations.js';
import { readScale } from '../membership/read-scale.js';
import { segmentationsOf } from '../segmentation/index.js';
import type { RfmBasis } from '../segmentation/rfm/rfm-query.js';
import { ident, param, sql } from '../sql/sql.js';
import { isoOfDay } from '../time/day.js';
import { decideValueRule } from '../users/build-user-days.js';
import { type Classification, countHistory, refuseWithoutMoney } from './classification.js';

/** Days since 1970. */
export interface Span {
  readonly fromDay: number;
  readonly toDay: number;
}

export interface MovesBetween {
  readonly moves: TransitionsResult;
  readonly scale: MovesScale;
  readonly notes: readonly string[];
}

/**
 * Builds the members of both days from the day tables of a classification, and the table `moves`, and sums it up. Leaves
 * `members_before` and `members_after` in place, and `members` and its scale as of the later day. Errors: `all-days-paused`, `rfm-without-money`, `frozen-basis`.
 */
export async function findMovesBetween(
  database: Database,
  classification: Classification,
  { segmentation: name, refit, freeze }: Settings,
  { fromDay, toDay }: Span,
): Promise<MovesBetween> {
  const { memberSettings, userDays } = classification;
  const build = async (table: string, asOfDay: number, frozen: FrozenScale | undefined): Promise<RfmBasis> => {
    countHistory(memberSettings.firstDay, asOfDay, memberSettings.pauses);
    const { basis } = await buildMembers(database, { ...memberSettings, asOfDay, frozen }, { keepDays: true });
    if (basis === 'activity') refuseWithoutMoney(memberSettings.rfmModel, 'orders');
    await database.run(sql`create or replace temp table ${ident(table)} as select * from members order by user_id`);
    return basis;
  };
  const given = memberSettings.frozen;
  const basisBefore = await build('members_before', fromDay, given);
  const base = given ?? (await readScale(database, memberSettings.rfmModel));
  const basisOnScale = base && (await build(given === undefined && refit ? 'members_on_old_scale' : 'members_after', toDay, base));
  const isUsable = basisOnScale === basisBefore;
  if (given !== undefined && basisOnScale !== undefined && !isUsable)
    fail('frozen-basis', { path: freeze ?? '', frozen: basisOnScale, found: basisBefore });
  const scale = given !== undefined ? 'given' : !isUsable ? 'measured_without_base' : refit ? 'measured' : 'frozen';
  // The last one that is built leaves its scale in place.
  if (scale === 'measured' || scale === 'measured_without_base') await build('members_after', toDay, undefined);
  const segmentation = segmentationsOf(memberSettings.rfmModel).find((one) => one.name === name);
  if (segmentation === undefined) throw new Error(`no segmentation ${name}`);
  const { column, segments } = segmentation;
  const query = movesQuery({
    segmentation: name,
    column,
    fromDay: param('from_day', fromDay),
    toDay: param('to_day', toDay),
    canBeLate: false,
    hasOldScale: scale === 'measured',
  });
  await database.run(sql`create or replace temp table moves as ${query}`);
  const moves = await summariseMoves(database, {
    segmentation: name,
    segments: segments.map((segment) => segment.name),
    from: isoOfDay(fromDay),
    to: isoOfDay(toDay),
  });
  const { valueRule } = userDays.shape;
  const hasOtherRule = valueRule !== 'named' && (await decideValueRule(database, fromDay)) !== valueRule;
  const otherRule = `Up to ${isoOfDay(fromDay)} there was no event that is called like a purchase, so that segment classify of that day counts other amounts; here those of purchases count at both dates.`;
  return { moves, scale, notes: hasOtherRule ? [otherRule] : [] };
}
