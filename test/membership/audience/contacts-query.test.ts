import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/engine/database.js';
import { openDuckDb } from '../../../src/engine/duckdb.js';
import { type AudienceShape, audienceRowsQuery } from '../../../src/membership/audience/audience-query.js';
import { type ContactReading, contactsQuery, countryTables } from '../../../src/membership/audience/contacts-query.js';
import { PHONE_COUNTRIES } from '../../../src/membership/audience/phone-countries.js';
import { googleAds } from '../../../src/membership/destinations/google-ads.js';
import { meta } from '../../../src/membership/destinations/meta.js';
import { ident, join, sql } from '../../../src/sql/sql.js';

type Contact = Readonly<Record<string, string | null>>;

let database: Database;
beforeAll(async () => {
  database = await openDuckDb({ threads: 2, memoryLimitBytes: 1e9, tempDirectory: tmpdir(), allowedPaths: [], allowedDirectories: [] });
  for (const { name, query } of countryTables()) await database.run(sql`create temp table ${ident(name)} as ${query}`);
});
afterAll(() => database.close());

const FIELDS = ['email', 'phone', 'first_name', 'last_name', 'country', 'zip'] as const;

/** Contacts of people with these cells, in their order. */
async function read(people: readonly Contact[], options: Partial<ContactReading> = {}): Promise<Contact[]> {
  const rows = people.map(
    (person, index) => sql`(${String(index).padStart(4, '0')}, ${join(FIELDS.map((field) => sql`${person[field] ?? null}::varchar`))})`,
  );
  const query = contactsQuery({
    rows: sql`select * from (values ${join(rows)}) as people(user_id, ${join(FIELDS.map(ident))})`,
    fields: FIELDS,
    defaultCountry: undefined,
    removesBlanks: false,
    takesHashes: false,
    ...options,
  });
  await database.run(sql`create or replace temp table audience_contacts as ${query}`);
  return database.rows<Contact>(sql`select * from audience_contacts order by user_id`);
}

const phonesOf = async (phones: readonly string[], country: string | undefined): Promise<(string | null | undefined)[]> =>
  (
    await read(
      phones.map((phone) => ({ phone })),
      { defaultCountry: country },
    )
  ).map(({ phone, phone_problem }) => phone ?? phone_problem);

/** The cells of a destination's file, for people in their order. */
async function cellsOf(destination: AudienceShape['destination'], people: readonly Contact[]): Promise<(string | null)[][]> {
  await read(people, { takesHashes: true, removesBlanks: destination.removesBlanks === true });
  const shape: AudienceShape = { destination, columns: destination.columns, properties: [], suppression: 'none' };
  const rows = await database.rows<Record<string, string | null>>(
    sql`select * from (${audienceRowsQuery(shape)}) as rows order by user_id`,
  );
  return rows.map((row) => destination.columns.map((_, index) => row[`cell_${index}`] ?? null));
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

describe('published hashes', () => {
  it('of Meta: the address, the number without its +, names, also with accents and other scripts', async () => {
    const [[email, phone, fn] = [], [, , accent] = [], [, , , korean] = []] = await cellsOf(meta, [
      { email: ' John_Smith@gmail.com ', phone: '+1 (650) 555-1212', first_name: 'Mary' },
      // é as e with a combining accent, which NFC joins.
      { email: 'v@example.com', first_name: 'Vale\u0301ry' },
      { email: 'j@example.com', last_name: '정' },
    ]);
    expect(email).toBe('62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f');
    expect(phone).toBe('e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176');
    expect(fn).toBe('6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec');
    expect(accent).toBe('08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c');
    expect(korean).toBe('8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14');
  });

  it('of one number are two: Google keeps the +, Meta does not', async () => {
    const people = [{ phone: '(212) 565-0000', country: 'us' }];
    expect((await cellsOf(googleAds, people))[0]?.[1]).toBe('d360a79e746532a6a1e7b8164440b04cdd8797e23126f7a4de7a4b67fdcdba98');
    expect((await cellsOf(meta, people))[0]?.[1]).toBe('4602031721d76ab01f4959d86fda7263b6fbbcb7457b7383de726a3b9137fc9d');
  });
});

describe('cells', () => {
  const person = {
    email: 'J. Doe @Example.com',
    first_name: ' Mary-Ann  Lee ',
    last_name: "O'Neil, Jr.",
    country: 'us',
    zip: '94016-1234',
  };

  it('of Google: hashed without blanks, country and postal code as they are, Gmail addresses with their dots', async () => {
    const [cells, gmail] = await cellsOf(googleAds, [person, { email: 'J.Doe+x@Gmail.com' }]);
    expect(cells).toEqual([sha256('j.doe@example.com'), null, sha256('mary-annlee'), sha256("o'neil,jr."), 'US', '94016-1234']);
    expect(gmail?.[0]).toBe(sha256('j.doe+x@gmail.com'));
  });

  it('of Meta: names without signs, five digits of a postal code of the United States, others without blanks', async () => {
    const [american, british] = await cellsOf(meta, [
      { ...person, email: 'x@example.com' },
      { email: 'y@example.com', country: 'GB', zip: 'SW1A 1AA' },
    ]);
    expect(american?.slice(2)).toEqual([sha256('maryann lee'), sha256('oneil jr'), sha256('us'), sha256('94016')]);
    expect(british?.slice(2)).toEqual([null, null, sha256('gb'), sha256('sw1a1aa')]);
  });

  it('are not hashed twice, and an address of Google counts only as a whole', async () => {
    const [cells] = await cellsOf(googleAds, [
      { email: sha256('a@example.com').toUpperCase(), first_name: 'Ann', last_name: 'Lee', country: 'US' },
    ]);
    expect(cells).toEqual([sha256('a@example.com'), null, null, null, null, null]);
  });
});

describe('phone numbers', () => {
  it('say their country themselves, or are read by one that is named', async () => {
    expect(
      await phonesOf(['+49 30 1234567', '+49 (0)30 1234567', '030/123 45 67', '0049 30 1234567', '(030) 1234567', '30 1234567'], 'DE'),
    ).toEqual(Array(6).fill('+49301234567'));
    // Italy keeps the 0; the United States dial a 1; Hungary dials 06; Russia 8.
    expect(await phonesOf(['06 1234 5678', '+39 06 1234 5678'], 'IT')).toEqual(['+390612345678', '+390612345678']);
    expect(await phonesOf(['1-212-565-0000', '212.565.0000', '011 49 30 1234567'], 'US')).toEqual([
      '+12125650000',
      '+12125650000',
      '+49301234567',
    ]);
    expect(await phonesOf(['06 20 123 4567', '20 123 4567'], 'HU')).toEqual(['+36201234567', '+36201234567']);
    expect(await phonesOf(['8 (916) 123-45-67', '7 916 123 45 67'], 'RU')).toEqual(['+79161234567', '+79161234567']);
    // Digits of full width, and a mark of direction that address books put before numbers.
    expect(await phonesOf(['\u202a+33 6 12 34 56 78\u202c', '＋３３６１２３４５６７８'], undefined)).toEqual([
      '+33612345678',
      '+33612345678',
    ]);
  });

  it('are never guessed', async () => {
    expect(await phonesOf(['030 1234567', '2125650000', '0049 30 1234567'], undefined)).toEqual(Array(3).fill('phone_without_country'));
    // With and without the country's code both have a length that numbers in Germany have; in France only one has.
    expect(await phonesOf(['4915112345678'], 'DE')).toEqual(['ambiguous_phone']);
    expect(await phonesOf(['33612345678'], 'FR')).toEqual(['+33612345678']);
    expect(await phonesOf(['919876543210'], 'IN')).toEqual(['+919876543210']);
  });

  it('are none where no number of the country is so long, where a dialling prefix stands in them, or with anything else in them', async () => {
    const wrong = [
      '+1 212 565 000',
      '+1 112 565 0000',
      '+49 0301234567',
      '+999 123 456 78',
      'call me',
      '+49 30 1234567 ext. 5',
      '12',
      '+',
      '00',
      '1'.repeat(40),
    ];
    expect(await phonesOf(wrong, 'US')).toEqual(Array(wrong.length).fill('invalid_phone'));
    expect(await phonesOf(['', ' ', '\u00a0', '\u200b'], 'US')).toEqual([null, null, null, null]);
  });

  it('of a row with a country are read by it, not by the default', async () => {
    const [own, unknown] = await read(
      [
        { phone: '6 12 34 56 78', country: 'fr ' },
        { phone: '030 1234567', country: 'Germany' },
      ],
      { defaultCountry: 'DE' },
    );
    expect(own).toMatchObject({ phone: '+33612345678', country: 'FR', country_problem: null });
    expect(unknown).toMatchObject({ phone: '+49301234567', country: null, country_problem: 'invalid_country' });
  });

  it('have a plan for every country: codes tell each other apart, and no number is longer than 15 digits', () => {
    expect(PHONE_COUNTRIES).toHaveLength(243);
    const codes = [...new Set(PHONE_COUNTRIES.map(({ code }) => code))];
    for (const code of codes) expect(codes.filter((other) => other !== code && other.startsWith(code))).toEqual([]);
    expect(PHONE_COUNTRIES.filter(({ lengths }) => lengths <= 0n || lengths >= 1n << 18n)).toEqual([]);
    expect(PHONE_COUNTRIES.find(({ iso }) => iso === 'GB')).toEqual({
      iso: 'GB',
      code: '44',
      trunk: '0',
      international: '00',
      lengths: (1n << 9n) | (1n << 10n),
    });
  });
});

describe('e-mail addresses', () => {
  it.each([
    [' A.B+c@Example.COM\t', 'a.b+c@example.com'],
    ['x@münchen.de', 'x@münchen.de'],
    ['\u200bx@example.com\u00a0', 'x@example.com'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%j is one', async (written, email) => {
    expect((await read([{ email: written }]))[0]).toMatchObject({ email, email_problem: null });
  });

  it('are none without a domain, with blanks or signs of lists within, or too long', async () => {
    const wrong = [
      'x',
      'x@',
      '@example.com',
      'x@example',
      'x@.com',
      'x y@example.com',
      'x@example.com, y@example.com',
      '<x@example.com>',
      'a@b@c.de',
      'N/A',
      `${'a'.repeat(65)}@example.com`,
      `x@${'a.'.repeat(130)}com`,
      'x\u0000y@example.com',
    ];
    const found = await read(wrong.map((email) => ({ email })));
    expect(found.map(({ email, email_problem }) => [email, email_problem])).toEqual(wrong.map(() => [null, 'invalid_email']));
    expect((await read([{ email: '' }, { email: ' ' }, {}])).map(({ email, email_problem }) => email ?? email_problem)).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('that are hashes are of use only where hashes are taken', async () => {
    const hash = sha256('x@example.com');
    expect((await read([{ email: hash }]))[0]).toMatchObject({ email: null, email_problem: 'hashed' });
    expect((await read([{ email: hash.toUpperCase() }], { takesHashes: true }))[0]).toMatchObject({ email: hash, email_problem: null });
  });
});

it('texts lose control characters and the blanks around them, and nothing else', async () => {
  const [row] = await read([{ first_name: ' =1+1\r\nAnn\u2028\u0007 ', last_name: ' \t ', zip: ' sw1a 1aa ' }]);
  expect(row).toMatchObject({ first_name: '=1+1  Ann', last_name: null, zip: 'sw1a 1aa' });
});
