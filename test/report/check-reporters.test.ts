import { describe, expect, it } from 'vitest';
import type { CheckReport, Finding } from '../../src/analysis/check/check-result.js';
import { CHECK_REPORTERS } from '../../src/report/reporters/index.js';

const HOSTILE = `event <b>&"'|\`*[x](http://y)* @me\u001b[31m\n::error::%0A, ]]>\u202e`;

const finding = (name: string, other: Partial<Finding> = {}): Finding => ({
  subject: { kind: 'event', name },
  rule: 'robust',
  level: 'fail',
  seen: 620,
  unit: 'count',
  // Whatever is between 339.2 and 460.9 is expected: from 340 to 460.
  expected: { low: 339.2, high: 460.9 },
  usual: 400,
  lastYear: null,
  ...other,
});

const REPORT: CheckReport = {
  asOf: '2026-06-30',
  verdict: 'regressed',
  history: { runs: 9, needed: 8 },
  definitionChanges: [{ name: HOSTILE, before: null, after: HOSTILE }],
  findings: [
    finding(HOSTILE),
    finding('event second', { level: 'pending' }),
    finding('rejected rows', {
      subject: { kind: 'rejected', name: 'rejected rows' },
      unit: 'share',
      seen: 0.1234,
      expected: { low: null, high: 0.01 },
      rule: 'health',
      usual: 0.005,
    }),
    finding('newest event', { unit: 'day', seen: 0, expected: { low: 1, high: null }, rule: 'health', usual: 0, level: 'fail' }),
    finding('event fine', { level: 'holds' }),
  ],
  isInputBroken: true,
  drifts: [{ segmentation: HOSTILE, since: '2026-06-29', psi: 0.2, noise: 0.1 }],
  users: 4210,
  rows: { used: 50_000, rejectedShare: 0.1234 },
  settingsHash: 'abcdef0123456789',
  baseline: { file: `${HOSTILE}.json`, isNew: false, newestRun: '2026-06-30', added: 'failure' },
};
const EMPTY: CheckReport = {
  ...REPORT,
  verdict: 'holds',
  history: { runs: 0, needed: 8 },
  definitionChanges: [],
  findings: [],
  isInputBroken: false,
  drifts: [],
  rows: null,
  baseline: { file: 'b.json', isNew: true, newestRun: null, added: null },
};
const OPTIONS = { width: 80, colorLevel: 0, isUnicode: true } as const;
/** What a terminal obeys, what turns the direction of reading. */
const OBEYED = /[^\P{Cc}\n]|\u202e/u;

describe.each(Object.entries(CHECK_REPORTERS))('the reporter %s', (_, reporter) => {
  it.each([
    ['of a regression', REPORT],
    ['with nothing to compare with', EMPTY],
  ])('ends in a newline and shows nothing that is obeyed, %s', (_case, report) => {
    const text = reporter.render(report, OPTIONS);
    expect(text.endsWith('\n')).toBe(true);
    expect(text.endsWith('\n\n')).toBe(false);
    expect(text).not.toMatch(OBEYED);
    expect(reporter.render(report, OPTIONS)).toBe(text);
    expect(reporter.description).not.toBe('');
  });
});

describe('in the numbers of the report', () => {
  it('every reporter says what was seen and expected', () => {
    for (const name of ['terminal', 'markdown', 'junit', 'github'] as const) {
      const text = CHECK_REPORTERS[name].render(REPORT, { ...OPTIONS, width: 160 });
      expect(text).toContain('620 rows; expected 340 to 460, usually 400');
      expect(text).toMatch(/event second/);
      expect(text).toMatch(/12\.34 %(25)?; allowed at most 1 %/);
    }
    const json = JSON.parse(CHECK_REPORTERS.json.render(REPORT, OPTIONS));
    expect(json.findings[0]).toMatchObject({ subject: HOSTILE, seen: 620, expected: { low: 340, high: 460 }, usual: 400, level: 'fail' });
    expect(json.findings[2]).toMatchObject({ seen: 0.1234, expected: { low: null, high: 0.01 } });
    expect(json.findings[3]).toMatchObject({ seen: '1970-01-01', expected: { low: '1970-01-02', high: null } });
  });

  it('the terminal keeps to its width', () => {
    for (const width of [40, 80, 160]) {
      const lines = CHECK_REPORTERS.terminal.render(REPORT, { ...OPTIONS, width }).split('\n');
      expect(lines.filter((line) => line.length > width)).toEqual([]);
    }
  });
});

describe('text from data is no markup', () => {
  it('in XML', () => {
    const xml = CHECK_REPORTERS.junit.render(REPORT, OPTIONS);
    expect(xml).toContain('&lt;b&gt;&amp;&quot;&apos;');
    // Every tag is one of ours.
    const tags = new Set([...xml.matchAll(/<[/?]?([\w-]+)/g)].map(([, tag]) => tag));
    expect([...tags].sort()).toEqual(['failure', 'system-out', 'testcase', 'testsuite', 'testsuites', 'xml']);
    expect(xml.replaceAll(/&(amp|lt|gt|quot|apos);/g, '')).not.toContain('&');
    expect(xml).toContain('<testsuite name="segment check" tests="6" failures="3"');
    expect(xml.match(/<failure /g)).toHaveLength(3);
  });

  it('in annotations', () => {
    const lines = CHECK_REPORTERS.github.render(REPORT, OPTIONS).trimEnd().split('\n');
    const commands = lines.filter((line) => line.startsWith('::'));
    expect(commands.map((line) => line.slice(2, line.indexOf(' ')))).toEqual(['error', 'warning', 'error', 'error', 'notice']);
    // A title ends at the first pair of colons.
    for (const line of commands) expect(line.slice(2).split('::')[0]).toMatch(/^(error|warning|notice) title=[^:,]*$/);
  });

  it('in Markdown', () => {
    const text = CHECK_REPORTERS.markdown.render(REPORT, OPTIONS);
    expect(text).not.toMatch(/<b>|(?<!\\)\[x\]|http:\/\/|@me/);
    const row = text.split('\n').find((line) => line.includes('620')) ?? '';
    expect(row.replaceAll('\\|', '').split('|')).toHaveLength(5);
  });
});
