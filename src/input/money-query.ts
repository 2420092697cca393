import { inSteps } from '../sql/functions.js';
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
/** Digits before the point: no sum of as many rows as a machine reads, in units of the smallest decimal, passes 38 digits. */
const MOST_DIGITS = 18;
const EXACT_TYPE = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$|DECIMAL)/;
const BINARY_TYPE = /^(DOUBLE|FLOAT)$/;
/** How the engine prints binary numbers: the shortest text that is that number again. */
const BINARY_FORMAT: MoneyFormat = {
  decimal: '.',
  hasThousands: false,
  currency: null,
  isCurrencyChosen: false,
  currencies: [],
  scale: 4,
};

/**
 * The amount of a text as DECIMAL(38, scale), rounded half away from zero; null when there is none, it cannot be read,
 * has more than 18 digits before the point, or is in another currency. `scale` is 4 … 10. `text` should be a plain column.
 */
export function amountQuery(text: Sql, format: MoneyFormat, scale: number): Sql {
  const { narrow, wide } = decimalTypes(scale);
  const isDot = format.decimal === '.';
  const plain = isDot ? text : sql`replace(${text}, ',', '.')`;
  return sql`case when ${text} <> '' then coalesce(
    case when regexp_full_match(${text}, ${isDot ? '-?[0-9.]+' : '-?[0-9,]+'}) then cast(try_cast(${plain} as ${narrow}) as ${wide}) end,
    ${writtenAmount(text, format, { narrow, wide })}) end`;
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
  if (isAlwaysExact(typeName, scale)) return sql`cast(${column} as ${wide})`;
  if (EXACT_TYPE.test(typeName)) {
    const exact = sql`try_cast(${column} as ${wide})`;
    return sql`case when abs(${exact}) < ${powerOfTen(MOST_DIGITS)} then ${exact} end`;
  }
  if (!BINARY_TYPE.test(typeName)) return amountQuery(typeName === 'VARCHAR' ? column : sql`cast(${column} as varchar)`, format, scale);
  const byText = amountQuery(sql`cast(${column} as varchar)`, BINARY_FORMAT, scale);
  if (typeName === 'FLOAT') return byText;
  // A decimal of up to 15 digits that is this double again is the shortest one that is.
  const near = sql`try_cast(${column} as ${narrow})`;
  return sql`case when abs(${column}) < ${10 ** (15 - scale)} and cast(${near} as double) = ${column} then cast(${near} as ${wide}) else ${byText} end`;
}

/** As `amountProblemQuery`, for a column of a DuckDB type. */
export function typedAmountProblemQuery(
  column: Sql,
  typeName: string,
  format: MoneyFormat,
  scale: number,
  amount: Sql = typedAmountQuery(column, typeName, format, scale),
): Sql {
  if (isAlwaysExact(typeName, scale)) return sql`null::varchar`;
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
 * Null when one of them is, the quantity has more than 9 digits before the point, or the product more than 18.
 */
export function multiplyQuery(amount: Sql, quantity: Sql, scale: number): Sql {
  const { wide } = decimalTypes(scale);
  const amountDigits = Math.min(38 - QUANTITY_SCALE - QUANTITY_DIGITS - scale, MOST_DIGITS);
  const product = sql`${amount} * ${quantity}`;
  return sql`case when abs(${amount}) < ${powerOfTen(amountDigits)} and abs(${quantity}) < ${powerOfTen(QUANTITY_DIGITS)}
    then case when abs(${product}) < ${powerOfTen(MOST_DIGITS)} then cast(${product} as ${wide}) end end`;
}

/** Whether a cell of the currency column names another currency than the counted one. An empty cell names none. */
export function isOtherCurrency(currency: Sql, format: MoneyFormat): Sql {
  if (format.currency === null) return sql`false`;
  const words = acceptedCurrencyWords(format).map((word) => word.toUpperCase());
  return sql`coalesce(trim(${currency}) <> '' and not list_contains(${list(words)}, upper(trim(${currency}))), false)`;
}

/** An amount at the scale of the whole input; a union of several scales would keep the least of them. */
export function atScale(amount: Sql, scale: number): Sql {
  return sql`cast(${amount} as ${decimalTypes(scale).wide})`;
}

/** Whether every value of a type is an amount with no more than `scale` decimals. */
function isAlwaysExact(typeName: string, scale: number): boolean {
  if (/^U?(TINYINT|SMALLINT|INTEGER)$/.test(typeName)) return true;
  const [, digits, decimals] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(typeName) ?? [];
  return digits !== undefined && Number(decimals) <= scale && Number(digits) - Number(decimals) <= MOST_DIGITS;
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

/**
 * The whole grammar: blanks, currency words, parentheses, thousands, exponents, and numbers too long for the narrow type.
 * DuckDB's cast of text to DECIMAL is given digits and one point only: it would read 1_000, take a sign with blanks for 0,
 * and round numbers with an exponent wrongly (6e-12 to 0.0001), so exponents move the point first.
 */
function writtenAmount(text: Sql, format: MoneyFormat, { narrow, wide }: DecimalTypes): Sql {
  const number = format.decimal === '.' ? numberOf(text) : sql`replace(replace(${numberOf(text)}, '.', ''), ',', '.')`;
  const value = inSteps(
    sql`replace(${number}, ',', '')`,
    (plain) => sql`{
      'whole': regexp_extract(${plain}, '^[0-9]*'),
      'fraction': regexp_extract(${plain}, '[.]([0-9]*)', 1),
      'exponent': ${boundedExponent(plain)}
    }`,
    (part) => sql`{'digits': ${part}.whole || ${part}.fraction, 'point': strlen(${part}.whole) + ${part}.exponent}`,
    (part) => sql`{
      'digits': repeat('0', greatest(-${part}.point, 0)) || ${part}.digits || repeat('0', greatest(${part}.point - strlen(${part}.digits), 0)),
      'point': greatest(${part}.point, 0)
    }`,
    (part) => sql`left(${part}.digits, ${part}.point) || '.' || substring(${part}.digits, ${part}.point + 1)`,
    (digits) => sql`coalesce(cast(try_cast(${digits} as ${narrow}) as ${wide}), try_cast(${digits} as ${wide}))`,
    (amount) => sql`case when abs(${amount}) < ${powerOfTen(MOST_DIGITS)} then ${amount} end`,
  );
  const sign = sql`case when regexp_matches(${text}, ${NEGATIVE_AMOUNT}) then -1 else 1 end`;
  return sql`case when ${isAmount(text, format, acceptedCurrencyWords(format))} then cast(${value} * ${sign} as ${wide}) end`;
}

/** The exponent of a number, 0 without one; beyond ±200 the number is beyond every type, or nothing. */
function boundedExponent(number: Sql): Sql {
  const exponent = sql`regexp_extract(${number}, '[eE](.*)$', 1)`;
  return sql`case when ${exponent} = '' then 0
    else least(greatest(coalesce(try_cast(${exponent} as integer), case when ${exponent} like '-%' then -200 else 200 end), -200), 200) end`;
}

function numberOf(text: Sql): Sql {
  return sql`regexp_extract(${text}, ${NUMBER_OF_AMOUNT})`;
}

/** The cheap test first: an exponent, or the decimal sign with more digits behind it than the scale has. */
function hasMoreDecimals(text: Sql, decimal: '.' | ',', scale: number): Sql {
  const number = numberOf(text);
  const mantissa = sql`regexp_extract(${number}, '^[0-9.,]*')`;
  const exponent = boundedExponent(number);
  const fraction = sql`split_part(${mantissa}, ${decimal}, 2)`;
  const digits = sql`regexp_replace(${mantissa}, '[.,]', '', 'g')`;
  const zeros = sql`strlen(${digits}) - strlen(rtrim(${digits}, '0'))`;
  return sql`((${text} like ${`%${decimal}${'_'.repeat(scale + 1)}%`} or contains(${text}, 'e') or contains(${text}, 'E'))
    and rtrim(${digits}, '0') <> '' and strlen(${fraction}) - (${zeros}) - (${exponent}) > ${scale})`;
}
