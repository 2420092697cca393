import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../src/config/parse-rule.js';
import { printRule } from '../../../src/segmentation/rules/print-rule.js';
import { RESERVED } from '../../../src/segmentation/rules/words.js';
import { type RuleWords, randomRule, withoutSpans } from '../../support/random-rule.js';

const TEMPTING = [
  'purchase',
  'Add To Cart',
  '$pageview',
  'app.open',
  'page-view',
  'über_uns',
  '購入',
  'say "x"',
  "it's",
  '007',
  '1e5',
  '-5',
  '2024-02-30',
  'a, b',
  ')) or did(x',
  "'; drop table users; --",
  '*/',
  '\u{1f600}',
  '%_',
  '\\',
  ' ',
  'did',
  'status',
  ...RESERVED,
];
const WORDS: RuleWords = {
  events: TEMPTING,
  eventProperties: TEMPTING,
  userProperties: TEMPTING,
  values: TEMPTING,
  segments: ['vip', 'fit_fiona'],
  days: ['2024-01-01', '2024-02-29', '2024-03-31', '1999-12-31'],
};

describe('a rule in words', () => {
  it('is read as the rule again, in one line', () => {
    fc.assert(
      fc.property(randomRule(WORDS), (rule) => {
        const text = printRule(rule);
        const { value, problems } = parseRule(text);
        expect(problems, text).toEqual([]);
        expect(withoutSpans(value), text).toEqual(rule);
        expect(text).not.toMatch(/[\n\r]/);
      }),
      { numRuns: 3000 },
    );
  });
});
