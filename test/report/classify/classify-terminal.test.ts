import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClassifyResult } from '../../../src/analysis/classify/classify-result.js';
import type { RenderOptions } from '../../../src/report/render-options.js';
import { REPORTERS } from '../../../src/report/reporters/index.js';
import { textWidth } from '../../../src/report/text-width.js';
import { hasHarmfulSigns, hasNaughtyStrings, readNaughtyStrings } from '../naughty-strings.js';
import { activityResult, emptyResult, sampleResult } from './sample-result.js';

const PLAIN: RenderOptions = { width: 80, colorLevel: 0, isUnicode: true, output: { directory: 'segments/', files: 24 } };

function render(result: ClassifyResult, options: Partial<RenderOptions> = {}): string {
  return REPORTERS.terminal.render(result, { ...PLAIN, ...options });
}

function longestLine(text: string): number {
  return Math.max(...text.split('\n').map(textWidth));
}

describe('the terminal summary', () => {
  it.each([
    ['shop-80', sampleResult(), {}],
    ['shop-160', sampleResult(), { width: 160 }],
    ['shop-80-ascii', sampleResult(), { isUnicode: false }],
    ['shop-80-color', sampleResult(), { colorLevel: 2 }],
    ['shop-40', sampleResult(), { width: 40 }],
    ['activity-80', activityResult(), {}],
    ['activity-160-ascii', activityResult(), { width: 160, isUnicode: false }],
    ['empty-80', emptyResult(), { output: null }],
  ] satisfies [string, ClassifyResult, Partial<RenderOptions>][])('%s', async (name, result, options) => {
    await expect(render(result, options)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('says the same with and without colour', () => {
    const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
    const blanksAtEnds = / +$/gm;
    for (const colorLevel of [1, 2, 3] as const) {
      const painted = render(sampleResult(), { colorLevel });
      expect(painted).toMatch(colours);
      expect(painted.replace(colours, '').replace(blanksAtEnds, '')).toBe(render(sampleResult()));
    }
  });

  it('is ASCII only where the terminal shows nothing else', () => {
    for (const result of [sampleResult(), activityResult(), emptyResult()]) {
      for (const width of [40, 80, 160]) expect(render(result, { width, isUnicode: false })).toMatch(/^[\n -~]*$/);
    }
  });

  it('has no blanks at line ends, one newline at its end', () => {
    const text = render(sampleResult());
    expect(text).not.toMatch(/ $/m);
    expect(text).toMatch(/[^\n]\n$/);
    expect(text).not.toContain('\n\n\n');
  });

  it('ends with the place of the files', () => {
    expect(render(sampleResult())).toMatch(/\n24 files in segments\/\n$/);
    expect(render(sampleResult(), { output: { directory: 'a b/\u001b]0;x\u0007', files: 1 } })).toMatch(
      /\n1 file in a b\/\\x1b\]0;x\\x07\n$/,
    );
    expect(render(sampleResult(), { output: null })).toMatch(/\nNothing was written\.\n$/);
  });

  it('shows the meaning beside each status where there is room, below it where not, never for empty ones', () => {
    expect(render(sampleResult(), { width: 160 })).toMatch(/^ {2}dormant .*64 d {2}idle for longer than .* win back with news$/m);
    expect(render(sampleResult())).toMatch(/^ {2}dormant .*64 d\n {4}idle for longer than .* → win back with news$/m);
    expect(render(emptyResult())).not.toContain('win back with news');
  });

  it('leaves money out where there is none', () => {
    expect(render(activityResult())).not.toContain('revenue');
    expect(render(sampleResult())).toContain('revenue');
  });

  it('says that nobody is scored, and still lists the segments', () => {
    const text = render(emptyResult());
    expect(text).toContain('Nobody has orders in the last 365 days, so nobody is scored.');
    expect(text).toContain('prospects');
    expect(text).not.toContain('R5:');
  });
});

describe('hostile and extreme results', () => {
  it.skipIf(!hasNaughtyStrings)('naughty strings as every name leave no control character', () => {
    const names = [...readNaughtyStrings(), '\u001b[2J\u0007\u009b', '\u202e', 'a\nb'];
    for (let first = 0; first < names.length; first += 10) {
      const text = render(hostileResult(...names.slice(first, first + 10)), {
        width: 60,
        output: { directory: names[first] ?? '', files: 3 },
      });
      expect(hasHarmfulSigns(text)).toBe(false);
      expect(longestLine(text)).toBeLessThanOrEqual(60);
    }
  });

  it('a newline in a name makes no new line', () => {
    expect(render(hostileResult('x\nerror'))).toBe(render(hostileResult('x\\x0aerror')));
  });

  it('tiny and huge numbers fit', () => {
    for (const factor of [1, 1e3, 1e6, 2e12]) {
      const text = render(scaledResult(factor), { width: 40 });
      expect(longestLine(text)).toBeLessThanOrEqual(40);
    }
    expect(render(scaledResult(2e12), { width: 160 })).toMatch(/new +624T /);
  });

  it('is never wider than the page', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    const results = fc.oneof(
      fc.constantFrom(sampleResult(), activityResult(), emptyResult()),
      names.map((name) => hostileResult(name)),
      fc.double({ min: 0, max: 2e12, noNaN: true }).map(scaledResult),
    );
    const isBoolean = fc.boolean();
    fc.assert(
      fc.property(
        results,
        fc.integer({ min: 40, max: 200 }),
        isBoolean,
        fc.constantFrom(0, 1, 2, 3),
        (result, width, isUnicode, colorLevel) => {
          const text = render(result, { width, isUnicode, colorLevel: colorLevel as RenderOptions['colorLevel'] });
          expect(longestLine(text)).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** The names, each in turn, wherever a name comes from data. */
function hostileResult(...names: readonly string[]): ClassifyResult {
  const sample = sampleResult();
  let taken = 0;
  const name = (): string => names[taken++ % names.length] ?? '';
  return {
    ...sample,
    timezone: name(),
    currency: name(),
    preset: { name: 'shopify', title: 'Shopify orders', evidence: [name(), name()], isNamed: false, unverified: [] },
    columns: {
      user: name(),
      time: name(),
      event: name(),
      value: name(),
      quantity: name(),
      refunded: name(),
      order: name(),
      eventId: name(),
      session: name(),
      currency: name(),
    },
    segmentations: [
      ...sample.segmentations,
      { name: name(), segments: [{ segment: name(), users: 1, share: 0.1, revenue: '1.00', revenueShare: 0.1, medianIdleDays: 1 }] },
    ],
    rulesOff: [{ status: 'new', why: name() }],
    rejects: names.slice(0, 5).map((file) => ({ file, line: 3, reason: name() })),
    warnings: names.map((message) => ({ code: name(), message })),
  };
}

/** All counts and amounts times a factor. */
function scaledResult(factor: number): ClassifyResult {
  const sample = sampleResult();
  const users = (count: number): number => Math.round(count * factor);
  const money = (amount: string): string => `${BigInt(Math.round(Number(amount))) * BigInt(Math.round(factor)) ** 2n}.25`;
  return {
    ...sample,
    users: users(sample.users),
    rows: { total: users(61_204), used: users(61_204), rejected: 0, duplicate: 0, afterAsOf: 0, withoutUser: 0 },
    segmentations: sample.segmentations.map(({ name, segments }) => ({
      name,
      segments: segments.map((size) => ({ ...size, users: users(size.users), revenue: money(size.revenue) })),
    })),
    rfm: { ...sample.rfm, cells: sample.rfm.cells.map((cell) => ({ ...cell, users: users(cell.users), revenue: money(cell.revenue) })) },
    statusByRfm: sample.statusByRfm.map((pair) => ({ ...pair, users: users(pair.users) })),
  };
}
