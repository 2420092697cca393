import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  compareDecimals,
  floorDecimal,
  formatAmount,
  formatCount,
  formatCounted,
  formatDate,
  formatDays,
  formatDecimal,
  formatFraction,
  formatMoney,
  formatMoneyColumn,
  formatPercent,
  formatPeriod,
  formatShortCount,
  formatShortDate,
  fractionOf,
  multiplyDecimals,
} from '../../src/report/format.js';

describe('counts', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [4210, '4,210'],
    [1_200_000, '1,200,000'],
    [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
  ])('%d is %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it('takes counts beyond 2^53', () => {
    expect(formatCount(123_456_789_012_345_678_901n)).toBe('123,456,789,012,345,678,901');
  });

  it.each([
    [0, '0 users'],
    [1, '1 user'],
    [2, '2 users'],
  ])('%d with its noun is %s', (count, text) => {
    expect(formatCounted(count, 'user')).toBe(text);
  });

  it.each([
    [9_999, '9,999'],
    [10_000, '10k'],
    [12_349, '12.3k'],
    [12_350, '12.4k'],
    // 99,950 would be 100.0k: three digits are enough
    [99_950, '100k'],
    [999_499, '999k'],
    // half up carries into the next unit
    [999_500, '1M'],
    [4_000_000, '4M'],
    [Number.MAX_SAFE_INTEGER, '9.01e15'],
  ])('%d in short is %s', (count, text) => {
    expect(formatShortCount(count)).toBe(text);
  });

  it('a short count below 10^15 has at most five characters', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_000_000_000_000 }), (count) => {
        expect(formatShortCount(count).length).toBeLessThanOrEqual(5);
      }),
    );
  });
});

describe('percents', () => {
  it.each([
    [0, '0 %'],
    [0.0000001, '< 1 %'],
    [0.004999, '< 1 %'],
    [0.005, '1 %'],
    // 0.145 * 100 is 14.499999999999998 in doubles
    [0.145, '15 %'],
    [0.17, '17 %'],
    [0.9949, '99 %'],
    [0.9951, '> 99 %'],
    [0.9999999, '> 99 %'],
    [1, '100 %'],
    // others with negative revenue push a share above the whole
    [12.34, '1,234 %'],
    [-0.001, '> -1 %'],
    [-0.03, '-3 %'],
  ])('%d is %s', (fraction, text) => {
    expect(formatPercent(fraction)).toBe(text);
  });

  it.each([
    [0, '0.000000'],
    [-0.0000001, '0.000000'],
    [1 / 3, '0.333333'],
    [2 / 3, '0.666667'],
    [1, '1.000000'],
  ])('%d as a fraction is %s', (fraction, text) => {
    expect(formatFraction(fraction)).toBe(text);
  });
});

describe('money', () => {
  it.each([
    ['0', '0'],
    ['0.00', '0'],
    ['-0.00', '0'],
    ['0.004', '0.00'],
    ['310.255', '310.26'],
    ['-310.255', '-310.26'],
    ['999.999', '1,000.00'],
    ['1000', '1,000'],
    ['61400.49', '61,400'],
    ['61400.50', '61,401'],
    ['-61400.50', '-61,401'],
    // 2^53 + 1 has no double of its own
    ['9007199254740.993', '9,007,199,254,741'],
    ['999999999999999.49', '999,999,999,999,999'],
    ['1000000000000000', '1.00e15'],
    ['12345678901234567890123456789012345678', '1.23e37'],
    ['9996000000000000', '1.00e16'],
    ['-1234567890123456.78', '-1.23e15'],
  ])('%s is %s', (amount, text) => {
    expect(formatMoney(amount)).toBe(text);
  });

  it('carries the currency: a code after, a sign before, control characters never', () => {
    expect(formatMoney('61400', 'EUR')).toBe('61,400 EUR');
    expect(formatMoney('-61400', '€')).toBe('-€61,400');
    expect(formatMoney('5', '\u001b[31m')).toBe('5.00 \\x1b[31m');
  });

  it('gives a column one number of decimals', () => {
    expect(formatMoneyColumn(['12.5', '0', '-3.005'])).toEqual(['12.50', '0.00', '-3.01']);
    expect(formatMoneyColumn(['61400.25', '12.5', '0'])).toEqual(['61,400', '13', '0']);
    expect(formatMoneyColumn(['0.00', '0'])).toEqual(['0', '0']);
  });

  it.each([
    ['310', '310.00'],
    ['141.1250', '141.125'],
    ['1234567.0001', '1,234,567.0001'],
    ['-0.5', '-0.50'],
    ['0.1000000000', '0.10'],
  ])('%s exactly is %s', (amount, text) => {
    expect(formatAmount(amount)).toBe(text);
  });

  it('refuses what is no decimal text', () => {
    for (const text of ['', '1e5', 'NaN', '1,000', ' 1', '.5']) expect(() => formatMoney(text)).toThrow(RangeError);
  });
});

describe('decimal text', () => {
  it.each([
    ['12.0', '12'],
    ['4.50', '4.5'],
    ['100', '100'],
    ['1000.10', '1,000.1'],
  ])('%s is %s', (value, text) => {
    expect(formatDecimal(value)).toBe(text);
  });

  it('floors, compares and adds exactly', () => {
    expect(floorDecimal('12.6')).toBe(12n);
    expect(floorDecimal('-0.5')).toBe(-1n);
    expect(floorDecimal('-2.0')).toBe(-2n);
    expect(compareDecimals('0.30', '0.3')).toBe(0);
    expect(compareDecimals('9007199254740993', '9007199254740992')).toBe(1);
    expect(compareDecimals('-1', '0.0')).toBe(-1);
    // 0.1 + 0.2 is 0.30000000000000004 in doubles
    expect(addDecimals(['0.1', '0.2'])).toBe('0.3');
    expect(addDecimals([])).toBe('0');
    expect(addDecimals(['-5.25', '5.250'])).toBe('0.000');
  });

  it('multiplies exactly', () => {
    expect(multiplyDecimals('0.75', '16')).toBe('12');
    expect(multiplyDecimals('0.1', '-0.20')).toBe('-0.02');
    expect(multiplyDecimals('9007199254740993', '3')).toBe('27021597764222979');
  });

  it('takes the fraction of a whole that is above 0', () => {
    expect(fractionOf('1', '3')).toBeCloseTo(1 / 3, 8);
    expect(fractionOf('-1', '4')).toBe(-0.25);
    expect(fractionOf('5', '0')).toBe(0);
    expect(fractionOf('5', '-10')).toBe(0);
    expect(fractionOf('61400.00', '122800')).toBe(0.5);
  });
});

describe('days', () => {
  it('words dates', () => {
    expect(formatDate('2026-06-30')).toBe('30 June 2026');
    expect(formatShortDate('2026-07-09', '2026-06-30')).toBe('9 Jul');
    expect(formatShortDate('2027-01-09', '2026-06-30')).toBe('9 Jan 2027');
    expect(formatPeriod('2026-05-02', '2026-06-30')).toBe('2 May to 30 June 2026');
    expect(formatPeriod('2025-05-02', '2026-06-30')).toBe('2 May 2025 to 30 June 2026');
    expect(formatPeriod('2026-06-30', '2026-06-30')).toBe('30 June 2026');
  });

  it('counts days', () => {
    expect(formatDays(1)).toBe('1 day');
    expect(formatDays('1.00')).toBe('1 day');
    expect(formatDays(0)).toBe('0 days');
    expect(formatDays(4.5)).toBe('4.5 days');
    expect(formatDays(1234)).toBe('1,234 days');
  });
});
