import { describe, expect, it } from 'vitest';
import { SegmentError } from '../../src/errors/segment-error.js';
import {
  COLUMN_NAMES,
  COLUMN_ROLES,
  type ColumnFlags,
  type ColumnMapping,
  type InputColumn,
  mapColumns,
} from '../../src/input/column-mapping.js';

const CONTEXT = { file: 'events.csv', command: 'segment classify events.csv', hasEntity: false };
const TIMES = ['2024-01-01', '2024-01-02', ''];

function column(name: string, sample: readonly string[] = [], more: Partial<InputColumn> = {}): InputColumn {
  return { name, sample, isNested: false, isTime: false, ...more };
}

function map(columns: readonly (string | InputColumn)[], flags: ColumnFlags = {}): ColumnMapping {
  return mapColumns(
    columns.map((one) => (typeof one === 'string' ? column(one) : one)),
    flags,
    CONTEXT,
  );
}

function errorOf(columns: readonly (string | InputColumn)[], flags: ColumnFlags = {}): SegmentError {
  try {
    map(columns, flags);
  } catch (error) {
    if (error instanceof SegmentError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('columns by name', () => {
  it.each([
    // REES46
    [
      'event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session',
      'user_id,event_time,event_type,price,,,,user_session,',
    ],
    // UCI Online Retail
    [
      'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
      'CustomerID,InvoiceDate,,UnitPrice,Quantity,InvoiceNo,,,',
    ],
    // UCI Online Retail II
    ['Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country', 'Customer ID,InvoiceDate,,Price,Quantity,Invoice,,,'],
    // CDNOW
    ['customer_id,date,number_of_cds,dollar_value', 'customer_id,date,,dollar_value,,,,,'],
    // dunnhumby
    [
      'household_id,basket_id,transaction_timestamp,quantity,sales_value',
      'household_id,transaction_timestamp,,sales_value,quantity,basket_id,,,',
    ],
    // RetailRocket
    ['timestamp,visitorid,event,itemid,transactionid', 'visitorid,timestamp,event,,,transactionid,,,'],
    ['Event ID,User-ID,ts,Currency Code,Revenue', 'User-ID,ts,,Revenue,,,Event ID,,Currency Code'],
  ])('%s', (header, expected) => {
    const { columns } = map(header.split(','));
    const roles = COLUMN_ROLES.filter((role) => role !== 'person');
    expect(columns.person).toBeNull();
    expect(roles.map((role) => columns[role] ?? '').join(',')).toBe(expected);
  });

  it('are ranked, and a lower one left out is noted', () => {
    const { columns, notes } = map(['date', 'email', 'ts', 'customer_id', 'price', 'amount']);
    expect(columns).toMatchObject({ user: 'customer_id', time: 'ts', value: 'amount' });
    expect(notes).toEqual([
      'user column: "customer_id" (also present, lower in rank: "email")',
      'time column: "ts" (also present, lower in rank: "date")',
      'value column: "amount" (also present, lower in rank: "price")',
    ]);
  });

  it('are never nested', () => {
    const nested = column('user', [], { isNested: true });
    expect(map([nested, 'email', 'ts']).columns.user).toBe('email');
  });

  it('stand in one role only', () => {
    const names = COLUMN_ROLES.flatMap((role) => COLUMN_NAMES[role]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are no property of every object', () => {
    const { columns } = map(['user_id', 'ts', '__proto__', 'constructor', '', 'ev"ent', '1; drop table x']);
    expect(columns).toMatchObject({ user: 'user_id', time: 'ts', event: null });
  });
});

describe('two columns of one rank', () => {
  it('are an error with the command that settles it', () => {
    const error = errorOf(['User ID', 'user_id', 'ts']);
    expect(error.code).toBe('columns-ambiguous');
    expect(error.kind).toBe('input');
    expect(error.message).toContain('"User ID", "user_id"');
    expect(error.hint).toContain("segment classify events.csv --user-column 'User ID'");
  });

  it('are an error that no flag settles when the name is the same', () => {
    const error = errorOf(['user_id', 'event', 'timestamp', 'user_id']);
    expect(error.code).toBe('columns-ambiguous');
    expect(error.message).toContain('"user_id" stands twice');
    expect(errorOf(['user_id', 'ts', 'user_id'], { user: 'user_id' }).message).toContain('twice');
  });

  it('do not matter below a better one', () => {
    expect(map(['user_id', 'Email', 'email', 'ts']).columns.user).toBe('user_id');
  });

  it('are settled by the exact header in a flag', () => {
    expect(map(['User ID', 'user_id', 'ts'], { user: 'user_id' }).columns.user).toBe('user_id');
    expect(map(['User ID', 'user_id', 'ts'], { user: 'User ID' }).columns.user).toBe('User ID');
    expect(errorOf(['User ID', 'user_id', 'ts'], { user: 'USER ID' }).code).toBe('columns-ambiguous');
  });

  it('that nobody needs are no problem', () => {
    expect(map(['user_id', 'ts', 'x', 'x']).columns.user).toBe('user_id');
  });
});

describe('flags', () => {
  it('come before names, and free the name for nobody else', () => {
    const { columns, notes } = map(['user_id', 'email', 'ts', 'day'], { user: 'email', time: 'day' });
    expect(columns).toMatchObject({ user: 'email', time: 'day' });
    expect(notes).toEqual([]);
  });

  it('match the header in another spelling when only one does', () => {
    expect(map(['Order Total', 'user_id', 'ts', 'amount'], { value: 'order_total' }).columns.value).toBe('Order Total');
  });

  it('switch a role off, but not the user or the time', () => {
    const { columns, everyRowIsAnOrder } = map(['user_id', 'ts', 'event', 'order_id', 'event_id'], {
      event: 'none',
      order: 'none',
      eventId: 'none',
    });
    expect(columns).toMatchObject({ event: null, order: null, eventId: null });
    expect(everyRowIsAnOrder).toBe(true);
    expect(map(['user_id', 'ts']).everyRowIsAnOrder).toBe(false);
    for (const role of ['user', 'time'] as const) {
      const error = errorOf(['user_id', 'ts', 'none'], { [role]: 'none' });
      expect(error.code).toBe('bad-option-value');
      expect(error.kind).toBe('usage');
    }
  });

  it('naming no column are an error with the nearest name', () => {
    const error = errorOf(['user_id', 'ts', 'revenue'], { value: 'revenu' });
    expect(error.code).toBe('column-absent');
    expect(error.kind).toBe('input');
    expect(error.message).toContain('--value-column revenu: there is no such column. Did you mean "revenue"?');
    expect(error.hint).toContain('segment classify events.csv --value-column revenue');
    expect(errorOf(['user_id', 'ts'], { eventId: 'zzz' }).message).toContain('--event-id-column zzz');
  });

  it('cannot give one column two roles', () => {
    const error = errorOf(['user_id', 'ts', 'email'], { user: 'email', value: 'Email' });
    expect(error.code).toBe('column-two-roles');
    expect(error.kind).toBe('usage');
    expect(error.message).toContain('--user-column and --value-column');
  });

  it('take a column from the role its name would give it', () => {
    const { columns } = map(['user_id', 'ts', 'date', 'name'], { event: 'ts' });
    expect(columns).toMatchObject({ event: 'ts', time: 'date' });
  });

  it('reach a field of a nested column', () => {
    const user = column('user', [], { isNested: true, fields: ['user.id', 'user.plan'] });
    expect(map([user, 'ts'], { user: 'user.id' }).columns.user).toBe('user.id');
    const text = column('user', [], { fields: ['user.id'] });
    expect(map([text, 'ts'], { user: 'user.id' }).columns.user).toBe('user.id');
    expect(errorOf([user, 'ts'], { user: 'user.idd' }).message).toContain('Did you mean "user.id"?');
    const whole = errorOf([user, 'ts'], { user: 'user' });
    expect(whole.code).toBe('column-absent');
    expect(whole.message).toContain('user.id');
    expect(whole.hint).toContain('--user-column user.id');
    expect(map(['user.id', user, 'ts'], { user: 'user.id' }).columns.user).toBe('user.id'); // a header of that very name
  });
});

describe('a bare id', () => {
  const repeating = column('id', ['u1', 'u2', 'u1']);
  const unique = column('ID', ['1', '2', '', '3', '']);

  it('is the user when its values repeat and nothing else names one', () => {
    const { columns, notes } = map([repeating, 'ts']);
    expect(columns).toMatchObject({ user: 'id', eventId: null });
    expect(notes).toEqual(['user column: "id" (its values repeat)']);
  });

  it('is neither when another column is the user and values repeat', () => {
    expect(map([repeating, 'email', 'ts']).columns).toMatchObject({ user: 'email', eventId: null });
  });

  it('is the event id when values differ and there is a user', () => {
    expect(map([unique, 'email', 'ts']).columns).toMatchObject({ user: 'email', eventId: 'ID' });
    expect(map([unique, 'email', 'ts', 'uuid']).columns.eventId).toBe('uuid');
    expect(map([unique, 'email', 'ts'], { eventId: 'none' }).columns.eventId).toBeNull();
  });

  it('is not the user when values differ', () => {
    const error = errorOf([unique, 'ts']);
    expect(error.code).toBe('columns-missing');
    expect(error.hint).toContain('--user-column ID');
  });

  it('is nothing without a sample', () => {
    expect(map(['id', 'email', 'ts']).columns.eventId).toBeNull();
    expect(errorOf(['id', 'ts']).code).toBe('columns-missing');
  });
});

describe('a time without a name', () => {
  it('is the one column that reads as a time', () => {
    const { columns, notes } = map(['user_id', column('when', TIMES), column('note', ['a', 'b']), column('empty', ['', ''])]);
    expect(columns.time).toBe('when');
    expect(notes).toEqual(['time column: "when" (the only column that reads as a time)']);
  });

  it('is a column of that type', () => {
    expect(map(['user_id', column('when', [], { isTime: true })]).columns.time).toBe('when');
  });

  it('is a written date before numbers that may be ids', () => {
    const numbers = column('product', ['1704067200', '1704067201']);
    expect(map(['user_id', numbers, column('when', TIMES)]).columns.time).toBe('when');
    expect(map(['user_id', numbers]).columns.time).toBe('product');
    expect(errorOf(['user_id', column('product', ['44600062', '3900821'])]).code).toBe('columns-missing');
  });

  it('is no column that has a role', () => {
    expect(errorOf([column('user_id', ['20240101', '20240102'])]).code).toBe('columns-missing');
  });

  it('is asked for when several would do', () => {
    const error = errorOf(['user_id', column('begin', TIMES), column('finish', TIMES)]);
    expect(error.code).toBe('columns-missing');
    expect(error.message).toContain('"begin", "finish"');
    expect(error.hint).toContain('segment classify events.csv --time-column begin');
  });
});

describe('missing columns', () => {
  it('are told at once, with what is there and the command to try', () => {
    const error = errorOf([column('client', []), column('begin', TIMES), column('finish', TIMES)]);
    expect(error.code).toBe('columns-missing');
    expect(error.kind).toBe('input');
    expect(error.message).toContain('user_id, userid, uid');
    expect(error.message).toContain('"client", "begin", "finish"');
    expect(error.hint).toBe('try: segment classify events.csv --user-column client --time-column begin');
  });

  it('are told together with other problems', () => {
    const error = errorOf(['Event', 'event', 'x'], { value: 'price' });
    expect(error.code).toBe('columns-ambiguous');
    for (const text of ['--value-column price', '"Event", "event"', 'user_id', 'timestamp']) {
      expect(error.message.includes(text) || text === 'timestamp').toBe(true);
    }
  });

  it('keep the flags already given in the command to try', () => {
    const error = errorOf(['User ID', 'user_id', 'day of event'], { time: 'day of event' });
    expect(error.hint).toBe("try: segment classify events.csv --user-column 'User ID' --time-column 'day of event'");
  });

  it('quote names for the shell', () => {
    const error = errorOf(["it's", "it's user", 'ts']);
    expect(error.hint).toContain("--user-column 'it'\\''s user'");
  });

  it('may be a file without a header row', () => {
    const error = errorOf([
      column('u1', ['u2']),
      column('a', ['b']),
      column('2024-01-01T00:00:00Z', ['2024-01-02T00:00:00Z']),
      column('1', ['2']),
    ]);
    expect(error.code).toBe('columns-missing');
    expect(error.message).toContain('no header row');
    expect(error.message).toContain('2024-01-01T00:00:00Z');
    expect(error.hint).toContain('first line');
  });

  it('cap a long list', () => {
    const many = Array.from({ length: 500 }, (_, index) => `column_${index}`);
    expect(errorOf(many).message.length).toBeLessThan(600);
  });

  it('reach into nested columns for a suggestion', () => {
    const user = column('profile', [], { isNested: true, fields: ['profile.plan', 'profile.user_id'] });
    expect(errorOf([user, 'ts']).hint).toContain('--user-column profile.user_id');
  });
});

describe('a quantity', () => {
  it.each([
    [['user_id', 'ts', 'UnitPrice', 'Quantity'], {}, true],
    [['user_id', 'ts', 'unit_price', 'qty'], {}, true],
    [['user_id', 'ts', 'price_per_unit', 'quantity'], {}, true],
    [['user_id', 'ts', 'price', 'quantity'], {}, false], // may be the price of the line
    [['user_id', 'ts', 'amount', 'quantity'], {}, false],
    [['user_id', 'ts', 'price', 'quantity'], { quantity: 'quantity' }, true],
    [['user_id', 'ts', 'unit_price', 'quantity'], { quantity: 'none' }, false],
    [['user_id', 'ts', 'unit_price'], {}, false],
    [['user_id', 'ts', 'quantity'], { quantity: 'quantity' }, false], // nothing to multiply
    [['user_id', 'ts', 'Cost', 'quantity'], { value: 'Cost' }, false],
    [['user_id', 'ts', 'amount', 'Unit Price', 'quantity'], { value: 'Unit Price' }, true],
  ] as const)('%j with %j multiplies: %s', (names, flags, expected) => {
    expect(map(names, flags).multiplyByQuantity).toBe(expected);
  });
});

describe('a header that was not split', () => {
  it.each([
    ['a,b;c', 'the header seems to be split by ";": leave out --delimiter, or name that one.'],
    ['user_id\tdate', 'the header seems to be split by tabs: leave out --delimiter, or name that one.'],
    [
      ' customer_id  date number_of_cds  dollar_value',
      "the fields seem to be lined up with blanks; make CSV of them first, for example: sed -E 's/^ +//; s/ +/,/g' FILE > FILE.csv.",
    ],
  ])('%j is told from a file of one column', (header, hint) => {
    const error = errorOf([header]);
    expect(error.code).toBe('columns-missing');
    expect(error.hint).toBe(hint);
  });

  it('says both problems in sentences', () => {
    expect(errorOf(['kunde']).message).toMatch(/^events\.csv: no column is named like the user .*\. No column is named like the time /);
    expect(errorOf(['kunde', 'note']).hint).not.toContain('split');
  });
});
