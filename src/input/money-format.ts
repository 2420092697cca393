import { fail } from '../errors/segment-error.js';
import { CURRENCY_WORDS, currencyWord, distinctCurrencies, wordsOfCurrency } from './currency.js';
import { amountPattern, currencyWordsOf, type DecimalSign, decimalsOf, type NumberStyle } from './money-text.js';
import { HEAD_RECORDS } from './time-text.js';

/** How the amounts of a file are read. Plain data. */
export interface MoneyFormat extends NumberStyle {
  /** The code of the one currency counted (`USD`): that of `--currency`, or the only one seen; null when none is. */
  readonly currency: string | null;
  /** Whether `--currency` chose it: then amounts in others are expected, and no bad amounts. */
  readonly isCurrencyChosen: boolean;
  /** The codes of all currencies in the head. */
  readonly currencies: readonly string[];
  /** Decimals kept: 4, or up to 10 when the head shows more. */
  readonly scale: number;
}

export interface MoneyOptions {
  /** `--decimal`. */
  readonly decimal?: DecimalSign | undefined;
  /** `--currency`: a code or a sign. */
  readonly currency?: string | undefined;
  /** The currency column's text in the same records, when there is such a column. */
  readonly currencyColumn?: readonly string[] | undefined;
  /** Texts of another column of amounts in the same records, which are written alike. */
  readonly alike?: readonly string[] | undefined;
}

export interface MoneyContext {
  readonly file: string;
  readonly column: string;
  /** As the user called it, for the command to try. */
  readonly command: string;
}

const LEAST_SCALE = 4;
const MOST_SCALE = 10;
const BY_DOT: NumberStyle = { decimal: '.', hasThousands: true };
const BY_COMMA: NumberStyle = { decimal: ',', hasThousands: true };
const ANY_DOT = new RegExp(`^${amountPattern(BY_DOT, CURRENCY_WORDS)}$`, 'i');
const ANY_COMMA = new RegExp(`^${amountPattern(BY_COMMA, CURRENCY_WORDS)}$`, 'i');

/**
 * Decides how a column of amounts is read. `values` is its text in the file's first 10,000 records, '' for empty.
 * Errors: `decimal-ambiguous`, `currencies-mixed`, `bad-option-value`.
 */
export function decideMoneyFormat(values: readonly string[], options: MoneyOptions, context: MoneyContext): MoneyFormat {
  const texts = [...values.slice(0, HEAD_RECORDS), ...(options.alike ?? []).slice(0, HEAD_RECORDS)];
  const amounts = texts.filter((value) => ANY_DOT.test(value) || ANY_COMMA.test(value));
  const style = numberStyle(amounts, options.decimal, context);
  const readable = amounts.filter((value) => (style.decimal === '.' ? ANY_DOT : ANY_COMMA).test(value));
  const chosen = chosenCurrency(options.currency);
  const currencies = seenCurrencies(readable, options.currencyColumn ?? [], chosen, context);
  const scale = readable.reduce((most, value) => Math.max(most, decimalsOf(value, style.decimal)), LEAST_SCALE);
  return {
    ...style,
    currency: chosen ?? currencies[0] ?? null,
    isCurrencyChosen: chosen !== undefined,
    currencies,
    scale: Math.min(scale, MOST_SCALE),
  };
}

/** Every word that stands for the counted currency. */
export function acceptedCurrencyWords(format: MoneyFormat): string[] {
  return format.currency === null ? [] : wordsOfCurrency(format.currency);
}

/** A value proves a sign when it can be read in that way only; without a comma the dot is decimal. */
function numberStyle(amounts: readonly string[], decimal: DecimalSign | undefined, context: MoneyContext): NumberStyle {
  if (decimal !== undefined) return { decimal, hasThousands: true };
  const comma = amounts.find((value) => value.includes(','));
  if (comma === undefined) return { decimal: '.', hasThousands: false };
  const commaProof = amounts.find((value) => !ANY_DOT.test(value));
  const dotProof = amounts.find((value) => !ANY_COMMA.test(value));
  if (commaProof !== undefined && dotProof === undefined) return BY_COMMA;
  if (dotProof !== undefined && commaProof === undefined) return BY_DOT;
  fail('decimal-ambiguous', { ...context, value: commaProof ?? comma, contradiction: dotProof });
}

function chosenCurrency(currency: string | undefined): string | undefined {
  if (currency === undefined) return undefined;
  const word = currencyWord(currency);
  const expected = 'a code such as USD or a sign such as €';
  if (word === undefined) fail('bad-option-value', { option: '--currency', value: currency, expected });
  return distinctCurrencies([word])[0];
}

function seenCurrencies(
  amounts: readonly string[],
  column: readonly string[],
  chosen: string | undefined,
  context: MoneyContext,
): string[] {
  const words = new Map<string, string>();
  for (const amount of amounts) for (const word of currencyWordsOf(amount)) if (!words.has(word)) words.set(word, amount);
  for (const cell of column.slice(0, HEAD_RECORDS)) {
    const word = currencyWord(cell) ?? cell.trim().toUpperCase();
    if (word !== '' && !words.has(word)) words.set(word, cell);
  }
  const currencies = distinctCurrencies([...words.keys()]);
  if (currencies.length > 1 && chosen === undefined) {
    const examples = currencies.flatMap((code) => [...words].find(([word]) => distinctCurrencies([word])[0] === code)?.[1] ?? []);
    fail('currencies-mixed', { ...context, currencies, examples: examples.slice(0, 2) });
  }
  return currencies;
}
