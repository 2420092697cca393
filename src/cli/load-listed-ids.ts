import type { SplitSource } from '../analysis/split/split-result.js';
import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import type { InputNote } from '../input/input-note.js';
import { type IdList, type IdListFlag, loadIdList } from '../input/people/id-list.js';
import { type Sql, sql } from '../sql/sql.js';
import { loadIdentities, type PreparedPeople, preparePeople, refuseRejects } from './load-people.js';
import type { Session } from './session.js';

export interface ListedIds {
  readonly prepared: PreparedPeople;
  /** `user_id`, each user once. */
  readonly users: Sql;
  readonly source: Extract<SplitSource, { readonly kind: 'ids' }>;
  readonly notes: readonly InputNote[];
}

/** The ids of `--ids`, by `--identity`, `--only` and `--exclude`. Errors: `no-ids`, `side-rejects`, those of `loadIdList`. */
export async function loadListedIds(session: Session, settings: Settings): Promise<ListedIds> {
  const { database } = session;
  const prepared = await preparePeople(session, settings);
  const identity = await loadIdentities(session, prepared, settings);
  const load = async (flag: IdListFlag): Promise<IdList | undefined> => {
    const side = prepared[flag];
    if (side === undefined) return undefined;
    const list = await loadIdList(database, { ...side, flag }, { userOfEvents: null, hasIdentity: identity !== undefined });
    refuseRejects(list, settings);
    return list;
  };
  const listed = await load('--ids');
  if (listed === undefined) throw new Error('no ids were named');
  const only = await load('--only');
  const exclude = await load('--exclude');
  const among = only === undefined ? sql`` : sql` and user_id in (select user_id from only_ids)`;
  const without = exclude === undefined ? sql`` : sql` and user_id not in (select user_id from excluded_ids where user_id is not null)`;
  const users = sql`select user_id from listed_ids where user_id is not null${among}${without}`;
  const [row] = await database.rows<{ used: number }>(sql`select count(*) as used from (${users}) as used_ids`);
  const { total, rejected, withoutUser, ids } = listed.counts;
  const used = row?.used ?? 0;
  const file = listed.side.file.source.name;
  if (used === 0) fail('no-ids', { file, ids, total });
  const filters = [
    ...(only === undefined ? [] : [`only those in ${only.side.file.source.name}`]),
    ...(exclude === undefined ? [] : [`without those in ${exclude.side.file.source.name}`]),
  ];
  return {
    prepared,
    users,
    source: {
      kind: 'ids',
      file,
      column: listed.column,
      rows: { total, rejected, withoutUser, repeated: total - rejected - withoutUser - ids, filtered: ids - used, used },
      filters: filters.length === 0 ? undefined : filters.join(', '),
    },
    notes: [identity, listed, only, exclude].flatMap((one) => one?.notes ?? []),
  };
}
