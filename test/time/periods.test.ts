import { describe, expect, it } from 'vitest';
import { dayOfIso, isoOfDay } from '../../src/time/day.js';
import { endOfPeriod, type Step } from '../../src/time/periods.js';

const ends = (last: string, step: Step, count: number): string[] =>
  Array.from({ length: count }, (_, back) => isoOfDay(endOfPeriod(dayOfIso(last) ?? 0, step, back)));

describe('ends of periods', () => {
  it('are as many days apart, counted back from the last day', () => {
    expect(ends('2026-06-30', { unit: 'day', days: 7 }, 3)).toEqual(['2026-06-30', '2026-06-23', '2026-06-16']);
    expect(ends('2024-03-01', { unit: 'day', days: 1 }, 3)).toEqual(['2024-03-01', '2024-02-29', '2024-02-28']);
    expect(ends('2026-06-30', { unit: 'day', days: 30 }, 2)).toEqual(['2026-06-30', '2026-05-31']);
  });

  it('are the same day of each month, or the last of a shorter one', () => {
    // A month back from the 30th of March is the 28th of February, two months back the 30th again.
    expect(ends('2026-04-30', { unit: 'month' }, 4)).toEqual(['2026-04-30', '2026-03-30', '2026-02-28', '2026-01-30']);
    expect(ends('2024-03-31', { unit: 'month' }, 5)).toEqual(['2024-03-31', '2024-02-29', '2024-01-31', '2023-12-31', '2023-11-30']);
    expect(ends('2026-01-15', { unit: 'month' }, 2)).toEqual(['2026-01-15', '2025-12-15']);
  });
});
