import { join } from 'node:path';
import type { Baseline } from '../analysis/check/baseline.js';
import { baselineText } from '../analysis/check/baseline-file.js';
import { definitionsOf } from '../analysis/check/definitions.js';
import { eventTotals } from '../analysis/check/event-totals.js';
import { recordOfResult } from '../analysis/check/run-record.js';
import type { Warning } from '../analysis/classify/classify-result.js';
import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { CONTAINER, findInputs, type InputFile } from '../input/sources.js';
import type { PseudonymKey } from '../membership/pseudonyms.js';
import { checkOverlap } from '../membership/publish/check-overlap.js';
import { FILE_OPERATIONS, type FileOperations } from '../membership/publish/file-operations.js';
import { settingsHash } from '../membership/publish/manifest.js';
import { publishedPseudonyms } from '../membership/publish/published-run.js';
import { formatCount, formatCounted } from '../report/format.js';
import { RUN_REPORTERS } from '../report/reporters/index.js';
import { reportLine } from '../report/run/run-words.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { addHistory } from '../state/add-history.js';
import { countChanges, countSegmentChanges } from '../state/count-changes.js';
import { KEPT_RUN_NAME, type KeptRun, keptRunText } from '../state/kept-run.js';
import { loadEarlier } from '../state/load-earlier.js';
import { CURRENT_NAME, openPublishedSets, type PublishedSets, SETS_NAME } from '../state/published-sets.js';
import { retainedRuns } from '../state/retained-runs.js';
import type { RunReport, RunResult } from '../state/run-result.js';
import { openStateFolder, POINTER_COPY_NAME, type StateFolder } from '../state/state-folder.js';
import { pointerText, runIdOf, type StatePointer, type StateRun } from '../state/state-pointer.js';
import { dayOfIso, isoOfDay } from '../time/day.js';
import { dayInZone } from '../time/zone-offsets.js';
import { CheckFailed } from './check-failed.js';
import { checkKeptNames } from './check-kept-names.js';
import { addedTo, judge } from './check-sizes.js';
import { checkTempDir } from './check-temp-dir.js';
import { classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { decidingKeys, decisiveSettings } from './decisive-settings.js';
import { eventsNeeds } from './events-needs.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { keptSettings } from './kept-settings.js';
import { loadRfmModel } from './load-rfm-model.js';
import {
  type Effort,
  EventsMissing,
  FIRST_EFFORT,
  loadNight,
  type Nightly,
  openInputState,
  ReadingDiffers,
  withoutOldEvents,
} from './nightly-inputs.js';
import { checkOverlaps, ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles, type PeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { changedSegmentations, publishSet, recordRun } from './publish-run.js';
import { readPseudonymKey } from './read-pseudonym-key.js';
import { READING_NAME, readingText } from './reading-words.js';
import { suppressFiles } from './run-exports.js';
import { BASELINE_NAME, readHistory } from './run-history.js';
import { failureOfRun, type RunLog, startRunLog } from './run-log.js';
import { noticesOf } from './run-notices.js';
import { withSession } from './session.js';
import { sinceDay } from './since.js';
import { ToldFailure } from './told-failure.js';
import { findUsersColumns, type UsersColumns } from './users-columns.js';

/** Sets that stay besides the newest: somebody may be reading the one before. */
const KEPT_SETS = 2;
const MS = 1000;
/** Runs of one date that are less apart are one night's. */
const SAME_NIGHT_MS = 12 * 3600 * MS;

export interface Job {
  readonly io: CliIo;
  readonly settings: Settings;
  readonly command: GivenCommand;
  readonly state: StateFolder;
  readonly sets: PublishedSets;
  readonly files: FileOperations;
  readonly log: RunLog;
  /** Turns ids into pseudonyms where readers get them. */
  readonly pseudonymKey: PseudonymKey | undefined;
}

/**
 * The nightly job: under the lock of the state folder, classifies the inputs, judges the sizes by the history, publishes a complete set and
 * records the run. Fails with `CheckFailed` when the newest run is off, and as classify and the state folder do; with a log, which then has
 * said why, with `ToldFailure`.
 */
export async function runNightly(
  io: CliIo,
  settings: Settings,
  command: GivenCommand,
  files: FileOperations = FILE_OPERATIONS,
): Promise<void> {
  const log = startRunLog(io, settings);
  const abort = new AbortController();
  // From here on a signal must not end the process before the locks and staging folders are gone.
  const offInterrupt = io.onInterrupt(() => abort.abort(new Error('interrupted')));
  const notices = noticesOf(io, settings, command, files, log);
  try {
    notices.begin();
    // The log says what is done: a line of progress would stand between its lines.
    const quiet: Settings = log.isOn ? { ...settings, progress: 'none', verbose: false } : settings;
    const report = await makeRuns({ io, settings: quiet, command, files, log }, { signal: abort.signal, onPointer: notices.see });
    const last = report.runs.at(-1);
    const isOff = last?.check.verdict === 'regressed' && last.accepted === null;
    show(io, settings, report);
    if (io.interruptedBy() !== undefined) throw new Error('interrupted');
    await notices.write(report, null);
    const summary = { message: reportLine(report), rows: last?.rows.total ?? 0 };
    if (!isOff) return log.finish(summary.message, summary.rows);
    const failure = new CheckFailed();
    log.fail(failureOfRun(failure, io), summary);
    throw log.isOn ? new ToldFailure(failureOfRun(failure, io).exitCode) : failure;
  } catch (error) {
    if (error instanceof CheckFailed || error instanceof ToldFailure) throw error;
    const failure = failureOfRun(error, io);
    await notices.write(null, failure);
    if (!log.isOn) throw error;
    log.fail(failure);
    throw new ToldFailure(failure.exitCode);
  } finally {
    offInterrupt();
  }
}

type JobStart = Pick<Job, 'io' | 'settings' | 'command' | 'files' | 'log'>;

/** Makes the runs that were asked for, with both folders locked meanwhile. */
async function makeRuns(
  { io, settings, command, files, log }: JobStart,
  { signal, onPointer }: { readonly signal: AbortSignal; readonly onPointer: (pointer: StatePointer) => void },
): Promise<RunReport> {
  checkKeptNames(settings);
  checkTempDir(settings.tempDir, settings.out, io.cwd);
  const days = askedDays(io, settings);
  const { key: pseudonymKey, warnings } = readPseudonymKey(io, settings);
  let state: StateFolder | undefined;
  let sets: PublishedSets | undefined;
  try {
    state = await openStateFolder({
      directory: settings.state,
      cwd: io.cwd,
      waitMs: settings.wait * MS,
      files,
      signal,
    });
    sets = await openPublishedSets(settings.out, io.cwd, files, settings.mode);
    refuseOverlap(settings, state, sets, io.cwd);
    settle(state, sets);
    log.describe(`${settings.state} and ${settings.out} are locked`);
    log.warn(state.repairs.map((message) => ({ code: 'repaired', message })));
    const keyWarnings = [...warnings, ...otherPseudonyms(sets, pseudonymKey, settings.out)];
    if (log.isOn) log.warn(keyWarnings);
    else io.stderr.write(presentWarnings(keyWarnings));
    const runs: RunResult[] = [];
    for (const asOf of days)
      runs.push(
        await runOnce({
          io,
          settings: asOf === undefined ? settings : { ...settings, asOf },
          command,
          state,
          sets,
          files,
          log,
          pseudonymKey,
        }),
      );
    log.enter('prune');
    log.describe('sets and files that no run needs are removed');
    return { state: settings.state, repairs: state.repairs, runs };
  } finally {
    if (state !== undefined) onPointer(state.pointer);
    if (state !== undefined && sets !== undefined) tidy(state, sets);
    sets?.close();
    state?.close();
  }
}

/** That readers will find none of the ids of before, where the key of pseudonyms is another one. */
function otherPseudonyms(sets: PublishedSets, key: PseudonymKey | undefined, out: string): Warning[] {
  const current = sets.current();
  const before = current === undefined ? undefined : publishedPseudonyms(sets.setDirectory(current));
  const after = key?.fingerprint ?? null;
  if (before === undefined || before === after) return [];
  const words = (fingerprint: string | null): string => (fingerprint === null ? 'no pseudonyms' : `pseudonyms of the key ${fingerprint}`);
  return [
    {
      code: 'other_pseudonyms',
      message: `the ids in ${out}/${CURRENT_NAME} are ${words(before)}, those of this run ${words(after)}: readers find nobody again by an id`,
    },
  ];
}

/** Removes what no run of the history needs; what cannot be removed now is removed by the next run. */
function tidy(state: StateFolder, sets: PublishedSets): void {
  try {
    sets.keepOnly(keptSets(state.pointer));
    state.removeOthers();
  } catch {
    // The published set is whole without it.
  }
}

/** Inputs and what the job writes have to lie apart. Errors: `output-inside-input`, `input-inside-output`. */
export function refuseOverlap(
  { inputs, out, state: shown }: Settings,
  state: Pick<StateFolder, 'directory'>,
  sets: Pick<PublishedSets, 'directory'>,
  cwd: string,
): void {
  checkOverlap({
    directory: sets.directory,
    shown: out,
    flag: '--out',
    inputPaths: inputs,
    names: [`${SETS_NAME}/${runIdOf(1)}/members.csv`],
    cwd,
  });
  checkOverlap({
    directory: state.directory,
    shown,
    flag: '--state',
    inputPaths: inputs,
    names: ['runs/000001/members.parquet'],
    cwd,
  });
}

/** The as-of dates to run for; undefined: the newest plausible one. */
export function askedDays(io: CliIo, { runFrom, runTo, timezone }: Settings): readonly (string | undefined)[] {
  if (runFrom === undefined) return runTo === undefined ? [undefined] : fail('run-to-without-from', { to: runTo });
  const first = dayOfIso(runFrom) ?? 0;
  const last = runTo === undefined ? dayInZone(io.now(), timezone) - 1 : (dayOfIso(runTo) ?? 0);
  if (last < first) fail('run-dates-reversed', { from: runFrom, to: isoOfDay(last) });
  return Array.from({ length: last - first + 1 }, (_, index) => isoOfDay(first + index));
}

/** Finishes what a run that broke off had decided: its set is the one that readers get. */
function settle({ pointer }: StateFolder, sets: PublishedSets): void {
  const { published } = pointer;
  if (published !== null && sets.current() !== published && sets.hasSet(published)) sets.switchTo(published);
  sets.keepOnly(keptSets(pointer));
}

/** Whose sets stay: the newest two that were published, and the one that readers get. */
export function keptSets({ published, runs }: Pick<StatePointer, 'published' | 'runs'>): string[] {
  const publishedRuns = runs.filter(({ isPublished }) => isPublished).map(({ id }) => id);
  return [...publishedRuns.slice(-KEPT_SETS), ...(published === null ? [] : [published])];
}

/** One run; where files that are new cannot be read on with those that are known, all of them are loaded together. */
async function runOnce(job: Job): Promise<RunResult> {
  const { io, settings, log, state } = job;
  log.enter('find');
  log.nameRun(runIdOf(state.pointer.sequence + 1));
  const night = await findNight(io, settings);
  for (let effort = FIRST_EFFORT; ; ) {
    try {
      return await attempt(job, night, effort);
    } catch (error) {
      if (error instanceof ReadingDiffers && !effort.loadsAll) effort = { ...effort, loadsAll: true };
      else if (error instanceof EventsMissing && error.folders.some((folder) => !effort.loads.has(folder)))
        effort = { ...effort, loads: new Set([...effort.loads, ...error.folders]) };
      else throw error;
    }
  }
}

/** What a run has to do with, before anything is read: its rules and files. Errors: those of `findInputs`, `run-stdin`, and of rules. */
export async function findNight(io: CliIo, settings: Settings): Promise<Night> {
  const { cwd } = io;
  const rfmModel = loadRfmModel(settings.rfm, cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  checkOverlaps(settings, definitions);
  const { files: found, skippedPaths } = await findInputs(settings.inputs, cwd, sinceDay(settings));
  if (found.some(({ format }) => format === CONTAINER.stdin)) fail('run-stdin', {});
  // Who is left out of audiences counts all the same.
  const people = await findPeopleFiles({ ...settings, suppress: undefined }, cwd);
  const usersColumns = await findUsersColumns(io, settings, definitions, people);
  return { rfmModel, definitions, found, skippedPaths, people, usersColumns };
}

export interface Night {
  readonly rfmModel: RfmModel;
  readonly definitions: readonly SegmentDefinition[];
  readonly found: readonly InputFile[];
  /** Of files in folders of days before those that count. */
  readonly skippedPaths: readonly string[];
  readonly people: PeopleFiles;
  readonly usersColumns: UsersColumns | undefined;
}

async function attempt(job: Job, made: Night, effort: Effort): Promise<RunResult> {
  const { rfmModel, definitions, found, skippedPaths, people } = made;
  const { io, settings, command, state, sets, log } = job;
  const started = io.now().getTime();
  const inputs = await openInputState(job, found, {
    ...made,
    effort,
    now: started,
  });
  const { fresh, kept, gone } = inputs.plan;
  const goneWords = gone.length === 0 ? '' : `, ${formatCount(gone.length)} no longer there`;
  const findWords = `${formatCounted(fresh.length, 'file')} to load, ${formatCount(kept.length)} known${goneWords}`;
  log.describe(findWords);
  log.enter('load');
  const outputParents = [state.directory, join(sets.directory, SETS_NAME)];
  const members = await suppressFiles(settings, io.cwd);
  return withSession(io, settings, { inputs: inputs.plan.fresh, people, members, output: undefined, outputParents }, async (session) => {
    let night: Nightly | undefined;
    const classification = await classifyFiles(io, session, {
      settings,
      rfmModel,
      definitions,
      keepDays: true,
      hasProof: settings.proof,
      hasOverlaps: settings.overlaps,
      command,
      skippedFiles: skippedPaths.length,
      hidesIds: job.pseudonymKey !== undefined,
      load: async (prepared) => {
        night = await loadNight(job, session, inputs, {
          definitions,
          prepared,
          now: started,
        });
        log.describe(
          `${formatCounted(fresh.length, 'file')} loaded, ${formatCounted(night.ledger.length, 'file')} in all`,
          night.loaded.records,
        );
        log.enter('classify');
        return night;
      },
    });
    if (night === undefined) throw new Error('the files were not loaded');
    const { ledger } = night;
    const { result } = classification;
    log.describe(`${formatCounted(result.users, 'user')} as of ${result.asOf}`, result.rows.used);
    log.enter('check');
    log.warn(result.warnings);
    session.progress.step('counting events');
    const { database } = session;
    const events = await eventTotals(database, classification.usedNames);
    const decisive = decisiveSettings('classify', settings, rfmModel, classification.frozen, classification.people.prepared);
    const record = recordOfResult(result, definitionsOf(decisive, decidingKeys()), events);
    const history = await readHistory(state, result.asOf);
    log.warn(history.warnings);
    const judgedBy = judgedRuns(history.baseline, state.pointer.runs, result.asOf, started);
    const check = judge(
      io,
      settings,
      {
        run: record,
        isDateGiven: result.asOfChosen === 'given',
        timezone: result.timezone,
      },
      judgedBy,
    );
    const { added, next: nextBaseline } = addedTo(history.baseline, record, check, { update: true, accept: settings.accept });
    const isAccepted = added === 'accepted';
    log.find(check.findings, isAccepted);
    log.describe(`${isAccepted ? 'accepted' : check.verdict}, ${formatCounted(check.findings.length, 'number')} compared`);
    log.enter('publish');
    const isOff = check.verdict === 'regressed' && !isAccepted;
    const held = whyHeld(state.pointer, isOff, result.asOf, settings);
    const sequence = state.pointer.sequence + 1;
    const id = runIdOf(sequence);
    const needs = eventsNeeds(settings, definitions, people);
    const run: StateRun = {
      id,
      asOf: result.asOf,
      at: new Date(started).toISOString(),
      verdict: check.verdict,
      isPublished: held === null,
      settingsHash: settingsHash(decisive),
      users: result.users,
      rows: result.rows.used,
    };
    const published = held === null ? id : state.pointer.published;
    const runs = [...otherRuns(state.pointer.runs, result.asOf, published), run];
    const lighter = isOff ? { inputs: ledger, reading: [] } : withoutOldEvents(ledger, classification.userDays.asOfDay, settings, needs);
    const nightWarnings = [...night.warnings, ...keptEventsWarning(lighter.reading, settings)];
    log.warn(nightWarnings);
    const pointer: StatePointer = {
      sequence,
      published,
      runs: isOff ? runs : retainedRuns({ runs, published }, settings.retain),
      reading: inputs.reading,
      valueRule: result.asOfChosen === 'given' ? state.pointer.valueRule : classification.userDays.shape.valueRule,
      inputs: lighter.inputs,
    };
    const earlierColumns =
      history.earlier && (await loadEarlier(database, join(history.earlier.members.directory, history.earlier.members.file.name)));
    await addHistory(database, {
      asOf: result.asOf,
      hasEarlier: earlierColumns !== undefined,
    });
    const making = { ...job, session, classification, started, run };
    const changed = changedSegmentations(rfmModel, definitions);
    const set = held === null ? await publishSet(making, record, changed, earlierColumns) : null;
    const files = set?.files ?? null;
    const oddAudiences = set?.warnings ?? [];
    log.warn(oddAudiences);
    log.describe(files === null ? `held: ${held}` : `${formatCounted(files, 'file')} written, nobody reads them yet`);
    log.enter('record');
    const kept: KeptRun = {
      held,
      accepted: isAccepted ? (settings.accept ?? null) : null,
      rows: { total: result.rows.total, used: result.rows.used },
      inputs: {
        all: ledger.length - inputs.plan.skipped.length,
        loaded: inputs.plan.fresh.length,
        gone: inputs.plan.gone.length,
        skipped: skippedPaths.length,
      },
      check,
      changes: history.earlier
        ? { since: history.earlier.run.id, sinceAsOf: history.earlier.run.asOf, ...(await countChanges(database)) }
        : null,
      settings: keptSettings({ settings, definitions, rfmModel }, io.cwd),
    };
    await recordRun(making, {
      [KEPT_RUN_NAME]: keptRunText(kept),
      [BASELINE_NAME]: baselineText(nextBaseline),
      [POINTER_COPY_NAME]: pointerText(pointer),
      [READING_NAME]: readingText(settings, made, command),
    });
    await state.commit(pointer);
    if (files !== null) sets.switchTo(id);
    log.describe(published === null ? 'recorded, nothing is published' : `recorded, ${settings.out}/current is run ${published}`);
    session.progress.finish(result.rows.total);
    if (!log.isOn) io.stderr.write(presentWarnings([...nightWarnings, ...history.warnings, ...result.warnings, ...oddAudiences]));
    return {
      ...kept,
      id,
      asOf: result.asOf,
      users: result.users,
      published: files === null ? null : { directory: settings.out, files },
      segments: settings.notifyFile === undefined ? [] : await countSegmentChanges(database, changed, earlierColumns),
      loadedFiles: inputs.plan.fresh.map(({ name }) => name),
      warnings: [...nightWarnings, ...history.warnings, ...result.warnings, ...oddAudiences],
      seconds: (io.now().getTime() - started) / MS,
    };
  });
}

/** Why events stay that `retain` would let go. */
function keptEventsWarning(reading: readonly string[], { retain }: Settings): Warning[] {
  if (reading.length === 0) return [];
  const message = `events older than raw_days (${retain.raw_days}) stay, as ${reading.join(', ')} ${reading.length === 1 ? 'reads' : 'read'} them`;
  return [{ code: 'raw_days_kept', message }];
}

/** Runs of other dates say what is usual; one of the same date that is hours old tells that nothing newer came since, and one made just now does not. */
function judgedRuns(baseline: Baseline, runs: readonly StateRun[], asOf: string, now: number): Baseline {
  const made = runs.filter((run) => run.asOf === asOf).map(({ at }) => now - Date.parse(at));
  const isOld = made.some((age) => age > SAME_NIGHT_MS);
  return {
    ...baseline,
    runs: baseline.runs.filter((run) => run.asOf < asOf || (run.asOf === asOf && isOld)),
  };
}

/** Why the set of an earlier run stays the one that readers get. */
function whyHeld({ runs, published }: StatePointer, isOff: boolean, asOf: string, { publish }: Settings): RunResult['held'] {
  if (isOff && publish === 'unless-failed') return 'check failed';
  const newest = runs.find(({ id }) => id === published);
  return newest !== undefined && newest.asOf > asOf ? 'older than the published one' : null;
}

/** The history without runs of a date that a newer one takes the place of; the published one stays. */
export function otherRuns(runs: readonly StateRun[], asOf: string, published: string | null): StateRun[] {
  return runs.filter((run) => run.asOf !== asOf || run.id === published);
}

function show(io: CliIo, settings: Settings, report: RunReport): void {
  const options = {
    width: reportWidth(io.stdout),
    colorLevel: resolveColor(io.stdout, settings, io.env),
    isUnicode: isUnicode(io.env),
  };
  if (settings.json) io.stdout.write(RUN_REPORTERS.json.render(report, options));
  else if (!settings.quiet && settings.log === 'none') io.stdout.write(RUN_REPORTERS.terminal.render(report, options));
}
