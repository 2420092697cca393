import { nearest } from '../../errors/nearest.js';
import { fail } from '../../errors/segment-error.js';
import type { ReadColumn } from '../readers/reader.js';
import { PRESETS } from './index.js';
import { columnsNamed, namesOf } from './logical-columns.js';
import type { Cells, Preset } from './preset.js';

/** What is known of a file before its rows are read. */
interface FileColumns {
  /** As the user would recognise it. */
  readonly name: string;
  readonly columns: readonly ReadColumn[];
}

/** A preset whose columns are there, with those that told so, as they stand in the file. */
export interface PresetFit {
  readonly preset: Preset;
  readonly evidence: readonly string[];
}

export interface ChosenPreset extends PresetFit {
  /** By `--preset`; its columns need not all be there. */
  readonly isNamed: boolean;
}

const NO_PRESET = 'none';

/** The preset of that name; undefined for `none`. Error: `unknown-preset`. */
export function presetNamed(name: string): Preset | undefined {
  if (name === NO_PRESET) return undefined;
  const preset = PRESETS.find((known) => known.name === name);
  if (preset !== undefined) return preset;
  return fail('unknown-preset', { name, nearest: nearest(name, [...PRESETS.map((known) => known.name), NO_PRESET]) });
}

/** The presets that fit the columns of a file, best first: the more columns tell a preset, the better it fits. */
export function fittingPresets(columns: readonly ReadColumn[]): PresetFit[] {
  const fits = PRESETS.flatMap((preset) => fitOf(preset, columns) ?? []);
  return fits.sort((left, right) => right.evidence.length - left.evidence.length);
}

/**
 * The export that all files are: the one named (`--preset`, `none` for no preset), or the one that fits each file best.
 * Errors: `unknown-preset`, `presets-equal`, `presets-mixed`.
 */
export function choosePreset(files: readonly FileColumns[], named: string | undefined, command: string): ChosenPreset | undefined {
  if (named !== undefined) {
    const preset = presetNamed(named);
    return preset && { preset, evidence: [], isNamed: true };
  }
  const bests = files.map((file) => bestFit(file, command));
  const index = bests.findIndex((best) => best !== undefined);
  const best = bests[index];
  const file = files[index];
  if (best === undefined || file === undefined) return undefined;
  const otherIndex = bests.findIndex((other) => other?.preset !== best.preset);
  const other = files[otherIndex];
  if (other !== undefined) {
    const otherBest = bests[otherIndex];
    fail('presets-mixed', {
      file: file.name,
      preset: best.preset,
      other: other.name,
      otherPreset: otherBest?.preset,
      missing: otherBest === undefined ? missingColumns(best.preset, other.columns) : [],
      command,
    });
  }
  return { ...best, isNamed: false };
}

/** The columns that a preset is known by and a file has not, by the first of their names. */
export function missingColumns(preset: Preset, columns: readonly ReadColumn[]): string[] {
  return preset.signature.required.flatMap((cells) => (presentName(cells, columns) === undefined ? [namesOf(cells)[0] ?? ''] : []));
}

function bestFit({ name, columns }: FileColumns, command: string): PresetFit | undefined {
  const fits = fittingPresets(columns);
  const [best] = fits;
  const equal = fits.filter((candidate) => candidate.evidence.length === best?.evidence.length);
  if (equal.length > 1) fail('presets-equal', { file: name, presets: equal.map(({ preset }) => preset), command });
  return best;
}

function fitOf(preset: Preset, columns: readonly ReadColumn[]): PresetFit | undefined {
  const { required, optional, excluded } = preset.signature;
  const found = required.map((cells) => presentName(cells, columns));
  if (found.includes(undefined) || excluded.some((name) => columnsNamed(columns, name).length > 0)) return undefined;
  return { preset, evidence: [...found, ...optional.map((name) => presentName(name, columns))].filter((name) => name !== undefined) };
}

function presentName(cells: Cells, columns: readonly ReadColumn[]): string | undefined {
  for (const name of namesOf(cells)) {
    const [found] = columnsNamed(columns, name);
    if (found !== undefined) return found.column.name;
  }
  return undefined;
}
