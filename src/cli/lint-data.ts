import { findInMembers } from '../analysis/lint/data-findings.js';
import type { LintData, LintFinding } from '../analysis/lint/lint-result.js';
import { findInWindows } from '../analysis/lint/window-findings.js';
import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import { didYouMean } from '../errors/nearest.js';
import { findInputs } from '../input/sources.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { checkRulesAgainst } from '../segmentation/rules/check-segments.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { leavesOf, mentionsOf } from '../segmentation/rules/rule-leaves.js';
import { type Sql, sql } from '../sql/sql.js';
import { dayNumber } from '../time/day.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { classifyFiles } from './classification.js';
import type { GivenCommand } from './command-line.js';
import type { CliIo } from './io.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { withSession } from './session.js';
import { sinceDay } from './since.js';

/** With more names than this, events are no list that somebody could have misspelled one of. */
const MOST_NAMES = 10_000;
/** It is said of the rules, with their places. */
const SAID_OTHERWISE = 'unknown_events';

interface Ruled {
  readonly definitions: readonly SegmentDefinition[];
  readonly rfmModel: RfmModel;
  readonly command: GivenCommand;
}

/** Classifies without writing anything, and says what is odd about own segments on these data. */
export async function lintData(
  io: CliIo,
  settings: Settings,
  { definitions, rfmModel, command }: Ruled,
): Promise<{ readonly data: LintData; readonly findings: readonly LintFinding[] }> {
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  let found: { readonly data: LintData; readonly findings: readonly LintFinding[] } | undefined;
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    let unknown: readonly LintFinding[] = [];
    const { result, rules } = await classifyFiles(io, session, {
      settings,
      rfmModel,
      definitions,
      keepDays: true,
      command,
      skippedFiles,
      readAgain: async (events, _shape, _asOfDay, loaded) => {
        unknown = await findUnknown(session.database, events, definitions, [...loaded.eventNames.keys()]);
      },
    });
    session.progress.step('looking over');
    if (rules === undefined) throw new Error('there are own segments');
    const history = { firstDay: dayNumber(result.period.first), asOfDay: dayNumber(result.asOf), pauses: settings.pause };
    const findings = [
      ...unknown,
      ...findInWindows(definitions, history),
      ...(await findInMembers(session.database, { plan: rules, sameParts: settings.sameShare })),
    ];
    session.progress.finish(result.rows.total);
    found = { data: { asOf: result.asOf, users: result.users }, findings };
    io.stderr.write(presentWarnings(result.warnings.filter(({ code }) => code !== SAID_OTHERWISE)));
  });
  if (found === undefined) throw new Error('the session has ended without a result');
  return found;
}

/** Events of rules that no row holds. The names of all events are listed where those of the heads of the files do not show all of them. */
async function findUnknown(
  database: Database,
  events: Sql,
  definitions: readonly SegmentDefinition[],
  inHeads: readonly string[],
): Promise<LintFinding[]> {
  const absent = (names: readonly string[]) =>
    checkRulesAgainst(definitions, { events: names, eventProperties: [], userProperties: [] }).filter(({ kind }) => kind === 'event');
  if (absent(inHeads).length === 0) return [];
  const rows = await database.rows<{ event: string }>(sql`
    select distinct event
    from (${events}) as all_events
    where event is not null
    order by event
    limit ${MOST_NAMES}`);
  if (rows.length === MOST_NAMES) return [];
  const missing = absent(rows.map(({ event }) => event));
  const mentions = definitions.flatMap(({ rule }) => leavesOf(rule).flatMap(mentionsOf)).filter(({ kind }) => kind === 'event');
  // Of several names for the same thing, one that occurs is enough.
  const needed = missing.filter(
    ({ span }) => mentions.filter((one) => one.span === span).length === missing.filter((one) => one.span === span).length,
  );
  return needed.map(({ index, span, name, nearest }) => ({
    index,
    code: 'unknown-event',
    span,
    message: `no row holds the event ${name}${didYouMean(nearest)}`,
    hint: 'Write the name as the files have it; segment inspect lists the events.',
  }));
}
