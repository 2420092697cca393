import { ident, join, list, type Sql, sql } from '../../sql/sql.js';
import { CONTACT_FIELDS, type ContactField } from '../destinations/destination.js';
import { COUNTRIES, PHONE_COUNTRIES } from './phone-countries.js';

/** Why a value that is there is of no use. */
export const CONTACT_PROBLEMS = [
  'invalid_id',
  'invalid_email',
  'invalid_phone',
  'phone_without_country',
  'ambiguous_phone',
  'invalid_country',
  'hashed',
] as const;
export type ContactProblem = (typeof CONTACT_PROBLEMS)[number];

export interface ContactReading {
  /** Rows with `user_id` and a text column for each field that is known, named like the field. */
  readonly rows: Sql;
  readonly fields: readonly ContactField[];
  /** ISO 3166-1 alpha-2 of phone numbers whose row names no country. */
  readonly defaultCountry: string | undefined;
  readonly removesBlanks: boolean;
  /** Whether a SHA-256 in hex may stand in place of an address or a number. */
  readonly takesHashes: boolean;
}

const BLANK = '\\s\\p{Z}';
/** What no cell holds: control characters, and what ends a line. */
const CONTROL = '[\\p{Cc}\\p{Zl}\\p{Zp}]';
/** Printable ASCII without blanks around it. */
const CLEAN = '[!-~](?:[ -~]*[!-~])?';
/** Marks that show nothing; those that join letters or signs of an emoji stay. */
const UNSEEN = '[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]';
const WORD = `[^${BLANK}\\p{C}@"(),:;<>\\[\\]\\\\]`;
const EMAIL = `${WORD}{1,64}@(?:[^${BLANK}\\p{C}@"(),:;<>\\[\\]\\\\.]+\\.)+[^${BLANK}\\p{C}@"(),:;<>\\[\\]\\\\.]{2,}`;
const LONGEST_EMAIL = 254;
export const SHA256_HEX = '[0-9a-fA-F]{64}';
/** What people write between the digits of a number. */
const SEPARATORS = `[${BLANK}\\p{Cf}().\\-/\u2010-\u2015\u2212]`;
const WIDE_DIGITS = '＋０１２３４５６７８９';
/** Numbers of a country do not begin with these where they are dialled before them. */
const NEVER_FIRST = ['0', '1'];
/** The mask of lengths has fewer bits. */
const LONGEST_NUMBER = 17;

/** The tables that `contactsQuery` reads: `countries` (`iso`), `phone_countries` (by ISO code) and `calling_codes` (by code). */
export function countryTables(): { readonly name: string; readonly query: Sql }[] {
  const rows = PHONE_COUNTRIES.map(
    ({ iso, code, trunk, international, lengths }) => sql`(${iso}, ${code}, ${trunk}, ${international}, ${lengths}::bigint)`,
  );
  return [
    { name: 'countries', query: sql`select unnest(${list(COUNTRIES)}) as iso` },
    {
      name: 'phone_countries',
      query: sql`select * from (values ${join(rows)}) as plans(iso, code, trunk, international, lengths)`,
    },
    {
      name: 'calling_codes',
      query: sql`
select code,
       bit_or(lengths) as lengths,
       max(trunk) as trunk
from phone_countries
group by code`,
    },
  ];
}

/**
 * Contacts as they are written: `user_id`, and of each field `<field>` (null where it is of no use) and `<field>_problem` (null where it is
 * of use, or where there is none). E-mail addresses in lower case; phones in E.164, which needs a country code: one of their own, or that of
 * the country; a number that can be read in two ways is none; countries as ISO 3166-1 alpha-2. Texts are in NFC, without blanks around them,
 * and hold no control characters. Ids stay as they are. `email_key` and `phone_key` are what suppression lists are compared with besides: the
 * address and the digits, also where they are of no use. Reads the tables of `countryTables`.
 */
export function contactsQuery({ rows, fields, defaultCountry, removesBlanks, takesHashes }: ContactReading): Sql {
  const has = (field: ContactField): boolean => fields.includes(field);
  const text = (field: ContactField): Sql => (has(field) ? ident(field) : sql`null::varchar`);
  const cleaned = CONTACT_FIELDS.filter((field) => field !== 'external_id').map(
    (field) => sql`${cleanText(text(field))} as ${ident(`${field}_text`)}`,
  );
  const email = removesBlanks ? sql`lower(regexp_replace(email_text, ${`[${BLANK}]`}, '', 'g'))` : sql`lower(email_text)`;
  return sql`
with raw_contacts as (select * from (${rows}) as given_rows),
     contact_texts as (
       select user_id,
              ${text('external_id')} as id_text,
              ${join(
                cleaned,
                sql`,
              `,
              )}
       from raw_contacts
     ),
     contact_countries as (
       select contact_texts.*,
              ${email} as email_lower,
              countries.iso as country_code
       from contact_texts
       left join countries on countries.iso = upper(country_text)
     ),
     phone_texts as (
       select *,
              ${phoneDigits(sql`phone_text`)} as phone_compact,
              coalesce(country_code, ${defaultCountry ?? null}::varchar) as phone_country
       from contact_countries
     ),
     ${phoneReadings(sql`phone_texts`)}
select user_id,
       case when regexp_matches(id_text, ${CONTROL}) or trim(id_text) = '' then null else id_text end as external_id,
       case when id_text <> '' and regexp_matches(id_text, ${CONTROL}) then 'invalid_id' end as external_id_problem,
       ${hashedOr(sql`email_text`, takesHashes, sql`case when ${isEmail(sql`email_lower`)} then email_lower end`)} as email,
       ${problemOr(sql`email_text`, takesHashes, sql`case when not ${isEmail(sql`email_lower`)} then 'invalid_email' end`)} as email_problem,
       ${hashedOr(sql`phone_text`, takesHashes, sql`phone_number`)} as phone,
       ${problemOr(sql`phone_text`, takesHashes, sql`phone_problem`)} as phone_problem,
       first_name_text as first_name,
       null::varchar as first_name_problem,
       last_name_text as last_name,
       null::varchar as last_name_problem,
       country_code as country,
       case when country_text is not null and country_code is null then 'invalid_country' end as country_problem,
       zip_text as zip,
       null::varchar as zip_problem,
       lower(email_text) as email_key,
       ltrim(phone_compact, '+') as phone_key
from phone_numbers`;
}

/** A text without control and unseen characters, composed, without blanks around it; null where nothing is left. */
export function cleanText(text: Sql): Sql {
  const plain = sql`regexp_replace(regexp_replace(nfc_normalize(${text}), ${CONTROL}, ' ', 'g'), ${UNSEEN}, '', 'g')`;
  const trimmed = sql`nullif(regexp_replace(${plain}, ${`^[${BLANK}]+|[${BLANK}]+$`}, '', 'g'), '')`;
  // Most texts are clean, and each step costs as much as seeing that.
  return sql`case when regexp_full_match(${text}, ${CLEAN}) then ${text} else ${trimmed} end`;
}

/** Digits, and a `+` before them: what is left of a number as people write it. */
export function phoneDigits(text: Sql): Sql {
  return sql`translate(regexp_replace(${text}, ${SEPARATORS}, '', 'g'), ${WIDE_DIGITS}, '+0123456789')`;
}

function isEmail(text: Sql): Sql {
  return sql`(regexp_full_match(${text}, ${EMAIL}) and strlen(${text}) <= ${LONGEST_EMAIL})`;
}

function hashedOr(text: Sql, takesHashes: boolean, value: Sql): Sql {
  const isHash = sql`regexp_full_match(${text}, ${SHA256_HEX})`;
  return sql`case when ${isHash} then ${takesHashes ? sql`lower(${text})` : sql`null`} else ${value} end`;
}

function problemOr(text: Sql, takesHashes: boolean, problem: Sql): Sql {
  const isHash = sql`regexp_full_match(${text}, ${SHA256_HEX})`;
  return sql`case when ${isHash} then ${takesHashes ? sql`null` : sql`'hashed'`} else ${problem} end`;
}

/**
 * CTEs that end in `phone_numbers`: the rows with `phone_number` (E.164) and `phone_problem`. A number with a `+`, or with what its country
 * dials in place of it, says its country code itself; others are read as numbers of their country: with the trunk prefix, as they stand, or
 * with the country's code and no `+`, where exactly one of these has a possible length.
 */
function phoneReadings(rows: Sql): Sql {
  return sql`phone_homes as (
       select numbers.*,
              home.code as home_code,
              home.trunk as home_trunk,
              home.lengths as home_lengths,
              case when regexp_full_match(phone_compact, '\\+[0-9]+') then substr(phone_compact, 2)
                   when home.international <> ''
                        and starts_with(phone_compact, home.international)
                        and regexp_full_match(phone_compact, '[0-9]+') then substr(phone_compact, length(home.international) + 1)
              end as world_digits,
              case when regexp_full_match(phone_compact, '[0-9]+') then phone_compact end as home_digits
       from ${rows} as numbers
       left join phone_countries as home on home.iso = phone_country
     ),
     phone_codes as (
       select phone_homes.*,
              coalesce(one.code, two.code, three.code) as world_code,
              coalesce(one.trunk, two.trunk, three.trunk) as world_trunk,
              coalesce(one.lengths, two.lengths, three.lengths) as world_lengths
       from phone_homes
       left join calling_codes as one on one.code = substr(world_digits, 1, 1)
       left join calling_codes as two on two.code = substr(world_digits, 1, 2)
       left join calling_codes as three on three.code = substr(world_digits, 1, 3)
     ),
     phone_rests as (
       select *,
              case when world_trunk = '0' and contains(phone_text, '(0)') and starts_with(substr(world_digits, length(world_code) + 1), '0')
                   then substr(world_digits, length(world_code) + 2)
                   else substr(world_digits, length(world_code) + 1)
              end as world_rest,
              case when home_trunk <> '' and starts_with(home_digits, home_trunk) then substr(home_digits, length(home_trunk) + 1) end as trunk_rest,
              case when starts_with(home_digits, home_code) then substr(home_digits, length(home_code) + 1) end as code_rest
       from phone_codes
     ),
     phone_choices as (
       select *,
              case when ${isPossible(sql`world_rest`, sql`world_trunk`, sql`world_lengths`)} then '+' || world_code || world_rest end as world_number,
              list_sort(list_distinct(list_filter(${list([
                homeNumber(sql`trunk_rest`),
                homeNumber(sql`home_digits`),
                homeNumber(sql`code_rest`),
              ])}, number -> number is not null))) as home_numbers
       from phone_rests
     ),
     phone_numbers as (
       select *,
              case when world_digits is not null then world_number
                   when len(home_numbers) = 1 then home_numbers[1]
              end as phone_number,
              case when phone_text is null then null
                   when world_digits is not null then case when world_number is null then 'invalid_phone' end
                   when home_digits is null or length(home_digits) not between 4 and ${LONGEST_NUMBER} then 'invalid_phone'
                   when home_code is null then 'phone_without_country'
                   when len(home_numbers) > 1 then 'ambiguous_phone'
                   when len(home_numbers) = 0 then 'invalid_phone'
              end as phone_problem
       from phone_choices
     )`;
}

function homeNumber(rest: Sql): Sql {
  return sql`case when ${isPossible(rest, sql`home_trunk`, sql`home_lengths`)} then '+' || home_code || ${rest} end`;
}

/** Whether so many digits follow a code, and none of those that are only dialled before them comes first. */
function isPossible(rest: Sql, trunk: Sql, lengths: Sql): Sql {
  const isDialled = sql`(${trunk} in (${join(NEVER_FIRST.map((digit) => sql`${digit}`))}) and starts_with(${rest}, ${trunk}))`;
  return sql`coalesce(length(${rest}) <= ${LONGEST_NUMBER} and (${lengths} >> length(${rest})) & 1 = 1 and not ${isDialled}, false)`;
}
