import { describe, expect, test } from 'vitest';
import { EMPTY_BASELINE, withFailure, withRun } from '../../../src/analysis/check/baseline.js';
import { type JudgeOptions, judgeRun } from '../../../src/analysis/check/judge-run.js';
import type { RunRecord } from '../../../src/analysis/check/run-record.js';
import { isoOfDay } from '../../../src/time/day.js';

const OPTIONS: JudgeOptions = {
  limits: [],
  inARow: 1,
  excludedDates: new Set(),
  populationKeys: new Set(['where', 'user_column']),
  date: { isDateGiven: true, oldestNewest: null, pauses: [] },
};
/** A Thursday. */
const FIRST_DAY = 20_000;

/** A run of that day by the sizes of one segmentation; its population is their sum. */
function runOf(day: number, sizes: Readonly<Record<string, number>>, other: Partial<RunRecord> = {}): RunRecord {
  const users = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  return { asOf: isoOfDay(FIRST_DAY + day), definitions: {}, health: null, users, sizes: { status: sizes }, ...other };
}

const baselineOf = (runs: readonly RunRecord[]) => runs.reduce(withRun, EMPTY_BASELINE);
const failed = (run: RunRecord, runs: readonly RunRecord[], options: Partial<JudgeOptions> = {}): string[] =>
  judgeRun(run, baselineOf(runs), { ...OPTIONS, ...options })
    .findings.filter(({ level }) => level === 'fail')
    .map(({ subject }) => subject.name);

const days = (count: number): number[] => Array.from({ length: count }, (_, day) => day);
/** A population so large that what happens to a segment does not move it. */
const OTHERS = { active: 50_000 };
const steady = (count: number): RunRecord[] => days(count).map((day) => runOf(day, { loyal: 1000, at_risk: 400, ...OTHERS }));

describe('with fewer than eight runs', () => {
  test('nothing to compare with holds', () => {
    const result = judgeRun(runOf(0, { loyal: 5 }), EMPTY_BASELINE, OPTIONS);
    expect(result).toMatchObject({ verdict: 'holds', findings: [], history: { runs: 0, needed: 8 } });
  });

  // 400 → 280 is 30 %, not more; → 279 is.
  test('more than 30 % off the run before fails', () => {
    expect(failed(runOf(3, { loyal: 1000, at_risk: 280, ...OTHERS }), steady(3))).toEqual([]);
    expect(failed(runOf(3, { loyal: 1000, at_risk: 279, ...OTHERS }), steady(3))).toEqual(['status=at_risk']);
    expect(failed(runOf(3, { loyal: 1000, at_risk: 521, ...OTHERS }), steady(3))).toEqual(['status=at_risk']);
  });

  // 60 → 31 is 48 %, but 29 users.
  test('fewer than 30 users are no alarm', () => {
    const before = [runOf(0, { loyal: 1000, at_risk: 60, ...OTHERS })];
    expect(failed(runOf(1, { loyal: 1000, at_risk: 31, ...OTHERS }), before)).toEqual([]);
    expect(failed(runOf(1, { loyal: 1000, at_risk: 30, ...OTHERS }), before)).toEqual(['status=at_risk']);
  });
});

describe('the robust rule', () => {
  test('a change is seen against the same weekday, not against yesterday', () => {
    // Sundays are half of the other days, every week.
    const size = (day: number): number => (day % 7 === 3 ? 500 : 1000);
    const runs = days(21).map((day) => runOf(day, { active: size(day), gone: 5000 }));
    expect(failed(runOf(24, { active: 500, gone: 5000 }), runs)).toEqual([]);
    expect(failed(runOf(24, { active: 1000, gone: 5000 }), runs)).toEqual(['status=active']);
  });

  // Eight runs of 1000, one on the same weekday: z of three segments at 1 % is 2.935, the spread 1.7 · hypot(0.03, 0.0316) = 0.0741, so down to 1000 · e^(−0.2175) = 804.5 is noise.
  test('a size within the noise holds, far outside it fails', () => {
    const runs = steady(8);
    expect(failed(runOf(8, { loyal: 805, at_risk: 400, ...OTHERS }), runs)).toEqual([]);
    expect(failed(runOf(8, { loyal: 804, at_risk: 400, ...OTHERS }), runs)).toEqual(['status=loyal']);
  });
});

describe('the health of the data comes first', () => {
  const health = (day: number, other: Partial<NonNullable<RunRecord['health']>> = {}): NonNullable<RunRecord['health']> => ({
    rows: 50_000,
    rejectedShare: 0,
    days: 365,
    newest: isoOfDay(FIRST_DAY + day),
    events: { login: 40_000, purchase: 10_000 },
    ...other,
  });
  const runs = days(10).map((day) => runOf(day, { loyal: 1000, at_risk: 400 }, { health: health(day) }));

  test('half of the rows gone is one finding, not one a segment', () => {
    const half = runOf(
      10,
      { loyal: 500, at_risk: 200 },
      { health: health(10, { rows: 25_000, events: { login: 20_000, purchase: 5000 } }) },
    );
    const result = judgeRun(half, baselineOf(runs), OPTIONS);
    expect(result.isInputBroken).toBe(true);
    expect(result.findings.filter(({ level }) => level === 'fail').map(({ subject }) => subject.name)).toEqual([
      'users',
      'rows',
      'event login',
      'event purchase',
    ]);
    expect(result.findings.some(({ subject }) => subject.kind === 'segment')).toBe(false);
  });

  test('an export that did not grow older is stale', () => {
    expect(failed(runOf(10, { loyal: 1000, at_risk: 400 }, { health: health(9) }), runs)).toEqual(['newest event']);
  });

  describe('where the newest event decides on the date', () => {
    const standing = runOf(9, { loyal: 1000, at_risk: 400 }, { health: health(9) });
    const options = { date: { ...OPTIONS.date, isDateGiven: false } };

    test('an export that stands still repeats it, and is stale before anything else', () => {
      const result = judgeRun(standing, baselineOf(runs), { ...OPTIONS, ...options });
      expect(result.findings[0]).toMatchObject({
        subject: { name: 'newest event' },
        level: 'fail',
        seen: FIRST_DAY + 9,
        expected: { low: FIRST_DAY + 10 },
      });
      expect(result.findings.filter(({ level }) => level === 'fail')).toHaveLength(1);
      expect(result.isInputBroken).toBe(true);
      // An older export came back: the day of the newest run is not reached.
      expect(failed(runOf(7, { loyal: 1000, at_risk: 400 }, { health: health(7) }), runs, options)).toEqual(['newest event']);
      expect(failed(runOf(10, { loyal: 1000, at_risk: 400 }, { health: health(10) }), runs, options)).toEqual([]);
    });

    test('a run is repeated on purpose by its date, by other definitions, or when the earlier one is excluded', () => {
      expect(failed(standing, runs)).toEqual([]);
      expect(failed({ ...standing, definitions: { rfm: 'thirds' } }, runs, options)).toEqual([]);
      expect(failed(standing, runs, { ...options, excludedDates: new Set([standing.asOf]) })).toEqual([]);
    });

    test('every night of it counts, though they all have one date', () => {
      const nightly = { ...OPTIONS, ...options, inARow: 2 };
      const level = (baseline: Parameters<typeof judgeRun>[1]) => judgeRun(standing, baseline, nightly).findings[0]?.level;
      const first = baselineOf(runs);
      expect(level(first)).toBe('pending');
      const second = withFailure(first, standing.asOf, ['newest event']);
      expect(level(second)).toBe('fail');
      expect(withFailure(second, standing.asOf, ['newest event', 'users']).failing?.subjects).toEqual({ 'newest event': 2 });
    });
  });

  describe('where the date is named', () => {
    const late = (day: number, days: number): RunRecord => runOf(day, { loyal: 1000, at_risk: 400 }, { health: health(day - days) });

    test('an export that comes later than it used to is stale, a day is allowed', () => {
      // Always a day late so far.
      const before = days(10).map((day) => late(day, 1));
      expect(failed(late(10, 1), before)).toEqual([]);
      // Nothing newer than the night before.
      expect(failed(late(10, 2), before)).toEqual(['newest event']);
      // A week later, newer than before, but five days late.
      expect(failed(late(17, 2), before)).toEqual([]);
      expect(failed(late(17, 3), before)).toEqual(['newest event']);
    });

    test('who never has events on Sundays is not stale on Sundays', () => {
      // FIRST_DAY is a Thursday: its third day is a Sunday. That of the first week was accepted.
      const night = (day: number): RunRecord => late(day, day % 7 === 3 ? 1 : 0);
      const before = days(10).map(night);
      expect(failed(night(10), before)).toEqual([]);
      expect(failed(late(10, 2), before)).toEqual(['newest event']);
      // On the Monday after it, Saturday's export is.
      expect(failed(late(11, 2), [...before, night(10)])).toEqual(['newest event']);
    });

    test('nothing new is expected in a closed season', () => {
      const pauses = [{ first: FIRST_DAY + 10, last: FIRST_DAY + 13 }];
      const options = { date: { ...OPTIONS.date, pauses } };
      expect(failed(late(13, 4), runs, options)).toEqual([]);
      expect(failed(late(14, 5), runs, options)).toEqual(['newest event']);
    });
  });

  test('by the clock, where that is asked for, also in the first run', () => {
    const run = runOf(10, { loyal: 1000 }, { health: health(10) });
    const clock = (day: number) => ({ date: { ...OPTIONS.date, isDateGiven: false, oldestNewest: FIRST_DAY + day } });
    expect(failed(run, [], clock(10))).toEqual([]);
    expect(failed(run, [], clock(11))).toEqual(['newest event']);
    expect(judgeRun(run, baselineOf(runs), { ...OPTIONS, ...clock(20) }).findings[0]?.expected.low).toBe(FIRST_DAY + 20);
  });

  test('an event that vanished', () => {
    const run = runOf(10, { loyal: 1000, at_risk: 400 }, { health: health(10, { events: { login: 40_000 } }) });
    expect(failed(run, runs)).toEqual(['event purchase']);
  });

  test('rejected rows: 1 % needs no explanation, more does when it is twice the usual', () => {
    const run = (rejectedShare: number): RunRecord => runOf(10, { loyal: 1000, at_risk: 400 }, { health: health(10, { rejectedShare }) });
    expect(failed(run(0.01), runs)).toEqual([]);
    expect(failed(run(0.0101), runs)).toEqual(['rejected rows']);
  });
});

describe('limits, definitions, and what becomes of failures', () => {
  test('limits count from the first run on, both ends allowed', () => {
    const limits = [
      { segmentation: 'status', segment: 'at_risk', of: 'users', low: null, high: 300 },
      { segmentation: 'status', segment: 'loyal', of: 'share', low: 0.7, high: null },
    ] as const;
    expect(failed(runOf(0, { loyal: 700, at_risk: 300 }), [], { limits })).toEqual([]);
    expect(failed(runOf(0, { loyal: 699, at_risk: 301 }), [], { limits })).toEqual(['status=at_risk', 'status=loyal']);
  });

  test('other definitions begin a history of their own, and are told', () => {
    const runs = steady(20).map((run) => ({ ...run, definitions: { 'new.days': '14', format: 'x' } }));
    const run = runOf(20, { loyal: 100, at_risk: 1300, ...OTHERS }, { definitions: { 'new.days': '7', format: 'x' } });
    const result = judgeRun(run, baselineOf(runs), OPTIONS);
    expect(result).toMatchObject({
      verdict: 'holds',
      history: { runs: 0 },
      definitionChanges: [{ name: 'new.days', before: '14', after: '7' }],
    });
    expect(result.findings.some(({ subject }) => subject.kind === 'segment')).toBe(false);
  });

  test('with another population, rows and users begin a history of their own too', () => {
    const health = { rows: 50_000, rejectedShare: 0, days: 365, newest: isoOfDay(FIRST_DAY + 30), events: { login: 50_000 } };
    const all = steady(20).map((run) => ({ ...run, health: { ...health, newest: run.asOf } }));
    const few = { loyal: 100, at_risk: 40, active: 500 };
    const run = (definitions: Record<string, string>) =>
      runOf(20, few, { health: { ...health, rows: 900, newest: isoOfDay(FIRST_DAY + 20), events: { login: 900 } }, definitions });
    // 51,400 users and 50,000 rows became 640 and 900: by another rule that is an alarm, by another filter it is not.
    expect(failed(run({ rfm: 'thirds' }), all)).toEqual(['users', 'rows', 'event login']);
    expect(judgeRun(run({ where: 'plan=pro' }), baselineOf(all), OPTIONS)).toMatchObject({
      verdict: 'holds',
      findings: [],
      history: { runs: 0 },
    });
    // From the first run of the filter on, they are judged among themselves.
    const filtered = { ...run({ where: 'plan=pro' }), asOf: isoOfDay(FIRST_DAY + 20) };
    const next = { ...run({ where: 'plan=pro' }), asOf: isoOfDay(FIRST_DAY + 21), users: 300 };
    expect(failed({ ...next, health: { ...health, rows: 900, newest: next.asOf } }, [...all, filtered])).toEqual(['users', 'event login']);
  });

  test('a run of unknown definitions is judged by those before', () => {
    const run = runOf(8, { loyal: 700, at_risk: 400, ...OTHERS }, { definitions: null });
    const result = judgeRun(run, baselineOf(steady(8).map((one) => ({ ...one, definitions: { rfm: 'grid' } }))), OPTIONS);
    expect(result).toMatchObject({ definitionChanges: [], history: { runs: 8 }, verdict: 'regressed' });
  });

  test('two runs in a row', () => {
    const broken = (day: number): RunRecord => runOf(day, { loyal: 1000, at_risk: 100, ...OTHERS });
    const options = { ...OPTIONS, inARow: 2 };
    const baseline = baselineOf(steady(10));
    const first = judgeRun(broken(10), baseline, options);
    expect(first.verdict).toBe('holds');
    expect(first.findings.filter(({ level }) => level === 'pending').map(({ subject }) => subject.name)).toEqual(['status=at_risk']);
    const after = withFailure(baseline, broken(10).asOf, ['status=at_risk']);
    expect(judgeRun(broken(10), after, options).verdict).toBe('holds');
    expect(judgeRun(broken(11), after, options).verdict).toBe('regressed');
    expect(judgeRun(runOf(11, { loyal: 1000, at_risk: 400, ...OTHERS }), after, options).verdict).toBe('holds');
  });

  test('an accepted run is the new level of what had failed', () => {
    const accepted = {
      ...runOf(10, { loyal: 1000, at_risk: 100, ...OTHERS }),
      accepted: { reason: 'campaign', subjects: ['status=at_risk'] },
    };
    const runs = [...steady(10), accepted];
    expect(failed(runOf(11, { loyal: 1000, at_risk: 105, ...OTHERS }), runs)).toEqual([]);
    expect(failed(runOf(11, { loyal: 1000, at_risk: 400, ...OTHERS }), runs)).toEqual(['status=at_risk']);
    expect(failed(runOf(11, { loyal: 500, at_risk: 105, ...OTHERS }), runs)).toEqual(['status=loyal']);
  });

  test('excluded dates say nothing, and a date counts once', () => {
    const odd = runOf(3, { loyal: 10, at_risk: 4000, ...OTHERS });
    const runs = [...steady(3), odd];
    expect(failed(runOf(4, { loyal: 1000, at_risk: 400, ...OTHERS }), runs, { excludedDates: new Set([odd.asOf]) })).toEqual([]);
    expect(baselineOf([runOf(1, { loyal: 5 }), runOf(1, { loyal: 6 })]).runs.map(({ users }) => users)).toEqual([6]);
  });

  test('the same weekday a year before is shown', () => {
    const runs = [
      runOf(0, { loyal: 800, at_risk: 300, ...OTHERS }),
      ...days(10).map((day) => runOf(354 + day, { loyal: 1000, at_risk: 400, ...OTHERS })),
    ];
    const result = judgeRun(runOf(364, { loyal: 1000, at_risk: 400, ...OTHERS }), baselineOf(runs), OPTIONS);
    expect(result.findings.find(({ subject }) => subject.name === 'status=loyal')?.lastYear).toBe(800);
    // Without a run of that day, the nearest of its week is: three days away, not four.
    const lastYear = (day: number): number | null | undefined =>
      judgeRun(runOf(day, { loyal: 1000, at_risk: 400, ...OTHERS }), baselineOf(runs), OPTIONS).findings.find(
        ({ subject }) => subject.name === 'status=loyal',
      )?.lastYear;
    expect([lastYear(367), lastYear(368)]).toEqual([800, null]);
  });
});

/**
 * The world of the reference: eight segments of 20 to 60,000 users, half with a week's season of ±12 %, noise of 2 % that lasts (AR 0.6), 0.2 % growth a day,
 * counting noise; a night of it judged by the nights before.
 */
describe('simulated nights', () => {
  const MEANS = [20, 60, 200, 600, 2000, 6000, 20_000, 60_000];
  const TRIALS = 400;
  const LOST = 0.65;

  /** Deterministic uniform numbers (mulberry32). */
  function random(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
  }

  function nights(seed: number, count: number): number[][] {
    const uniform = random(seed);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const lasting = MEANS.map(() => 0.02 * normal());
    return days(count).map((day) =>
      MEANS.map((mean, segment) => {
        lasting[segment] = 0.6 * (lasting[segment] ?? 0) + Math.sqrt(1 - 0.6 ** 2) * 0.02 * normal();
        const season = segment % 2 === 0 ? 1 : 1 + 0.12 * Math.sin((2 * Math.PI * day) / 7);
        const expected = mean * season * 1.002 ** day * Math.exp(lasting[segment] ?? 0);
        return Math.max(0, Math.round(expected + Math.sqrt(expected) * normal()));
      }),
    );
  }

  const record = (day: number, sizes: readonly number[]): RunRecord =>
    runOf(day, Object.fromEntries(sizes.map((size, segment) => [`s${segment}`, size])));

  test.each([9, 15, 29, 57])('with %d nights before', (history) => {
    let [falseAlarms, segmentFound, lossFound] = [0, 0, 0];
    for (let trial = 0; trial < TRIALS; trial++) {
      const all = nights(1000 * history + trial, history + 1);
      const baseline = baselineOf(all.slice(0, history).map((sizes, day) => record(day, sizes)));
      const tonight = all[history] ?? [];
      const verdict = (sizes: readonly number[]) => judgeRun(record(history, sizes), baseline, OPTIONS);
      if (verdict(tonight).verdict === 'regressed') falseAlarms += 1;
      // Segments that are large enough to lose 30 users by it.
      const hit = 3 + (trial % 5);
      const one = verdict(tonight.map((size, segment) => (segment === hit ? Math.round(size * LOST) : size)));
      if (one.findings.some(({ level, subject }) => level === 'fail' && [`status=s${hit}`, 'users'].includes(subject.name)))
        segmentFound += 1;
      if (verdict(tonight.map((size) => Math.round(size * 0.7))).verdict === 'regressed') lossFound += 1;
    }
    expect(falseAlarms / TRIALS).toBeLessThan(0.01);
    expect(segmentFound / TRIALS).toBeGreaterThanOrEqual(0.99);
    expect(lossFound / TRIALS).toBeGreaterThanOrEqual(0.99);
  });
});

describe('a segment that was empty', () => {
  // 0 counts as a half; z of two segments at 1 % is 2.807, inflated by 1.7 for one run: (√0.5 + 4.772 / 2)² = 9.6, and 30 users are wanted in any case.
  test('may not fill up unseen', () => {
    const runs = days(8).map((day) => runOf(day, { never_active: 0, active: 50_000 }));
    expect(failed(runOf(8, { never_active: 29, active: 50_000 }), runs)).toEqual([]);
    expect(failed(runOf(8, { never_active: 31, active: 50_000 }), runs)).toEqual(['status=never_active']);
  });

  // Names come from data: an object has a constructor of its own.
  test('an event named like a member of every object is counted from nothing', () => {
    const health = { rows: 5000, rejectedShare: 0, days: 100, newest: '2024-10-11' };
    const before = runOf(0, { active: 50 }, { health: { ...health, newest: '2024-10-10', events: { constructor: 100, login: 50 } } });
    const result = judgeRun(runOf(1, { active: 50 }, { health: { ...health, events: { login: 50 } } }), baselineOf([before]), OPTIONS);
    expect(result.findings.find(({ subject }) => subject.name === 'event constructor')).toMatchObject({ level: 'fail', seen: 0 });
  });
});
