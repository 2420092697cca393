import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf, type OptionName } from '../../src/config/options.js';
import { parseConfigFile } from '../../src/config/parse-config-file.js';

function parse(text: string) {
  return parseConfigFile(text, 'segment.yaml', (path) => path);
}

/** What a file gives, by key. */
function given(text: string): Record<string, readonly string[]> {
  const { layer, problems } = parse(text);
  expect(problems).toEqual([]);
  return Object.fromEntries([...layer].map(([name, all]) => [keyOf(name), all.flatMap(({ texts }) => texts)]));
}

/** `line:column: message`, and how many characters are marked. */
function problemsOf(text: string): string[] {
  return parse(text).problems.map(({ line, column, length, message }) => `${line}:${column}+${length}: ${message}`);
}

describe('a config file', () => {
  it('gives what stands in it, with the line', () => {
    const { layer } = parse('# nightly\ntimezone: UTC\n\nkeep:\n  - plan\n  - country\nset:\n  new.days: 7\n  loyal.weeks: 10\n');
    const origin = (line: number) => ({ kind: 'file', file: 'segment.yaml', line });
    expect([...layer]).toEqual([
      ['timezone', [{ texts: ['UTC'], origin: origin(2) }]],
      ['keep', [{ texts: ['plan', 'country'], origin: origin(4) }]],
      [
        'set',
        [
          { texts: ['new.days=7'], origin: origin(8) },
          { texts: ['loyal.weeks=10'], origin: origin(9) },
        ],
      ],
    ]);
  });

  it.each([
    '007',
    '1e5',
    'yes',
    'no',
    'on',
    '2024-01-01',
    '0x10',
    '1_000',
    '.5',
    '12:30',
    'NaN',
    '-1',
    'true',
    '=',
    "it's",
    'a#b',
    '0o7',
    '+1',
  ])('keeps %s as it is written', (text) => {
    expect(given(`user_column: ${text}\n`)).toEqual({ user_column: [text] });
    expect(given(`user_column: "${text}"\n`)).toEqual({ user_column: [text] });
  });

  it('takes quoted nothings, quotes with escapes, blocks, flow maps, and keys in quotes', () => {
    expect(given('user_column: "null"\n')).toEqual({ user_column: ['null'] });
    expect(given(`delimiter: "\\t"\n'time_column': 'it''s %d: #1'\n`)).toEqual({ delimiter: ['\t'], time_column: ["it's %d: #1"] });
    expect(given('time_format: >-\n  %d/%m/%Y\n  %H:%M\n')).toEqual({ time_format: ['%d/%m/%Y %H:%M'] });
    expect(given('{timezone: UTC, set: {new.days: 7}}\n')).toEqual({ timezone: ['UTC'], set: ['new.days=7'] });
    expect(given('timezone: UTC\r\nlookback: all\r\n')).toEqual({ timezone: ['UTC'], lookback: ['all'] });
  });

  it('takes one text for a list, and a list without anything', () => {
    expect(given('keep: plan\nvalue_event: [buy, "sale, now"]\nchurn_event: []\nrisk_event: none\n')).toEqual({
      keep: ['plan'],
      value_event: ['buy', 'sale, now'],
      churn_event: [],
      risk_event: ['none'],
    });
  });

  it('may keep the settings of the check together, with the line of each', () => {
    const { layer, problems } = parse("check:\n  max_age: 2d\n  size_limit: ['status=churned share 0..0.7']\ntimezone: UTC\n");
    expect(problems).toEqual([]);
    expect([...layer].map(([name, [one]]) => [keyOf(name), one?.texts, one?.origin])).toEqual([
      ['max_age', ['2d'], { kind: 'file', file: 'segment.yaml', line: 2 }],
      ['size_limit', ['status=churned share 0..0.7'], { kind: 'file', file: 'segment.yaml', line: 3 }],
      ['timezone', ['UTC'], { kind: 'file', file: 'segment.yaml', line: 4 }],
    ]);
  });

  it('may hold comments alone', () => {
    expect(given('# nothing yet\n')).toEqual({});
    expect(given('---\n')).toEqual({});
  });

  it('has its paths placed, and nothing else', () => {
    const text = 'inputs: [a.csv, b.csv]\nout: o\nrejects: r\nfreeze: f\ntemp_dir: t\nkeep: k\nuser_column: u\n';
    const { layer } = parseConfigFile(text, 'segment.yaml', (path, kind) => `${kind}/${path}`);
    const texts = Object.fromEntries([...layer].map(([name, all]) => [name, all[0]?.texts]));
    expect(texts).toEqual({
      inputs: ['input/a.csv', 'input/b.csv'],
      out: ['path/o'],
      rejects: ['path/r'],
      freeze: ['path/f'],
      tempDir: ['path/t'],
      keep: ['k'],
      userColumn: ['u'],
    } satisfies Partial<Record<OptionName, readonly string[]>>);
  });
});

describe('what is wrong with a config file', () => {
  it('is said all at once, in the order of the file', () => {
    const text = [
      'timezone: Europe/Berln',
      'time-format: %d',
      'lookback: 1e3',
      'strict: yes',
      'strict: true',
      'keep: [a, {b: c}]',
      'set:',
      '  new.dys: 3',
      '  at_risk: {window: 2}',
      '  new.days: 0',
      'churn_event:',
      'currency: null',
      'max_rejects: 3%',
      'user: u1',
      'config: other.yaml',
    ].join('\n');
    expect(problemsOf(text)).toEqual([
      '1:11+12: timezone: expected a zone such as UTC, Europe/Berlin or +05:30; did you mean Europe/Berlin',
      '2:1+11: there is no setting "time-format"; did you mean "time_format"?',
      '2:14+1: a text that begins with this sign stands in quotes',
      '3:11+3: lookback: expected a whole number from 1 to 36500, or all',
      '4:9+3: strict: expected true or false',
      '5:1+6: strict stands twice, first on line 4',
      '6:11+6: keep takes texts only',
      '8:3+7: there is no parameter "new.dys"; did you mean "new.days"?',
      '9:3+7: there is no parameter "at_risk"; write at_risk.window on one line',
      '10:13+1: new.days: expected a whole number from 1 to 365',
      '11:1+11: churn_event has no value: leave the line out, or write one',
      '12:11+4: null is no value: leave the line out, or write "null" in quotes',
      '14:1+4: user is an option of the command line only',
      '15:1+6: config is an option of the command line only',
    ]);
  });

  it.each([
    ['a setting of later versions', 'audiences:\n  big: {}\n', ['1:1+9: there is no setting "audiences"']],
    ['camel case', 'userColumn: x\n', ['1:1+10: there is no setting "userColumn"; did you mean "user_column"?']],
    [
      'an object of JavaScript',
      '__proto__: x\nconstructor: y\n',
      ['1:1+9: there is no setting "__proto__"', '2:1+11: there is no setting "constructor"'],
    ],
    ['a list', '- a\n- b\n', ['1:1+3: settings are lines of a key, a colon, a blank and a value, such as timezone: UTC']],
    ['a text', 'timezone:UTC\n', ['1:1+12: settings are lines of a key, a colon, a blank and a value, such as timezone: UTC']],
    ['a list where one text belongs', 'timezone: [UTC]\n', ['1:11+5: timezone takes one text']],
    ['a map where a text belongs', 'out: {dir: x}\n', ['1:6+8: out takes one text']],
    ['a list of parameters', 'set: [new.days=7]\n', ['1:6+12: set takes a parameter a line, such as new.days: 7']],
    ['no parameters', 'set:\n', ['1:1+3: set takes a parameter a line, such as new.days: 7']],
    ['a parameter of a list', 'set: {new.days: [7]}\n', ['1:17+3: new.days takes one number']],
    ['none beside others', 'churn_event: [none, left]\n', ['1:15+4: churn_event: expected no other event beside none']],
    ['a bar for a delimiter', 'delimiter: |\ntimezone: UTC\n', ['1:1+9: delimiter has no value: | and > stand in quotes']],
    ['a comma for a sign', 'decimal: ,\n', ['1:10+1: a text that begins with this sign stands in quotes']],
    ['a pattern without quotes', 'inputs:\n- *.csv\n', ['2:3+5: a text that begins with * stands in quotes; anchors are not read']],
    ['an anchor', 'out: &x y\n', ['1:9+1: a text that begins with & stands in quotes; anchors are not read']],
    [
      'a tag',
      'out: !!int 5\nkeep: [!x y]\n',
      [
        '1:12+1: a text that begins with ! stands in quotes; tags are not read',
        '2:11+1: a text that begins with ! stands in quotes; tags are not read',
      ],
    ],
    ['a merge', '<<: {timezone: UTC}\n', ['1:1+2: maps are not merged: write the settings out']],
    ['a key that is a list', '[a, b]: c\n', ['1:1+6: the name of a setting is a text']],
    [
      'an indented line',
      'currency: EUR\n  USD\n',
      ['1:11+3: this text goes on in the next line: keys begin in the same column, and longer texts stand in quotes'],
    ],
    [
      'an indented key',
      'out: x\n  keep: y\n',
      ['1:6+1: a line holds one key and one value; a text with a colon stands in quotes, and all keys begin in the same column'],
    ],
    [
      'a tab',
      'set:\n\tnew.days: 7\n',
      ['1:1+3: set takes a parameter a line, such as new.days: 7', '2:1+1: a tab cannot indent a line: use blanks'],
    ],
    ['a bare minus', 'inputs: -\n', ['1:9+1: this cannot stand here: a text with special signs stands in quotes']],
    [
      'an open quote',
      'out: "x\nkeep: y\n',
      ['3:1+0: something is missing here: a closing quote or bracket, or a colon and a blank after a key'],
    ],
    [
      'a key without a colon',
      'out: x\nkeep\n',
      ['2:1+4: something is missing here: a closing quote or bracket, or a colon and a blank after a key'],
    ],
    ['a second document', 'out: x\n---\nkeep: y\n', ['2:1+3: a second document begins here: the file holds one']],
    ['a control character', 'out: a\u0007b\n', ['1:7+1: this character cannot stand in the file']],
    [
      'line ends of one carriage return',
      'out: a\rkeep: b\r',
      ['1:6+1: a line holds one key and one value; a text with a colon stands in quotes, and all keys begin in the same column'],
    ],
    ['opposites', 'strict: true\nmax_rejects: 5\n', ['1:1+6: strict and max_rejects contradict each other: leave one out']],
  ])('%s', (_name, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('is a setting of the check that stands twice, or in a section that is not its', () => {
    expect(problemsOf('check: 2d\n')).toEqual(['1:8+2: check takes a setting of the check a line, such as max_age: 2d']);
    expect(problemsOf('check:\n  max_ages: 2d\n  timezone: UTC\n')).toEqual([
      '2:3+8: check has no setting "max_ages"; did you mean "max_age"?',
      '3:3+8: check has no setting "timezone"',
    ]);
    expect(problemsOf('max_age: 2d\ncheck: { max_age: 3d }\n')).toEqual(['2:10+7: max_age is given twice, below check and beside it']);
    expect(problemsOf('check: { max_age: 3d }\nmax_age: 2d\n')).toEqual(['2:1+7: max_age is given twice, below check and beside it']);
  });

  it('is no opposite that is switched off', () => {
    expect(problemsOf('strict: false\nmax_rejects: 5\nquiet: true\nverbose: false\n')).toEqual([]);
  });

  it('counts characters, also before what is wrong', () => {
    expect(parse('keep: [国, 😀, null]\n').problems).toEqual([
      { line: 1, column: 14, length: 4, message: expect.stringMatching(/^null is no value/), source: 'keep: [国, 😀, null]' },
    ]);
  });
});

describe('a hostile config file', () => {
  const FULL = 65_000;
  it.each([
    ['brackets', '['.repeat(FULL)],
    ['maps', 'a: {'.repeat(FULL / 4)],
    ['lists in lists', '- '.repeat(FULL / 2)],
    ['keys of keys', '? '.repeat(FULL / 2)],
    ['anchors', Array.from({ length: FULL / 16 }, (_, index) => `- &a${index} *a${index - 1}`).join('\n')],
    [
      'a billion laughs',
      `a: &a [x, x]\n${Array.from({ length: 60 }, (_, index) => `b${index}: &b${index} [*a, *a, *b${index - 1}, *b${index - 1}]`).join('\n')}`,
    ],
    ['a list that holds itself', 'keep: &a [*a]\n'],
    ['steps', Array.from({ length: 350 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
    ['signs', '!'.repeat(FULL)],
  ])('of %s is refused', (_name, text) => {
    const { problems } = parse(text);
    expect(problems.length).toBeGreaterThan(0);
  });

  it('never breaks the reader, whatever stands in it, and every problem lies in the file', () => {
    const piece = fc.constantFrom(
      'timezone',
      'set',
      'keep',
      ': ',
      ':',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '|',
      '>',
      '#',
      '&a',
      '*a',
      '!',
      '%',
      'UTC',
      '7',
      ',',
      '\t',
      '---',
      '<<',
      '?',
      '💥',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 25 }), (pieces) => {
        const text = pieces.join('');
        const lines = text.split('\n');
        for (const { line, column, length, source } of parse(text).problems) {
          expect(lines[line - 1]?.replace(/\r$/, '')).toBe(source);
          expect(column - 1 + length).toBeLessThanOrEqual([...source].length + 1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
