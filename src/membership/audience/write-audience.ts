import { join as joinPath } from 'node:path';
import type { Database } from '../../engine/database.js';
import { fail } from '../../errors/segment-error.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import type { ContactField, Destination } from '../destinations/destination.js';
import { listedIdsQuery, type MemberCondition } from '../list-query.js';
import type { PseudonymKey } from '../pseudonyms.js';
import { segmentFileName } from '../publish/file-name.js';
import type { OutputFolder } from '../publish/output-folder.js';
import { writeError } from '../write-members.js';
import { csvCell } from '../writers/csv.js';
import type { MemberColumn } from '../writers/writer.js';
import { type AudienceShape, audienceCountsQuery, audienceLinesQuery, audienceRowsQuery, headerLine } from './audience-query.js';
import { type Audience, type AudienceFile, type EmptiedReason, LEFT_OUT_REASONS, type LeftOutReason } from './audience-result.js';
import { CONTACT_PROBLEMS, cleanText, contactsQuery, countryTables } from './contacts-query.js';

/** Where files are staged. */
type AudienceFolder = Pick<OutputFolder, 'directory' | 'stagedPath'>;

export interface AudienceSettings {
  readonly destination: Destination;
  /** Writes pseudonyms in place of `user_id`. */
  readonly pseudonymKey: PseudonymKey | undefined;
  /** As it was asked for, its file name without an ending, and what a member has to be. */
  readonly segment: string | undefined;
  readonly fileName: string;
  readonly conditions: readonly MemberCondition[];
  /** The columns of `members` that fields are read from, also of fields that only a suppression list asks for. */
  readonly contacts: ReadonlyMap<ContactField, MemberColumn>;
  /** The columns of `members` that become properties, named as the file has them. */
  readonly properties: readonly MemberColumn[];
  readonly defaultCountry: string | undefined;
  readonly suppression: AudienceShape['suppression'];
  /** Rows of one file; undefined: as many as the tool takes. */
  readonly mostRows: number | undefined;
}

const EMPTY_REASONS: readonly EmptiedReason[] = [...CONTACT_PROBLEMS, 'repeated', 'incomplete_address'];

/** Makes the tables that contacts are read with; once a session. */
export async function makeCountryTables(database: Database): Promise<void> {
  for (const { name, query } of countryTables()) await database.run(sql`create or replace temp table ${ident(name)} as ${query}`);
}

/**
 * Writes the audience of some members for one tool into the folder's staging place, in as many files as its bounds ask for, from the table
 * `members`; without a folder only counts. Errors: `audience-row-too-long`, `disk-full`, `no-permission`, `output-failed`.
 */
export async function writeAudience(database: Database, folder: AudienceFolder | undefined, settings: AudienceSettings): Promise<Audience> {
  const { destination, contacts, properties, segment } = settings;
  const shape = shapeOf(settings);
  await makeTables(database, settings, shape);
  const counts = await readCounts(database, shape);
  const header = headerLine([...shape.columns.map((column) => column.header), ...properties.map(({ name }) => name)]);
  const files: AudienceFile[] = [];
  for (const part of await findParts(database, settings, destination.hasHeader ? header : undefined)) {
    files.push(part.file);
    if (folder !== undefined) await writePart(database, folder, part, destination.hasHeader ? header : undefined);
  }
  return {
    destination: destination.name,
    title: destination.title,
    upload: destination.upload,
    segment,
    members: counts.members,
    rows: counts.rows,
    leftOut: counts.leftOut,
    columns: shape.columns.map(({ header: name, field }, index) => ({
      header: name,
      from: contacts.get(field)?.name ?? '',
      filled: counts.filled[index] ?? 0,
    })),
    emptied: counts.emptied,
    files,
  };
}

/** Which columns a destination's file has, where these fields are known: those that mean something only together all or not at all. */
export function writtenColumns({ columns, together = [] }: Destination, known: ReadonlySet<ContactField>): Destination['columns'] {
  const isWhole = columns.every(({ header, field }) => !together.includes(header) || known.has(field));
  return columns.filter(({ header, field }) => known.has(field) && (isWhole || !together.includes(header)));
}

function shapeOf({ destination, contacts, properties, suppression }: AudienceSettings): AudienceShape {
  return {
    destination,
    columns: writtenColumns(destination, new Set(contacts.keys())),
    properties: properties.map((_, index) => propertyName(index)),
    suppression,
  };
}

function propertyName(index: number): string {
  return `property_${index}`;
}

async function makeTables(database: Database, settings: AudienceSettings, shape: AudienceShape): Promise<void> {
  const { contacts, properties, conditions, destination, defaultCountry, pseudonymKey } = settings;
  const userId = pseudonymKey?.of(sql`members.user_id`) ?? sql`members.user_id`;
  const fields = [...contacts].map(
    ([field, column]) => sql`${isUserId(column) ? userId : sql`members.${ident(column.name)}::varchar`} as ${ident(field)}`,
  );
  const cells = properties.map(
    (column, index) =>
      sql`${isUserId(column) ? userId : cleanText(sql`(${csvCell(column, false)})::varchar`)} as ${ident(propertyName(index))}`,
  );
  await replaceTable(
    database,
    'audience_members',
    sql`
select ${join([sql`members.user_id`, sql`${userId} as place`, ...fields, ...cells])}
from members
where user_id in (${listedIdsQuery(conditions)})
order by user_id`,
  );
  const rows = sql`select ${join([sql`user_id`, ...[...contacts.keys()].map(ident)])} from audience_members`;
  await replaceTable(
    database,
    'audience_contacts',
    contactsQuery({
      rows,
      fields: [...contacts.keys()],
      defaultCountry,
      removesBlanks: destination.removesBlanks === true,
      takesHashes: shape.columns.some(({ isHashed }) => isHashed),
    }),
  );
  await replaceTable(database, 'audience_rows', audienceRowsQuery(shape));
  await replaceTable(database, 'audience_lines', audienceLinesQuery(shape));
}

function isUserId({ name }: MemberColumn): boolean {
  return name.toLowerCase() === 'user_id';
}

async function replaceTable(database: Database, name: string, query: Sql): Promise<void> {
  await database.run(sql`create or replace temp table ${ident(name)} as ${query}`);
}

interface Counts extends Pick<Audience, 'members' | 'rows' | 'leftOut' | 'emptied'> {
  readonly filled: readonly number[];
}

async function readCounts(database: Database, shape: AudienceShape): Promise<Counts> {
  const [row] = await database.rows<Record<string, number>>(audienceCountsQuery(shape, LEFT_OUT_REASONS, EMPTY_REASONS));
  const count = (name: string): number => row?.[name] ?? 0;
  const leftOut = Object.fromEntries(LEFT_OUT_REASONS.map((reason) => [reason, count(`left_out_${reason}`)])) as Record<
    LeftOutReason,
    number
  >;
  const members = count('members');
  const rows = count('written');
  const missing = members - rows - Object.values(leftOut).reduce((sum, users) => sum + users, 0);
  if (missing !== 0) throw new Error(`${missing} members are neither written nor left out`);
  return {
    members,
    rows,
    leftOut,
    filled: shape.columns.map((_, index) => count(`filled_${index}`)),
    emptied: EMPTY_REASONS.map((reason) => ({ reason, cells: count(`emptied_${reason}`) })).filter(({ cells }) => cells > 0),
  };
}

interface Part {
  readonly file: AudienceFile;
  /** Numbers of its first and last line in `audience_lines`; of an empty part 1 and 0. */
  readonly first: number;
  readonly last: number;
}

/** As many lines a file as its bounds let in; the first file keeps its name whatever follows. Error: `audience-row-too-long`. */
async function findParts(
  database: Database,
  { destination: { name, most }, fileName, mostRows }: AudienceSettings,
  header: string | undefined,
): Promise<Part[]> {
  const rowLimit = mostRows ?? most?.rows ?? Number.MAX_SAFE_INTEGER;
  const byteLimit = most?.bytes ?? Number.MAX_SAFE_INTEGER;
  const headerBytes = header === undefined ? 0 : Buffer.byteLength(header) + 1;
  const [total] = await database.rows<{ rows: number }>(sql`select count(*) as rows from audience_lines`);
  const rows = total?.rows ?? 0;
  const parts: Part[] = [];
  let before = 0;
  for (let first = 1; first <= rows || parts.length === 0; ) {
    const [found] = await database.rows<{ last: number | null; bytes: number | null }>(sql`
      select max(number) as last,
             max(bytes) as bytes
      from audience_lines
      where number >= ${first}
        and number - ${first} < ${rowLimit}
        and bytes - ${before} + ${headerBytes} <= ${byteLimit}`);
    const last = found?.last ?? 0;
    if (last < first && rows > 0) fail('audience-row-too-long', { destination: name, bytes: byteLimit });
    const bytes = found?.bytes ?? before;
    const path = `${name}/${segmentFileName(fileName, parts.length === 0 ? 'csv' : `${parts.length + 1}.csv`)}`;
    parts.push({ file: { name: path, rows: Math.max(0, last - first + 1), bytes: bytes - before + headerBytes }, first, last });
    before = bytes;
    first = last + 1;
    if (rows === 0) break;
  }
  return parts;
}

async function writePart(
  database: Database,
  folder: AudienceFolder,
  { file, first, last }: Part,
  header: string | undefined,
): Promise<void> {
  const path = folder.stagedPath(file.name);
  const head = header === undefined ? sql`` : sql`select 0 as number, ${header} as line union all `;
  const lines = sql`
select line
from (${head}select number, line from audience_lines where number between ${first} and ${last}) as file_lines
order by number`;
  try {
    await database.copy(lines, path, { format: 'lines' });
  } catch (error) {
    throw writeError(error, path, joinPath(folder.directory, file.name));
  }
}
