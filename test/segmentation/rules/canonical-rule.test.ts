import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../src/config/parse-rule.js';
import { canonicalRule } from '../../../src/segmentation/rules/canonical-rule.js';
import { printRule } from '../../../src/segmentation/rules/print-rule.js';

function said(text: string): string {
  const { value, problems } = parseRule(text);
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return printRule(canonicalRule(value));
}

describe('a rule in one way of saying it', () => {
  it.each([
    ['status in (new, active)', 'status in (active, new)'],
    ['property(plan) not in (b, a)', 'property(plan) not in (a, b)'],
    ['did(b or a)', 'did(a or b)'],
    ['did(x where k in (b, a) and hours 9 to 17)', 'did(x where hours 9 to 17 and k in (a, b))'],
    ['did(x) > did(y or z, after last (q or p))', 'did(x) > did(z or y, after last (p or q))'],
    ['did(a) and (did(c) or did(b)) and did(a)', '(did(b) or did(c)) and did(a)'],
    ['regularly(b or a, 3 of last 4 weeks)', 'regularly(a or b, 3 of last 4 weeks)'],
  ])('%s is %s', (one, other) => {
    expect(said(one)).toBe(said(other));
  });

  it.each([
    ['did(a then b)', 'did(b then a)'],
    ['did(a) > did(b)', 'did(b) > did(a)'],
    ['status in (new, active)', 'status in (new, loyal)'],
    ['did(a) and did(b)', 'did(a) or did(b)'],
    ['not did(a) and did(b)', 'did(a) and not did(b)'],
  ])('%s is not %s', (one, other) => {
    expect(said(one)).not.toBe(said(other));
  });
});
