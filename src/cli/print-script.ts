import { pauseText } from '../config/parse-pause.js';
import type { Settings } from '../config/settings.js';
import { duplicateScript, tiesOf } from '../input/remove-duplicates.js';
import { findInputs } from '../input/sources.js';
import { safeText } from '../report/safe-text.js';
import { neededDefinitions } from '../segmentation/rules/check-segments.js';
import { printRule } from '../segmentation/rules/print-rule.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { ruleEventsQuery } from '../segmentation/rules/rule-events-query.js';
import { leavesOf } from '../segmentation/rules/rule-leaves.js';
import { neededSteps } from '../sql/needed-steps.js';
import { renderScript, type ScriptStep } from '../sql/render-script.js';
import { ident, param, type Sql, sql } from '../sql/sql.js';
import { entityPeopleQuery } from '../users/entity-people-query.js';
import { fromDay } from '../users/from-day.js';
import { dayKindsQuery, userDaysQuery } from '../users/user-days-query.js';
import { withCeiling } from '../users/with-ceiling.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { type Classification, type ClassificationOptions, classifyFiles } from './classification.js';
import type { GivenCommand } from './command-line.js';
import { entityPeopleSettings } from './entity-people-settings.js';
import type { CliIo } from './io.js';
import { peopleSteps } from './load-people.js';
import { loadRfmModel } from './load-rfm-model.js';
import { checkOverlaps, chosenSegment, ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { withSession } from './session.js';
import { needsSessions, sessionsStep } from './session-settings.js';
import { sinceDay } from './since.js';
import { readVersion } from './version.js';

/** Classifies without writing anything and prints the SQL that did it, as one script. */
export async function printScript(io: CliIo, given: Settings, command: GivenCommand): Promise<void> {
  const { chosen, settings } = chosenSegment(given);
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  checkOverlaps(settings, definitions);
  if (chosen !== undefined) {
    await printOne(io, settings, { name: chosen, definitions: neededDefinitions(definitions, chosen), rfmModel, command });
    return;
  }
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const classification = await classifyFiles(io, session, {
      settings,
      rfmModel,
      definitions,
      keepDays: false,
      hasProof: settings.proof,
      hasOverlaps: settings.overlaps,
      command,
      skippedFiles,
    });
    session.progress.stop();
    io.stderr.write(presentWarnings(classification.result.warnings));
    const { loaded, userDays, relations } = classification;
    const hasEngagement = settings.by.some(({ kind }) => kind === 'engagement');
    const sessions = hasEngagement ? [sessionsStep(settings, loaded, userDays.shape, userDays.asOfDay)] : [];
    writeScript(
      io,
      scriptOf(classification, settings, command.whole, {
        steps: [...sessions, ...relations],
        result: settings.overlaps ? 'segment_overlaps' : 'members',
      }),
    );
  });
}

/** The SQL of one segment: the steps that its members are made of, and no others. */
async function printOne(
  io: CliIo,
  given: Settings,
  { name, definitions, rfmModel, command }: Pick<ClassificationOptions, 'rfmModel' | 'command'> & ChosenSegment,
): Promise<void> {
  // Nothing of these is a part of its rule.
  const settings = { ...given, by: [], keep: [], overlaps: false, proof: false };
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const classification = await classifyFiles(io, session, { settings, rfmModel, definitions, keepDays: false, command, skippedFiles });
    session.progress.stop();
    io.stderr.write(presentWarnings(classification.result.warnings));
    const steps = [...classification.relations.map((step) => slimUsers(step, definitions)), segmentMembers(name)];
    writeScript(io, scriptOf(classification, settings, command.whole, { steps, result: 'segment_members', definitions }));
  });
}

interface ChosenSegment {
  readonly name: string;
  /** Its own, and of those it refers to. */
  readonly definitions: readonly SegmentDefinition[];
}

/** Where no condition asks for a column of members, its users are all that counts of them. */
function slimUsers(step: ScriptStep, definitions: readonly SegmentDefinition[]): ScriptStep {
  const isAsked = definitions.flatMap(({ rule }) => leavesOf(rule)).some(({ kind }) => kind === 'feature' || kind === 'idle');
  if (step.name !== 'classified_users' || isAsked) return step;
  return {
    ...step,
    comment: 'one row a user; no condition asks for more of them',
    query: sql`
select user_id
from users
order by user_id`,
  };
}

function segmentMembers(name: string): ScriptStep {
  return {
    name: 'segment_members',
    comment: `who is in ${name}`,
    query: sql`
select user_id
from own_segments
where ${ident(name)}
order by user_id`,
  };
}

/** Names of columns stand in a script as they are: a terminal must not obey them, and another program must get them. */
export function writeScript(io: CliIo, script: string): void {
  io.stdout.write(io.stdout.isTty ? script.split('\n').map(safeText).join('\n') : script);
}

/** The script of a classification up to its days and what is read again, then of `steps` over these, which end in the table `result`. */
export function scriptOf(
  { loaded, people, userDays, kept, rules, result, hasDuplicates, isWhole }: Classification,
  settings: Settings,
  command: string,
  over: {
    readonly steps: readonly ScriptStep[];
    readonly result: string;
    /** Whether the steps read sessions of the session column, where there is one, besides those of `engagement`. */
    readonly hasSessions?: boolean;
    /** Own segments whose rules are said at the top; only the steps that the result is made of are printed. */
    readonly definitions?: readonly SegmentDefinition[];
    /** Whether the steps make `rule_events` of their dates from `all_rule_events`. */
    readonly hasDatedRules?: boolean;
  },
): string {
  const reading = { hasNamedPaths: true, isWhole };
  const { asOfDay, ceiling } = userDays;
  const { givenBy, pause: pauses } = settings;
  const since = sinceDay(settings);
  const hasSessions = needsSessions(settings, loaded) || (over.hasSessions === true && loaded.mapping.columns.session !== null);
  const events = (isIdentified: boolean): Sql => {
    const all = loaded.eventsQuery({ ...reading, isIdentified, hasSessions });
    return since === undefined ? all : fromDay(all, param('since_day', since));
  };
  const onDays = (rows: Sql): Sql => (ceiling === undefined ? rows : withCeiling(rows, ceiling));
  const duplicates = hasDuplicates
    ? duplicateScript(events(true), param('as_of_day', asOfDay), onDays, tiesOf(loaded.shape))
    : { steps: [], events: onDays(events(false)) };
  const entityPeople: ScriptStep[] =
    loaded.mapping.columns.person === null
      ? []
      : [
          {
            name: 'entity_people',
            comment: 'the people of each entity, with their rows: a pass over its events',
            query: entityPeopleQuery(sql`select * from events`, entityPeopleSettings(settings, loaded, asOfDay)),
          },
        ];
  const ruleEvents: ScriptStep[] =
    rules === undefined || rules.selectors.length === 0
      ? []
      : [
          {
            name: over.hasDatedRules === true ? 'all_rule_events' : 'rule_events',
            comment: 'the events that own segments are about, and which of them: a pass over the events',
            query: ruleEventsQuery(sql`select * from events`, userDays.shape, rules),
          },
        ];
  const steps: ScriptStep[] = [
    ...peopleSteps(people),
    ...duplicates.steps,
    { name: 'events', comment: 'the files as clean, typed rows', query: duplicates.events, isView: true },
    {
      name: 'day_kinds',
      comment: 'one row per user, day, kind of event, order and marked event: the pass over the input',
      query: dayKindsQuery(sql`select * from events`, userDays.shape),
    },
    ...(kept === undefined ? [] : [{ name: 'kept_kinds', comment: 'those of them that the filters leave', query: kept }]),
    {
      name: 'user_days',
      comment: 'the same rows by what their kind means',
      query: userDaysQuery(userDays.shape, pauses, kept && sql`kept_kinds`),
      isView: true,
    },
    ...entityPeople,
    ...ruleEvents,
    ...over.steps,
  ];
  const copies = [...loaded.readings, ...Object.values(people.prepared)].flatMap(({ file }) => file.scriptCopy ?? []);
  const notes = copies.map(({ command: make }) => `First make a copy that DuckDB can read, for example: ${make}`);
  const from = givenBy.length === 0 ? '' : `, with settings from ${givenBy.join(', ')}`;
  return renderScript(
    [
      `segment ${readVersion()}: ${command}, as of ${result.asOf} (${result.timezone})${from}`,
      ...(result.filters === undefined ? [] : [`Filters: ${result.filters.words}.`]),
      `Days are numbers since 1970-01-01${pauses.length === 0 ? '' : `; counted days leave out those of --pause ${pauses.map(pauseText).join(',')}`}.`,
      ...notes,
      ...(over.definitions ?? []).map(({ name, rule }) => `${name}: ${printRule(rule)}`),
    ],
    over.definitions === undefined ? steps : neededSteps(steps, over.result),
  ).concat(`\nselect * from ${over.result};\n`);
}
