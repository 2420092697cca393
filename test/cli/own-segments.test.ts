import { describe, expect, it } from 'vitest';
import { ownSegments } from '../../src/cli/own-segments.js';
import type { OptionName } from '../../src/config/options.js';
import { parseConfigFile } from '../../src/config/parse-config-file.js';
import { parseSegmentText } from '../../src/config/parse-segment-text.js';
import { type Given, resolveSettings } from '../../src/config/settings.js';
import { SegmentError } from '../../src/errors/segment-error.js';
import { DEFAULT_RFM_MODEL } from '../../src/segmentation/rfm/models/index.js';

const SURROUNDINGS = { rfmModel: DEFAULT_RFM_MODEL, columns: [] };

function flags(...texts: string[]): ReadonlyMap<OptionName, readonly Given[]> {
  return new Map([['segments' as const, [{ texts, origin: { kind: 'flag' as const } }]]]);
}

function failureOf(act: () => unknown): SegmentError {
  try {
    act();
  } catch (error) {
    if (error instanceof SegmentError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

describe('own segments of all sources', () => {
  it('count together; a name on the command line replaces that of the file', () => {
    const { layer, problems } = parseConfigFile(
      'segments:\n  vip: {where: monetary >= 500, goal: keep}\n  big: {where: did(purchase)}\n',
      'segment.yaml',
      (path) => path,
    );
    expect(problems).toEqual([]);
    const { segments } = resolveSettings('classify', [flags('vip: monetary >= 900', 'late: did(a)'), layer], new Date(0));
    expect(ownSegments(segments, SURROUNDINGS).map(({ name, goal }) => [name, goal])).toEqual([
      ['big', ''],
      ['vip', ''],
      ['late', ''],
    ]);
    expect(resolveSettings('classify', [layer], new Date(0)).segments.map(({ name, file }) => [name, file])).toEqual([
      ['vip', 'segment.yaml'],
      ['big', 'segment.yaml'],
    ]);
  });

  it('fail with all that is wrong, where it stands (segment-problems)', () => {
    const { message, code, kind } = failureOf(() =>
      ownSegments([parseSegmentText('vip: monetry > 5 or statu = x'), parseSegmentText('big: did(')], SURROUNDINGS),
    );
    expect([code, kind]).toEqual(['segment-problems', 'usage']);
    expect(message.split('\n')).toEqual([
      'Own segments have 3 problems; nothing was run.',
      '--segment:1:6: there is no feature "monetry"; did you mean "monetary"?',
      '1 | vip: monetry > 5 or statu = x',
      '  |      ^^^^^^^',
      '--segment:1:21: there is no feature "statu"; did you mean "status"?',
      '1 | vip: monetry > 5 or statu = x',
      '  |                     ^^^^^',
      '--segment:1:10: expected the name of an event',
      '1 | big: did(',
      '  |          ^',
    ]);
  });

  it('fail with what they refer to, in the file', () => {
    const text =
      'segments:\n  one: {where: {segment: two}}\n  two:\n    where:\n      any: [did(a), {segment: one}, {segment: tow}]\n  loyal: {where: did(a)}\n';
    const { layer } = parseConfigFile(text, 'own.yaml', (path) => path);
    const { segments } = resolveSettings('classify', [layer], new Date(0));
    expect(failureOf(() => ownSegments(segments, SURROUNDINGS)).message.split('\n')).toEqual([
      'Own segments have 3 problems; nothing was run.',
      'own.yaml:5:22: the rules go in a circle: one needs two needs one',
      '5 |       any: [did(a), {segment: one}, {segment: tow}]',
      '  |                      ^^^^^^^^^^^^',
      'own.yaml:5:38: there is no own segment "tow"; did you mean "two"?',
      '5 |       any: [did(a), {segment: one}, {segment: tow}]',
      '  |                                      ^^^^^^^^^^^^',
      'own.yaml:6:3: loyal is a segment of status: choose another, such as own_loyal',
      '6 |   loyal: {where: did(a)}',
      '  |   ^^^^^',
    ]);
  });
});
