import { fail } from '../../errors/segment-error.js';
import { canonicalJson, type Json, type JsonObject } from '../../membership/publish/canonical-json.js';
import { settingsHash } from '../../membership/publish/manifest.js';
import { dayOfIso } from '../../time/day.js';
import type { Baseline, BaselineRun, FailingRun } from './baseline.js';
import type { Definitions, Health } from './run-record.js';

const BASELINE_FORMAT = 1;
/** Enough to tell definitions apart. */
const HASH_LENGTH = 12;

/** The text of a baseline file: fixed order of keys, one run a line, so that a run is one line of a diff. */
export function baselineText({ runs, failing }: Baseline): string {
  const definitions = new Map(runs.flatMap(({ definitions: of }) => (of === null ? [] : [[hashOf(of), of] as const])));
  const line = (value: Json): string => JSON.stringify(value);
  const lines = (values: readonly string[]): string => (values.length === 0 ? '' : `\n    ${values.join(',\n    ')}\n  `);
  const known = [...definitions].map(([hash, values]) => `${line(hash)}: ${canonicalJson(values)}`);
  return `{
  "format_version": ${BASELINE_FORMAT},
  "failing": ${line(failing === null ? null : { as_of: failing.asOf, subjects: failing.subjects })},
  "definitions": {${lines(known)}},
  "runs": [${lines(runs.map((run) => line(runJson(run))))}]
}
`;
}

/** A baseline from the text of its file. Errors: `baseline-damaged`, `baseline-newer`. */
export function parseBaseline(text: string, path: string): Baseline {
  const damaged = (problem: string): never => fail('baseline-damaged', { path, problem });
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return damaged(text.trim() === '' ? 'it is empty' : 'it is not JSON');
  }
  if (!isObject(value)) return damaged('it is not an object');
  const version = value['format_version'];
  if (typeof version !== 'number') return damaged('it has no format_version');
  if (version > BASELINE_FORMAT) fail('baseline-newer', { path, version, known: BASELINE_FORMAT });
  const { runs, definitions, failing } = value;
  if (!Array.isArray(runs) || !isObject(definitions)) return damaged('it has no list "runs" or no object "definitions"');
  const parsed = runs.map((run, index) => parseRun(run, definitions) ?? damaged(`run ${index + 1} is not as this program writes it`));
  const isRising = parsed.every(({ asOf }, index) => index === 0 || (parsed[index - 1]?.asOf ?? '') < asOf);
  if (!isRising) return damaged('its runs are not in the order of their dates');
  if (failing === null) return { runs: parsed, failing: null };
  return { runs: parsed, failing: parseFailing(failing) ?? damaged('"failing" is not as this program writes it') };
}

function hashOf(definitions: Definitions): string {
  return settingsHash(definitions).slice(0, HASH_LENGTH);
}

function runJson(run: BaselineRun): JsonObject {
  const { health } = run;
  return {
    as_of: run.asOf,
    definitions: run.definitions && hashOf(run.definitions),
    users: run.users,
    health:
      health === null
        ? null
        : { rows: health.rows, rejected_share: health.rejectedShare, days: health.days, newest: health.newest, events: health.events },
    sizes: run.sizes,
    ...(run.accepted === undefined ? {} : { accepted: { reason: run.accepted.reason, subjects: run.accepted.subjects } }),
  };
}

function parseRun(value: unknown, definitions: Record<string, unknown>): BaselineRun | undefined {
  if (!isObject(value)) return undefined;
  const { as_of: asOf, definitions: hash, users, sizes, accepted } = value;
  const known = hash === null ? null : typeof hash === 'string' ? definitions[hash] : undefined;
  const health = value['health'] === null ? null : parseHealth(value['health']);
  if (!isDay(asOf) || !(known === null || isTexts(known)) || !isCount(users) || health === undefined) return undefined;
  if (!isObject(sizes) || !Object.values(sizes).every(isCounts)) return undefined;
  const run = { asOf, definitions: known, users, health, sizes: sizes as BaselineRun['sizes'] };
  if (accepted === undefined) return run;
  if (!isObject(accepted) || typeof accepted['reason'] !== 'string') return undefined;
  const subjects = accepted['subjects'];
  if (!Array.isArray(subjects) || !subjects.every((subject) => typeof subject === 'string')) return undefined;
  return { ...run, accepted: { reason: accepted['reason'], subjects } };
}

function parseHealth(value: unknown): Health | undefined {
  if (!isObject(value)) return undefined;
  const { rows, rejected_share: rejectedShare, days, newest, events } = value;
  const isShare = typeof rejectedShare === 'number' && rejectedShare >= 0 && rejectedShare <= 1;
  if (!isCount(rows) || !isShare || !isCount(days) || !isDay(newest)) return undefined;
  if (events !== null && !isCounts(events)) return undefined;
  return { rows, rejectedShare, days, newest, events };
}

function parseFailing(value: unknown): FailingRun | undefined {
  if (!isObject(value)) return undefined;
  const { as_of: asOf, subjects } = value;
  return isDay(asOf) && isCounts(subjects) ? { asOf, subjects } : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && dayOfIso(value) !== undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: unknown): value is Record<string, number> {
  return isObject(value) && Object.values(value).every(isCount);
}

function isTexts(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((one) => typeof one === 'string');
}
