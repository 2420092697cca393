import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hashFile } from '../files/hash-file.js';
import { canonicalJson, type Json, type JsonObject } from '../membership/publish/canonical-json.js';
import { readPublishedSet, settingsHash, verifyOutputs } from '../membership/publish/manifest.js';
import { MANIFEST_NAME } from '../membership/publish/output-name.js';
import { DAYS_NAME, findPiece } from './day-pieces.js';
import { areEventsWhole, findStored, INPUTS_NAME } from './event-store.js';
import { CURRENT_NAME, currentSet, LATEST_NAME, SETS_NAME } from './published-sets.js';
import type { StateProblem, StateVerification } from './runs-result.js';
import { POINTER_COPY_NAME, POINTER_NAME, RUNS_NAME } from './state-folder.js';
import { parsePointer, type StatePointer, type StateRun } from './state-pointer.js';
import { runIdsIn, type StateSurvey, surveyState } from './survey-state.js';

/** A run that goes on meanwhile changes what is being checked: then it is checked again. */
const TRIES = 3;

/** The folder of published sets, as the user named it. */
interface SetsPlace {
  readonly shown: string;
}

/**
 * Checks every checksum of a state folder and of the sets that its runs published: pointer, runs, kept events, sets, the link to the one that
 * counts. Nothing is changed. Errors: those of `surveyState`.
 */
export async function verifyState(shown: string, sets: SetsPlace, cwd: string): Promise<StateVerification> {
  for (let attempt = 1; ; attempt++) {
    const survey = await surveyState(shown, cwd);
    const found = await verifySurvey(survey, shown, sets, cwd);
    const isSteady = textOf(join(survey.directory, POINTER_NAME)) === survey.pointerText;
    if (found.problems.length === 0 || isSteady || attempt === TRIES) return found;
  }
}

async function verifySurvey(survey: StateSurvey, shown: string, sets: SetsPlace, cwd: string): Promise<StateVerification> {
  const { directory, found, pointer, orphans, lock } = survey;
  const checking = new Checking();
  if ('problem' in found) checking.note(POINTER_NAME, `${found.problem}, and no run that is whole says what it was`);
  else for (const repair of found.repairs) checking.note(POINTER_NAME, repair.slice(repair.indexOf(': ') + 2));
  // What a whole pointer does not name, no run needs; where it is damaged, a run after those that count may be damaged too.
  if ('problem' in found || found.repairs.length > 0) {
    for (const name of otherRunFolders(survey)) {
      const problems = await verifyOutputs(join(directory, name));
      if (problems === undefined) checking.note(name, `it has no ${MANIFEST_NAME} as this program writes it`);
      for (const { name: file, problem } of problems ?? []) checking.note(`${name}/${file}`, `it is ${problem}`);
    }
  }
  for (const run of pointer.runs) await verifyRun(checking, join(directory, RUNS_NAME, run.id), run);
  for (const input of pointer.inputs) {
    const name = `${INPUTS_NAME}/${input.folder}`;
    const stored = findStored(directory, input);
    if (stored === undefined || !(await areEventsWhole(stored)))
      checking.note(name, `the kept events of ${input.name} are ${existsSync(join(directory, name)) ? 'damaged' : 'gone'}`);
    else checking.count(stored.path);
  }
  for (const days of new Set(pointer.inputs.flatMap(({ days: name }) => name ?? []))) {
    const piece = await findPiece(directory, days);
    const name = `${DAYS_NAME}/${days}`;
    if (piece === undefined) checking.note(name, `the kept days are ${existsSync(join(directory, name)) ? 'damaged' : 'gone'}`);
    else for (const table of Object.keys(piece.tables)) checking.count(join(piece.directory, `${table}.parquet`));
  }
  const checkedSets = await verifySets(checking, pointer, sets, cwd);
  const isRunning = lock?.holder === 'alive' || lock?.holder === 'elsewhere';
  return {
    kind: 'verification',
    state: shown,
    checked: { runs: pointer.runs.length, inputs: pointer.inputs.length, sets: checkedSets, files: checking.files, bytes: checking.bytes },
    problems: checking.problems,
    notes: orphans.map(
      ({ name }) => `${name} is of no run of the history: ${isRunning ? 'a run may be writing it' : 'the next run removes it'}`,
    ),
  };
}

/** Folders of runs that do not count. */
function otherRunFolders({ directory, pointer }: StateSurvey): string[] {
  const known = new Set(pointer.runs.map(({ id }) => id));
  return runIdsIn(join(directory, RUNS_NAME)).flatMap((id) => (known.has(id) ? [] : [`${RUNS_NAME}/${id}`]));
}

class Checking {
  files = 0;
  bytes = 0;
  readonly problems: StateProblem[] = [];

  note(name: string, problem: string): void {
    this.problems.push({ name, problem });
  }

  count(path: string): void {
    this.files += 1;
    this.bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Compares a file with its checksum. */
  async file(path: string, name: string, sha256: string): Promise<void> {
    if (!existsSync(path)) return this.note(name, 'it is missing');
    this.count(path);
    if ((await hashFile(path)) !== sha256) this.note(name, 'it is not as it was written');
  }
}

async function verifyRun(checking: Checking, directory: string, run: StateRun): Promise<void> {
  const place = `${RUNS_NAME}/${run.id}`;
  const set = readPublishedSet(directory);
  if (set.state !== 'ours') {
    return checking.note(place, existsSync(directory) ? `it has no ${MANIFEST_NAME} as this program writes it` : 'it is gone');
  }
  for (const { name, sha256 } of set.outputs) await checking.file(join(directory, name), `${place}/${name}`, sha256);
  checking.count(join(directory, MANIFEST_NAME));
  const manifest = objectOf(join(directory, MANIFEST_NAME));
  const summary = objectOf(join(directory, 'summary.json'));
  // No checksum stands for the manifest: what it says has to agree with what others say.
  const contradictions: [string, boolean][] = [
    ['as_of', manifest['as_of'] === run.asOf && isEqual(manifest['as_of'], summary['as_of'])],
    ['settings_hash', settingsHash(isObject(manifest['settings']) ? manifest['settings'] : {}) === manifest['settings_hash']],
    ['timezone', isEqual(manifest['timezone'], summary['timezone'])],
    ['population_gaps', isEqual(manifest['population_gaps'], summary['population_gaps'])],
    ['edges', isEqual(manifest['edges'], summary['edges'])],
  ];
  for (const [key, agrees] of contradictions) {
    if (!agrees) checking.note(`${place}/${MANIFEST_NAME}`, `it says another ${key} than the rest of the run`);
  }
  if (summary['users'] !== run.users) checking.note(`${place}/summary.json`, `it says other users than ${POINTER_NAME}`);
  const copy = join(directory, POINTER_COPY_NAME);
  const parsed = existsSync(copy) ? parsePointer(readFileSync(copy, 'utf8'), copy) : undefined;
  if (parsed !== undefined && 'problem' in parsed) checking.note(`${place}/${POINTER_COPY_NAME}`, parsed.problem);
}

/** The sets that are there, and that the published one is the one that readers get; returns how many there are. */
async function verifySets(checking: Checking, { published, runs }: StatePointer, { shown }: SetsPlace, cwd: string): Promise<number> {
  const directory = resolve(cwd, shown);
  const current = currentSet(directory);
  const link = `${shown}/${CURRENT_NAME}`;
  if (published !== null && current !== published) {
    checking.note(
      link,
      current === undefined
        ? `it leads nowhere: run ${published} is the published one`
        : `it leads to run ${current}: ${published} is the published one`,
    );
  }
  const ids = runIdsIn(join(directory, SETS_NAME)).filter((id) => runs.some((run) => run.id === id && run.isPublished));
  for (const id of ids) {
    const place = `${shown}/${SETS_NAME}/${id}`;
    const set = readPublishedSet(join(directory, SETS_NAME, id));
    if (set.state !== 'ours') {
      checking.note(place, `it has no ${MANIFEST_NAME} as this program writes it`);
      continue;
    }
    for (const { name, sha256 } of set.outputs) await checking.file(join(directory, SETS_NAME, id, name), `${place}/${name}`, sha256);
    const latest = objectOf(join(directory, SETS_NAME, id, LATEST_NAME));
    const files = Array.isArray(latest['files']) ? (latest['files'] as readonly Json[]) : [];
    const manifest = files.find((file) => isObject(file) && file['name'] === MANIFEST_NAME);
    if (latest['run'] !== id || !isObject(manifest)) checking.note(`${place}/${LATEST_NAME}`, 'it is not as this program writes it');
    else await checking.file(join(directory, SETS_NAME, id, MANIFEST_NAME), `${place}/${MANIFEST_NAME}`, String(manifest['sha256']));
  }
  if (published !== null && !ids.includes(published))
    checking.note(`${shown}/${SETS_NAME}/${published}`, 'it is gone, and it is the published set');
  return ids.length;
}

function isEqual(left: Json | undefined, right: Json | undefined): boolean {
  return canonicalJson(left ?? null) === canonicalJson(right ?? null);
}

function objectOf(path: string): JsonObject {
  try {
    const value: unknown = JSON.parse(textOf(path) ?? '');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
