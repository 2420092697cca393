import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { recipeNamed, recipeSegments } from '../config/recipe-segments.js';
import { resolveSettings, type Settings } from '../config/settings.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import type { CliIo } from './io.js';
import { type Flags, readLayers, settingsOf } from './read-settings.js';

/** What `preview` is to do. */
export interface PreviewRequest {
  readonly settings: Settings;
  /** Names of the own segments to show; undefined: all. */
  readonly named: ReadonlySet<string> | undefined;
}

/** A word that may be the name of an own segment. */
const NAME = /^\w+$/;

/**
 * The settings of `preview`, and the own segments that its arguments name: a name among the files, `--segment` or `--recipe`. A file wins
 * over a name. Errors: `preview-without-segments`, `preview-unknown-segment`, those of the settings.
 */
export async function readPreview(given: readonly string[], flags: Flags, io: Pick<CliIo, 'now' | 'env' | 'cwd'>): Promise<PreviewRequest> {
  const { layers } = await readLayers('preview', flags, io, []);
  const known = resolveSettings('preview', layers, io.now()).segments.map(({ name }) => name);
  if (known.length === 0) fail('preview-without-segments', {});
  const names = given.filter((argument) => NAME.test(argument) && !existsSync(resolve(io.cwd, argument)));
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) fail('preview-unknown-segment', { name: unknown, nearest: nearest(unknown, known), known });
  const files = given.filter((argument) => !names.includes(argument));
  const read = await readLayers('preview', flags, io, files);
  const [typed] = read.layers;
  const textsOf = (option: 'recipes' | 'segments'): string[] => (typed?.get(option) ?? []).flatMap(({ texts }) => texts);
  const settings = await settingsOf('preview', read.layers, io);
  const onCommandLine = textsOf('segments').length === 0 ? [] : settings.segments.filter(({ file }) => file === undefined);
  const ofRecipes = textsOf('recipes').flatMap((name) => recipeSegments(recipeNamed(name)));
  const named = new Set([...names, ...[...onCommandLine, ...ofRecipes].map(({ name }) => name)]);
  return { settings, named: named.size === 0 ? undefined : named };
}
