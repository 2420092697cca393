import { FORMULA_START } from '../../membership/writers/csv.js';
import { list, type Sql, sql } from '../../sql/sql.js';

/** Words that exports write where an id is missing (PRODUCT §2), lower-cased. */
export const PLACEHOLDER_IDS = ['null', 'none', 'n/a', 'nan', '\\n', 'undefined', '0', '-'] as const;

/** A user with more than half of the events is named from this many events and users on. */
const DOMINANT_MIN_EVENTS = 100;
const DOMINANT_MIN_USERS = 10;

const FULL_WIDTH = Array.from({ length: 94 }, (_, index) => String.fromCodePoint(0xff01 + index)).join('');
const ASCII = Array.from({ length: 94 }, (_, index) => String.fromCodePoint(0x21 + index)).join('');
const ZERO_WIDTH = '[\u{200B}-\u{200D}\u{2060}\u{FEFF}]';
const BLANKS = '^[\\s\u{00A0}\u{2000}-\u{200A}\u{3000}]+|[\\s\u{00A0}\u{2000}-\u{200A}\u{3000}]+$';
/** Ids without any of these stand for themselves: capitals, blanks, controls and everything beyond ASCII. */
const NEEDS_FOLDING = '[^!-@\\[-~]';

/** Equal for ids that look alike: NFC, lower case, without blanks around and zero-width characters, full-width ASCII folded. */
function foldedId(id: Sql): Sql {
  const narrow = sql`translate(regexp_replace(${id}, ${ZERO_WIDTH}, '', 'g'), ${FULL_WIDTH}, ${ASCII})`;
  return sql`lower(nfc_normalize(regexp_replace(${narrow}, ${BLANKS}, '', 'g')))`;
}

/** An id as a spreadsheet shortens a long number: `1.03293E+19`. */
export const MANGLED_ID = '^[0-9](\\.[0-9]+)?[eE]\\+[0-9]+$';

/** The CTE `alike_ids`: every id that may look like another, with what it is folded to; equal for those that do. */
export function alikeIds(): Sql {
  return sql`folded_ids as (
    select user_id,
           ${foldedId(sql`user_id`)} as folded
    from users
    where regexp_matches(user_id, ${NEEDS_FOLDING})
),
     alike_ids as (
    select user_id, folded from folded_ids
    union
    select users.user_id, users.user_id as folded
    from users
    join (select distinct folded from folded_ids) as folds on folds.folded = users.user_id
)`;
}

/** `users` → one row: how many ids look like another, are placeholders or mangled, and who holds most events. */
export function idChecksQuery(): Sql {
  return sql`
with ${alikeIds()},
     alike_groups as (
    select count(distinct user_id) as ids
    from alike_ids
    group by folded
    having count(distinct user_id) > 1
)
select (select coalesce(sum(ids), 0)::bigint from alike_groups) as "nearDuplicates",
       (select count(*) from alike_groups) as "nearDuplicateGroups",
       (select list(user_id order by user_id) from users where list_contains(${list([...PLACEHOLDER_IDS])}, lower(user_id))) as placeholders,
       (select count(*) from users where regexp_matches(user_id, ${MANGLED_ID})) as mangled,
       (
         select min(user_id)
         from users
         cross join (select sum(events) as events, count(*) as users from users) as totals
         where 2 * users.events > totals.events
           and totals.events >= ${DOMINANT_MIN_EVENTS}
           and totals.users >= ${DOMINANT_MIN_USERS}
       ) as dominant,
       (select count(*) from users where regexp_matches(user_id, ${FORMULA_START})) as formulas`;
}

export interface IdChecks {
  readonly nearDuplicates: number;
  readonly nearDuplicateGroups: number;
  readonly placeholders: readonly string[] | null;
  readonly mangled: number;
  readonly dominant: string | null;
  readonly formulas: number;
}
