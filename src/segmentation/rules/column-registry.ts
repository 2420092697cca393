import type { Sql } from '../../sql/sql.js';

/** A column that is worked out once, however many rules ask for it. */
export interface RuleColumn {
  readonly name: Sql;
  readonly query: Sql;
}

/** Names a column for each different expression. */
export class ColumnRegistry {
  readonly #nameOf: (place: number) => Sql;
  readonly #columns = new Map<string, RuleColumn>();

  constructor(nameOf: (place: number) => Sql) {
    this.#nameOf = nameOf;
  }

  /** The name of the column that holds the expression. */
  add(query: Sql): Sql {
    const { text, values } = query.compile();
    const key = JSON.stringify([text, values.map((value) => [typeof value, String(value)])]);
    const column = this.#columns.get(key) ?? { name: this.#nameOf(this.#columns.size), query };
    this.#columns.set(key, column);
    return column.name;
  }

  get columns(): readonly RuleColumn[] {
    return [...this.#columns.values()];
  }
}
