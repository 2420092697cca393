import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRfmModel } from '../../src/config/parse-rfm-model.js';
import { HELP_TOPICS } from '../../src/report/help-topics/index.js';
import { isMoneyDecisive, type RfmModel, rfmSegmentOf } from '../../src/segmentation/rfm/rfm-model.js';

function modelOf(text: string): RfmModel {
  const { model, problems } = parseRfmModel(text, 'shop');
  expect(problems).toEqual([]);
  if (model === undefined) throw new Error('no model');
  return model;
}

/** `line:column+length: message` */
function problemsOf(text: string): string[] {
  const { model, problems } = parseRfmModel(text, 'shop');
  expect(model === undefined).toBe(problems.length > 0);
  return problems.map(({ line, column, length, message }) => `${line}:${column}+${length}: ${message}`);
}

const TWO = 'recency: 2\nfrequency: 2\n';

describe('a model of one’s own', () => {
  it('has scores, cut points in hundredths, and segments with their words', () => {
    const model = modelOf(
      'recency: [30, 90]\nfrequency: 2\nmonetary: [0, 99.5]\nsegments:\n  near: {scores: R2-3, meaning: here, action: greet}\n  far:\n    scores: R1\n',
    );
    expect(model.name).toBe('shop');
    expect(model.scales).toEqual({
      recency: { scores: 3, edges: [3_000n, 9_000n] },
      frequency: { scores: 2, edges: null },
      monetary: { scores: 3, edges: [0n, 9_950n] },
    });
    expect(model.segments).toEqual([
      { name: 'near', meaning: 'here', action: 'greet' },
      { name: 'far', meaning: '', action: '' },
    ]);
    expect(model.cells).toEqual([
      [['far'], ['far']],
      [['near'], ['near']],
      [['near'], ['near']],
    ]);
    expect(isMoneyDecisive(model)).toBe(false);
  });

  it('has five scores a metric unless it says otherwise, and money counts once it is named', () => {
    const model = modelOf('segments:\n  rich: {scores: M5}\n  rest: {scores: [M1-3, m4]}\n');
    expect(Object.values(model.scales).map(({ scores }) => scores)).toEqual([5, 5, 5]);
    expect(isMoneyDecisive(model)).toBe(true);
    expect([rfmSegmentOf(model, 1, 3, 5), rfmSegmentOf(model, 5, 5, 4)]).toEqual(['rich', 'rest']);
  });

  it('takes ranges in any case and order, with a hyphen or a dash', () => {
    const model = modelOf(`${TWO}segments:\n  a: {scores: f1–2 r2}\n  b: {scores: R1-1}\n`);
    expect(model.cells).toEqual([
      [['b'], ['b']],
      [['a'], ['a']],
    ]);
  });

  it('the one in the help is that of the fixtures, and is read', () => {
    const help = HELP_TOPICS.find(({ name }) => name === 'rfm')?.markdown() ?? '';
    const text = /```\n(recency: [^`]*)```/.exec(help)?.[1] ?? '';
    expect(text).toBe(readFileSync('fixtures/rfm-own.yaml', 'utf8'));
    const model = modelOf(text);
    expect(model.segments.map(({ name }) => name)).toEqual(['regulars', 'first_orders', 'slipping', 'one_offs']);
    expect(Object.values(model.scales).map(({ scores }) => scores)).toEqual([4, 3, 5]);
  });
});

describe('what is wrong with a model', () => {
  it.each([
    ['a combination left out', `${TWO}segments:\n  a: {scores: R1}\n  b: {scores: R2 F1}\n`, ['3:1+8: no segment has R2 F2']],
    ['combinations left out, as ranges', 'segments:\n  a: {scores: R1-2 F1-2}\n', ['1:1+8: no segment has R1-5 F3-5, R3-5 F1-2']],
    [
      'a combination twice',
      `${TWO}segments:\n  a: {scores: R1}\n  b: {scores: [R2, F1]}\n`,
      ['5:20+2: R1-2 F1 are in other segments already, line 4'],
    ],
    ['twice in one segment', `${TWO}segments:\n  a: {scores: [R1, R1 F2, R2]}\n`, ['4:20+5: R1 F2 is in this segment already, line 4']],
    [
      'both at once',
      `${TWO}segments:\n  a: {scores: F1}\n  b: {scores: R1 F1}\n`,
      ['3:1+8: no segment has R1-2 F2', '5:15+5: R1 F1 is in a already, line 4'],
    ],
    [
      'money in one place only',
      `${TWO}monetary: 2\nsegments:\n  a: {scores: R1 M1}\n  b: {scores: R2}\n`,
      ['4:1+8: no segment has R1 F1-2 M2'],
    ],
    ['a score beyond', `${TWO}segments:\n  a: {scores: R1-3}\n`, ['4:15+4: R1-3: recency has scores from 1 to 2']],
    ['score 0', `${TWO}segments:\n  a: {scores: F0-2}\n`, ['4:15+4: F0-2: frequency has scores from 1 to 2']],
    [
      'a range backwards',
      'segments:\n  a: {scores: R3-1}\n',
      ['2:15+4: R3-1 goes from the greater score to the lesser: write the lesser first'],
    ],
    [
      'a letter twice',
      'segments:\n  a: {scores: R1 R2}\n',
      ['2:15+5: expected ranges such as R4-5 F3 or R1 F1-2 M5, R, F and M once at most'],
    ],
    ['an empty text', 'segments:\n  a: {scores: ""}\n', ['2:15+2: expected ranges such as R4-5 F3 or R1 F1-2 M5, R, F and M once at most']],
    ['no ranges at all', 'segments:\n  a: {scores: []}\n', ['2:7+6: scores takes ranges such as R4-5 F3']],
    ['a map for ranges', 'segments:\n  a: {scores: {r: 1}}\n', ['2:15+6: scores takes texts such as R4-5 F3']],
    ['no scores', 'segments:\n  a: {action: greet}\n', ['2:3+1: a has no scores: a line such as scores: R4-5 F3']],
    ['nothing for a segment', 'segments:\n  a:\n', ['2:3+1: a has lines scores:, and if you like meaning: and action:']],
    ['a text for a segment', 'segments:\n  a: R1\n', ['2:6+2: a has lines scores:, and if you like meaning: and action:']],
    ['no segments', 'recency: 3\n', ['1:1+7: the model has no segments: a line segments: and the segments below it']],
    ['empty segments', 'segments:\n', ['1:1+8: segments takes a segment a line, such as vips:']],
    ['a list of segments', 'segments: [a, b]\n', ['1:11+6: segments takes a segment a line, such as vips:']],
    ['a list', '- a\n', ['1:1+3: a model has segments: with a line for each, and may have recency:, frequency:, monetary:']],
    ['only a comment', '# nothing\n', ['1:1+0: a model has segments: with a line for each, and may have recency:, frequency:, monetary:']],
    ['an unknown key', 'segmnts: {}\nsegments:\n  a: {scores: R1-5}\n', ['1:1+7: there is no key "segmnts"; did you mean "segments"?']],
    [
      'an unknown key of a segment',
      'segments:\n  a: {scores: R1-5, colour: red}\n',
      ['2:21+6: there is no key "colour": scores, meaning, action'],
    ],
    [
      'a segment twice',
      'segments:\n  a: {scores: R1-4}\n  a: {scores: R5}\n',
      ['1:1+8: no segment has R5 F1-5', '3:3+1: a stands twice, first on line 2'],
    ],
    [
      'the name of a status',
      'segments:\n  at_risk: {scores: R1-5}\n',
      ['2:3+7: at_risk is the name of a status: choose another, such as at_risk_customers'],
    ],
    ['a reserved name', 'segments:\n  lost: {scores: R1-5}\n', ['2:3+4: lost is the name for users without a score: choose another']],
    [
      'the other reserved name',
      'segments:\n  prospects: {scores: R1-5}\n',
      ['2:3+9: prospects is the name for users without a score: choose another'],
    ],
    ['a key of the summary', 'segments:\n  basis: {scores: R1-5}\n', ['2:3+5: basis is a key of the summary: choose another name']],
    [
      'a name that is no file name',
      'segments:\n  "../up": {scores: R1-5}\n',
      ['2:3+7: the name of a segment is up to 40 of a to z, 0 to 9 and _, a letter first'],
    ],
    [
      'one score',
      'recency: 1\nsegments:\n  a: {scores: F1-5}\n',
      ['1:10+1: recency: expected the number of scores, 2 to 9, or a list of cut points'],
    ],
    [
      'ten scores',
      'monetary: 10\nsegments:\n  a: {scores: F1-5}\n',
      ['1:11+2: monetary: expected the number of scores, 2 to 9, or a list of cut points'],
    ],
    [
      'a word',
      'monetary: many\nsegments:\n  a: {scores: F1-5}\n',
      ['1:11+4: monetary: expected the number of scores, 2 to 9, or a list of cut points'],
    ],
    ['no value', 'recency:\nsegments:\n  a: {scores: F1-5}\n', ['1:1+7: recency has no value: leave the line out, or write one']],
    [
      'no cut points',
      'recency: []\nsegments:\n  a: {scores: F1-5}\n',
      ['1:1+7: recency: expected 1 to 8 cut points, one fewer than there are scores'],
    ],
    [
      'equal cut points',
      'recency: [3, 3]\nsegments:\n  a: {scores: F1-5}\n',
      ['1:14+1: recency: each cut point is greater than the one before'],
    ],
    ['half a day', 'recency: [1.5]\nsegments:\n  a: {scores: F1-5}\n', ['1:11+3: recency: cut points are days from 0 to 99999']],
    ['no order', 'frequency: [0]\nsegments:\n  a: {scores: F1-2}\n', ['1:13+1: frequency: cut points are whole numbers from 1 up']],
    [
      'owed money',
      'monetary: [-1]\nsegments:\n  a: {scores: F1-5}\n',
      ['1:12+2: monetary: cut points are amounts from 0 up, with up to 2 decimals'],
    ],
    [
      'a comma',
      'monetary: ["1,5"]\nsegments:\n  a: {scores: F1-5}\n',
      ['1:12+5: monetary: cut points are amounts from 0 up, with up to 2 decimals'],
    ],
    ['a long text', `segments:\n  a: {scores: R1-5, meaning: ${'x'.repeat(61)}}\n`, ['2:30+61: expected one line of up to 60 characters']],
    [
      'a control character in words',
      'segments:\n  a: {scores: R1-5, meaning: "a\\u001bb"}\n',
      ['2:30+10: expected one line of up to 60 characters'],
    ],
    ['an open bracket', 'segments:\n  a: {scores: [R1-5}\n', ['2:20+1: the brackets that begin here, or before, are not closed']],
  ])('%s', (_what, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('is said all at once, in the order of the file', () => {
    const text = 'recency: 99\nsegments:\n  lost: {scores: R9}\n  b: {scores: X}\n  c: {scors: R1}\n';
    expect(problemsOf(text).map((problem) => problem.split(':')[0])).toEqual(['1', '3', '4', '5', '5']);
  });

  it('names a few of many combinations', () => {
    const diagonal = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((score) => `R${score} F${score}`);
    const [problem = ''] = problemsOf(`recency: 9\nfrequency: 9\nsegments:\n  a: {scores: [${diagonal.join(', ')}]}\n`);
    expect(problem).toMatch(/^3:1\+8: no segment has (R[\d-]+ F[\d-]+, ){5}R[\d-]+ F[\d-]+ and \d+ more$/);
  });
});

describe('any model', () => {
  const counts = fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 4 }));
  const NAMES = ['a', 'b', 'c', 'd'];

  /** Every cell drawn to one of a few segments, or to nobody (-1), or also to the one after it (twice). */
  function textOf(
    [r, f, m]: readonly number[],
    hasMoney: boolean,
    draw: (index: number) => { owner: number; isTwice: boolean },
  ): {
    readonly text: string;
    readonly isPartition: boolean;
    readonly owners: Map<string, string>;
  } {
    const scores = new Map<string, string[]>();
    const owners = new Map<string, string>();
    let isPartition = true;
    let index = 0;
    const claim = (name: string, cell: string): void => void scores.set(name, [...(scores.get(name) ?? []), cell]);
    for (let recency = 1; recency <= (r ?? 0); recency += 1) {
      for (let frequency = 1; frequency <= (f ?? 0); frequency += 1) {
        for (let monetary = 1; monetary <= (hasMoney ? (m ?? 0) : 1); monetary += 1) {
          const cell = `R${recency} F${frequency}${hasMoney ? ` M${monetary}` : ''}`;
          const { owner, isTwice } = draw(index);
          index += 1;
          if (owner < 0) {
            isPartition = false;
            continue;
          }
          const name = NAMES[owner] ?? '';
          claim(name, cell);
          owners.set(`${recency} ${frequency} ${monetary}`, name);
          if (!isTwice) continue;
          isPartition = false;
          claim(NAMES[(owner + 1) % NAMES.length] ?? '', cell);
        }
      }
    }
    const segments = [...scores].map(([name, cells]) => `  ${name}:\n    scores: [${cells.join(', ')}]`);
    return { text: `recency: ${r}\nfrequency: ${f}\nmonetary: ${m}\nsegments:\n${segments.join('\n')}\n`, isPartition, owners };
  }

  it('that is a partition is read as it is written; any other is refused', () => {
    const faults = fc.constantFrom<'none' | 'gap' | 'twice'>('none', 'none', 'gap', 'twice');
    fc.assert(
      fc.property(counts, fc.boolean(), faults, fc.nat(), fc.infiniteStream(fc.nat(3)), (some, hasMoney, fault, at, owners) => {
        const [r, f, m] = some;
        const cells = r * f * (hasMoney ? m : 1);
        const {
          text,
          isPartition,
          owners: wanted,
        } = textOf(some, hasMoney, (index) => {
          const owner = owners.next().value ?? 0;
          if (index !== at % cells) return { owner, isTwice: false };
          return { owner: fault === 'gap' ? -1 : owner, isTwice: fault === 'twice' };
        });
        const { model, problems } = parseRfmModel(text, 'any');
        expect(problems.length === 0).toBe(isPartition);
        if (model === undefined) return;
        for (const [cell, name] of wanted) {
          const [recency = 0, frequency = 0, monetary = 0] = cell.split(' ').map(Number);
          expect(rfmSegmentOf(model, recency, frequency, monetary)).toBe(name);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is read or refused, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.constantFrom('', 'segments:\n  a: ', 'segments: {a: {scores: '),
        (text, before) => {
          const { model, problems } = parseRfmModel(before + text, 'any');
          expect(model === undefined).toBe(problems.length > 0);
        },
      ),
    );
  });
});
