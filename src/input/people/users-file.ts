import type { Database } from '../../engine/database.js';
import { fail } from '../../errors/segment-error.js';
import { userPropertyColumn } from '../../events/event-shape.js';
import { localDay } from '../../sql/functions.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import type { ZoneOffsets } from '../../time/zone-offsets.js';
import { headSampler } from '../head-sampler.js';
import type { ReadColumn } from '../readers/reader.js';
import { textOfColumn } from '../text-of-column.js';
import { decideTimeFormat } from '../time-format.js';
import { typedTimestampQuery } from '../time-query.js';
import { HEAD_RECORDS } from '../time-text.js';
import { resolvedId } from './resolved-id.js';
import { givenColumn, namedColumn, type SideFile, sideRows, userIdColumn } from './side-file.js';
import type { TableStep } from './table-step.js';

export interface UsersFileOptions {
  /** `--users-column`. */
  readonly userColumn: string | undefined;
  /** `--signup-column`; `none` when there is none. */
  readonly signupColumn: string | undefined;
  /** `--signup-format`. */
  readonly signupFormat: string | undefined;
  /** The name of the user column of the events. */
  readonly userOfEvents: string | null;
  readonly zone: ZoneOffsets;
  /** Columns to carry along. */
  readonly properties: readonly string[];
  /** How many of them, from the first on, must say one thing about a user; of the others a user with several values has none. */
  readonly askedProperties: number;
  readonly hasIdentity: boolean;
  /** For complete commands in hints. */
  readonly command: string;
}

/** How the rows of a users file became people. */
export interface UsersFileCounts {
  readonly total: number;
  readonly rejected: number;
  readonly withoutUser: number;
  /** Further rows of one user that say the same. */
  readonly duplicate: number;
  readonly users: number;
  /** Sign-up times that could not be read: they count as unknown. */
  readonly badSignups: number;
}

/** The people of a file, as the table `listed_users`. */
export interface UsersFile {
  readonly side: SideFile;
  readonly userColumn: string;
  /** Null: no column says when people signed up. */
  readonly signupColumn: string | null;
  readonly counts: UsersFileCounts;
  /** The statements that read it; with named paths for printing. */
  readonly steps: (hasNamedPaths: boolean) => readonly TableStep[];
}

const SIGNUP_NAMES =
  'signed_up_at signup_at sign_up_at signup_date sign_up_date signup_time signup registered_at registration_date created_at joined_at date_joined member_since'.split(
    ' ',
  );
const SHOWN_CONFLICTS = 12;

/**
 * Reads a users file into the table `listed_users`: one row a user with `signed_up_at` (UTC; null when unknown), `signup_day` in the
 * report zone, and `user_property_<i>`. Rows of one user that say the same are one. Errors: `side-column-missing`,
 * `side-column-ambiguous`, `column-unknown`, `users-conflict`, and those of `decideTimeFormat`.
 */
export async function loadUsersFile(database: Database, side: SideFile, options: UsersFileOptions): Promise<UsersFile> {
  const { file } = side;
  const userColumn = chooseUser(side, options);
  const signupColumn = chooseSignup(side, options);
  const properties = options.properties.map((name) => givenColumn(side, '--keep', name));
  const time = signupColumn === undefined ? undefined : await decideSignup(database, side, signupColumn, options);
  const rows = (hasNamedPaths: boolean): TableStep => ({
    name: 'users_file_rows',
    comment: 'the users file as clean, typed rows',
    query: rowsQuery(side, { userColumn, signupColumn, time, properties }, options, hasNamedPaths),
  });
  const listed: TableStep = {
    name: 'listed_users',
    comment: 'one row a user of the users file',
    query: listedUsersQuery(properties.length, options.askedProperties),
  };
  await createTable(database, rows(false));
  const [counts] = await database.rows<{ read: number; withoutUser: number; users: number; badSignups: number }>(sql`
    select count(*) as read,
           count(*) filter (where user_id is null) as "withoutUser",
           count(distinct user_id) as users,
           count(*) filter (where has_signup and signed_up_at is null and user_id is not null) as "badSignups"
    from users_file_rows`);
  if (counts === undefined) throw new Error('a grand total has one row');
  await refuseConflicts(database, side, options.askedProperties);
  await createTable(database, listed);
  await database.run(sql`drop table users_file_rows`);
  const { read, withoutUser, users, badSignups } = counts;
  return {
    side,
    userColumn: userColumn.name,
    signupColumn: signupColumn?.name ?? null,
    counts: {
      total: file.records,
      rejected: file.records - read,
      withoutUser,
      duplicate: read - withoutUser - users,
      users,
      badSignups,
    },
    steps: (hasNamedPaths) => [rows(hasNamedPaths), listed],
  };
}

async function createTable(database: Database, { name, query }: TableStep): Promise<void> {
  await database.run(sql`create or replace temp table ${ident(name)} as ${query}`);
}

function chooseUser(side: SideFile, { userColumn, userOfEvents }: UsersFileOptions): ReadColumn {
  if (userColumn !== undefined) return givenColumn(side, '--users-column', userColumn);
  const found = userIdColumn(side, userOfEvents, '--users-column');
  if (found !== undefined) return found;
  const { source, columns } = side.file;
  return fail('side-column-missing', {
    flag: side.flag,
    file: source.name,
    what: 'user id',
    option: '--users-column',
    found: columns.map(({ name }) => name),
  });
}

function chooseSignup(side: SideFile, { signupColumn }: UsersFileOptions): ReadColumn | undefined {
  if (signupColumn === 'none') return undefined;
  if (signupColumn !== undefined) return givenColumn(side, '--signup-column', signupColumn);
  return namedColumn(side, SIGNUP_NAMES, 'sign-up time', '--signup-column');
}

type TimeReading = ReturnType<typeof decideTimeFormat> | null;

async function decideSignup(database: Database, side: SideFile, column: ReadColumn, options: UsersFileOptions): Promise<TimeReading> {
  if (/^(TIMESTAMP|DATE)/.test(column.type)) return null;
  const [sample = []] = await headSampler(database, HEAD_RECORDS)(side.file, [column]);
  return decideTimeFormat(
    sample,
    { format: options.signupFormat },
    {
      file: side.file.source.name,
      column: column.name,
      command: options.command,
      flags: { format: '--signup-format', column: '--signup-column' },
    },
  );
}

interface RowColumns {
  readonly userColumn: ReadColumn;
  readonly signupColumn: ReadColumn | undefined;
  readonly time: TimeReading | undefined;
  readonly properties: readonly ReadColumn[];
}

function rowsQuery(
  side: SideFile,
  { userColumn, signupColumn, time = null, properties }: RowColumns,
  { zone, hasIdentity }: UsersFileOptions,
  hasNamedPaths: boolean,
): Sql {
  const read = [userColumn, ...(signupColumn === undefined ? [] : [signupColumn]), ...properties];
  const carried = join(
    properties.map(
      (_, index) => sql`,
       ${userPropertyColumn(index)}`,
    ),
    sql``,
  );
  const values = join(
    properties.map(
      (column, index) => sql`,
           ${textOfColumn(column)} as ${userPropertyColumn(index)}`,
    ),
    sql``,
  );
  const signup = signupColumn === undefined ? sql`null::timestamp` : typedTimestampQuery(sql`signup_value`, signupColumn.type, time, zone);
  return sql`
select user_id,
       has_signup,
       signed_up_at,
       ${localDay(sql`signed_up_at`, zone)} as signup_day${carried}
from (
  select ${resolvedId(hasIdentity)} as user_id,
         has_signup,
         signed_up_at${carried}
  from (
    select id_text,
           signup_value is not null and signup_value::varchar <> '' as has_signup,
           ${signup} as signed_up_at${carried}
    from (
      select ${textOfColumn(userColumn)} as id_text,
             ${signupColumn?.value ?? sql`null::varchar`} as signup_value${values}
      from ${sideRows(side, read, hasNamedPaths)} as file_rows
    ) as read_rows
  ) as typed_rows
  ${hasIdentity ? sql`left join identities on identities.alias = typed_rows.id_text` : sql``}
) as user_rows`;
}

function propertyNames(count: number): Sql[] {
  return Array.from({ length: count }, (_, index) => userPropertyColumn(index));
}

function listedUsersQuery(propertyCount: number, asked: number): Sql {
  const properties = propertyNames(propertyCount).map((name, index) =>
    index < asked
      ? sql`,
       max(${name}) as ${name}`
      : sql`,
       case when count(distinct ${name}) = 1 then max(${name}) end as ${name}`,
  );
  return sql`
select user_id,
       max(signed_up_at) as signed_up_at,
       max(signup_day) as signup_day${join(properties, sql``)}
from users_file_rows
where user_id is not null
group by user_id`;
}

/** Rows of one user that differ in their sign-up or in a column that is used. */
async function refuseConflicts(database: Database, side: SideFile, propertyCount: number): Promise<void> {
  const names = [sql`signed_up_at`, ...propertyNames(propertyCount)];
  const differs = join(
    names.map((name) => sql`count(distinct ${name}) > 1 or count(${name}) not in (0, count(*))`),
    sql`
    or `,
  );
  const conflicts = await database.rows<{ user_id: string; users: number }>(sql`
    select user_id,
           count(*) over () as users
    from users_file_rows
    where user_id is not null
    group by user_id
    having ${differs}
    order by user_id
    limit ${SHOWN_CONFLICTS}`);
  const [first] = conflicts;
  if (first === undefined) return;
  fail('users-conflict', { file: side.file.source.name, ids: conflicts.map(({ user_id }) => `"${user_id}"`), users: first.users });
}
