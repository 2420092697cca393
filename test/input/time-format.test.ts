import { describe, expect, it } from 'vitest';
import { SegmentError } from '../../src/errors/segment-error.js';
import { decideTimeFormat, type TimeFormat } from '../../src/input/time-format.js';
import { readTimeText } from '../../src/input/time-text.js';

const CONTEXT = { file: 'events.csv', column: 'timestamp', command: 'segment classify events.csv' };

function decide(...values: string[]): TimeFormat {
  return decideTimeFormat(values, {}, CONTEXT);
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

describe('the epoch unit of a file', () => {
  it.each([
    [['1704067200', '1704067200000', '2024-01-01T00:00:00Z', '1704067200.000'], 's'], // two against one
    [['1704067200', '1704067200000'], 'ms'], // a tie: the finer
    [['1704067200', '1704067200000', '1704067200000000'], 'us'],
    [['1704067200000000', '1704067200', '1704067201'], 's'],
    [['99999999999'], 's'],
    [['100000000000'], 'ms'],
    [['99999999999999'], 'ms'],
    [['100000000000000'], 'us'],
    [['0', '0', '1704067200000'], 's'],
    [['20240101', '20240102030405'], null], // dates
    [['20241301'], 's'], // no month 13
    [['2024-01-01', ''], null],
    [[], null],
  ] as const)('%j: %s', (values, unit) => {
    expect(decide(...values).epochUnit).toBe(unit);
  });

  it('is decided by the first 10,000 records', () => {
    const head = Array<string>(10_000).fill('1704067200');
    expect(decide(...head, ...Array<string>(20_000).fill('1704067200000')).epochUnit).toBe('s');
  });
});

describe('the order of slash dates', () => {
  it.each([
    [['03/04/2024', '13/04/2024'], 'day-first'],
    [['12/1/2010 8:26', '12/13/2010 8:26'], 'month-first'],
    [['2024/01/02', '2024/01/13'], null], // year first: no question
    [['2024/01/02', '2024-01-01'], null],
    [['31/02/2024', '12/31/2024'], 'month-first'], // the first is no day at all
  ] as const)('%j: %s', (values, order) => {
    expect(decide(...values).slashOrder).toBe(order);
  });

  it('is refused when no value proves it, with both readings and the command', () => {
    const error = errorOf(() => decide('2024-01-01', '03/04/2024', '05/06/2024', '01/02/2024'));
    expect(error.code).toBe('date-order-ambiguous');
    expect(error.kind).toBe('input');
    for (const text of ['events.csv', 'timestamp', '03/04/2024', '2024-04-03', '2024-03-04']) expect(error.message).toContain(text);
    expect(error.hint).toContain("segment classify events.csv --time-format '%d/%m/%Y'");
    expect(error.hint).toContain("'%m/%d/%Y'");
  });

  it('suggests a format with the time of day', () => {
    expect(errorOf(() => decide('1/2/2024 8:26')).hint).toContain("'%d/%m/%Y %H:%M'");
    expect(errorOf(() => decide('1/2/2024 8:26:01 PM')).hint).toContain("'%m/%d/%Y %I:%M:%S %p'");
  });

  it('is refused when values contradict each other', () => {
    const error = errorOf(() => decide('13/01/2024', '01/13/2024'));
    expect(error.code).toBe('date-order-ambiguous');
    expect(error.message).toContain('"13/01/2024"');
    expect(error.message).toContain('"01/13/2024"');
  });
});

describe('heads that cannot be read', () => {
  it('are refused with examples when nothing is a time', () => {
    const error = errorOf(() => decide('31.01.2024', 'soon', '31.01.2024', ''));
    expect(error.code).toBe('time-unreadable');
    expect(error.message).toContain('"timestamp"');
    expect(error.message).toContain('"31.01.2024", "soon"');
    expect(error.hint).toContain('--time-format');
  });

  it('are refused with the command that would work, where the layout is plain', () => {
    expect(errorOf(() => decide('31.01.2024', '28.02.2024 ')).hint).toBe(
      "try: segment classify events.csv --time-format '%d.%m.%Y', or name another column with --time-column.",
    );
  });

  it('cut a long example', () => {
    expect(errorOf(() => decide('x'.repeat(100_000))).message.length).toBeLessThan(300);
  });

  it('are accepted with one time among them, or when they are empty', () => {
    expect(() => decide('not a date', '2024-02-30', '', '2024-01-01')).not.toThrow();
    expect(() => decide('', '')).not.toThrow();
    expect(() => decide()).not.toThrow();
  });
});

describe('--time-format', () => {
  const decideWith = (format: string, ...values: string[]): TimeFormat => decideTimeFormat(values, { format }, CONTEXT);

  it('is taken as it is', () => {
    expect(decideWith('%d/%m/%Y', '03/04/2024')).toEqual({ pattern: '%d/%m/%Y', epochUnit: null, slashOrder: null, shapes: [] });
    expect(decideWith('%b %-d, %Y %I:%M %p', 'Jan 5, 2024 08:05 PM').pattern).toBe('%b %-d, %Y %I:%M %p');
    expect(decideWith('%d.%m.%Y').pattern).toBe('%d.%m.%Y');
    expect(decideWith('%Y%%%m', '2024%01').pattern).toBe('%Y%%%m');
    expect(decideWith('%d/%m/%Y', 'x', '', '3/4/2024').pattern).toBe('%d/%m/%Y');
  });

  it('is refused when it reads nothing', () => {
    const error = errorOf(() => decideWith('%d/%m/%Y', '2024-01-01', ''));
    expect(error.code).toBe('time-format-mismatch');
    expect(error.message).toContain('%d/%m/%Y');
    expect(error.message).toContain('"2024-01-01"');
  });

  it.each(['%Q', '%d/%', '%e.%m'])('%s is no format', (format) => {
    const error = errorOf(() => decideWith(format, '2024-01-01'));
    expect(error.code).toBe('time-format-token');
    expect(error.kind).toBe('usage');
  });
});

describe('the layouts of a head', () => {
  it('are plain data, commonest first', () => {
    const format = decide('2024-01-01T00:00:00Z', '2024-01-01T00:00:01Z', '2024-01-01');
    expect(JSON.parse(JSON.stringify(format))).toEqual(format);
    expect(format.shapes.map((shape) => shape.kind === 'iso' && shape.zone + shape.separator)).toEqual(['ZT', '']);
  });

  it('take different offsets together, and leave a single one as it is', () => {
    const zones = (...values: string[]): unknown[] =>
      decide(...values).shapes.map((shape) => shape.kind === 'iso' && [shape.zone, shape.isAnyOffset]);
    expect(zones('2024-01-01 00:00:00+02:00', '2024-01-01 00:00:00+02:00')).toEqual([['+02:00', false]]);
    expect(zones('2024-01-01 00:00:00+02:00', '2024-01-01 00:00:00-05:30', '2024-01-01 00:00:00+02:00')).toEqual([['+00:00', true]]);
    expect(zones('2024-01-01 00:00:00+02:00', '2024-01-01 00:00:00 -0530')).toHaveLength(2);
  });

  it('are six at most, and none for a rare one', () => {
    const fractions = Array.from({ length: 9 }, (_, index) => `2024-01-01 00:00:00.${'1'.repeat(index + 1)}`);
    expect(decide(...fractions).shapes).toHaveLength(6);
    expect(decide(...Array<string>(999).fill('2024-01-01'), '2024-01-01T00:00:00Z').shapes).toHaveLength(1);
  });
});

describe('one text', () => {
  it.each([
    ['2024-01-01', 'calendar'],
    ['20240101', 'calendar'],
    ['29/02/2024', 'slash'],
    ['1704067200', 'epoch'],
    ['29/02/2023', undefined],
    ['2024-13-01', undefined],
    ['2024-01-01 24:00:00', undefined],
    ['1e9', undefined],
    ['u1', undefined],
    ['', undefined],
  ] as const)('%j: %s', (text, kind) => {
    expect(readTimeText(text)?.kind).toBe(kind);
  });
});
