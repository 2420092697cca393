import { type Dirent, existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail } from '../errors/segment-error.js';
import { hasErrorCode } from '../errors/system-error.js';
import type { JsonObject } from '../membership/publish/canonical-json.js';
import { readPublishedSet } from '../membership/publish/manifest.js';
import { LOCK_NAME, MANIFEST_NAME } from '../membership/publish/output-name.js';
import { ownerState, parseOwner } from '../membership/publish/run-owner.js';
import { DAYS_NAME } from './day-pieces.js';
import { INPUTS_NAME } from './event-store.js';
import { KEPT_RUN_NAME, type KeptRun, parseKeptRun } from './kept-run.js';
import { inOrderOfDate } from './retained-runs.js';
import { checkIsOurs, type FoundPointer, findPointer, POINTER_NAME, RUNS_NAME } from './state-folder.js';
import { EMPTY_POINTER, isRunId, type StatePointer, type StateRun } from './state-pointer.js';

/** A state folder as it is found: nothing is locked, changed or put right. */
export interface StateSurvey {
  /** Absolute, without links. */
  readonly directory: string;
  readonly found: FoundPointer;
  /** The pointer's file as it was read; undefined where there is none. */
  readonly pointerText: string | undefined;
  /** What counts; empty where nothing whole says. */
  readonly pointer: StatePointer;
  readonly lock: LockFacts | undefined;
  /** By as-of date. */
  readonly runs: readonly SurveyedRun[];
  /** Folders below `runs/`, `inputs/` and `days/` that the pointer does not name. */
  readonly orphans: readonly FoundFolder[];
  /** Files whose kept events are not there, as messages call them. */
  readonly missingInputs: readonly string[];
  readonly bytes: { readonly runs: number; readonly inputs: number; readonly days: number; readonly other: number };
}

export interface LockFacts {
  /** `unreadable`: nobody can tell whose it is. */
  readonly holder: 'alive' | 'dead' | 'elsewhere' | 'unreadable';
  readonly pid: number | null;
  readonly host: string | null;
}

export interface FoundFolder {
  /** From the state folder on. */
  readonly name: string;
  readonly bytes: number;
}

export interface SurveyedRun {
  readonly run: StateRun;
  readonly bytes: number;
  /** Why it cannot be used; null where nothing is missing. Checksums are not looked at. */
  readonly problem: string | null;
  readonly manifest: JsonObject;
  readonly summary: JsonObject;
  /** undefined where the run is of an earlier version, or damaged. */
  readonly kept: KeptRun | undefined;
}

const LOOKING = { readdir: entriesOf };

/** The state folder that a setting names, without links. Errors: `state-missing`, `state-not-ours`. */
export function stateDirectory(shown: string, cwd: string): string {
  const wanted = resolve(cwd, shown);
  if (statSync(wanted, { throwIfNoEntry: false })?.isDirectory() !== true) fail('state-missing', { directory: shown });
  const directory = realpathSync.native(wanted);
  checkIsOurs(LOOKING, directory, shown);
  return directory;
}

/** Looks at everything in a state folder but the checksums of what it keeps. Errors: those of `stateDirectory`, `state-newer`. */
export async function surveyState(shown: string, cwd: string): Promise<StateSurvey> {
  const directory = stateDirectory(shown, cwd);
  const pointerText = readText(join(directory, POINTER_NAME));
  const found = await findPointer(LOOKING, directory, shown);
  const pointer = 'pointer' in found ? found.pointer : EMPTY_POINTER;
  const runsDirectory = join(directory, RUNS_NAME);
  const inputsDirectory = join(directory, INPUTS_NAME);
  const known = new Set([
    ...pointer.runs.map(({ id }) => join(RUNS_NAME, id)),
    ...pointer.inputs.flatMap(({ folder, days }) => [join(INPUTS_NAME, folder), ...(days === null ? [] : [join(DAYS_NAME, days)])]),
  ]);
  const folders = [RUNS_NAME, INPUTS_NAME, DAYS_NAME].flatMap((part) =>
    LOOKING.readdir(join(directory, part)).map(({ name }) => ({ name: join(part, name), bytes: bytesOf(join(directory, part, name)) })),
  );
  const sum = (part: string): number =>
    folders.reduce((total, { name, bytes }) => total + (name.startsWith(`${part}/`) || name.startsWith(`${part}\\`) ? bytes : 0), 0);
  const bytes = { runs: sum(RUNS_NAME), inputs: sum(INPUTS_NAME), days: sum(DAYS_NAME) };
  return {
    directory,
    found,
    pointerText,
    pointer,
    lock: readLock(join(directory, LOCK_NAME)),
    runs: inOrderOfDate(pointer.runs).map((run) => surveyRun(join(runsDirectory, run.id), run)),
    // Where nothing says what counts, nothing is too much.
    orphans: 'pointer' in found ? folders.filter(({ name }) => !known.has(name)) : [],
    missingInputs: pointer.inputs.flatMap(({ name, folder }) => (existsSync(join(inputsDirectory, folder)) ? [] : [name])),
    bytes: { ...bytes, other: Math.max(0, bytesOf(directory) - bytes.runs - bytes.inputs - bytes.days) },
  };
}

function surveyRun(directory: string, run: StateRun): SurveyedRun {
  const set = readPublishedSet(directory);
  const missing = set.state === 'ours' ? set.outputs.filter(({ name }) => !existsSync(join(directory, name))) : [];
  const problem = !existsSync(directory)
    ? 'its folder is gone'
    : set.state !== 'ours'
      ? `it has no ${MANIFEST_NAME} of ours`
      : missing.length > 0
        ? `${missing.map(({ name }) => name).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`
        : null;
  return {
    run,
    bytes: bytesOf(directory),
    problem,
    manifest: readJson(join(directory, MANIFEST_NAME)),
    summary: readJson(join(directory, 'summary.json')),
    kept: parseKeptRun(readText(join(directory, KEPT_RUN_NAME)) ?? ''),
  };
}

/** Users by segmentation and segment, as a summary has them. */
export function sizesOfSummary({ segmentations }: JsonObject): Record<string, Record<string, number>> {
  const all = Object.entries(isObject(segmentations) ? segmentations : {});
  return Object.fromEntries(
    all.map(([name, segments]) => [
      name,
      Object.fromEntries(
        Object.entries(isObject(segments) ? segments : {}).flatMap(([segment, size]) => {
          const users = isObject(size) ? size['users'] : undefined;
          return typeof users === 'number' ? [[segment, users] as const] : [];
        }),
      ),
    ]),
  );
}

function readLock(path: string): LockFacts | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const text = stats.isFile() ? readText(path) : '';
  if (text === undefined) return undefined;
  const owner = parseOwner(text);
  if (owner === undefined) return { holder: 'unreadable', pid: null, host: null };
  return { holder: ownerState(owner), pid: owner.pid, host: owner.host };
}

/** Of everything below; links count as nothing. */
export function bytesOf(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.isFile() ? stats.size : 0;
  return LOOKING.readdir(path).reduce((sum, { name }) => sum + bytesOf(join(path, name)), 0);
}

/** Whether an entry of `sets/` or `runs/` is that of a run. */
export function runIdsIn(directory: string): string[] {
  return LOOKING.readdir(directory).flatMap((entry) => (entry.isDirectory() && isRunId(entry.name) ? [entry.name] : []));
}

/** Nothing where there is no such folder: a run may be putting away what is being looked at. */
function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return [];
    if (hasErrorCode(error, 'EACCES', 'EPERM')) fail('no-permission', { path }, { cause: error });
    throw error;
  }
}

function readJson(path: string): JsonObject {
  try {
    const value: unknown = JSON.parse(readText(path) ?? '');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
