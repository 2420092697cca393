import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { normaliseName } from '../events/normalise-name.js';
import { ID_NAMES, type SideFile, sideRows } from '../input/people/side-file.js';
import type { ReadColumn } from '../input/readers/reader.js';
import { textOfColumn } from '../input/text-of-column.js';
import { suppressedKeysQuery } from '../membership/audience/audience-query.js';
import type { AudienceWarning, ExportResult } from '../membership/audience/audience-result.js';
import { contactsQuery } from '../membership/audience/contacts-query.js';
import { join, sql } from '../sql/sql.js';
import { CONTACT_COLUMNS } from './contact-columns.js';
import { refuseRejects } from './load-people.js';
import type { Session } from './session.js';

export interface Suppressed {
  readonly suppression: 'plain' | 'hashed';
  readonly summary: NonNullable<ExportResult['suppression']>;
  readonly warnings: readonly AudienceWarning[];
}

/** Columns that hold hashes, beside those of ids, addresses and numbers. */
const HASH_NAMES = ['sha256', 'hash', 'hashed_email', 'email_hash', 'email_sha256', 'hashed_phone', 'phone_hash', 'phone_sha256'];

/** So many digits look like a number of some country, with a trunk prefix, where nothing says what they are. */
const PHONE_DIGITS = [8, 15] as const;

/**
 * Makes the table `suppressed_keys` of `--suppress`: of every column that is called like an id, an address, a number or a hash, or of the only
 * one, whose first line then is an entry too. Errors: `suppress-columns`, `side-rejects`.
 */
export async function loadSuppressed({ database }: Session, side: SideFile, settings: Settings): Promise<Suppressed> {
  const { file } = side;
  const plain = file.columns.filter(({ isNested }) => !isNested);
  const known = [...ID_NAMES, ...CONTACT_COLUMNS.email.names, ...CONTACT_COLUMNS.phone.names, ...HASH_NAMES];
  const named = plain.filter(({ name }) => known.includes(normaliseName(name)));
  const columns = named.length > 0 ? named : plain;
  const [first] = columns;
  if (first === undefined || (named.length === 0 && columns.length > 1)) {
    return fail('suppress-columns', { file: file.source.name, found: plain.map(({ name }) => name) });
  }
  const isOfPhones = ({ name }: ReadColumn): boolean => (CONTACT_COLUMNS.phone.names as readonly string[]).includes(normaliseName(name));
  const texts = columns.map(
    (column) =>
      sql`select ${textOfColumn(column)} as entry, ${isOfPhones(column)} as is_phone from ${sideRows(side, columns, false)} as file_rows`,
  );
  const header = named.length === 0 ? [sql`select ${first.name} as entry, false as is_phone`] : [];
  await database.run(sql`
create or replace temp table suppressed_entries as
select entry as user_id,
       entry as email,
       entry as phone,
       bool_or(is_phone) as is_phone
from (${join([...texts, ...header], sql` union all `)}) as entries
where trim(entry) <> ''
group by entry`);
  const contacts = contactsQuery({
    rows: sql`select * from suppressed_entries`,
    fields: ['email', 'phone'],
    defaultCountry: settings.defaultCountry,
    removesBlanks: false,
    takesHashes: false,
  });
  await database.run(sql`create or replace temp table suppressed_contacts as ${contacts}`);
  await database.run(sql`create or replace temp table suppressed_keys as ${suppressedKeysQuery(sql`select * from suppressed_contacts`)}`);
  const read = await countRows(side, columns, database);
  refuseRejects({ side, counts: { rejected: file.records - read, total: file.records } }, settings);
  const [counts] = await database.rows<{ entries: number; hashes: number; numbers: number }>(sql`
select (select count(*) from suppressed_contacts) as entries,
       (select count(*) from suppressed_keys where starts_with(key, 'hash:')) as hashes,
       (select count(*)
        from suppressed_contacts
        join suppressed_entries using (user_id)
        where phone_problem in ('phone_without_country', 'ambiguous_phone')
          and (is_phone or (length(phone_key) between ${PHONE_DIGITS[0]} and ${PHONE_DIGITS[1]} and starts_with(phone_key, '0')))) as numbers`);
  if (counts === undefined) throw new Error('a grand total has one row');
  return {
    suppression: counts.hashes > 0 ? 'hashed' : 'plain',
    summary: { file: file.source.name, entries: counts.entries },
    warnings: [
      ...(named.length > 0 ? [] : [headerWarning(side, first)]),
      ...(counts.numbers === 0 ? [] : [numbersWarning(side, counts.numbers)]),
    ],
  };
}

async function countRows(side: SideFile, columns: readonly ReadColumn[], database: Session['database']): Promise<number> {
  const [row] = await database.rows<{ rows: number }>(sql`select count(*) as rows from ${sideRows(side, columns, false)} as file_rows`);
  return row?.rows ?? 0;
}

function headerWarning({ file }: SideFile, { name }: ReadColumn): AudienceWarning {
  return {
    code: 'suppress_column',
    message: `--suppress ${file.source.name}: its only column has no name that says what it holds, so "${name}" was taken for an entry too`,
  };
}

function numbersWarning({ file }: SideFile, numbers: number): AudienceWarning {
  return {
    code: 'suppress_phones',
    message: `--suppress ${file.source.name}: ${numbers} ${numbers === 1 ? 'entry is a phone number' : 'entries are phone numbers'} without a country code, or to be read in two ways, and only members who have it written with the same digits are found by it; --default-country says which country is meant`,
  };
}
