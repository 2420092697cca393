import { join as joinPath } from 'node:path';
import { type Database, EngineError } from '../engine/database.js';
import { segmentError } from '../errors/segment-error.js';
import { hasErrorCode, isSystemError, systemReason } from '../errors/system-error.js';
import { ident, type Sql, sql } from '../sql/sql.js';
import { memberColumnsNamed, readMemberColumns } from './member-columns.js';
import { segmentFileName } from './publish/file-name.js';
import type { OutputFolder, PublishedFile } from './publish/output-folder.js';
import { type MemberFormat, WRITERS } from './writers/index.js';
import type { Writer } from './writers/writer.js';

export interface MembershipFileOptions {
  readonly format: MemberFormat;
  /** `ids`: what an upload needs; `full`: the columns of members; `none`: no segment files. */
  readonly segmentFiles: 'ids' | 'full' | 'none';
  readonly segmentations: readonly SegmentationFiles[];
  readonly memberColumns: readonly string[];
  /** Columns of the input kept for each user; they follow the others everywhere. */
  readonly keepColumns: readonly string[];
  /** CSV only: a `'` before texts that a spreadsheet would take for a formula. */
  readonly spreadsheetSafe: boolean;
}

/** A segmentation that gets one file a segment. */
export interface SegmentationFiles {
  readonly name: string;
  /** The column of members that holds its segment; undefined: every segment has a column of its own, true or false. */
  readonly column: string | undefined;
  /** Every segment, also the empty ones. */
  readonly segments: readonly string[];
  /** The columns of its files when only ids are asked for. */
  readonly idColumns: readonly string[];
}

/**
 * Writes `members` and the segment files into the folder's staging place, from the table `members`, whose rows must stand
 * in order of user_id. Returns the files with their numbers of users, members first. Fails with `disk-full`, `no-permission`, `output-failed`.
 */
export async function writeMembershipFiles(
  database: Database,
  folder: OutputFolder,
  options: MembershipFileOptions,
): Promise<PublishedFile[]> {
  const { format, segmentations } = options;
  const writer: Writer = WRITERS[format];
  const columns = await readMemberColumns(database, writer);
  const memberColumns = unique([...options.memberColumns, ...options.keepColumns]);
  const write = async (name: string, names: readonly string[], makeQuery: (cells: Sql) => Sql): Promise<PublishedFile> => {
    const path = folder.stagedPath(name);
    const chosen = memberColumnsNamed(names, columns);
    const query = makeQuery(writer.selectList(chosen, options.spreadsheetSafe));
    try {
      return { name, rows: await writer.write(database, query, path, chosen) };
    } catch (error) {
      throw writeError(error, path, joinPath(folder.directory, name));
    }
  };
  const written = [await write(`members.${format}`, memberColumns, membersQuery)];
  if (options.segmentFiles === 'none') return written;
  for (const { name, column, segments, idColumns } of segmentations) {
    const names = options.segmentFiles === 'full' ? memberColumns : unique([...idColumns, ...options.keepColumns]);
    const paths = segmentPaths(segmentFileName(name, ''), segments, format);
    for (const [index, segment] of segments.entries()) {
      const query = (cells: Sql): Sql => segmentMembersQuery(cells, isIn(column, segment), writer.needsSortedRows);
      written.push(await write(paths[index] ?? '', names, query));
    }
  }
  return written;
}

/** No `order by` here, and below only where it must be: the engine keeps the order of the table's rows, and sorting again costs half as much as writing. */
function membersQuery(cells: Sql): Sql {
  return sql`select ${cells} from members`;
}

function isIn(column: string | undefined, segment: string): Sql {
  return column === undefined ? ident(segment) : sql`${ident(column)} = ${segment}`;
}

function segmentMembersQuery(cells: Sql, condition: Sql, isSorted: boolean): Sql {
  return sql`select ${cells} from members where ${condition}${isSorted ? sql` order by user_id` : sql``}`;
}

/** One path a segment; hashes that happen to meet are told apart by a number. */
export function segmentPaths(folder: string, segments: readonly string[], extension: string): string[] {
  const taken = new Set<string>();
  return segments.map((segment) => {
    let path = `${folder}/${segmentFileName(segment, extension)}`;
    for (let number = 2; taken.has(path); number++) path = `${folder}/${segmentFileName(segment, `${number}.${extension}`)}`;
    taken.add(path);
    return path;
  });
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** Failures to write the file are the machine's; the rest is left to whoever knows the statement. */
export function writeError(error: unknown, staged: string, path: string): unknown {
  if (isSystemError(error)) {
    if (hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) return segmentError('disk-full', { path, flag: '--out' }, { cause: error });
    if (hasErrorCode(error, 'EACCES', 'EPERM', 'EROFS')) return segmentError('no-permission', { path }, { cause: error });
    return segmentError('output-failed', { path, reason: systemReason(error) }, { cause: error });
  }
  if (!(error instanceof EngineError) || !error.message.includes(staged)) return error;
  if (error.kind === 'disk-full') return segmentError('disk-full', { path, flag: '--out' }, { cause: error });
  if (error.kind === 'permission') return segmentError('no-permission', { path }, { cause: error });
  if (error.kind === 'io') return segmentError('output-failed', { path, reason: ioReason(error.message) }, { cause: error });
  return error;
}

function ioReason(message: string): string {
  return /: ([^:"]+)$/.exec(message.trim())?.[1]?.toLowerCase() ?? 'the system gave no reason';
}
