import type { Database } from '../../engine/database.js';
import type { Sql } from '../../sql/sql.js';
import type { ZoneOffsets } from '../../time/zone-offsets.js';
import type { InputFile } from '../sources.js';
import type { TextOptions } from '../text/plain-text.js';
import type { ScriptCopy } from '../text/script-copy.js';
import type { TimeFormat } from '../time-format.js';
import { columnInJsonText } from './json-text.js';

/** One format of files. A reader only ever meets files that it prepared itself, and in one `source` only files of one layout. */
export interface Reader<F extends ReadableFile = ReadableFile> {
  /** Its key, as in `InputFile.format`. */
  readonly format: string;
  /** How messages call it. */
  readonly title: string;
  /** Endings of file names, in lower case, that folders are searched for. */
  readonly endings: readonly string[];
  /** Text may be packed, and stand in any encoding; the others are read by the engine as they are. */
  readonly isText: boolean;
  /** Those of the endings with which a file must hold this format. */
  readonly promisedBy: readonly string[];
  /** Whether a file that begins so is of this format. Readers are asked in their order. */
  recognises(head: FileHead): boolean;
  /** Refuses a file whose size or last bytes show that its end is missing. */
  refuseCut(file: { readonly name: string; readonly size: number }, tail: Buffer): void;
  /** Checks a file from end to end and finds its columns; with a `head`, as much of its beginning as that says, when it is longer. */
  prepare(database: Database, source: InputFile, options: TextOptions): Promise<F>;
  /** The table that reads these columns, or those they lie within, from files of one layout. */
  source(files: readonly F[], columns: readonly ReadColumn[], options: SourceOptions): Sql;
  /** The first `limit` records of a file. */
  openHead(database: Database, file: F, limit: number): Promise<Head>;
  /** Where every unreadable record begins and why, in the order of the file, in batches. */
  findRejects(database: Database, file: F, question: RejectQuestion): AsyncIterable<readonly LocatedReject[]>;
  /** After the engine failed: refuses the file if it cannot be read to its end. */
  refuseDamaged(database: Database, source: InputFile): Promise<void>;
}

export interface SourceOptions {
  /** For printing: the files as they were named in place of their spooled copies. */
  readonly hasNamedPaths: boolean;
  /**
   * Each file from its beginning to its end. The engine is faster when it reads a file in several pieces at once, but then it may lose
   * records where a piece begins with one that does not fit.
   */
  readonly isWhole: boolean;
}

/** The beginning of a file: its bytes, and the text in them. */
export interface FileHead {
  readonly bytes: Buffer;
  readonly text: string;
}

/** Columns of a file's first records: a list of texts a column, '' for empty. */
export type Head = (columns: readonly ReadColumn[]) => Promise<readonly (readonly string[])[]>;

export interface WrittenText {
  readonly encoding: string;
  /** What separates the fields. */
  readonly delimiter?: string | undefined;
  /** Physical line where the header begins, from 1; 0: there is none in the file. */
  readonly headerLine?: number | undefined;
}

/** A file that passed its checks, with its columns. */
export interface ReadableFile {
  readonly source: InputFile;
  /** Of the file's bytes, hex; empty for a beginning. */
  readonly sha256: string;
  /** Whether only its beginning was read, so that its records are the first of the file. */
  readonly isBeginning?: boolean | undefined;
  readonly columns: readonly ReadColumn[];
  /** Those that are no rows of `source` are rejects. */
  readonly records: number;
  /** Whether it is ever read in pieces. */
  readonly hasPieces: boolean;
  /** How its text is written; undefined for formats that are none. */
  readonly text?: WrittenText | undefined;
  /** What must be equal for files to be read by one `source`. */
  readonly layout: string;
  /** True for rows of `source` that are rejects; undefined when there are none. */
  readonly isReject: Sql | undefined;
  readonly hasMixedLineEndings: boolean;
  /** The copy a printed script reads in place of the named file; undefined where that will do. */
  readonly scriptCopy: ScriptCopy | undefined;
}

/** Columns made from those of a file. */
export interface AddedColumns {
  /** Rows of a file, or of a part of one, with the columns added. */
  readonly relation: (source: Sql) => Sql;
  /** The columns in the file that they are made from. */
  readonly sources: readonly ReadColumn[];
}

/** What makes a record of a file unreadable. */
export interface RejectQuestion {
  readonly timeColumn: ReadColumn;
  readonly userColumn: ReadColumn;
  /** Where these two come from when they are no columns of the file. */
  readonly added?: AddedColumns | undefined;
  /** Null when the column's type says it all. */
  readonly time: TimeFormat | null;
  readonly zone: ZoneOffsets;
  /** Stops the search; it then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface LocatedReject {
  /** Physical line where the record begins; where there are no lines, the row, from 1. */
  readonly line: number;
  readonly reason: string;
}

/** One column of a file group as the engine reads it. */
export interface ReadColumn {
  /** As in the file's header or schema. */
  readonly name: string;
  /** Reads it from the group's `source`. */
  readonly value: Sql;
  /** DuckDB type name; `VARCHAR` for text files. */
  readonly type: string;
  /** Struct, list or map: never a candidate by name. */
  readonly isNested: boolean;
  /** Whether '' can occur; in text files an empty field is null. */
  readonly hasEmptyText: boolean;
  /** The column of the source that it is taken from, when it is none itself. */
  readonly within?: ReadColumn | undefined;
  /** In JSON: the dotted name that leads to it. */
  readonly path?: string | undefined;
  /** What a nested column holds that can be named by a dotted path (`user.id`), as far as the head shows. */
  readonly leaves?: readonly ReadColumn[] | undefined;
  /** An added column that is the first of these that is not empty. */
  readonly firstOf?: readonly ReadColumn[] | undefined;
  /** What a map from text, or an object of JSON, holds under any key or path; it may be empty in every row. */
  readonly entry?: ((key: string) => ReadColumn) | undefined;
}

/** A column by its exact name, or what a dotted path names within one, also within JSON that stands in a text column. */
export function findColumn(columns: readonly ReadColumn[], name: string): ReadColumn | undefined {
  const exact = columns.find((column) => column.name === name);
  if (exact !== undefined) return exact;
  for (const column of columns) {
    const leaf = column.leaves?.find((candidate) => candidate.name === name);
    if (leaf !== undefined) return leaf;
    if (column.entry !== undefined && name.startsWith(`${column.name}.`)) return column.entry(name.slice(column.name.length + 1));
  }
  return columnInJsonText(columns, name);
}
