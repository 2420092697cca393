import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { flagOf, type OptionName, optionOf, optionsOf } from '../config/options.js';
import { fail } from '../errors/segment-error.js';
import { readPublishedSet } from '../membership/publish/manifest.js';
import { MANIFEST_NAME } from '../membership/publish/output-name.js';

/** What is checked where it is no export. */
export type CheckedPlace =
  /** The output folder of a run, as it was named. */
  | { readonly kind: 'folder'; readonly directory: string }
  /** A members file, or a summary, without the manifest of its run. */
  | { readonly kind: 'members' | 'summary'; readonly path: string };

const SUMMARY = /^summary\.json(\.gz)?$/;
const MEMBERS = /^members\.(csv|parquet|arrow|jsonl)(\.gz|\.zst)?$/;

/**
 * What is meant by what was named: an output folder, also by its summary, manifest or members, or one of these files alone; undefined where
 * exports are meant. `typed` are the options of the command line. Errors: `checked-with-others`, `checked-run-settings`.
 */
export function checkedPlace(inputs: readonly string[], typed: readonly OptionName[], cwd: string): CheckedPlace | undefined {
  const places = inputs.map((input) => placeOf(input, cwd));
  const place = places.find((one) => one !== undefined);
  if (place === undefined) return undefined;
  const named = place.kind === 'folder' ? place.directory : place.path;
  if (inputs.length > 1) fail('checked-with-others', { directory: named, files: inputs.length });
  refuseSettings(named, typed, place.kind === 'members' ? ['asOf'] : []);
  return place;
}

/** A run had settings of its own. Error: `checked-run-settings`. */
export function refuseSettings(named: string, typed: readonly OptionName[], allowed: readonly OptionName[]): void {
  const ofClassify = optionsOf('classify');
  const options = typed.filter(
    (name) =>
      name !== 'inputs' && !allowed.includes(name) && ofClassify.includes(name) && ['read', 'decide'].includes(optionOf(name).group),
  );
  if (options.length > 0) fail('checked-run-settings', { directory: named, options: options.map(flagOf) });
}

function placeOf(input: string, cwd: string): CheckedPlace | undefined {
  const path = resolve(cwd, input);
  if (existsSync(join(path, MANIFEST_NAME))) return { kind: 'folder', directory: input };
  if (!existsSync(path)) return undefined;
  const name = basename(input);
  const directory = dirname(input);
  if (name === MANIFEST_NAME) return { kind: 'folder', directory };
  const kind = SUMMARY.test(name) ? 'summary' : MEMBERS.test(name) ? 'members' : undefined;
  if (kind === undefined) return undefined;
  return isOfSet(resolve(cwd, directory), name) ? { kind: 'folder', directory } : { kind, path: input };
}

/** Whether a file belongs to an output folder, also to one that is not whole: a summary and members are in it. */
function isOfSet(directory: string, name: string): boolean {
  const there = readdirSync(directory);
  if (!there.some((one) => SUMMARY.test(one)) || !there.some((one) => MEMBERS.test(one))) return false;
  const set = readPublishedSet(directory);
  return set.state !== 'ours' || set.outputs.some((output) => output.name === name);
}
