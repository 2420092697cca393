import { safeText } from './safe-text.js';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
const SHORT_UNITS = ['', 'k', 'M', 'B', 'T'] as const;
/** Amounts from here on are shown as `1.23e15`. */
const HUGE = 10n ** 15n;

/** Counts from here on stand in short in columns. */
const LONGEST_COUNT = 1e12;

/** An exact decimal number: `units` of 10^-scale. */
interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** A count with thousands separators: `4,210`. */
export function formatCount(count: number | bigint): string {
  return groupThousands(BigInt(count).toString());
}

/** A count and its noun: `1 user`, `4,210 users`. */
export function formatCounted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** A count in at most five characters below 10^15: `9,999`, `12.3k`, `4M`. */
export function formatShortCount(count: number): string {
  if (count < 10_000) return formatCount(count);
  return shorten(BigInt(count));
}

/** Counts of one column: in full, or all in short where one is too long to read. */
export function formatCountColumn(counts: readonly number[]): string[] {
  return counts.map(counts.some((count) => count >= LONGEST_COUNT) ? formatShortCount : formatCount);
}

/** A fraction as whole percents: `17 %`, and `< 1 %` or `> 99 %` where rounding would say none or all. */
export function formatPercent(fraction: number): string {
  const percent = roundHalfUp(fraction * 1e6, 10_000);
  if (percent === 0 && fraction > 0) return '< 1 %';
  if (percent === 0 && fraction < 0) return '> -1 %';
  if (percent === 100 && fraction < 1) return '> 99 %';
  return `${groupThousands(String(percent))} %`;
}

/** A fraction with its six decimals, as summary.json writes it: `0.170000`. */
export function formatFraction(fraction: number): string {
  const text = fraction.toFixed(6);
  return text === '-0.000000' ? '0.000000' : text;
}

/** An amount for reading: whole from 1,000 on, 2 decimals below, `1.23e15` when huge; the currency after it, a sign before it. */
export function formatMoney(amount: string, currency: string | null = null): string {
  const money = parseDecimal(amount);
  return withCurrency(renderMoney(money, isAtLeast(money, 1000n) || money.units === 0n ? 0 : 2), currency);
}

/** Amounts of one column, all with the same number of decimals. */
export function formatMoneyColumn(amounts: readonly string[]): string[] {
  const column = amounts.map(parseDecimal);
  const isWhole = column.every((money) => money.units === 0n) || column.some((money) => isAtLeast(money, 10_000n));
  return column.map((money) => renderMoney(money, isWhole ? 0 : 2));
}

/** An amount exactly as it is, at least 2 decimals: `310.00`, `1,234.5678`. */
export function formatAmount(amount: string, currency: string | null = null): string {
  const exact = withoutTrailingZeros(parseDecimal(amount), 2);
  return withCurrency(renderDecimal(exact.units, exact.scale), currency);
}

/** Decimal text or a number exactly as it is, without needless zeros: `12`, `4.5`. */
export function formatDecimal(value: string | number): string {
  const exact = withoutTrailingZeros(parseDecimal(String(value)), 0);
  return renderDecimal(exact.units, exact.scale);
}

/** A number of bytes in three digits or fewer and a unit: `513 kB`, `1.1 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;
  let size = bytes;
  let unit = 0;
  // Rounded first: 999,950 bytes are 1 MB.
  while (unit < units.length - 1 && Math.round(size) >= 1000) {
    size /= 1000;
    unit += 1;
  }
  const text = unit === 0 || size >= 9.95 ? String(Math.round(size)) : String(Math.round(size * 10) / 10);
  return `${text} ${bytes === 1 ? 'byte' : units[unit]}`;
}

/** Days with their noun: `12 days`, `1 day`, `4.5 days`. */
export function formatDays(days: number | string): string {
  const text = formatDecimal(days);
  return `${text} ${text === '1' ? 'day' : 'days'}`;
}

/** A number with as many decimals, half away from zero: `1,234.50`. */
export function formatNumber(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  const { units, scale } = parseDecimal(/^-?0(\.0*)?$/.test(text) ? text.replace('-', '') : text);
  return renderDecimal(units, scale);
}

/** A p-value: `0.032`, `< 0.0001`. */
export function formatChance(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p < 0.01 ? p.toFixed(4) : p.toFixed(3);
}

/** A number of a report that machines read: ten digits that count. */
export function formatDigits(value: number): string {
  return String(Number(value.toPrecision(10)));
}

/** An ISO day in words: `30 June 2026`. */
export function formatDate(day: string): string {
  const { date, month, year } = parseDay(day);
  return `${date} ${MONTHS[month]} ${year}`;
}

/** An ISO day in few characters: `9 Jul`, with its year when that differs from the year of `besides`. */
export function formatShortDate(day: string, besides: string): string {
  const { date, month, year } = parseDay(day);
  const text = `${date} ${MONTHS[month]?.slice(0, 3)}`;
  return year === parseDay(besides).year ? text : `${text} ${year}`;
}

/** Two ISO days: `2 May to 30 June 2026`. */
export function formatPeriod(first: string, last: string): string {
  if (first === last) return formatDate(first);
  const from = parseDay(first);
  const start = from.year === parseDay(last).year ? `${from.date} ${MONTHS[from.month]}` : formatDate(first);
  return `${start} to ${formatDate(last)}`;
}

/** The greatest whole number that is not above the decimal text. */
export function floorDecimal(value: string): bigint {
  const { units, scale } = parseDecimal(value);
  const power = 10n ** BigInt(scale);
  return units < 0n && units % power !== 0n ? units / power - 1n : units / power;
}

/** Below 0, 0 or above 0, as the first decimal text is less than, equal to or more than the second. */
export function compareDecimals(left: string, right: string): number {
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  const scale = Math.max(a.scale, b.scale);
  const difference = rescale(a, scale) - rescale(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Exact sum of decimal texts. */
export function addDecimals(values: readonly string[]): string {
  const decimals = values.map(parseDecimal);
  const scale = Math.max(0, ...decimals.map((value) => value.scale));
  const units = decimals.reduce((sum, value) => sum + rescale(value, scale), 0n);
  return plainDecimal(units, scale);
}

/** Exact product of two decimal texts, without needless zeros. */
export function multiplyDecimals(left: string, right: string): string {
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  const { units, scale } = withoutTrailingZeros({ units: a.units * b.units, scale: a.scale + b.scale }, 0);
  return plainDecimal(units, scale);
}

/** The part of a whole, both decimal text, as a fraction; 0 when the whole is not above 0. */
export function fractionOf(part: string, whole: string): number {
  const [a, b] = [parseDecimal(part), parseDecimal(whole)];
  if (b.units <= 0n) return 0;
  const scale = Math.max(a.scale, b.scale);
  return Number((rescale(a, scale) * 1_000_000_000n) / rescale(b, scale)) / 1e9;
}

function parseDecimal(text: string): Decimal {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new RangeError(`not decimal text: ${text}`);
  const decimals = match[3] ?? '';
  const units = BigInt(`${match[2]}${decimals}`);
  return { units: match[1] === '-' ? -units : units, scale: decimals.length };
}

function parseDay(day: string): { date: number; month: number; year: number } {
  const match = /^(\d{4,})-(\d\d)-(\d\d)$/.exec(day);
  if (match === null) throw new RangeError(`not an ISO day: ${day}`);
  return { date: Number(match[3]), month: Number(match[2]) - 1, year: Number(match[1]) };
}

/** Units of the wanted scale, rounded half away from zero. */
function rescale({ units, scale }: Decimal, wanted: number): bigint {
  if (wanted >= scale) return units * 10n ** BigInt(wanted - scale);
  return divideRounded(units, 10n ** BigInt(scale - wanted));
}

function divideRounded(units: bigint, divisor: bigint): bigint {
  return units < 0n ? -((-units * 2n + divisor) / (divisor * 2n)) : (units * 2n + divisor) / (divisor * 2n);
}

function withoutTrailingZeros({ units, scale }: Decimal, least: number): Decimal {
  if (scale < least) return { units: units * 10n ** BigInt(least - scale), scale: least };
  if (scale === least || units % 10n !== 0n) return { units, scale };
  return withoutTrailingZeros({ units: units / 10n, scale: scale - 1 }, least);
}

function isAtLeast({ units, scale }: Decimal, bound: bigint): boolean {
  return (units < 0n ? -units : units) >= bound * 10n ** BigInt(scale);
}

function renderMoney(money: Decimal, decimals: number): string {
  if (isAtLeast(money, HUGE)) return renderPower(rescale(money, 0));
  return renderDecimal(rescale(money, decimals), decimals);
}

/** `1.23e15` */
function renderPower(whole: bigint): string {
  const digits = (whole < 0n ? -whole : whole).toString();
  const leading = divideRounded(BigInt(digits), 10n ** BigInt(digits.length - 3)).toString();
  const exponent = digits.length - 1 + (leading.length - 3);
  return `${whole < 0n ? '-' : ''}${leading[0]}.${leading.slice(1, 3)}e${exponent}`;
}

/** `12.3k`: three digits and a unit, for 10,000 and more. */
function shorten(whole: bigint): string {
  for (const [index, unit] of SHORT_UNITS.entries()) {
    const one = 1000n ** BigInt(index);
    const tenths = divideRounded(whole * 10n, one);
    if (tenths < 1000n) return `${tenths / 10n}${tenths % 10n === 0n ? '' : `.${tenths % 10n}`}${unit}`;
    const rounded = divideRounded(whole, one);
    if (rounded < 1000n) return `${rounded}${unit}`;
  }
  return renderPower(whole);
}

function renderDecimal(units: bigint, scale: number): string {
  const text = plainDecimal(units, scale);
  const [whole = '', decimals] = text.split('.');
  return groupThousands(whole) + (decimals === undefined ? '' : `.${decimals}`);
}

function plainDecimal(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${units < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(digits.length - scale)}`}`;
}

function groupThousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

function withCurrency(amount: string, currency: string | null): string {
  if (currency === null || currency === '') return amount;
  const name = safeText(currency);
  if (/^\p{Sc}$/u.test(name)) return amount.startsWith('-') ? `-${name}${amount.slice(1)}` : `${name}${amount}`;
  return `${amount} ${name}`;
}

function roundHalfUp(value: number, unit: number): number {
  const rounded = Math.round(value);
  const away = Math.floor((Math.abs(rounded) + unit / 2) / unit);
  return rounded < 0 ? -away : away;
}
