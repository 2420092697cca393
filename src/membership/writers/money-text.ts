import type { Database } from '../../engine/database.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import type { MemberColumn } from './writer.js';

/** Digits an engine's 64-bit decimal holds; wider ones are several times slower to write. */
const NARROW_DIGITS = 18;
const MONEY_DECIMALS = 2;

/**
 * Which decimal columns of `members` hold only values that fit into the narrow kind, by name.
 * No value is read for those whose type says it.
 */
export async function findNarrow(database: Database, columns: readonly Omit<MemberColumn, 'isNarrow'>[]): Promise<ReadonlySet<string>> {
  const wide = columns.filter(({ type }) => isWide(type));
  const [fits] = wide.length === 0 ? [] : await database.rows<Record<string, boolean>>(narrowQuery(wide));
  const narrow = columns.filter((column) => {
    const index = wide.indexOf(column);
    return writtenScale(column.type) < DECIMAL_TYPES.length && (index === -1 || fits?.[`fits_${index}`] === true);
  });
  return new Set(narrow.map(({ name }) => name));
}

/** Whether all values of each column fit into 18 digits at the scale they are written with. */
function narrowQuery(columns: readonly Omit<MemberColumn, 'isNarrow'>[]): Sql {
  const checks = columns.map(({ name, type }, index) => {
    const bound = 10n ** BigInt(Math.max(NARROW_DIGITS - writtenScale(type), 0));
    return sql`coalesce(max(abs(${ident(name)})) < ${bound}, true) as ${ident(`fits_${index}`)}`;
  });
  return sql`select ${join(checks)} from members`;
}

/** A decimal with at least 2 decimals, trailing zeros beyond dropped. The engine prints every decimal of the type. */
export function moneyText({ name, type, isNarrow }: MemberColumn): Sql {
  const value = ident(name);
  const scale = decimalScale(type) ?? 0;
  const missing = '0'.repeat(Math.max(MONEY_DECIMALS - scale, 0));
  if (!isNarrow) {
    if (missing !== '') return sql`${value}::varchar || ${scale === 0 ? `.${missing}` : missing}`;
    if (scale === MONEY_DECIMALS) return value;
    const extra = scale - MONEY_DECIMALS;
    return sql`left(${value}::varchar, ${-extra}) || rtrim(right(${value}::varchar, ${extra}), '0')`;
  }
  const narrow = sql`${value}::${decimalType(writtenScale(type))}`;
  if (scale <= MONEY_DECIMALS) return narrow;
  const cents = sql`${narrow}::${decimalType(MONEY_DECIMALS)}`;
  return sql`case when ${narrow} = ${cents} then ${cents}::varchar else rtrim(${narrow}::varchar, '0') end`;
}

/** The narrow decimal type of a scale; a type takes no bound value. */
function decimalType(scale: number): Sql {
  const type = DECIMAL_TYPES[scale];
  if (type === undefined) throw new RangeError(`no narrow decimal has ${scale} decimals`);
  return type;
}

const DECIMAL_TYPES: readonly Sql[] = [
  sql`decimal(18, 0)`,
  sql`decimal(18, 1)`,
  sql`decimal(18, 2)`,
  sql`decimal(18, 3)`,
  sql`decimal(18, 4)`,
  sql`decimal(18, 5)`,
  sql`decimal(18, 6)`,
  sql`decimal(18, 7)`,
  sql`decimal(18, 8)`,
  sql`decimal(18, 9)`,
  sql`decimal(18, 10)`,
];

/** The decimals of a decimal type; undefined for other types. */
export function decimalScale(type: string): number | undefined {
  const scale = /^DECIMAL\(\d+,\s*(\d+)\)$/.exec(type)?.[1];
  return scale === undefined ? undefined : Number(scale);
}

function writtenScale(type: string): number {
  return Math.max(decimalScale(type) ?? 0, MONEY_DECIMALS);
}

/** Whether a decimal may hold values that do not fit into 18 digits at the scale they are written with. */
function isWide(type: string): boolean {
  const [, digits, scale] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type) ?? [];
  return digits !== undefined && Number(digits) - Number(scale) + writtenScale(type) > NARROW_DIGITS;
}
