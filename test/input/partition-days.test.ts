import { describe, expect, it } from 'vitest';
import { lastPartitionDays } from '../../src/input/partition-days.js';
import { isoOfDay } from '../../src/time/day.js';

/** The last day of each file, by the folders above it. */
function daysOf(...paths: readonly string[]): (string | undefined)[] {
  const files = paths.map((path) => new Map(path.split('/').map((folder) => folder.split('=') as [string, string])));
  return lastPartitionDays(files).map((day) => (day === undefined ? undefined : isoOfDay(day)));
}

describe('the last day of a partition', () => {
  it.each([
    ['day=2026-06-01', '2026-06-01'],
    ['dt=20260601', '2026-06-01'],
    ['date=2026-06-01T13', '2026-06-01'],
    ['ds=2026-06-01 13:00:00', '2026-06-01'],
    ['dt=2026060113', '2026-06-01'],
    ['dt=2026-06-01-13', '2026-06-01'],
    ['event_date=2026-06-01/country=DE', '2026-06-01'],
    ['month=2026-06', '2026-06-30'],
    ['month=202602', '2026-02-28'],
    ['year=2026', '2026-12-31'],
    ['year=2024/month=2', '2024-02-29'],
    ['year=2026/month=06/day=01', '2026-06-01'],
    ['year=2026/month=6/day=1/hour=5', '2026-06-01'],
    ['year=2026/day=2026-06-01', '2026-06-01'],
  ])('%s ends with %s', (path, day) => {
    expect(daysOf(path)).toEqual([day]);
  });

  it.each([
    'country=DE',
    // When somebody signed up says nothing about when they did something.
    'signup_date=2020-01-01',
    'dt=yesterday',
    'dt=2026-02-30',
    'dt=2026-13-01',
    'day=12',
    'month=06/day=01',
    'year=26/month=06',
    'dt=1780272000',
    'dt=__HIVE_DEFAULT_PARTITION__',
  ])('%s tells none', (path) => {
    expect(daysOf(path)).toEqual([undefined]);
  });

  it('a key counts when all its values are dates; one without a value tells nothing of its own file alone', () => {
    expect(daysOf('dt=2026-06-01', 'dt=all')).toEqual([undefined, undefined]);
    expect(daysOf('dt=2026-06-01', 'dt=__HIVE_DEFAULT_PARTITION__', 'x=1')).toEqual(['2026-06-01', undefined, undefined]);
    expect(daysOf('dt=2026-06-01/date=x', 'dt=2026-06-02/date=2026-06-05')).toEqual(['2026-06-01', '2026-06-02']);
  });
});
