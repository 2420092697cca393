import { describe, expect, it } from 'vitest';
import { parseRetention } from '../../src/config/parse-retention.js';
import { chooseRun } from '../../src/state/choose-run.js';
import { comparedWith, retainedRuns } from '../../src/state/retained-runs.js';
import { runIdOf, type StateRun } from '../../src/state/state-pointer.js';
import { dayNumber, isoOfDay } from '../../src/time/day.js';

let sequence = 0;
function run(asOf: string, isPublished = true): StateRun {
  sequence += 1;
  const at = '2026-01-01T00:00:00.000Z';
  return {
    id: runIdOf(sequence),
    asOf,
    at,
    verdict: isPublished ? 'holds' : 'regressed',
    isPublished,
    settingsHash: '',
    users: 1,
    rows: 1,
  };
}

const nightly = (first: string, nights: number): StateRun[] =>
  Array.from({ length: nights }, (_, night) => run(isoOfDay(dayNumber(first) + night)));
const datesOf = (runs: readonly StateRun[]): string[] => runs.map(({ asOf }) => asOf);

describe('what stays of a history', () => {
  it('the newest runs, and of each week before them the last that was published', () => {
    // 1 June 2026 is a Monday. The newest three are 17, 18 and 19 June; before them lie the weeks of 1, 8 and 15 June.
    const runs = nightly('2026-06-01', 19);
    const published = runs.at(-1)?.id ?? null;
    expect(datesOf(retainedRuns({ runs, published }, { runs: 3, weekly: 52 }))).toEqual([
      '2026-06-07',
      '2026-06-14',
      '2026-06-16',
      '2026-06-17',
      '2026-06-18',
      '2026-06-19',
    ]);
    // Two weeks back from the newest run that is not among the three: that of 15 June and the one before it.
    expect(datesOf(retainedRuns({ runs, published }, { runs: 3, weekly: 2 }))[0]).toBe('2026-06-14');
    const failed = runs.map((one) => (one.asOf === '2026-06-14' ? { ...one, isPublished: false } : one));
    expect(datesOf(retainedRuns({ runs: failed, published }, { runs: 3, weekly: 2 }))[0]).toBe('2026-06-13');
  });

  it('the published run, the one its entrants are compared with and the one that ran last, however old they are', () => {
    const [first, second, ...held] = [
      run('2026-01-05'),
      run('2026-01-06'),
      ...nightly('2026-06-01', 4).map((one) => ({ ...one, isPublished: false })),
    ];
    const again = { ...run('2025-12-01'), isPublished: false };
    const runs = [first, second, ...held, again] as StateRun[];
    const published = second?.id ?? null;
    expect(comparedWith(runs, published)).toBe(first);
    expect(retainedRuns({ runs, published }, { runs: 1, weekly: 0 })).toEqual([first, second, held.at(-1), again]);
  });

  it('night for night the same as at once: nothing that is to stay later goes earlier', () => {
    const all = nightly('2026-01-01', 120);
    const rule = { runs: 9, weekly: 6 };
    let kept: StateRun[] = [];
    for (const one of all) kept = retainedRuns({ runs: [...kept, one], published: one.id }, rule);
    expect(kept).toEqual(retainedRuns({ runs: all, published: all.at(-1)?.id ?? null }, rule));
    expect(kept).toHaveLength(9 + 6);
  });

  it('everything of a short history, with the usual rule', () => {
    const runs = nightly('2026-03-01', 90);
    expect(parseRetention('runs=90')).toEqual({ runs: 90, weekly: 52, raw_days: 100_000 });
    expect(retainedRuns({ runs, published: null }, parseRetention('weekly=52') ?? { runs: 0, weekly: 0 })).toEqual(runs);
    expect(['runs=0', 'runs=90,runs=80', 'runs', 'runs=1.5', ''].map(parseRetention)).toEqual(Array.from({ length: 5 }, () => undefined));
  });
});

describe('a run is named', () => {
  it('by its number, its date, or from the last one back', () => {
    const [first, again, newest] = [run('2026-06-01'), run('2026-06-01'), run('2026-06-03')] as [StateRun, StateRun, StateRun];
    const backfilled = run('2026-05-01');
    const runs = [first, again, newest, backfilled];
    expect(chooseRun(runs, String(Number(first.id)))).toBe(first);
    expect(chooseRun(runs, first.id)).toBe(first);
    expect(chooseRun(runs, '2026-06-01')).toBe(again);
    expect(chooseRun(runs, 'last')).toBe(newest);
    expect(chooseRun(runs, 'last~1')).toBe(again);
    expect(chooseRun(runs, 'last~3')).toBe(backfilled);
    for (const word of ['last~4', 'last~', 'latest', '2026-06-02', '0', '-1', '1e0', '']) {
      expect(() => chooseRun(runs, word), word).toThrow(`There is no run ${word} among the 4 runs from`);
    }
    expect(() => chooseRun([], 'last')).toThrow('There is no run last: the history is empty.');
  });
});
