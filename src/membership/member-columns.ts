import type { Database } from '../engine/database.js';
import { sql } from '../sql/sql.js';
import { findNarrow } from './writers/money-text.js';
import type { MemberColumn, Writer } from './writers/writer.js';

/** The columns of `members` by their name without case. */
export async function readMemberColumns(database: Database, writer: Writer): Promise<ReadonlyMap<string, MemberColumn>> {
  const described = await database.rows<{ column_name: string; column_type: string }>(sql`describe members`);
  const types = described.map(({ column_name: name, column_type: type }) => ({ name, type }));
  const narrow = writer.writesMoneyAsText ? await findNarrow(database, types) : new Set();
  return new Map(types.map(({ name, type }) => [name.toLowerCase(), { name, type, isNarrow: narrow.has(name) }]));
}

/** Some of the columns, called as they are asked for. */
export function memberColumnsNamed(names: readonly string[], columns: ReadonlyMap<string, MemberColumn>): MemberColumn[] {
  return names.map((name) => {
    const column = columns.get(name.toLowerCase());
    if (column === undefined) throw new RangeError(`members has no column ${name}`);
    return { ...column, name };
  });
}
