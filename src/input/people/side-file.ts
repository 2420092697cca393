import type { Database } from '../../engine/database.js';
import { nearest } from '../../errors/nearest.js';
import { fail, SegmentError } from '../../errors/segment-error.js';
import { normaliseName } from '../../events/normalise-name.js';
import { type Sql, sql } from '../../sql/sql.js';
import { COLUMN_NAMES } from '../column-mapping.js';
import { readerOf } from '../readers/index.js';
import { findColumn, type ReadableFile, type ReadColumn } from '../readers/reader.js';
import type { InputFile } from '../sources.js';
import type { TextOptions } from '../text/plain-text.js';

/** The flags that name a file of people. */
export type SideFlag = '--users' | '--identity' | '--only' | '--exclude' | '--ids' | '--suppress';

/** A file of people beside the events, with its columns. */
export interface SideFile {
  readonly flag: SideFlag;
  readonly file: ReadableFile;
}

/** The columns of user ids (PRODUCT §2), the best first; `id` is an id in a file of people, and better than what may be a name. */
const WEAK_NAMES = ['identity', 'user', 'customer', 'email'];
export const ID_NAMES = [...COLUMN_NAMES.user.filter((name) => !WEAK_NAMES.includes(name)), 'id', ...WEAK_NAMES];

/**
 * Checks a file of people from end to end and finds its columns. It is read as UTF-8, and in the encoding that was named for the
 * events only when it is none. Errors: those of readers.
 */
export async function prepareSideFile(
  database: Database,
  flag: SideFlag,
  input: InputFile,
  { encoding, ...options }: Omit<TextOptions, 'delimiter' | 'blankSeparated'>,
): Promise<SideFile> {
  const reader = readerOf(input.format);
  try {
    return { flag, file: await reader.prepare(database, input, options) };
  } catch (error) {
    if (encoding === undefined || !(error instanceof SegmentError) || error.code !== 'encoding') throw error;
    return { flag, file: await reader.prepare(database, input, { ...options, encoding }) };
  }
}

/** The records of a file of people, each from its beginning to its end, without those that cannot be read. */
export function sideRows({ file }: SideFile, columns: readonly ReadColumn[], hasNamedPaths: boolean): Sql {
  const source = readerOf(file.source.format).source([file], columns, { hasNamedPaths, isWhole: true });
  return file.isReject === undefined ? source : sql`(select * from ${source} as all_rows where not ${file.isReject})`;
}

/**
 * The column of a name that was given. Errors: `column-unknown`, `side-column-nested`.
 */
export function givenColumn(side: SideFile, option: string, name: string): ReadColumn {
  const { columns } = side.file;
  const column = findColumn(columns, name) ?? onlyOne(columnsNamed(columns, normaliseName(name)));
  const found = columns.flatMap((one) => (one.leaves?.length ? one.leaves : [one])).map((one) => one.name);
  if (column === undefined) return fail('column-unknown', { flag: option, column: name, found, nearest: nearest(name, found) });
  if (column.isNested) fail('column-unknown', { flag: option, column: name, found, nearest: column.leaves?.[0]?.name });
  return column;
}

/** The best column of a list of normalised names. Error: `side-column-ambiguous`. */
export function namedColumn(side: SideFile, names: readonly string[], what: string, option: string | undefined): ReadColumn | undefined {
  for (const name of names) {
    const found = columnsNamed(side.file.columns, name);
    if (found.length > 1) {
      fail('side-column-ambiguous', { flag: side.flag, file: side.file.source.name, what, names: found.map((one) => one.name), option });
    }
    if (found[0] !== undefined) return found[0];
  }
  return undefined;
}

/** The column of user ids: the one that is called like that of the events, then the best name. */
export function userIdColumn(side: SideFile, userOfEvents: string | null, option: string | undefined): ReadColumn | undefined {
  const same = side.file.columns.filter(({ name, isNested }) => !isNested && name === userOfEvents);
  return onlyOne(same) ?? namedColumn(side, ID_NAMES, 'user id', option);
}

function columnsNamed(columns: readonly ReadColumn[], normal: string): ReadColumn[] {
  return normal === '' ? [] : columns.filter(({ name, isNested }) => !isNested && normaliseName(name) === normal);
}

function onlyOne<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined;
}
