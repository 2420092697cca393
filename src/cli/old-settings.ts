import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../config/settings.js';
import { hashFile } from '../files/hash-file.js';
import { findInputFiles, type InputFile } from '../input/sources.js';
import { canonicalJson, type Json, type JsonObject } from '../membership/publish/canonical-json.js';
import { MANIFEST_FORMAT } from '../membership/publish/manifest.js';
import { areEventsWhole, findStored, type KeptInput } from '../state/event-store.js';
import type { KeptRun } from '../state/kept-run.js';
import type { StatePointer, StoredInput } from '../state/state-pointer.js';
import type { GivenCommand } from './command-line.js';
import { type MadeBy, madeBy } from './kept-settings.js';
import { readingOptions } from './nightly-inputs.js';
import { findPeopleFiles, type PeopleFiles } from './people-files.js';
import { ruleRequests } from './rule-settings.js';

/** How the settings of one run are run on the data of another. */
export interface OldOnNew {
  readonly old: MadeBy;
  readonly people: PeopleFiles;
  /** What the state keeps of the later run's files; undefined where the files themselves have to be read, as the earlier run read them otherwise. */
  readonly kept: { readonly inputs: readonly StoredInput[]; readonly stored: ReadonlyMap<string, KeptInput> } | undefined;
  /** The files themselves where they have to be read. */
  readonly files: readonly InputFile[];
}

/** Two runs, and what is known of their making. */
export interface RunsToCompare {
  readonly stateDirectory: string;
  readonly cwd: string;
  readonly command: GivenCommand;
  /** As segment run has them now, for what decides nothing. */
  readonly base: Settings;
  readonly before: { readonly id: string; readonly kept: KeptRun | undefined; readonly settings: JsonObject };
  readonly after: { readonly id: string; readonly asOf: string; readonly kept: KeptRun | undefined; readonly settings: JsonObject };
  /** The pointer as the later run left it, with where days are kept by now. */
  readonly ledger: Pick<StatePointer, 'inputs'> | undefined;
}

/** Whatever the earlier bound was: what is read was read already. */
const ANY_REJECTS = { maxRejects: { kind: 'percent', percent: 100 }, strict: false, rejects: undefined } as const;

/** How the settings of the earlier run can be run on the data of the later one, or why they cannot. Errors: those of `findPeopleFiles`. */
export async function oldOnNew(runs: RunsToCompare): Promise<OldOnNew | { readonly untold: string }> {
  const { before, after, ledger, base, cwd, command } = runs;
  const silent = before.kept === undefined ? before : after;
  if (before.kept === undefined || after.kept === undefined || ledger === undefined)
    return { untold: `run ${silent.id} does not say by which settings it can be made again` };
  const [old, recent] = [madeBy(before.kept.settings, base), madeBy(after.kept.settings, base)];
  if (old === undefined || recent === undefined)
    return { untold: `this version cannot read the settings of run ${(old === undefined ? before : after).id}` };
  const { keep, by } = recent.settings;
  const settings: Settings = {
    ...old.settings,
    ...ANY_REJECTS,
    keep,
    by,
    users: newerFile(old.settings.users, recent.settings.users),
    identity: newerFile(old.settings.identity, recent.settings.identity),
    asOf: after.asOf,
  };
  const people = await peopleFiles(settings, recent.settings, runs);
  if ('untold' in people) return people;
  const made = { ...old, settings };
  const alike = { definitions: [], people: people.files, usersColumns: undefined };
  const readingOf = (one: MadeBy): string =>
    canonicalJson(JSON.parse(JSON.stringify([readingOptions(one.settings, alike, command), one.settings.dedupDays])) as Json);
  const isReadAlike = readingOf(made) === readingOf(recent) && areAmong(made, recent);
  if (!isReadAlike) {
    const files = await sameFiles(ledger.inputs, cwd);
    return files === undefined
      ? { untold: 'files are read otherwise since, and not all of them are there any more as they were' }
      : { old: made, people: people.files, kept: undefined, files };
  }
  const stored = new Map<string, KeptInput>();
  for (const input of ledger.inputs) {
    const file = findStored(runs.stateDirectory, { folder: input.folder, hasEvents: true });
    if (file === undefined || !(await areEventsWhole(file)))
      return { untold: `the data of run ${after.id} are not kept any more: ${input.name} was replaced or removed since, or is damaged` };
    stored.set(input.folder, file);
  }
  return { old: made, people: people.files, kept: { inputs: ledger.inputs, stored }, files: [] };
}

/** Whether all columns that the rules of one look at were read for the rules of the other. */
function areAmong(old: MadeBy, recent: MadeBy): boolean {
  const [asked, read] = [ruleRequests(old.definitions), ruleRequests(recent.definitions)];
  return (['ofEvents', 'ofUsers'] as const).every((of) => asked[of].every(({ name }) => read[of].some((one) => one.name === name)));
}

/** What stands in such a file is data; whether there is one is a setting. */
function newerFile(old: string | undefined, recent: string | undefined): string | undefined {
  return old === undefined ? undefined : (recent ?? old);
}

/** The files of people, where they are as the run had them whose they are. */
async function peopleFiles(
  settings: Settings,
  recent: Settings,
  { cwd, before, after }: RunsToCompare,
): Promise<{ readonly files: PeopleFiles } | { readonly untold: string }> {
  const wanted: [string, string | undefined, Json | undefined][] = [
    ['--users', settings.users, (recent.users === undefined ? before : after).settings['users']],
    ['--identity', settings.identity, (recent.identity === undefined ? before : after).settings['identity']],
    ['--only', settings.only, before.settings['only']],
    ['--exclude', settings.exclude, before.settings['exclude']],
  ];
  for (const [flag, path, sha256] of wanted) {
    if (path !== undefined && (!existsSync(path) || (await hashFile(path)) !== sha256))
      return { untold: `the file of ${flag} (${path}) is not there any more as it was` };
  }
  return { files: await findPeopleFiles(settings, cwd) };
}

/** The files of a ledger where all of them are there with the same content. */
async function sameFiles(inputs: readonly StoredInput[], cwd: string): Promise<readonly InputFile[] | undefined> {
  const contents = new Map(inputs.map(({ path, sha256 }) => [path, sha256]));
  for (const [path, sha256] of contents) if (!existsSync(path) || (await hashFile(path)) !== sha256) return undefined;
  return findInputFiles([...contents.keys()], cwd);
}

/** A manifest with the gaps and edges that a run froze, in a folder of this command; undefined where it froze none. */
export function frozenManifest({ frozen }: JsonObject, directory: string): string | undefined {
  if (typeof frozen !== 'object' || frozen === null) return undefined;
  const { populationGaps, edges } = frozen as JsonObject;
  const path = join(directory, 'frozen.json');
  writeFileSync(path, JSON.stringify({ format_version: MANIFEST_FORMAT, settings_hash: '', population_gaps: populationGaps, edges }));
  return path;
}
