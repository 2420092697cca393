import { ident, join, type Sql, sql } from '../../sql/sql.js';
import type { Destination, DestinationColumn } from '../destinations/destination.js';
import { SHA256_HEX } from './contacts-query.js';

/** What of a destination is written, from the tables `audience_contacts` (see `contactsQuery`) and `audience_members`. */
export interface AudienceShape {
  readonly destination: Destination;
  /** Those of the destination that are written. */
  readonly columns: readonly DestinationColumn[];
  /** Columns of `audience_members` that follow them, as text. */
  readonly properties: readonly string[];
  /** Whether `suppressed_keys` says who is left out, and whether hashes are among them. */
  readonly suppression: 'none' | 'plain' | 'hashed';
}

const LEAST_PHONE_DIGITS = 7;

/**
 * One row a member: `user_id`, `left_out` (a reason, null for those who are written), for the n-th column `cell_<n>` as the file has it and
 * `emptied_<n>` (a reason). Members are left out because they are suppressed, then because nothing identifies them, then because an earlier
 * one, in the order of `user_id`, has the same identifier.
 */
export function audienceRowsQuery(shape: AudienceShape): Sql {
  const { columns, destination, suppression } = shape;
  const cells = columns.map((column, index) => sql`${cellOf(column)} as ${cell(index)}`);
  const problems = columns.map(({ field }, index) => sql`${ident(`${field}_problem`)} as ${emptied(index)}`);
  const steps = uniqueSteps(shape);
  return sql`
with written_cells as (
       select user_id,
              ${suppression === 'none' ? sql`false` : isSuppressed(suppression)} as is_suppressed,
              ${join(
                [...cells, ...problems],
                sql`,
              `,
              )}
       from audience_contacts
     ),
     whole_cells as (${wholeCells(shape)}),
     named_rows as (
       select *,
              case when is_suppressed then 'suppressed'
                   when not (${isNamed(shape)}) then coalesce(${join([...firstProblems(shape), sql`'no_contact'`])})
              end as left_out
       from whole_cells
     )${join(
       steps.map(
         (step) => sql`,
     ${step}`,
       ),
       sql``,
     )}
select user_id,
       left_out,
       ${join(
         columns.flatMap((_, index) => [cell(index), emptied(index)]),
         sql`,
       `,
       )}
from ${ident(destination.unique === 'row' || steps.length > 0 ? `unique_${steps.length / 2}` : 'named_rows')}`;
}

/** The rows that are written, in the order of the `place` of `audience_members`: `number` from 1, `line` as the file has it, `bytes` up to its end. */
export function audienceLinesQuery({ columns, properties }: AudienceShape): Sql {
  const cells = [...columns.map((_, index) => cell(index)), ...properties.map((name) => sql`audience_members.${ident(name)}`)];
  return sql`
with lines as (
       select audience_members.place,
              concat(${join(cells.map(csvText), sql`, ',', `)}) as line
       from audience_rows
       join audience_members on audience_members.user_id = audience_rows.user_id
       where left_out is null
     )
select row_number() over (order by place) as number,
       line,
       (sum(strlen(line) + 1) over (order by place rows unbounded preceding))::bigint as bytes
from lines
order by number`;
}

/** One row: how many members there are and why who is left out, how many cells are filled, and why others are empty. */
export function audienceCountsQuery({ columns }: AudienceShape, reasons: readonly string[], emptyReasons: readonly string[]): Sql {
  const counts = [
    sql`count(*) as members`,
    sql`count(*) filter (where left_out is null) as written`,
    ...reasons.map((reason) => sql`count(*) filter (where left_out = ${reason}) as ${ident(`left_out_${reason}`)}`),
    ...columns.map((_, index) => sql`count(${cell(index)}) filter (where left_out is null) as ${ident(`filled_${index}`)}`),
    ...emptyReasons.map(
      (reason) =>
        sql`(${join(
          columns.map(
            (_, index) => sql`count(*) filter (where left_out is null and ${cell(index)} is null and ${emptied(index)} = ${reason})`,
          ),
          sql` + `,
        )})::bigint as ${ident(`emptied_${reason}`)}`,
    ),
  ];
  return sql`select ${join(counts)} from audience_rows`;
}

/** A cell of a CSV file: in quotes only where it must be. */
function csvText(value: Sql): Sql {
  return sql`case when regexp_matches(${value}, '[",\\r\\n]') then '"' || replace(${value}, '"', '""') || '"' else coalesce(${value}, '') end`;
}

/** The line of the headers. */
export function headerLine(headers: readonly string[]): string {
  return headers.map((header) => (/[",\r\n]/.test(header) ? `"${header.replaceAll('"', '""')}"` : header)).join(',');
}

function cell(index: number): Sql {
  return ident(`cell_${index}`);
}

function emptied(index: number): Sql {
  return ident(`emptied_${index}`);
}

function cellOf({ field, form, isHashed }: DestinationColumn): Sql {
  const value = ident(field);
  const written = formOf(value, form);
  if (isHashed === undefined) return written;
  return sql`case when regexp_full_match(${value}, ${SHA256_HEX}) then lower(${value}) else sha256(${written}) end`;
}

function formOf(value: Sql, form: DestinationColumn['form']): Sql {
  switch (form) {
    case 'as_read':
      return value;
    case 'digits':
      return sql`ltrim(${value}, '+')`;
    case 'lower':
      return sql`lower(${value})`;
    case 'lower_without_blanks':
      return sql`nullif(lower(regexp_replace(${value}, '[\\s\\p{Z}]', '', 'g')), '')`;
    case 'lower_without_signs':
      return sql`nullif(trim(regexp_replace(lower(regexp_replace(${value}, '[\\p{P}\\p{S}]', '', 'g')), '[\\s\\p{Z}]+', ' ', 'g')), '')`;
    case 'compact_zip': {
      const compact = sql`nullif(lower(regexp_replace(${value}, '[\\s\\p{Z}\\-\u2010-\u2015]', '', 'g')), '')`;
      return sql`case when country = 'US' then left(${compact}, 5) else ${compact} end`;
    }
  }
}

/** Cells that mean something only together are all empty where one of them is. */
function wholeCells({ columns, destination: { together = [] } }: AudienceShape): Sql {
  const parts = columns.flatMap(({ header }, index) => (together.includes(header) ? [index] : []));
  if (parts.length === 0) return sql`select * from written_cells`;
  const isWhole = join(
    parts.map((index) => sql`${cell(index)} is not null`),
    sql` and `,
  );
  const replaced = parts.flatMap((index) => [
    sql`case when ${isWhole} then ${cell(index)} end as ${cell(index)}`,
    sql`case when ${isWhole} then null when ${cell(index)} is not null then 'incomplete_address' else ${emptied(index)} end as ${emptied(index)}`,
  ]);
  return sql`select * replace (${join(replaced)}) from written_cells`;
}

/** Whether a row has all cells of one of the sets that name a person. */
function isNamed({ columns, destination: { needs } }: AudienceShape): Sql {
  const sets = needs.map((headers) => headers.map((header) => columns.findIndex((column) => column.header === header)));
  const there = sets.filter((set) => !set.includes(-1));
  return join(
    there.map(
      (set) =>
        sql`(${join(
          set.map((index) => sql`${cell(index)} is not null`),
          sql` and `,
        )})`,
    ),
    sql` or `,
  );
}

/** What is wrong with the identifiers, the best of them first. Cells that are of use only together name nobody alone. */
function firstProblems({ columns, destination: { needs } }: AudienceShape): Sql[] {
  const alone = needs.filter((headers) => headers.length === 1).flat();
  return alone.flatMap((header) => {
    const index = columns.findIndex((column) => column.header === header);
    return index === -1 ? [] : [emptied(index)];
  });
}

/** CTEs, two a step, the last of them `unique_<n>`: who has an identifier that an earlier row has. */
function uniqueSteps({ columns, destination: { unique } }: AudienceShape): Sql[] {
  if (unique === 'row') {
    const cells = join(columns.map((_, index) => cell(index)));
    return [
      sql`ranked_1 as (
       select *,
              row_number() over (partition by left_out is null, ${cells} order by user_id) as place
       from named_rows
     )`,
      sql`unique_1 as (
       select * replace (case when left_out is null and place > 1 then 'duplicate' else left_out end as left_out)
       from ranked_1
     )`,
    ];
  }
  const indexes = unique.map((header) => columns.findIndex((column) => column.header === header)).filter((index) => index !== -1);
  return indexes.flatMap((index, step) => {
    const before = ident(step === 0 ? 'named_rows' : `unique_${step}`);
    const earlier = indexes.slice(0, step).map(cell);
    const isOther = earlier.length === 0 ? sql`false` : sql`coalesce(${join(earlier)}) is not null`;
    const isRepeated = sql`(left_out is null and ${cell(index)} is not null and ${ident(`place_${step}`)} > 1)`;
    return [
      sql`${ident(`ranked_${step + 1}`)} as (
       select *,
              row_number() over (partition by left_out is null, ${cell(index)} order by (${isOther}) desc, user_id) as ${ident(`place_${step}`)}
       from ${before}
     )`,
      sql`${ident(`unique_${step + 1}`)} as (
       select * replace (
                case when ${isRepeated} and not (${isOther}) then 'duplicate' else left_out end as left_out,
                case when ${isRepeated} then null else ${cell(index)} end as ${cell(index)},
                case when ${isRepeated} then 'repeated' else ${emptied(index)} end as ${emptied(index)}
              )
       from ${ident(`ranked_${step + 1}`)}
     )`,
    ];
  });
}

/** Whether the list has the id, the address or the number of a member, as it is or as its hash. */
function isSuppressed(suppression: 'plain' | 'hashed'): Sql {
  const keys = [
    sql`'id:' || user_id`,
    sql`'id:' || external_id`,
    sql`'email:' || email_key`,
    sql`'email:' || email`,
    sql`'phone:' || phone`,
    sql`case when length(phone_key) >= ${LEAST_PHONE_DIGITS} then 'digits:' || phone_key end`,
    sql`'digits:' || ltrim(phone, '+')`,
  ];
  const hashes = [sql`user_id`, sql`external_id`, sql`email_key`, sql`email`, sql`phone`, sql`ltrim(phone, '+')`, sql`phone_key`].flatMap(
    (value) => [
      sql`'hash:' || sha256(${value})`,
      sql`case when regexp_full_match(${value}, ${SHA256_HEX}) then 'hash:' || lower(${value}) end`,
    ],
  );
  const asked = suppression === 'hashed' ? [...keys, ...hashes] : keys;
  return join(
    asked.map((key) => sql`coalesce(${key} in (select key from suppressed_keys), false)`),
    sql`
                or `,
  );
}

/** Contacts of the entries of a suppression list (`audience_contacts` of them, `user_id` the entry) → `key`, each once. */
export function suppressedKeysQuery(contacts: Sql): Sql {
  return sql`
with entries as (select * from (${contacts}) as list_contacts)
select 'id:' || user_id as key from entries
union
select 'id:' || trim(user_id) from entries
union
select 'email:' || email_key from entries where contains(email_key, '@')
union
select 'phone:' || phone from entries where phone is not null
union
select 'digits:' || phone_key from entries where regexp_full_match(phone_key, '[0-9]+') and length(phone_key) >= ${LEAST_PHONE_DIGITS}
union
select 'hash:' || lower(trim(user_id)) from entries where regexp_full_match(trim(user_id), ${SHA256_HEX})`;
}
