import type { Database } from '../../engine/database.js';
import { ident, join, list, type Sql, sql } from '../../sql/sql.js';
import { readHead } from '../text/read-head.js';
import { hasLineBreak, prepareTextFile, type TextFile } from '../text/text-file.js';
import { csvRejects } from './csv-rejects.js';
import { globLiteral } from './glob-literal.js';
import type { ReadableFile, ReadColumn, Reader, SourceOptions } from './reader.js';

interface CsvFile extends ReadableFile {
  readonly text: TextFile;
}

/** DuckDB cuts a file every 8,000,000 bytes. */
const PIECE_BYTES = 8_000_000;

/** Delimited text. What no other reader recognises is taken for it, and must then prove to be so. */
export const csvReader: Reader<CsvFile> = {
  format: 'csv',
  title: 'delimited text',
  endings: ['.csv', '.tsv', '.txt'],
  isText: true,
  promisedBy: [],
  recognises: () => true,
  refuseCut: () => undefined,
  async prepare(_database, source, options) {
    const text = await prepareTextFile(source, options);
    const columns = csvColumns(text);
    return {
      source,
      sha256: text.sha256,
      isBeginning: text.isBeginning,
      columns,
      records: text.records,
      hasPieces: text.bytes > PIECE_BYTES,
      layout: JSON.stringify([
        text.header,
        text.delimiter,
        text.headerLine > 0,
        text.blankLinesBeforeHeader,
        text.hasNul,
        text.hasQuotedLineEnd,
      ]),
      isReject: text.hasNul ? holdsNul(columns) : undefined,
      hasMixedLineEndings: text.hasMixedLineEndings,
      scriptCopy: text.scriptCopy,
      text,
    };
  },
  source: (files, _columns, options) =>
    csvSource(
      files.map(({ text }) => text),
      files[0]?.columns ?? [],
      options,
    ),
  async openHead(database, file, limit) {
    const records = await readHead(file.text, limit);
    return async (columns) => {
      const texts: (readonly string[])[] = [];
      for (const column of columns) texts.push(await textsOfRecords(database, file.columns, column, records));
      return texts;
    };
  },
  findRejects: (database, { text, columns }, question) => csvRejects(database, text, columns, question),
  refuseDamaged: async () => undefined,
};

/** The texts of a column in records, '' for empty; what lies within a column is taken out of it by the engine. */
async function textsOfRecords(
  database: Database,
  columns: readonly ReadColumn[],
  column: ReadColumn,
  records: readonly (readonly string[])[],
): Promise<readonly string[]> {
  const index = columns.indexOf(column.within ?? column);
  const texts = records.map((fields) => fields[index] ?? '');
  if (column.within === undefined || texts.length === 0) return texts;
  const rows = await database.rows<{ text: string }>(sql`
    select coalesce(${column.value}, '') as text
    from (
      select unnest(range(${texts.length})) as position,
             nullif(unnest(from_json(${JSON.stringify(texts)}, '["VARCHAR"]')), '') as ${column.within.value}
    ) as texts
    order by position`);
  return rows.map(({ text }) => text);
}

/** The columns of a text file; names that repeat, or are empty, get a name of their own in the query only. */
function csvColumns(file: TextFile): ReadColumn[] {
  const taken = new Set<string>();
  return file.header.map((name, index) => {
    let unique = name === '' ? `column ${index + 1}` : name;
    // DuckDB compares column names without case.
    while (taken.has(unique.toLowerCase())) unique = `${unique} ${index + 1}`;
    taken.add(unique.toLowerCase());
    return { name, value: ident(unique), type: 'VARCHAR', isNested: false, hasEmptyText: false };
  });
}

/**
 * Reads text files of one header and dialect with an explicit all-text schema; nothing is sniffed. Records that do not fit
 * the schema are left out, empty fields are null.
 */
function csvSource(files: readonly TextFile[], columns: readonly ReadColumn[], { hasNamedPaths, isWhole }: SourceOptions): Sql {
  const [first] = files;
  if (first === undefined) throw new RangeError('no file to read');
  // Such files have LF ends; told so, the engine reads what it must not be told of others (CRLF: no rows at all).
  const recordEnd = hasLineBreak(first.header)
    ? sql`
        new_line = '\\n',`
    : sql``;
  const schema = join(columns.map(({ value }) => sql`${value}: 'VARCHAR'`));
  return sql`read_csv(
        ${list(files.map(({ readPath, source, scriptCopy }) => globLiteral(hasNamedPaths ? (scriptCopy?.path ?? source.path) : readPath)))},
        columns = {${schema}},
        auto_detect = false,
        header = ${first.headerLine > 0},
        skip = ${first.blankLinesBeforeHeader},
        delim = ${first.delimiter},${recordEnd}
        quote = '"',
        escape = '"',
        strict_mode = true,
        null_padding = false,
        ignore_errors = true,
        parallel = ${!isWhole && !first.hasQuotedLineEnd}
      )`;
}

/** Whether any field of the record holds a NUL byte. */
function holdsNul(columns: readonly ReadColumn[]): Sql {
  return sql`contains(concat_ws('', ${join(columns.map(({ value }) => value))}), chr(0))`;
}
