import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../src/config/parse-config-file.js';
import { printRule } from '../../src/segmentation/rules/print-rule.js';
import { RESERVED } from '../../src/segmentation/rules/words.js';
import { type RuleWords, randomRule, withoutSpans } from '../support/random-rule.js';
import { yamlFileOf } from '../support/yaml-rule.js';

function parsed(text: string): ReturnType<typeof parseConfigFile> {
  return parseConfigFile(text, 'segment.yaml', (path) => path);
}

function definitionsOf(text: string) {
  const { layer, problems } = parsed(text);
  expect(problems, text).toEqual([]);
  const given = layer.get('segments') ?? [];
  return given.flatMap(({ segments }) => (segments ?? []).flatMap(({ definition }) => (definition === undefined ? [] : [definition])));
}

/** The rule of one segment in the short form. */
function ruleText(where: string): string {
  const [definition] = definitionsOf(`segments:\n  one:\n    where: ${where}\n`);
  return definition === undefined ? '' : printRule(definition.rule);
}

/** `line:column+length: message` */
function problemsOf(text: string): string[] {
  return parsed(text).problems.map(({ line, column, length, message }) => `${line}:${column}+${length}: ${message}`);
}

const whereProblems = (where: string): string[] => problemsOf(`segments: {one: {where: ${where}}}\n`);

describe('the segments of a config file', () => {
  it('are those of the issue', () => {
    const text = `segments:
  monetise_active:
    description: Launch regularly, never bought
    goal: first purchase
    min_size: 500
    where:
      all:
        - did: { event: app_open, distinct: weeks, at_least: 3, in: last 4 weeks }
        - did_not: { event: purchase }
  abandoned_cart:
    goal: recover carts
    priority: 1
    where:
      all:
        - did: { event: add_to_cart, in: last 24 hours }
        - did_not: { event: purchase, after: last add_to_cart }
  fit_fiona:
    goal: class bookings
    where:
      all:
        - property: { gender: female, age: { between: [25, 45] }, interests: { contains: cycling } }
        - did: { event: app_open, more_than: 5, per: week, over: last 4 weeks }
  going_quiet:
    where: { idle: { more_than: 2 x usual_interval } }
`;
    const definitions = definitionsOf(text);
    expect(definitions.map(({ name, description, goal, minSize, priority }) => [name, description, goal, minSize, priority])).toEqual([
      ['monetise_active', 'Launch regularly, never bought', 'first purchase', 500, null],
      ['abandoned_cart', '', 'recover carts', null, 1],
      ['fit_fiona', '', 'class bookings', null, null],
      ['going_quiet', '', '', null, null],
    ]);
    expect(definitions.map(({ rule }) => printRule(rule))).toEqual([
      'distinct(weeks of app_open, last 4 weeks) >= 3 and not did(purchase)',
      'did(add_to_cart, last 24 hours) and not did(purchase, after last add_to_cart)',
      'property(gender) = female and property(age) between 25 and 45 and property(interests) contains cycling and did(app_open, last 4 weeks) > 5 per week',
      'idle > 2 x usual_interval',
    ]);
    expect(definitions.map(({ span }) => text.slice(span.start, span.end))).toEqual(definitions.map(({ name }) => name));
  });

  it.each([
    ['did(purchase, last 30d) >= 2', 'did(purchase, last 30 days) >= 2'],
    ['{did: purchase}', 'did(purchase)'],
    ['{did_not: purchase}', 'not did(purchase)'],
    [
      '{did: {event: [purchase, order], exactly: 0, in: between 90 and 45 days ago}}',
      'did(purchase or order, between 90 and 45 days ago) = 0',
    ],
    ['{did: {event: purchase, sum: amount, at_least: 500.00, since: 2024-01-01}}', 'sum(amount of purchase, since 2024-01-01) >= 500'],
    [
      '{did: {event: a, average: price, between: [1, 2.50], within: 7 days of first seen}}',
      'average(price of a, within 7 days of first seen) between 1 and 2.5',
    ],
    ['{did: {event: a, at_least: 2, less_than: 5}}', 'did(a) >= 2 and < 5'],
    ['{did: {event: a, distinct: category, at_least: 3}}', 'distinct(category of a) >= 3'],
    ['{did: {event: a, distinct: "weeks", at_least: 3}}', 'distinct("weeks" of a) >= 3'],
    ['{did: {event: anything, in: last 7 days}}', 'did(anything, last 7 days)'],
    ['{did: {event: "anything", in: last 7 days}}', 'did("anything", last 7 days)'],
    ['{did: {event: a, in: at least 2 weeks ago}}', 'did(a, at least 14 days ago)'],
    ['{did: {event: a, until: 2024-02-29}}', 'did(a, until 2024-02-29)'],
    ['{did: {event: a, after: 2024-02-28}}', 'did(a, since 2024-02-29)'],
    ['{did: {event: a, before: 2024-03-01}}', 'did(a, until 2024-02-29)'],
    ['{did: {event: a, after: first b, within: 24 hours}}', 'did(a, within 24 hours after first b)'],
    ['{did: {event: a, before: last (b where x = y)}}', 'did(a, before last (b where x = y))'],
    ['{first: {event: a, in: last 7 days}}', 'first(a, last 7 days)'],
    ['{nth: {event: a, n: 3}}', 'nth(3, a)'],
    // The window and the measure of the first count for the other, unless it has its own.
    ['{did: {event: a, more_than: {event: b, times: 2}, in: last 30 days}}', 'did(a, last 30 days) > 2 x did(b, last 30 days)'],
    [
      '{did: {event: a, sum: amount, at_most: {event: b, in: last 60 days}, in: last 30 days}}',
      'sum(amount of a, last 30 days) <= sum(amount of b, last 60 days)',
    ],
    ['{did: {event: a, then: b, within: 2 minutes, in: last 30 days}}', 'did(a then b within 2 minutes, last 30 days)'],
    ['{did: {event: a, then: [b, {event: c, weekdays: [sun, sat]}]}}', 'did(a then b then c where weekdays (sat, sun))'],
    ['{did: {event: a, then_not: {event: b, where: {plan: pro}}, within: 24 hours}}', 'did(a then not b where plan = pro within 24 hours)'],
    ['{did_not: {event: a, then: b}}', 'not did(a then b)'],
    ['{regularly: {event: a, in: 3 of last 4 weeks}}', 'regularly(a, 3 of last 4 weeks)'],
    ['{regularly: {event: a, in: 3 of last 4 months, at_least: 2}}', 'regularly(a, 3 of last 4 months, each >= 2)'],
    ['{stopped: {event: a, in: last 2 weeks, before_that: 28 days}}', 'stopped(a, last 14 days, before that 28 days)'],
    ['{restarted: {event: a, in: last 14 days, before_that: 28 days}}', 'restarted(a, last 14 days, before that 28 days)'],
    ['{idle: {between: [7 days, 2 weeks]}}', 'idle between 7 days and 14 days'],
    ['{did: {event: a, hours: 22 to 4, weekdays: sat}}', 'did(a where hours 22 to 4 and weekdays (sat))'],
    ['{did: {event: a, where: category = shoes and price >= 10 and < 20}}', 'did(a where category = shoes and price >= 10 and < 20)'],
    [
      '{did: {event: a, where: {size: {not: {at_least: 40}}, brand: {not: [x, y]}}}}',
      'did(a where not size >= 40 and brand not in (x, y))',
    ],
    ['{property: {plan: {which: any, is: [pro, team]}}}', 'property(plan, any) in (pro, team)'],
    ['{property: {plan: {which: first, not: free}}}', 'property(plan, first) != free'],
    ['{property: {born: {since: 1990-01-01, before: 2000-01-01}}}', 'property(born) >= 1990-01-01 and < 2000-01-01'],
    ['{property: {email: {set: false}}}', 'property(email) is not set'],
    ['{property: {code: 007}}', 'property(code) = 007'],
    ['{property: {size: {exactly: 40}}}', 'property(size) between 40 and 40'],
    ['{property: {size: {not: {more_than: 40}}}}', 'not property(size) > 40'],
    ['{property: {url: {matches: "^/blog/"}}}', 'property(url) matches "^/blog/"'],
    ['{status: at_risk}', 'status = at_risk'],
    ['{status: {not: [churned, dormant]}}', 'status not in (churned, dormant)'],
    ['{monetary: {at_least: 500}}', 'monetary >= 500'],
    ['{recency_score: [4, 5]}', 'recency_score = 4 or recency_score = 5'],
    ['{first_seen: {since: 2024-01-01}}', 'first_seen >= 2024-01-01'],
    ['{rfm_segment: champions}', 'rfm_segment = champions'],
    ['{not: {segment: vip}}', 'not segment(vip)'],
    ['{all: [{did: a}]}', 'did(a)'],
    ['{all: [{did: a}, {all: [{did: b}, did(c) and did(d)]}]}', 'did(a) and did(b) and did(c) and did(d)'],
  ])('%s', (where, text) => {
    expect(ruleText(where)).toBe(text);
  });

  it('say everything that a rule can say', () => {
    const tempting = [
      'purchase',
      'Add To Cart',
      'say "x"',
      "it's",
      '007',
      'null',
      '~',
      'yes',
      '購入',
      '*x',
      '&y',
      '!z',
      '# no',
      'a: b',
      ' ',
      ...RESERVED,
    ];
    const words: RuleWords = {
      events: tempting,
      eventProperties: tempting,
      userProperties: tempting,
      values: tempting,
      segments: ['vip'],
      days: ['2024-01-01', '2024-02-29', '1999-12-31'],
    };
    fc.assert(
      fc.property(randomRule(words), (rule) => {
        const text = yamlFileOf(rule);
        const [definition] = definitionsOf(text);
        // A negated range of a leaf is one that is not in the range, in other words.
        expect(definition === undefined ? '' : printRule(definition.rule), text).toBe(printRule(rule));
        expect(withoutSpans(definition?.rule), text).toEqual(rule);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are texts over several lines, too', () => {
    const text =
      'segments:\n  one:\n    where: |\n      monetary >= 500\n      and did("a b")\n  two: {where: \'property(plan) = "pro"\'}\n';
    expect(definitionsOf(text).map(({ rule }) => printRule(rule))).toEqual(['monetary >= 500 and did("a b")', 'property(plan) = pro']);
    const [one] = definitionsOf(text);
    const spans = one?.rule.kind === 'all' ? one.rule.rules.map((rule) => text.slice(rule.span.start, rule.span.end)) : [];
    expect(spans).toEqual(['monetary >= 500', 'did("a b")']);
  });
});

describe('the place of a problem within a text', () => {
  it.each([
    ['in single quotes', `'did("it''s") and dud(x)'`, '3:30+3'],
    ['in double quotes', '"did(\\"it\\") and dud(x)"', '3:29+3'],
    ['on a line of its own', '|\r\n      did(a)\r\n      and dud(x)', '5:11+3'],
    ['in folded lines', '>-\n      did(a)\n      and dud(x)', '5:11+3'],
    ['before an end', '|\n      did(a) and', '4:17+0'],
  ])('%s', (_name, where, place) => {
    const [problem = ''] = problemsOf(`segments:\n  one:\n    where: ${where}\n`);
    expect(problem.split(': ')[0]).toBe(place);
  });
});

describe('what is wrong with a segment', () => {
  it('is told all at once, where it stands', () => {
    const text = `segments:
  one:
    gaol: x
    min_size: 0
    where:
      all:
        - did: { evnt: app_open, at_least: 3, in: last 4 weks }
        - did_not: { event: purchase, at_least: 5, at_most: 3 }
        - statsu: at_risk
        - "did(purchase, last 30 dayz) >= 2 and monetry > 5"
        - |
          monetary >= 500
          and dud(purchase)
  two: {}
`;
    expect(problemsOf(text)).toEqual([
      '3:5+4: there is no key "gaol"; did you mean "goal"?',
      '4:15+1: expected a whole number from 1 to 1000000000',
      '7:18+4: there is no key "evnt"; did you mean "event"?',
      '7:58+4: expected minutes, hours, days, weeks or months; did you mean "weeks"?',
      '8:49+1: nothing lies in this range: the lower end comes first',
      '9:11+6: there is no condition "statsu"; did you mean "status"?',
      '10:34+4: expected minutes, hours, days, weeks or months; did you mean "days"?',
      '10:49+7: there is no feature "monetry"; did you mean "monetary"?',
      '13:15+3: there is no "dud(…)"; did you mean "did"?',
      '14:3+3: two has no where: it says who is in it',
    ]);
  });

  it.each<readonly [string, readonly string[]]>([
    ['[{did: a}]', ['1:26+8: a list of conditions stands below all: or any:']],
    ['{did: a, status: loyal}', ['1:34+6: one condition here: several stand in a list below all: or any:, each after a dash']],
    ['{all: []}', ['1:31+2: all has no conditions']],
    ['{all: {did: a}}', ['1:31+8: all takes a list: a condition a line, each after a dash']],
    ['{}', ['1:25+2: a condition is missing here']],
    ['{did: {in: last 3 days}}', ['1:26+3: say which event: event: …, or event: anything']],
    ['{did: [a, b]}', ['1:31+6: did takes the name of an event, or keys: { event: purchase, in: last 30 days }']],
    ['{did: {event: a, in: after last b}}', ['1:46+5: after is a key of its own: after: …']],
    [
      '{did: {event: a, in: last 3 days, since: 2024-01-01}}',
      ['1:59+5: one window: in or since; two days are in: between 2024-01-01 and 2024-03-31'],
    ],
    ['{did: {event: a, after: 2024-01-01, within: 3 days}}', ['1:61+6: within goes with an event: after: last purchase']],
    ['{did: {event: a, over: last 4 weeks}}', ['1:42+4: over goes with per: without it the window is in:']],
    ['{did: {event: a, more_than: 5, per: week, in: last 4 weeks}}', ['1:67+2: with per the window is over:']],
    [
      '{did: {event: a, more_than: 5, per: week, over: last 30 days}}',
      ['1:61+4: per week goes with a window of whole weeks, such as last 4 weeks'],
    ],
    ['{did: {event: a, per: week, over: last 4 weeks}}', ['1:42+3: say how many per that: more_than: 5']],
    ['{did: {event: a, at_least: 007}}', ['1:52+3: a number begins with no zero: 7; a text that looks like one stands after =']],
    ['{did: {event: a, at_least: 1e5}}', ['1:52+3: write the number out in place of 1e5']],
    ['{did: {event: a, sum: amount, at_least: "1,000"}}', ['1:65+7: a number has no thousands separators: 1000']],
    ['{did: {event: a, sum: amount}}', ['1:31+23: say how much it is, such as at least 3']],
    ['{did: {event: a, at_least: 2, more_than: 1}}', ['1:55+9: a range has one lower end']],
    ['{did: {event: a, between: [5, 2]}}', ['1:51+6: nothing lies in this range: the lower end comes first']],
    ['{did: {event: a, between: 5}}', ['1:51+1: between takes two: [2, 5]']],
    ['{did: {event: a, since: 2023-02-29}}', ['1:49+10: there is no day 2023-02-29']],
    ['{did: {event: a, then_not: b}}', ['1:42+8: say within what time it is not followed: within 24 hours']],
    ['{did: {event: a, then: b, at_least: 2}}', ['1:51+8: at_least does not go with then: one thing then another is done or not']],
    ['{did: {event: a, exactly: {event: b}}}', ['1:42+7: other events are compared with at_least, at_most, more_than or less_than']],
    ['{did: {event: a, more_than: {event: b}, at_most: 3}}', ['1:65+7: more_than names other events, so no other number stands beside it']],
    ['{nth: {event: a}}', ['1:26+3: say which time it is: n: 3']],
    ['{regularly: {event: a}}', ['1:26+9: say how regularly: in: 3 of last 4 weeks']],
    ['{regularly: {event: a, in: 5 of last 4 weeks}}', ['1:52+1: there are no 5 in 4']],
    ['{stopped: {event: a, in: last 3 days}}', ['1:26+7: stopped has in: last 14 days and before_that: 28 days']],
    ['{idle: 5}', ['1:32+1: idle takes a range: { more_than: 2 x usual_interval } or { more_than: 14 days }']],
    ['{idle: {more_than: 5}}', ['1:45+0: expected minutes, hours, days, weeks or months after the number']],
    ['{idle: {between: [2 x usual_interval, 5 days]}}', ['1:26+4: both ends are days, or both times the usual interval']],
    ['{property: female}', ['1:36+6: property takes names and values: { gender: female }']],
    ['{property: {a: {at_least: 2024-01-01}}}', ['1:51+10: a day takes since: or after:']],
    ['{property: {a: {since: 5}}}', ['1:48+1: expected a day as YYYY-MM-DD']],
    [
      '{property: {a: {not: {not: 5}}}}',
      [
        '1:47+3: there is no test "not" here: is, contains, matches, set, at_least, at_most, more_than, less_than, exactly, between, since, until, after',
      ],
    ],
    ['{property: {a: {is: 5, contains: 6}}}', ['1:48+8: one test here: is or contains']],
    ['{property: {a: {which: last, is: 5}}}', ['1:48+4: expected any or first; without which, the latest counts']],
    ['{property: {a: []}}', ['1:40+2: the list has no values']],
    ['{property: {a: {set: yes}}}', ['1:46+3: expected true or false']],
    ['{recency_days: often}', ['1:40+5: expected a number, such as 3 or 49.90, with up to 10 decimals']],
    ['{status: at_rsk}', ['1:34+6: status is never "at_rsk"; did you mean "at_risk"?']],
    ['{first_seen: {at_least: 5}}', ['1:38+13: first_seen is a day: expected YYYY-MM-DD']],
    ['{did: {event: "a\\u0007"}}', ['1:39+9: a name or value has no control characters and is one line']],
    ['{did: ~}', ['1:31+1: ~ is no value: leave the line out, or write "~" in quotes']],
    ['{did: *x}', []],
  ])('%s', (where, problems) => {
    const found = whereProblems(where);
    expect(found.length).toBeGreaterThan(0);
    if (problems.length > 0) expect(found).toEqual(problems);
  });

  it('may be that it goes too deep', () => {
    const nested = `${'{not: '.repeat(30)}{did: a}${'}'.repeat(30)}`;
    expect(whereProblems(nested).map((problem) => problem.replace(/^[^ ]* /, ''))).toEqual(['all, any and not go at most 20 deep']);
    const lists = `${'{all: ['.repeat(3000)}did(a)${']}'.repeat(3000)}`;
    expect(whereProblems(lists).length).toBe(1);
  });

  it('never stops the program, whatever stands there', () => {
    const key = fc.constantFrom(
      'did',
      'did_not',
      'all',
      'any',
      'not',
      'first',
      'nth',
      'regularly',
      'stopped',
      'idle',
      'property',
      'segment',
      'status',
      'monetary',
    );
    const inner = fc.constantFrom(
      'event',
      'in',
      'then',
      'within',
      'at_least',
      'between',
      'where',
      'hours',
      'weekdays',
      'per',
      'over',
      'n',
      'not',
      'is',
      'which',
      'after',
      'distinct',
      'more_than',
    );
    const scalar = fc.constantFrom(
      'a',
      '2',
      'last 3 days',
      '[a, b]',
      '[]',
      '{}',
      '~',
      '""',
      '"\\n"',
      '{event: b}',
      'week',
      '2024-02-30',
      '3 of last 4 weeks',
      '[1, 2]',
      'x: ',
      '5 days',
    );
    const map = fc.uniqueArray(fc.tuple(inner, scalar), { maxLength: 5, selector: ([name]) => name });
    fc.assert(
      fc.property(key, map, (name, entries) => {
        const where = `{${name}: {${entries.map(([one, value]) => `${one}: ${value}`).join(', ')}}}`;
        const text = `segments: {one: {where: ${where}}}\n`;
        const { layer, problems } = parsed(text);
        expect((layer.get('segments')?.length ?? 0) > 0 || problems.length > 0, text).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
