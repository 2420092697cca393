import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CheckedFilters, MovesSince } from '../analysis/check/check-result.js';
import { type CountedSegmentation, countMembers } from '../analysis/check/count-members.js';
import { definitionsOf } from '../analysis/check/definitions.js';
import { eventTotals } from '../analysis/check/event-totals.js';
import type { SegmentationColumn } from '../analysis/check/moves-since.js';
import { recordOfSummary } from '../analysis/check/record-of-summary.js';
import { type RunRecord, recordOfResult } from '../analysis/check/run-record.js';
import type { OptionName } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import { fail, SegmentError } from '../errors/segment-error.js';
import { normaliseName } from '../events/normalise-name.js';
import { COLUMN_NAMES } from '../input/column-mapping.js';
import { findInputFiles, findInputs, type InputFile } from '../input/sources.js';
import { whileUnchanged } from '../input/unchanged-inputs.js';
import { whileReadable } from '../input/while-readable.js';
import type { Json, JsonObject } from '../membership/publish/canonical-json.js';
import { readPublishedSet, settingsHash } from '../membership/publish/manifest.js';
import { MANIFEST_NAME } from '../membership/publish/output-name.js';
import { readPublishedMembers } from '../membership/publish/published-members.js';
import { pseudonymsOf, readPublishedRun } from '../membership/publish/published-run.js';
import { LEAST_COLUMNS } from '../membership/read-members.js';
import { fixedSegments, parseFurther } from '../segmentation/further.js';
import { segmentationsOf } from '../segmentation/index.js';
import { DEFAULT_RFM_MODEL, RFM_MODELS } from '../segmentation/rfm/models/index.js';
import { sql } from '../sql/sql.js';
import { dayOfIso } from '../time/day.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { checkedPlace, refuseSettings } from './checked-place.js';
import { type Classification, classifyFiles } from './classification.js';
import type { GivenCommand } from './command-line.js';
import { decidingKeys, decisiveSettings } from './decisive-settings.js';
import { type EarlierMembers, exportsOf, findEarlierMembers, findMovesSince, madeOf, membersFileOf } from './earlier-members.js';
import type { CliIo } from './io.js';
import { loadMembers, type MembersFile, prepareMembers } from './load-members.js';
import { loadRfmModel } from './load-rfm-model.js';
import { manifestInputs } from './manifest-inputs.js';
import { ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';
import { filterWords } from './summarise-people.js';

/** A run to be judged, with what it was found by. */
export interface CheckedRun {
  readonly run: RunRecord;
  /** Whether the as-of date was named, not taken from the newest event. */
  readonly isDateGiven: boolean;
  readonly timezone: string;
  /** null where the settings are not known. */
  readonly settingsHash: string | null;
  readonly filters: CheckedFilters | null;
  /** ISO day. */
  readonly since: string | null;
  readonly usersFile: string | null;
  /** null without an earlier membership. */
  readonly moves: MovesSince | null;
}

interface Checking {
  readonly io: CliIo;
  readonly settings: Settings;
  readonly command: GivenCommand;
  /** The options of the command line. */
  readonly typed: readonly OptionName[];
  readonly earlier: EarlierMembers | undefined;
}

/** Enough of a file to see its columns. */
const HEAD = { bytes: 65_536, rows: 1 };
const LARGEST_SUMMARY_BYTES = 100e6;

/** The run that files, an output folder, or a table of members tell of. */
export async function findCheckedRun(
  io: CliIo,
  settings: Settings,
  command: GivenCommand,
  typed: readonly OptionName[],
): Promise<CheckedRun> {
  const place = checkedPlace(settings.inputs, typed, io.cwd);
  const checking = { io, settings, command, typed, earlier: await findEarlierMembers(settings, io.cwd) };
  switch (place?.kind) {
    case 'folder':
      return runOfFolder(place.directory, checking);
    case 'summary':
      return runOfSummary(place.path, checking);
    case 'members':
      return runOfMembersFile(checking);
    default:
      return runOfFiles(checking);
  }
}

async function runOfFiles(checking: Checking): Promise<CheckedRun> {
  const { io, settings, command, typed, earlier } = checking;
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  const access = { inputs, people, members: earlier === undefined ? [] : [earlier.file], output: undefined };
  return withSession(io, settings, access, async (session) => {
    const { database, progress } = session;
    const table = await membersTable(session, settings);
    if (table !== undefined) {
      refuseSettings(table.name, typed, ['asOf']);
      return runOfMembers(session, table, checking);
    }
    const classification = await classifyFiles(io, session, { settings, rfmModel, definitions, keepDays: true, command, skippedFiles });
    const { result, frozen, usedNames } = classification;
    progress.step('counting events');
    const events = await whileUnchanged(inputs, () => whileReadable(database, inputs, () => eventTotals(database, usedNames)));
    const decisive = decisiveSettings('classify', settings, rfmModel, frozen, classification.people.prepared);
    const run = recordOfResult(result, definitionsOf(decisive, decidingKeys()), events);
    const moves =
      earlier &&
      (await findMovesSince(
        session,
        earlier,
        { ...run, exports: exportsOf(inputChecksums(classification), decisive), pseudonyms: null },
        { segmentations: result.segmentations.filter(({ own }) => own === undefined).map(columnOf), maxExpand: settings.maxExpand },
      ));
    progress.finish(result.rows.total);
    io.stderr.write(presentWarnings(result.warnings));
    const { filters } = result;
    return {
      run,
      isDateGiven: result.asOfChosen === 'given',
      timezone: result.timezone,
      settingsHash: settingsHash(decisive),
      filters: filters === undefined ? null : { ...filters, only: filters.only?.file ?? null, exclude: filters.exclude?.file ?? null },
      since: result.since?.day ?? null,
      usersFile: result.usersFile?.file ?? null,
      moves: moves ?? null,
    };
  });
}

function inputChecksums({ loaded, people }: Classification): string[] {
  return manifestInputs([...loaded.readings, ...Object.values(people.prepared)]).map(({ sha256 }) => sha256);
}

async function runOfFolder(directory: string, { io, settings, earlier }: Checking): Promise<CheckedRun> {
  const withMembers = earlier && (await readPublishedMembers(directory));
  const published = withMembers ?? (await readPublishedRun(directory));
  const made = madeOf(published);
  const run = recordOfSummary(made.asOf, published.summary, made.definitions);
  if (run === undefined) {
    return fail('published-not-ours', { directory, problem: 'its summary.json is not as this program writes it' });
  }
  const members = withMembers && (await membersFileOf(withMembers, io.cwd));
  const moves =
    earlier &&
    members &&
    (await withSession(io, settings, { inputs: [], members: [members, earlier.file], output: undefined }, async (session) => {
      const isSpreadsheetSafe = published.settings['spreadsheet_safe'] === true;
      await whileUnchanged([members], async () =>
        loadMembers(session, 'members', await prepareMembers(session, members, { maxExpand: settings.maxExpand }), { isSpreadsheetSafe }),
      );
      const segmentations = Object.keys(run.sizes).map((name) => columnOf({ name }));
      return findMovesSince(session, earlier, made, { segmentations, maxExpand: settings.maxExpand });
    }));
  return {
    run,
    ...datedBy(published.manifest),
    settingsHash: settingsHash(published.settings),
    ...filtersOf(published.summary),
    moves: moves ?? null,
  };
}

/** A summary alone: its manifest, and so the settings, are elsewhere. Error: `summary-not-ours`. */
async function runOfSummary(path: string, { io, earlier }: Checking): Promise<CheckedRun> {
  if (earlier !== undefined) fail('previous-without-members', { checked: path });
  const bytes = readFileSync(resolve(io.cwd, path));
  const summary = parseObject(path.endsWith('.gz') ? gunzipped(bytes) : bytes.toString('utf8'));
  const asOf = summary?.['as_of'];
  const run = summary && typeof asOf === 'string' && dayOfIso(asOf) !== undefined ? recordOfSummary(asOf, summary, null) : undefined;
  if (summary === undefined || run === undefined) return fail('summary-not-ours', { path });
  return { run, ...datedBy(summary), settingsHash: null, ...filtersOf(summary), moves: null };
}

function gunzipped(bytes: Buffer): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_SUMMARY_BYTES }).toString('utf8');
  } catch {
    return '';
  }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function runOfMembersFile(checking: Checking): Promise<CheckedRun> {
  const { io, settings, earlier } = checking;
  const [file] = await findInputFiles(settings.inputs, io.cwd);
  if (file === undefined) throw new Error('no file');
  const members = [file, ...(earlier === undefined ? [] : [earlier.file])];
  return withSession(io, settings, { inputs: [], members, output: undefined }, (session) => runOfMembers(session, file, checking));
}

/** The file, when it is the only one and has the columns of members and none of the times of events. */
async function membersTable(session: Session, { maxExpand, encoding, delimiter }: Settings): Promise<InputFile | undefined> {
  const [file] = session.inputs;
  // A file of Arrow would be read whole; such members are told by their name.
  if (file === undefined || session.inputs.length > 1 || file.format === 'arrow') return undefined;
  try {
    const { columns } = await prepareMembers(session, file, { maxExpand, encoding, delimiter, head: HEAD });
    const names = [...columns.keys()];
    const isOfEvents = names.some((name) => COLUMN_NAMES.time.includes(normaliseName(name)));
    return LEAST_COLUMNS.every((name) => columns.has(name)) && !isOfEvents ? file : undefined;
  } catch (error) {
    // Whoever reads it as events says what is wrong with it.
    if (error instanceof SegmentError) return undefined;
    throw error;
  }
}

/** What a table of members tells: its sizes. Rows, dates and settings of its run are not in it. Errors: `members-as-of`, those of `loadMembers`. */
async function runOfMembers(session: Session, file: InputFile, { settings, earlier }: Checking): Promise<CheckedRun> {
  const { database, progress } = session;
  progress.step('counting members');
  const members = await whileUnchanged([file], () => prepareMembers(session, file, settings));
  const made = madeBeside(members);
  const asOf = settings.asOf ?? made?.asOf;
  if (asOf === undefined) return fail('members-as-of', { file: file.name });
  const isSpreadsheetSafe = made?.settings?.['spreadsheet_safe'] === true;
  await whileUnchanged([file], () => loadMembers(session, 'members', members, { isSpreadsheetSafe }));
  const segmentations = await countedSegmentations(session, members);
  const counted = await countMembers(database, segmentations);
  const definitions = made?.settings == null ? null : definitionsOf(made.settings, decidingKeys());
  const run = { asOf, definitions, health: null, ...counted };
  const moves =
    earlier &&
    (await findMovesSince(
      session,
      earlier,
      { ...run, exports: null, pseudonyms: made?.pseudonyms },
      { segmentations, maxExpand: settings.maxExpand },
    ));
  progress.finish(counted.users);
  const hash = made?.settings == null ? null : settingsHash(made.settings);
  return {
    run,
    isDateGiven: true,
    timezone: settings.timezone,
    settingsHash: hash,
    filters: null,
    since: null,
    usersFile: null,
    moves: moves ?? null,
  };
}

interface MadeBeside {
  readonly asOf: string;
  /** null where the manifest is not known to be that of the file. */
  readonly settings: JsonObject | null;
  /** The fingerprint of the key of its pseudonyms; undefined where that is not known. */
  readonly pseudonyms: string | null | undefined;
}

/** What the manifest beside a file of members says: of every file the date, of one that it lists the settings. Error: `published-differs`. */
function madeBeside({ file }: MembersFile): MadeBeside | undefined {
  const { path, origin } = file.source;
  const directory = dirname(path);
  const set = origin?.isStdin ? undefined : readPublishedSet(directory);
  if (set?.state !== 'ours') return undefined;
  const manifest = parseObject(readFileSync(join(directory, MANIFEST_NAME), 'utf8'));
  const { as_of: asOf, settings } = manifest ?? {};
  if (typeof asOf !== 'string' || dayOfIso(asOf) === undefined) return undefined;
  const listed = set.outputs.find(({ name }) => name === basename(path));
  if (listed !== undefined && listed.sha256 !== file.sha256) {
    fail('published-differs', { directory: dirname(file.source.name), problems: [{ name: listed.name, problem: 'changed' }] });
  }
  const isMade = listed !== undefined;
  return {
    asOf,
    settings: isMade && isObject(settings) ? settings : null,
    pseudonyms: isMade && manifest !== undefined ? pseudonymsOf(manifest) : undefined,
  };
}

/** The segmentations whose columns a table of members has; those of RFM by the first known model that has all of its segments. */
async function countedSegmentations({ database }: Session, { columns }: MembersFile): Promise<CountedSegmentation[]> {
  const found = await database.rows<{ segment: string }>(sql`select distinct rfm_segment as segment from members order by segment`);
  const model = RFM_MODELS.find((one) => {
    const rfm = segmentationsOf(one).find(({ name }) => name === 'rfm');
    return found.every(({ segment }) => rfm?.segments.some(({ name }) => name === segment));
  });
  const usual = segmentationsOf(model ?? DEFAULT_RFM_MODEL)
    .filter(({ column }) => columns.has(column))
    .map(({ name, column, segments }) => ({
      name,
      column,
      segments: name === 'rfm' && model === undefined ? [] : segments.map((segment) => segment.name),
    }));
  const further = [...columns.keys()].flatMap((name) => {
    const one = parseFurther(name);
    return one === undefined ? [] : [{ name, column: name, segments: fixedSegments(one, []) ?? [] }];
  });
  return [...usual, ...further];
}

/** The column of the members that holds a segmentation. */
function columnOf({ name }: { readonly name: string }): SegmentationColumn {
  return { name, column: segmentationsOf(DEFAULT_RFM_MODEL).find((one) => one.name === name)?.column ?? name };
}

/** How the date came about, of a manifest or a summary. */
function datedBy({ as_of_chosen: chosen, timezone }: JsonObject): Pick<CheckedRun, 'isDateGiven' | 'timezone'> {
  return { isDateGiven: chosen === 'given', timezone: typeof timezone === 'string' ? timezone : 'UTC' };
}

/** What a summary says about who is counted. */
function filtersOf(summary: JsonObject): Pick<CheckedRun, 'filters' | 'since' | 'usersFile'> {
  const { filters, since, users_file: usersFile } = summary;
  const fileOf = (value: Json | undefined): string | null => (isObject(value) && typeof value['file'] === 'string' ? value['file'] : null);
  const found = isObject(filters)
    ? {
        where: (Array.isArray(filters['where']) ? filters['where'] : []).map(String),
        only: fileOf(filters['only']),
        exclude: fileOf(filters['exclude']),
      }
    : null;
  return {
    filters: found && { ...found, words: filterWords({ ...found, only: found.only ?? undefined, exclude: found.exclude ?? undefined }) },
    since: typeof since === 'string' ? since : null,
    usersFile: fileOf(usersFile),
  };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
