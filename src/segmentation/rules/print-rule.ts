import { isoOfDay } from '../../time/day.js';
import { FEATURES } from './features.js';
import {
  type Bound,
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
} from './rule.js';
import { quoted, WEEKDAYS } from './words.js';

/**
 * A rule in the words of the short form, in one line: equal rules have equal texts, and the text read again is the same rule. It holds
 * no control character; texts of the analyst's own stand in it, some in quotes.
 */
export function printRule(rule: Rule): string {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return rule.rules.map(part).join(rule.kind === 'all' ? ' and ' : ' or ');
    case 'not':
      return `not ${part(rule.rule)}`;
    default:
      return leafText(rule);
  }
}

function part(rule: Rule): string {
  return rule.kind === 'all' || rule.kind === 'any' ? `(${printRule(rule)})` : printRule(rule);
}

function leafText(leaf: Leaf): string {
  switch (leaf.kind) {
    case 'behaviour':
      return isDone(leaf.value.measure, leaf.range, leaf.per)
        ? valueText(leaf.value)
        : `${valueText(leaf.value)} ${rangeText(leaf.range)}${leaf.per === null ? '' : ` per ${leaf.per}`}`;
    case 'occurrence': {
      const events = [selectorText(leaf.events), ...windowPart(leaf.window)].join(', ');
      return leaf.n === 1 ? `first(${events})` : `nth(${leaf.n}, ${events})`;
    }
    case 'relative':
      return `${valueText(leaf.value)} ${leaf.operator} ${leaf.factor === '1' ? '' : `${leaf.factor} x `}${valueText(leaf.other)}`;
    case 'sequence': {
      const steps = leaf.steps.map(selectorText).join(leaf.isMissed ? ' then not ' : ' then ');
      const within = leaf.within === null ? '' : ` within ${leaf.within.text}`;
      return `did(${[`${steps}${within}`, ...windowPart(leaf.window)].join(', ')})`;
    }
    case 'regularity': {
      const each = isOnce(leaf.each) ? [] : [`each ${rangeText(leaf.each)}`];
      return `regularly(${[selectorText(leaf.events), `${leaf.least} of last ${counted(leaf.of, leaf.unit)}`, ...each].join(', ')})`;
    }
    case 'stopped':
    case 'restarted': {
      const { recentDays, beforeDays } = leaf;
      return `${leaf.kind}(${selectorText(leaf.events)}, last ${counted(recentDays, 'day')}, before that ${counted(beforeDays, 'day')})`;
    }
    case 'idle':
      return `idle ${rangeText(leaf.range, (value) => (leaf.of === 'days' ? counted(value, 'day') : `${value} x usual_interval`))}`;
    case 'feature':
      return `${leaf.column} ${testText(leaf.test, FEATURES.get(leaf.column)?.kind !== 'text')}`;
    case 'property':
      return `property(${quoted(leaf.property)}${leaf.which === 'latest' ? '' : `, ${leaf.which}`}) ${testText(leaf.test, false)}`;
    case 'segment':
      return `segment(${leaf.segment})`;
  }
}

/** A number of events of at least one needs no saying. */
function isDone(measure: Measure, range: Range, per: Unit | null): boolean {
  return measure.kind === 'count' && per === null && isOnce(range);
}

function isOnce({ low, high, isNegated }: Range): boolean {
  return low?.value === '1' && low.isIncluded && high === null && !isNegated;
}

function valueText({ events, measure, window }: EventValue): string {
  const selected = selectorText(events);
  return `${measure.kind === 'count' ? `did(${selected}` : `${measureText(measure)} of ${selected}`}${windowPart(window)
    .map((text) => `, ${text}`)
    .join('')})`;
}

function measureText(measure: Exclude<Measure, { readonly kind: 'count' }>): string {
  switch (measure.kind) {
    case 'distinct':
      return `distinct(${measure.of}s`;
    case 'distinct_values':
      return `distinct(${quoted(measure.property)}`;
    default:
      return `${measure.kind}(${quoted(measure.property)}`;
  }
}

function selectorText({ names, where }: EventSelector): string {
  const events = names.length === 0 ? 'anything' : names.map(quoted).join(' or ');
  return where.length === 0 ? events : `${events} where ${where.map(conditionText).join(' and ')}`;
}

/** A condition on events, in the same words. */
export function conditionText(condition: EventCondition): string {
  switch (condition.kind) {
    case 'property': {
      const { property, test } = condition;
      const isOutside = test.isNegated && (test.kind === 'numbers' || test.kind === 'dates') && !isClosed(test);
      return isOutside
        ? `not ${quoted(property)} ${testText({ ...test, isNegated: false }, false)}`
        : `${quoted(property)} ${testText(test, false)}`;
    }
    case 'hours':
      return `hours ${condition.from} to ${condition.to}`;
    case 'weekdays':
      return `weekdays (${condition.days.map((day) => WEEKDAYS[day - 1]).join(', ')})`;
  }
}

/** `hasEqual`: of a number or a day `=` asks for that number or day, not for that text. */
function testText(test: Test, hasEqual: boolean): string {
  const not = test.isNegated ? 'not ' : '';
  switch (test.kind) {
    case 'set':
      return `is ${not}set`;
    case 'in': {
      const values = test.values.map(quoted);
      return values.length === 1 ? `${test.isNegated ? '!=' : '='} ${values[0]}` : `${not}in (${values.join(', ')})`;
    }
    case 'contains':
      return `${not}contains ${quoted(test.text)}`;
    case 'matches':
      return `${not}matches ${quoted(test.pattern)}`;
    case 'numbers':
    case 'dates': {
      const { low, high, isNegated } = test;
      const isOne = hasEqual && isClosed(test) && low?.value === high?.value;
      return isOne ? `${isNegated ? '!=' : '='} ${low?.value}` : boundsText({ low, high, isNegated });
    }
  }
}

function rangeText(range: Range, write: (value: string) => string = String): string {
  const isOne = isClosed(range) && range.low?.value === range.high?.value;
  return isOne ? `${range.isNegated ? '!=' : '='} ${write(range.low?.value ?? '')}` : boundsText(range, write);
}

function boundsText({ low, high, isNegated }: Range, write: (value: string) => string = String): string {
  if (isClosed({ low, high })) return `${isNegated ? 'not ' : ''}between ${write(low?.value ?? '')} and ${write(high?.value ?? '')}`;
  const ends = [...endText(low, '>', write), ...endText(high, '<', write)];
  return ends.join(' and ');
}

function endText(bound: Bound | null, sign: '>' | '<', write: (value: string) => string): string[] {
  return bound === null ? [] : [`${sign}${bound.isIncluded ? '=' : ''} ${write(bound.value)}`];
}

function isClosed({ low, high }: Pick<Range, 'low' | 'high'>): boolean {
  return low?.isIncluded === true && high?.isIncluded === true;
}

/** Nothing for ever. */
function windowPart(window: Window): string[] {
  switch (window.kind) {
    case 'ever':
      return [];
    case 'last':
      return [`last ${counted(window.count, window.unit)}`];
    case 'ago':
      return [
        window.from === LONGEST_AGO ? `at least ${counted(window.to, 'day')} ago` : `between ${window.from} and ${window.to} days ago`,
      ];
    case 'dates': {
      const { first, last } = window;
      if (first !== null && last !== null) return [`between ${isoOfDay(first)} and ${isoOfDay(last)}`];
      return [first === null ? `until ${isoOfDay(last ?? 0)}` : `since ${isoOfDay(first)}`];
    }
    case 'since_first_seen':
      return [`within ${counted(window.days, 'day')} of first seen`];
    case 'around': {
      const { side, which, events, within } = window;
      const [name] = events.names;
      const isOneName = name !== undefined && events.names.length === 1 && events.where.length === 0;
      const selected = isOneName ? quoted(name) : `(${selectorText(events)})`;
      return [`${within === null ? '' : `within ${within.text} `}${side} ${which} ${selected}`];
    }
  }
}

/** `1 day`, `30 days` */
function counted(count: number | string, unit: string): string {
  return `${count} ${unit}${String(count) === '1' ? '' : 's'}`;
}
