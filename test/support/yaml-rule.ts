import { Document, Scalar } from 'yaml';
import { printRule } from '../../src/segmentation/rules/print-rule.js';
import type { Bound, EventSelector, EventValue, Leaf, Measure, Range, Rule, Test, Window } from '../../src/segmentation/rules/rule.js';
import { isoOfDay } from '../../src/time/day.js';

/** What the YAML form has no keys for. */
class Inexpressible extends Error {}

/** A rule as it is written in YAML: in keys as far as they go, leaves that have none as texts. */
export function yamlOfRule(rule: Rule): unknown {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return { [rule.kind]: rule.rules.map(yamlOfRule) };
    case 'not':
      return { not: yamlOfRule(rule.rule) };
    default:
      try {
        return leafOf(rule);
      } catch (error) {
        if (!(error instanceof Inexpressible)) throw error;
        return printRule(rule);
      }
  }
}

/** A config file with one segment; texts in quotes, numbers of ranges and words of the language without. */
export function yamlFileOf(rule: Rule): string {
  const document = new Document({ segments: { one: { where: yamlOfRule(rule) } } });
  return document.toString({ defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: null, lineWidth: 0 });
}

function leafOf(leaf: Leaf): unknown {
  switch (leaf.kind) {
    case 'behaviour': {
      const { value, per, range } = leaf;
      const isOnce = value.measure.kind === 'count' && range.low?.value === '1' && range.low.isIncluded && range.high === null;
      return {
        did: {
          ...selectorOf(value.events),
          ...measureOf(value.measure),
          ...(isOnce && per === null ? {} : rangeOf(range)),
          ...(per === null ? {} : { per: plain(per) }),
          ...windowOf(value.window, per === null ? 'in' : 'over'),
        },
      };
    }
    case 'relative': {
      const key = { '>': 'more_than', '>=': 'at_least', '<': 'less_than', '<=': 'at_most' }[leaf.operator];
      return { did: { ...measured(leaf.value), [key]: { ...measured(leaf.other), times: plain(leaf.factor) } } };
    }
    case 'occurrence':
      return {
        [leaf.n === 1 ? 'first' : 'nth']: { ...(leaf.n === 1 ? {} : { n: leaf.n }), ...selectorOf(leaf.events), ...windowOf(leaf.window) },
      };
    case 'sequence': {
      const [first, ...rest] = leaf.steps;
      if (first === undefined || leaf.window.kind === 'since_first_seen') throw new Inexpressible();
      if (leaf.window.kind === 'around' && leaf.window.within !== null) throw new Inexpressible();
      const then = rest.map(selectorOf);
      const followed = leaf.isMissed ? { then_not: then[0] } : { then };
      const within = leaf.within === null ? {} : { within: plain(leaf.within.text) };
      return { did: { ...selectorOf(first), ...followed, ...within, ...windowOf(leaf.window) } };
    }
    case 'regularity':
      return {
        regularly: { ...selectorOf(leaf.events), in: plain(`${leaf.least} of last ${leaf.of} ${leaf.unit}s`), ...rangeOf(leaf.each) },
      };
    case 'stopped':
    case 'restarted':
      return {
        [leaf.kind]: {
          ...selectorOf(leaf.events),
          in: plain(`last ${leaf.recentDays} days`),
          before_that: plain(`${leaf.beforeDays} days`),
        },
      };
    case 'idle':
      return { idle: rangeOf(leaf.range, leaf.of === 'days' ? ' days' : ' x usual_interval') };
    case 'feature':
      return { [leaf.column]: testOf(leaf.test) };
    case 'property': {
      const test = testOf(leaf.test);
      const isMap = typeof test === 'object' && test !== null && !Array.isArray(test);
      const which = isMap ? { which: plain(leaf.which), ...test } : { which: plain(leaf.which), is: test };
      return { property: { [leaf.property]: leaf.which === 'latest' ? test : which } };
    }
    case 'segment':
      return { segment: leaf.segment };
  }
}

function measured({ events, measure, window }: EventValue): object {
  // A measure or window that is left out is that of the events it is compared with.
  if (measure.kind === 'count' || window.kind === 'ever') throw new Inexpressible();
  return { ...selectorOf(events), ...measureOf(measure), ...windowOf(window) };
}

function selectorOf({ names, where }: EventSelector): object {
  const event = names.length === 0 ? plain('anything') : names.length === 1 ? names[0] : names;
  const properties = where.flatMap((condition) => (condition.kind === 'property' ? [condition] : []));
  const hours = where.filter((condition) => condition.kind === 'hours');
  const weekdays = where.filter((condition) => condition.kind === 'weekdays');
  const isInOrder = [...properties, ...hours, ...weekdays].every((condition, index) => condition === where[index]);
  const areDistinct = new Set(properties.map(({ property }) => property)).size === properties.length;
  if (!isInOrder || !areDistinct || hours.length > 1 || weekdays.length > 1) throw new Inexpressible();
  const named = Object.fromEntries(properties.map(({ property, test }) => [property, testOf(test)]));
  return {
    event,
    ...(properties.length === 0 ? {} : { where: named }),
    ...Object.fromEntries(hours.map(({ from, to }) => ['hours', plain(`${from} to ${to}`)])),
    ...Object.fromEntries(
      weekdays.map(({ days }) => ['weekdays', days.map((day) => ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'][day - 1])]),
    ),
  };
}

function measureOf(measure: Measure): object {
  switch (measure.kind) {
    case 'count':
      return {};
    case 'distinct':
      return { distinct: plain(`${measure.of}s`) };
    case 'distinct_values':
      return { distinct: measure.property };
    default:
      return { [measure.kind]: measure.property };
  }
}

function windowOf(window: Window, key = 'in'): object {
  switch (window.kind) {
    case 'ever':
      return {};
    case 'last':
      return { [key]: plain(`last ${window.count} ${window.unit}s`) };
    case 'ago':
      return { [key]: plain(`between ${window.from} and ${window.to} days ago`) };
    case 'dates': {
      const { first, last } = window;
      if (first !== null && last !== null) return { [key]: plain(`between ${isoOfDay(first)} and ${isoOfDay(last)}`) };
      return first === null ? { until: plain(isoOfDay(last ?? 0)) } : { since: plain(isoOfDay(first)) };
    }
    case 'since_first_seen':
      return { within: plain(`${window.days} days of first seen`) };
    case 'around': {
      const [name] = window.events.names;
      if (name === undefined || window.events.names.length > 1 || window.events.where.length > 0) throw new Inexpressible();
      const within = window.within === null ? {} : { within: plain(window.within.text) };
      return { [window.side]: `${window.which} "${name.replaceAll('"', '""')}"`, ...within };
    }
  }
}

function rangeOf({ low, high, isNegated }: Range, unit = ''): object {
  if (isNegated) throw new Inexpressible();
  return endsOf(low, high, ['at_least', 'more_than', 'at_most', 'less_than'], unit);
}

function endsOf(low: Bound | null, high: Bound | null, words: readonly string[], unit = ''): object {
  const [least = '', more = '', most = '', less = ''] = words;
  const write = ({ value }: Bound): unknown => plain(value + unit);
  if (low?.isIncluded && high?.isIncluded) {
    return low.value === high.value && least === 'at_least' ? { exactly: write(low) } : { between: [write(low), write(high)] };
  }
  return {
    ...(low === null ? {} : { [low.isIncluded ? least : more]: write(low) }),
    ...(high === null ? {} : { [high.isIncluded ? most : less]: write(high) }),
  };
}

function testOf(test: Test): unknown {
  const asked = askedOf(test);
  return test.isNegated && test.kind !== 'set' ? { not: asked } : asked;
}

function askedOf(test: Test): unknown {
  switch (test.kind) {
    case 'set':
      return { set: !test.isNegated };
    case 'in':
      return test.values.length === 1 ? test.values[0] : test.values;
    case 'contains':
      return { contains: test.text };
    case 'matches':
      return { matches: test.pattern };
    case 'numbers':
      return endsOf(test.low, test.high, ['at_least', 'more_than', 'at_most', 'less_than']);
    case 'dates':
      return endsOf(test.low, test.high, ['since', 'after', 'until', 'before']);
  }
}

function plain(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = 'PLAIN';
  return scalar;
}
