import type { Settings } from '../config/settings.js';
import { keepAllRuleEvents } from '../membership/members-as-of.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { sql } from '../sql/sql.js';
import { dayNumber, monthsBefore } from '../time/day.js';
import { type Classification, type ClassificationOptions, classifyFiles } from './classification.js';
import type { GivenCommand } from './command-line.js';
import type { CliIo } from './io.js';
import type { MovedSegmentation } from './moved-segmentation.js';
import type { Session } from './session.js';
import { keepSessionsByDate } from './sessions-by-date.js';

export interface BothDates {
  /** `to` is the later date, `from` the earlier one. */
  readonly settings: Settings;
  readonly from: string;
  readonly moved: MovedSegmentation;
  /** The own segment that users move in and out of, and those it refers to. */
  readonly definitions: readonly SegmentDefinition[];
  readonly rfmModel: RfmModel;
  readonly command: GivenCommand;
  readonly skippedFiles?: number;
}

/** Classifies as of the later date, and leaves in place what `findMovesBetween` builds the earlier members from. */
export async function classifyBothDates(
  io: CliIo,
  session: Session,
  { settings, from, moved, ...options }: BothDates,
): Promise<Classification> {
  const dated = { ...settings, asOf: settings.to, by: moved.further };
  const readAgain = moved.name === 'engagement' ? sessionsReader(session, dated, from) : undefined;
  const classification = await classifyFiles(io, session, { ...options, settings: dated, keepDays: true, readAgain });
  if (classification.rules !== undefined) await keepAllRuleEvents(session.database, classification.rules);
  return classification;
}

/** What keeps the sessions as of the earlier date, and of both a year before where the events reach that far. */
function sessionsReader({ database }: Session, settings: Settings, from: string): ClassificationOptions['readAgain'] {
  return async (events, shape, toDay, loaded) => {
    const fromDay = dayNumber(from);
    const [first] = await database.rows<{ day: number | null }>(sql`select min(day) as day from day_kinds where user_id is not null`);
    const before = [monthsBefore(fromDay, 12), monthsBefore(toDay, 12)];
    const isReached = before.every((day) => day >= (first?.day ?? day));
    await keepSessionsByDate(database, events, shape, { settings, loaded, doneDay: toDay, days: [fromDay, ...(isReached ? before : [])] });
  };
}
