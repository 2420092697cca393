import { ident, join, type Sql, sql } from '../../sql/sql.js';
import { decimalScale, moneyText } from './money-text.js';
import type { MemberColumn, Writer } from './writer.js';

/**
 * One JSON object a line, its keys in the order of the columns. Numbers are the text of the CSV, so every digit is there
 * for whoever reads them exactly; dates are text, and what CSV leaves empty is null.
 */
export const jsonl: Writer = {
  writesMoneyAsText: true,
  needsSortedRows: false,
  selectList: (columns) => {
    const fields = columns.map((column, index) => sql`${`${index === 0 ? '{' : ','}${JSON.stringify(column.name)}:`}, ${value(column)}`);
    return sql`concat(${join(fields)}, '}') as line`;
  },
  write: (database, query, path) => database.copy(query, path, { format: 'lines' }),
};

function value(column: MemberColumn): Sql {
  if (decimalScale(column.type) !== undefined) return sql`coalesce((${moneyText(column)})::varchar, 'null')`;
  if (column.type === 'BIGINT' || column.type === 'BOOLEAN') return sql`coalesce(${ident(column.name)}::varchar, 'null')`;
  return sql`coalesce(to_json(${ident(column.name)}::varchar)::varchar, 'null')`;
}
