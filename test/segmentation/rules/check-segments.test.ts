import { describe, expect, it } from 'vitest';
import { parseSegmentText } from '../../../src/config/parse-segment-text.js';
import { DEFAULT_RFM_MODEL, RFM_MODELS } from '../../../src/segmentation/rfm/models/index.js';
import { checkRulesAgainst, checkSegments, inOrderOfReference } from '../../../src/segmentation/rules/check-segments.js';
import type { SegmentDefinition } from '../../../src/segmentation/rules/rule.js';

function defined(...texts: string[]): SegmentDefinition[] {
  return texts.map((text) => {
    const { definition, problems } = parseSegmentText(text);
    expect(problems, text).toEqual([]);
    if (definition === undefined) throw new Error('no definition');
    return definition;
  });
}

/** `index start-end: message` */
function problemsOf(texts: readonly string[], columns: readonly string[] = []): string[] {
  return checkSegments(defined(...texts), { rfmModel: DEFAULT_RFM_MODEL, columns }).map(
    ({ index, span, message }) => `${index} ${span.start}-${span.end}: ${message}`,
  );
}

describe('names', () => {
  it.each<readonly [string, string]>([
    ['Vip', 'the name of a segment is up to 40 of a to z, 0 to 9 and _, a letter first'],
    ['über', 'the name of a segment is up to 40 of a to z, 0 to 9 and _, a letter first'],
    ['../vip', 'the name of a segment is up to 40 of a to z, 0 to 9 and _, a letter first'],
    ['a b', 'the name of a segment is up to 40 of a to z, 0 to 9 and _, a letter first'],
    ['x'.repeat(41), 'the name of a segment is up to 40 of a to z, 0 to 9 and _, a letter first'],
    ['loyal', 'loyal is a segment of status: choose another, such as own_loyal'],
    ['champions', 'champions is a segment of rfm: choose another, such as own_champions'],
    // Of a model that is not used.
    ['almost_lost', 'almost_lost is a segment of rfm: choose another, such as own_almost_lost'],
    ['prospects', 'prospects is a segment of rfm: choose another, such as own_prospects'],
    ['power', 'power is a segment of engagement: choose another, such as own_power'],
    ['paying', 'paying is the name of a way of segmenting: choose another, such as own_paying'],
    ['monetary', 'monetary is a column of members: choose another, such as own_monetary'],
    ['plan', 'plan is a column of members: choose another, such as own_plan'],
    ['user_id', 'user_id is taken: choose another, such as own_user_id'],
    ['basis', 'basis is taken: choose another, such as own_basis'],
    ['rest', 'rest is taken: choose another, such as own_rest'],
  ])('%s', (name, message) => {
    expect(problemsOf([`${name}: did(a)`], ['Plan'])).toEqual([`0 0-${name.length}: ${message}`]);
  });

  it('stand once, and 40 letters are not too many', () => {
    const long = 'x'.repeat(40);
    expect(problemsOf([`${long}: did(a)`, 'vip: did(a)', 'vip: did(b)'])).toEqual(['2 0-3: vip stands twice']);
  });

  it('are never those of our own segments, in whatever model', () => {
    for (const model of RFM_MODELS) for (const { name } of model.segments) expect(problemsOf([`${name}: did(a)`]), name).toHaveLength(1);
  });
});

describe('references', () => {
  it('are to own segments that there are', () => {
    expect(problemsOf(['vip: segment(vipp)', 'vips: did(a) and segment(at_risk)'])).toEqual([
      '0 5-18: there is no own segment "vipp"; did you mean "vip"?',
      '1 17-33: there is no own segment "at_risk"; of ours it is status = at_risk',
    ]);
    expect(problemsOf(['vip: did(a)', 'other: segment(vip) or not segment(vip)'])).toEqual([]);
  });

  it('go in no circle', () => {
    expect(problemsOf(['a: segment(b)', 'b: did(x) and not segment(c)', 'c: segment(a)', 'd: segment(a)'])).toEqual([
      '2 3-13: the rules go in a circle: a needs b needs c needs a',
    ]);
    expect(problemsOf(['a: did(x) or segment(a)'])).toEqual(['0 13-23: the rules go in a circle: a needs a']);
    // Two circles that share a segment.
    expect(problemsOf(['a: segment(b) or segment(c)', 'b: segment(a)', 'c: segment(a)'])).toEqual([
      '1 3-13: the rules go in a circle: a needs b needs a',
      '2 3-13: the rules go in a circle: a needs c needs a',
    ]);
  });

  it('may be many to one, which is no circle', () => {
    expect(problemsOf(['a: segment(b) and segment(c)', 'b: segment(d)', 'c: segment(d)', 'd: did(x)'])).toEqual([]);
  });

  it('put what is needed first', () => {
    const ordered = inOrderOfReference(defined('a: segment(c) and segment(b)', 'b: did(x)', 'c: segment(d)', 'd: did(x)', 'e: did(x)'));
    expect(ordered.map(({ name }) => name)).toEqual(['d', 'c', 'b', 'a', 'e']);
  });

  it('to RFM segments are to those of the model', () => {
    expect(problemsOf(['a: rfm_segment in (champions, champs)', 'b: rfm_segment = recent_customers'])).toEqual([
      '0 3-37: rfm_segment is never "champs" with this model; did you mean "champions"?',
      '1 3-33: rfm_segment is never "recent_customers" with this model',
    ]);
  });
});

describe('names of the data', () => {
  it('that there are not are told with the nearest, wherever they stand', () => {
    const definitions = defined(
      'a: did("Add to Cart" where categry = shoes, after last purchse) and sum(amout of purchase) > 5 and sum(amount of purchase) > 5',
      'b: not (property(gendr) = f or property(Gender) = f) and did(a then b) and did(anything) and did(a) > did(c)',
      'd: regularly(e, 1 of last 2 weeks) or stopped(f, last 2 days, before that 2 days) or first(g) or idle > 3 days or segment(a)',
    );
    const data = { events: ['add_to_cart', 'purchase', 'a', 'b'], eventProperties: ['category', 'amount_net'], userProperties: ['gender'] };
    expect(checkRulesAgainst(definitions, data).map(({ index, kind, name, nearest }) => `${index} ${kind} ${name} ${nearest}`)).toEqual([
      '0 event_property categry category',
      '0 event purchse purchase',
      '0 event_property amout amount',
      '1 user_property gendr gender',
      '1 event c undefined',
      '2 event e undefined',
      '2 event f undefined',
      '2 event g undefined',
    ]);
  });
});
