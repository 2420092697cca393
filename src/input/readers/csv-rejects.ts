import type { Database } from '../../engine/database.js';
import { sql } from '../../sql/sql.js';
import { scanRecords } from '../text/scan-records.js';
import type { TextFile } from '../text/text-file.js';
import { timeProblemQuery } from '../time-query.js';
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
  const timeIndex = columns.indexOf(question.timeColumn);
  const userIndex = columns.indexOf(question.userColumn);
  let suspects: Suspect[] = [];
  let enough = FEW_SUSPECTS;
  for await (const records of scanRecords(text)) {
    question.signal?.throwIfAborted();
    for (const { line, problem, fields } of records) {
      const time = fields[timeIndex] ?? '';
      if (problem !== undefined) suspects.push({ line, reason: problem.replaceAll('-', '_') });
      else if ((fields[userIndex] ?? '') !== '' && !isSurelyDated(time, question)) suspects.push({ line, time });
    }
    if (suspects.length < enough) continue;
    yield await convict(database, suspects, question);
    suspects = [];
    enough = Math.min(4 * enough, MANY_SUSPECTS);
  }
  yield await convict(database, suspects, question);
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
