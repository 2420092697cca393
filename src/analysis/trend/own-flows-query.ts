import { ident, join, type Sql, sql } from '../../sql/sql.js';

/** The column of the n-th own segment in a table of marks. */
export const markColumn = (place: number): Sql => ident(`mark_${place}`);

/** `members` → `user_id`, and for each own segment whether the user is in it. */
export function marksQuery(segments: readonly string[]): Sql {
  return sql`
select user_id,
       ${join(
         segments.map((segment, place) => sql`${ident(segment)} as ${markColumn(place)}`),
         sql`,
       `,
       )}
from members`;
}

/** `marks_after` → one row: `users`, and for each own segment `size_<n>`. */
export function markSizesQuery(segments: number): Sql {
  const sizes = columns(segments, (place) => sql`count(*) filter (where ${markColumn(place)}) as ${ident(`size_${place}`)}`);
  return sql`
select count(*) as users,
       ${sizes}
from marks_after`;
}

/** How a mark of a user changed; of those with `by_threshold`, only by the scale. */
export const MARK_CHANGES = ['entered', 'left', 'moved_in', 'moved_out', 'stayed', 'in_by_threshold', 'out_by_threshold'] as const;
export type MarkChange = (typeof MARK_CHANGES)[number];

/** Column of `markFlowsQuery`. */
export const changeColumn = (change: MarkChange, place: number): string => `${change}_${place}`;

/**
 * `marks_before`, `marks_after` → one row: the users who are new (`new_users`) or gone (`gone_users`), who are in other own segments than
 * before (`moved_users`, and of them `threshold_users`, who would be in the same by `marks_on_old_scale`), and for each own segment
 * `MARK_CHANGES`. Without the old scale nobody moves by it.
 */
export function markFlowsQuery(segments: number, hasOldScale: boolean): Sql {
  const was = (place: number): Sql => sql`earlier.${markColumn(place)}`;
  const is = (place: number): Sql => sql`later.${markColumn(place)}`;
  const places = Array.from({ length: segments }, (_, place) => place);
  const isAt = (marks: Sql): Sql =>
    join(
      places.map((place) => sql`${was(place)} = ${marks}.${markColumn(place)}`),
      sql` and `,
    );
  const changes = (place: number): Sql => {
    const conditions: Readonly<Record<MarkChange, Sql>> = {
      entered: sql`earlier.user_id is null and ${is(place)}`,
      left: sql`later.user_id is null and ${was(place)}`,
      moved_in: sql`not ${was(place)} and ${is(place)}`,
      moved_out: sql`${was(place)} and not ${is(place)}`,
      stayed: sql`${was(place)} and ${is(place)}`,
      in_by_threshold: hasOldScale ? sql`not ${was(place)} and ${is(place)} and not on_old_scale.${markColumn(place)}` : sql`false`,
      out_by_threshold: hasOldScale ? sql`${was(place)} and not ${is(place)} and on_old_scale.${markColumn(place)}` : sql`false`,
    };
    return join(
      MARK_CHANGES.map((change) => sql`count(*) filter (where ${conditions[change]}) as ${ident(changeColumn(change, place))}`),
      sql`,
       `,
    );
  };
  return sql`
select count(*) filter (where earlier.user_id is null) as new_users,
       count(*) filter (where later.user_id is null) as gone_users,
       count(*) filter (where not (${isAt(sql`later`)})) as moved_users,
       count(*) filter (where ${hasOldScale ? sql`not (${isAt(sql`later`)}) and ${isAt(sql`on_old_scale`)}` : sql`false`}) as threshold_users,
       ${columns(segments, changes)}
from marks_before as earlier
full join marks_after as later using (user_id)${
    hasOldScale
      ? sql`
left join marks_on_old_scale as on_old_scale using (user_id)`
      : sql``
  }`;
}

function columns(segments: number, write: (place: number) => Sql): Sql {
  return join(
    Array.from({ length: segments }, (_, place) => write(place)),
    sql`,
       `,
  );
}
