import { ident, join, type Sql, sql } from '../../sql/sql.js';
import { decimalScale, moneyText } from './money-text.js';
import type { MemberColumn, Writer } from './writer.js';

/** Matches texts whose first character makes a spreadsheet read them as a formula (OWASP's list). */
export const FORMULA_START = '^[=+\\-@\\t\\r\\n＝＋－＠]';

/** CSV with LF line ends; quotes only where they are needed, and around empty texts, which so differ from no value. */
export const csv: Writer = {
  writesMoneyAsText: true,
  needsSortedRows: false,
  selectList: (columns, isSpreadsheetSafe) =>
    join(
      columns.map((column) => {
        const isFormula = isSpreadsheetSafe && new RegExp(FORMULA_START).test(column.name);
        return sql`${csvCell(column, isSpreadsheetSafe)} as ${ident(isFormula ? `'${column.name}` : column.name)}`;
      }),
    ),
  write: (database, query, path) => database.copy(query, path, { format: 'csv' }),
};

/** A cell as the CSV has it. */
export function csvCell(column: MemberColumn, isSpreadsheetSafe: boolean): Sql {
  const value = ident(column.name);
  if (isSpreadsheetSafe && column.type === 'VARCHAR') {
    return sql`case when regexp_matches(${value}, ${FORMULA_START}) then '''' || ${value} else ${value} end`;
  }
  return decimalScale(column.type) === undefined ? value : moneyText(column);
}
