import { type CompareSettings, compareGroups, type Incomparable } from '../analysis/compare/compare.js';
import type { CompareResult, Landmark } from '../analysis/compare/compare-result.js';
import { doneEventsQuery, keepDoneEvents } from '../analysis/compare/events-pass.js';
import { needsMembersThen } from '../analysis/compare/grouping.js';
import { changesMembers, keyOf, optionsOf } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { findInputs } from '../input/sources.js';
import type { Relation } from '../membership/member-relations.js';
import type { JsonObject } from '../membership/publish/canonical-json.js';
import { settingsHash } from '../membership/publish/manifest.js';
import { COMPARE_REPORTERS } from '../report/reporters/index.js';
import { furtherName } from '../segmentation/further.js';
import { segmentationsOf } from '../segmentation/index.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { firstMatchOrder } from '../segmentation/rules/first-match.js';
import { sql } from '../sql/sql.js';
import { isoOfDay } from '../time/day.js';
import { buildMembersThen } from './build-members-then.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { type Classification, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { ownSegmentsOf } from './own-segments.js';
import { type AskedComparison, parseComparison } from './parse-grouping.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { scriptOf, writeScript } from './print-script.js';
import { type Session, withSession } from './session.js';
import { sessionsStep } from './session-settings.js';
import { sinceDay } from './since.js';

const SESSION_METRICS = ['sessions', 'minutes'];

/** Classifies without writing anything, compares the groups that were asked for, and prints how they differ. */
export async function compareUsers(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  const asked = parseComparison(settings, rfmModel, firstMatchOrder(definitions), command);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const hasEvents = needsEvents(settings, asked);
    const classification = await classifyFiles(io, session, {
      settings: { ...settings, by: asked.further },
      rfmModel,
      definitions,
      keepDays: true,
      command,
      skippedFiles,
      sessionsAsOfDay: asked.landmark?.kind === 'date' ? asked.landmark.day - 1 : undefined,
      readAgain: hasEvents
        ? (events, shape, asOfDay, { mapping }) =>
            keepDoneEvents(session.database, events, {
              shape,
              sinceDay: sinceDay(settings),
              asOfDay,
              hasSessionColumn: mapping.columns.session !== null,
            })
        : undefined,
    });
    const { landmark } = asked;
    if (landmark?.kind === 'date' && landmark.day > classification.memberSettings.asOfDay)
      fail('landmark-after-as-of', { landmark: isoOfDay(landmark.day), asOf: classification.result.asOf });
    session.progress.step('comparing');
    const then =
      landmark?.kind === 'date' && needsMembersThen(asked.grouping, landmark)
        ? await buildMembersThen(session.database, classification, landmark.day - 1)
        : [];
    const compared: Relation[] = [];
    const onRelation = (relation: Relation): void => void compared.push(relation);
    const result = await compare(session, classification, settings, { asked, hasEvents, rfmModel, onRelation });
    session.progress.finish(classification.result.rows.total);
    if (settings.compareSql) {
      const steps = [...classification.relations, ...then, ...(hasEvents ? [doneEventsStep(classification, settings)] : []), ...compared];
      writeScript(io, comparisonScript(classification, { ...settings, by: asked.further }, command.whole, { steps, landmark, hasEvents }));
    } else show(io, result, settings);
    io.stderr.write(presentWarnings(classification.result.warnings));
  });
}

/** The script of the sums that all numbers are worked out from. */
function comparisonScript(
  classification: Classification,
  settings: Settings,
  command: string,
  {
    steps,
    landmark,
    hasEvents,
  }: { readonly steps: readonly Relation[]; readonly landmark: Landmark | undefined; readonly hasEvents: boolean },
): string {
  const { loaded, userDays } = classification;
  const sessionsDay = landmark?.kind === 'date' ? landmark.day - 1 : userDays.asOfDay;
  const hasEngagement = settings.by.some(({ kind }) => kind === 'engagement');
  const sessions = hasEngagement ? [sessionsStep(settings, loaded, userDays.shape, sessionsDay)] : [];
  return scriptOf(classification, settings, command, { steps: [...sessions, ...steps], result: 'group_sums', hasSessions: hasEvents });
}

function doneEventsStep({ loaded, userDays }: Classification, settings: Settings): Relation {
  const query = doneEventsQuery(sql`select * from events`, {
    shape: userDays.shape,
    sinceDay: sinceDay(settings),
    asOfDay: userDays.asOfDay,
    hasSessionColumn: loaded.mapping.columns.session !== null,
  });
  return { name: 'done_events', comment: 'what users did and when: a pass over the events', query };
}

/** Whether the input must be read again, for sessions or for who did which event. */
function needsEvents({ events, top }: Settings, { metrics }: AskedComparison): boolean {
  const asksEvents = events === undefined ? top > 0 : events.length > 0;
  return asksEvents || metrics === undefined || metrics.some((metric) => SESSION_METRICS.includes(metric));
}

async function compare(
  { database }: Session,
  { loaded, userDays, result }: Classification,
  settings: Settings,
  {
    asked,
    hasEvents,
    rfmModel,
    onRelation,
  }: {
    readonly asked: AskedComparison;
    readonly hasEvents: boolean;
    readonly rfmModel: RfmModel;
    readonly onRelation: (relation: Relation) => void;
  },
): Promise<CompareResult> {
  const { grouping, layering, stratifiedBy, landmark, metrics } = asked;
  const compared: CompareSettings = {
    grouping,
    summary: result,
    shape: userDays.shape,
    pauses: settings.pause,
    moneyScale: loaded.moneyScale,
    landmark,
    layering,
    stratifiedBy,
    metrics,
    events: settings.events,
    top: settings.top,
    columns: [
      ...segmentationsOf(rfmModel).map(({ column }) => column),
      ...asked.further.flatMap((further) => (further.kind === 'property' ? [] : [furtherName(further)])),
    ],
    // With a landmark no group is one of them.
    marks: landmark === undefined ? asked.own : [],
    properties: loaded.properties,
    undated: asked.further.flatMap((further, place) =>
      further.kind === 'property' && loaded.properties[place]?.of === 'users' ? [further.column] : [],
    ),
    hasEvents,
    settingsHash: settingsHash(decisiveSettings(settings)),
    onRelation,
  };
  const found = await compareGroups(database, compared);
  return 'kind' in found ? refuse(found) : found;
}

function refuse(found: Incomparable): never {
  switch (found.kind) {
    case 'groups': {
      const groups = found.groups.filter(({ users }) => users > 0);
      const users = groups.reduce((sum, group) => sum + group.users, 0);
      return fail('compare-one-group', { name: found.name, groups: groups.map(({ name }) => name), users });
    }
    case 'reference':
      return fail('compare-no-reference', found);
    case 'layers':
      return fail('compare-many-layers', found);
  }
}

/** Everything that can change a number of the comparison, by its key. */
function decisiveSettings(settings: Settings): JsonObject {
  const decisive = optionsOf('compare').filter((name) => changesMembers(name) && !SHOWING.has(name));
  return JSON.parse(JSON.stringify(Object.fromEntries(decisive.map((name) => [keyOf(name), settings[name] ?? null])))) as JsonObject;
}

/** How a comparison is shown changes none of its numbers. */
const SHOWING: ReadonlySet<string> = new Set(['detail']);

function show(io: CliIo, result: CompareResult, settings: Settings): void {
  const reporter = COMPARE_REPORTERS[settings.json ? 'json' : settings.reporter];
  if (settings.quiet && reporter === COMPARE_REPORTERS.terminal) return;
  const options = {
    width: reportWidth(io.stdout),
    colorLevel: resolveColor(io.stdout, settings, io.env),
    isUnicode: isUnicode(io.env),
    isDetailed: settings.detail,
  };
  io.stdout.write(reporter.render(result, options));
}
