import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ProfileSettings, profileSegment } from '../analysis/profile/profile.js';
import { keepProfileEvents, type ProfileEventsSettings, profileEventsQuery } from '../analysis/profile/profile-events-query.js';
import type { ProfileResult } from '../analysis/profile/profile-result.js';
import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { userPropertyColumn } from '../events/event-shape.js';
import { findInputs } from '../input/sources.js';
import type { MemberCondition } from '../membership/list-query.js';
import type { Relation } from '../membership/member-relations.js';
import { settingsHash } from '../membership/publish/manifest.js';
import { PROFILE_REPORTERS } from '../report/reporters/index.js';
import { furtherName } from '../segmentation/further.js';
import { segmentationsOf } from '../segmentation/index.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { OWN_SEGMENTATION, type SegmentDefinition } from '../segmentation/rules/rule.js';
import { ident, sql } from '../sql/sql.js';
import { loadZoneOffsets } from '../time/zone-offsets.js';
import { checkKeptNames } from './check-kept-names.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { type Classification, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { decisiveSettings } from './decisive-settings.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { scriptOf, writeScript } from './print-script.js';
import { type Session, withSession } from './session.js';
import { sessionsStep } from './session-settings.js';
import { sinceDay } from './since.js';

/** What a card was asked for. */
export interface AskedProfile {
  readonly settings: Settings;
  readonly conditions: readonly MemberCondition[];
  /** As they were given. */
  readonly texts: readonly string[];
  readonly files: readonly string[];
}

/** Classifies without writing anything, and prints the card of the users who meet the conditions. Error: `profile-nobody`. */
export async function showProfile(io: CliIo, asked: AskedProfile, command: GivenCommand): Promise<void> {
  const { settings } = asked;
  checkKeptNames(settings);
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  if (asked.conditions.length === 0) refuseNobody(io, asked, rfmModel, definitions);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const classification = await classifyFiles(io, session, {
      settings,
      rfmModel,
      definitions,
      keepDays: true,
      command,
      skippedFiles,
      hasEveryUserColumn: true,
      readAgain: (events, shape, asOfDay) => keepProfileEvents(session.database, events, passSettings(settings, shape, asOfDay)),
    });
    session.progress.step('profiling');
    const made: Relation[] = [];
    const result = await profile(session, classification, asked, { rfmModel, definitions, onRelation: (one) => void made.push(one) });
    session.progress.finish(classification.result.rows.total);
    if (settings.compareSql) writeScript(io, profileScript(classification, settings, command.whole, made));
    else show(io, result, settings);
    io.stderr.write(presentWarnings(classification.result.warnings));
  });
}

function passSettings({ lookback, timezone }: Settings, shape: ProfileEventsSettings['shape'], asOfDay: number): ProfileEventsSettings {
  return { shape, asOfDay, lookbackDays: lookback, zone: loadZoneOffsets(timezone) };
}

/** Nothing among the arguments is a segment: one that is no file either was meant to be one. */
function refuseNobody(
  { cwd }: Pick<CliIo, 'cwd'>,
  { files, settings }: AskedProfile,
  rfmModel: RfmModel,
  definitions: readonly SegmentDefinition[],
): never {
  const unknown = files.find((file) => file !== '-' && !/[*?[{/\\]/.test(file) && !existsSync(resolve(cwd, file)));
  const segments = [
    ...definitions.map(({ name }) => `${OWN_SEGMENTATION}=${name}`),
    ...segmentationsOf(rfmModel).flatMap(({ name, segments: all }) => all.map((segment) => `${name}=${segment.name}`)),
  ];
  const others = files.filter((file) => file !== unknown);
  const example = ['segment profile', segments[0] ?? '', ...(others.length === 0 ? settings.inputs.slice(0, 1) : others.slice(0, 1))];
  return fail('profile-nobody', { unknown, example: example.join(' '), segments });
}

function profileScript(classification: Classification, settings: Settings, command: string, made: readonly Relation[]): string {
  const { loaded, userDays, relations } = classification;
  const pass: Relation = {
    name: 'profile_events',
    comment: 'what users did in the lookback, by event, weekday and hour: a pass over the events',
    query: profileEventsQuery(sql`select * from events`, passSettings(settings, userDays.shape, userDays.asOfDay)),
  };
  const hasEngagement = settings.by.some(({ kind }) => kind === 'engagement');
  const sessions = hasEngagement ? [sessionsStep(settings, loaded, userDays.shape, userDays.asOfDay)] : [];
  return scriptOf(classification, settings, command, { steps: [...sessions, ...relations, pass, ...made], result: 'profile_counts' });
}

async function profile(
  { database }: Session,
  { loaded, people, frozen, result }: Classification,
  { settings, conditions, texts }: AskedProfile,
  {
    rfmModel,
    definitions,
    onRelation,
  }: {
    readonly rfmModel: RfmModel;
    readonly definitions: readonly SegmentDefinition[];
    readonly onRelation: (relation: Relation) => void;
  },
): Promise<ProfileResult> {
  const segmentColumns = [
    ...segmentationsOf(rfmModel).map(({ column }) => column),
    ...settings.by.flatMap((further) => (further.kind === 'engagement' ? [furtherName(further)] : [])),
  ];
  return profileSegment(database, {
    summary: result,
    conditions,
    conditionTexts: texts,
    ...wordsOf(conditions, rfmModel, definitions),
    definitions,
    roles: loaded.roles,
    moneyScale: loaded.moneyScale,
    segmentColumns,
    ...columnsOf(settings, loaded, people, segmentColumns),
    maxValues: settings.maxValues,
    settingsHash: settingsHash({ ...decisiveSettings('profile', settings, rfmModel, frozen, people.prepared), segment: [...texts] }),
    onRelation,
  });
}

/** What is compared of users by its values: columns that were asked for, then all others of the users file; and which columns of events nobody asked for. */
function columnsOf(
  { keep, by }: Settings,
  { properties, userProperties, mapping, readings }: Classification['loaded'],
  { users }: Classification['people'],
  segmentColumns: readonly string[],
): Pick<ProfileSettings, 'keptColumns' | 'otherColumns'> {
  const further = by.flatMap((one) => (one.kind === 'property' ? [one] : []));
  const asked = [...keep, ...further.map(furtherName)];
  const carried = new Set(properties.flatMap(({ of, index }) => (of === 'users' ? [userProperties[index]] : [])));
  const taken = [...asked, ...segmentColumns];
  const ids = [users?.userColumn, users?.signupColumn];
  const ofUsers = userProperties.flatMap((name, index) =>
    carried.has(name) || ids.includes(name)
      ? []
      : [{ name: taken.includes(name) ? `users.${name}` : name, value: sql`users.${userPropertyColumn(index)}` }],
  );
  const known = new Set([...Object.values(mapping.columns), ...keep, ...further.map(({ column }) => column)]);
  const ofEvents = readings.flatMap(({ file }) => file.columns.filter(({ isNested }) => !isNested).map(({ name }) => name));
  return {
    keptColumns: [...asked.map((name) => ({ name, value: sql`members.${ident(name)}` })), ...ofUsers],
    otherColumns: [...new Set(ofEvents)].filter((name) => !known.has(name)),
  };
}

/** What its author, or we, wrote about the one segment that was asked for. */
function wordsOf(
  conditions: readonly MemberCondition[],
  rfmModel: RfmModel,
  definitions: readonly SegmentDefinition[],
): { readonly meaning: string | null; readonly goal: string | null } {
  const [only] = conditions;
  const [name] = only?.values ?? [];
  if (only === undefined || conditions.length > 1 || only.values.length > 1 || only.comparison !== '=')
    return { meaning: null, goal: null };
  if (only.kind === 'own') {
    const own = definitions.find((definition) => definition.name === name);
    return { meaning: own?.description || null, goal: own?.goal || null };
  }
  const known = segmentationsOf(rfmModel).find(({ column }) => column === only.column);
  const segment = known?.segments.find((one) => one.name === name);
  return { meaning: segment?.meaning ?? null, goal: segment?.action ?? null };
}

function show(io: CliIo, result: ProfileResult, settings: Settings): void {
  const reporter = PROFILE_REPORTERS[settings.json ? 'json' : settings.suggestReporter];
  if (settings.quiet && reporter === PROFILE_REPORTERS.terminal) return;
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, settings, io.env), isUnicode: isUnicode(io.env) };
  io.stdout.write(reporter.render(result, options));
}
