import { createHash } from 'node:crypto';
import { fail } from '../errors/segment-error.js';
import { canonicalJson, type Json, type JsonObject } from '../membership/publish/canonical-json.js';
import { dayOfIso } from '../time/day.js';

export const STATE_FORMAT = 1;

/** One run of the history. */
export interface StateRun {
  /** Names its folder below `runs/` and its set below `sets/` of the output folder: a number that rises with each run. */
  readonly id: string;
  /** ISO day. */
  readonly asOf: string;
  /** When it began, by the clock: ISO instant in UTC. The order of runs never hangs on it. */
  readonly at: string;
  readonly verdict: 'holds' | 'regressed';
  readonly isPublished: boolean;
  readonly settingsHash: string;
  readonly users: number;
  /** Rows that count. */
  readonly rows: number;
}

/** The one file of a state folder that changes: which runs there are, and which set is the published one. */
export interface StatePointer {
  /** Of the newest run, also of one that was removed since; 0 before the first. */
  readonly sequence: number;
  /** The run whose set readers get; null before the first. */
  readonly published: string | null;
  /** In the order in which they ran. */
  readonly runs: readonly StateRun[];
}

export const EMPTY_POINTER: StatePointer = { sequence: 0, published: null, runs: [] };

const RUN_ID = /^\d{6,}$/;

/** The name of the run with a number. */
export function runIdOf(sequence: number): string {
  return String(sequence).padStart(6, '0');
}

/** Whether a name is one that runs have. */
export function isRunId(name: string): boolean {
  return RUN_ID.test(name);
}

/** The text of the pointer: one run a line, and a checksum that tells a flipped bit. */
export function pointerText(pointer: StatePointer): string {
  const content = contentOf(pointer);
  const runs = pointer.runs.map((run) => `\n    ${JSON.stringify(runJson(run))}`).join(',');
  return `{
  "format_version": ${STATE_FORMAT},
  "checksum": ${JSON.stringify(checksumOf(content))},
  "sequence": ${pointer.sequence},
  "published": ${JSON.stringify(pointer.published)},
  "runs": [${runs}${runs === '' ? '' : '\n  '}]
}
`;
}

/** What stands in a pointer's text, or what is wrong with it. Error: `state-newer`. */
export function parsePointer(text: string, path: string): StatePointer | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: text.trim() === '' ? 'it is empty' : 'it is not JSON' };
  }
  if (!isObject(value)) return { problem: 'it is not an object' };
  const { format_version: version, checksum, sequence, published, runs } = value;
  if (typeof version !== 'number') return { problem: 'it has no format_version' };
  if (version > STATE_FORMAT) fail('state-newer', { path, version, known: STATE_FORMAT });
  const parsed = Array.isArray(runs) ? runs.map(parseRun) : [undefined];
  const isWhole = Number.isSafeInteger(sequence) && (published === null || typeof published === 'string');
  if (!isWhole || !parsed.every((run) => run !== undefined)) return { problem: 'it is not as this program writes it' };
  const pointer = { sequence: Number(sequence), published: published as string | null, runs: parsed };
  if (checksum !== checksumOf(contentOf(pointer))) return { problem: 'its checksum is another' };
  return pointer;
}

function contentOf({ sequence, published, runs }: StatePointer): JsonObject {
  return { sequence, published, runs: runs.map(runJson) };
}

function checksumOf(content: JsonObject): string {
  return createHash('sha256').update(canonicalJson(content), 'utf8').digest('hex');
}

function runJson(run: StateRun): JsonObject {
  return {
    id: run.id,
    as_of: run.asOf,
    at: run.at,
    verdict: run.verdict,
    published: run.isPublished,
    settings_hash: run.settingsHash,
    users: run.users,
    rows: run.rows,
  };
}

function parseRun(value: unknown): StateRun | undefined {
  if (!isObject(value)) return undefined;
  const { id, as_of: asOf, at, verdict, published, settings_hash: settingsHash, users, rows } = value;
  if (typeof id !== 'string' || !isRunId(id) || typeof asOf !== 'string' || dayOfIso(asOf) === undefined) return undefined;
  if (typeof at !== 'string' || typeof published !== 'boolean' || typeof settingsHash !== 'string') return undefined;
  if (verdict !== 'holds' && verdict !== 'regressed') return undefined;
  if (!isCount(users) || !isCount(rows)) return undefined;
  return { id, asOf, at, verdict, isPublished: published, settingsHash, users, rows };
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
