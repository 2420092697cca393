import { type Sql, sql } from '../../sql/sql.js';

/** The id of a row whose id is `id_text`, after a left join with `identities` where there are any. */
export function resolvedId(hasIdentity: boolean): Sql {
  return hasIdentity ? sql`coalesce(identities.user_id, id_text)` : sql`id_text`;
}
