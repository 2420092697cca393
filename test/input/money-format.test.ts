import { describe, expect, it } from 'vitest';
import { SegmentError } from '../../src/errors/segment-error.js';
import { distinctCurrencies } from '../../src/input/currency.js';
import { decideMoneyFormat, type MoneyFormat, type MoneyOptions } from '../../src/input/money-format.js';

const CONTEXT = { file: 'orders.csv', column: 'revenue', command: 'segment classify orders.csv' };

function decide(values: readonly string[], options: MoneyOptions = {}): MoneyFormat {
  return decideMoneyFormat(values, options, CONTEXT);
}

function errorOf(run: () => unknown): SegmentError {
  try {
    run();
  } catch (error) {
    if (error instanceof SegmentError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('the decimal sign', () => {
  it.each([
    [['10', '12.50', '', 'n/a'], '.', false],
    [['1.234'], '.', false], // no comma: the dot is decimal
    [['1.234.567'], '.', false],
    [[], '.', false],
    [['none, really', '5'], '.', false], // a comma, but in no amount
    [['1.234,56', '9,99', '10'], ',', true],
    [['9,9'], ',', true],
    [['12,3456'], ',', true],
    [['9,99', '1.234'], ',', true],
    [['0,234'], ',', true], // no group of thousands begins with 0
    [['1234,567'], ',', true],
    [['1,234.50'], '.', true],
    [['1,234,567'], '.', true],
    [['1,234', '12.50'], '.', true], // the dot is decimal, so the comma is not
    [['12,34,567.00'], '.', true],
    [['$1,234.50', '(2,000.00)'], '.', true],
  ] as const)('%j: %s, thousands %s', (values, decimal, hasThousands) => {
    expect(decide(values)).toMatchObject({ decimal, hasThousands });
  });

  it.each([[['1,234']], [['1,234', '5,678', '10']], [['1,234', '1.234']]])('%j is ambiguous', (values) => {
    const error = errorOf(() => decide(values));
    expect(error.code).toBe('decimal-ambiguous');
    expect(error.kind).toBe('input');
    expect(error.message).toContain('"revenue"');
    expect(error.message).toContain('"1,234"');
    expect(error.hint).toContain('segment classify orders.csv --decimal');
  });

  it('is ambiguous when both are proven', () => {
    const error = errorOf(() => decide(['9,99', '12.50']));
    expect(error.code).toBe('decimal-ambiguous');
    expect(error.message).toContain('"9,99"');
    expect(error.message).toContain('"12.50"');
  });

  it('is what --decimal says', () => {
    expect(decide(['1,234'], { decimal: ',' })).toMatchObject({ decimal: ',', hasThousands: true });
    expect(decide(['1,234', '9,99'], { decimal: '.' })).toMatchObject({ decimal: '.', hasThousands: true });
  });

  it('is decided by the first 10,000 records', () => {
    expect(decide([...Array<string>(10_000).fill('5'), '9,99'])).toMatchObject({ decimal: '.', hasThousands: false });
  });
});

describe('the scale', () => {
  it.each([
    [['1', '1.5', '1.2345'], 4],
    [['1.50000000'], 4], // zeros at the end show nothing
    [['1.123456'], 6],
    [['1.12345678901'], 10],
    [['1.5e-8'], 9],
    [['1.2345678e4'], 4],
    [['9,123456'], 6],
    [['1.23456', 'x.1234567'], 5],
    [[], 4],
  ] as const)('of %j is %d', (values, scale) => {
    expect(decide(values).scale).toBe(scale);
  });
});

describe('the currency', () => {
  it.each([
    [['5', '10.00'], null, []],
    [['$5', '10.00'], 'USD', ['USD']],
    [['$5', 'USD 10'], 'USD', ['USD']],
    [['$5', 'CAD 10'], 'CAD', ['CAD']], // that dollar
    [['5,00 €', '1.234,00 EUR'], 'EUR', ['EUR']],
    [['₹ 12,34,567.00'], 'INR', ['INR']],
    [['£5.00', '(£2.00)'], 'GBP', ['GBP']],
    [['¥500'], 'JPY', ['JPY']],
    [['5 zł'], 'PLN', ['PLN']],
    [['5 PCS', '$5'], 'USD', ['USD']], // a word that is no currency makes no amount
  ] as const)('of %j is %s', (values, currency, currencies) => {
    expect(decide(values)).toMatchObject({ currency, currencies, isCurrencyChosen: false });
  });

  it('is refused when there are several', () => {
    const error = errorOf(() => decide(['$5.00', '5.00 €', 'USD 5', '(5.00)', '1,234.50', '7.00']));
    expect(error.code).toBe('currencies-mixed');
    expect(error.kind).toBe('input');
    expect(error.message).toContain('currenc');
    expect(error.message).toContain('"$5.00", "5.00 €"');
    expect(error.hint).toContain('--currency USD');
  });

  it('is the chosen one among several', () => {
    expect(decide(['$5.00', '5.00 €'], { currency: 'EUR' })).toMatchObject({
      currency: 'EUR',
      isCurrencyChosen: true,
      currencies: ['USD', 'EUR'],
    });
    expect(decide(['$5.00', '5.00 €'], { currency: '€' }).currency).toBe('EUR');
    expect(decide(['5'], { currency: 'eur' }).currency).toBe('EUR');
  });

  it('must be one that exists', () => {
    const error = errorOf(() => decide(['5'], { currency: 'dollars' }));
    expect(error.code).toBe('bad-option-value');
    expect(error.message).toContain('--currency dollars');
  });

  it('comes from the currency column too', () => {
    expect(decide(['5', '6'], { currencyColumn: ['EUR', 'eur', ''] }).currency).toBe('EUR');
    expect(errorOf(() => decide(['5', '6'], { currencyColumn: ['EUR', 'GBP'] })).code).toBe('currencies-mixed');
    expect(errorOf(() => decide(['$5', '6'], { currencyColumn: ['EUR', 'EUR'] })).code).toBe('currencies-mixed');
    expect(decide(['5', '6'], { currencyColumn: ['EUR', 'GBP'], currency: 'GBP' }).currency).toBe('GBP');
  });
});

describe('currency words', () => {
  it.each([
    [
      ['$', '€'],
      ['USD', 'EUR'],
    ],
    [['$', 'US$', 'USD'], ['USD']],
    [['$', 'A$'], ['AUD']],
    [['kr', 'NOK'], ['NOK']],
    [
      ['$', 'USD', 'CAD'],
      ['USD', 'CAD'],
    ],
    [
      ['CAD', 'USD', '$'],
      ['CAD', 'USD'],
    ],
    [[], []],
  ])('%j are %j', (words, codes) => {
    expect(distinctCurrencies(words)).toEqual(codes);
  });
});
