import { join as joinPath } from 'node:path';
import type { EntityUse } from '../analysis/classify/classify-result.js';
import { hundredthsOfDecimal } from '../analysis/classify/decimal-edge.js';
import { unitOf } from '../analysis/classify/entity-unit.js';
import type { Holdout } from '../analysis/split/holdout.js';
import { findSegments } from '../analysis/transitions/found-segments.js';
import { markHoldout } from '../analysis/transitions/mark-holdout.js';
import { movesQuery } from '../analysis/transitions/moves-query.js';
import { rfmOnOldScaleQuery, statusOnOldScaleQuery } from '../analysis/transitions/old-scale-query.js';
import { summariseMoves } from '../analysis/transitions/summarise-moves.js';
import type { FolderSource, MovesScale, TransitionsReport } from '../analysis/transitions/transitions-result.js';
import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import { fail } from '../errors/segment-error.js';
import { findInputFiles, type InputFile } from '../input/sources.js';
import { whileUnchanged } from '../input/unchanged-inputs.js';
import { whileReadable } from '../input/while-readable.js';
import { MEMBER_COLUMNS } from '../membership/members-query.js';
import { type PseudonymKey, withPseudonyms } from '../membership/pseudonyms.js';
import { canonicalJson, type Json, type JsonObject } from '../membership/publish/canonical-json.js';
import { settingsHash } from '../membership/publish/manifest.js';
import type { OutputFolder } from '../membership/publish/output-folder.js';
import { MANIFEST_NAME } from '../membership/publish/output-name.js';
import { type PublishedMembers, readPublishedMembers } from '../membership/publish/published-members.js';
import { writeMoveFiles } from '../membership/write-move-files.js';
import { type FurtherSegmentation, furtherName } from '../segmentation/further.js';
import { DEFAULT_RFM_MODEL, RFM_MODELS } from '../segmentation/rfm/models/index.js';
import { RFM_METRICS, type RfmMetric, type RfmModel } from '../segmentation/rfm/rfm-model.js';
import { ownName, parseOwn } from '../segmentation/rules/own-name.js';
import { parseParameters, type StatusParameters } from '../segmentation/status/status-parameters.js';
import { param, type Sql, sql } from '../sql/sql.js';
import { dayNumber } from '../time/day.js';
import { askedHoldout } from './asked-holdout.js';
import { checkTempDir } from './check-temp-dir.js';
import { differentSettings, FILES_OF_PEOPLE } from './different-settings.js';
import type { CliIo } from './io.js';
import { loadMembers, prepareMembers } from './load-members.js';
import type { MovedFolders } from './moved-folders.js';
import { type MovedSegmentation, movedSegmentation, withFoundSegments } from './moved-segmentation.js';
import { measuredNotes } from './moves-between.js';
import { openMovesFolder, publishMoves, showMoves } from './moves-output.js';
import { presentWarnings } from './present-warnings.js';
import { type ChangedRule, changedRules, publishedSegments } from './published-segments.js';
import { keyForPublished, readPseudonymKey, refuseOtherPseudonyms } from './read-pseudonym-key.js';
import { type Session, withSession } from './session.js';

/** The columns of members that tell who moved, what flipped and why. */
const NEEDED: readonly string[] = MEMBER_COLUMNS.filter((name) => name !== 'usual_interval_days');
/** As many decimals of money as any run writes. */
const MONEY_SCALE = 10;
/** The engine compares edges as 128-bit integers. */
const LARGEST_EDGE = 2n ** 127n - 1n;
const LARGEST_PARAMETER = 1e6;

/** Members that were published, and the file that holds them. */
export interface Membership extends PublishedMembers {
  readonly input: InputFile;
}

/** Prints who moved between two published memberships, and publishes the files of them where a folder is named. */
export async function showFolderMoves(io: CliIo, settings: Settings, folders: MovedFolders): Promise<void> {
  const holdout = askedHoldout(settings);
  const [before, after] = [await openMembership(folders.before, io.cwd), await openMembership(folders.after, io.cwd)];
  const { asOf: asOfBefore } = before;
  const { asOf: asOfAfter } = after;
  if (asOfBefore >= asOfAfter) fail('folders-not-in-order', { ...folders, asOfBefore, asOfAfter });
  refuseOtherPseudonyms(before, after);
  const given = readPseudonymKey(io, settings);
  const key = keyForPublished(given.key, after);
  io.stderr.write(presentWarnings(given.warnings));
  const different = differentSettings(before.settings, after.settings);
  if (different.length > 0) fail('folders-differ', { ...folders, settings: different });
  const moved = movedSegmentation(settings.movesSegmentation, modelOf(after) ?? DEFAULT_RFM_MODEL);
  for (const one of [before, after]) refuseWithoutColumn(moved, one);
  checkTempDir(settings.tempDir, settings.movesOut, io.cwd);
  // From here on a signal must not end the process before the lock and the staging folder are gone.
  const offInterrupt = io.onInterrupt(() => {});
  let folder: OutputFolder | undefined;
  try {
    folder = await openMovesFolder(io, settings, [folders.before, folders.after], moved.segments);
    const inputs = [before.input, after.input];
    await withSession(io, settings, { inputs: [], members: inputs, output: folder }, async (session) => {
      const started = io.now().getTime();
      session.progress.step('reading members');
      await whileUnchanged(inputs, () =>
        whileReadable(session.database, inputs, async () => {
          const marks = parseOwn(moved.name) === undefined ? [] : [moved.column];
          await loadMembership(session, settings, before, { table: 'members_before', marks });
          await loadMembership(session, settings, after, { table: 'members_after', marks });
        }),
      );
      session.progress.step('comparing dates');
      const { report, segments } = await compareMemberships(session.database, settings, { moved, holdout }, [before, after]);
      const files =
        folder && (await publish(io, session, folder, { report, segments, settings, memberships: [before, after], started, key }));
      session.progress.stop();
      showMoves(io, report, settings, files === undefined ? null : { directory: settings.movesOut ?? '', files });
    });
  } finally {
    await folder?.discard();
    offInterrupt();
  }
}

/** Errors: those of `readPublishedMembers` and `findInputFiles`. */
export async function openMembership(directory: string, cwd: string): Promise<Membership> {
  const published = await readPublishedMembers(directory);
  const path = joinPath(directory, published.file.name);
  const [input] = await findInputFiles([path], cwd);
  if (input === undefined) throw new Error(`${path} was there`);
  return { ...published, input };
}

/** Error: `segmentation-not-published`. */
function refuseWithoutColumn({ name, column, further }: MovedSegmentation, { directory, settings }: Membership): void {
  const { by } = settings;
  const own = publishedSegments(settings);
  if (parseOwn(name) !== undefined && !own.has(column)) {
    fail('segmentation-not-published', { segmentation: name, directory, there: [...own.keys()].map(ownName) });
  }
  const there = (Array.isArray(by) ? (by as readonly Json[]) : []).filter(isFurther).map(furtherName);
  if (further.length > 0 && !there.includes(name)) fail('segmentation-not-published', { segmentation: name, directory, there });
}

function isFurther(value: Json): value is Json & FurtherSegmentation {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** Makes a table of published members; `marks` are own segments among its columns. Errors: those of `prepareMembers` and `loadMembers`, `members-column-missing`, `published-not-ours`. */
export async function loadMembership(
  session: Session,
  { maxExpand }: Pick<Settings, 'maxExpand'>,
  { directory, input, file, settings }: Membership,
  { table, marks }: { readonly table: string; readonly marks: readonly string[] },
): Promise<void> {
  const members = await prepareMembers(session, input, { maxExpand });
  const found = [...members.columns.keys()];
  const missing = [...NEEDED, ...marks].filter((name) => !found.includes(name));
  if (missing.length > 0) fail('members-column-missing', { file: input.name, missing, found });
  if (members.file.records !== file.rows) {
    fail('published-not-ours', {
      directory,
      problem: `${file.name} has ${members.file.records} rows, and its ${MANIFEST_NAME} says ${file.rows}`,
    });
  }
  const isSpreadsheetSafe = settings['spreadsheet_safe'] === true && file.name.endsWith('.csv');
  await loadMembers(session, table, members, { isSpreadsheetSafe, marks });
}

/** Who moved between the tables `members_before` and `members_after`; leaves the table `moves`. */
export async function compareMemberships(
  database: Database,
  settings: Pick<Settings, 'movesSegmentation' | 'spreadsheetSafe' | 'holdout' | 'salt'>,
  { moved, holdout }: { readonly moved: MovedSegmentation; readonly holdout: Holdout | undefined },
  [before, after]: readonly [Membership, Membership],
): Promise<{ readonly report: TransitionsReport; readonly segments: readonly string[] }> {
  const { name: segmentation, column } = moved;
  const isSameScale = canonicalJson(scaleOf(before)) === canonicalJson(scaleOf(after));
  const isSameBasis = (before.edges?.monetary === null) === (after.edges?.monetary === null);
  const scale: MovesScale = isSameScale ? 'same' : isSameBasis ? 'each' : 'measured_without_base';
  const onOldScale = scale === 'each' ? oldScaleQuery(segmentation, modelOf(after), before) : undefined;
  if (onOldScale !== undefined) await database.run(sql`create or replace temp table members_on_old_scale as ${onOldScale}`);
  const changed =
    parseOwn(segmentation) === undefined ? [] : changedRules(column, publishedSegments(before.settings), publishedSegments(after.settings));
  const query = movesQuery({
    segmentation,
    column,
    fromDay: param('from_day', dayNumber(before.asOf)),
    toDay: param('to_day', dayNumber(after.asOf)),
    canBeLate: true,
    hasOtherRule: changed.length > 0,
    hasOldScale: onOldScale !== undefined,
  });
  await database.run(sql`create or replace temp table moves as ${query}`);
  const segments = withFoundSegments(moved, await findSegments(database));
  const moves = await summariseMoves(database, { segmentation, segments, from: before.asOf, to: after.asOf });
  const heldOut = holdout && (await markHoldout(database, holdout, segments));
  const sourceOf = ({ directory, settingsHash: hash, summary }: Membership): FolderSource => ({
    directory,
    settingsHash: hash,
    rows: (summary['rows'] as JsonObject | undefined) ?? null,
  });
  return {
    segments,
    report: {
      ...moves,
      timezone: after.timezone,
      entity: entityOf(after.summary),
      folders: { before: sourceOf(before), after: sourceOf(after) },
      settingsHash: settingsHash(decisiveOf(settings, before, after)),
      scale,
      filters: undefined,
      holdout: heldOut,
      yearEarlier: null,
      notes: [...changed.map((rule) => ruleNote(rule, column)), ...peopleNotes(before.settings, after.settings), ...measuredNotes(moves)],
    },
  };
}

function entityOf({ entity }: JsonObject): EntityUse | undefined {
  const { column, people_column: peopleColumn } = (entity ?? {}) as JsonObject;
  if (typeof column !== 'string') return undefined;
  return { column, unit: unitOf(column), peopleColumn: typeof peopleColumn === 'string' ? peopleColumn : null, people: undefined };
}

/** The later members on the scale of the earlier ones, of those it can be told of; undefined where it changes nothing or cannot be told. */
function oldScaleQuery(name: string, model: RfmModel | undefined, { edges, settings }: Membership): Sql | undefined {
  if (name === 'status') return statusOnOldScaleQuery(parametersOf(settings));
  if (name !== 'rfm' || model === undefined || edges === null) return undefined;
  const cuts = (metric: RfmMetric): bigint[] | null => {
    const texts = metric === 'recency' ? edges.recency_days : edges[metric];
    if (texts === null) return null;
    const decimals = metric === 'monetary' ? MONEY_SCALE : 0;
    const values = texts.flatMap((text) => {
      const value = hundredthsOfDecimal(text, decimals);
      return value === undefined || value >= LARGEST_EDGE || value <= -LARGEST_EDGE ? [] : [value];
    });
    return values.length === model.scales[metric].scores - 1 ? values : [];
  };
  const [recency = null, frequency = null, monetary = null] = RFM_METRICS.map(cuts);
  if ([recency, frequency, monetary].some((values) => values?.length === 0)) return undefined;
  const basis = edges.monetary === null ? 'activity' : 'orders';
  return rfmOnOldScaleQuery(model, { basis, edges: { recency, frequency, monetary }, moneyScale: MONEY_SCALE });
}

function parametersOf({ set }: JsonObject): StatusParameters {
  const numbers = Object.entries((set ?? {}) as JsonObject).filter(
    ([, value]) => typeof value === 'number' && Math.abs(value) <= LARGEST_PARAMETER,
  );
  return { ...parseParameters([]), ...Object.fromEntries(numbers) };
}

/** The RFM model of a run: one of ours by its name, another one by what the manifest repeats of it; undefined where that makes none. */
export function modelOf({ settings, summary }: Membership): RfmModel | undefined {
  const { rfm } = settings;
  const ours = RFM_MODELS.find(({ name }) => name === rfm);
  if (ours !== undefined || typeof rfm !== 'object' || rfm === null) return ours;
  const { cells, ...metrics } = rfm as JsonObject & { readonly cells?: RfmModel['cells'] };
  const names = Object.keys(((summary['segmentations'] as JsonObject | undefined)?.['rfm'] ?? {}) as JsonObject);
  const scales = RFM_METRICS.map((metric) => {
    const given = metrics[metric];
    const scores = typeof given === 'number' ? given : Array.isArray(given) ? given.length + 1 : 0;
    return [metric, { scores, edges: null }] as const;
  });
  const { recency, frequency } = Object.fromEntries(scales) as RfmModel['scales'];
  const isWhole =
    isCells(cells) &&
    cells.length === recency.scores &&
    cells.every((row) => row.length === frequency.scores && row.every((cell) => cell.length > 0));
  if (cells === undefined || !isWhole) return undefined;
  const isScored = (name: string): boolean => cells.some((row) => row.some((cell) => cell.includes(name)));
  return {
    name: 'own',
    summary: '',
    scales: Object.fromEntries(scales) as RfmModel['scales'],
    segments: names.filter(isScored).map((name) => ({ name, meaning: '', action: '' })),
    cells,
  };
}

/** Names by recency, frequency and money. */
function isCells(value: unknown): value is RfmModel['cells'] {
  const isListOf = (list: unknown, is: (item: unknown) => boolean): boolean => Array.isArray(list) && list.every(is);
  return isListOf(value, (row) => isListOf(row, (cell) => isListOf(cell, (name) => typeof name === 'string')));
}

function scaleOf({ populationGaps: { p50, p75, p90 }, edges }: Membership): JsonObject {
  return { p50, p75, p90, edges: edges && { ...edges } };
}

/** What can change who moved. */
function decisiveOf(
  {
    movesSegmentation: segmentation,
    spreadsheetSafe,
    holdout,
    salt,
  }: Pick<Settings, 'movesSegmentation' | 'spreadsheetSafe' | 'holdout' | 'salt'>,
  before: Membership,
  after: Membership,
): JsonObject {
  const kept = holdout === undefined ? {} : { holdout, salt: salt ?? null };
  return { command: 'transitions', segmentation, spreadsheetSafe, ...kept, before: before.settingsHash, after: after.settingsHash };
}

/** What a rule said and says. */
function ruleNote({ segment, before, after }: ChangedRule, asked: string): string {
  const whose = segment === asked ? `The rule of ${segment}` : `The rule of ${segment}, which ${asked} looks at,`;
  return `${whose} changed: it was ${before ?? 'not there'}, and is ${after ?? 'not there'}. The cause of every move is called rule: who would have moved without that is not known.`;
}

/** Who was let in, and which files of people are others now. */
function peopleNotes(before: JsonObject, after: JsonObject): string[] {
  const conditions = (Array.isArray(after['where']) ? after['where'] : []).map((condition) => (condition as JsonObject | null)?.['text']);
  const filters = [
    ...conditions.flatMap((text) => (typeof text === 'string' ? [`--where ${text}`] : [])),
    ...['only', 'exclude'].flatMap((name) => (typeof after[name] === 'string' ? [`--${name}`] : [])),
  ];
  const others = FILES_OF_PEOPLE.filter((name) => before[name] !== after[name]).map((name) => `--${name}`);
  return [
    ...(filters.length === 0 ? [] : [`Both folders were made with ${filters.join(' ')}.`]),
    ...(others.length === 0
      ? []
      : [`The later folder was made with another file of ${others.join(' and ')}, so that some may have entered, left or moved by that.`]),
  ];
}

async function publish(
  io: CliIo,
  { database, progress, signal }: Session,
  folder: OutputFolder,
  {
    report,
    segments,
    settings,
    memberships: [before, after],
    started,
    key,
  }: {
    readonly report: TransitionsReport;
    readonly segments: readonly string[];
    readonly settings: Settings;
    readonly memberships: readonly [Membership, Membership];
    readonly started: number;
    readonly key: PseudonymKey | undefined;
  },
): Promise<number> {
  progress.step('writing files');
  const { spreadsheetSafe, holdout } = settings;
  const files = await withPseudonyms(database, key, ['moves'], () =>
    writeMoveFiles(database, folder, { segments, spreadsheetSafe, hasHoldout: holdout !== undefined }),
  );
  const manifest = {
    as_of: after.asOf,
    as_of_chosen: 'given' as const,
    timezone: after.timezone,
    settings: decisiveOf(settings, before, after),
    pseudonyms: key?.fingerprint ?? after.pseudonyms ?? undefined,
    population_gaps: after.populationGaps,
    edges: after.edges,
    inputs: [before, after].map(({ input: { name, size }, file: { sha256 } }) => ({ name, size, sha256 })),
    started,
  };
  return publishMoves(io, signal, folder, report, { files, manifest });
}
