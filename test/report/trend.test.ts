import { describe, expect, it } from 'vitest';
import { sumFlows } from '../../src/analysis/trend/sum-flows.js';
import type { PeriodFlow, TrendPeriod, TrendReport } from '../../src/analysis/trend/trend-result.js';
import { glyphsFor } from '../../src/report/glyphs.js';
import type { RenderOptions } from '../../src/report/render-options.js';
import { TREND_REPORTERS } from '../../src/report/reporters/index.js';
import { drawSparkline } from '../../src/report/sparkline.js';
import { textWidth } from '../../src/report/text-width.js';
import { isoOfDay } from '../../src/time/day.js';
import { hasHarmfulSigns } from './naughty-strings.js';

const UNICODE = glyphsFor(true);

describe('a line of sizes', () => {
  it('runs from the lowest sign to the highest', () => {
    expect(drawSparkline([0, 1, 2, 3, 4, 5, 6, 7], 10, UNICODE)).toBe('▁▂▃▄▅▆▇█');
    expect(drawSparkline([10, 0, 10], 10, UNICODE)).toBe('█▁█');
    expect(drawSparkline([0, 6], 10, glyphsFor(false))).toBe('_#');
  });

  it('makes no mountain of a change below a tenth', () => {
    // 1,000 to 1,001 is a hundredth of the range of 100 that is drawn, which lies around them.
    expect(drawSparkline([1000, 1001, 1000], 10, UNICODE)).toBe('▄▅▄');
    expect(drawSparkline([5, 5, 5], 10, UNICODE)).toBe('▅▅▅');
    expect(drawSparkline([0, 0], 10, UNICODE)).toBe('▁▁');
    expect(drawSparkline([900, 1000], 10, UNICODE)).toBe('▁█');
  });

  it('with too many of them is drawn by some, the first and the last among them', () => {
    // Of 0 to 99 the places 0, 33, 66 and 99: a third of the range is 2.33 steps of 7, two thirds 4.67.
    const values = Array.from({ length: 100 }, (_, index) => index);
    expect(drawSparkline(values, 4, UNICODE)).toBe('▁▃▆█');
    expect(drawSparkline(values, 1, UNICODE)).toBe('█');
    expect(drawSparkline([3], 1, UNICODE)).toBe('▅');
  });
});

const STATUSES = ['new', 'active', 'loyal', 'occasional', 'reactivated', 'at_risk', 'dormant', 'churned', 'never_active'];

function period(index: number, scale: number): TrendPeriod {
  const flows: PeriodFlow[] = [
    { change: 'moved', from: 'active', to: 'dormant', users: 3 * scale, byThreshold: scale },
    { change: 'entered', from: null, to: 'new', users: 5 * scale, byThreshold: 0 },
  ];
  const sizes = STATUSES.map((_, place) => (place + index + 1) * scale);
  return {
    first: isoOfDay(20_000 + 7 * index),
    last: isoOfDay(20_006 + 7 * index),
    days: 7,
    coveredDays: index === 0 ? 3 : 7,
    users: sizes.reduce((sum, size) => sum + size, 0),
    sizes,
    active: sizes.slice(0, 6).reduce((sum, size) => sum + size, 0),
    flows: index === 0 ? null : sumFlows(flows, 'status', true),
  };
}

function report(periods: number, scale = 1, segmentation = 'status'): TrendReport {
  const all = Array.from({ length: periods }, (_, index) => period(index, scale));
  return {
    segmentation,
    isOverlapping: false,
    hangsOn: ['gaps'],
    scale: 'measured',
    asked: periods + 2,
    leftOut: [{ reason: 'before_data', periods: 2 }],
    firstDay: isoOfDay(20_004),
    segments: STATUSES,
    periods: all,
    notes: ['One more thing.'],
    step: { unit: 'day', days: 7 },
    asOf: all.at(-1)?.last ?? '',
    asOfChosen: 'newest event',
    timezone: 'UTC',
    historyDays: 7 * periods,
    rows: { total: 100, used: 90, rejected: 4, duplicate: 3, afterAsOf: 2, withoutUser: 1, beforeSince: undefined, filtered: undefined },
    files: 1,
    since: undefined,
    badAmounts: 0,
    entity: undefined,
    filters: undefined,
    pauses: [],
    settingsHash: 'a'.repeat(64),
  };
}

const render = (result: TrendReport, options: Partial<RenderOptions> = {}): string =>
  TREND_REPORTERS.terminal.render(result, { width: 80, colorLevel: 0, isUnicode: true, ...options });

describe('the report of a trend', () => {
  it.each([40, 60, 80, 160])('fits %i columns, however many periods and users', (width) => {
    for (const periods of [1, 2, 12, 60, 1000])
      for (const scale of [0, 1, 1_000_000, 1_000_000_000])
        for (const isUnicode of [true, false]) {
          const lines = render(report(periods, scale), { width, isUnicode }).split('\n');
          expect(Math.max(...lines.map(textWidth)), `${periods} periods, ${scale}`).toBeLessThanOrEqual(width);
        }
  });

  it('is plain ASCII where the terminal shows nothing else', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the bounds of ASCII
    expect(render(report(12), { isUnicode: false })).toMatch(/^[\x00-\x7f]*$/);
  });

  it('lists the last 24 periods and says how many there are besides', () => {
    const text = render(report(30), { width: 160 });
    expect(text).toContain('6 earlier periods not in the tables: --reporter csv lists all.');
    expect(render(report(24))).not.toContain('earlier period');
    expect(TREND_REPORTERS.csv.render(report(30), { width: 80, colorLevel: 0, isUnicode: true }).trimEnd().split('\n')).toHaveLength(
      1 + 30 * 9,
    );
  });

  it('says what is missing, and who moved by thresholds alone', () => {
    const text = render(report(12)).replaceAll(/\n +/g, ' ');
    expect(text).toContain('2 of 14 periods left out: they end before the data begin, on');
    expect(text).toContain('3 of its 7 days.');
    expect(text).toContain('11 moves only because a threshold moved');
    expect(text).toContain('100 rows: 90 used, 4 rejected, 1 without a user, 2 after as-of, 3 duplicate.');
    expect(text).toContain('One more thing.');
  });

  it('obeys nothing that a name of a segment says', () => {
    const hostile = { ...report(3, 1, 'rfm'), segments: ['=1+1', 'a\u001b[31mb', 'x|y', '<b>', 'c,d', '"q"', '*e*', 'f', '\u202eg'] };
    const options = { width: 80, colorLevel: 0, isUnicode: true } as const;
    for (const reporter of Object.values(TREND_REPORTERS)) expect(hasHarmfulSigns(reporter.render(hostile, options))).toBe(false);
    expect(TREND_REPORTERS.csv.render(hostile, options)).toContain(",'=1+1,");
    expect(TREND_REPORTERS.csv.render(hostile, options)).toContain(',"c,d",');
    expect(TREND_REPORTERS.markdown.render(hostile, options)).toContain('| x\\|y | &lt;b\\> |');
  });
});
