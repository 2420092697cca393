import { describe, expect, it } from 'vitest';
import { proofDay } from '../../../src/analysis/proof/proof.js';
import { dayOfIso, isoOfDay } from '../../../src/time/day.js';
import type { Pause } from '../../../src/time/pauses.js';

const day = (iso: string): number => dayOfIso(iso) ?? Number.NaN;

function earlier(asOf: string, pauses: readonly (readonly [string, string])[] = [], historyDays = 365): string | undefined {
  const merged: Pause[] = pauses.map(([first, last]) => ({ first: day(first), last: day(last) }));
  const found = proofDay(historyDays, day(asOf), merged);
  return found === undefined ? undefined : isoOfDay(found);
}

describe('the day that the proof looks back to', () => {
  it('is 30 days before the as-of day, with 120 days of history', () => {
    expect(earlier('2026-06-30')).toBe('2026-05-31');
    expect(earlier('2026-06-30', [], 120)).toBe('2026-05-31');
    expect(earlier('2026-06-30', [], 119)).toBeUndefined();
  });

  it('leaves 30 days that are not paused after it', () => {
    // 10 paused days among the last 30: 40 days back.
    expect(earlier('2026-06-30', [['2026-06-10', '2026-06-19']])).toBe('2026-05-21');
    // The 30 days begin on 1 June: the pause before them belongs to what was known, and so do its events.
    expect(earlier('2026-06-30', [['2026-05-20', '2026-05-31']])).toBe('2026-05-31');
    // Of the pause that reaches into June, one day more of May has to count.
    expect(earlier('2026-06-30', [['2026-05-25', '2026-06-01']])).toBe('2026-05-23');
    // A paused as-of day stands where the last day before the pause stands.
    expect(earlier('2026-06-30', [['2026-06-29', '2026-07-05']])).toBe('2026-05-29');
  });
});
