import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../engine/database.js';
import { hasErrorCode, isSystemError } from '../errors/system-error.js';
import type { EventShape } from '../events/event-shape.js';
import { hashFile } from '../files/hash-file.js';
import { ownParquet, ownParquets } from '../input/readers/own-parquet.js';
import { type FileOperations, PRIVATE_MODE, removeTree, sealFile, writeNewFile } from '../membership/publish/file-operations.js';
import { join as joined, list, type Sql, sql } from '../sql/sql.js';
import { dayKindColumns, dayKindsQuery } from '../users/user-days-query.js';
import type { StoredInput } from './state-pointer.js';

export const DAYS_NAME = 'days';
const FACTS_NAME = 'piece.json';
/** Counts up when what is kept of days becomes another thing. */
const DAYS_FORMAT = 1;
const MAKING = /^making-[0-9a-f]{16}$/;
const PIECE = /^[0-9a-f]{32}$/;
const NAME_LENGTH = 32;
/** More names than these are no kinds of events (see `eventTotals`): their counts are not kept. */
const MOST_NAMES = 1000;
/** So many folders are read each night; above that, small ones become one. */
const MOST_PIECES = 32;
const MERGED_AT_ONCE = 16;

/** Tables of a piece; all but the first may be absent. */
const TABLES = ['days', 'repeated', 'names'] as const;
type TableName = (typeof TABLES)[number];

/**
 * The days of the users of one or several inputs, in a folder of their own that never changes: `days.parquet`, the columns of `day_kinds` and
 * `input`; `repeated.parquet`, the events whose id stands on several rows, which no day holds; `names.parquet`, the events by input, day and name.
 */
export interface DayPiece {
  /** Its folder below `days/`. */
  readonly name: string;
  readonly directory: string;
  /** What the days were counted by; a piece of another key is of no use. */
  readonly key: string;
  /** The inputs that it holds. */
  readonly inputs: readonly string[];
  readonly moneyScale: number;
  /** Checksums of its tables by name. */
  readonly tables: Partial<Readonly<Record<TableName, string>>>;
  /** Of all tables, in bytes. */
  readonly bytes: number;
}

/** What days are counted by, as a checksum: two pieces of one key can be read on together. */
export function daysKey(reading: string, shape: EventShape, dedupDays: number): string {
  return createHash('sha256')
    .update(JSON.stringify([DAYS_FORMAT, reading, shape, dedupDays]), 'utf8')
    .digest('hex');
}

/** Whether a name is one that the folders of pieces have. */
function isPieceName(name: string): boolean {
  return PIECE.test(name);
}

/** A piece that is whole; undefined where it is not there, or a byte of it is another one. Fails as the disk does. */
export async function findPiece(stateDirectory: string, name: string): Promise<DayPiece | undefined> {
  const directory = join(stateDirectory, DAYS_NAME, name);
  try {
    const { checksum, body } = JSON.parse(readFileSync(join(directory, FACTS_NAME), 'utf8')) as { checksum: unknown; body: unknown };
    if (typeof body !== 'string' || checksum !== checksumOf(body)) return undefined;
    const facts = JSON.parse(body) as Pick<DayPiece, 'key' | 'inputs' | 'moneyScale' | 'tables'>;
    let bytes = 0;
    for (const [table, sha256] of Object.entries(facts.tables)) {
      const path = join(directory, `${table}.parquet`);
      if ((await hashFile(path)) !== sha256) return undefined;
      bytes += statSync(path).size;
    }
    return { ...facts, name, directory, bytes };
  } catch (error) {
    if (isSystemError(error) && !hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw error;
    return undefined;
  }
}

/** Rows of `events` with the `input` they are from, and which of them are set aside. */
export interface PieceEvents {
  readonly inputs: readonly string[];
  /** Columns of `events` and `input`. */
  readonly once: Sql;
  /** The rows whose id stands on several rows, with all columns that tell them apart; undefined where there are none. */
  readonly repeated: Sql | undefined;
  readonly moneyScale: number;
}

export interface PieceSettings {
  readonly files: FileOperations;
  readonly stateDirectory: string;
  readonly key: string;
  readonly shape: EventShape;
}

/** Counts the days of some inputs and keeps them. Fails as the engine and the disk do. */
export function buildPiece(
  database: Database,
  { inputs, once, repeated, moneyScale }: PieceEvents,
  settings: PieceSettings,
): Promise<DayPiece> {
  const { shape } = settings;
  const kinds = sql`
with input_kinds as (${dayKindsQuery(once, shape, [sql`input`])})
select ${joined([...dayKindColumns(shape, moneyScale), sql`input`])}
from input_kinds
order by last_at, user_id, kind`;
  const names = sql`
select input,
       day,
       event,
       count(*) as rows
from (${once}) as once_events
where user_id is not null
  and day is not null
  and event is not null
group by input, day, event
order by input, day, event`;
  return makePiece(database, settings, { inputs, moneyScale, tables: { days: kinds, repeated, names } });
}

/** One piece in place of several: those of the inputs that still count. Fails as the engine and the disk do. */
async function mergePieces(database: Database, pieces: readonly LivePiece[], settings: PieceSettings): Promise<DayPiece> {
  const moneyScale = Math.max(...pieces.map(({ piece }) => piece.moneyScale));
  const inputs = pieces.flatMap(({ live }) => live);
  const names = namedRows(pieces);
  const repeated = tableRows(pieces, 'repeated', amountIn(moneyScale));
  return makePiece(database, settings, {
    inputs,
    moneyScale,
    tables: {
      days: sql`
select *
from (${dayKinds(pieces, settings.shape, moneyScale, [sql`input`])}) as merged_kinds
order by last_at, user_id, kind`,
      repeated,
      names:
        names &&
        sql`
select input,
       day,
       event,
       rows
from (${names}) as merged_names
order by input, day, event`,
    },
  });
}

async function makePiece(
  database: Database,
  { files, stateDirectory, key }: PieceSettings,
  {
    inputs,
    moneyScale,
    tables,
  }: Pick<DayPiece, 'inputs' | 'moneyScale'> & { readonly tables: Readonly<Record<TableName, Sql | undefined>> },
): Promise<DayPiece> {
  const place = join(stateDirectory, DAYS_NAME);
  const making = join(place, `making-${randomBytes(8).toString('hex')}`);
  files.mkdir(making, 0o700);
  const written: Partial<Record<TableName, string>> = {};
  let bytes = 0;
  for (const table of TABLES) {
    const query = tables[table];
    if (query === undefined) continue;
    const path = join(making, `${table}.parquet`);
    const rows = await database.copy(query, path, { format: 'parquet', isCompact: true });
    if ((table === 'repeated' && rows === 0) || (table === 'names' && (await countNames(database, path)) > MOST_NAMES)) {
      files.unlink(path);
      continue;
    }
    await sealFile(files, path, PRIVATE_MODE);
    written[table] = await hashFile(path);
    bytes += statSync(path).size;
  }
  const facts = { key, inputs, moneyScale, tables: written };
  const body = JSON.stringify(facts);
  const name = checksumOf(body).slice(0, NAME_LENGTH);
  await writeNewFile(files, join(making, FACTS_NAME), JSON.stringify({ checksum: checksumOf(body), body }), PRIVATE_MODE);
  files.flushFolder(making);
  const directory = join(place, name);
  if (existsSync(directory)) removeTree(files, directory);
  files.rename(making, directory);
  files.flushFolder(place);
  return { ...facts, name, directory, bytes };
}

async function countNames(database: Database, path: string): Promise<number> {
  const [row] = await database.rows<{ names: number }>(sql`select count(distinct event) as names from ${ownParquet(path)}`);
  return row?.names ?? 0;
}

/** A piece with those of its inputs that still count. */
export interface LivePiece {
  readonly piece: DayPiece;
  readonly live: readonly string[];
}

/** Merges the smallest pieces while there are too many. */
export async function compactPieces(
  database: Database,
  pieces: readonly LivePiece[],
  settings: PieceSettings,
): Promise<readonly LivePiece[]> {
  let all = pieces;
  while (all.length > MOST_PIECES) {
    const bySize = [...all].sort((left, right) => left.piece.bytes - right.piece.bytes || (left.piece.name < right.piece.name ? -1 : 1));
    const piece = await mergePieces(database, bySize.slice(0, MERGED_AT_ONCE), settings);
    all = [...bySize.slice(MERGED_AT_ONCE), { piece, live: piece.inputs }];
  }
  return all;
}

/** The rows of `day_kinds` that the pieces hold, and further columns. */
export function dayKinds(pieces: readonly LivePiece[], shape: EventShape, moneyScale: number, further: readonly Sql[] = []): Sql {
  const rows = tableRows(pieces, 'days', joined([...dayKindColumns(shape, moneyScale), ...further]));
  if (rows === undefined) throw new RangeError('there are no days');
  return rows;
}

/** The events that no day holds, as their ids stand on several rows: the columns of `events` and `input`; undefined without any. */
export function repeatedRows(pieces: readonly LivePiece[], moneyScale: number): Sql | undefined {
  return tableRows(pieces, 'repeated', amountIn(moneyScale));
}

/** How many events of each name (`input`, `day`, `event`, `rows`) the days hold; undefined where that was not kept. */
export function namedRows(pieces: readonly LivePiece[]): Sql | undefined {
  return pieces.every(({ piece }) => piece.tables.names !== undefined)
    ? tableRows(pieces, 'names', sql`input, day, event, rows`)
    : undefined;
}

function amountIn(moneyScale: number): Sql {
  return sql`* exclude (filename) replace (amount::${sql`decimal(38, ${moneyScale})`.withLiterals()} as amount)`;
}

/** A table of all pieces that have it; of an input that no longer counts, nothing. */
function tableRows(pieces: readonly LivePiece[], table: TableName, columns: Sql): Sql | undefined {
  const having = pieces.filter(({ piece, live }) => piece.tables[table] !== undefined && live.length > 0);
  const path = ({ piece }: LivePiece): string => join(piece.directory, `${table}.parquet`);
  const scales = [...new Set(having.map(({ piece }) => piece.moneyScale))];
  const isWhole = ({ piece, live }: LivePiece): boolean => live.length === piece.inputs.length;
  // Files of one read have the types of the first.
  const whole = scales.flatMap((scale) => {
    const alike = having.filter((one) => one.piece.moneyScale === scale && isWhole(one));
    return alike.length === 0 ? [] : [sql`select ${columns} from ${ownParquets(alike.map(path))}`];
  });
  const parts = having
    .filter((one) => !isWhole(one))
    .map((one) => sql`select ${columns} from ${ownParquets([path(one)])} where input in (select unnest(${list([...one.live])}))`);
  const all = [...whole, ...parts];
  return all.length === 0 ? undefined : joined(all, sql` union all `);
}

/** Removes the pieces that no input of the ledger names, and what runs that broke off left. */
export function removeOtherPieces(files: FileOperations, stateDirectory: string, ledger: readonly Pick<StoredInput, 'days'>[]): void {
  for (const name of otherPieces(files, stateDirectory, ledger)) removeTree(files, join(stateDirectory, DAYS_NAME, name));
}

/** The folders of such pieces. */
export function otherPieces(files: FileOperations, stateDirectory: string, ledger: readonly Pick<StoredInput, 'days'>[]): string[] {
  const place = join(stateDirectory, DAYS_NAME);
  if (!existsSync(place)) return [];
  const known = new Set(ledger.map(({ days }) => days));
  return files.readdir(place).flatMap((entry) => {
    const isOurs = MAKING.test(entry.name) || (isPieceName(entry.name) && !known.has(entry.name));
    return entry.isDirectory() && isOurs ? [entry.name] : [];
  });
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
