import type { Database } from '../engine/database.js';
import { ident, join, type Sql, sql } from '../sql/sql.js';
import type { ColumnRole } from './column-mapping.js';
import { layoutOf } from './events-query.js';
import { headSampler } from './head-sampler.js';
import type { MappedFile } from './mapped-file.js';
import { readerOf } from './readers/index.js';
import type { ReadableFile, ReadColumn } from './readers/reader.js';
import { sampleMapped } from './sample-mapped.js';
import { textOfColumn } from './text-of-column.js';

/** A column of an input as files name it, or a field of one. */
export interface NamedColumn {
  readonly name: string;
  /** From 0: a header may repeat a name. */
  readonly place: number;
  /** DuckDB type name in the first file that has it. */
  readonly type: string;
}

const SAMPLED_RECORDS = 1000;
const SAMPLED_VALUES = 3;

/** Every column of the files, in the order in which they first appear; of one that has fields, the fields. */
export function listColumns(files: readonly ReadableFile[]): NamedColumn[] {
  const found = new Map<string, NamedColumn>();
  for (const file of files) {
    const places = new Map<string, number>();
    for (const { name, type } of plainColumns(file)) {
      const place = places.get(name) ?? 0;
      places.set(name, place + 1);
      const key = JSON.stringify([name, place]);
      if (!found.has(key)) found.set(key, { name, place, type });
    }
  }
  return [...found.values()];
}

/** The texts of columns as `text_0`, `text_1` …, null for empty: a row for each record of the files that can be told apart. */
export function columnTextsQuery(files: readonly ReadableFile[], columns: readonly NamedColumn[]): Sql {
  const groups = new Map<string, ReadableFile[]>();
  for (const file of files) groups.set(layoutOf(file), [...(groups.get(layoutOf(file)) ?? []), file]);
  const branches = [...groups.values()].map((group) => {
    const [first] = group;
    if (first === undefined) throw new RangeError('no file to read');
    const read = columns.map((column) => columnIn(first, column));
    const texts = read.map((column, index) => sql`${column === undefined ? sql`null::varchar` : textOf(column)} as ${textName(index)}`);
    const needed = read.filter((column) => column !== undefined);
    return sql`
      select ${join(texts)}
      from ${readerOf(first.source.format).source(group, needed, { hasNamedPaths: false, isWhole: true })} as read_rows
      where ${first.isReject === undefined ? sql`true` : sql`not ${first.isReject}`}`;
  });
  return join(
    branches,
    sql`
      union all`,
  );
}

/** The first values of each column that differ, as the first file that has any shows them. */
export async function sampleValues(
  database: Database,
  files: readonly ReadableFile[],
  columns: readonly NamedColumn[],
): Promise<readonly (readonly string[])[]> {
  const sample = headSampler(database, SAMPLED_RECORDS);
  const values = columns.map((): readonly string[] => []);
  for (const file of files) {
    const wanted = columns.flatMap((column, index) => {
      const read = values[index]?.length === 0 ? columnIn(file, column) : undefined;
      return read === undefined || read.isNested ? [] : [{ index, read }];
    });
    if (wanted.length === 0) continue;
    const texts = await sample(
      file,
      wanted.map(({ read }) => read),
    );
    for (const [at, { index }] of wanted.entries()) {
      values[index] = firstValues(texts[at]);
    }
  }
  return values;
}

/** The first values of each role that differ, as they are read. */
export async function sampleRoles(
  database: Database,
  mapped: readonly MappedFile[],
  roles: readonly ColumnRole[],
): Promise<readonly (readonly string[])[]> {
  const sample = headSampler(database, SAMPLED_RECORDS);
  const values = roles.map((): readonly string[] => []);
  for (const one of mapped) {
    const wanted = roles.filter((_, index) => values[index]?.length === 0);
    if (wanted.length === 0) break;
    const textsOf = await sampleMapped(database, sample, one, wanted);
    for (const role of wanted) values[roles.indexOf(role)] = firstValues(textsOf(role));
  }
  return values;
}

function firstValues(texts: readonly string[] = []): readonly string[] {
  return [...new Set(texts.filter((text) => text !== ''))].slice(0, SAMPLED_VALUES);
}

function textName(index: number): Sql {
  return ident(`text_${index}`);
}

function textOf(column: ReadColumn): Sql {
  return column.isNested ? sql`${column.value}::varchar` : textOfColumn(column);
}

function plainColumns(file: ReadableFile): readonly ReadColumn[] {
  return file.columns.flatMap((column) => (column.leaves?.length ? column.leaves : [column]));
}

function columnIn(file: ReadableFile, { name, place }: NamedColumn): ReadColumn | undefined {
  return plainColumns(file).filter((column) => column.name === name)[place];
}
