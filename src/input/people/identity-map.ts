import type { Database } from '../../engine/database.js';
import { fail } from '../../errors/segment-error.js';
import { ident, type Sql, sql } from '../../sql/sql.js';
import type { InputNote } from '../input-note.js';
import type { ReadColumn } from '../readers/reader.js';
import { textOfColumn } from '../text-of-column.js';
import { namedColumn, type SideFile, sideRows } from './side-file.js';
import type { TableStep } from './table-step.js';

/** Which id is whose, as the table `identities`: `alias`, `user_id`, chains followed to their end. */
export interface IdentityMap {
  readonly side: SideFile;
  readonly from: string;
  readonly to: string;
  readonly counts: {
    readonly total: number;
    readonly rejected: number;
    /** Rows that lack one of the two ids. */
    readonly incomplete: number;
    /** Rows that say what an earlier one said, or that an id is itself. */
    readonly repeated: number;
    readonly aliases: number;
  };
  readonly notes: readonly InputNote[];
  readonly steps: (hasNamedPaths: boolean) => readonly TableStep[];
}

const FROM_NAMES =
  'anonymous_id anonymousid anon_id alias alias_id distinct_id_before_identity from from_id from_user_id previous_id old_id old_user_id source_id device_id'.split(
    ' ',
  );
const TO_NAMES = 'user_id userid known_id canonical_id to to_id to_user_id new_id new_user_id target_id distinct_id customer_id'.split(' ');
const SHOWN_IDS = 12;

/**
 * Reads an identity map into the table `identities`. Errors: `identity-columns`, `side-column-ambiguous`, `identity-conflict` (an id
 * that becomes two), `identity-cycle`.
 */
export async function loadIdentityMap(database: Database, side: SideFile): Promise<IdentityMap> {
  const { columns, notes } = chooseColumns(side);
  const [from, to] = columns;
  const rows = (hasNamedPaths: boolean): TableStep => ({
    name: 'identity_rows',
    comment: 'the identity map as it stands',
    query: sql`
select ${textOfColumn(from)} as alias,
       ${textOfColumn(to)} as user_id
from ${sideRows(side, columns, hasNamedPaths)} as file_rows`,
  });
  await create(database, rows(false));
  const [counts] = await database.rows<{ read: number; incomplete: number }>(sql`
    select count(*) as read,
           count(*) filter (where alias is null or user_id is null) as incomplete
    from identity_rows`);
  if (counts === undefined) throw new Error('a grand total has one row');
  await refuseConflicts(database, side);
  await create(database, PAIRS);
  await database.run(sql`drop table identity_rows`);
  const rounds = await followChains(database, side);
  const [pairs] = await database.rows<{ aliases: number }>(sql`select count(*) as aliases from identities`);
  const aliases = pairs?.aliases ?? 0;
  const { read, incomplete } = counts;
  return {
    side,
    from: from.name,
    to: to.name,
    counts: {
      total: side.file.records,
      rejected: side.file.records - read,
      incomplete,
      repeated: read - incomplete - aliases,
      aliases,
    },
    notes,
    steps: (hasNamedPaths) => [rows(hasNamedPaths), PAIRS, ...Array.from({ length: rounds }, () => LONGER)],
  };
}

const PAIRS: TableStep = {
  name: 'identities',
  comment: 'which id is whose',
  query: sql`
select distinct alias,
       user_id
from identity_rows
where alias is not null
  and user_id is not null
  and alias <> user_id`,
};

/** A chain of n pairs takes log2(n) rounds. */
const LONGER: TableStep = {
  name: 'identities',
  comment: 'chains followed twice as far',
  query: sql`
select identities.alias,
       coalesce(further.user_id, identities.user_id) as user_id
from identities
left join identities as further on further.alias = identities.user_id`,
};

async function create(database: Database, { name, query }: TableStep): Promise<void> {
  await database.run(sql`create or replace temp table ${ident(name)} as ${query}`);
}

function chooseColumns(side: SideFile): { readonly columns: readonly [ReadColumn, ReadColumn]; readonly notes: readonly InputNote[] } {
  const { columns, source } = side.file;
  const from = namedColumn(side, FROM_NAMES, 'first id', undefined);
  const to = namedColumn(
    { ...side, file: { ...side.file, columns: columns.filter((one) => one !== from) } },
    TO_NAMES,
    'second id',
    undefined,
  );
  if (from !== undefined && to !== undefined) return { columns: [from, to], notes: [] };
  const [first, second] = columns.filter(({ isNested }) => !isNested);
  if (first === undefined || second === undefined) {
    return fail('identity-columns', { file: source.name, found: columns.map(({ name }) => name) });
  }
  const message = `--identity ${source.name}: no columns are named like two ids, so every id of the first column, "${first.name}", becomes that of the second, "${second.name}"`;
  return { columns: [first, second], notes: [{ code: 'identity_columns', message }] };
}

async function refuseConflicts(database: Database, side: SideFile): Promise<void> {
  const conflicts = await database.rows<{ alias: string; least: string; greatest: string; ids: number }>(sql`
    select alias,
           min(user_id) as least,
           max(user_id) as greatest,
           count(*) over () as ids
    from identity_rows
    where alias is not null
      and user_id is not null
      and alias <> user_id
    group by alias
    having min(user_id) <> max(user_id)
    order by alias
    limit ${SHOWN_IDS}`);
  const [first] = conflicts;
  if (first === undefined) return;
  fail('identity-conflict', {
    file: side.file.source.name,
    ids: conflicts.map(({ alias, least, greatest }) => `"${alias}" ("${least}", "${greatest}")`),
    conflicts: first.ids,
  });
}

/** Follows every chain to its end; returns in how many rounds. A cycle has no end: its ids are then the ends of what leads to it. */
async function followChains(database: Database, side: SideFile): Promise<number> {
  const [pairs] = await database.rows<{ pairs: number }>(sql`select count(*) as pairs from identities`);
  const most = Math.ceil(Math.log2((pairs?.pairs ?? 0) + 1)) + 1;
  for (let rounds = 0; ; rounds += 1) {
    const open = await database.rows<{ user_id: string; ids: number }>(openEnds());
    const [first] = open;
    if (first === undefined) return rounds;
    if (rounds === most)
      fail('identity-cycle', { file: side.file.source.name, ids: open.map(({ user_id }) => `"${user_id}"`), count: first.ids });
    await create(database, LONGER);
  }
}

/** Ends of chains that go on. */
function openEnds(): Sql {
  return sql`
    select user_id,
           count(*) over () as ids
    from (select distinct user_id from identities) as ends
    semi join identities as further on further.alias = ends.user_id
    order by user_id
    limit ${SHOWN_IDS}`;
}
