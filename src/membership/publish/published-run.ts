import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../errors/segment-error.js';
import { isThere } from '../../files/is-there.js';
import { dayOfIso } from '../../time/day.js';
import type { Json, JsonObject } from './canonical-json.js';
import { MANIFEST_FORMAT, readPublishedSet, verifyOutputs } from './manifest.js';
import { MANIFEST_NAME } from './output-name.js';

/** What an earlier run published about itself. */
export interface PublishedRun {
  /** ISO day. */
  readonly asOf: string;
  /** Of the manifest. */
  readonly settings: JsonObject;
  readonly manifest: JsonObject;
  /** The object of `summary.json`. */
  readonly summary: JsonObject;
}

/** The run whose files lie in an output folder, its checksums verified. Errors: `published-not-ours`, `published-newer`, `published-differs`. */
export async function readPublishedRun(directory: string): Promise<PublishedRun> {
  const set = readPublishedSet(directory);
  if (set.state === 'newer')
    fail('published-newer', {
      directory,
      version: set.version,
      known: MANIFEST_FORMAT,
    });
  if (set.state !== 'ours') {
    const problem = set.state === 'none' ? `it has no ${MANIFEST_NAME}` : `its ${MANIFEST_NAME} is not as this program writes it`;
    fail('published-not-ours', { directory, problem });
  }
  const problems = (await verifyOutputs(directory)) ?? [];
  if (problems.length > 0) fail('published-differs', { directory, problems });
  const manifest = readObject(join(directory, MANIFEST_NAME));
  const summary = readObject(join(directory, 'summary.json'));
  const { as_of: asOf, settings } = manifest ?? {};
  if (typeof asOf !== 'string' || dayOfIso(asOf) === undefined || !isObject(settings)) {
    fail('published-not-ours', {
      directory,
      problem: `its ${MANIFEST_NAME} has no as_of or no settings`,
    });
  }
  if (summary === undefined)
    fail('published-not-ours', {
      directory,
      problem: 'it has no summary.json',
    });
  return { asOf, settings, manifest: manifest ?? {}, summary };
}

function readObject(path: string): JsonObject | undefined {
  if (!isThere(path)) return undefined;
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Json;
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fingerprint of the key where pseudonyms stand in place of ids. */
export function pseudonymsOf(manifest: JsonObject): string | null {
  const { pseudonyms } = manifest;
  return typeof pseudonyms === 'string' ? pseudonyms : null;
}

/** The same of a folder; undefined where it holds no manifest of ours. */
export function publishedPseudonyms(directory: string): string | null | undefined {
  if (readPublishedSet(directory).state !== 'ours') return undefined;
  const manifest = readObject(join(directory, MANIFEST_NAME));
  return manifest === undefined ? undefined : pseudonymsOf(manifest);
}
