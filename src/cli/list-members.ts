import { join as joinPath } from 'node:path';
import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { findInputs } from '../input/sources.js';
import {
  countListedQuery,
  listedMembersQuery,
  type MemberCondition,
  type MemberSelection,
  type SortColumn,
} from '../membership/list-query.js';
import { memberColumnsNamed, readMemberColumns } from '../membership/member-columns.js';
import { MEMBER_COLUMNS, PEOPLE_COLUMN } from '../membership/members-query.js';
import { withPseudonyms } from '../membership/pseudonyms.js';
import { csvCell } from '../membership/writers/csv.js';
import { WRITERS } from '../membership/writers/index.js';
import { listedWords, nobodyWords } from '../report/list/listed-words.js';
import { createMemberTable, fittingColumns } from '../report/list/member-table.js';
import { createPage } from '../report/page.js';
import { safeText } from '../report/safe-text.js';
import { furtherName } from '../segmentation/further.js';
import { ident, join, sql } from '../sql/sql.js';
import { checkKeptNames } from './check-kept-names.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { type Classification, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { printFile } from './print-file.js';
import { readPseudonymKey } from './read-pseudonym-key.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';

/** Users of a table, where nothing else is asked for. */
const TABLE_LIMIT = 50;
/** Columns of a table, the most telling first. */
const USUAL_COLUMNS = [
  'user_id',
  'status',
  'status_reason',
  'rfm_segment',
  'rfm_score',
  'monetary',
  'frequency',
  'idle_days',
  'last_seen',
  'value_tier',
  'buyer_type',
  'first_seen',
] as const;

/** Which users, and what of them. */
interface Listing extends MemberSelection {
  /** In their order; undefined: as the form of the output has them. */
  readonly columns: readonly string[] | undefined;
}

/** Classifies without writing anything, and lists the users that meet the conditions on stdout. */
export async function listMembers(
  io: CliIo,
  settings: Settings,
  conditions: readonly MemberCondition[],
  command: GivenCommand,
): Promise<void> {
  checkKeptNames(settings);
  const { key, warnings } = readPseudonymKey(io, settings);
  io.stderr.write(presentWarnings(warnings));
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  const own = [...settings.by.map(furtherName), ...definitions.map(({ name }) => name), ...settings.keep];
  const names = [...MEMBER_COLUMNS, ...(settings.entity === undefined ? [] : [PEOPLE_COLUMN]), ...own];
  const isTable = io.stdout.isTty && !settings.json && settings.listFormat === undefined;
  const listing: Listing = {
    conditions,
    sort: sortColumns(settings.sort, names),
    limit: settings.limit === 'all' ? undefined : (settings.limit ?? (isTable ? TABLE_LIMIT : undefined)),
    columns: chosenColumns(settings.columns, names),
  };
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const classification = await classifyFiles(io, session, {
      settings,
      rfmModel,
      definitions,
      keepDays: false,
      command,
      skippedFiles,
      hidesIds: key !== undefined,
    });
    session.progress.step('listing');
    const { entity } = classification.result;
    if (entity?.peopleColumn === null) refusePeople(listing, settings, entity.column);
    const all = names.filter((name) => name !== PEOPLE_COLUMN || entity?.people !== undefined);
    await withPseudonyms(session.database, key, ['members'], async () => {
      if (isTable) await showTable(io, session, classification, settings, listing);
      else
        await writeRows(io, session, classification, settings, {
          ...listing,
          columns: listing.columns?.filter((name) => all.includes(name)) ?? all,
        });
      if (!isTable && !settings.quiet) io.stderr.write(await matchedWords(session.database, conditions, classification));
    });
    io.stderr.write(presentWarnings(classification.result.warnings));
  });
}

/** Nothing can be said about the people of entities that no column tells. Error: `no-person-column`. */
function refusePeople({ conditions, sort }: Listing, { columns }: Settings, entity: string): void {
  const isAsked =
    columns.includes(PEOPLE_COLUMN) ||
    conditions.some(({ column }) => column === PEOPLE_COLUMN) ||
    sort.some(({ column }) => column === PEOPLE_COLUMN);
  if (isAsked) fail('no-person-column', { needs: PEOPLE_COLUMN, entity });
}

function chosenColumns(given: readonly string[], names: readonly string[]): readonly string[] | undefined {
  if (given.length === 0) return undefined;
  return given.flatMap((name) => (name === 'all' ? names : [columnNamed(name, names, '--columns')])).filter(isFirst);
}

function sortColumns(given: readonly string[], names: readonly string[]): SortColumn[] {
  return given.map((text) => {
    const isDescending = text.startsWith('-');
    return { column: columnNamed(isDescending ? text.slice(1) : text, names, '--sort'), isDescending };
  });
}

function columnNamed(name: string, names: readonly string[], option: string): string {
  if (!names.includes(name)) fail('member-column-unknown', { option, name, nearest: nearest(name, names) });
  return name;
}

function isFirst(name: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(name) === index;
}

/** The rows as a writer of files writes them, through a file of the session: the bytes are those of members.csv. */
async function writeRows(
  io: CliIo,
  { database, spoolDirectory, signal, progress }: Session,
  { result }: Classification,
  settings: Settings,
  listing: Listing,
): Promise<void> {
  const format = settings.listFormat ?? (settings.json ? 'jsonl' : 'csv');
  const writer = WRITERS[format];
  const columns = memberColumnsNamed(listing.columns ?? [], await readMemberColumns(database, writer));
  const path = joinPath(spoolDirectory, `listed.${format}`);
  await writer.write(database, listedMembersQuery(writer.selectList(columns, settings.spreadsheetSafe), listing), path, columns);
  progress.finish(result.rows.total);
  await printFile(io, path, signal);
}

/** A table as wide as the terminal, a block of rows at a time, and how many users there are in all. */
async function showTable(
  io: CliIo,
  { database, signal, progress }: Session,
  { result }: Classification,
  settings: Settings,
  listing: Listing,
): Promise<void> {
  const page = createPage({
    width: reportWidth(io.stdout),
    colorLevel: resolveColor(io.stdout, settings, io.env),
    isUnicode: isUnicode(io.env),
  });
  const matching = await countMatching(database, listing.conditions);
  const names = listing.columns ?? usualColumns(listing.sort, [...settings.by.map(furtherName), ...settings.keep]);
  const columns = memberColumnsNamed(names, await readMemberColumns(database, WRITERS.csv));
  const cells = join(
    columns.map((column) => sql`coalesce((${csvCell(column, settings.spreadsheetSafe)})::varchar, '') as ${ident(column.name)}`),
  );
  const aligned = columns.map(({ name, type }) => ({
    name,
    align: type === 'VARCHAR' || type === 'DATE' ? ('left' as const) : ('right' as const),
  }));
  progress.finish(result.rows.total);
  let table: ReturnType<typeof createMemberTable> | undefined;
  for await (const chunk of database.chunks(listedMembersQuery(cells, listing))) {
    signal.throwIfAborted();
    const rows = (chunk[0] ?? []).map((_, row) => chunk.map((column) => String(column[row] ?? '')));
    const shown = table?.columns ?? (listing.columns === undefined ? fittingColumns(aligned, rows, page.width) : aligned);
    table ??= createMemberTable(shown, page);
    io.stdout.write(table.render(rows));
    await io.stdout.flush();
  }
  if (settings.quiet) return;
  const listed = Math.min(matching, listing.limit ?? matching);
  io.stdout.write(
    `${matching === 0 ? '' : '\n'}${listedWords({ listed, matching, users: result.users, asOf: result.asOf, timezone: result.timezone, entity: result.entity, filters: result.filters }, page).join('\n')}\n`,
  );
}

/** What is sorted by stands right after the id, then what this run has beyond the usual. */
function usualColumns(sort: readonly SortColumn[], own: readonly string[]): string[] {
  return ['user_id', ...sort.map(({ column }) => column), ...own, ...USUAL_COLUMNS].filter(isFirst);
}

/** Nobody in a pipe looks like a run that went wrong, and a filter cannot be seen in it: both are said beside the output. */
async function matchedWords(database: Database, conditions: readonly MemberCondition[], { result }: Classification): Promise<string> {
  if ((await countMatching(database, conditions)) === 0) return `${nobodyWords(result)}\n`;
  return result.filters === undefined ? '' : `Only ${safeText(result.filters.words)}.\n`;
}

async function countMatching(database: Database, conditions: readonly MemberCondition[]): Promise<number> {
  const [row] = await database.rows<{ users: number }>(countListedQuery(conditions));
  return row?.users ?? 0;
}
