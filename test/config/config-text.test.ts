import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configLine, yamlText } from '../../src/config/config-text.js';
import { parseConfigFile } from '../../src/config/parse-config-file.js';

/** What the program reads from a file of one line. */
function readBack(line: string): { readonly texts: readonly string[] | undefined; readonly problems: readonly string[] } {
  const { layer, problems } = parseConfigFile(`${line}\n`, 'segment.yaml', (path) => path);
  return { texts: [...layer.values()][0]?.[0]?.texts, problems: problems.map(({ message }) => message) };
}

describe('a line of a config file', () => {
  it.each([
    [['userColumn', ['User Id']], 'user_column: User Id'],
    [['userColumn', ['007']], 'user_column: "007"'],
    [['userColumn', ['yes']], 'user_column: "yes"'],
    [['userColumn', ['null']], 'user_column: "null"'],
    [['timeFormat', ['%d/%m']], 'time_format: "%d/%m"'],
    [['timezone', ['Europe/Berlin']], 'timezone: Europe/Berlin'],
    [['churnEvent', ['left', 'Buy, now', "it's"]], `churn_event: [left, "Buy, now", "it's"]`],
    [['churnEvent', []], 'churn_event: []'],
    [['inputs', ['exports/*.csv']], 'inputs: "exports/*.csv"'],
    [['inputs', ['a.csv', '-']], 'inputs: [a.csv, "-"]'],
    [['strict', ['true']], 'strict: true'],
    [['lookback', ['90']], 'lookback: 90'],
    [['maxRejects', ['2%']], 'max_rejects: 2%'],
    [['userColumn', ['a\u001b\n\u202e\u{e0041}\ufeff\u0085']], 'user_column: "a\\u001b\\n\\u202e\\udb40\\udc41\\ufeff\\u0085"'],
  ] as const)('%j', ([name, texts], line) => {
    expect(configLine(name, texts)).toBe(line);
    expect(readBack(line)).toEqual({ texts, problems: [] });
  });

  it('gives back every text, to the program and to other readers of YAML', () => {
    const piece = fc.constantFrom(
      ':',
      '#',
      ' ',
      '-',
      '\n',
      '\r',
      '\t',
      '"',
      "'",
      '\\',
      '&',
      '*',
      '!',
      '|',
      '>',
      '%',
      '@',
      '{',
      '[',
      ',',
      '?',
      'null',
      'true',
      '0',
      '1e5',
      '~',
      '\u2028',
      '\ufeff',
      '\u0000',
      '😀',
      'x',
      '<<',
      '---',
      '...',
      '=',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 4 })), { minLength: 1, maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        fc.pre(text !== '' && !/\p{Cs}/u.test(text));
        const written = yamlText(text);
        expect(written).not.toMatch(/\n/);
        expect(readBack(`time_format: ${written}`)).toEqual({ texts: [text], problems: [] });
        expect(parse(written)).toBe(text);
        expect(parse(`# ${written}`)).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });
});
