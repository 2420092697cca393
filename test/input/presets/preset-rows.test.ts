import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/engine/database.js';
import { minorUnitsQuery } from '../../../src/input/presets/minor-units-query.js';
import { stripeApi } from '../../../src/input/presets/stripe-api.js';
import { type Sql, sql } from '../../../src/sql/sql.js';
import { openBareEngine } from '../../support/evaluate-sql.js';
import { writeFormat } from '../../support/formats.js';
import { loadRows } from '../../support/load-rows.js';
import { runCli } from '../../support/run-cli.js';

type Row = Readonly<Record<string, string>>;

const SHOPIFY = [
  'Name',
  'Email',
  'Financial Status',
  'Currency',
  'Subtotal',
  'Total',
  'Created at',
  'Lineitem quantity',
  'Lineitem price',
  'Cancelled at',
  'Refunded Amount',
  'Billing Name',
];
/** An order of three items: its cells stand on the first row alone. */
const ORDER: readonly Row[] = [
  {
    Name: '#1',
    Email: 'ann@x',
    'Financial Status': 'paid',
    Currency: 'EUR',
    Subtotal: '50',
    Total: '60',
    'Created at': '2026-03-01 10:00:00 +0100',
    'Lineitem quantity': '2',
    'Lineitem price': '10',
    'Billing Name': 'Ann',
  },
  { Name: '#1', 'Lineitem quantity': '1', 'Lineitem price': '20' },
  { Name: '#1', 'Lineitem quantity': '1', 'Lineitem price': '10' },
];

function table(header: readonly string[], rows: readonly Row[]) {
  return { columns: header, rows: rows.map((row) => header.map((name) => row[name] ?? '')) };
}

function csv(header: readonly string[], rows: readonly Row[]): string {
  return [header, ...table(header, rows).rows].map((cells) => `${cells.join(',')}\n`).join('');
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'segment-preset-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function load(rows: readonly Row[], options: Parameters<typeof loadRows>[1] = {}, header: readonly string[] = SHOPIFY) {
  const folder = folderWith({ 'a.csv': csv(header, rows) });
  return loadRows([join(folder, 'a.csv')], options);
}

const told = (row: { user: unknown; event: unknown; amount: unknown }): unknown[] => [
  row.user,
  row.event,
  row.amount === null ? null : Number(row.amount),
];

describe('an order on several rows', () => {
  it('has its user, its time and its name on all of them, its amount on one', async () => {
    const { rows } = await load(ORDER);
    expect(rows.map(({ at }) => at)).toEqual(Array(3).fill('2026-03-01 09:00:00'));
    expect(rows.map(told)).toEqual([
      ['ann@x', 'order', 60],
      ['ann@x', 'order', null],
      ['ann@x', 'order', null],
    ]);
  });

  it('is the same when its cells are repeated, its rows come in another order, stand in several files, or in Parquet', async () => {
    const [first = {}] = ORDER;
    const repeated = ORDER.map((row) => ({ ...first, ...row }));
    const parquet = join(folderWith({}), 'a.parquet');
    await writeFormat('parquet', table(SHOPIFY, [...ORDER].reverse()), parquet, folderWith({}));
    const split = folderWith({ 'a.csv': csv(SHOPIFY, ORDER.slice(2)), 'b.csv': csv(SHOPIFY, ORDER.slice(0, 2)) });
    const expected = (await load(ORDER)).rows;
    expect((await load(repeated)).rows).toEqual(expected);
    expect((await load([...ORDER].reverse())).rows).toEqual(expected);
    expect((await loadRows([parquet])).rows).toEqual(expected);
    expect((await loadRows([join(split, 'a.csv'), join(split, 'b.csv')])).rows).toEqual(expected);
  });

  it('counts once when two exports overlap, and says so when they differ', async () => {
    const again = await load([...ORDER, ...ORDER]);
    expect(again.rows.filter(({ amount }) => amount !== null).map(told)).toEqual([['ann@x', 'order', 60]]);
    expect(again.loaded.notes).toEqual([]);
    // Refunded since: the more final state counts.
    const [first = {}] = ORDER;
    const later = await load([...ORDER, { ...first, 'Financial Status': 'partially_refunded', 'Refunded Amount': '15' }]);
    expect(later.rows.filter(({ amount }) => amount !== null).map(told)).toEqual([['ann@x', 'order', 45]]);
    expect(later.loaded.notes).toMatchObject([
      { code: 'conflicting_orders', message: expect.stringContaining('1 order is told in different ways by several rows, for example #1') },
    ]);
  });

  it('is another order when another customer has its number: two shops in one input', async () => {
    const other = ORDER.slice(0, 1).map((row) => ({ ...row, Email: 'bob@x', Total: '7' }));
    const { rows } = await load([...ORDER, ...other]);
    expect(rows.filter(({ amount }) => amount !== null).map(told)).toEqual([
      ['ann@x', 'order', 60],
      ['bob@x', 'order', 7],
    ]);
  });

  it('is an order of its own where it has no number', async () => {
    const rows = ['5', '6'].map((total) => ({ ...ORDER[0], Name: '', Email: `u${total}`, Total: total }));
    expect((await load(rows)).rows.map(told)).toEqual([
      ['u5', 'order', 5],
      ['u6', 'order', 6],
    ]);
  });
});

describe('what an order is', () => {
  const status = async (text: string, more: Row = {}) => (await load([{ ...ORDER[0], 'Financial Status': text, ...more }])).rows.map(told);

  it.each([
    ['paid', 'order', 60],
    ['Partially Refunded', 'order', 60],
    ['pending', 'order', 60],
    // All of it went back: an order without money.
    ['refunded', 'order', null],
    ['voided', 'order_cancelled', null],
    ['bezahlt', 'order_unknown', null],
    ['', 'order_unknown', null],
  ])('%s: %s with %s', async (text, event, amount) => {
    expect(await status(text)).toEqual([['ann@x', event, amount]]);
  });

  it('is a refund once it is cancelled, whatever its payment', async () => {
    expect(await status('paid', { 'Cancelled at': '2026-03-02 10:00:00 +0100' })).toEqual([['ann@x', 'order_cancelled', null]]);
  });

  it('says how many have a status that is not known', async () => {
    const rows = ['bezahlt', 'bezahlt', ''].map((text, index) => ({ ...ORDER[0], Name: `#${index}`, 'Financial Status': text }));
    expect((await load(rows)).loaded.notes).toEqual([
      {
        code: 'unknown_order_status',
        message: '3 rows have statuses that the preset does not know ("bezahlt", nothing): used, but counted as no orders',
      },
    ]);
  });

  it('has no amount when what was refunded cannot be read', async () => {
    const folder = folderWith({ 'a.csv': csv(SHOPIFY, [...ORDER, { ...ORDER[0], Name: '#2', 'Refunded Amount': 'some' }]) });
    const { stdout } = await runCli(['classify', 'a.csv', '--dry-run', '--json'], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({
      bad_amounts: 1,
      value_total: '60.00',
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'bad_amounts' })]),
    });
  });
});

describe('flags over a preset', () => {
  it('read another column of the order once, and of the items on every row', async () => {
    expect((await load(ORDER, { columns: { value: 'Subtotal' } })).rows.map(told)).toEqual([
      ['ann@x', 'order', 50],
      ['ann@x', 'order', null],
      ['ann@x', 'order', null],
    ]);
    const items = await load(ORDER, { columns: { value: 'Lineitem price', quantity: 'Lineitem quantity' } });
    // 2 × 10, 1 × 20, 1 × 10.
    expect(items.rows.map(({ amount }) => Number(amount)).sort()).toEqual([10, 20, 20]);
  });

  it('give the rows of an order another user', async () => {
    expect((await load(ORDER, { columns: { user: 'Billing Name' } })).rows.map(({ user }) => user)).toEqual(['Ann', 'Ann', 'Ann']);
  });

  it('take the names of events away: every row is a purchase', async () => {
    const { rows } = await load([{ ...ORDER[0], 'Financial Status': 'voided' }], { columns: { event: 'none' } });
    expect(rows.map(({ event }) => event)).toEqual(['purchase']);
  });

  it('switch amounts off, and presets', async () => {
    expect((await load(ORDER, { columns: { value: 'none' } })).rows.every(({ amount }) => amount === null)).toBe(true);
    await expect(load(ORDER, { preset: 'none' })).resolves.toMatchObject({
      loaded: { preset: null, mapping: { columns: { user: 'Email' } } },
    });
  });
});

describe('a preset that was named', () => {
  it('is refused where nothing is its user or its time, and says which of its columns are missing', async () => {
    const header = ['Name', 'Mail', 'Created at', 'Total'];
    const rows = [{ Name: '#1', Mail: 'ann@x', 'Created at': '2026-03-01', Total: '5' }];
    await expect(load(rows, { preset: 'shopify' }, header)).rejects.toMatchObject({ code: 'preset-columns-missing', kind: 'input' });
    const { rows: read, loaded } = await load(rows, { preset: 'shopify', columns: { user: 'Mail' } }, header);
    expect(read.map(told)).toEqual([['ann@x', 'purchase', 5]]);
    expect(loaded.notes).toEqual([
      {
        code: 'preset_columns_missing',
        message: 'the preset shopify is known by columns that are not there: "Email", "Financial Status", "Lineitem quantity"',
      },
    ]);
  });

  it('is refused when a column of it stands twice', async () => {
    const folder = folderWith({ 'a.csv': 'Name,Email,Email,Financial Status,Created at,Lineitem quantity\n#1,a,b,paid,2026-03-01,1\n' });
    await expect(loadRows([join(folder, 'a.csv')])).rejects.toMatchObject({ code: 'columns-ambiguous' });
  });
});

describe('rejects of orders on several rows', () => {
  it('are told by their lines: a time that cannot be read, and none in the whole order', async () => {
    const rows: Row[] = [
      ...ORDER,
      { ...ORDER[0], Name: '#2', 'Created at': 'soon' },
      { Name: '#3', Email: 'bob@x', 'Financial Status': 'paid', Total: '5' },
      { Name: '#3' },
    ];
    const text = `${csv(SHOPIFY, rows)}#4,short\n`;
    const folder = folderWith({ 'a.csv': text });
    const { stdout } = await runCli(['classify', 'a.csv', '--dry-run', '--json', '--max-rejects', '100%'], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({
      rows: { total: 7, used: 3, rejected: 4 },
      rejects: [
        { line: 5, reason: 'unreadable_time' },
        { line: 6, reason: 'no_time' },
        { line: 7, reason: 'no_time' },
        { line: 8, reason: 'too_few_fields' },
      ],
    });
  });

  it('are those of Parquet too, by row', async () => {
    const folder = folderWith({});
    await writeFormat(
      'parquet',
      table(SHOPIFY, [...ORDER, { ...ORDER[0], Name: '#2', 'Created at': 'soon' }]),
      join(folder, 'a.parquet'),
      folder,
    );
    const { stdout } = await runCli(['classify', 'a.parquet', '--dry-run', '--json'], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ rows: { used: 3, rejected: 1 }, rejects: [{ line: 4, reason: 'unreadable_time' }] });
  });
});

describe('the zone of a preset', () => {
  const header = ['id', 'Created (UTC)', 'Amount', 'Amount Refunded', 'Currency', 'Status', 'Customer ID', 'Local time'];
  const rows = [
    {
      id: 'ch_1',
      'Created (UTC)': '2026-01-31 23:30',
      Amount: '5',
      Currency: 'usd',
      Status: 'Paid',
      'Customer ID': 'a',
      'Local time': '2026-02-01 00:30',
    },
  ];

  it('is that of its own times, whatever --timezone says; of other columns --timezone', async () => {
    expect((await load(rows, { timezone: 'Europe/Berlin' }, header)).rows.map(({ at }) => at)).toEqual(['2026-01-31 23:30:00']);
    const local = await load(rows, { timezone: 'Europe/Berlin', columns: { time: 'Local time' } }, header);
    expect(local.rows.map(({ at }) => at)).toEqual(['2026-01-31 23:30:00']);
  });
});

describe('amounts in the smallest unit', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openBareEngine();
  });
  afterAll(() => database.close());

  const inMainUnits = async (text: string, currency: Sql | undefined): Promise<unknown> => {
    const units = stripeApi.minorUnits;
    if (units === undefined) throw new Error('charges are in the smallest unit');
    const [row] = await database.rows<{ amount: unknown }>(
      sql`select ${minorUnitsQuery(sql`x`, currency, units)} as amount from (select ${text} as x) as texts`,
    );
    return row?.amount;
  };

  it.each([
    ['1999', 'usd', '19.99'],
    ['5', 'USD', '0.05'],
    ['-105', 'eur', '-1.05'],
    ['0', 'eur', '0.00'],
    ['500', 'jpy', '500'],
    ['1234', 'kwd', '1.234'],
    ['7', ' bhd ', '0.007'],
    ['12345678901234567890', 'usd', '123456789012345678.90'],
  ])('%s %s is %s', async (text, currency, amount) => {
    expect(await inMainUnits(text, sql`${currency}`)).toBe(amount);
  });

  it('are hundredths where there is no currency column, and unreadable where a cell of it is empty', async () => {
    expect(await inMainUnits('150', undefined)).toBe('1.50');
    expect(await inMainUnits('150', sql`''`)).toBe('150 in unknown units');
    expect(await inMainUnits('19.99', sql`'usd'`)).toBe('19.99 in unknown units');
  });

  it('count as bad amounts when they are none, and by currency when there are several', async () => {
    const header = ['id', 'amount', 'amount_refunded', 'currency', 'created', 'status', 'customer'];
    const charge = (id: string, amount: string, currency: string): Row => ({
      id,
      amount,
      amount_refunded: '0',
      currency,
      created: '1772323200',
      status: 'succeeded',
      customer: 'a',
    });
    const folder = folderWith({
      'a.csv': csv(header, [charge('1', '1999', 'usd'), charge('2', '500', 'jpy'), charge('3', '19.99', 'usd'), charge('4', '250', 'usd')]),
    });
    expect((await runCli(['classify', 'a.csv', '--dry-run'], { cwd: folder })).stderr).toContain('[currencies-mixed]');
    const { stdout } = await runCli(['classify', 'a.csv', '--dry-run', '--json', '--currency', 'USD'], { cwd: folder });
    // 19.99 + 2.50; 19.99 in minor units is no number of cents.
    expect(JSON.parse(stdout)).toMatchObject({ value_total: '22.49', bad_amounts: 1 });
  });
});

describe('a key of several columns', () => {
  const header = ['timestamp', 'visitorid', 'event', 'itemid', 'transactionid'];
  const sold = (transactionid: string, itemid: string): Row => ({
    timestamp: '1433224414164',
    visitorid: 'v',
    event: 'transaction',
    itemid,
    transactionid,
  });

  it('tells apart what only together is the same, and needs all of its parts', async () => {
    const rows = [
      sold('a', 'bc'),
      sold('ab', 'c'),
      sold('', 'abc'),
      sold('abc', ''),
      sold('', ''),
      sold('', ''),
      sold('x","y', 'z'),
      sold('x', 'y","z'),
    ].map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, text]) => [name, /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text])),
    );
    const folder = folderWith({ 'a.csv': csv(header, [...rows, sold('a', 'bc')]) });
    const { stdout } = await runCli(['classify', 'a.csv', '--dry-run', '--json'], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ rows: { total: 9, used: 8, duplicate: 1 } });
  });
});

describe('dates whose order only the preset knows', () => {
  const header = ['InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID'];
  const sold = (date: string): Row => ({
    InvoiceNo: '1',
    StockCode: 'a',
    Description: 'b',
    Quantity: '1',
    InvoiceDate: date,
    UnitPrice: '1',
    CustomerID: 'c',
  });

  it('are read its way, and said so', async () => {
    const { rows, loaded } = await load([sold('12/1/2010 8:26')], {}, header);
    expect(rows.map(({ at }) => at)).toEqual(['2010-12-01 08:26:00']);
    expect(loaded.notes.map(({ code }) => code)).toEqual(['assumed_dates']);
  });

  it('are read as they prove to be written, without a word, and refused when they contradict each other', async () => {
    const { rows, loaded } = await load([sold('13/1/2010 8:26'), sold('12/1/2010 8:26')], {}, header);
    expect(rows.map(({ at }) => at)).toEqual(['2010-01-12 08:26:00', '2010-01-13 08:26:00']);
    expect(loaded.notes).toEqual([]);
    await expect(load([sold('13/1/2010 8:26'), sold('1/13/2010 8:26')], {}, header)).rejects.toMatchObject({
      code: 'date-order-ambiguous',
    });
  });

  it('are read by --time-format when there is one, and by --time-column without the preset', async () => {
    const { rows, loaded } = await load([sold('12/1/2010 8:26')], { timeFormat: '%d/%m/%Y %H:%M' }, header);
    expect(rows.map(({ at }) => at)).toEqual(['2010-01-12 08:26:00']);
    expect(loaded.notes).toEqual([]);
    const other = [{ ...sold('x'), Shipped: '12/1/2010 8:26' }];
    await expect(load(other, { columns: { time: 'Shipped' } }, [...header, 'Shipped'])).rejects.toMatchObject({
      code: 'date-order-ambiguous',
    });
  });
});

describe('fields between blanks', () => {
  it('are read with and without a header, with CRLF, tabs and a mark, and bad lines are told', async () => {
    const body = ' 00001 19970101  1   11.77\r\n\r\n00002\t19970112  5   77.00\r\n 00003 19970102  2\r\n 00003 soon 2 20.76';
    const folder = folderWith({ 'a.txt': `\uFEFF${body}`, 'b.txt': `customer_id date number_of_cds dollar_value\n${body}` });
    const summary = async (name: string): Promise<Record<string, unknown>> => {
      const { stdout } = await runCli(['classify', name, '--preset', 'cdnow', '--dry-run', '--json', '--max-rejects', '100%'], {
        cwd: folder,
      });
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const rejects = (shift: number) => [
      { line: 4 + shift, reason: 'too_few_fields' },
      { line: 5 + shift, reason: 'unreadable_time' },
    ];
    expect(await summary('a.txt')).toMatchObject({ value_total: '88.77', rows: { total: 4, used: 2, rejected: 2 }, rejects: rejects(0) });
    expect(await summary('b.txt')).toMatchObject({ value_total: '88.77', rows: { total: 4, used: 2, rejected: 2 }, rejects: rejects(1) });
  });

  it('are not looked for in files with other delimiters, nor without being asked', async () => {
    const folder = folderWith({
      'a.csv': 'customer_id,date,number_of_cds,dollar_value\n00001,1997-01-01,1,11.77\n',
      'b.txt': '00001 19970101 1 11.77\n',
    });
    expect((await loadRows([join(folder, 'a.csv')], { preset: 'cdnow' })).rows.map(told)).toEqual([['00001', 'purchase', 11.77]]);
    await expect(loadRows([join(folder, 'b.txt')])).rejects.toMatchObject({ code: 'columns-missing' });
    const three = folderWith({ 'a.txt': '00001 19970101 1\n' });
    await expect(loadRows([join(three, 'a.txt')], { preset: 'cdnow' })).rejects.toMatchObject({ code: 'preset-columns-missing' });
  });
});
