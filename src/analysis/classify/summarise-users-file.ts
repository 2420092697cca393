import type { Database } from '../../engine/database.js';
import { sql } from '../../sql/sql.js';
import type { UsersFileSummary } from './classify-result.js';

/** What reading a users file told. */
export interface ReadUsersFile {
  readonly file: string;
  readonly userColumn: string;
  readonly signupColumn: string | null;
  readonly counts: {
    readonly total: number;
    readonly rejected: number;
    readonly withoutUser: number;
    readonly duplicate: number;
    readonly users: number;
    readonly badSignups: number;
  };
  readonly isFiltered: boolean;
}

/** How the people of a users file stand among everybody: from `known_users` and `users`. */
export async function summariseUsersFile(database: Database, read: ReadUsersFile): Promise<UsersFileSummary> {
  const { counts, isFiltered } = read;
  const [found] = await database.rows<{
    known: number;
    later: number;
    used: number;
    withoutSignup: number;
    notListed: number;
    withoutEvents: number;
  }>(sql`
    select (select count(*) from known_users) as known,
           (select count(*) from known_users where is_later) as later,
           count(*) filter (where is_listed) as used,
           count(*) filter (where signup_day is null) as "withoutSignup",
           count(*) filter (where not is_listed) as "notListed",
           count(*) filter (where events = 0) as "withoutEvents"
    from users`);
  if (found === undefined) throw new Error('a grand total has one row');
  return {
    file: read.file,
    userColumn: read.userColumn,
    signupColumn: read.signupColumn,
    rows: {
      total: counts.total,
      used: found.used,
      rejected: counts.rejected,
      duplicate: counts.duplicate,
      filtered: isFiltered ? counts.users - found.known : undefined,
      afterAsOf: found.known - found.used,
      withoutUser: counts.withoutUser,
    },
    badSignups: counts.badSignups,
    laterSignups: found.later,
    withoutSignup: found.withoutSignup,
    notListed: found.notListed,
    withoutEvents: found.withoutEvents,
  };
}
