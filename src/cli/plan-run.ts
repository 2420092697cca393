import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitionChanges, definitionsOf } from '../analysis/check/definitions.js';
import type { Warning } from '../analysis/classify/classify-result.js';
import type { Settings } from '../config/settings.js';
import { hashFile } from '../files/hash-file.js';
import { isContainer } from '../input/sources.js';
import type { Json, JsonObject } from '../membership/publish/canonical-json.js';
import { FILE_OPERATIONS } from '../membership/publish/file-operations.js';
import { readManifest } from '../membership/publish/manifest.js';
import { MANIFEST_NAME } from '../membership/publish/output-name.js';
import { lookAtSets } from '../state/published-sets.js';
import { retainedRuns } from '../state/retained-runs.js';
import type { ChangedSetting, LoadReason, PlannedDate, RunPlan } from '../state/run-plan.js';
import { lookAtState, type SeenState } from '../state/state-folder.js';
import { runIdOf, type StatePointer, type StateRun } from '../state/state-pointer.js';
import { checkKeptNames } from './check-kept-names.js';
import { checkTempDir } from './check-temp-dir.js';
import type { GivenCommand } from './command-line.js';
import { decidingKeys, decisiveSettings } from './decisive-settings.js';
import type { CliIo } from './io.js';
import { FIRST_EFFORT, type InputState, openInputState } from './nightly-inputs.js';
import { planFiles } from './planned-files.js';
import { readPseudonymKey } from './read-pseudonym-key.js';
import { parseReadingText, READING_NAME, type ReadingWords, readingWords } from './reading-words.js';
import { readHistory } from './run-history.js';
import { askedDays, findNight, keptSets, type Night, otherRuns, refuseOverlap } from './run-nightly.js';

const SUMMARY_NAME = 'summary.json';
/** Later than every as-of date. */
const AFTER_ALL = '9999-12-31';

/**
 * What the nightly job would do, found out without a trace: no folder, no lock, no file. Whoever runs meanwhile is told of in a warning.
 * Fails as the job would before it reads a file.
 */
export async function planRun(
  io: CliIo,
  settings: Settings,
  command: GivenCommand,
): Promise<{ readonly plan: RunPlan; readonly warnings: readonly Warning[] }> {
  checkKeptNames(settings);
  checkTempDir(settings.tempDir, settings.out, io.cwd);
  const days = askedDays(io, settings);
  const { warnings: keyWarnings } = readPseudonymKey(io, settings);
  const state = await lookAtState({ directory: settings.state, cwd: io.cwd, files: FILE_OPERATIONS });
  const sets = lookAtSets(settings.out, io.cwd, FILE_OPERATIONS);
  refuseOverlap(settings, state, sets, io.cwd);
  const night = await findNight(io, { ...settings, asOf: settings.asOf ?? days.at(-1) });
  const { found } = night;
  const inputs = await openInputState({ settings, command, state }, found, {
    ...night,
    effort: FIRST_EFFORT,
    now: io.now().getTime(),
  });
  const history = await readHistory(state, AFTER_ALL);
  const lastRun = state.pointer.runs.at(-1) ?? null;
  const changed = lastRun === null ? [] : await changedDefinitions(state, lastRun, settings, night);
  const reasons = reasonsOf(state.pointer, inputs);
  const isAsBefore = reasons.includes('nothing new') && changed?.length === 0;
  const dates = planDates(days, state.pointer, lastRun !== null && isAsBefore ? newestDay(state, lastRun) : null);
  const after = pointerAfter(state.pointer, dates, settings.retain);
  const published = state.pointer.runs.find(({ id }) => id === state.pointer.published);
  const plan: RunPlan = {
    state: settings.state,
    repairs: state.repairs,
    lastRun: lastRun && { id: lastRun.id, asOf: lastRun.asOf },
    files: planFiles({ found, ledger: state.pointer.inputs, inputs }),
    skippedFiles: night.skippedPaths.length,
    reasons,
    changedReading: inputs.isReadOtherwise ? changedReading(state, readingWords(settings, night, command)) : [],
    dates,
    changedDefinitions: changed,
    publish: {
      directory: settings.out,
      when: settings.publish,
      judgedBy: history.baseline.runs.length,
      limits: (settings.sizeLimit ?? []).map(({ text }) => text),
      current: published === undefined ? null : { id: published.id, asOf: published.asOf },
    },
    removed: {
      runs: state.pointer.runs.filter((run) => !after.runs.includes(run)).map(({ id }) => id),
      sets: sets.ids.filter((id) => !keptSets(after).includes(id)),
      files: inputs.seen.changed,
      leftovers: state.leftovers,
    },
  };
  return { plan, warnings: [...keyWarnings, ...runningWarning(state, settings), ...history.warnings] };
}

function runningWarning({ holder }: SeenState, { state }: Settings): Warning[] {
  if (holder === undefined) return [];
  const { pid, host } = holder;
  return [
    {
      code: 'run_going_on',
      message: `a run is going on in ${state} (process ${pid} on ${host}); the plan is of what had been recorded before it`,
    },
  ];
}

function reasonsOf({ runs }: StatePointer, { plan, seen, isReadOtherwise }: InputState): LoadReason[] {
  if (isReadOtherwise) return ['other settings of reading'];
  if (plan.fresh.length === 0) return ['nothing new'];
  if (runs.length === 0 && plan.kept.length === 0) return ['first run'];
  return [
    ...(seen.fresh.length === 0 ? [] : ['new files' as const]),
    ...(plan.fresh.length > seen.fresh.length ? ['damaged' as const] : []),
  ];
}

function planDates(
  days: readonly (string | undefined)[],
  { runs, sequence, published }: StatePointer,
  newestEvent: string | null,
): PlannedDate[] {
  let newest = runs.find(({ id }) => id === published)?.asOf;
  return days.map((given, index) => {
    const asOf = given ?? newestEvent;
    const isOlder = asOf !== null && newest !== undefined && newest > asOf;
    if (asOf !== null && !isOlder) newest = asOf;
    return {
      asOf,
      chosen: given === undefined ? 'newest event' : 'given',
      id: runIdOf(sequence + index + 1),
      replaces: runs.findLast((run) => run.asOf === asOf)?.id ?? null,
      isOlder,
    };
  });
}

/** The day that a run over the same events and definitions chose; null where another one may be chosen now. */
function newestDay(state: SeenState, { id, asOf }: StateRun): string | null {
  const [manifest, summary] = [MANIFEST_NAME, SUMMARY_NAME].map((name) => jsonOf(join(state.runDirectory(id), name)));
  const rows = isObject(summary) ? summary['rows'] : undefined;
  // Events that lay ahead of the clock then need not do so now.
  const isSettled = isObject(rows) && rows['after_as_of'] === 0;
  return isObject(manifest) && manifest['as_of_chosen'] === 'newest event' && isSettled ? asOf : null;
}

/** The history once every date has been made, and every check held. */
function pointerAfter(
  pointer: StatePointer,
  dates: readonly PlannedDate[],
  retain: Settings['retain'],
): Pick<StatePointer, 'runs' | 'published'> {
  let { runs, published }: Pick<StatePointer, 'runs' | 'published'> = pointer;
  for (const { asOf, id, isOlder } of dates) {
    if (!isOlder) published = id;
    const run: StateRun = {
      id,
      asOf: asOf ?? AFTER_ALL,
      at: '',
      verdict: 'holds',
      isPublished: !isOlder,
      settingsHash: '',
      users: 0,
      rows: 0,
    };
    runs = retainedRuns({ runs: [...otherRuns(runs, run.asOf, published), run], published }, retain);
  }
  return { runs, published };
}

/** Which settings of reading are others; undefined where the last run does not say what they were. */
function changedReading(state: SeenState, after: ReadingWords): readonly ChangedSetting[] | null {
  const last = state.pointer.runs.at(-1);
  const path = last && join(state.runDirectory(last.id), READING_NAME);
  const before = path !== undefined && existsSync(path) ? parseReadingText(readFileSync(path, 'utf8')) : undefined;
  if (before === undefined) return null;
  const changed = definitionChanges(before, after);
  return changed.length === 0 ? null : changed;
}

/** Definitions that the manifest of the last run has otherwise. Errors: those of `readManifest`, for `--freeze`. */
async function changedDefinitions(
  state: SeenState,
  last: StateRun,
  settings: Settings,
  { rfmModel, people }: Night,
): Promise<readonly ChangedSetting[] | null> {
  const before = settingsOfManifest(join(state.runDirectory(last.id), MANIFEST_NAME));
  if (before === undefined) return null;
  const frozen = settings.freeze === undefined ? undefined : readManifest(settings.freeze);
  const contents: Record<string, { readonly file: { readonly sha256: string } }> = {};
  for (const [flag, { path }] of Object.entries(people)) contents[flag] = { file: { sha256: await hashFile(path) } };
  const after = decisiveSettings('classify', settings, rfmModel, frozen, contents);
  // What is in an archive is known once it is unpacked.
  const packed = Object.entries(people).flatMap(([flag, { format }]) => (isContainer(format) ? [flag.slice('--'.length)] : []));
  const [was, is] = [before, after].map((one) => definitionsOf(bySegment(without(one, packed)), decidingKeys()));
  return definitionChanges(was ?? null, is ?? null);
}

function without(settings: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !keys.includes(key)));
}

function settingsOfManifest(path: string): JsonObject | undefined {
  const manifest = jsonOf(path);
  const settings = isObject(manifest) ? manifest['settings'] : undefined;
  return isObject(settings) ? settings : undefined;
}

function jsonOf(path: string): Json | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Json;
  } catch {
    return undefined;
  }
}

/** Own segments by their names, so that one that changed is told from the others. */
function bySegment(settings: JsonObject): JsonObject {
  const { segments } = settings;
  if (!Array.isArray(segments)) return settings;
  const named = segments.flatMap((one): [string, Json][] => (isObject(one) ? [[String(one['name']), one['rule'] ?? null]] : []));
  return { ...settings, segments: Object.fromEntries(named) };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
