import { describe, expect, it } from 'vitest';
import { setAside } from '../../../src/analysis/lint/set-aside.js';
import { findInRules } from '../../../src/analysis/lint/static-findings.js';
import { parseSegmentText } from '../../../src/config/parse-segment-text.js';
import { LINT_CODES, type LintCode } from '../../../src/segmentation/rules/lint-codes.js';
import type { SegmentDefinition } from '../../../src/segmentation/rules/rule.js';

function definitionOf(text: string, more: Partial<SegmentDefinition> = {}): SegmentDefinition {
  const { definition, problems } = parseSegmentText(text);
  if (definition === undefined) throw new Error(JSON.stringify(problems));
  return { ...definition, goal: 'a goal', ...more };
}

/** The findings of one rule: their codes, each with the text it stands on. */
function found(rule: string, name = 'group'): [LintCode, string][] {
  const text = `${name}: ${rule}`;
  return findInRules([definitionOf(text)], { maxPredicates: 3, by: [] }).map(({ code, span }) => [code, text.slice(span.start, span.end)]);
}

describe('conditions that decide nothing', () => {
  it.each<[string, LintCode, string]>([
    // A count is never below 0.
    ['did(purchase) >= 0', 'always-true', 'did(purchase) >= 0'],
    ['monetary >= 500 and distinct(days of app_open) >= 0', 'always-true', 'distinct(days of app_open) >= 0'],
    ['orders >= 0', 'always-true', 'orders >= 0'],
    // Every week has some number of events.
    ['regularly(app_open, 3 of last 4 weeks, each >= 0)', 'always-true', 'regularly(app_open, 3 of last 4 weeks, each >= 0)'],
    // Everybody has a status.
    ['status is set', 'always-true', 'status is set'],
    ['did(a) >= did(a)', 'always-true', 'did(a) >= did(a)'],
    ['did(a) < 3 or did(a) >= 3', 'always-true', 'did(a) >= 3'],
    ['did(a) or not did(a)', 'always-true', 'not did(a)'],
    // The two end between whole numbers: 2 is the last below 3, and more than 2 begins with 3.
    ['orders <= 2 or orders > 2', 'always-true', 'orders > 2'],
    ['did(a where hours 0 to 24)', 'always-true', 'hours 0 to 24'],
    ['did(a where weekdays (mon, tue, wed, thu, fri, sat, sun))', 'always-true', 'weekdays (mon, tue, wed, thu, fri, sat, sun)'],
    ['idle_days < 0', 'never-true', 'idle_days < 0'],
    ['did(a) > did(a)', 'never-true', 'did(a) > did(a)'],
    ['monetary >= 500 and monetary < 100', 'never-true', 'monetary < 100'],
    // Nothing lies between 500, which is not in it, and 500.
    ['monetary > 500 and monetary <= 500', 'never-true', 'monetary <= 500'],
    ['orders > 2 and orders < 3', 'never-true', 'orders < 3'],
    ['status = new and status = loyal', 'never-true', 'status = loyal'],
    ['did(purchase) and not did(purchase)', 'never-true', 'not did(purchase)'],
    ['property(plan) = pro and property(plan) not in (pro, team)', 'never-true', 'property(plan) not in (pro, team)'],
    ['first_seen >= 2024-03-01 and first_seen < 2024-03-01', 'never-true', 'first_seen < 2024-03-01'],
    ['did(a where size > 5 and size < 3)', 'never-true', 'size < 3'],
    ['monetary >= 500 and monetary >= 100', 'repeated-condition', 'monetary >= 100'],
    ['monetary >= 500 or monetary >= 100', 'repeated-condition', 'monetary >= 500'],
    ['did(a) and did(b) and did(a)', 'repeated-condition', 'did(a)'],
    ['orders >= 1 and orders = 2', 'repeated-condition', 'orders >= 1'],
    // Whoever has pro has not team.
    ['property(plan) = pro or property(plan) != team', 'repeated-condition', 'property(plan) = pro'],
    ['status in (new, loyal) and status = new', 'repeated-condition', 'status in (new, loyal)'],
  ])('%s: %s', (rule, code, place) => {
    expect(found(rule)).toEqual([[code, place]]);
  });

  it.each([
    'did(purchase) >= 1',
    'orders > 2 and orders < 4',
    // Money is no whole number.
    'monetary > 2 and monetary < 3',
    'sum(amount of purchase) >= 0',
    // Who never bought has no days since then: not everybody.
    'recency_days >= 0',
    'recency_days < 5 or recency_days >= 5',
    'average(size of a) > 3 or average(size of a) <= 3',
    'monetary >= 100 and monetary <= 500',
    'monetary < 100 or monetary > 500',
    // Any value ever: one may be pro, and another one team.
    'property(plan, any) = pro and property(plan, any) = team',
    'did(a, last 7 days) >= 2 and did(a, last 30 days) < 2',
    'did(a where size > 3 and size < 5)',
    'did(a where hours 22 to 4)',
    'did(a) > 2 x did(a)',
    'status = new or status = loyal',
  ])('nothing: %s', (rule) => {
    expect(found(rule)).toEqual([]);
  });

  it('says of two that are the same only that the later one is needless', () => {
    const text = 'group: orders >= 3 and orders > 2';
    const findings = findInRules([definitionOf(text)], { maxPredicates: 3, by: [] });
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      ['repeated-condition', 'orders > 2 adds nothing to orders >= 3 of the same list'],
    ]);
  });
});

describe('what a definition says of itself', () => {
  it('counts conditions, and points at the first that is too much', () => {
    expect(found('did(a) and did(b) and (did(c) or did(d))')).toEqual([['too-many-predicates', 'did(d)']]);
    expect(found('did(a) and did(b) and did(c)')).toEqual([]);
    const four = definitionOf('group: did(a) and did(b) and did(c) and did(d)');
    expect(findInRules([four], { maxPredicates: 4, by: [] })).toEqual([]);
  });

  it('misses a goal', () => {
    const [finding] = findInRules([definitionOf('group: did(a)', { goal: '' })], { maxPredicates: 3, by: [] });
    expect(finding).toMatchObject({ code: 'no-goal', index: 0, message: 'group has no goal' });
  });

  it.each([
    ['debtors', 'did(a)', [['sensitive-name', 'debtors']]],
    ['new_diabetics', 'did(a)', [['sensitive-name', 'new_diabetics']]],
    ['group', 'property(creditScore) < 500', [['sensitive-data', 'property(creditScore) < 500']]],
    ['group', 'did("Pregnancy Test Added")', [['sensitive-data', '"Pregnancy Test Added"']]],
    // A word within another word is none.
    ['sickle_buyers', 'did(a)', []],
    ['cancerous', 'did(a)', []],
    ['brokers', 'did(a)', []],
  ] as const)('%s: %s', (name, rule, expected) => {
    expect(found(rule, name)).toEqual(expected);
  });
});

describe('ignore', () => {
  const span = { start: 0, end: 1 };
  const ignoring = (text: string, code: LintCode, more: Partial<SegmentDefinition> = {}): SegmentDefinition =>
    definitionOf(text, { ignore: [{ code, reason: 'meant', span }], ...more });

  it('sets aside what it names, of that segment alone', () => {
    const definitions = [ignoring('one: did(a)', 'no-goal', { goal: '' }), definitionOf('two: did(a)', { goal: '' })];
    const { findings, ignored } = setAside(definitions, findInRules(definitions, { maxPredicates: 3, by: [] }), { hasData: false });
    expect(findings.map(({ index, code }) => [index, code])).toEqual([[1, 'no-goal']]);
    expect(ignored).toEqual([{ segment: 'one', code: 'no-goal', reason: 'meant', findings: 1 }]);
  });

  it('says when there is nothing to set aside', () => {
    const definitions = [ignoring('one: did(a)', 'always-true')];
    const { findings, ignored } = setAside(definitions, findInRules(definitions, { maxPredicates: 3, by: [] }), { hasData: false });
    expect(findings).toMatchObject([{ index: 0, code: 'needless-ignore', message: 'there is no always-true to ignore in one' }]);
    expect(ignored).toEqual([]);
  });
});

it('the codes are words that stand in a config file as they are', () => {
  for (const code of LINT_CODES) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
});
