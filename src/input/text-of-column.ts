import { type Sql, sql } from '../sql/sql.js';
import type { ReadColumn } from './readers/reader.js';

/** Whole numbers that a writer stored as floating point (17850.0) are exact up to here. */
const EXACT_FLOAT = 9_007_199_254_740_992;

/** Whether ids of this type were stored as floating point. */
export function isFloat(type: string): boolean {
  return type === 'DOUBLE' || type === 'FLOAT';
}

/** A column as text, null for empty; whole numbers stored as floats or decimals lose the point. */
export function textOfColumn({ value, type, hasEmptyText }: ReadColumn): Sql {
  if (type === 'VARCHAR') return hasEmptyText ? sql`nullif(${value}, '')` : value;
  if (isFloat(type)) {
    return sql`case when ${value} = trunc(${value}) and abs(${value}) <= ${BigInt(EXACT_FLOAT)} then ${value}::bigint::varchar else ${value}::varchar end`;
  }
  if (type.startsWith('DECIMAL')) return sql`regexp_replace(${value}::varchar, '\\.0+$', '')`;
  return sql`${value}::varchar`;
}
