import { join } from 'node:path';
import type { MovesSince } from '../analysis/check/check-result.js';
import { definitionChanges, definitionsOf } from '../analysis/check/definitions.js';
import { movesSince, type SegmentationColumn } from '../analysis/check/moves-since.js';
import type { Definitions } from '../analysis/check/run-record.js';
import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { findInputFiles, type InputFile } from '../input/sources.js';
import { whileUnchanged } from '../input/unchanged-inputs.js';
import type { Json, JsonObject } from '../membership/publish/canonical-json.js';
import { type PublishedMembers, readPublishedMembers } from '../membership/publish/published-members.js';
import { type PublishedRun, pseudonymsOf } from '../membership/publish/published-run.js';
import { decidingKeys } from './decisive-settings.js';
import { FILES_OF_PEOPLE } from './different-settings.js';
import { loadMembers, prepareMembers } from './load-members.js';
import { refuseOtherPseudonyms } from './read-pseudonym-key.js';
import type { Session } from './session.js';

/** The members of an earlier run, before they are read. */
export interface EarlierMembers {
  readonly run: PublishedMembers;
  readonly file: InputFile;
}

/** A run by what it was made of. */
export interface MadeOf {
  /** ISO day. */
  readonly asOf: string;
  /** null where they are not known. */
  readonly definitions: Definitions | null;
  /** Checksums of the exports, without files about people; null where they are not known. */
  readonly exports: readonly string[] | null;
  /** The fingerprint of the key, where it has pseudonyms in place of ids; undefined where that is not known. */
  readonly pseudonyms: string | null | undefined;
}

/** The members of `--previous`. Errors: those of `readPublishedMembers`. */
export async function findEarlierMembers({ previous }: Settings, cwd: string): Promise<EarlierMembers | undefined> {
  if (previous === undefined) return undefined;
  const run = await readPublishedMembers(previous);
  return { run, file: await membersFileOf(run, cwd) };
}

/** The members file of an output folder. */
export async function membersFileOf({ directory, file: { name } }: PublishedMembers, cwd: string): Promise<InputFile> {
  const [file] = await findInputFiles([join(directory, name)], cwd);
  if (file === undefined) throw new Error(`no file ${name}`);
  return file;
}

/** What a published run was made of. */
export function madeOf({ asOf, settings, manifest }: PublishedRun): MadeOf {
  const inputs = listOf(manifest['inputs']).map(({ sha256 }) => String(sha256));
  return {
    asOf,
    definitions: definitionsOf(settings, decidingKeys()),
    exports: exportsOf(inputs, settings),
    pseudonyms: pseudonymsOf(manifest),
  };
}

/** The checksums of the exports among those of all inputs, in order. */
export function exportsOf(inputs: readonly string[], settings: JsonObject): string[] {
  const people = new Set(FILES_OF_PEOPLE.map((key) => settings[key]));
  return inputs.filter((sha256) => !people.has(sha256)).sort();
}

/**
 * Reads the earlier members as `members_before` and finds who is elsewhere in `members`. Errors: `previous-later`, those of
 * `loadMembers`, `input-changed`.
 */
export async function findMovesSince(
  session: Session,
  { run, file }: EarlierMembers,
  now: MadeOf,
  { segmentations, maxExpand }: { readonly segmentations: readonly SegmentationColumn[] } & Pick<Settings, 'maxExpand'>,
): Promise<MovesSince> {
  const { directory } = run;
  const before = madeOf(run);
  const { pseudonyms } = now;
  if (pseudonyms !== undefined) refuseOtherPseudonyms(run, { directory: 'the run that is checked', pseudonyms });
  if (before.asOf > now.asOf) fail('previous-later', { directory, previous: before.asOf, asOf: now.asOf });
  session.progress.step('comparing members');
  const columns = await whileUnchanged([file], async () => {
    const members = await prepareMembers(session, file, { maxExpand });
    await loadMembers(session, 'members_before', members, { isSpreadsheetSafe: run.settings['spreadsheet_safe'] === true });
    return members.columns;
  });
  const changes = definitionChanges(before.definitions, now.definitions);
  const by = differenceOf(before, now, changes.length > 0);
  return {
    directory,
    asOf: before.asOf,
    by,
    definitionChanges: changes,
    segmentations: await movesSince(
      session.database,
      segmentations.filter(({ column }) => columns.has(column)),
      { hasSamples: by === 'definitions' || by === 'nothing' },
    ),
  };
}

function differenceOf(before: MadeOf, now: MadeOf, hasOtherDefinitions: boolean): MovesSince['by'] {
  if (before.asOf < now.asOf) return 'time';
  if (before.exports === null || now.exports === null) return 'unknown';
  if (before.exports.join() !== now.exports.join()) return 'data';
  return hasOtherDefinitions ? 'definitions' : 'nothing';
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? (value.filter((one) => typeof one === 'object' && one !== null) as JsonObject[]) : [];
}
