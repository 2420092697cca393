import type { FilterSummary, IdentitySummary, ListSummary } from '../analysis/classify/classify-result.js';
import type { Database } from '../engine/database.js';
import type { InputNote } from '../input/input-note.js';
import type { IdList } from '../input/people/id-list.js';
import type { IdentityMap } from '../input/people/identity-map.js';
import { sql } from '../sql/sql.js';
import type { Merged } from '../users/count-merged.js';
import type { LoadedPeople } from './load-people.js';

interface NamedFilters {
  readonly where: readonly string[];
  readonly only: string | undefined;
  readonly exclude: string | undefined;
}

/** What the identity map says, and what it did. */
export function identitySummary(identity: IdentityMap | undefined, merged: Merged | undefined): IdentitySummary | undefined {
  if (identity === undefined || merged === undefined) return undefined;
  const { total, rejected, incomplete, repeated, aliases } = identity.counts;
  return {
    file: identity.side.file.source.name,
    fromColumn: identity.from,
    toColumn: identity.to,
    rows: { total, pairs: aliases, rejected, incomplete, repeated },
    ...merged,
  };
}

/** The filters there are, once `users` stands. */
export async function summariseFilters(
  database: Database,
  { only, exclude, where, filter }: LoadedPeople,
): Promise<FilterSummary | undefined> {
  if (filter === undefined) return undefined;
  return {
    words: filterWords({ where, only: only?.side.file.source.name, exclude: exclude?.side.file.source.name }),
    where,
    only: only && { ...listSummary(only), absent: await countAbsent(database) },
    exclude: exclude && listSummary(exclude),
  };
}

/** "only those in vip.csv, where plan=pro": files by their names, and conditions as they were given. */
export function filterWords({ where, only, exclude }: NamedFilters): string {
  const words = [
    ...(only === undefined ? [] : [`only those in ${only}`]),
    ...(exclude === undefined ? [] : [`without those in ${exclude}`]),
    ...(where.length === 0 ? [] : [`where ${where.join(' and ')}`]),
  ];
  return words.join(', ');
}

/** What is to be said about how the files of people were read. */
export function peopleNotes({ identity, only, exclude }: LoadedPeople): InputNote[] {
  return [identity, only, exclude].flatMap((one) => one?.notes ?? []);
}

function listSummary({ side, column, counts: { ids, withoutUser, rejected } }: IdList): ListSummary {
  return { file: side.file.source.name, column, ids, withoutUser, rejected };
}

async function countAbsent(database: Database): Promise<number> {
  const [row] = await database.rows<{ absent: number }>(sql`
    select count(*) as absent
    from only_ids
    anti join users on users.user_id = only_ids.user_id
    where only_ids.user_id is not null`);
  return row?.absent ?? 0;
}
