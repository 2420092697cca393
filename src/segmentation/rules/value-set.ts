import { dayOfIso } from '../../time/day.js';
import { ceilingOfUnits, floorOfUnits, unitsOfDecimal } from './decimal.js';
import { FEATURES } from './features.js';
import { printRule } from './print-rule.js';
import type { Bound, Leaf, Range, Rule, Test } from './rule.js';

/** Numbers from `low` to `high`, both included; null: without end. */
interface Interval {
  readonly low: bigint | null;
  readonly high: bigint | null;
}

/** Which values a condition takes. Numbers stand on a lattice: whole ones for themselves, others doubled, so that between two of them there is one that means all in between. */
type Values =
  | { readonly kind: 'numbers'; readonly intervals: readonly Interval[] }
  | { readonly kind: 'texts'; readonly texts: ReadonlySet<string>; readonly isComplement: boolean };

/** What a condition asks about a user, and for which answers it holds. */
export interface AskedValues {
  /** Equal for conditions that ask about the same thing. */
  readonly subject: string;
  readonly domain: Values;
  /** Whether there are users without an answer. */
  readonly canBeUnknown: boolean;
  readonly values: Values;
  /** Whether it holds for users without an answer. */
  readonly takesUnknown: boolean;
}

/** Features that everybody has. */
const KNOWN_FEATURES = ['status', 'status_group', 'value_tier', 'buyer_type', 'paying', 'frequency', 'orders', 'active_days', 'events'];
const FRACTIONS = ['monetary', 'usual_interval_days', 'dormant_after_days', 'churned_after_days'];
const SCORES = ['recency_score', 'frequency_score', 'monetary_score'];
const ALL_NUMBERS: Values = { kind: 'numbers', intervals: [{ low: null, high: null }] };
const NO_TEXTS: Values = { kind: 'texts', texts: new Set(), isComplement: false };
const ALL_TEXTS: Values = { kind: 'texts', texts: new Set(), isComplement: true };

/** What a leaf, or a leaf turned around, asks; undefined for other rules. */
export function askedValues(rule: Rule): AskedValues | undefined {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return undefined;
    case 'not': {
      const inner = askedValues(rule.rule);
      return inner && { ...inner, values: without(inner.values, inner.domain), takesUnknown: !inner.takesUnknown };
    }
    default:
      return ofLeaf(rule);
  }
}

/** What a test of a property of events asks. */
export function askedOfEvent(property: string, test: Test): AskedValues {
  return ofTest(`property ${property}`, test, printTest(property, test), true);
}

/** Both hold. They have the same subject. */
export function both(left: AskedValues, right: AskedValues): AskedValues {
  return { ...left, values: meet(left.values, right.values), takesUnknown: left.takesUnknown && right.takesUnknown };
}

/** One of them holds. They have the same subject. */
export function either(left: AskedValues, right: AskedValues): AskedValues {
  const neither = meet(without(left.values, left.domain), without(right.values, right.domain));
  return { ...left, values: without(neither, left.domain), takesUnknown: left.takesUnknown || right.takesUnknown };
}

export function holdsForNobody({ values, domain, canBeUnknown, takesUnknown }: AskedValues): boolean {
  return isEmpty(meet(values, domain)) && !(canBeUnknown && takesUnknown);
}

export function holdsForEverybody({ values, domain, canBeUnknown, takesUnknown }: AskedValues): boolean {
  return isEmpty(without(values, domain)) && (!canBeUnknown || takesUnknown);
}

/** Whether everybody for whom the first holds is one for whom the second does. They have the same subject. */
export function isWithinOther(inner: AskedValues, outer: AskedValues): boolean {
  const outside = meet(meet(inner.values, inner.domain), without(outer.values, outer.domain));
  return isEmpty(outside) && (!inner.canBeUnknown || !inner.takesUnknown || outer.takesUnknown);
}

function ofLeaf(leaf: Leaf): AskedValues {
  switch (leaf.kind) {
    case 'behaviour': {
      const { value, per, range } = leaf;
      const { kind } = value.measure;
      const isCount = kind === 'count' || kind === 'distinct' || kind === 'distinct_values';
      const subject = `behaviour ${textOf({ value, per })}`;
      const canBeUnknown = kind === 'average' || kind === 'least' || kind === 'greatest';
      return ofRange(subject, range, { isWhole: isCount && per === null, least: isCount ? '0' : null, canBeUnknown });
    }
    case 'regularity':
      // Each unit has some number; only what holds for every number of events, or for none, is decided.
      return regular(leaf.each, printRule(leaf));
    case 'idle':
      return ofRange(`idle ${leaf.of}`, leaf.range, { isWhole: leaf.of === 'days', least: '0', canBeUnknown: true });
    case 'feature':
      return ofFeature(leaf.column, leaf.test, printRule(leaf));
    case 'property':
      // Of all values that a user ever had, each may meet another test.
      return leaf.which === 'any'
        ? truth(printRule(leaf))
        : ofTest(`property ${leaf.which} ${leaf.property}`, leaf.test, printRule(leaf), true);
    case 'relative': {
      const isSame = leaf.factor === '1' && textOf(leaf.value) === textOf(leaf.other);
      if (!isSame) return truth(printRule(leaf));
      if (leaf.operator === '>' || leaf.operator === '<') return truth(printRule(leaf), 'never');
      const { kind } = leaf.value.measure;
      return truth(printRule(leaf), kind === 'average' || kind === 'least' || kind === 'greatest' ? 'sometimes' : 'always');
    }
    default:
      return truth(printRule(leaf));
  }
}

/** A condition that says nothing but yes or no. */
function truth(subject: string, holds: 'always' | 'sometimes' | 'never' = 'sometimes'): AskedValues {
  const domain: Values = { kind: 'texts', texts: new Set(['yes', 'no']), isComplement: false };
  const yes: Values = { kind: 'texts', texts: new Set(['yes']), isComplement: false };
  const values = holds === 'always' ? domain : holds === 'sometimes' ? yes : NO_TEXTS;
  return { subject: `truth ${subject}`, domain, canBeUnknown: false, values, takesUnknown: false };
}

function regular(each: Range, subject: string): AskedValues {
  const asked = ofRange(subject, each, { isWhole: true, least: '0', canBeUnknown: false });
  return truth(subject, holdsForEverybody(asked) ? 'always' : holdsForNobody(asked) ? 'never' : 'sometimes');
}

function ofFeature(column: string, test: Test, text: string): AskedValues {
  const info = FEATURES.get(column);
  const canBeUnknown = !KNOWN_FEATURES.includes(column);
  const subject = `feature ${column}`;
  if (info?.kind !== 'number') {
    const asked = ofTest(subject, test, text, canBeUnknown);
    const domain: Values | undefined =
      info?.values === undefined ? undefined : { kind: 'texts', texts: new Set(info.values), isComplement: false };
    return domain === undefined || asked.subject !== `${subject} texts` ? asked : { ...asked, domain };
  }
  if (test.kind !== 'numbers') return ofTest(subject, test, text, canBeUnknown);
  const least = SCORES.includes(column) ? '1' : column === 'monetary' ? null : '0';
  const asked = ofRange(subject, { ...test, isNegated: false }, { isWhole: !FRACTIONS.includes(column), least, canBeUnknown });
  return test.isNegated ? { ...asked, values: without(asked.values, asked.domain), takesUnknown: true } : asked;
}

function ofTest(subject: string, test: Test, text: string, canBeUnknown: boolean): AskedValues {
  const turned = (asked: AskedValues): AskedValues =>
    test.isNegated ? { ...asked, values: without(asked.values, asked.domain), takesUnknown: true } : asked;
  switch (test.kind) {
    case 'set':
      return {
        subject: `${subject} texts`,
        domain: ALL_TEXTS,
        canBeUnknown,
        values: test.isNegated ? NO_TEXTS : ALL_TEXTS,
        takesUnknown: test.isNegated,
      };
    case 'in':
      return turned({
        subject: `${subject} texts`,
        domain: ALL_TEXTS,
        canBeUnknown,
        values: { kind: 'texts', texts: new Set(test.values), isComplement: false },
        takesUnknown: false,
      });
    case 'numbers':
      return turned(ofRange(`${subject} numbers`, { ...test, isNegated: false }, { isWhole: false, least: null, canBeUnknown: true }));
    case 'dates':
      return turned({
        subject: `${subject} dates`,
        domain: ALL_NUMBERS,
        canBeUnknown: true,
        values: {
          kind: 'numbers',
          intervals: [
            wholeInterval(
              test.low,
              test.high,
              (day) => BigInt(dayOfIso(day) ?? 0),
              (day) => BigInt(dayOfIso(day) ?? 0),
            ),
          ],
        },
        takesUnknown: false,
      });
    default:
      return truth(text);
  }
}

function ofRange(
  subject: string,
  range: Range,
  { isWhole, least, canBeUnknown }: { readonly isWhole: boolean; readonly least: string | null; readonly canBeUnknown: boolean },
): AskedValues {
  const interval = (low: Bound | null, high: Bound | null): Interval =>
    isWhole
      ? wholeInterval(
          low,
          high,
          (text) => ceilingOfUnits(unitsOfDecimal(text)),
          (text) => floorOfUnits(unitsOfDecimal(text)),
        )
      : doubledInterval(low, high);
  const domain: Values = { kind: 'numbers', intervals: [interval(least === null ? null : { value: least, isIncluded: true }, null)] };
  const values: Values = { kind: 'numbers', intervals: [interval(range.low, range.high)] };
  return { subject, domain, canBeUnknown, values: range.isNegated ? without(values, domain) : values, takesUnknown: false };
}

function wholeInterval(
  low: Bound | null,
  high: Bound | null,
  ceiling: (text: string) => bigint,
  floor: (text: string) => bigint,
): Interval {
  return {
    low: low === null ? null : low.isIncluded ? ceiling(low.value) : floor(low.value) + 1n,
    high: high === null ? null : high.isIncluded ? floor(high.value) : ceiling(high.value) - 1n,
  };
}

function doubledInterval(low: Bound | null, high: Bound | null): Interval {
  const doubled = (bound: Bound | null, beyond: bigint): bigint | null =>
    bound === null ? null : 2n * unitsOfDecimal(bound.value) + (bound.isIncluded ? 0n : beyond);
  return { low: doubled(low, 1n), high: doubled(high, -1n) };
}

function isEmpty(values: Values): boolean {
  return values.kind === 'texts' ? values.texts.size === 0 && !values.isComplement : values.intervals.length === 0;
}

/** What two sets have in common. Of one subject they are of one kind. */
function meet(left: Values, right: Values): Values {
  if (left.kind === 'numbers' && right.kind === 'numbers') {
    const intervals = left.intervals.flatMap((one) => right.intervals.map((other) => overlap(one, other)));
    return { kind: 'numbers', intervals: intervals.filter(({ low, high }) => low === null || high === null || low <= high) };
  }
  if (left.kind === 'numbers' || right.kind === 'numbers') throw new TypeError('numbers and texts are not compared');
  if (left.isComplement && right.isComplement)
    return { kind: 'texts', texts: new Set([...left.texts, ...right.texts]), isComplement: true };
  const [finite, other] = left.isComplement ? [right, left] : [left, right];
  const texts = [...finite.texts].filter((text) => other.texts.has(text) !== other.isComplement);
  return { kind: 'texts', texts: new Set(texts), isComplement: false };
}

/** What of a domain is not in a set. */
function without(values: Values, domain: Values): Values {
  if (values.kind === 'texts') return meet(domain, { ...values, isComplement: !values.isComplement });
  return values.intervals.reduce<Values>((left, { low, high }) => {
    const below: Interval[] = low === null ? [] : [{ low: null, high: low - 1n }];
    const above: Interval[] = high === null ? [] : [{ low: high + 1n, high: null }];
    return meet(left, { kind: 'numbers', intervals: [...below, ...above] });
  }, domain);
}

function overlap(one: Interval, other: Interval): Interval {
  const low = one.low === null ? other.low : other.low === null || one.low > other.low ? one.low : other.low;
  const high = one.high === null ? other.high : other.high === null || one.high < other.high ? one.high : other.high;
  return { low, high };
}

/** A part of a rule as text, whatever its place. */
function textOf(part: unknown): string {
  return JSON.stringify(part, (key, value: unknown) => (key === 'span' ? undefined : typeof value === 'bigint' ? String(value) : value));
}

function printTest(property: string, test: Test): string {
  return textOf({ property, test });
}
