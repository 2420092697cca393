import { join as joinPath } from 'node:path';
import { type CopyFormat, type Database, EngineError } from '../engine/database.js';
import { segmentError } from '../errors/segment-error.js';
import { ident, join, type Sql, sql } from '../sql/sql.js';
import { segmentFileName } from './publish/file-name.js';
import type { OutputFolder, PublishedFile } from './publish/output-folder.js';

export interface MembershipFileOptions {
  readonly format: CopyFormat['format'];
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
  /** The column of members that holds its segment. */
  readonly column: string;
  /** Every segment, also the empty ones. */
  readonly segments: readonly string[];
  /** The columns of its files when only ids are asked for. */
  readonly idColumns: readonly string[];
}

/** Matches texts whose first character makes a spreadsheet read them as a formula (OWASP's list). */
export const FORMULA_START = '^[=+\\-@\\t\\r\\n＝＋－＠]';
/** Digits an engine's 64-bit decimal holds; wider ones are several times slower to write. */
const NARROW_DIGITS = 18;
const MONEY_DECIMALS = 2;

interface ColumnType {
  readonly name: string;
  readonly type: string;
  /** For decimals: whether every value fits into the narrow kind. */
  readonly isNarrow: boolean;
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
  const columns = await readColumns(database, format);
  const cells = (names: readonly string[]): Sql => cellList(names, columns, options);
  const memberColumns = unique([...options.memberColumns, ...options.keepColumns]);
  const write = async (name: string, query: Sql): Promise<PublishedFile> => {
    const path = folder.stagedPath(name);
    try {
      return { name, rows: await database.copy(query, path, { format }) };
    } catch (error) {
      throw copyError(error, path, joinPath(folder.directory, name));
    }
  };
  const written = [await write(`members.${format}`, membersQuery(cells(memberColumns)))];
  if (options.segmentFiles === 'none') return written;
  for (const { name, column, segments, idColumns } of segmentations) {
    const segmentCells = cells(options.segmentFiles === 'full' ? memberColumns : unique([...idColumns, ...options.keepColumns]));
    const paths = segmentPaths(name, segments, format);
    for (const [index, segment] of segments.entries()) {
      written.push(await write(paths[index] ?? '', segmentMembersQuery(segmentCells, column, segment)));
    }
  }
  return written;
}

/** No `order by` here and below: the engine keeps the order of the table's rows, and sorting again costs half as much as writing. */
function membersQuery(cells: Sql): Sql {
  return sql`select ${cells} from members`;
}

function segmentMembersQuery(cells: Sql, column: string, segment: string): Sql {
  return sql`select ${cells} from members where ${ident(column)} = ${segment}`;
}

/** One path a segment; hashes that happen to meet are told apart by a number. */
function segmentPaths(segmentation: string, segments: readonly string[], extension: string): string[] {
  const folder = segmentFileName(segmentation, '');
  const taken = new Set<string>();
  return segments.map((segment) => {
    let path = `${folder}/${segmentFileName(segment, extension)}`;
    for (let number = 2; taken.has(path); number++) path = `${folder}/${segmentFileName(segment, `${number}.${extension}`)}`;
    taken.add(path);
    return path;
  });
}

async function readColumns(database: Database, format: CopyFormat['format']): Promise<ReadonlyMap<string, ColumnType>> {
  const described = await database.rows<{ column_name: string; column_type: string }>(sql`describe members`);
  const types = described.map(({ column_name: name, column_type: type }) => ({ name, type }));
  const wide = format === 'csv' ? types.filter(({ type }) => isWide(type)) : [];
  const fits = wide.length === 0 ? [] : await database.rows<Record<string, boolean>>(narrowQuery(wide));
  return new Map(
    types.map(({ name, type }) => {
      const index = wide.findIndex((column) => column.name === name);
      return [
        name.toLowerCase(),
        { name, type, isNarrow: writtenScale(type) < DECIMAL_TYPES.length && (index === -1 || fits[0]?.[`fits_${index}`] === true) },
      ];
    }),
  );
}

/** Whether all values of each column fit into 18 digits at the scale they are written with. */
function narrowQuery(columns: readonly { name: string; type: string }[]): Sql {
  const checks = columns.map(({ name, type }, index) => {
    const bound = 10n ** BigInt(Math.max(NARROW_DIGITS - writtenScale(type), 0));
    return sql`coalesce(max(abs(${ident(name)})) < ${bound}, true) as ${ident(`fits_${index}`)}`;
  });
  return sql`select ${join(checks)} from members`;
}

function cellList(names: readonly string[], columns: ReadonlyMap<string, ColumnType>, options: MembershipFileOptions): Sql {
  const isSafe = options.format === 'csv' && options.spreadsheetSafe;
  return join(
    names.map((name) => {
      const column = columns.get(name.toLowerCase());
      if (column === undefined) throw new RangeError(`members has no column ${name}`);
      const heading = isSafe && new RegExp(FORMULA_START).test(name) ? `'${name}` : name;
      return sql`${options.format === 'csv' ? csvCell(column, isSafe) : ident(column.name)} as ${ident(heading)}`;
    }),
  );
}

function csvCell(column: ColumnType, isSafe: boolean): Sql {
  const value = ident(column.name);
  if (isSafe && column.type === 'VARCHAR') {
    return sql`case when regexp_matches(${value}, ${FORMULA_START}) then '''' || ${value} else ${value} end`;
  }
  const scale = decimalScale(column.type);
  return scale === undefined ? value : moneyCell(value, scale, column);
}

/** A decimal with at least 2 decimals, trailing zeros beyond dropped. The engine prints every decimal of the type. */
function moneyCell(value: Sql, scale: number, { type, isNarrow }: ColumnType): Sql {
  const missing = '0'.repeat(Math.max(MONEY_DECIMALS - scale, 0));
  if (!isNarrow) {
    if (missing !== '') return sql`${value}::varchar || ${scale === 0 ? `.${missing}` : missing}`;
    if (scale === MONEY_DECIMALS) return value;
    const extra = scale - MONEY_DECIMALS;
    return sql`left(${value}::varchar, ${-extra}) || rtrim(right(${value}::varchar, ${extra}), '0')`;
  }
  const narrow = sql`${value}::${decimalType(writtenScale(type))}`;
  if (scale <= MONEY_DECIMALS) return narrow;
  const cents = sql`${narrow}::${decimalType(MONEY_DECIMALS)}`;
  return sql`case when ${narrow} = ${cents} then ${cents}::varchar else rtrim(${narrow}::varchar, '0') end`;
}

/** The narrow decimal type of a scale; a type takes no bound value. */
function decimalType(scale: number): Sql {
  const type = DECIMAL_TYPES[scale];
  if (type === undefined) throw new RangeError(`no narrow decimal has ${scale} decimals`);
  return type;
}

const DECIMAL_TYPES: readonly Sql[] = [
  sql`decimal(18, 0)`,
  sql`decimal(18, 1)`,
  sql`decimal(18, 2)`,
  sql`decimal(18, 3)`,
  sql`decimal(18, 4)`,
  sql`decimal(18, 5)`,
  sql`decimal(18, 6)`,
  sql`decimal(18, 7)`,
  sql`decimal(18, 8)`,
  sql`decimal(18, 9)`,
  sql`decimal(18, 10)`,
];

function decimalScale(type: string): number | undefined {
  const scale = /^DECIMAL\(\d+,\s*(\d+)\)$/.exec(type)?.[1];
  return scale === undefined ? undefined : Number(scale);
}

function writtenScale(type: string): number {
  return Math.max(decimalScale(type) ?? 0, MONEY_DECIMALS);
}

/** Whether a decimal may hold values that do not fit into 18 digits at the scale they are written with. */
function isWide(type: string): boolean {
  const [, digits, scale] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type) ?? [];
  return digits !== undefined && Number(digits) - Number(scale) + writtenScale(type) > NARROW_DIGITS;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** Failures to write the file are the machine's; the rest is left to whoever knows the statement. */
function copyError(error: unknown, staged: string, path: string): unknown {
  if (!(error instanceof EngineError) || !error.message.includes(staged)) return error;
  if (error.kind === 'disk-full') return segmentError('disk-full', { path, flag: '--out' }, { cause: error });
  if (error.kind === 'permission') return segmentError('no-permission', { path }, { cause: error });
  if (error.kind === 'io') return segmentError('output-failed', { path, reason: ioReason(error.message) }, { cause: error });
  return error;
}

function ioReason(message: string): string {
  return /: ([^:"]+)$/.exec(message.trim())?.[1]?.toLowerCase() ?? 'the system gave no reason';
}
