import type { Sql } from '../../sql/sql.js';

/** A table that is made before the events are read. */
export interface TableStep {
  readonly name: string;
  readonly comment: string;
  readonly query: Sql;
}
