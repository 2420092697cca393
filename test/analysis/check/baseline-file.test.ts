import { describe, expect, test } from 'vitest';
import { type Baseline, EMPTY_BASELINE } from '../../../src/analysis/check/baseline.js';
import { baselineText, parseBaseline } from '../../../src/analysis/check/baseline-file.js';

const run = (asOf: string) => ({
  asOf,
  definitions: { 'new.days': '14', lookback: '365' },
  users: 12,
  health: { rows: 100, rejectedShare: 0.01, days: 365, newest: asOf, events: { 'page "view"': 80, __proto: 3 } },
  sizes: { status: { new: 2, active: 10 } },
});

const BASELINE: Baseline = {
  runs: [
    run('2026-06-28'),
    { ...run('2026-06-29'), accepted: { reason: 'spring\ncampaign', subjects: ['status=new'] } },
    { ...run('2026-06-30'), health: null, definitions: null },
  ],
  failing: { asOf: '2026-07-01', subjects: { 'status=new': 2 } },
};

describe('a baseline file', () => {
  test('comes back as it was written, a run a line', () => {
    const text = baselineText(BASELINE);
    expect(parseBaseline(text, 'b.json')).toEqual(BASELINE);
    expect(text.split('\n').filter((line) => line.includes('"as_of":"2026-06-'))).toHaveLength(3);
    // The same definitions stand once.
    expect(text.match(/new\.days/g)).toHaveLength(1);
    expect(parseBaseline(baselineText(EMPTY_BASELINE), 'b.json')).toEqual(EMPTY_BASELINE);
  });

  test.each([
    ['', 'it is empty'],
    ['{', 'it is not JSON'],
    ['[]', 'it is not an object'],
    ['{}', 'it has no format_version'],
    ['{"format_version":1}', 'it has no list "runs" or no object "definitions"'],
    ['{"format_version":1,"failing":null,"definitions":{},"runs":[{"as_of":"2026-06-31"}]}', 'run 1 is not as this program writes it'],
    [baselineText(BASELINE).replace('"users":12', '"users":-1'), 'run 1 is not as this program writes it'],
    [baselineText(BASELINE).replace('"2026-06-28"', '"2026-06-30"'), 'its runs are not in the order of their dates'],
    [baselineText(BASELINE).replace('"status=new":2', '"status=new":"2"'), '"failing" is not as this program writes it'],
  ])('damaged: %#', (text, problem) => {
    expect(() => parseBaseline(text, 'b.json')).toThrow(problem);
  });

  test('of a newer version', () => {
    expect(() => parseBaseline('{"format_version":2}', 'b.json')).toThrow(
      expect.objectContaining({ code: 'baseline-newer', kind: 'usage' }),
    );
    expect(() => parseBaseline('{}', 'b.json')).toThrow(expect.objectContaining({ code: 'baseline-damaged', kind: 'input' }));
  });
});
