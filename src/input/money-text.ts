import { currencyWord } from './currency.js';

export type DecimalSign = '.' | ',';

/** How the numbers of a column are written. */
export interface NumberStyle {
  readonly decimal: DecimalSign;
  /** Whether the other sign separates thousands. */
  readonly hasThousands: boolean;
}

// The grammar, in the common part of JavaScript's and RE2's regular expressions: DuckDB runs the same text.
const BLANKS = '[ \\t\\n\\v\\f\\r\u00a0\u202f]*';
const EXPONENT = '(?:[eE][+-]?[0-9]+)?';

/** The number inside an amount: the first run of digits and signs that has a digit. */
export const NUMBER_OF_AMOUNT = '[.,]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?';
/** What stands before the number of a negative amount. */
export const NEGATIVE_AMOUNT = '^[^0-9.,]*[(-]';

/**
 * A whole amount, to be matched without regard to case: blanks around it, a sign or parentheses, currency words before
 * and after the number.
 */
export function amountPattern(style: NumberStyle, currencyWords: readonly string[]): string {
  const word = `(?:${currencyWords.map(literally).join('|')})`;
  const before = currencyWords.length === 0 ? '' : `(?:${word}${BLANKS})?`;
  const after = currencyWords.length === 0 ? '' : `(?:${BLANKS}${word})?`;
  const number = numberPattern(style);
  const signed = currencyWords.length === 0 ? `[+-]?${number}` : `(?:[+-]?${before}|${word}${BLANKS}[+-])${number}${after}`;
  const bracketed = `${before}[(]${BLANKS}${before}${number}${after}${BLANKS}[)]${after}`;
  return `${BLANKS}(?:${signed}|${bracketed})${BLANKS}`;
}

/** The column of currencies may hold any text. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function numberPattern({ decimal, hasThousands }: NumberStyle): string {
  const point = `[${decimal}]`;
  const comma = decimal === '.' ? ',' : '[.]';
  // The second way to group is the Indian one: 12,34,567.
  const grouped = `[1-9][0-9]{0,2}(?:${comma}[0-9]{3})+|[1-9][0-9]?(?:${comma}[0-9]{2})+${comma}[0-9]{3}`;
  const whole = hasThousands ? `(?:${grouped}|[0-9]+)` : '[0-9]+';
  return `(?:${whole}(?:${point}[0-9]*)?|${point}[0-9]+)${EXPONENT}`;
}

/** The currency words written in an amount. */
export function currencyWordsOf(amount: string): string[] {
  if (/^[-+]?[0-9.,]*$/.test(amount)) return [];
  const words = amount.replace(new RegExp(NUMBER_OF_AMOUNT), ' ').split(/[\s()+-]+/);
  return words.flatMap((word) => currencyWord(word) ?? []);
}

/** How many decimals an amount needs: zeros at its end do not count, an exponent moves the point. */
export function decimalsOf(amount: string, decimal: DecimalSign): number {
  const [number = ''] = new RegExp(NUMBER_OF_AMOUNT).exec(amount) ?? [];
  const [mantissa = '', exponent = '0'] = number.split(/[eE]/);
  const [whole = '', fraction = ''] = mantissa.split(decimal);
  const digits = whole.replaceAll(/[^0-9]/g, '') + fraction;
  const significant = digits.replace(/0+$/, '');
  return significant === '' ? 0 : Math.max(0, fraction.length - (digits.length - significant.length) - Number(exponent));
}
