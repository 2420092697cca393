import { fail } from '../../errors/segment-error.js';
import type { Json, JsonObject } from './canonical-json.js';
import type { ManifestEdges, PopulationGaps } from './manifest.js';
import { MANIFEST_NAME } from './output-name.js';
import { type PublishedRun, pseudonymsOf, readPublishedRun } from './published-run.js';

/** A membership that was published, with the file that holds its members. */
export interface PublishedMembers extends PublishedRun {
  readonly directory: string;
  readonly timezone: string;
  readonly settingsHash: string;
  /** The fingerprint of the key, where it has pseudonyms in place of ids. */
  readonly pseudonyms: string | null;
  readonly populationGaps: PopulationGaps;
  /** null when nobody was scored. */
  readonly edges: ManifestEdges | null;
  /** Its name in the folder, and how many rows the manifest gives it. */
  readonly file: { readonly name: string; readonly rows: number; readonly sha256: string };
}

const MEMBERS = /^members\.[a-z]+$/;

/**
 * The membership that lies in an output folder, after its checksums were verified. Errors: those of `readPublishedRun`,
 * `published-without-members`.
 */
export async function readPublishedMembers(directory: string): Promise<PublishedMembers> {
  const run = await readPublishedRun(directory);
  const { timezone, settings_hash: settingsHash, population_gaps: gaps, edges = null, outputs } = run.manifest;
  if (typeof timezone !== 'string' || typeof settingsHash !== 'string' || !isGaps(gaps) || !(edges === null || isEdges(edges))) {
    return fail('published-not-ours', { directory, problem: `its ${MANIFEST_NAME} has no timezone, population_gaps or edges` });
  }
  const files = (Array.isArray(outputs) ? outputs : []) as unknown as readonly JsonObject[];
  const file = files.find(({ name }) => typeof name === 'string' && MEMBERS.test(name));
  if (file === undefined) return fail('published-without-members', { directory, files: files.map(({ name }) => String(name)) });
  const { name, rows, sha256 } = file;
  return {
    ...run,
    directory,
    timezone,
    settingsHash,
    pseudonyms: pseudonymsOf(run.manifest),
    populationGaps: gaps,
    edges,
    file: { name: String(name), rows: Number(rows), sha256: String(sha256) },
  };
}

function isGaps(value: Json | undefined): value is Json & PopulationGaps {
  return isObject(value) && ['p50', 'p75', 'p90', 'users'].every((key) => Number.isSafeInteger(value[key]));
}

function isEdges(value: Json): value is Json & ManifestEdges {
  if (!isObject(value)) return false;
  const { recency_days: recency, frequency, monetary } = value;
  return isCuts(recency) && isCuts(frequency) && (monetary === null || isCuts(monetary));
}

function isCuts(value: Json | undefined): boolean {
  return Array.isArray(value) && value.every((cut) => typeof cut === 'string' && /^-?\d{1,38}(\.\d{1,38})?$/.test(cut));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
