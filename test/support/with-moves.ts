import { askedSegments } from '../../src/cli/asked-segments.js';
import { classifyFiles } from '../../src/cli/classification.js';
import { classifyBothDates } from '../../src/cli/classify-both-dates.js';
import { loadRfmModel } from '../../src/cli/load-rfm-model.js';
import { movedSegmentation } from '../../src/cli/moved-segmentation.js';
import { findMovesBetween, type MovesBetween } from '../../src/cli/moves-between.js';
import { ownSegmentsOf } from '../../src/cli/own-segments.js';
import { findPeopleFiles } from '../../src/cli/people-files.js';
import { type Flags, readSettings } from '../../src/cli/read-settings.js';
import { withSession } from '../../src/cli/session.js';
import type { Cell, Database } from '../../src/engine/database.js';
import { findInputFiles } from '../../src/input/sources.js';
import { ident, sql } from '../../src/sql/sql.js';
import { dayOfIso } from '../../src/time/day.js';
import { silentIo } from './silent-io.js';

export type Rows = readonly Readonly<Record<string, Cell>>[];

export interface MovesTables extends MovesBetween {
  readonly before: Rows;
  readonly after: Rows;
  readonly moves: MovesBetween['moves'];
  readonly movers: Rows;
}

const COMMAND = { whole: 'segment transitions', withoutColumns: 'segment transitions', typed: [] };
const NOW = new Date('2100-01-01T00:00:00Z');

/** The tables that `segment transitions` makes of a file in a folder, with these flags (camel-case, as commander gives them). */
export async function movesTables(folder: string, file: string, flags: Flags, dates: { from: string; to: string }): Promise<MovesTables> {
  const io = silentIo(folder, NOW);
  const settings = await readSettings('transitions', { threads: '1', memoryLimit: '512MB', ...flags, ...dates }, io, [file]);
  const inputs = await findInputFiles(settings.inputs, folder);
  const people = await findPeopleFiles(settings, folder);
  return withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const rfmModel = loadRfmModel(settings.rfm, folder);
    const definitions = askedSegments(settings, settings.movesSegmentation, rfmModel, COMMAND);
    const moved = movedSegmentation(settings.movesSegmentation, rfmModel);
    const both = { settings, rfmModel, moved, definitions, from: dates.from, command: COMMAND };
    const classification = await classifyBothDates(io, session, both);
    const span = { moved, definitions, fromDay: dayOfIso(dates.from) ?? 0, toDay: dayOfIso(dates.to) ?? 0 };
    const found = await findMovesBetween(session.database, classification, settings, span);
    return {
      ...found,
      before: await rowsOf(session.database, 'members_before'),
      after: await rowsOf(session.database, 'members_after'),
      movers: await rowsOf(session.database, 'moves'),
    };
  });
}

/** The table `members` that `segment classify` makes with these flags. */
export async function classifiedMembers(folder: string, file: string, flags: Flags): Promise<Rows> {
  const io = silentIo(folder, NOW);
  const settings = await readSettings('classify', { threads: '1', memoryLimit: '512MB', proof: false, ...flags }, io, [file]);
  const inputs = await findInputFiles(settings.inputs, folder);
  const people = await findPeopleFiles(settings, folder);
  return withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const rfmModel = loadRfmModel(settings.rfm, folder);
    const definitions = ownSegmentsOf(settings, rfmModel);
    await classifyFiles(io, session, { settings, rfmModel, definitions, keepDays: false, command: COMMAND });
    return rowsOf(session.database, 'members');
  });
}

function rowsOf(database: Database, table: string): Promise<Record<string, Cell>[]> {
  return database.rows(sql`select * from ${ident(table)} order by user_id`);
}
