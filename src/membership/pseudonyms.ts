import { createHash, createHmac } from 'node:crypto';
import type { Database } from '../engine/database.js';
import { hmacSha256Hex } from '../sql/functions.js';
import { ident, type Sql, sql } from '../sql/sql.js';

/** Bytes that SHA-256 works on at once. */
const BLOCK_BYTES = 64;
const INNER_BYTE = 0x36;
const OUTER_BYTE = 0x5c;
const FINGERPRINT_DIGITS = 16;
/** What the fingerprint of a key is the code of. */
const FINGERPRINT_WORD = 'segment: which key made these pseudonyms';

/**
 * A key that turns user ids into pseudonyms: HMAC-SHA256 of the id, in UTF-8, as 64 hexadecimal digits (RFC 2104). What is made of the key
 * leaves this object only as values bound to a query, never as text.
 */
export class PseudonymKey {
  /** Tells keys apart and says nothing of them: the first digits of the code of a fixed text. */
  readonly fingerprint: string;
  readonly #innerPad: string;
  readonly #outerPad: string;

  /** Of the bytes of a key, of any length. */
  constructor(bytes: Uint8Array) {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.set(bytes.length > BLOCK_BYTES ? createHash('sha256').update(bytes).digest() : bytes);
    this.#innerPad = Buffer.from(block.map((byte) => byte ^ INNER_BYTE)).toString('hex');
    this.#outerPad = Buffer.from(block.map((byte) => byte ^ OUTER_BYTE)).toString('hex');
    this.fingerprint = createHmac('sha256', bytes).update(FINGERPRINT_WORD, 'utf8').digest('hex').slice(0, FINGERPRINT_DIGITS);
  }

  /** The pseudonym of an id. */
  of(userId: Sql): Sql {
    return hmacSha256Hex(userId, this.#innerPad, this.#outerPad);
  }
}

/**
 * Does `work` while tables have pseudonyms in place of their `user_id`, their rows in the order of these; they are as before afterwards. Without
 * a key they stay as they are.
 */
export async function withPseudonyms<T>(
  database: Database,
  key: PseudonymKey | undefined,
  tables: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const [table, ...others] = tables;
  if (key === undefined || table === undefined) return work();
  const [shown, real] = [ident(table), ident(`${table}_by_id`)];
  await database.run(sql`alter table ${shown} rename to ${real}`);
  try {
    await database.run(sql`
create or replace temp table ${shown} as
select ${key.of(sql`user_id`)} as user_id,
       * exclude (user_id)
from ${real}
order by user_id`);
    return await withPseudonyms(database, key, others, work);
  } finally {
    await database.run(sql`drop table if exists ${shown}`);
    await database.run(sql`alter table ${real} rename to ${shown}`);
  }
}
