import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRule } from '../../src/config/parse-rule.js';
import { parseSegmentText } from '../../src/config/parse-segment-text.js';
import { printRule } from '../../src/segmentation/rules/print-rule.js';
import type { Rule } from '../../src/segmentation/rules/rule.js';
import { withoutSpans } from '../support/random-rule.js';

/** The tree, all spans 0. */
function treeOf(text: string): Rule {
  const { value, problems } = parseRule(text);
  expect(problems, text).toEqual([]);
  if (value === undefined) throw new Error('no rule');
  return withoutSpans(value);
}

/** `start-end: message` */
function problemsOf(text: string): string[] {
  const { value, problems } = parseRule(text);
  expect(value === undefined, text).toBe(problems.length > 0);
  return problems.map(({ span, message }) => `${span.start}-${span.end}: ${message}`);
}

const span = { start: 0, end: 0 };
const events = (...names: string[]): object => ({ names, where: [], span });
const atLeast = (value: string): object => ({ low: { value, isIncluded: true }, high: null, isNegated: false });
const count = (name: string, window: object, range: object, per: string | null = null): object => ({
  kind: 'behaviour',
  value: { events: events(name), measure: { kind: 'count' }, window },
  per,
  range,
  span,
});
const EVER = { kind: 'ever' };
const last = (number: number, unit: string): object => ({ kind: 'last', count: number, unit });

describe('the tree of a text', () => {
  it.each<readonly [string, object]>([
    ['did(purchase)', count('purchase', EVER, atLeast('1'))],
    ['did(purchase, last 30d) >= 2', count('purchase', last(30, 'day'), atLeast('2'))],
    [
      'did(purchase, last 4 weeks) > 5 per week',
      count('purchase', last(4, 'week'), { low: { value: '5', isIncluded: false }, high: null, isNegated: false }, 'week'),
    ],
    [
      'did(purchase) = 0',
      count('purchase', EVER, { low: { value: '0', isIncluded: true }, high: { value: '0', isIncluded: true }, isNegated: false }),
    ],
    ['did(purchase, between 90 and 45 days ago)', count('purchase', { kind: 'ago', from: 90, to: 45 }, atLeast('1'))],
    ['did(purchase, at least 90 days ago)', count('purchase', { kind: 'ago', from: 36_500, to: 90 }, atLeast('1'))],
    ['did(purchase, between 2 and 1 weeks ago)', count('purchase', { kind: 'ago', from: 14, to: 7 }, atLeast('1'))],
    // 2024-03-01 is day 19,783 since 1970: 54 years of 365 days, 13 leap days of 1972 to 2020, and 31 + 29 days of 2024.
    ['did(purchase, since 2024-03-01)', count('purchase', { kind: 'dates', first: 19_783, last: null }, atLeast('1'))],
    ['did(purchase, after 2024-03-01)', count('purchase', { kind: 'dates', first: 19_784, last: null }, atLeast('1'))],
    ['did(purchase, until 2024-03-01)', count('purchase', { kind: 'dates', first: null, last: 19_783 }, atLeast('1'))],
    ['did(purchase, before 2024-03-01)', count('purchase', { kind: 'dates', first: null, last: 19_782 }, atLeast('1'))],
    ['did(purchase, between 2024-02-28 and 2024-03-01)', count('purchase', { kind: 'dates', first: 19_781, last: 19_783 }, atLeast('1'))],
    ['did(purchase, within 1 week of first seen)', count('purchase', { kind: 'since_first_seen', days: 7 }, atLeast('1'))],
    [
      'did(purchase, within 24 hours after last "Add To Cart")',
      count(
        'purchase',
        {
          kind: 'around',
          side: 'after',
          which: 'last',
          events: events('Add To Cart'),
          within: { microseconds: 86_400_000_000n, text: '24 hours' },
        },
        atLeast('1'),
      ),
    ],
    [
      'distinct(weeks of app_open, last 3 months) >= 3',
      {
        kind: 'behaviour',
        value: { events: events('app_open'), measure: { kind: 'distinct', of: 'week' }, window: last(3, 'month') },
        per: null,
        range: atLeast('3'),
        span,
      },
    ],
    [
      'sum(amount of purchase or renewal) >= 49.90',
      {
        kind: 'behaviour',
        value: { events: events('purchase', 'renewal'), measure: { kind: 'sum', property: 'amount', span }, window: EVER },
        per: null,
        range: atLeast('49.9'),
        span,
      },
    ],
    [
      'did(a, last 7 days) > 2 x did(b)',
      {
        kind: 'relative',
        value: { events: events('a'), measure: { kind: 'count' }, window: last(7, 'day') },
        operator: '>',
        factor: '2',
        other: { events: events('b'), measure: { kind: 'count' }, window: EVER },
        span,
      },
    ],
    ['first(purchase, last 7 days)', { kind: 'occurrence', n: 1, events: events('purchase'), window: last(7, 'day'), span }],
    ['nth(3, purchase)', { kind: 'occurrence', n: 3, events: events('purchase'), window: EVER, span }],
    [
      'did(add_to_cart then not purchase within 24h, last 48 hours)',
      {
        kind: 'sequence',
        steps: [events('add_to_cart'), events('purchase')],
        within: { microseconds: 86_400_000_000n, text: '24 hours' },
        isMissed: true,
        window: last(48, 'hour'),
        span,
      },
    ],
    [
      'did(a then b then c)',
      { kind: 'sequence', steps: [events('a'), events('b'), events('c')], within: null, isMissed: false, window: EVER, span },
    ],
    [
      'regularly(a, 3 of last 4 weeks, each >= 2)',
      { kind: 'regularity', events: events('a'), each: atLeast('2'), unit: 'week', least: 3, of: 4, span },
    ],
    ['stopped(a, last 2 weeks, before that 28 days)', { kind: 'stopped', events: events('a'), recentDays: 14, beforeDays: 28, span }],
    [
      'idle > 2x usual_interval',
      { kind: 'idle', of: 'usual_interval', range: { low: { value: '2', isIncluded: false }, high: null, isNegated: false }, span },
    ],
    ['idle >= 2 weeks', { kind: 'idle', of: 'days', range: atLeast('14'), span }],
    ['status = at_risk', { kind: 'feature', column: 'status', test: { kind: 'in', values: ['at_risk'], isNegated: false }, span }],
    ['monetary >= 500', { kind: 'feature', column: 'monetary', test: { kind: 'numbers', ...atLeast('500') }, span }],
    [
      'property(age, first) between 25 and 45',
      {
        kind: 'property',
        property: 'age',
        which: 'first',
        test: { kind: 'numbers', low: { value: '25', isIncluded: true }, high: { value: '45', isIncluded: true }, isNegated: false },
        span,
      },
    ],
    // As it stands there: no number.
    [
      'property(code) = 007',
      { kind: 'property', property: 'code', which: 'latest', test: { kind: 'in', values: ['007'], isNegated: false }, span },
    ],
    ['segment(vip)', { kind: 'segment', segment: 'vip', span }],
  ])('%s', (text, tree) => {
    expect(treeOf(text)).toEqual(tree);
  });

  it('has conditions on events', () => {
    const [leaf] = [treeOf("did(view where category in (shoes, 'a, b') and not price >= 10 and hours 22 to 4 and weekdays (sun, sat))")];
    expect(leaf).toMatchObject({
      value: {
        events: {
          names: ['view'],
          where: [
            { kind: 'property', property: 'category', test: { kind: 'in', values: ['shoes', 'a, b'], isNegated: false } },
            { kind: 'property', property: 'price', test: { kind: 'numbers', low: { value: '10' }, isNegated: true } },
            { kind: 'hours', from: 22, to: 4 },
            { kind: 'weekdays', days: [6, 7] },
          ],
        },
      },
    });
  });

  it('joins lists of one kind, and takes a list of numbers apart', () => {
    expect(printRule(treeOf('(did(a) and did(b)) and (did(c) or (did(d) or did(e)))'))).toBe(
      'did(a) and did(b) and (did(c) or did(d) or did(e))',
    );
    expect(printRule(treeOf('recency_score not in (4, 5)'))).toBe('not (recency_score = 4 or recency_score = 5)');
  });

  it('is that of the same words in other clothes', () => {
    for (const [text, other] of [
      ['did(purchase, last 30d)', 'DID( purchase ,\n  LAST 30 days )>=1'],
      ['monetary >= 500', 'monetary >= 500.00'],
      ['did(a) > 2 x did(b)', 'did(a)>2*did(b)'],
      ['not did("say ""x""")', 'not did(\'say "x"\')'],
      ['did(a, within 2 minutes after last b)', 'did(a, within 2 min after last "b")'],
    ] as const)
      expect(treeOf(other), other).toEqual(treeOf(text));
  });

  it('knows where its parts stand', () => {
    const text = 'monetary >= 5 and did(purchase where plan = pro, last 30d) >= 2';
    const { value } = parseRule(text);
    const parts = value?.kind === 'all' ? value.rules.map((rule) => text.slice(rule.span.start, rule.span.end)) : [];
    expect(parts).toEqual(['monetary >= 5', 'did(purchase where plan = pro, last 30d) >= 2']);
    const behaviour = value?.kind === 'all' ? value.rules[1] : undefined;
    const selector = behaviour?.kind === 'behaviour' ? behaviour.value.events : undefined;
    expect(text.slice(selector?.span.start, selector?.span.end)).toBe('purchase');
    expect(text.slice(selector?.where[0]?.span.start, selector?.where[0]?.span.end)).toBe('plan = pro');
  });
});

describe('what is wrong with a text', () => {
  it.each<readonly [string, readonly string[]]>([
    ['', ['0-0: expected a condition such as did(purchase, last 30 days) >= 2 or monetary >= 500']],
    ['statsu = at_risk', ['0-6: there is no feature "statsu"; did you mean "status"?']],
    ['status = atrisk', ['7-15: status is never "atrisk"; did you mean "at_risk"?']],
    ['dud(purchase)', ['0-3: there is no "dud(…)"; did you mean "did"?']],
    ['count(purchase) > 2', ['0-5: there is no "count(…)"; did you mean "did"?']],
    ['rfm = champions', ['0-3: there is no feature "rfm"; did you mean "rfm_segment"?']],
    ['did(a, at 90 days ago)', ['10-12: expected such as at least 90 days ago']],
    ['property gender = female', ['0-8: property is followed by brackets: property(gender) = female']],
    ['did(purchase, last 3 dayz)', ['21-25: expected minutes, hours, days, weeks or months; did you mean "days"?']],
    ['did(purchase, last 3m)', ['19-21: m may be minutes or months: write min or months']],
    ['did(purchase, since 2023-02-29)', ['20-30: there is no day 2023-02-29']],
    ['did(purchase, between 45 and 90 days ago)', ['14-21: the earlier comes first: between 90 and 45 days ago']],
    ['did(purchase) >= 1e5', ['17-20: write the number out in place of 1e5']],
    ['did(purchase) >= 007', ['17-20: a number begins with no zero: 7; a text that looks like one stands after =']],
    ['sum(amount of purchase) > 1,000', ['26-27: a number has no thousands separators: 1000']],
    ['did(purchase) >= 1.5', ['14-20: 1.5 is no count: expected a whole number from 0 up']],
    ['did(purchase) >= -1', ['14-19: -1 is no count: expected a whole number from 0 up']],
    ['did(purchase) between 5 and 2', ['14-29: nothing lies in this range: the lower end comes first']],
    ['did(purchase) > 2 and < 3', ['14-25: nothing lies in this range: the lower end comes first']],
    ['did(purchase) < 0', ['14-17: a count is never below 0']],
    ['monetary > 2 and < 2', ['9-20: nothing lies in this range: the lower end comes first']],
    ['sum(amount of purchase)', ['0-23: say how much it is, such as at least 3']],
    ['sum(amount) > 5', ['10-11: say of which events: sum(amount of purchase), or of anything']],
    ['did(a, last 30 days) > 5 per week', ['25-33: per week goes with a window of whole weeks, such as last 4 weeks']],
    ['distinct(days of a, last 4 weeks) > 5 per week', ['38-46: per goes with a number of events or a sum']],
    ['did(a then not b)', ['3-4: say within what time it is not followed: within 24 hours']],
    ['did(a then b) >= 2', ['14-16: one thing then another is done or not: it has no number']],
    ['did(a, after b)', ['13-14: expected a day, or first or last and an event: after last purchase']],
    ['regularly(a, 5 of last 4 weeks)', ['13-14: there are no 5 in 4']],
    ['idle > 2x usual_interval and < 14 days', ['5-38: both ends are days, or both times the usual interval']],
    ['status >= 5', ['7-11: status is a text: compare it with = or in']],
    ['first_seen > 5', ['11-14: first_seen is a day: expected YYYY-MM-DD']],
    ['did(a) and did(b) or did(c)', ['18-20: and beside or needs brackets: (… and …) or …']],
    ['(did(a)', ['0-1: this bracket is not closed']],
    ['did(a))', ['6-7: this bracket closes none']],
    ['did("a)', ['4-7: this quote is not closed']],
    ['did(a) && did(b)', ['7-8: write and in place of this sign']],
    ['did(a; b)', ['5-6: this sign means nothing here; a text with it stands in quotes']],
    ['did(where)', ['4-9: expected the name of an event; one that is called where stands in quotes']],
    ['did("a\u0007b")', ['4-9: a name or value has no control characters and is one line']],
    ['did("a\nb")', ['4-9: a name or value has no control characters and is one line']],
    ['did("")', ['4-6: expected a name or a value that is not empty']],
  ])('%s', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('is told all at once', () => {
    expect(problemsOf('statsu = x and (did(a, last 3 dayz) or did(b) > 1e3) and monetary >= 5 and did(c')).toEqual([
      '0-6: there is no feature "statsu"; did you mean "status"?',
      '30-34: expected minutes, hours, days, weeks or months; did you mean "days"?',
      '48-51: write the number out in place of 1e3',
      '80-80: a closing bracket is missing',
    ]);
  });
});

describe('hostile texts', () => {
  it.each([
    ['brackets', `${'('.repeat(5_000)}did(a)`, 'brackets and nots go at most 20 deep'],
    ['nots', `${'not '.repeat(2_000)}did(a)`, 'brackets and nots go at most 20 deep'],
    ['a megabyte', `did(${'a'.repeat(1_000_000)})`, 'a rule has at most 10000 characters'],
    ['a long name', `did(${'a'.repeat(201)})`, 'a name or value has at most 200 characters'],
  ])('%s', (_name, text, message) => {
    const { problems } = parseRule(text);
    expect(problems.map((problem) => problem.message)).toEqual([message]);
  });

  it('20 brackets are read', () => {
    expect(printRule(treeOf(`${'('.repeat(20)}did(a)${')'.repeat(20)}`))).toBe('did(a)');
  });

  it('SQL is a name like any other', () => {
    const name = `'); drop table users; --`;
    expect(treeOf(`did("${name}")`)).toMatchObject({ value: { events: { names: [name] } } });
    expect(printRule(treeOf(`did("${name}")`))).toBe(`did("${name}")`);
    expect(problemsOf("status = at_risk'; drop table users; --").length).toBeGreaterThan(0);
  });

  it('whatever is written, it is a rule or has problems within the text', () => {
    const piece = fc.constantFrom(
      ...[
        'did',
        '(',
        ')',
        ',',
        'a',
        'last',
        '30d',
        'and',
        'or',
        'not',
        '>=',
        '2',
        'x',
        '"',
        "'",
        'where',
        '=',
        'between',
        'status',
        'idle',
        'then',
      ],
      ...[
        'within',
        'per',
        'week',
        'of',
        'sum',
        'in',
        'segment',
        'regularly',
        '3',
        'after',
        'hours',
        'weekdays',
        '2024-02-30',
        '-',
        '\u0000',
        'ü',
        '\ud800',
      ],
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' ')),
      fc.string({ unit: 'binary', maxLength: 60 }),
    );
    fc.assert(
      fc.property(text, (written) => {
        const { value, problems } = parseRule(written);
        expect(value === undefined).toBe(problems.length > 0);
        for (const {
          span: { start, end },
        } of problems)
          expect(start >= 0 && start <= end && end <= written.length).toBe(true);
        if (value !== undefined) expect(withoutSpans(parseRule(printRule(value)).value)).toEqual(withoutSpans(value));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a segment on the command line', () => {
  it('is a name and a rule', () => {
    const { name, definition, problems } = parseSegmentText(' vip : monetary >= 500 and did(purchase, last 30d) >= 2');
    expect(problems).toEqual([]);
    expect(name).toBe('vip');
    expect(definition).toMatchObject({ name: 'vip', goal: '', description: '', minSize: null, priority: null, span: { start: 1, end: 4 } });
    expect(definition === undefined ? '' : printRule(definition.rule)).toBe('monetary >= 500 and did(purchase, last 30 days) >= 2');
  });

  it('has its problems where they stand in the whole text', () => {
    expect(parseSegmentText('vip: monetry >= 500').problems).toEqual([
      { line: 1, column: 6, length: 7, message: 'there is no feature "monetry"; did you mean "monetary"?', source: 'vip: monetry >= 500' },
    ]);
    for (const text of ['monetary >= 500', ': did(a)', '']) {
      expect(parseSegmentText(text).problems, text).toMatchObject([
        { message: 'expected a name, a colon and a rule: vip: monetary >= 500' },
      ]);
    }
  });
});
