import { list, type Sql, sql } from '../sql/sql.js';
import { CURRENCY_WORDS } from './currency.js';
import { acceptedCurrencyWords, type MoneyFormat } from './money-format.js';
import { amountPattern, NEGATIVE_AMOUNT, NUMBER_OF_AMOUNT } from './money-text.js';

interface DecimalTypes {
  readonly narrow: Sql;
  readonly wide: Sql;
}

/** By scale. Text becomes the narrow one a hundred times faster. */
const DECIMAL_TYPES = new Map<number, DecimalTypes>([
  [4, { narrow: sql`decimal(18, 4)`, wide: sql`decimal(38, 4)` }],
  [5, { narrow: sql`decimal(18, 5)`, wide: sql`decimal(38, 5)` }],
  [6, { narrow: sql`decimal(18, 6)`, wide: sql`decimal(38, 6)` }],
  [7, { narrow: sql`decimal(18, 7)`, wide: sql`decimal(38, 7)` }],
  [8, { narrow: sql`decimal(18, 8)`, wide: sql`decimal(38, 8)` }],
  [9, { narrow: sql`decimal(18, 9)`, wide: sql`decimal(38, 9)` }],
  [10, { narrow: sql`decimal(18, 10)`, wide: sql`decimal(38, 10)` }],
]);
/** Decimals of a quantity that are kept. */
const QUANTITY_SCALE = 6;
const QUANTITY_DIGITS = 9;
const EXACT_TYPE = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$|DECIMAL)/;
const BINARY_TYPE = /^(DOUBLE|FLOAT)$/;

/**
 * The amount of a text as DECIMAL(38, scale), rounded half away from zero; null when there is none, it cannot be read,
 * or it is in another currency. `scale` is 4 … 10. `text` should be a plain column.
 */
export function amountQuery(text: Sql, format: MoneyFormat, scale: number): Sql {
  const { narrow, wide } = decimalTypes(scale);
  const plain = format.decimal === '.' ? text : sql`replace(${text}, ',', '.')`;
  // The cast reads 1_000; a dot beside a decimal comma is a thousands sign.
  const isPlain = format.decimal === '.' ? sql`not contains(${text}, '_')` : sql`not contains(${text}, '_') and not contains(${text}, '.')`;
  return sql`case when ${text} <> '' then coalesce(
    case when ${isPlain} then cast(try_cast(${plain} as ${narrow}) as ${wide}) end,
    ${writtenAmount(text, format, wide)}) end`;
}

/**
 * What is wrong with an amount: `bad_amount`, `other_currency`, or `rounded`, it has more decimals than `scale`; else null.
 * `amount` is the result of `amountQuery` where it stands in a column already.
 */
export function amountProblemQuery(text: Sql, format: MoneyFormat, scale: number, amount: Sql = amountQuery(text, format, scale)): Sql {
  const other = format.isCurrencyChosen ? isAmount(text, format, CURRENCY_WORDS) : sql`false`;
  return sql`case when ${text} is null or ${text} = '' then null
    when ${amount} is null then case when ${other} then 'other_currency' else 'bad_amount' end
    when ${hasMoreDecimals(text, format.decimal, scale)} then 'rounded' end`;
}

/** As `amountQuery`, for a column of a DuckDB type; `format` is needed for text only. */
export function typedAmountQuery(column: Sql, typeName: string, format: MoneyFormat, scale: number): Sql {
  const { narrow, wide } = decimalTypes(scale);
  if (EXACT_TYPE.test(typeName)) return sql`try_cast(${column} as ${wide})`;
  if (!BINARY_TYPE.test(typeName)) return amountQuery(typeName === 'VARCHAR' ? column : sql`cast(${column} as varchar)`, format, scale);
  const text = sql`cast(${column} as varchar)`;
  return sql`case when isfinite(${column}) then coalesce(cast(try_cast(${text} as ${narrow}) as ${wide}), try_cast(${text} as ${wide})) end`;
}

/** As `amountProblemQuery`, for a column of a DuckDB type. */
export function typedAmountProblemQuery(
  column: Sql,
  typeName: string,
  format: MoneyFormat,
  scale: number,
  amount: Sql = typedAmountQuery(column, typeName, format, scale),
): Sql {
  const text = sql`cast(${column} as varchar)`;
  if (!EXACT_TYPE.test(typeName) && !BINARY_TYPE.test(typeName)) {
    return amountProblemQuery(typeName === 'VARCHAR' ? column : text, format, scale, amount);
  }
  return sql`case when ${column} is null then null
    when ${amount} is null then 'bad_amount'
    when ${hasMoreDecimals(text, '.', scale)} then 'rounded' end`;
}

/** The quantity of a column of a DuckDB type as DECIMAL(38, 6), or null when there is none or it cannot be read. */
export function quantityQuery(column: Sql, typeName: string, format: MoneyFormat): Sql {
  return typedAmountQuery(column, typeName, format, QUANTITY_SCALE);
}

/**
 * An amount (DECIMAL(38, scale)) times a quantity (DECIMAL(38, 6)): exact, then rounded half away from zero to the scale.
 * Null when one of them is, or the product could have more than 38 digits.
 */
export function multiplyQuery(amount: Sql, quantity: Sql, scale: number): Sql {
  const { wide } = decimalTypes(scale);
  const amountDigits = 38 - QUANTITY_SCALE - QUANTITY_DIGITS - scale;
  return sql`case when abs(${amount}) < ${powerOfTen(amountDigits)} and abs(${quantity}) < ${powerOfTen(QUANTITY_DIGITS)}
    then cast(${amount} * ${quantity} as ${wide}) end`;
}

/** Whether a cell of the currency column names another currency than the counted one. An empty cell names none. */
export function isOtherCurrency(currency: Sql, format: MoneyFormat): Sql {
  if (format.currency === null) return sql`false`;
  const words = acceptedCurrencyWords(format).map((word) => word.toUpperCase());
  return sql`coalesce(trim(${currency}) <> '' and not list_contains(${list(words)}, upper(trim(${currency}))), false)`;
}

function decimalTypes(scale: number): DecimalTypes {
  const types = DECIMAL_TYPES.get(scale);
  if (types === undefined) throw new RangeError(`no amounts with ${scale} decimals`);
  return types;
}

function powerOfTen(digits: number): Sql {
  return sql`cast(${`1${'0'.repeat(digits)}`} as decimal(38, 0))`;
}

function isAmount(text: Sql, format: MoneyFormat, words: readonly string[]): Sql {
  return sql`regexp_full_match(${text}, ${amountPattern(format, words)}, 'i')`;
}

/** The whole grammar: currency words, parentheses, thousands, and numbers too long for the narrow type. */
function writtenAmount(text: Sql, format: MoneyFormat, type: Sql): Sql {
  const number = numberOf(text);
  const plain = format.decimal === '.' ? sql`replace(${number}, ',', '')` : sql`replace(replace(${number}, '.', ''), ',', '.')`;
  const value = sql`try_cast(${plain} as ${type})`;
  return sql`case when ${isAmount(text, format, acceptedCurrencyWords(format))}
    then case when regexp_matches(${text}, ${NEGATIVE_AMOUNT}) then -${value} else ${value} end end`;
}

function numberOf(text: Sql): Sql {
  return sql`regexp_extract(${text}, ${NUMBER_OF_AMOUNT})`;
}

/** The cheap test first: an exponent, or the decimal sign with more digits behind it than the scale has. */
function hasMoreDecimals(text: Sql, decimal: '.' | ',', scale: number): Sql {
  const number = numberOf(text);
  const mantissa = sql`regexp_extract(${number}, '^[0-9.,]*')`;
  const exponent = sql`coalesce(try_cast(regexp_extract(${number}, '[eE](.*)$', 1) as integer), 0)`;
  const fraction = sql`split_part(${mantissa}, ${decimal}, 2)`;
  const digits = sql`regexp_replace(${mantissa}, '[.,]', '', 'g')`;
  const zeros = sql`strlen(${digits}) - strlen(rtrim(${digits}, '0'))`;
  return sql`((${text} like ${`%${decimal}${'_'.repeat(scale + 1)}%`} or contains(${text}, 'e') or contains(${text}, 'E'))
    and rtrim(${digits}, '0') <> '' and strlen(${fraction}) - (${zeros}) - ${exponent} > ${scale})`;
}
