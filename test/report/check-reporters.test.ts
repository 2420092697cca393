import { describe, expect, it } from 'vitest';
import type { CheckReport, Finding, MovesSince } from '../../src/analysis/check/check-result.js';
import { describeFinding } from '../../src/report/check/finding-words.js';
import { describeMoves } from '../../src/report/check/moves-words.js';
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

const MOVES: MovesSince = {
  directory: HOSTILE,
  asOf: '2026-06-30',
  by: 'definitions',
  definitionChanges: [],
  segmentations: [
    {
      segmentation: 'status',
      moved: 312,
      entered: 0,
      left: 4,
      flows: [
        { change: 'moved', from: 'at_risk', to: 'dormant', users: 290 },
        { change: 'moved', from: 'new', to: 'active', users: 20 },
        { change: 'left', from: 'at_risk', to: null, users: 4 },
        { change: 'moved', from: 'dormant', to: 'at_risk', users: 2 },
      ],
      samples: [
        { userId: HOSTILE, change: 'moved', from: 'at_risk', to: 'dormant', ruleBefore: 'overdue', ruleAfter: 'idle_days 20' },
        { userId: 'gone', change: 'left', from: 'at_risk', to: null, ruleBefore: 'overdue', ruleAfter: null },
      ],
    },
    { segmentation: HOSTILE, moved: 1, entered: 0, left: 4, flows: [{ change: 'moved', from: HOSTILE, to: null, users: 1 }], samples: [] },
  ],
};

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
  filters: { words: `where ${HOSTILE}`, where: [HOSTILE], only: null, exclude: null },
  since: '2026-01-01',
  usersFile: `${HOSTILE}.csv`,
  moves: MOVES,
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
  filters: null,
  since: null,
  usersFile: null,
  settingsHash: null,
  moves: null,
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
    expect(commands.map((line) => line.slice(2, line.indexOf(' ')))).toEqual(['error', 'warning', 'error', 'error', 'notice', 'notice']);
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

describe('where users went', () => {
  const of = (name: string, seen: number, expected: Finding['expected']): Finding => ({
    ...finding(name),
    subject: { kind: 'segment', name: `status=${name}`, segment: { segmentation: 'status', segment: name } },
    seen,
    expected,
  });
  const words = (one: Finding, moves: Partial<MovesSince> = {}): string => describeFinding(one, { ...MOVES, ...moves }).text;

  it('is said of a size by the flows that explain it', () => {
    // Fewer at risk: who is no longer there; the two who came explain nothing.
    expect(words(of('at_risk', 100, { low: 300, high: null }))).toContain('; by this edit: 290 at_risk → dormant, 4 at_risk → left');
    expect(words(of('at_risk', 400, { low: null, high: 300 }))).toContain('; by this edit: 2 dormant → at_risk');
    expect(words(of('at_risk', 400, { low: null, high: 300 }), { by: 'time', asOf: '2026-06-29' })).toContain(
      '; since 29 June 2026: 2 dormant',
    );
    const all = { ...finding('users'), subject: { kind: 'users', name: 'users' } as const, seen: 10, expected: { low: 300, high: 400 } };
    expect(words(all)).toContain('; by this edit: 4 at_risk → left');
    // Rows move nowhere, and what holds needs no explanation.
    expect(words(finding('event buy'))).not.toContain('→');
    expect(words({ ...of('at_risk', 400, { low: null, high: 300 }), level: 'holds' })).not.toContain('→');
  });

  it('an edit is told in one sentence a segmentation', () => {
    expect(describeMoves({ ...MOVES, segmentations: MOVES.segmentations.slice(0, 1) })).toEqual([
      'This edit moves 312 users: 290 at_risk → dormant, 20 new → active, 2 dormant → at_risk.',
      'It leaves out 4 users who were counted.',
    ]);
    expect(describeMoves({ ...MOVES, segmentations: [] })).toEqual(['This edit moves nobody.']);
  });

  it('time is worded apart from an edit, and both together from either', () => {
    const time = { ...MOVES, by: 'time', asOf: '2026-06-29' } as const;
    const since =
      'Since 29 June 2026 312 users changed status, 0 entered and 4 left: 290 at_risk → dormant, 20 new → active, 4 at_risk → left, and 2 in 1 smaller move.';
    expect(describeMoves(time)).toEqual([since]);
    expect(describeMoves({ ...time, definitionChanges: [{ name: 'rfm', before: 'grid', after: 'thirds' }] })).toEqual([
      since,
      'Definitions differ as well, so that not all of them moved by themselves.',
    ]);
    expect(describeMoves({ ...MOVES, by: 'data', directory: 'old' })[0]).toMatch(/^Against old of the same date 312 users changed status/);
  });
});

describe('definitions that changed', () => {
  it('are those since the earlier membership where the baseline knows of none', () => {
    const change = { name: 'set.new.days', before: '14', after: '7' };
    const report = { ...EMPTY, moves: { ...MOVES, directory: 'base', definitionChanges: [change] } };
    expect(CHECK_REPORTERS.markdown.render(report, OPTIONS)).toContain('Definitions changed since base:\n\n| definition | before | now |');
    expect(CHECK_REPORTERS.terminal.render(report, OPTIONS)).toContain('Definitions changed since base.\n  set.new.days: 14 → 7\n');
    expect(CHECK_REPORTERS.github.render(report, OPTIONS)).toContain('::set.new.days: 14 to 7');
    const known = { ...report, definitionChanges: [{ ...change, name: 'rfm' }] };
    expect(CHECK_REPORTERS.markdown.render(known, OPTIONS)).toMatch(/since the run before:[\s\S]*\| rfm \|/);
    expect(CHECK_REPORTERS.markdown.render(known, OPTIONS)).not.toContain('new.days');
  });
});
