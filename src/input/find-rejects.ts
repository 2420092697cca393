import { type FileHandle, open } from 'node:fs/promises';
import type { Database } from '../engine/database.js';
import { fail } from '../errors/segment-error.js';
import { sql } from '../sql/sql.js';
import type { ZoneOffsets } from '../time/zone-offsets.js';
import type { FileReading } from './decide-file.js';
import type { LoadedEvents } from './load-events.js';
import { numberedRowsQuery } from './readers/parquet.js';
import { scanRecords } from './text/scan-records.js';
import { timeProblemQuery, typedTimeProblemQuery } from './time-query.js';
import { readTimeText } from './time-text.js';

export interface Reject {
  /** As the user would recognise it. */
  readonly file: string;
  /** Physical line where the record begins; in Parquet the row, from 1. */
  readonly line: number;
  readonly reason: string;
}

export interface RejectSearch {
  readonly zone: ZoneOffsets;
  /** How many there are: the search ends when all are found. */
  readonly count: number;
  /** How many are wanted. */
  readonly listed: number;
  /** Where to write all of them, as CSV; undefined for nowhere. */
  readonly path: string | undefined;
}

const WRITE_AT = 65_536;
const PAGE_ROWS = 100_000;

/**
 * The second pass, over files that have rejects: where each unreadable record begins and why. Returns the first
 * `listed`; with a path, writes all as `file,line,reason`. Errors: `unterminated-quote`, `rejects-unwritable`.
 */
export async function findRejects(database: Database, loaded: LoadedEvents, search: RejectSearch): Promise<Reject[]> {
  const out = search.path === undefined ? undefined : await RejectsFile.open(search.path);
  const first: Reject[] = [];
  let found = 0;
  try {
    if (search.count === 0) return first;
    for (const reading of loaded.readings) {
      for await (const rejects of rejectsOf(database, reading, search.zone)) {
        found += rejects.length;
        first.push(...rejects.slice(0, search.listed - first.length));
        await out?.write(rejects);
        if (found >= search.count || (out === undefined && first.length >= search.listed)) return first;
      }
    }
    return first;
  } finally {
    await out?.close();
  }
}

async function* rejectsOf(database: Database, reading: FileReading, zone: ZoneOffsets): AsyncGenerator<Reject[]> {
  const { file } = reading;
  if (file.kind === 'parquet') {
    yield* parquetRejects(database, reading, zone);
    return;
  }
  let suspects: Suspect[] = [];
  let enough = FEW_SUSPECTS;
  for await (const records of scanRecords(file.text)) {
    for (const { line, problem, fields } of records) {
      if (problem !== undefined) suspects.push({ line, reason: problem.replaceAll('-', '_') });
      else if (!isSurelyDated(fields, reading)) suspects.push({ line, time: fields[reading.timeIndex] ?? '' });
    }
    if (suspects.length < enough) continue;
    yield await convict(database, suspects, reading, zone);
    suspects = [];
    enough = Math.min(4 * enough, MANY_SUSPECTS);
  }
  yield await convict(database, suspects, reading, zone);
}

/** A record that is a reject for `reason`, or may be one for its time. */
type Suspect = { readonly line: number } & ({ readonly reason: string } | { readonly time: string });

/** A question to the engine costs the time of thousands of records: few at first, as few are wanted mostly, then many at once. */
const FEW_SUSPECTS = 64;
const MANY_SUSPECTS = 8192;

async function convict(database: Database, suspects: readonly Suspect[], reading: FileReading, zone: ZoneOffsets): Promise<Reject[]> {
  const times = suspects.flatMap((suspect) => ('time' in suspect ? [suspect.time] : []));
  const problems = await timeProblems(database, times, reading, zone);
  let asked = 0;
  return suspects.flatMap((suspect) => {
    const reason = 'time' in suspect ? problems.get(asked++) : suspect.reason;
    return reason === undefined ? [] : [{ file: reading.file.source.name, line: suspect.line, reason }];
  });
}

/** Whole seconds, milliseconds or microseconds from 2001 to 2286. */
const PLAIN_EPOCH = /^[1-9]\d{9}(\d{3}|\d{6})?$/;

/** Whether a record cannot be a reject for its time, as nearly all are: asking the engine is many times as dear. */
function isSurelyDated(fields: readonly string[], { time, timeIndex, userIndex }: FileReading): boolean {
  if ((fields[userIndex] ?? '') === '') return true;
  if (time === null || time.pattern !== null) return false;
  const text = fields[timeIndex] ?? '';
  const read = readTimeText(text);
  if (read?.kind === 'calendar') return read.shape !== undefined;
  return read?.kind === 'epoch' && read.unit === time.epochUnit && PLAIN_EPOCH.test(text);
}

/** The problem of each text that has one, by position: the same expression that read the column. */
async function timeProblems(
  database: Database,
  texts: readonly string[],
  { time }: FileReading,
  zone: ZoneOffsets,
): Promise<ReadonlyMap<number, string>> {
  if (time === null || texts.length === 0) return new Map();
  const rows = await database.rows<{ position: number; problem: string }>(sql`
    select position,
           problem
    from (
      select position,
             ${timeProblemQuery(sql`time_text`, time, zone)} as problem
      from (
        select unnest(range(${texts.length})) as position,
               nullif(unnest(from_json(${JSON.stringify(texts)}, '["VARCHAR"]')), '') as time_text
      ) as texts
    ) as problems
    where problem is not null
    order by position`);
  return new Map(rows.map(({ position, problem }) => [position, problem]));
}

async function* parquetRejects(database: Database, reading: FileReading, zone: ZoneOffsets): AsyncGenerator<Reject[]> {
  const { file, time, timeColumn, userColumn } = reading;
  if (file.kind !== 'parquet') return;
  const numbered = numberedRowsQuery(file.parquet, [
    { name: sql`user_id`, value: userColumn },
    { name: sql`reason`, value: typedTimeProblemQuery(timeColumn.value, timeColumn.type, time, zone) },
  ]);
  for (let after = 0; ; ) {
    const rows = await database.rows<{ line: number; reason: string }>(sql`
      select line,
             reason
      from (${numbered}) as read_rows
      where reason is not null
        and user_id is not null
        and line > ${after}
      order by line
      limit ${PAGE_ROWS}`);
    yield rows.map(({ line, reason }) => ({ file: file.source.name, line, reason }));
    if (rows.length < PAGE_ROWS) return;
    after = rows.at(-1)?.line ?? after;
  }
}

/** `file,line,reason`, written as it is found. */
class RejectsFile {
  readonly #handle: FileHandle;
  #text = 'file,line,reason\n';

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async open(path: string): Promise<RejectsFile> {
    try {
      return new RejectsFile(await open(path, 'w', 0o600));
    } catch (error) {
      return fail('rejects-unwritable', { path, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
    }
  }

  async write(rejects: readonly Reject[]): Promise<void> {
    for (const { file, line, reason } of rejects) this.#text += `${csvCell(file)},${line},${csvCell(reason)}\n`;
    if (this.#text.length >= WRITE_AT) await this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    await this.#handle.write(this.#text);
    this.#text = '';
  }
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
