import { describe, expect, it } from 'vitest';
import { nearPause, parsePause, pauseText } from '../../src/config/parse-pause.js';
import { dayOfIso } from '../../src/time/day.js';

describe('the text of a pause', () => {
  it('is a day, or the first and the last of several', () => {
    expect(parsePause('2024-12-24')).toEqual({ first: 20_081, last: 20_081 });
    expect(parsePause('2024-12-21..2025-01-05')).toEqual({ first: dayOfIso('2024-12-21'), last: dayOfIso('2025-01-05') });
    expect(parsePause('2024-12-24..2024-12-24')).toEqual({ first: 20_081, last: 20_081 });
    for (const text of ['2024-12-24', '2024-12-21..2025-01-05']) {
      const pause = parsePause(text);
      expect(pause && pauseText(pause)).toBe(text);
    }
  });

  it.each([
    // A last day before the first, and other signs between: the days are clear.
    ['2025-01-05..2024-12-21', '2024-12-21..2025-01-05'],
    ['2024-12-21...2025-01-05', '2024-12-21..2025-01-05'],
    ['2024-12-21 .. 2025-01-05', '2024-12-21..2025-01-05'],
    ['2024-12-21 - 2025-01-05', '2024-12-21..2025-01-05'],
    ['2024-12-21/2025-01-05', '2024-12-21..2025-01-05'],
    ['2024-12-21 to 2025-01-05', '2024-12-21..2025-01-05'],
    ['20241221..20250105', '2024-12-21..2025-01-05'],
    ['2024/12/24', '2024-12-24'],
    ['2024-12-4', '2024-12-04'],
    // Nothing is guessed where a day is missing, does not exist, or has no year.
    ['2024-12-21..', undefined],
    ['..2025-01-05', undefined],
    ['2024-12-21..01-05', undefined],
    ['2024-12-21..2025-02-30', undefined],
    ['2024-02-30', undefined],
    ['24.12.2024', undefined],
    ['12/24/2024', undefined],
    ['2024-12-21..2024-12-24..2025-01-05', undefined],
    ['christmas', undefined],
    ['2024', undefined],
    ['', undefined],
    ['2024-12-24T00:00:00', undefined],
  ])('%s is none; near it is %s', (text, near) => {
    expect(parsePause(text)).toBeUndefined();
    expect(nearPause(text)).toBe(near);
  });
});
