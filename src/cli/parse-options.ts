import { tmpdir, totalmem } from 'node:os';
import { listed } from '../errors/messages.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import type { RejectBound } from '../input/check-rejects.js';
import { parseEncoding } from '../input/text/encoding.js';
import { parseParameters, type StatusParameters } from '../segmentation/status/status-parameters.js';
import type { CliIo } from './io.js';

/** What commander collected: text, lists of text and switches by camel-case name. */
export type Flags = Readonly<Record<string, unknown>>;

export type ColumnRole = 'user' | 'event' | 'time' | 'value' | 'quantity' | 'eventId' | 'order' | 'session' | 'currency';

export interface InputOptions {
  /** Columns named by flag, as the user wrote them; `none` switches the role off. */
  readonly columns: Readonly<Partial<Record<ColumnRole, string>>>;
  /** strptime tokens. */
  readonly timeFormat?: string | undefined;
  /** IANA name. */
  readonly timezone: string;
  /** A name that `parseEncoding` of input knows. */
  readonly encoding?: string | undefined;
  /** One character. */
  readonly delimiter?: string | undefined;
  readonly decimal?: ',' | '.' | undefined;
  readonly currency?: string | undefined;
  readonly maxRejects: RejectBound;
  readonly rejectsFile?: string | undefined;
  /** How many times its size a compressed file may grow. */
  readonly maxExpand: number;
}

export type AsOfChoice = { readonly kind: 'newest' } | { readonly kind: 'day'; readonly day: string };

export interface DecisionOptions {
  /** The day is ISO text, in the report's zone. */
  readonly asOf: AsOfChoice;
  readonly lookbackDays: number | 'all';
  readonly scoring: 'auto' | 'quantile';
  /** Path of an earlier manifest.json. */
  readonly freeze?: string | undefined;
  readonly parameters: StatusParameters;
  /** Event names as written; undefined means the default list, an empty list none. */
  readonly valueEvents?: readonly string[] | undefined;
  readonly churnEvents?: readonly string[] | undefined;
  readonly passiveEvents?: readonly string[] | undefined;
  readonly riskEvents?: readonly string[] | undefined;
}

export interface OutputOptions {
  readonly out: string;
  readonly format: 'csv' | 'parquet';
  readonly segmentFiles: 'ids' | 'full' | 'none';
  readonly files: 'default' | 'all';
  readonly keep: readonly string[];
  readonly dryRun: boolean;
  readonly spreadsheetSafe: boolean;
  readonly force: boolean;
}

export interface DisplayOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly json: boolean;
  /** False after `--no-color`; what the stream and the environment say is added by `resolveColor`. */
  readonly color: boolean;
}

export interface RunOptions extends DisplayOptions {
  /** Undefined leaves the engine's choice, one per core. */
  readonly threads?: number | undefined;
  readonly memoryLimitBytes: number;
  readonly tempDir: string;
  readonly progress: 'auto' | 'bar' | 'plain' | 'none';
}

const COLUMN_FLAGS = {
  user: 'userColumn',
  event: 'eventColumn',
  time: 'timeColumn',
  value: 'valueColumn',
  quantity: 'quantityColumn',
  eventId: 'eventIdColumn',
  order: 'orderColumn',
  session: 'sessionColumn',
  currency: 'currencyColumn',
} as const satisfies Record<ColumnRole, string>;

/** Roles no events exist without. */
const NEEDED_ROLES: readonly ColumnRole[] = ['user', 'time'];

const DELIMITER_NAMES = new Map(Object.entries({ tab: '\t', '\\t': '\t', comma: ',', semicolon: ';', pipe: '|', space: ' ' }));

const DEFAULT_MAX_EXPAND = 200;
const DEFAULT_LOOKBACK_DAYS = 365;
const MOST_LOOKBACK_DAYS = 36_500;
const MOST_THREADS = 1024;
const LEAST_MEMORY = 64 * 2 ** 20;
const MOST_DEFAULT_MEMORY = 2_000_000_000;

const SIZE_UNITS = new Map(
  Object.entries({
    b: 1,
    kb: 1e3,
    mb: 1e6,
    gb: 1e9,
    tb: 1e12,
    kib: 2 ** 10,
    mib: 2 ** 20,
    gib: 2 ** 30,
    tib: 2 ** 40,
  }),
);

/** The flags of `addInputOptions`, checked. */
export function parseInputOptions(flags: Flags): InputOptions {
  return {
    columns: parseColumns(flags),
    timeFormat: nonEmpty(flags, 'timeFormat'),
    timezone: parseTimezone(text(flags, 'timezone')),
    encoding: checkedEncoding(text(flags, 'encoding')),
    delimiter: parseDelimiter(text(flags, 'delimiter')),
    decimal: choice(flags, 'decimal', ['.', ',']),
    currency: nonEmpty(flags, 'currency'),
    maxRejects: parseMaxRejects(flags),
    rejectsFile: nonEmpty(flags, 'rejects'),
    maxExpand: wholeNumber(flags, 'maxExpand', 1, 1_000_000) ?? DEFAULT_MAX_EXPAND,
  };
}

/** The flags of `addDecisionOptions`, checked. `--as-of today` is the day of `io.now()` in the report's zone. */
export function parseDecisionOptions(flags: Flags, io: Pick<CliIo, 'now'>): DecisionOptions {
  return {
    asOf: parseAsOf(text(flags, 'asOf'), parseTimezone(text(flags, 'timezone')), io),
    lookbackDays:
      text(flags, 'lookback') === 'all'
        ? 'all'
        : (wholeNumber(flags, 'lookback', 1, MOST_LOOKBACK_DAYS, ', or all') ?? DEFAULT_LOOKBACK_DAYS),
    scoring: choice(flags, 'scoring', ['auto', 'quantile']) ?? 'auto',
    freeze: nonEmpty(flags, 'freeze'),
    parameters: parseSettings(flags),
    valueEvents: parseEvents(flags, 'valueEvent'),
    churnEvents: parseEvents(flags, 'churnEvent'),
    passiveEvents: parseEvents(flags, 'passiveEvent'),
    riskEvents: parseEvents(flags, 'riskEvent'),
  };
}

/** Every parameter, with the `--set` flags laid over the defaults. */
export function parseSettings(flags: Flags): StatusParameters {
  return parseParameters(texts(flags, 'set') ?? []);
}

/** The flags of `addOutputOptions`, checked. */
export function parseOutputOptions(flags: Flags): OutputOptions {
  return {
    out: nonEmpty(flags, 'out') ?? 'segments',
    format: choice(flags, 'format', ['csv', 'parquet']) ?? 'csv',
    segmentFiles: choice(flags, 'segmentFiles', ['ids', 'full', 'none']) ?? 'ids',
    files: choice(flags, 'files', ['default', 'all']) ?? 'default',
    keep: parseKeep(texts(flags, 'keep') ?? []),
    dryRun: isSet(flags, 'dryRun'),
    spreadsheetSafe: isSet(flags, 'spreadsheetSafe'),
    force: isSet(flags, 'force'),
  };
}

/** The flags of `addRunOptions`, checked. */
export function parseRunOptions(flags: Flags): RunOptions {
  const memoryLimit = text(flags, 'memoryLimit');
  return {
    ...parseDisplayOptions(flags),
    threads: wholeNumber(flags, 'threads', 1, MOST_THREADS),
    memoryLimitBytes:
      memoryLimit === undefined ? defaultMemoryLimit(totalmem(), process.constrainedMemory()) : parseMemoryLimit(memoryLimit),
    tempDir: nonEmpty(flags, 'tempDir') ?? tmpdir(),
    progress: choice(flags, 'progress', ['auto', 'bar', 'plain', 'none']) ?? 'auto',
  };
}

/** The flags of `addDisplayOptions`, checked. */
export function parseDisplayOptions(flags: Flags): DisplayOptions {
  if (isSet(flags, 'quiet') && isSet(flags, 'verbose')) fail('options-contradict', { left: '--quiet', right: '--verbose' });
  return { quiet: isSet(flags, 'quiet'), verbose: isSet(flags, 'verbose'), json: isSet(flags, 'json'), color: flags['color'] !== false };
}

/** min(2 GB, half of the memory the machine, or the group the process is confined to, has). Bytes; 0 means not confined. */
export function defaultMemoryLimit(machineBytes: number, confinedBytes: number): number {
  const available = confinedBytes > 0 ? Math.min(machineBytes, confinedBytes) : machineBytes;
  return Math.min(MOST_DEFAULT_MEMORY, Math.floor(available / 2));
}

function parseColumns(flags: Flags): Partial<Record<ColumnRole, string>> {
  const columns: Partial<Record<ColumnRole, string>> = {};
  for (const [role, flag] of Object.entries(COLUMN_FLAGS) as [ColumnRole, string][]) {
    const name = nonEmpty(flags, flag);
    if (name === undefined) continue;
    if (name === 'none' && NEEDED_ROLES.includes(role)) bad(flag, name, `a column: there are no segments without the ${role}`);
    columns[role] = name;
  }
  return columns;
}

function parseTimezone(zone: string | undefined): string {
  if (zone === undefined) return 'UTC';
  if (/^[A-Za-z]/.test(zone) && isTimezone(zone)) return zone;
  const close = nearest(zone, Intl.supportedValuesOf('timeZone'));
  return bad('timezone', zone, `a zone name such as UTC or Europe/Berlin${close === undefined ? '' : `; did you mean ${close}`}`);
}

function isTimezone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function checkedEncoding(name: string | undefined): string | undefined {
  if (name !== undefined) parseEncoding(name);
  return name;
}

function parseDelimiter(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const delimiter = DELIMITER_NAMES.get(value) ?? value;
  if ([...delimiter].length !== 1 || /["\r\n\0]/.test(delimiter))
    bad('delimiter', value, 'one character that is no quote or line end, or tab');
  return delimiter;
}

function parseMaxRejects(flags: Flags): RejectBound {
  const value = text(flags, 'maxRejects');
  if (isSet(flags, 'strict')) {
    if (value !== undefined) fail('options-contradict', { left: '--strict', right: `--max-rejects ${value}` });
    return { kind: 'rows', rows: 0 };
  }
  if (value === undefined) return { kind: 'default' };
  const match = /^(\d{1,15})(\.\d{1,6})?(\s?%)?$/.exec(value);
  const number = Number(match?.[1]) + Number(match?.[2] ?? 0);
  if (match?.[3] !== undefined && number <= 100) return { kind: 'percent', percent: number };
  if (match !== null && match[2] === undefined && match[3] === undefined) return { kind: 'rows', rows: number };
  return bad('maxRejects', value, 'a number of rows such as 500, or a share such as 2%');
}

function parseAsOf(value: string | undefined, timezone: string, io: Pick<CliIo, 'now'>): AsOfChoice {
  if (value === undefined) return { kind: 'newest' };
  if (value === 'today') return { kind: 'day', day: dayInZone(io.now(), timezone) };
  if (!isDay(value)) bad('asOf', value, 'a day as YYYY-MM-DD, or today');
  return { kind: 'day', day: value };
}

/** ISO day of an instant in a zone. */
function dayInZone(instant: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, calendar: 'gregory', year: 'numeric', month: '2-digit', day: '2-digit' });
  const part = new Map(parts.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${part.get('year')?.padStart(4, '0')}-${part.get('month')}-${part.get('day')}`;
}

function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const instant = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value);
}

function parseEvents(flags: Flags, flag: string): readonly string[] | undefined {
  const names = texts(flags, flag);
  if (names === undefined) return undefined;
  for (const name of names) if (name.trim() === '') bad(flag, name, 'the name of an event, or none');
  if (!names.includes('none')) return names;
  if (names.some((name) => name !== 'none')) bad(flag, 'none', 'no other event beside none');
  return [];
}

function parseKeep(values: readonly string[]): readonly string[] {
  const names = values.flatMap((value) => value.split(',').map((name) => name.trim()));
  if (names.includes('')) bad('keep', values.join(','), 'column names separated by commas');
  return [...new Set(names)];
}

function parseMemoryLimit(value: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)\s?([a-z]{1,3})$/i.exec(value);
  const unit = SIZE_UNITS.get(match?.[2]?.toLowerCase() ?? '');
  const bytes = unit === undefined ? Number.NaN : Math.floor(Number(match?.[1]) * unit);
  if (!(bytes >= LEAST_MEMORY && Number.isSafeInteger(bytes))) {
    bad('memoryLimit', value, 'a size of at least 64MiB with its unit, such as 512MB, 2GB or 1.5GiB');
  }
  return bytes;
}

function text(flags: Flags, flag: string): string | undefined {
  const value = flags[flag];
  return typeof value === 'string' ? value : undefined;
}

function texts(flags: Flags, flag: string): readonly string[] | undefined {
  const value = flags[flag];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

function isSet(flags: Flags, flag: string): boolean {
  return flags[flag] === true;
}

function nonEmpty(flags: Flags, flag: string): string | undefined {
  const value = text(flags, flag);
  if (value === '') bad(flag, "''", 'a value that is not empty');
  return value;
}

function choice<T extends string>(flags: Flags, flag: string, choices: readonly T[]): T | undefined {
  const value = text(flags, flag);
  if (value === undefined) return undefined;
  const found = choices.find((known) => known === value);
  if (found !== undefined) return found;
  const close = nearest(value, choices);
  return bad(flag, value, `${listed(choices)}${close === undefined ? '' : ` (did you mean ${close})`}`);
}

function wholeNumber(flags: Flags, flag: string, min: number, max: number, otherwise = ''): number | undefined {
  const value = text(flags, flag);
  if (value === undefined) return undefined;
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) bad(flag, value, `a whole number from ${min} to ${max}${otherwise}`);
  return number;
}

function bad(flag: string, value: string, expected: string): never {
  const option = `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return fail('bad-option-value', { option, value, expected });
}
