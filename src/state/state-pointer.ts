import { createHash } from 'node:crypto';
import { fail } from '../errors/segment-error.js';
import type { ValueRule } from '../events/event-shape.js';
import { canonicalJson, type Json, type JsonObject } from '../membership/publish/canonical-json.js';
import { dayOfIso } from '../time/day.js';

/** 2: the days of users are kept, beside the events. */
export const STATE_FORMAT = 2;

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

/** A file whose events are kept. */
export interface StoredInput {
  /** As messages call it. */
  readonly name: string;
  /** The file that was found; of an archive, with the name of the file in it. */
  readonly path: string;
  readonly member: string | null;
  readonly size: number;
  readonly modifiedMs: number;
  /** When the system last noted a change of it, which nobody can set back as they can the other. */
  readonly changedMs: number;
  /** When it was found so, by the clock. */
  readonly seenMs: number;
  /** Of the bytes of the file, or the archive. */
  readonly sha256: string;
  /** Of the bytes of the file within an archive; null for others. */
  readonly content: string | null;
  /** Its folder below `inputs/`. */
  readonly folder: string;
  /** Of its rows; null where none has a day, or nobody has looked. */
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  /** The folder below `days/` that holds its days; null where none does. */
  readonly days: string | null;
  /** false once only its days are kept. */
  readonly hasEvents: boolean;
}

/** The one file of a state folder that changes: which runs there are, and which set is the published one. */
export interface StatePointer {
  /** Of the newest run, also of one that was removed since; 0 before the first. */
  readonly sequence: number;
  /** The run whose set readers get; null before the first. */
  readonly published: string | null;
  /** In the order in which they ran. */
  readonly runs: readonly StateRun[];
  /** What the files were read by, as a checksum of settings; null before the first run. */
  readonly reading: string | null;
  /** Which events carried value in the newest run of the newest date; null before the first. */
  readonly valueRule: ValueRule | null;
  /** By path. */
  readonly inputs: readonly StoredInput[];
}

export const EMPTY_POINTER: StatePointer = { sequence: 0, published: null, runs: [], reading: null, valueRule: null, inputs: [] };

const UNLIKE_OURS = { problem: 'it is not as this program writes it' };
const RUN_ID = /^\d{6,}$/;
const INPUT_FOLDER = /^[0-9a-f]{32}$/;

/** The name of the run with a number. */
export function runIdOf(sequence: number): string {
  return String(sequence).padStart(6, '0');
}

/** Whether a name is one that runs have. */
export function isRunId(name: string): boolean {
  return RUN_ID.test(name);
}

/** Whether a name is one that the folders of inputs have. */
export function isInputFolder(name: string): boolean {
  return INPUT_FOLDER.test(name);
}

/** The text of the pointer: one run a line, and a checksum that tells a flipped bit. */
export function pointerText(pointer: StatePointer): string {
  const content = contentOf(pointer);
  const runs = pointer.runs.map((run) => `\n    ${JSON.stringify(runJson(run))}`).join(',');
  const inputs = pointer.inputs.map((input) => `\n    ${JSON.stringify(inputJson(input))}`).join(',');
  return `{
  "format_version": ${STATE_FORMAT},
  "checksum": ${JSON.stringify(checksumOf(content))},
  "sequence": ${pointer.sequence},
  "published": ${JSON.stringify(pointer.published)},
  "runs": [${runs}${runs === '' ? '' : '\n  '}],
  "reading": ${JSON.stringify(pointer.reading)},
  "value_rule": ${JSON.stringify(pointer.valueRule)},
  "inputs": [${inputs}${inputs === '' ? '' : '\n  '}]
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
  const { format_version: version, checksum, sequence, published, runs, reading, value_rule: valueRule = null, inputs } = value;
  if (typeof version !== 'number') return { problem: 'it has no format_version' };
  if (version > STATE_FORMAT) fail('state-newer', { path, version, known: STATE_FORMAT });
  const parsed = Array.isArray(runs) ? runs.map(parseRun) : [undefined];
  const stored = Array.isArray(inputs) ? inputs.map(parseInput) : [undefined];
  if (!Number.isSafeInteger(sequence) || !isTextOrNull(published) || !isTextOrNull(reading) || !isRuleOrNull(valueRule)) return UNLIKE_OURS;
  if (!parsed.every((run) => run !== undefined) || !stored.every((input) => input !== undefined)) return UNLIKE_OURS;
  const { format_version: _version, checksum: _checksum, ...content } = value;
  if (checksum !== checksumOf(content)) return { problem: 'its checksum is another' };
  return { sequence: Number(sequence), published, runs: parsed, reading, valueRule, inputs: stored };
}

function contentOf({ sequence, published, runs, reading, valueRule, inputs }: StatePointer): JsonObject {
  return { sequence, published, runs: runs.map(runJson), reading, value_rule: valueRule, inputs: inputs.map(inputJson) };
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

function inputJson(input: StoredInput): JsonObject {
  return {
    name: input.name,
    path: input.path,
    member: input.member,
    size: input.size,
    modified_ms: input.modifiedMs,
    changed_ms: input.changedMs,
    seen_ms: input.seenMs,
    sha256: input.sha256,
    content: input.content,
    folder: input.folder,
    first_day: input.firstDay,
    last_day: input.lastDay,
    days: input.days,
    has_events: input.hasEvents,
  };
}

function parseInput(value: unknown): StoredInput | undefined {
  if (!isObject(value)) return undefined;
  const { name, path, member, size, modified_ms: modifiedMs, changed_ms: changedMs, seen_ms: seenMs, sha256, folder } = value;
  const { first_day: firstDay = null, last_day: lastDay = null, days = null, content = null, has_events: hasEvents = true } = value;
  if (typeof name !== 'string' || typeof path !== 'string' || !isTextOrNull(member) || !isTextOrNull(content)) return undefined;
  if (typeof sha256 !== 'string' || typeof folder !== 'string' || !isInputFolder(folder)) return undefined;
  if (!isCount(size) || !isCount(modifiedMs) || !isCount(changedMs) || !isCount(seenMs)) return undefined;
  if (typeof hasEvents !== 'boolean') return undefined;
  if (!isDayOrNull(firstDay) || !isDayOrNull(lastDay) || !(days === null || (typeof days === 'string' && isInputFolder(days))))
    return undefined;
  return { name, path, member, size, modifiedMs, changedMs, seenMs, sha256, content, folder, firstDay, lastDay, days, hasEvents };
}

function isTextOrNull(value: Json | undefined): value is string | null {
  return value === null || typeof value === 'string';
}

function isDayOrNull(value: Json | undefined): value is number | null {
  return value === null || Number.isSafeInteger(value);
}

function isRuleOrNull(value: Json | undefined): value is ValueRule | null {
  return value === null || value === 'named' || value === 'purchases' || value === 'amounts';
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
