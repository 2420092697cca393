import type { Database } from '../../engine/database.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import type { RecordProblem } from '../text/record-scanner.js';
import { scanRecords } from '../text/scan-records.js';
import type { TextFile } from '../text/text-file.js';
import { timeProblemQuery, typedTimeProblemQuery } from '../time-query.js';
import { readTimeText } from '../time-text.js';
import type { LocatedReject, ReadColumn, RejectQuestion } from './reader.js';

/** A record that is a reject for `reason`, or may be one for its time. */
type Suspect = { readonly line: number } & ({ readonly reason: string } | { readonly time: string });

/** A question to the engine costs the time of thousands of records: few at first, as few are wanted mostly, then many at once. */
const FEW_SUSPECTS = 64;
const MANY_SUSPECTS = 8192;

/** Where every unreadable record of a text file begins and why. */
export async function* csvRejects(
  database: Database,
  text: TextFile,
  columns: readonly ReadColumn[],
  question: RejectQuestion,
): AsyncGenerator<readonly LocatedReject[]> {
  const times = indexesOf(question.timeColumn, columns);
  const users = indexesOf(question.userColumn, columns);
  if (times === undefined || users === undefined) yield* addedColumnRejects(database, text, columns, question);
  else yield* plainRejects(database, text, question, { times, users });
}

/** The fields that a column is the first filled one of; undefined when it is made in another way. */
function indexesOf(column: ReadColumn, columns: readonly ReadColumn[]): readonly number[] | undefined {
  const indexes = (column.firstOf ?? [column]).map((one) => columns.indexOf(one));
  return indexes.includes(-1) ? undefined : indexes;
}

function firstFilled(fields: readonly string[], indexes: readonly number[]): string {
  for (const index of indexes) {
    const field = fields[index] ?? '';
    if (field !== '') return field;
  }
  return '';
}

async function* plainRejects(
  database: Database,
  text: TextFile,
  question: RejectQuestion,
  indexes: { readonly times: readonly number[]; readonly users: readonly number[] },
): AsyncGenerator<readonly LocatedReject[]> {
  let suspects: Suspect[] = [];
  let enough = FEW_SUSPECTS;
  for await (const records of scanRecords(text)) {
    question.signal?.throwIfAborted();
    for (const { line, problem, fields } of records) {
      if (problem !== undefined) {
        suspects.push({ line, reason: reasonOf(problem) });
        continue;
      }
      const time = firstFilled(fields, indexes.times);
      if (firstFilled(fields, indexes.users) !== '' && !isSurelyDated(time, question)) suspects.push({ line, time });
    }
    if (suspects.length < enough) continue;
    yield await convict(database, suspects, question);
    suspects = [];
    enough = Math.min(4 * enough, MANY_SUSPECTS);
  }
  yield await convict(database, suspects, question);
}

function reasonOf(problem: RecordProblem): string {
  return problem.replaceAll('-', '_');
}

/** As much as one statement takes from a file. */
const BATCH_RECORDS = 8192;
const PAGE_ROWS = 100_000;
/** Beside the columns of the file and those added to it. */
const LINE = ident('line of the file');
const REASON = ident('reason of the reject');

/**
 * What a row says may lie within a column or depend on other rows of the file: all records go into a table, with the lines they begin on, and are read there
 * as the file itself is.
 */
async function* addedColumnRejects(
  database: Database,
  text: TextFile,
  columns: readonly ReadColumn[],
  { added, timeColumn, userColumn, time, zone, signal }: RejectQuestion,
): AsyncGenerator<readonly LocatedReject[]> {
  const needed = [...(added?.sources ?? []), timeColumn, userColumn].map((column) => column.within ?? column);
  const kept = columns.filter((column) => needed.includes(column));
  const indexes = kept.map((column) => columns.indexOf(column));
  const schema = kept.map(({ value }) => sql`${value} varchar`);
  await database.run(sql`create or replace temp table scanned_records (${join([sql`${LINE} bigint`, sql`${REASON} varchar`, ...schema])})`);
  let batch: (string | null)[][] = [];
  const insert = async (): Promise<void> => {
    if (batch.length > 0) await database.run(insertQuery(batch, kept.length));
    batch = [];
  };
  for await (const records of scanRecords(text)) {
    signal?.throwIfAborted();
    for (const { line, problem, fields } of records) {
      const reason = problem === undefined ? null : reasonOf(problem);
      batch.push([String(line), reason, ...indexes.map((index) => (problem === undefined ? fields[index] || null : null))]);
    }
    if (batch.length >= BATCH_RECORDS) await insert();
  }
  await insert();
  const readable = sql`(select * from scanned_records where ${REASON} is null) as readable_records`;
  for (let after = 0; ; ) {
    const rows = await database.rows<LocatedReject>(sql`
      select line,
             reason
      from (
        select ${LINE} as line,
               ${REASON} as reason
        from scanned_records
        where ${REASON} is not null
        union all
        select ${LINE} as line,
               case when ${userColumn.value} is not null then ${typedTimeProblemQuery(timeColumn.value, timeColumn.type, time, zone)} end as reason
        from ${added?.relation(readable) ?? readable}
      ) as rejects
      where reason is not null
        and line > ${after}
      order by line
      limit ${PAGE_ROWS}`);
    yield rows;
    if (rows.length < PAGE_ROWS) break;
    after = rows.at(-1)?.line ?? after;
  }
  await database.run(sql`drop table scanned_records`);
}

function insertQuery(records: readonly (readonly (string | null)[])[], cells: number): Sql {
  const texts = Array.from({ length: cells }, (_, index) => sql`cells[${index + 3}::bigint]`);
  return sql`
      insert into scanned_records
      select ${join([sql`cells[1]::bigint`, sql`cells[2]`, ...texts])}
      from (select unnest(from_json(${JSON.stringify(records)}, '[["VARCHAR"]]')) as cells) as records`;
}

async function convict(database: Database, suspects: readonly Suspect[], question: RejectQuestion): Promise<LocatedReject[]> {
  const times = suspects.flatMap((suspect) => ('time' in suspect ? [suspect.time] : []));
  const problems = await timeProblems(database, times, question);
  let asked = 0;
  return suspects.flatMap((suspect) => {
    const reason = 'time' in suspect ? problems.get(asked++) : suspect.reason;
    return reason === undefined ? [] : [{ line: suspect.line, reason }];
  });
}

/** Whole seconds, milliseconds or microseconds from 2001 to 2286. */
const PLAIN_EPOCH = /^[1-9]\d{9}(\d{3}|\d{6})?$/;

/** Whether a time cannot make its record a reject, as nearly all cannot: asking the engine is many times as dear. */
function isSurelyDated(text: string, { time }: RejectQuestion): boolean {
  if (time === null || time.pattern !== null) return false;
  const read = readTimeText(text);
  if (read?.kind === 'calendar') return read.shape !== undefined;
  return read?.kind === 'epoch' && read.unit === time.epochUnit && PLAIN_EPOCH.test(text);
}

/** The problem of each text that has one, by position: the same expression that read the column. */
async function timeProblems(
  database: Database,
  texts: readonly string[],
  { time, zone }: RejectQuestion,
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
