import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/engine/database.js';
import { decideMoneyFormat, type MoneyFormat } from '../../src/input/money-format.js';
import {
  amountProblemQuery,
  amountQuery,
  isOtherCurrency,
  multiplyQuery,
  quantityQuery,
  typedAmountProblemQuery,
  typedAmountQuery,
} from '../../src/input/money-query.js';
import { list, type Sql, sql } from '../../src/sql/sql.js';
import { evaluate, openBareEngine } from '../support/evaluate-sql.js';
import { readAmount, unitsText } from '../support/read-amount.js';

const CONTEXT = { file: 'orders.csv', column: 'revenue', command: 'segment classify orders.csv' };
const DOT: MoneyFormat = { decimal: '.', hasThousands: false, currency: null, isCurrencyChosen: false, currencies: [], scale: 4 };
const GROUPED: MoneyFormat = { ...DOT, hasThousands: true };
const COMMA: MoneyFormat = { ...GROUPED, decimal: ',' };
const DOLLARS: MoneyFormat = { ...GROUPED, currency: 'USD' };

let database: Database;
beforeAll(async () => {
  database = await openBareEngine();
});
afterAll(() => database.close());

async function read(values: readonly string[], format: MoneyFormat, scale = 4): Promise<[unknown, unknown][]> {
  const amounts = await evaluate(database, values, (x) => amountQuery(x, format, scale));
  const problems = await evaluate(database, values, (x) => amountProblemQuery(x, format, scale));
  return amounts.map((amount, index) => [amount, problems[index]]);
}

describe('amounts', () => {
  it.each([
    ['12.34', '12.3400', null],
    ['-12.34', '-12.3400', null],
    ['+5', '5.0000', null],
    ['.5', '0.5000', null],
    ['5.', '5.0000', null],
    ['007', '7.0000', null],
    [' 5 ', '5.0000', null],
    ['\t5', '5.0000', null],
    ['1e3', '1000.0000', null],
    ['1.5E-2', '0.0150', null],
    ['0', '0.0000', null],
    ['-0', '0.0000', null],
    // half away from zero
    ['1.00005', '1.0001', 'rounded'],
    ['-1.00005', '-1.0001', 'rounded'],
    ['1.000049999999999999999', '1.0000', 'rounded'],
    ['0.123450', '0.1235', 'rounded'],
    ['0.12340', '0.1234', null], // zeros at the end are no decimals
    ['1.234500000000000000000000000', '1.2345', null],
    ['5e-5', '0.0001', 'rounded'],
    ['1000e-5', '0.0100', null],
    ['1e-400', '0.0000', 'rounded'],
    ['0e-400', '0.0000', null],
    ['1e-99999999999', '0.0000', 'rounded'],
    ['1e99999999999', null, 'bad_amount'],
    ['6e-12', '0.0000', 'rounded'], // the cast of the engine says 0.0001
    ['0.00000000000000000000000000000000000000000000000000012345e50', '0.0123', 'rounded'],
    ['+ ', null, 'bad_amount'], // the cast says 0
    ['- ', null, 'bad_amount'],
    ['-\t', null, 'bad_amount'],
    ['5e ', null, 'bad_amount'],
    ['5 ', '5.0000', null],
    // exact beyond what a double holds
    ['9007199254740993.01', '9007199254740993.0100', null],
    ['99999999999999.99995', '100000000000000.0000', 'rounded'],
    ['999999999999999999.9999', '999999999999999999.9999', null],
    ['-999999999999999999', '-999999999999999999.0000', null],
    ['999999999999999999.99995', null, 'bad_amount'], // 19 digits before the point
    ['1e17', '100000000000000000.0000', null],
    ['1e18', null, 'bad_amount'],
    ['9999999999999999999999999999999999.99995', null, 'bad_amount'],
    // no amounts
    ['', null, null],
    [' ', null, 'bad_amount'],
    ['NaN', null, 'bad_amount'],
    ['nan', null, 'bad_amount'],
    ['Infinity', null, 'bad_amount'],
    ['-inf', null, 'bad_amount'],
    ['1e309', null, 'bad_amount'],
    ['1_000', null, 'bad_amount'],
    ['0x1F', null, 'bad_amount'],
    ['1 000', null, 'bad_amount'],
    ['- 5', null, 'bad_amount'],
    ['--5', null, 'bad_amount'],
    ['5-', null, 'bad_amount'],
    ['5%', null, 'bad_amount'],
    ['1.2.3', null, 'bad_amount'],
    ['.', null, 'bad_amount'],
    ['-', null, 'bad_amount'],
    ['1e', null, 'bad_amount'],
    ['e5', null, 'bad_amount'],
    ['1e1.5', null, 'bad_amount'],
    ['true', null, 'bad_amount'],
    ['NULL', null, 'bad_amount'],
    ['N/A', null, 'bad_amount'],
    ['１２', null, 'bad_amount'],
    ['1,234.50', null, 'bad_amount'], // the head showed no comma
    ['12,50', null, 'bad_amount'],
    ['$5', null, 'bad_amount'], // nor a currency
    ['(5.00)', '-5.0000', null],
    ['(-5.00)', null, 'bad_amount'],
    ['(5.00', null, 'bad_amount'],
    ['5.00)', null, 'bad_amount'],
  ])('%j is %s, %s', async (text, amount, problem) => {
    expect(await read([text], DOT)).toEqual([[amount, problem]]);
  });

  it.each([
    ['1,234.50', '1234.5000', null],
    ['1,234', '1234.0000', null],
    ['-1,234,567.891', '-1234567.8910', null],
    ['12,34,567.5', '1234567.5000', null], // Indian groups
    ['1234.5', '1234.5000', null],
    ['12,34', null, 'bad_amount'],
    ['1,2345', null, 'bad_amount'],
    ['1234,567', null, 'bad_amount'],
    ['0,234', null, 'bad_amount'],
    ['1.234,50', null, 'bad_amount'],
    [',5', null, 'bad_amount'],
    ['(1,234.56789)', '-1234.5679', 'rounded'],
  ])('with thousands, %j is %s, %s', async (text, amount, problem) => {
    expect(await read([text], GROUPED)).toEqual([[amount, problem]]);
  });

  it.each([
    ['1.234,56', '1234.5600', null],
    ['9,99', '9.9900', null],
    ['10', '10.0000', null],
    ['1.234', '1234.0000', null], // the dot separates thousands
    ['1.234.567', '1234567.0000', null],
    ['12.50', null, 'bad_amount'],
    ['1,2,3', null, 'bad_amount'],
    [',5', '0.5000', null],
    ['-5,', '-5.0000', null],
    ['1,5e2', '150.0000', null],
    ['0,00005', '0.0001', 'rounded'],
    ['1_0', null, 'bad_amount'],
  ])('with a decimal comma, %j is %s, %s', async (text, amount, problem) => {
    expect(await read([text], COMMA)).toEqual([[amount, problem]]);
  });

  it.each([
    ['$5.00', '5.0000', null],
    ['-$5.00', '-5.0000', null],
    ['$-5.00', '-5.0000', null],
    ['($5.00)', '-5.0000', null],
    ['$(5.00)', '-5.0000', null],
    ['$ 1,234.50', '1234.5000', null],
    ['US$5', '5.0000', null],
    ['USD 5', '5.0000', null],
    ['5 usd', '5.0000', null],
    ['5USD', '5.0000', null],
    ['$5 USD', '5.0000', null],
    ['5.00\u00a0$', '5.0000', null],
    ['7', '7.0000', null],
    ['$1e3', '1000.0000', null],
    ['-$-5', null, 'bad_amount'],
    ['$', null, 'bad_amount'],
    ['$$5', null, 'bad_amount'],
    ['5.00 €', null, 'bad_amount'], // another currency, which nobody chose against
    ['5 PCS', null, 'bad_amount'],
  ])('in dollars, %j is %s, %s', async (text, amount, problem) => {
    expect(await read([text], DOLLARS)).toEqual([[amount, problem]]);
  });

  it('knows amounts in other currencies from bad ones once a currency is chosen', async () => {
    const chosen = { ...DOLLARS, isCurrencyChosen: true };
    expect(await read(['5.00 €', 'EUR 5', '(£5)', '5', '$5', 'five', '€ five'], chosen)).toEqual([
      [null, 'other_currency'],
      [null, 'other_currency'],
      [null, 'other_currency'],
      ['5.0000', null],
      ['5.0000', null],
      [null, 'bad_amount'],
      [null, 'bad_amount'],
    ]);
  });

  it.each([5, 6, 7, 8, 9, 10])('keeps %d decimals when told', async (scale) => {
    const value = '1.12345678905';
    expect(await read([value, '0.1', '123456789012345.5'], DOT, scale)).toEqual([
      [unitsText(readAmount(value, '.', undefined, scale)?.units ?? 0n, scale), 'rounded'],
      [unitsText(10n ** BigInt(scale - 1), scale), null],
      [unitsText(1234567890123455n * 10n ** BigInt(scale - 1), scale), null],
    ]);
  });

  it('has one type, whatever the values', async () => {
    const [row] = await database.rows(sql`select typeof(${amountQuery(sql`'1'`, COMMA, 10)}) as type`);
    expect(row).toEqual({ type: 'DECIMAL(38,10)' });
  });

  it('sums cents exactly', async () => {
    const values = list([...Array<string>(10).fill('0.10'), '9007199254740993.01', '-9007199254740993.00']);
    const [row] = await database.rows(
      sql`select sum(${amountQuery(sql`x`, DOT, 4)})::varchar as total from (select unnest(${values}) as x)`,
    );
    expect(row).toEqual({ total: '1.0100' });
  });
});

describe('any text', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 20 });
  const number = fc
    .tuple(
      fc.constantFrom('', '', '-', '+'),
      digits,
      fc.constantFrom('', '.', ',', '.'),
      digits,
      fc.constantFrom('', '', '', 'e2', 'E-3', 'e-12', 'e+20', 'e400'),
    )
    .map((parts) => parts.join(''));
  const grouped = fc
    .tuple(fc.constantFrom('', '-'), fc.integer({ min: 0, max: 9_999_999_999 }), fc.constantFrom('en-US', 'de-DE', 'en-IN'))
    .map(([sign, value, locale]) => sign + (value / 100).toLocaleString(locale));
  const noise = fc.string({ unit: fc.constantFrom(...'0159.,-+eE _x$()'), maxLength: 8 });
  const text = fc.oneof(number, grouped, noise);
  const styles: [string, MoneyFormat, string | undefined][] = [
    ['plain', DOT, undefined],
    ['with thousands', GROUPED, ','],
    ['with a decimal comma', COMMA, '.'],
  ];

  it.each(styles)('is read as the rules say: %s', async (_, format, thousands) => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 200 }), fc.constantFrom(4, 7, 10), async (values, scale) => {
        // Parentheses and signs of money are tried above.
        const tried = values.filter((value) => !/[$()]/.test(value));
        const got = await read(tried, format, scale);
        for (const [index, value] of tried.entries()) {
          const amount = readAmount(value, format.decimal, thousands, scale);
          const expected =
            amount === undefined
              ? [null, value === '' ? null : 'bad_amount']
              : [unitsText(amount.units, scale), amount.isRounded ? 'rounded' : null];
          expect([value, ...(got[index] ?? [])]).toEqual([value, ...expected]);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('the currency column', () => {
  it('names another currency, or the counted one in one of its spellings', async () => {
    const values = ['USD', 'usd ', '$', 'US$', '', 'EUR', '€', 'points'];
    const others = await evaluate(database, values, (x) => isOtherCurrency(x, DOLLARS));
    expect(others).toEqual(['false', 'false', 'false', 'false', 'false', 'true', 'true', 'true']);
    expect(await evaluate(database, ['EUR'], (x) => isOtherCurrency(x, DOT))).toEqual(['false']);
  });
});

describe('typed columns', () => {
  const cases: [string, Sql, string | null, string | null][] = [
    ['DECIMAL(38,10)', sql`1.00005::decimal(38,10)`, '1.0001', 'rounded'],
    ['DECIMAL(38,10)', sql`-1.5::decimal(38,10)`, '-1.5000', null],
    ['DECIMAL(38,0)', sql`99999999999999999999999999999999999999::decimal(38,0)`, null, 'bad_amount'],
    ['BIGINT', sql`999999999999999999::bigint`, '999999999999999999.0000', null],
    ['BIGINT', sql`(-9223372036854775808)::bigint`, null, 'bad_amount'],
    ['HUGEINT', sql`170141183460469231731687303715884105727::hugeint`, null, 'bad_amount'],
    ['HUGEINT', sql`(-170141183460469231731687303715884105728)::hugeint`, null, 'bad_amount'],
    ['DECIMAL(38,10)', sql`1e26::decimal(38,10)`, null, 'bad_amount'],
    ['DECIMAL(38,30)', sql`'-1.00005'::decimal(38,30)`, '-1.0001', 'rounded'],
    ['DOUBLE', sql`1e18::double`, null, 'bad_amount'],
    ['UINTEGER', sql`5::uinteger`, '5.0000', null],
    ['DOUBLE', sql`0.1::double`, '0.1000', null],
    ['DOUBLE', sql`1.00005::double`, '1.0001', 'rounded'], // by its shortest text; its binary value is below the half
    ['DOUBLE', sql`-2.5e-5::double`, '0.0000', 'rounded'],
    ['DOUBLE', sql`0::double`, '0.0000', null],
    ['DOUBLE', sql`-1.5e-4::double`, '-0.0002', 'rounded'],
    ['DOUBLE', sql`0.30000000000000004::double`, '0.3000', 'rounded'],
    ['DOUBLE', sql`999999999999999.9::double`, '999999999999999.9000', null],
    ['DOUBLE', sql`1e16::double`, '10000000000000000.0000', null],
    ['DOUBLE', sql`123456789012345680::double`, '123456789012345680.0000', null],
    ['DOUBLE', sql`1e300::double`, null, 'bad_amount'],
    ['DOUBLE', sql`'nan'::double`, null, 'bad_amount'],
    ['DOUBLE', sql`'-infinity'::double`, null, 'bad_amount'],
    ['FLOAT', sql`0.1::float`, '0.1000', null],
    ['FLOAT', sql`16777216::float`, '16777216.0000', null],
    ['VARCHAR', sql`'12.5'`, '12.5000', null],
    ['BOOLEAN', sql`true`, null, 'bad_amount'],
  ];

  it.each(cases)('%s %#', async (type, value, amount, problem) => {
    const [row] = await database.rows(sql`
      select ${typedAmountQuery(sql`x`, type, DOT, 4)}::varchar as amount,
        ${typedAmountProblemQuery(sql`x`, type, DOT, 4)} as problem,
        ${typedAmountQuery(sql`nothing`, type, DOT, 4)}::varchar as of_null,
        ${typedAmountProblemQuery(sql`nothing`, type, DOT, 4)} as problem_of_null
      from (select ${value} as x, case when false then ${value} end as nothing)`);
    expect(row).toEqual({ amount, problem, of_null: null, problem_of_null: null });
  });
});

describe('a quantity', () => {
  async function product(amount: string, quantity: string, scale = 4): Promise<unknown> {
    const [row] = await database.rows<{ product: string | null }>(sql`
      select ${multiplyQuery(amountQuery(sql`a`, DOT, scale), quantityQuery(sql`q`, 'VARCHAR', DOT), scale)}::varchar as product
      from (select ${amount} as a, ${quantity} as q)`);
    return row?.product;
  }

  it.each([
    ['2.55', '6', '15.3000'],
    ['2.55', '-6', '-15.3000'], // a cancelled line
    ['-2.55', '-6', '15.3000'],
    ['0.0001', '0.5', '0.0001'], // 0.00005, half away from zero
    ['-0.0001', '0.5', '-0.0001'],
    ['0.0001', '0.4999', '0.0000'],
    ['1.1111', '1.111111', '1.2346'], // 1.2345554…: exact before it is rounded
    ['9007199254740993.01', '3', '27021597764222979.0300'],
    ['5', '0', '0.0000'],
    ['5', '', null],
    ['5', 'many', null],
    ['', '5', null],
    ['five', '5', null],
    ['5', '1000000000', null],
    ['10000000000000000000', '2', null],
    ['100000000000', '10000000', null], // 1e18
    ['99999999999', '9999999', '999999899990000001.0000'],
  ])('%s × %s is %s', async (amount, quantity, expected) => {
    expect(await product(amount, quantity)).toBe(expected);
  });

  it('is exact at every scale, at the largest numbers it takes', async () => {
    for (let scale = 4; scale <= 10; scale += 1) {
      const expected = 999_999_999n * 999_999_999n;
      expect(await product('999999999', '999999999', scale)).toBe(unitsText(expected * 10n ** BigInt(scale), scale));
    }
  });

  it('comes from columns of other types too', async () => {
    const quantity = quantityQuery(sql`q`, 'DOUBLE', DOT);
    const [row] = await database.rows(
      sql`select ${multiplyQuery(sql`1.5::decimal(38,4)`, quantity, 4)}::varchar as p from (select 2::double as q)`,
    );
    expect(row).toEqual({ p: '3.0000' });
  });
});

describe('formats decided from a head', () => {
  it('read that head', async () => {
    const values = ['$5.00', 'USD 5', '(5.00)', '1,234.50', '7.00'];
    expect((await read(values, decideMoneyFormat(values, {}, CONTEXT))).map(([amount]) => amount)).toEqual([
      '5.0000',
      '5.0000',
      '-5.0000',
      '1234.5000',
      '7.0000',
    ]);
  });
});
