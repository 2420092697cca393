import { describe, expect, it } from 'vitest';
import { daysInName } from '../../src/input/days-in-name.js';
import { isoOfDay } from '../../src/time/day.js';

describe('daysInName', () => {
  it.each([
    ['export-2026-06-01.csv', '2026-06-01', '2026-06-01'],
    ['20260601.csv', '2026-06-01', '2026-06-01'],
    ['e_2026_06_01T05.json.gz', '2026-06-01', '2026-06-01'],
    ['2026-02.parquet', '2026-02-01', '2026-02-28'],
    ['2026-06-01_2026-06-07.csv', '2026-06-01', '2026-06-07'],
    ['2026-06-07 to 20260601.csv', '2026-06-01', '2026-06-07'],
  ])('%s', (name, first, last) => {
    const span = daysInName(name);
    expect(span && [isoOfDay(span.first), isoOfDay(span.last)]).toEqual([first, last]);
  });

  // No such day or month, an epoch, digits of an id, a year alone.
  it.each(['2026-02-30.csv', '2026-13-01.csv', '20261301.csv', '1780000000.csv', 'id-12026060112.csv', '2026.csv', 'events.csv'])(
    'nothing in %s',
    (name) => {
      expect(daysInName(name)).toBeUndefined();
    },
  );
});
