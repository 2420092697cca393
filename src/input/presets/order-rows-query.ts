import { type Sql, sql } from '../../sql/sql.js';

export interface OrderColumns {
  /** STRUCT of the cells of the row itself, with its `key`. */
  readonly cells: Sql;
  /** The user of the row, or of another row of its order. */
  readonly user: Sql;
  /** STRUCT of the cells that hold for the whole order. */
  readonly order: Sql;
  /** BOOLEAN, true on one row of each order. */
  readonly isHead: Sql;
}

/**
 * The rows of a source, each with the cells of its order: of the rows that share `key` and a user, those with a value come first, then
 * by `rank` (lowest first), then by their cells; the first one speaks for the order and is its head. Where all cells are equal it makes
 * no difference which row that is. A row without a key is an order of its own. `cells` is a STRUCT with `key`, `user` and `value`.
 */
export function orderRowsQuery(source: Sql, cells: Sql, rank: (cells: Sql) => Sql, names: OrderColumns): Sql {
  const keyOf = sql`${names.cells}.key`;
  return sql`
      select *,
             case when ${keyOf} is null then ${names.cells} else first_value(${names.cells}) over order_rows end as ${names.order},
             ${keyOf} is null or row_number() over order_rows = 1 as ${names.isHead}
      from (
        select *,
               case when ${keyOf} is null then ${names.cells}.user
                    else coalesce(${names.cells}.user, min(${names.cells}.user) over (partition by ${keyOf}))
               end as ${names.user}
        from (
          select *,
                 ${cells} as ${names.cells}
          from ${source}
        ) as cell_rows
      ) as user_rows
      window order_rows as (
        partition by ${keyOf}, ${names.user}
        order by ${names.cells}.value is null, ${rank(names.cells)}, ${names.cells}
      )`;
}
