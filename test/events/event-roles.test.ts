import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/engine/database.js';
import { eventRoles, rolesOf, rolesQuery } from '../../src/events/event-roles.js';
import { normaliseName } from '../../src/events/normalise-name.js';
import { ROLE } from '../../src/events/role-bits.js';
import { sql } from '../../src/sql/sql.js';
import { classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { evaluate, openBareEngine } from '../support/evaluate-sql.js';

const folder = makeRunFolder();
let database: Database;
beforeAll(async () => {
  database = await openBareEngine();
});
afterAll(() => {
  database.close();
  folder.remove();
});

const ROLES = eventRoles({
  churnEvents: ['Goodbye!', 'жалоба', 'Kündigung', '✗'],
  passiveEvents: ['Mail – sent'],
  riskEvents: ['жалоба', '退会', 'stornò 2'],
  valueEvents: ['ΑΓΟΡΑΣ'],
});

/** Name and the roles it has by PRODUCT §1, with the reason. */
const NAMES: readonly (readonly [name: string, bits: number])[] = [
  ['Order Completed', ROLE.purchase],
  ['  order--COMPLETED? ', ROLE.purchase],
  ['order_completed2', 0],
  ['REFUND', ROLE.refund],
  ['goodbye', ROLE.churn],
  ['__Goodbye__', ROLE.churn],
  ['Mail, sent', ROLE.passive],
  // The lists of churn and passive events are replaced by the flags; what may still mean churn is pointed out.
  ['uninstall', ROLE.hint],
  ['Order Cancelled!', ROLE.hint],
  ['CANCEL', ROLE.hint],
  ['can cel', 0],
  ['email_sent', 0],
  // Names of another script are themselves, not each other.
  ['жалоба', ROLE.churn | ROLE.risk],
  ['покупка', 0],
  ['Жалоба', 0],
  ['退会', ROLE.risk],
  ['会員', 0],
  ['Kündigung', ROLE.churn],
  ['Kandigung', 0],
  ['k ndigung', 0],
  ['stornò 2', ROLE.risk],
  ['storn 2', 0],
  ['✗', ROLE.churn],
  ['✓', 0],
  ['', 0],
  ['***', 0],
  // Letters that only lower-casing brings into a–z: İ is i, and the sign of kelvin is k.
  ['CHECKOUT_COMPLETED', ROLE.purchase],
  ['PAYMENT_SUCCEEDED', ROLE.purchase],
  ['TRANSACTİON', ROLE.purchase],
  ['CHEC\u212AOUT_COMPLETED', ROLE.purchase],
  ['ΑΓΟΡΑΣ', ROLE.named],
  ['αγορας', 0],
];

describe('the roles of names', () => {
  it.each(NAMES)('%j', (name, bits) => {
    expect(rolesOf(name, ROLES)).toBe(bits);
  });

  it('are the same to the engine, for names of the head and for those that come later', async () => {
    const names = NAMES.map(([name]) => name);
    const expected = NAMES.map(([, bits]) => String(bits));
    expect(await evaluate(database, names, (name) => rolesQuery(name, ROLES, []))).toEqual(expected);
    expect(await evaluate(database, names, (name) => rolesQuery(name, ROLES, names))).toEqual(expected);
  });

  it('point out nothing when no event means churn', async () => {
    const none = eventRoles({ churnEvents: [] });
    expect(rolesOf('uninstall', none)).toBe(0);
    expect(await evaluate(database, ['uninstall', 'refund'], (name) => rolesQuery(name, none, []))).toEqual(['0', String(ROLE.refund)]);
  });

  it('hang on the same letters here and in the engine', async () => {
    // Every character there is, between two letters, so that what becomes of it shows.
    const ranges = [
      [1, 0xd7ff],
      [0xe000, 0x1ffff],
    ] as const;
    for (const [first, last] of ranges) {
      const engine = await database.rows<{ code: number; normalised: string }>(sql`
        select code,
               trim(regexp_replace(lower('a' || chr(code::integer) || 'z'), '[^a-z0-9]+', '_', 'g'), '_') as normalised
        from range(${first}, ${last + 1}) as codes (code)
        order by code`);
      const different = engine.filter(({ code, normalised }) => normaliseName(`a${String.fromCodePoint(code)}z`) !== normalised);
      expect(different).toEqual([]);
    }
  });
});

describe('event flags in another script', () => {
  const write = (name: string, text: string): string => {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    return path;
  };

  it('name one event, not all of that script', async () => {
    const path = write(
      'script.csv',
      `user_id,event,timestamp
ana,просмотр,2024-01-01 10:00:00
ana,жалоба,2024-03-01 10:00:00
bob,просмотр,2024-03-05 10:00:00
bob,покупка,2024-03-20 10:00:00
`,
    );
    const left = await classifyOnce([path, '--churn-event', 'жалоба'], join(folder.path, 'left'));
    expect(left.members.map(({ user_id, status, status_reason }) => [user_id, status, status_reason])).toEqual([
      ['ana', 'churned', 'жалоба'],
      // Two active days of a user whose history is too short for more.
      ['bob', 'occasional', 'few_days'],
    ]);
    const bought = await classifyOnce([path, '--value-event', 'покупка'], join(folder.path, 'bought'));
    expect(bought.members.map(({ user_id, orders }) => [user_id, orders])).toEqual([
      ['ana', '0'],
      ['bob', '1'],
    ]);
  });

  it('give the rows of an order export their reason', async () => {
    const path = write('orders.csv', 'customer_id,date,amount\nana,2024-03-20,5\nana,2024-01-01,5\nbob,2024-01-01,5\n');
    const { members } = await classifyOnce([path, '--risk-event', 'purchase'], join(folder.path, 'orders'));
    // Ana's newest order lies in the last 28 days, Bob's does not. Ana's gap of 79 days is no return: usual (79 + 60) / 3, dormant after 92.66.
    expect(members.map(({ user_id, status, status_reason }) => [user_id, status, status_reason])).toEqual([
      ['ana', 'at_risk', 'purchase'],
      ['bob', 'dormant', 'idle'],
    ]);
  });
});
