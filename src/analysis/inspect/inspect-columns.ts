import type { Database } from '../../engine/database.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';

export interface ColumnFill {
  readonly filled: number;
  readonly distinct: number;
}

/** Columns that one pass counts. */
const TOGETHER = 12;

/**
 * How many records hold something in each of `count` columns, and how many different texts. `textsOf` gives the relation of some of them as
 * `text_0`, `text_1` …
 */
export async function countColumns(
  database: Database,
  count: number,
  textsOf: (from: number, to: number) => Sql,
): Promise<readonly ColumnFill[]> {
  const fills: ColumnFill[] = [];
  for (let from = 0; from < count; from += TOGETHER) {
    const to = Math.min(count, from + TOGETHER);
    const [row] = await database.rows<Record<string, number>>(fillsQuery(textsOf(from, to), to - from));
    for (let index = 0; index < to - from; index += 1) {
      fills.push({ filled: row?.[`filled_${index}`] ?? 0, distinct: row?.[`distinct_${index}`] ?? 0 });
    }
  }
  return fills;
}

function fillsQuery(texts: Sql, count: number): Sql {
  const counts = Array.from({ length: count }, (_, index) => {
    const text = ident(`text_${index}`);
    return sql`count(${text}) as ${ident(`filled_${index}`)},
       count(distinct ${text}) as ${ident(`distinct_${index}`)}`;
  });
  return sql`
with column_texts as (${texts})
select ${join(
    counts,
    sql`,
       `,
  )}
from column_texts`;
}
