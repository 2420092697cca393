import type { Database } from '../../engine/database.js';
import { fail } from '../../errors/segment-error.js';
import { ident, join, list, type Sql, sql } from '../../sql/sql.js';
import type { InputFile } from '../sources.js';
import { cutBegunLine } from '../text/beginning.js';
import { splitJsonList } from '../text/json-list.js';
import { BLANKS, countWrittenLines, WrittenLines } from '../text/physical-line.js';
import { checkLines, LINE_LIMIT, type PlainText, passing, readPlainText, type TextOptions } from '../text/plain-text.js';
import { readTextChunks } from '../text/read-text-chunks.js';
import { scriptCopy } from '../text/script-copy.js';
import { Spool } from '../text/spool.js';
import { TextPass } from '../text/text-pass.js';
import { textOfColumn } from '../text-of-column.js';
import { typedTimeProblemQuery } from '../time-query.js';
import { elementsOf, findKeys, headStructure, isKeyedList, leafNames, linesOf, nestedKeys } from './json-keys.js';
import { jsonPaths, jsonPointer, jsonValueQuery, keyedJsonEntry } from './json-text.js';
import type { Head, LocatedReject, ReadableFile, ReadColumn, Reader, RejectQuestion, SourceOptions } from './reader.js';

interface JsonlFile extends ReadableFile {
  /** The file itself, or its copy unpacked, in UTF-8, without a byte order mark, with an object a line. */
  readonly readPath: string;
  readonly isList: boolean;
  readonly hasNul: boolean;
  /** Whether the file may have been cut off within its last line. */
  readonly isLastLineOpen: boolean;
  readonly names: ColumnNames;
}

const PAGE_ROWS = 100_000;
const AS_READ = { hasNamedPaths: false };
const OPEN_LIST = 0x5b;
/** Why a line is no record; null for a record. */
const PROBLEM = ident('problem of the line');
/** Beside the columns of the file and those added to it. */
const LINE = ident('line of the file');
/** The escape of a NUL, but not after an odd number of backslashes. */
const NUL_PATTERN = '(?:^|[^\\\\])(?:\\\\\\\\)*\\\\u0000';

/** JSON, one object a line, or one list of objects. */
export const jsonlReader: Reader<JsonlFile> = {
  format: 'jsonl',
  title: 'JSON Lines',
  endings: ['.jsonl', '.ndjson', '.json'],
  promisedBy: ['.jsonl', '.ndjson'],
  isText: true,
  recognises: ({ text }) => /^\s*(?:\{\s*(?:"|\}|$)|\[\s*(?:\{|\]|$))/.test(text),
  refuseCut: () => undefined,
  prepare: prepareJsonl,
  source: jsonlSource,
  openHead: async (database, file, limit) => jsonlHead(database, file, limit),
  findRejects: jsonlRejects,
  refuseDamaged: async () => undefined,
};

async function prepareJsonl(database: Database, source: InputFile, options: TextOptions): Promise<JsonlFile> {
  const spool = new Spool(options.spoolDirectory, options.signal);
  try {
    const plain = await readPlainText(source, spool, options);
    const { path: readPath, isList, pass } = await copyLines(source, plain, spool);
    await spool.keepOnly(readPath);
    const { keys, hasNul, lines } = await findKeys(database, source, readPath);
    const structure = await headStructure(database, readPath);
    const nested = await nestedKeys(database, readPath, keys, structure);
    const names = new ColumnNames(keys);
    const inOrder = [...Object.keys(structure), ...keys.filter((key) => !Object.hasOwn(structure, key))];
    const columns = inOrder.map((key) => {
      const column = textColumn(names, key);
      if (!nested.has(key)) return column;
      if (isKeyedList(structure[key])) {
        const holder = { ...column, isNested: true };
        return { ...holder, entry: (name: string) => keyedJsonEntry(holder, name) };
      }
      const leaves = leafNames(key, structure[key], 1).map((name) => textColumn(names, name));
      return { ...column, isNested: true, leaves, entry: (path: string) => textColumn(names, `${key}.${path}`) };
    });
    return {
      source,
      sha256: plain.sha256,
      isBeginning: plain.isBeginning,
      text: { encoding: plain.encoding },
      columns,
      // The engine counted the lines while it parsed them; where blanks alone make the numbers differ, they are counted again.
      records: pass.lines === lines ? lines : await countWrittenLines(readPath),
      hasPieces: false,
      layout: JSON.stringify([isList, hasNul, keys, [...nested].sort()]),
      isReject: sql`${PROBLEM} is not null`,
      hasMixedLineEndings: false,
      scriptCopy: scriptCopy(source, plain.encoding, { hasOtherRecordEnds: false, hasMark: plain.hasMark }),
      readPath,
      isList,
      hasNul,
      isLastLineOpen: !isList && !plain.pass.isLastLineEnded,
      names,
    };
  } catch (error) {
    await spool.keepOnly(undefined);
    throw error;
  }
}

interface Lines {
  readonly path: string;
  readonly isList: boolean;
  readonly pass: TextPass;
}

/** The text with an object a line and no byte order mark, which the engine takes for a part of the first line. */
async function copyLines(source: InputFile, plain: PlainText, spool: Spool): Promise<Lines> {
  if (!(await holdsList(plain.path))) {
    await checkLines(source, plain);
    const path = plain.hasMark ? await spool.copy(readTextChunks(plain.path)) : plain.path;
    return { path, isList: false, pass: plain.pass };
  }
  const pass = new TextPass(LINE_LIMIT);
  const path = await spool.copy(passing(splitJsonList(plain.path, source.name, plain.isBeginning), pass));
  if (plain.isBeginning) await cutBegunLine(path);
  if (pass.bytes === 0) fail('file-empty', { file: source.name, what: 'holds a JSON list without elements' });
  await checkLines(source, { path, pass });
  return { path, isList: true, pass };
}

async function holdsList(path: string): Promise<boolean> {
  for await (const chunk of readTextChunks(path)) {
    const begin = chunk.find((byte) => !BLANKS.has(byte));
    if (begin !== undefined) return begin === OPEN_LIST;
  }
  return false;
}

/** The names of a file's columns in the query: the engine compares them without case, JSON with it. */
class ColumnNames {
  readonly #names = new Map<string, string>();
  readonly #taken = new Set(['problem of the line', 'line of the file']);

  /** Files of the same keys name them alike, whatever their order. */
  constructor(keys: readonly string[]) {
    for (const key of [...keys].sort()) this.of(key);
  }

  of(key: string): Sql {
    const known = this.#names.get(key);
    if (known !== undefined) return ident(known);
    let name = key === '' ? 'empty key' : key;
    for (let place = 2; this.#taken.has(name.toLowerCase()); place += 1) name = `${key} ${place}`;
    this.#taken.add(name.toLowerCase());
    this.#names.set(key, name);
    return ident(name);
  }
}

function textColumn(names: ColumnNames, name: string): ReadColumn {
  return { name, value: names.of(name), type: 'VARCHAR', isNested: false, hasEmptyText: false, path: name };
}

function jsonlSource(
  files: readonly JsonlFile[],
  columns: readonly ReadColumn[],
  { hasNamedPaths }: Pick<SourceOptions, 'hasNamedPaths'>,
): Sql {
  const [first] = files;
  if (first === undefined) throw new RangeError('no file to read');
  const names = [...new Set(columns.flatMap((column) => (column.within ?? column).path ?? []))];
  const pointers = [...new Set(names.flatMap((name) => jsonPaths(name).map(jsonPointer)))];
  const textOf = (name: string): Sql => jsonValueQuery(sql`json`, name, (path) => sql`texts[${pointers.indexOf(jsonPointer(path)) + 1}]`);
  const nul = first.hasNul
    ? sql`
                 when regexp_matches(json, ${NUL_PATTERN}) then 'nul_byte'`
    : sql``;
  const paths = files.map(({ readPath, source, scriptCopy: copy }) => (hasNamedPaths ? (copy?.path ?? source.path) : readPath));
  return sql`(
        select case
                 when json is null then 'not_json'
                 when not starts_with(json, '{') then 'not_an_object'${nul}
               end as ${PROBLEM}${join(
                 names.map(
                   (name) => sql`,
               ${textOf(name)} as ${first.names.of(name)}`,
                 ),
                 sql``,
               )}
        from (
          select json${
            pointers.length === 0
              ? sql``
              : sql`,
                 json_extract_string(json, ${list(pointers)}) as texts`
          }
          from ${hasNamedPaths && first.isList ? elementsOf(paths) : linesOf(paths)}
        ) as lines
      )`;
}

function jsonlHead(database: Database, file: JsonlFile, limit: number): Head {
  return async (columns) => {
    if (columns.length === 0) return [];
    const values = columns.map((column, index) => sql`coalesce(${column.value}, '') as ${ident(`c${index}`)}`);
    const rows = await database.rows<Record<string, string>>(sql`
      select ${join(columns.map((_, index) => ident(`c${index}`)))}
      from (
        select row_number() over () as line,
               ${PROBLEM},
               ${join(values)}
        from ${jsonlSource([file], columns, AS_READ)} as read_rows
        limit ${limit}
      ) as head
      where ${PROBLEM} is null
      order by line`);
    return columns.map((_, index) => rows.map((row) => row[`c${index}`] ?? ''));
  };
}

async function* jsonlRejects(
  database: Database,
  file: JsonlFile,
  { timeColumn, userColumn, added, time, zone, signal }: RejectQuestion,
): AsyncGenerator<readonly LocatedReject[]> {
  const numbered = sql`(
          select *,
                 row_number() over () as ${LINE}
          from ${jsonlSource([file], [timeColumn, userColumn, ...(added?.sources ?? [])], AS_READ)} as read_rows
        ) as numbered_rows`;
  const lines = new WrittenLines(file.readPath);
  try {
    for (let after = 0; ; ) {
      signal?.throwIfAborted();
      const rows = await database.rows<LocatedReject>(sql`
      select line,
             reason
      from (
        select ${LINE} as line,
               case
                 when ${PROBLEM} is not null then ${PROBLEM}
                 when ${textOfColumn(userColumn)} is not null then ${typedTimeProblemQuery(timeColumn.value, timeColumn.type, time, zone)}
               end as reason
        from ${added?.relation(numbered) ?? numbered}
      ) as rejects
      where reason is not null
        and line > ${after}
      order by line
      limit ${PAGE_ROWS}`);
      const located: LocatedReject[] = [];
      for (const { line, reason } of rows) located.push({ line: await lines.of(line), reason });
      const last = located.at(-1);
      const isCutOff = rows.length < PAGE_ROWS && last?.reason === 'not_json' && file.isLastLineOpen && (await lines.isLast());
      yield isCutOff ? [...located.slice(0, -1), { ...last, reason: 'cut_off' }] : located;
      if (rows.length < PAGE_ROWS) return;
      after = rows.at(-1)?.line ?? after;
    }
  } finally {
    await lines.close();
  }
}
