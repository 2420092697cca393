import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, SegmentError } from '../../errors/segment-error.js';
import { hasErrorCode, isSystemError, systemReason } from '../../errors/system-error.js';
import { hashFile } from '../../files/hash-file.js';
import { isThere } from '../../files/is-there.js';
import { MOST_SCORES } from '../../segmentation/rfm/rfm-model.js';
import { canonicalJson, type Json, type JsonObject } from './canonical-json.js';
import { isOutputName, MANIFEST_NAME } from './output-name.js';

export const MANIFEST_FORMAT = 1;
/** Far more than the names of all the files that a run can open take. */
const LARGEST_BYTES = 100e6;

/** Days; each a smallest gap at which the cumulative weight reaches the share. `users`: users with at least one gap. */
export interface PopulationGaps {
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly users: number;
}

/** The cut points of the scores as decimal texts; `monetary` is null when activity was scored instead of orders. */
export interface ManifestEdges {
  readonly recency_days: readonly string[];
  readonly frequency: readonly string[];
  readonly monetary: readonly string[] | null;
}

export interface ManifestInput {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

export interface ManifestOutput {
  /** Relative to the folder, `/`-separated. */
  readonly name: string;
  /** null for files that hold no users. */
  readonly rows: number | null;
  readonly sha256: string;
}

/** What a set of output files is: how it came about, and the checksums that tell whether it is whole. */
export interface Manifest {
  readonly format_version: typeof MANIFEST_FORMAT;
  /** Of the program. */
  readonly version: string;
  /** ISO day; null where no events were read. */
  readonly as_of: string | null;
  readonly as_of_chosen: 'newest event' | 'given' | null;
  readonly timezone: string;
  readonly settings: JsonObject;
  readonly settings_hash: string;
  /** Of the key, where pseudonyms stand in place of user ids: two sets of one key have the same. */
  readonly pseudonyms?: string | undefined;
  /** null where no events were read. */
  readonly population_gaps: PopulationGaps | null;
  /** null when nobody was scored. */
  readonly edges: ManifestEdges | null;
  readonly inputs: readonly ManifestInput[];
  readonly outputs: readonly ManifestOutput[];
  /** Seconds by step: the only part that differs between equal runs. */
  readonly timings: Readonly<Record<string, number>>;
}

/** A manifest before its files are hashed. */
export type ManifestDraft = Omit<Manifest, 'outputs'>;

/** What `--freeze` takes from an earlier run. */
export interface FrozenRun {
  readonly populationGaps: PopulationGaps;
  readonly edges: ManifestEdges;
}

/** A file that is not what the manifest says. */
export interface OutputProblem {
  readonly name: string;
  readonly problem: 'missing' | 'changed';
}

/** SHA-256, in hex, of the settings; the order of their keys does not count. */
export function settingsHash(settings: JsonObject): string {
  return createHash('sha256').update(canonicalJson(settings), 'utf8').digest('hex');
}

/** The manifest's text: fixed order of keys, two spaces, a line end. */
export function manifestText(manifest: Manifest): string {
  const { edges, population_gaps: gaps } = manifest;
  const ordered = {
    format_version: manifest.format_version,
    version: manifest.version,
    as_of: manifest.as_of,
    as_of_chosen: manifest.as_of_chosen,
    timezone: manifest.timezone,
    settings: JSON.parse(canonicalJson(manifest.settings)) as JsonObject,
    settings_hash: manifest.settings_hash,
    ...(manifest.pseudonyms === undefined ? {} : { pseudonyms: manifest.pseudonyms }),
    population_gaps: gaps === null ? null : { p50: gaps.p50, p75: gaps.p75, p90: gaps.p90, users: gaps.users },
    edges: edges === null ? null : { recency_days: edges.recency_days, frequency: edges.frequency, monetary: edges.monetary },
    inputs: manifest.inputs.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
    outputs: manifest.outputs.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
    timings: manifest.timings,
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

/**
 * The gaps and edges of an earlier run's manifest. Fails with `manifest-unreadable`, `manifest-not-json`,
 * `manifest-not-ours`, `manifest-newer`, `manifest-incomplete`.
 */
export function readManifest(path: string): FrozenRun {
  const manifest = readManifestJson(path);
  return { populationGaps: checkGaps(path, manifest['population_gaps']), edges: checkEdges(path, manifest['edges']) };
}

/** The set an output folder holds, by its manifest. */
export type PublishedSet =
  | { readonly state: 'none' }
  | { readonly state: 'foreign' }
  | { readonly state: 'newer'; readonly version: number }
  | { readonly state: 'ours'; readonly outputs: readonly ManifestOutput[] };

/** Reads which files a folder's manifest lists. A manifest that is damaged or names files elsewhere is foreign. Fails as the disk does. */
export function readPublishedSet(directory: string): PublishedSet {
  const path = join(directory, MANIFEST_NAME);
  if (!isThere(path)) return { state: 'none' };
  let value: Json;
  try {
    value = JSON.parse(readFileSync(path, 'utf8')) as Json;
  } catch (error) {
    if (isSystemError(error) && !hasErrorCode(error, 'EISDIR')) throw error;
    return { state: 'foreign' };
  }
  if (!isObject(value) || typeof value['settings_hash'] !== 'string') return { state: 'foreign' };
  const version = value['format_version'];
  if (typeof version === 'number' && version > MANIFEST_FORMAT) return { state: 'newer', version };
  const outputs = value['outputs'];
  if (version !== MANIFEST_FORMAT || !Array.isArray(outputs) || !outputs.every(isOutput)) return { state: 'foreign' };
  return { state: 'ours', outputs };
}

/** Files of the folder that are missing or differ from their checksum; empty when the set is whole; undefined without a manifest of ours. */
export async function verifyOutputs(directory: string): Promise<OutputProblem[] | undefined> {
  const set = readPublishedSet(directory);
  if (set.state !== 'ours') return undefined;
  const problems: OutputProblem[] = [];
  for (const { name, sha256 } of set.outputs) {
    const path = join(directory, name);
    if (!isThere(path)) problems.push({ name, problem: 'missing' });
    else if ((await hashFile(path)) !== sha256) problems.push({ name, problem: 'changed' });
  }
  return problems;
}

function readManifestJson(path: string): JsonObject {
  let text: string;
  try {
    // A device or a pipe may never end.
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isDirectory()) fail('manifest-unreadable', { path, reason: 'it is no regular file' });
    if (stats.size > LARGEST_BYTES) fail('manifest-unreadable', { path, reason: `it has more than ${LARGEST_BYTES / 1e6} MB` });
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof SegmentError) throw error;
    fail('manifest-unreadable', { path, reason: systemReason(error) }, { cause: error });
  }
  let value: Json;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, '')) as Json;
  } catch (error) {
    fail('manifest-not-json', { path, reason: jsonProblem(text, error) }, { cause: error });
  }
  const version = isObject(value) ? value['format_version'] : undefined;
  if (!isObject(value)) fail('manifest-not-ours', { path, problem: `it holds ${kindOf(value)}` });
  if (typeof version !== 'number') fail('manifest-not-ours', { path, problem: 'it has no format_version' });
  if (version > MANIFEST_FORMAT) fail('manifest-newer', { path, version, known: MANIFEST_FORMAT });
  if (typeof value['settings_hash'] !== 'string') fail('manifest-not-ours', { path, problem: 'it has no settings_hash' });
  return value;
}

function isOutput(value: unknown): value is ManifestOutput {
  if (typeof value !== 'object' || value === null) return false;
  const { name, rows, sha256 } = value as JsonObject;
  return typeof name === 'string' && isOutputName(name) && (rows === null || typeof rows === 'number') && typeof sha256 === 'string';
}

function checkGaps(path: string, value: Json | undefined): PopulationGaps {
  const expected = 'an object of p50, p75, p90 (days, rising) and users';
  if (!isObject(value)) fail('manifest-incomplete', { path, key: 'population_gaps', expected, found: kindOf(value) });
  const numbers = ['p50', 'p75', 'p90', 'users'].map((key) => {
    const number = value[key];
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= (key === 'users' ? 0 : 1)) return number;
    return fail('manifest-incomplete', { path, key: `population_gaps.${key}`, expected: 'a whole number', found: kindOf(number) });
  });
  const [p50 = 0, p75 = 0, p90 = 0, users = 0] = numbers;
  if (p50 > p75 || p75 > p90) {
    fail('manifest-incomplete', { path, key: 'population_gaps', expected: 'rising from p50 to p90', found: `${p50}, ${p75}, ${p90}` });
  }
  return { p50, p75, p90, users };
}

function checkEdges(path: string, value: Json | undefined): ManifestEdges {
  const expected = 'an object of recency_days, frequency and monetary';
  if (value === null) fail('manifest-incomplete', { path, key: 'edges', expected, found: 'null (that run scored nobody)' });
  if (!isObject(value)) fail('manifest-incomplete', { path, key: 'edges', expected, found: kindOf(value) });
  return {
    recency_days: checkCuts(path, 'edges.recency_days', value['recency_days']),
    frequency: checkCuts(path, 'edges.frequency', value['frequency']),
    monetary: value['monetary'] === null ? null : checkCuts(path, 'edges.monetary', value['monetary']),
  };
}

function checkCuts(path: string, key: string, value: Json | undefined): string[] {
  const expected = 'rising decimal numbers as text, one fewer than scores';
  if (!Array.isArray(value)) fail('manifest-incomplete', { path, key, expected, found: kindOf(value as Json | undefined) });
  const cuts: unknown[] = value;
  const isRising = cuts.every((cut, index) => index === 0 || Number(cuts[index - 1]) <= Number(cut));
  if (cuts.length >= 1 && cuts.length < MOST_SCORES && cuts.every(isDecimalText) && isRising) return cuts as string[];
  return fail('manifest-incomplete', { path, key, expected, found: JSON.stringify(cuts).slice(0, 100) });
}

function isDecimalText(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,38}(\.\d{1,38})?$/.test(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 40))}`;
  return Array.isArray(value) ? 'a list' : 'an object';
}

function jsonProblem(text: string, error: unknown): string {
  if (text.trim() === '') return 'it is empty';
  const message = error instanceof Error ? error.message : '';
  if (/end of JSON input/.test(message)) return 'it ends too early';
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return `it begins with ${JSON.stringify(text.slice(0, 20))}`;
  const before = text.slice(0, Number(position));
  const line = before.split('\n').length;
  return `line ${line}, column ${before.length - before.lastIndexOf('\n')}`;
}
