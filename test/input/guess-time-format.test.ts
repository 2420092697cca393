import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/engine/database.js';
import { guessTimeFormat } from '../../src/input/guess-time-format.js';
import { sql } from '../../src/sql/sql.js';
import { openBareEngine } from '../support/evaluate-sql.js';

const GUESSES: readonly (readonly [string, string, string])[] = [
  ['15.02.2024', '%d.%m.%Y', '2024-02-15 00:00:00'],
  ['1.2.2024 9:05', '%d.%m.%Y %H:%M', '2024-02-01 09:05:00'],
  ['01.02.24', '%d.%m.%y', '2024-02-01 00:00:00'],
  ['2024.02.15 09:05:07', '%Y.%m.%d %H:%M:%S', '2024-02-15 09:05:07'],
  ['15 Feb 2024, 09:05', '%d %b %Y, %H:%M', '2024-02-15 09:05:00'],
  ['15-Feb-2024 09:05:07.250', '%d-%b-%Y %H:%M:%S.%f', '2024-02-15 09:05:07.25'],
  ['15 February 2024', '%d %B %Y', '2024-02-15 00:00:00'],
  ['Feb 15, 2024 9:05 PM', '%b %d, %Y %I:%M %p', '2024-02-15 21:05:00'],
  ['February 15, 2024', '%B %d, %Y', '2024-02-15 00:00:00'],
  ['15-02-2024', '%d-%m-%Y', '2024-02-15 00:00:00'],
  ['02-15-2024', '%m-%d-%Y', '2024-02-15 00:00:00'],
];

describe('a time format for a hint', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openBareEngine();
  });
  afterAll(() => database.close());

  it.each(GUESSES)('%s is read by %s', async (value, format, instant) => {
    expect(guessTimeFormat([value])).toBe(format);
    expect(await database.rows(sql`select strptime(${value}, ${format})::varchar as instant`)).toEqual([{ instant }]);
  });

  it('is none where a value does not fit, or nothing says which number is the day', () => {
    expect(guessTimeFormat([])).toBeUndefined();
    expect(guessTimeFormat(['15.02.2024', 'soon'])).toBeUndefined();
    expect(guessTimeFormat(['01-02-2024', '03-04-2024'])).toBeUndefined();
    expect(guessTimeFormat(['15-02-2024', '02-15-2024'])).toBeUndefined();
  });
});
