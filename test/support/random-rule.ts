import fc from 'fast-check';
import { FEATURES } from '../../src/segmentation/rules/features.js';
import {
  type Bound,
  type Duration,
  type EventCondition,
  type EventSelector,
  type EventValue,
  type Leaf,
  LONGEST_AGO,
  type Measure,
  type Range,
  type Rule,
  type Test,
  type Unit,
  type Window,
} from '../../src/segmentation/rules/rule.js';
import { dayOfIso } from '../../src/time/day.js';

/** The names that a random rule is made of. */
export interface RuleWords {
  readonly events: readonly string[];
  readonly eventProperties: readonly string[];
  readonly userProperties: readonly string[];
  /** Values of properties. */
  readonly values: readonly string[];
  /** Own segments to refer to; none: no rule refers to one. */
  readonly segments: readonly string[];
  /** ISO days that windows and comparisons name. */
  readonly days: readonly string[];
}

const span = { start: 0, end: 0 };
const UNITS: readonly Unit[] = ['day', 'week', 'month'];
const SECONDS = { second: 1n, minute: 60n, hour: 3600n, day: 86_400n, week: 604_800n } as const;
/** Around the edges of windows. */
const COUNTS = [1, 2, 3, 7, 14, 28, 30, 45, 90, 365];

/**
 * Rules as the parser makes them: no list of its own kind in a list, no empty range, negation only where a leaf can have it. All
 * spans are 0.
 */
export function randomRule(words: RuleWords, depth = 3): fc.Arbitrary<Rule> {
  const leaf = randomLeaf(words);
  const { rule } = fc.letrec<{ rule: Rule; list: Rule; negation: Rule }>((tie) => ({
    rule: fc.oneof({ maxDepth: depth, depthIdentifier: 'rule' }, { weight: 3, arbitrary: leaf }, tie('list'), tie('negation')),
    list: fc
      .tuple(fc.constantFrom('all' as const, 'any' as const), fc.array(tie('rule'), { minLength: 2, maxLength: 3 }))
      .map(([kind, rules]): Rule => ({ kind, rules: rules.flatMap((each) => (each.kind === kind ? each.rules : [each])), span })),
    negation: tie('rule').map((each): Rule => ({ kind: 'not', rule: each, span })),
  }));
  return rule;
}

export function randomLeaf(words: RuleWords): fc.Arbitrary<Leaf> {
  const selector = randomSelector(words);
  const window = randomWindow(words);
  const value: fc.Arbitrary<EventValue> = fc.record({ events: selector, measure: randomMeasure(words), window });
  const behaviour = value.chain(({ events, measure, window: when }) =>
    rangeOf(isCounted(measure)).map(
      (range): Leaf => ({ kind: 'behaviour', value: { events, measure, window: when }, per: null, range, span }),
    ),
  );
  const paced = fc.tuple(selector, fc.constantFrom(...UNITS), fc.constantFrom(1, 2, 4), rangeOf(false)).map(
    ([events, unit, count, range]): Leaf => ({
      kind: 'behaviour',
      value: { events, measure: { kind: 'count' }, window: { kind: 'last', count, unit } },
      per: unit,
      range,
      span,
    }),
  );
  const sequence = fc
    .tuple(fc.array(selector, { minLength: 2, maxLength: 3 }), fc.option(duration), window)
    .map(([steps, within, when]): Leaf => ({ kind: 'sequence', steps, within, isMissed: false, window: when, span }));
  const missed = fc
    .tuple(fc.array(selector, { minLength: 2, maxLength: 2 }), duration, window)
    .map(([steps, within, when]): Leaf => ({ kind: 'sequence', steps, within, isMissed: true, window: when, span }));
  const lapse = fc
    .tuple(fc.constantFrom('stopped' as const, 'restarted' as const), selector, fc.constantFrom(...COUNTS), fc.constantFrom(...COUNTS))
    .map(([kind, events, recentDays, beforeDays]): Leaf => ({ kind, events, recentDays, beforeDays, span }));
  const leaves: fc.Arbitrary<Leaf>[] = [
    behaviour,
    behaviour,
    paced,
    fc.record({ kind: fc.constant('occurrence' as const), n: fc.constantFrom(1, 2, 3), events: selector, window, span: fc.constant(span) }),
    fc.record({
      kind: fc.constant('relative' as const),
      value,
      operator: fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const),
      factor: fc.constantFrom('1', '2', '0.5'),
      other: value,
      span: fc.constant(span),
    }),
    sequence,
    missed,
    regularity(selector),
    lapse,
    fc.oneof(
      rangeOf(true, 1).map((range): Leaf => ({ kind: 'idle', of: 'days', range, span })),
      rangeOf(false).map((range): Leaf => ({ kind: 'idle', of: 'usual_interval', range: positive(range), span })),
    ),
    feature(words),
    fc
      .tuple(
        fc.constantFrom(...words.userProperties),
        fc.constantFrom('latest' as const, 'any' as const, 'first' as const),
        randomTest(words),
      )
      .map(([property, which, test]): Leaf => ({ kind: 'property', property, which, test: leafTest(test), span })),
  ];
  if (words.segments.length > 0) {
    leaves.push(fc.constantFrom(...words.segments).map((segment): Leaf => ({ kind: 'segment', segment, span })));
  }
  return fc.oneof(...leaves);
}

export function randomSelector(words: RuleWords): fc.Arbitrary<EventSelector> {
  const names = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...words.events).map((name) => [name]) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...words.events), { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constant([]) },
  );
  const where = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(condition(words), { minLength: 1, maxLength: 2 }) },
  );
  return fc.record({ names, where, span: fc.constant(span) });
}

function condition(words: RuleWords): fc.Arbitrary<EventCondition> {
  const hours = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 24 }))
    .filter(([from, to]) => from !== to)
    .map(([from, to]): EventCondition => ({ kind: 'hours', from, to, span }));
  const weekdays = fc
    .uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 })
    .map((days): EventCondition => ({ kind: 'weekdays', days: days.sort((left, right) => left - right), span }));
  const property = fc
    .tuple(fc.constantFrom(...words.eventProperties), randomTest(words))
    .map(([name, test]): EventCondition => ({ kind: 'property', property: name, test, span }));
  return fc.oneof(hours, weekdays, { weight: 2, arbitrary: property });
}

export function randomWindow(words: RuleWords): fc.Arbitrary<Window> {
  const count = fc.constantFrom(...COUNTS);
  const day = fc.constantFrom(...words.days).map((text) => dayOfIso(text) ?? 0);
  const names = fc.constantFrom(...words.events).map((name): EventSelector => ({ names: [name], where: [], span }));
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<Window>({ kind: 'ever' }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('last' as const), count, unit: fc.constantFrom('hour' as const, ...UNITS) }),
    },
    fc
      .tuple(fc.constantFrom(0, ...COUNTS, LONGEST_AGO), fc.constantFrom(0, ...COUNTS))
      .map(([one, other]): Window => ({ kind: 'ago', from: Math.max(one, other), to: Math.min(one, other) })),
    fc.tuple(day, day).map(([one, other]): Window => ({ kind: 'dates', first: Math.min(one, other), last: Math.max(one, other) })),
    day.map((first): Window => ({ kind: 'dates', first, last: null })),
    day.map((last): Window => ({ kind: 'dates', first: null, last })),
    count.map((days): Window => ({ kind: 'since_first_seen', days })),
    fc.record({
      kind: fc.constant('around' as const),
      side: fc.constantFrom('after' as const, 'before' as const),
      which: fc.constantFrom('first' as const, 'last' as const),
      events: fc.oneof(names, randomSelector(words)),
      within: fc.option(duration),
    }),
  );
}

const duration: fc.Arbitrary<Duration> = fc
  .tuple(
    fc.constantFrom(...COUNTS),
    fc.constantFrom('second' as const, 'minute' as const, 'hour' as const, 'day' as const, 'week' as const),
  )
  .map(([count, unit]) => ({
    microseconds: BigInt(count) * SECONDS[unit] * 1_000_000n,
    text: `${count} ${unit}${count === 1 ? '' : 's'}`,
  }));

function randomMeasure(words: RuleWords): fc.Arbitrary<Measure> {
  const property = fc.constantFrom('amount', ...words.eventProperties);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<Measure>({ kind: 'count' }) },
    fc.constantFrom(...UNITS).map((of): Measure => ({ kind: 'distinct', of })),
    property.map((name): Measure => ({ kind: 'distinct_values', property: name, span })),
    fc
      .tuple(fc.constantFrom('sum' as const, 'average' as const, 'least' as const, 'greatest' as const), property)
      .map(([kind, name]): Measure => ({ kind, property: name, span })),
  );
}

function isCounted({ kind }: Measure): boolean {
  return kind === 'count' || kind === 'distinct' || kind === 'distinct_values';
}

/** Ranges that something lies in: of whole numbers from `least` up, or of decimals. */
function rangeOf(isWhole: boolean, least = 0): fc.Arbitrary<Range> {
  const number = isWhole
    ? fc.constantFrom(...[0, 1, 2, 3, 5, 10].filter((each) => each >= least)).map(String)
    : fc.constantFrom('0', '0.5', '1', '2', '2.25', '20', '49.99', '100', '1234.5678');
  return fc
    .tuple(number, number, fc.boolean(), fc.boolean(), fc.constantFrom('both', 'low', 'high', 'one'), fc.boolean())
    .map(([one, other, isLowIncluded, isHighIncluded, shape, isNegated]): Range => {
      const [lower, upper] = Number(one) <= Number(other) ? [one, other] : [other, one];
      const closed = (value: string): Bound => ({ value, isIncluded: true });
      if (shape === 'one') return { low: closed(one), high: closed(one), isNegated };
      if (shape === 'low') return { low: { value: one, isIncluded: isLowIncluded }, high: null, isNegated: false };
      if (shape === 'high') return { low: null, high: { value: one, isIncluded: isHighIncluded || one === '0' }, isNegated: false };
      const isRoomy = Number(upper) - Number(lower) >= 2;
      if (!isRoomy || (isLowIncluded && isHighIncluded)) return { low: closed(lower), high: closed(upper), isNegated };
      return { low: { value: lower, isIncluded: isLowIncluded }, high: { value: upper, isIncluded: isHighIncluded }, isNegated: false };
    });
}

/** Times the usual interval are above 0. */
function positive({ low, high, isNegated }: Range): Range {
  const raised = (bound: Bound | null): Bound | null => (bound?.value === '0' ? { ...bound, value: '0.25' } : bound);
  return { low: raised(low), high: raised(high), isNegated };
}

function regularity(selector: fc.Arbitrary<EventSelector>): fc.Arbitrary<Leaf> {
  return fc
    .tuple(selector, rangeOf(true), fc.constantFrom(...UNITS), fc.constantFrom(1, 2, 3), fc.constantFrom(0, 1, 2))
    .map(([events, each, unit, least, more]): Leaf => ({ kind: 'regularity', events, each, unit, least, of: least + more, span }));
}

function feature(words: RuleWords): fc.Arbitrary<Leaf> {
  return fc.constantFrom(...FEATURES).chain(([column, { kind, values }]): fc.Arbitrary<Leaf> => {
    const set = fc.boolean().map((isNegated): Test => ({ kind: 'set', isNegated }));
    const texts = fc
      .tuple(fc.uniqueArray(fc.constantFrom(...(values ?? words.values)), { minLength: 1, maxLength: 2 }), fc.boolean())
      .map(([all, isNegated]): Test => ({ kind: 'in', values: all, isNegated }));
    const numbers = rangeOf(false).map((range): Test => ({ kind: 'numbers', ...range }));
    const own = kind === 'text' ? texts : kind === 'number' ? numbers : dateTest(words);
    return fc.oneof(own, own, own, set).map((test): Leaf => ({ kind: 'feature', column, test, span }));
  });
}

/** Of a text, a number or a day; also negated where a leaf cannot be. */
function randomTest(words: RuleWords): fc.Arbitrary<Test> {
  const value = fc.constantFrom(...words.values);
  return fc.oneof(
    fc.boolean().map((isNegated): Test => ({ kind: 'set', isNegated })),
    fc
      .tuple(fc.uniqueArray(value, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([values, isNegated]): Test => ({ kind: 'in', values, isNegated })),
    fc.tuple(value, fc.boolean()).map(([text, isNegated]): Test => ({ kind: 'contains', text, isNegated })),
    fc
      .tuple(fc.constantFrom('^pro', 'a+b?', '[0-9]{2}$'), fc.boolean())
      .map(([pattern, isNegated]): Test => ({ kind: 'matches', pattern, isNegated })),
    fc.tuple(rangeOf(false), fc.boolean()).map(([{ low, high }, isNegated]): Test => ({ kind: 'numbers', low, high, isNegated })),
    dateTest(words),
  );
}

function dateTest({ days }: RuleWords): fc.Arbitrary<Test> {
  const day = fc.constantFrom(...days);
  return fc.oneof(
    fc
      .tuple(day, fc.boolean())
      .map(([value, isIncluded]): Test => ({ kind: 'dates', low: { value, isIncluded }, high: null, isNegated: false })),
    fc
      .tuple(day, fc.boolean())
      .map(([value, isIncluded]): Test => ({ kind: 'dates', low: null, high: { value, isIncluded }, isNegated: false })),
    fc.tuple(day, day, fc.boolean()).map(([one, other, isNegated]): Test => {
      const [low, high] = one <= other ? [one, other] : [other, one];
      return { kind: 'dates', low: { value: low, isIncluded: true }, high: { value: high, isIncluded: true }, isNegated };
    }),
  );
}

/** The test as a leaf can have it: of ranges only those with both ends included are negated. */
function leafTest(test: Test): Test {
  if (test.kind !== 'numbers' && test.kind !== 'dates') return test;
  const isClosed = test.low?.isIncluded === true && test.high?.isIncluded === true;
  return { ...test, isNegated: test.isNegated && isClosed };
}

/** The same with all spans 0, for comparing. */
export function withoutSpans<T>(part: T): T {
  if (Array.isArray(part)) return part.map(withoutSpans) as T;
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, key === 'span' ? span : withoutSpans(value)])) as T;
}
