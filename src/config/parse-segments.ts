import { isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';
import { didYouMean, nearest } from '../errors/nearest.js';
import { FEATURES } from '../segmentation/rules/features.js';
import { isLintCode, LINT_CODES } from '../segmentation/rules/lint-codes.js';
import type {
  EventCondition,
  EventSelector,
  EventValue,
  LintIgnore,
  Measure,
  Range,
  Rule,
  SegmentDefinition,
  Test,
  Unit,
  Window,
} from '../segmentation/rules/rule.js';
import { isFitText } from '../segmentation/rules/words.js';
import { parsePart, type RuleReading } from './parse-rule.js';
import {
  behaviour,
  combination,
  type End,
  type Ends,
  EVER,
  Fault,
  featureRule,
  isCounted,
  negatable,
  ONCE,
  periodOf,
  perProblem,
  rangeOf,
  rangeTest,
  readEnd,
  readName,
  readNumber,
  readWhole,
  stepsProblem,
  weekdayOf,
} from './rule-parts.js';
import {
  DEFINITION_KEYS,
  DID_KEYS,
  EVENT_LEAF_KEYS,
  MEASURE_KEYS,
  OTHER_KEYS,
  RANGE_KEYS,
  SELECTOR_KEYS,
  TEST_KEYS,
  WINDOW_KEYS,
} from './segment-keys.js';
import type { Span } from './text-problems.js';
import { type Entry, isEmptyNode, type Node, spanOf, type YamlFile } from './yaml-file.js';

/** A value and the key it belongs to. */
type Pair = Pick<Entry, 'key' | 'value'>;
type EndWord = readonly [string, 'low' | 'high' | 'both', boolean];
type Entries = ReadonlyMap<string, Entry>;

const RULE_KEYS = ['all', 'any', 'not', 'did', 'did_not', ...Object.keys(EVENT_LEAF_KEYS), 'idle', 'property', 'segment'] as const;
/** Keys that say where a range ends, on which side, and whether the end is included. */
const NUMBER_ENDS: readonly EndWord[] = [
  ['at_least', 'low', true],
  ['more_than', 'low', false],
  ['at_most', 'high', true],
  ['less_than', 'high', false],
  ['exactly', 'both', true],
];
const DAY_ENDS: readonly EndWord[] = [
  ['since', 'low', true],
  ['after', 'low', false],
  ['until', 'high', true],
  ['before', 'high', false],
];
const DAY_KEYS: readonly string[] = ['since', 'until', 'after', 'before'];
const MOST_NAMED = 13;
const EVENT_DEFAULT = 'event: …, or event: anything';
const MOST_DEPTH = 20;
const LONGEST_WORDS = 200;

/** The segments that an entry `segments:` of a config file defines, as far as they are right; what is wrong is noted in the file. */
export function readSegments(file: YamlFile, { key, value }: Entry): SegmentDefinition[] {
  if (!isMap(value)) {
    file.refuse(isEmptyNode(value) ? key : value, 'segments takes a segment a line, such as vip:, and below it where:');
    return [];
  }
  return [...file.entries(value, 'segment')].flatMap(([name, entry]) => new DefinitionReading(file).definition(name, entry) ?? []);
}

/** Walks the nodes of one definition. What is undefined could not be read, and a problem says why. */
class DefinitionReading {
  readonly #file: YamlFile;

  constructor(file: YamlFile) {
    this.#file = file;
  }

  definition(name: string, { key, value }: Entry): SegmentDefinition | undefined {
    if (!isMap(value)) {
      return this.#file.refuse(
        isEmptyNode(value) ? key : value,
        `${name} has lines where:, and if you like description:, goal:, min_size:, priority:, ignore:`,
      );
    }
    const entries = this.#known(value, DEFINITION_KEYS);
    const where = entries.get('where');
    if (where === undefined) return this.#file.refuse(key, `${name} has no where: it says who is in it`);
    const rule = this.#rule(where, 0);
    const definition = {
      name,
      description: this.#words(entries.get('description')),
      goal: this.#words(entries.get('goal')),
      minSize: this.#whole(entries.get('min_size'), 1, 1_000_000_000) ?? null,
      priority: this.#whole(entries.get('priority'), 1, 1_000_000) ?? null,
      ignore: this.#ignore(entries.get('ignore')),
      span: spanOf(key),
    };
    return rule === undefined ? undefined : { ...definition, rule };
  }

  /** Codes of `segment lint`, each with the reason. */
  #ignore(entry: Entry | undefined): LintIgnore[] {
    if (entry === undefined) return [];
    const { key, value } = entry;
    if (!isMap(value)) {
      this.#file.refuse(
        isEmptyNode(value) ? key : value,
        'ignore takes codes of segment lint, each with the reason: { no-goal: "a trial" }',
      );
      return [];
    }
    return [...this.#file.entries(value, 'code')].flatMap(([code, one]) => {
      if (!isLintCode(code))
        return this.#file.refuse(one.key, `there is no code "${code}" of segment lint${didYouMean(nearest(code, LINT_CODES))}`) ?? [];
      if (isEmptyNode(one.value)) return this.#file.refuse(one.key, `say why: ${code}: "the reason"`) ?? [];
      const reason = this.#words(one);
      return reason === ''
        ? (this.#file.refuse(one.value ?? one.key, `say why: ${code}: "the reason"`) ?? [])
        : { code, reason, span: spanOf(one.key) };
    });
  }

  /** A text, or a map of one condition. */
  #rule({ key, value }: Pair, depth: number): Rule | undefined {
    if (depth === MOST_DEPTH) return this.#file.refuse(key, `all, any and not go at most ${MOST_DEPTH} deep`);
    if (isSeq(value)) return this.#file.refuse(value.items[0] as ParsedNode, 'a list of conditions stands below all: or any:');
    if (!isMap(value)) return this.#part({ key, value }, (reading) => reading.rule());
    const known = this.#known(value, [...RULE_KEYS, ...FEATURES.keys()], 'condition');
    const [first, second] = [...known];
    if (first === undefined) return value.items.length > 0 ? undefined : this.#file.refuse(value, 'a condition is missing here');
    if (second !== undefined) {
      return this.#file.refuse(second[1].key, 'one condition here: several stand in a list below all: or any:, each after a dash');
    }
    const [name, entry] = first;
    switch (name) {
      case 'all':
      case 'any':
        return this.#list(name, entry, depth);
      case 'not': {
        const rule = this.#rule(entry, depth + 1);
        return rule === undefined ? undefined : { kind: 'not', rule, span: entrySpan(entry) };
      }
      default:
        return this.#leaf(name, entry);
    }
  }

  #list(kind: 'all' | 'any', entry: Entry, depth: number): Rule | undefined {
    const { key, value } = entry;
    if (!isSeq(value))
      return this.#file.refuse(isEmptyNode(value) ? key : value, `${kind} takes a list: a condition a line, each after a dash`);
    if (value.items.length === 0) return this.#file.refuse(value, `${kind} has no conditions`);
    const rules = value.items.map((item) => this.#rule({ key: (item as Node) ?? key, value: item as Node }, depth + 1));
    return rules.every((rule) => rule !== undefined) ? combination(kind, rules, entrySpan(entry)) : undefined;
  }

  #leaf(name: string, entry: Entry): Rule | undefined {
    const span = entrySpan(entry);
    switch (name) {
      case 'did':
        return this.#did(entry);
      case 'did_not': {
        const rule = this.#did(entry);
        return rule === undefined ? undefined : { kind: 'not', rule, span };
      }
      case 'first':
      case 'nth':
        return this.#occurrence(name, entry);
      case 'regularly':
        return this.#regularly(entry);
      case 'stopped':
      case 'restarted':
        return this.#lapse(name, entry);
      case 'idle':
        return this.#idle(entry);
      case 'property':
        return this.#properties(entry);
      case 'segment': {
        const segment = this.#name(entry);
        return segment === undefined ? undefined : { kind: 'segment', segment, span };
      }
      default: {
        const test = this.#test(entry, TEST_KEYS);
        return test === undefined ? undefined : this.#good(featureRule(name, test, span), entry);
      }
    }
  }

  #did(entry: Entry): Rule | undefined {
    const entries = this.#leafEntries('did', entry, DID_KEYS);
    if (entries === undefined) return undefined;
    if (entries.has('then') || entries.has('then_not')) return this.#sequence(entry, entries);
    const span = entrySpan(entry);
    const value = this.#value(entry, entries);
    const other = RANGE_KEYS.find((key) => isMap(entries.get(key)?.value));
    if (other !== undefined) return this.#relative(other, entries, value, span);
    const per = this.#per(entries);
    const isWhole = value !== undefined && isCounted(value.measure) && !entries.has('per');
    const hasRange = RANGE_KEYS.some((key) => entries.has(key));
    const range = hasRange ? this.#range(entries, isWhole) : undefined;
    if (value === undefined || per === undefined || (hasRange && range === undefined)) return undefined;
    const perEntry = entries.get('per');
    if (per !== null && perEntry !== undefined) {
      if (range === undefined) return this.#file.refuse(perEntry.key, 'say how many per that: more_than: 5');
      const problem = perProblem(value.window, per, value.measure);
      if (problem !== undefined) return this.#file.refuse(perEntry.value ?? perEntry.key, problem);
    }
    return this.#good(behaviour(value, range, per, span), entry);
  }

  /** Measured of which events, when. */
  #value(entry: Entry, entries: Entries): EventValue | undefined {
    const events = this.#selector(entry, entries);
    const measure = this.#measure(entries);
    const window = this.#window(entries);
    return events === undefined || measure === undefined || window === undefined ? undefined : { events, measure, window };
  }

  /** `more_than: { event: purchase, times: 2 }`: of the other events the same is measured in the same window, unless it says otherwise. */
  #relative(key: (typeof RANGE_KEYS)[number], entries: Entries, value: EventValue | undefined, span: Span): Rule | undefined {
    const entry = entries.get(key) as Entry;
    const operator = ({ at_least: '>=', at_most: '<=', more_than: '>', less_than: '<' } as const)[key as 'at_least'];
    if (operator === undefined)
      return this.#file.refuse(entry.key, 'other events are compared with at_least, at_most, more_than or less_than');
    const excess = [...RANGE_KEYS.filter((each) => each !== key), 'per' as const].flatMap((each) => entries.get(each)?.key ?? []);
    if (excess[0] !== undefined) return this.#file.refuse(excess[0], `${key} names other events, so no other number stands beside it`);
    const others = this.#leafEntries(key, entry, OTHER_KEYS);
    if (others === undefined) return undefined;
    const other = this.#value(entry, others);
    const times = others.get('times');
    const factor = times === undefined ? '1' : this.#parsed(times, (text) => aboveZero(readNumber(text)));
    if (other === undefined || factor === undefined || value === undefined) return undefined;
    const hasMeasure = MEASURE_KEYS.some((each) => others.has(each));
    const hasWindow = WINDOW_KEYS.some((each) => others.has(each));
    const same = { ...other, measure: hasMeasure ? other.measure : value.measure, window: hasWindow ? other.window : value.window };
    return { kind: 'relative', value, operator, factor, other: same, span };
  }

  #sequence(entry: Entry, entries: Entries): Rule | undefined {
    const isMissed = entries.has('then_not');
    const then = entries.get(isMissed ? 'then_not' : 'then') as Entry;
    const excess = [...RANGE_KEYS, ...MEASURE_KEYS, 'per' as const, 'over' as const, ...(isMissed ? ['then' as const] : [])];
    for (const key of excess) {
      const found = entries.get(key);
      if (found !== undefined)
        this.#file.refuse(found.key, `${key} does not go with ${isMissed ? 'then_not' : 'then'}: one thing then another is done or not`);
    }
    const withinEntry = entries.get('within');
    const within = withinEntry === undefined ? null : this.#part(withinEntry, (reading) => reading.duration());
    const first = this.#selector(entry, entries);
    const window = this.#window(new Map([...entries].filter(([key]) => key !== 'within')));
    const nodes = isSeq(then.value) ? (then.value.items as Node[]) : [then.value];
    const rest = nodes.map((node) => this.#step({ key: then.key, value: node }));
    if (first === undefined || window === undefined || within === undefined || !rest.every((step) => step !== undefined)) return undefined;
    const steps = [first, ...rest];
    const problem = rest.length === 0 ? 'name the event that follows' : stepsProblem(steps, isMissed, within);
    if (problem !== undefined) return this.#file.refuse(then.key, problem);
    return { kind: 'sequence', steps, within, isMissed, window, span: entrySpan(entry) };
  }

  /** The name of an event, or a map with conditions. */
  #step(entry: Pair): EventSelector | undefined {
    if (!isMap(entry.value)) return this.#selectorNamed(entry, new Map());
    return this.#selector(entry, this.#known(entry.value, SELECTOR_KEYS));
  }

  #occurrence(name: 'first' | 'nth', entry: Entry): Rule | undefined {
    const entries = this.#leafEntries(name, entry, EVENT_LEAF_KEYS[name]);
    if (entries === undefined) return undefined;
    if (name === 'nth' && !entries.has('n')) this.#file.refuse(entry.key, 'say which time it is: n: 3');
    const n = name === 'first' ? 1 : this.#whole(entries.get('n'), 1, 1_000_000);
    const events = this.#selector(entry, entries);
    const window = this.#window(entries);
    if (n === undefined || events === undefined || window === undefined) return undefined;
    return { kind: 'occurrence', n, events, window, span: entrySpan(entry) };
  }

  #regularly(entry: Entry): Rule | undefined {
    const entries = this.#leafEntries('regularly', entry, EVENT_LEAF_KEYS.regularly);
    if (entries === undefined) return undefined;
    const within = entries.get('in');
    if (within === undefined) this.#file.refuse(entry.key, 'say how regularly: in: 3 of last 4 weeks');
    const regular = within === undefined ? undefined : this.#part(within, (reading) => reading.regular());
    const events = this.#selector(entry, entries);
    const each = RANGE_KEYS.some((key) => entries.has(key)) ? this.#range(entries, true) : ONCE;
    if (regular === undefined || events === undefined || each === undefined) return undefined;
    return { kind: 'regularity', events, each, ...regular, span: entrySpan(entry) };
  }

  #lapse(kind: 'stopped' | 'restarted', entry: Entry): Rule | undefined {
    const entries = this.#leafEntries(kind, entry, EVENT_LEAF_KEYS[kind]);
    if (entries === undefined) return undefined;
    const [recent, before] = [entries.get('in'), entries.get('before_that')];
    if (recent === undefined || before === undefined) this.#file.refuse(entry.key, `${kind} has in: last 14 days and before_that: 28 days`);
    const recentDays = recent === undefined ? undefined : this.#part(recent, (reading) => reading.lastDays());
    const beforeDays = before === undefined ? undefined : this.#part(before, (reading) => reading.days());
    const events = this.#selector(entry, entries);
    if (recentDays === undefined || beforeDays === undefined || events === undefined) return undefined;
    return { kind, events, recentDays, beforeDays, span: entrySpan(entry) };
  }

  #idle(entry: Entry): Rule | undefined {
    const { key, value } = entry;
    if (!isMap(value)) {
      return this.#file.refuse(
        isEmptyNode(value) ? key : value,
        'idle takes a range: { more_than: 2 x usual_interval } or { more_than: 14 days }',
      );
    }
    const entries = this.#known(value, RANGE_KEYS);
    if (entries.size === 0)
      return value.items.length > 0 ? undefined : this.#file.refuse(key, 'idle takes a range: { more_than: 14 days }');
    const ofs = new Set<'days' | 'usual_interval'>();
    const ends = this.#ends(entries, (each) => {
      const end = this.#part(each, (reading) => reading.idleEnd());
      if (end !== undefined) ofs.add(end.of);
      return end === undefined ? undefined : { kind: 'number', bound: { value: end.value, isIncluded: true } };
    });
    if (ends === undefined) return undefined;
    if (ofs.size > 1) return this.#file.refuse(key, 'both ends are days, or both times the usual interval');
    const [of = 'days'] = ofs;
    const range = this.#good(rangeOf(ends, false, false), entry);
    return range === undefined ? undefined : { kind: 'idle', of, range, span: entrySpan(entry) };
  }

  #properties(entry: Entry): Rule | undefined {
    const { key, value } = entry;
    if (!isMap(value) || value.items.length === 0) {
      return this.#file.refuse(isEmptyNode(value) ? key : value, 'property takes names and values: { gender: female }');
    }
    const leaves = [...this.#file.entries(value, 'property')].map(([name, each]): Rule | undefined => {
      const property = this.#goodAt(readName(name), each.key);
      const which = this.#which(each);
      const test = this.#test(each, ['which', ...TEST_KEYS]);
      if (property === undefined || which === undefined || test === undefined) return undefined;
      return negatable({ kind: 'property', property, which, test, span: entrySpan(each) });
    });
    return leaves.every((leaf) => leaf !== undefined) ? combination('all', leaves, entrySpan(entry)) : undefined;
  }

  /** The `which` of a property's map; undefined with a problem. */
  #which({ value }: Entry): 'latest' | 'any' | 'first' | undefined {
    const pair = isMap(value) ? (value.items as Entry[]).find(({ key }) => isScalar(key) && key.value === 'which') : undefined;
    if (pair === undefined) return 'latest';
    const text = this.#file.text(pair.value, pair.key);
    if (text === undefined) return undefined;
    return text === 'any' || text === 'first'
      ? text
      : this.#file.refuse(pair.value ?? pair.key, 'expected any or first; without which, the latest counts');
  }

  #selector(entry: Pair, entries: Entries): EventSelector | undefined {
    if (!isMap(entry.value)) return this.#selectorNamed(entry, entries);
    const event = entries.get('event');
    // Of a key that is misspelled it is said already.
    if (event === undefined && entry.value.items.length > entries.size) return undefined;
    if (event === undefined) return this.#file.refuse(entry.key, `say which event: ${EVENT_DEFAULT}`);
    return this.#selectorNamed(event, entries);
  }

  #selectorNamed(event: Pair, entries: Entries): EventSelector | undefined {
    const { key, value } = event;
    const nodes = isSeq(value) ? (value.items as Node[]) : [value];
    if (nodes.length === 0) return this.#file.refuse(value ?? key, `say which event: ${EVENT_DEFAULT}`);
    const isAnything = isScalar(value) && value.type === 'PLAIN' && value.value === 'anything';
    const names = isAnything ? [] : nodes.map((node) => this.#name({ key, value: node }));
    const where = this.#conditions(entries);
    if (where === undefined || !names.every((name) => name !== undefined)) return undefined;
    return { names: [...new Set(names)], where, span: spanOf(value ?? key) };
  }

  #conditions(entries: Entries): EventCondition[] | undefined {
    const [where, hours, weekdays] = [entries.get('where'), entries.get('hours'), entries.get('weekdays')];
    const ofProperties = where === undefined ? [] : this.#where(where);
    const ofHours = hours === undefined ? [] : this.#hours(hours);
    const ofDays = weekdays === undefined ? [] : this.#weekdays(weekdays);
    if (ofProperties === undefined || ofHours === undefined || ofDays === undefined) return undefined;
    return [...ofProperties, ...ofHours, ...ofDays];
  }

  #where(entry: Entry): EventCondition[] | undefined {
    const { key, value } = entry;
    if (!isMap(value)) return this.#part(entry, (reading) => reading.conditions());
    if (value.items.length === 0) return this.#file.refuse(key, 'where takes properties and values: { category: shoes }');
    const conditions = [...this.#file.entries(value, 'property')].map(([name, each]): EventCondition | undefined => {
      const property = this.#goodAt(readName(name), each.key);
      const test = this.#test(each, TEST_KEYS);
      return property === undefined || test === undefined ? undefined : { kind: 'property', property, test, span: entrySpan(each) };
    });
    return conditions.every((condition) => condition !== undefined) ? conditions : undefined;
  }

  #hours(entry: Entry): EventCondition[] | undefined {
    const hours = this.#part(entry, (reading) => reading.hours());
    return hours === undefined ? undefined : [{ kind: 'hours', ...hours, span: entrySpan(entry) }];
  }

  #weekdays(entry: Entry): EventCondition[] | undefined {
    const { key, value } = entry;
    const nodes = isSeq(value) ? (value.items as Node[]) : [value];
    if (nodes.length === 0) return this.#file.refuse(key, 'weekdays takes days such as [sat, sun]');
    const days = nodes.map((node) => this.#parsed({ key, value: node }, weekdayOf));
    if (!days.every((day) => day !== undefined)) return undefined;
    return [{ kind: 'weekdays', days: [...new Set(days)].sort((left, right) => left - right), span: entrySpan(entry) }];
  }

  #measure(entries: Entries): Measure | undefined {
    const [first, second] = MEASURE_KEYS.filter((key) => entries.has(key));
    if (first === undefined) return { kind: 'count' };
    if (second !== undefined) return this.#file.refuse(entries.get(second)?.key, `either ${first} or ${second}`);
    const entry = entries.get(first) as Entry;
    const { value } = entry;
    const property = this.#name(entry);
    if (property === undefined) return undefined;
    const span = spanOf(value ?? entry.key);
    if (first !== 'distinct') return { kind: first, property, span };
    const isPeriod = isScalar(value) && value.type === 'PLAIN' && /^(?:days|weeks|months)$/.test(property);
    const of = isPeriod ? periodOf(property) : undefined;
    return of === undefined ? { kind: 'distinct_values', property, span } : { kind: 'distinct', of };
  }

  #window(entries: Entries): Window | undefined {
    const keys = [...WINDOW_KEYS, 'over' as const].filter((key) => entries.has(key));
    const [first] = keys;
    if (first === undefined) return EVER;
    const entry = entries.get(first) as Entry;
    if (keys.includes('within') && (keys.includes('after') || keys.includes('before')) && keys.length === 2) {
      const window = this.#keyed(first, entry);
      const withinEntry = entries.get('within') as Entry;
      const within = this.#part(withinEntry, (reading) => reading.duration());
      if (window === undefined || within === undefined) return undefined;
      if (window.kind === 'around') return { ...window, within };
      return this.#file.refuse(withinEntry.key, `within goes with an event: ${first}: last purchase`);
    }
    const second = keys[1];
    if (second !== undefined) {
      return this.#file.refuse(
        entries.get(second)?.key,
        `one window: ${first} or ${second}; two days are in: between 2024-01-01 and 2024-03-31`,
      );
    }
    if (first === 'over' && !entries.has('per')) return this.#file.refuse(entry.key, 'over goes with per: without it the window is in:');
    if (first === 'in' && entries.has('per')) return this.#file.refuse(entry.key, 'with per the window is over:');
    if (first !== 'in' && first !== 'over') return this.#keyed(first, entry);
    return this.#part(entry, (reading) => reading.window(['last', 'between', 'at', 'ever']));
  }

  /** `after: last purchase`, read as `after last purchase`. */
  #keyed(key: string, entry: Entry): Window | undefined {
    return this.#part(entry, (reading) => reading.window(), `${key} `);
  }

  #per(entries: Entries): Unit | null | undefined {
    const entry = entries.get('per');
    if (entry === undefined) return null;
    return this.#parsed(entry, (text) => periodOf(text) ?? new Fault('expected day, week or month'));
  }

  #range(entries: Entries, isWhole: boolean): Range | undefined {
    const ends = this.#ends(entries, (each) => this.#parsed(each, (text) => readEnd(text, true)));
    const entry = RANGE_KEYS.flatMap((key) => entries.get(key) ?? [])[0];
    return ends === undefined || entry === undefined ? undefined : this.#good(rangeOf(ends, false, isWhole), entry);
  }

  /** The ends that the keys of a range give; `read` reads one. */
  #ends(entries: Entries, read: (entry: Pair) => End | undefined, words = NUMBER_ENDS): Ends | undefined {
    const found: { low: End | null; high: End | null } = { low: null, high: null };
    let isRight = true;
    const put = (side: 'low' | 'high', end: End, key: ParsedNode): void => {
      if (found[side] !== null) isRight = this.#file.refuse(key, `a range has one ${side === 'low' ? 'lower' : 'upper'} end`) ?? false;
      else found[side] = end;
    };
    for (const [name, side, isIncluded] of words) {
      const entry = entries.get(name);
      if (entry === undefined) continue;
      const end = read(entry);
      if (end === undefined) isRight = false;
      else {
        const { kind, bound } = end;
        const isDay = DAY_KEYS.includes(name);
        if (isDay !== (kind === 'day')) {
          const words = side === 'both' ? 'between: with twice the day' : side === 'low' ? 'since: or after:' : 'until: or before:';
          this.#file.refuse(entry.value ?? entry.key, isDay ? 'expected a day as YYYY-MM-DD' : `a day takes ${words}`);
          isRight = false;
          continue;
        }
        const one: End = { kind, bound: { ...bound, isIncluded } };
        if (side !== 'high') put('low', one, entry.key);
        if (side !== 'low') put('high', one, entry.key);
      }
    }
    const between = entries.get('between');
    if (between !== undefined) {
      const { key, value } = between;
      const nodes = isSeq(value) ? (value.items as Node[]) : [];
      if (nodes.length !== 2) return this.#file.refuse(isEmptyNode(value) ? key : value, 'between takes two: [2, 5]');
      const [low, high] = nodes.map((node) => read({ key, value: node }));
      if (low === undefined || high === undefined) return undefined;
      put('low', low, key);
      put('high', high, key);
    }
    return isRight ? found : undefined;
  }

  /** What is asked of a text: a value, a list of values, or a map of one test. */
  #test(entry: Pair, keys: readonly string[]): Test | undefined {
    const { key, value } = entry;
    if (!isMap(value)) {
      const nodes = isSeq(value) ? (value.items as Node[]) : [value];
      if (nodes.length === 0) return this.#file.refuse(value ?? key, 'the list has no values');
      const values = nodes.map((node) => this.#name({ key, value: node }));
      return values.every((each) => each !== undefined) ? { kind: 'in', values: [...new Set(values)], isNegated: false } : undefined;
    }
    const entries = this.#known(value, keys, 'test');
    const tests = [...entries.keys()].filter((name) => name !== 'which');
    const [first] = tests;
    if (first === undefined)
      return value.items.length > entries.size ? undefined : this.#file.refuse(value, 'say what it is compared with, such as is: pro');
    const isRange = (name: string): boolean => (RANGE_KEYS as readonly string[]).includes(name) || DAY_KEYS.includes(name);
    const second = tests.find((name, index) => index > 0 && !(isRange(name) && isRange(first)));
    if (second !== undefined) return this.#file.refuse(entries.get(second)?.key, `one test here: ${first} or ${second}`);
    const one = entries.get(first) as Entry;
    switch (first) {
      case 'not': {
        const test = this.#test(
          one,
          TEST_KEYS.filter((name) => name !== 'not'),
        );
        return test === undefined ? undefined : { ...test, isNegated: !test.isNegated };
      }
      case 'is':
        return isMap(one.value) ? this.#file.refuse(one.value, 'is takes a value or a list of values') : this.#test(one, []);
      case 'contains': {
        const text = this.#name(one);
        return text === undefined ? undefined : { kind: 'contains', text, isNegated: false };
      }
      case 'matches': {
        const pattern = this.#name(one);
        return pattern === undefined ? undefined : { kind: 'matches', pattern, isNegated: false };
      }
      case 'set': {
        const text = this.#file.text(one.value, one.key);
        if (text === undefined) return undefined;
        if (text !== 'true' && text !== 'false') return this.#file.refuse(one.value ?? one.key, 'expected true or false');
        return { kind: 'set', isNegated: text === 'false' };
      }
      default: {
        const ends = this.#ends(entries, (each) => this.#parsed(each, (text) => readEnd(text, true)), [...NUMBER_ENDS, ...DAY_ENDS]);
        return ends === undefined ? undefined : this.#good(rangeTest(ends, false), one);
      }
    }
  }

  #name(entry: Pair): string | undefined {
    return this.#parsed(entry, readName);
  }

  #whole(entry: Entry | undefined, least: number, most: number): number | undefined {
    return entry === undefined ? undefined : this.#parsed(entry, (text) => readWhole(text, least, most));
  }

  #words(entry: Entry | undefined): string {
    if (entry === undefined) return '';
    const text = (this.#file.text(entry.value, entry.key) ?? '').trim().replaceAll(/\s*\n\s*/g, ' ');
    if (text !== '' && ([...text].length > LONGEST_WORDS || !isFitText(text)))
      this.#file.refuse(entry.value ?? entry.key, `expected up to ${LONGEST_WORDS} characters`);
    return text;
  }

  /** The one text of an entry, parsed. */
  #parsed<T>(entry: Pair, parse: (text: string) => T | Fault): T | undefined {
    const text = this.#file.text(entry.value, entry.key);
    return text === undefined ? undefined : this.#goodAt(parse(text), entry.value ?? entry.key);
  }

  /** The one text of an entry, read in the language of the short form; `before` stands before it. */
  #part<T>(entry: Pair, read: (reading: RuleReading) => T, before = ''): T | undefined {
    const text = this.#file.text(entry.value, entry.key);
    if (text === undefined || !isScalar(entry.value)) return undefined;
    const place = this.#file.placeIn(entry.value);
    const { value, problems } = parsePart(before + text, (offset) => place(Math.max(0, offset - before.length)), read);
    for (const { span, message } of problems) this.#file.refuse(span, message);
    return value;
  }

  #good<T>(value: T | Fault, entry: Pair): T | undefined {
    return this.#goodAt(value, entry.value ?? entry.key);
  }

  #goodAt<T>(value: T | Fault, node: ParsedNode): T | undefined {
    return value instanceof Fault ? this.#file.refuse(node, value.message) : value;
  }

  /** The entries of a leaf, which may be the name of its event alone. */
  #leafEntries(name: string, { key, value }: Entry, keys: readonly string[]): Entries | undefined {
    if (isMap(value)) return this.#known(value, keys);
    if (isSeq(value)) return this.#file.refuse(value, `${name} takes the name of an event, or keys: { event: purchase, in: last 30 days }`);
    return isEmptyNode(value) ? this.#file.refuse(key, `say which event: ${EVENT_DEFAULT}`) : new Map();
  }

  /** The entries of a map whose keys are known; others are refused with the one that was probably meant. */
  #known(map: YAMLMap.Parsed, keys: readonly string[], what = 'key'): Map<string, Entry> {
    const known = new Map<string, Entry>();
    for (const [key, entry] of this.#file.entries(map, what)) {
      const close = nearest(key, keys);
      if (keys.includes(key)) known.set(key, entry);
      else
        this.#file.refuse(
          entry.key,
          `there is no ${what} "${key}"${close === undefined ? ` here: ${keys.slice(0, MOST_NAMED).join(', ')}` : didYouMean(close)}`,
        );
    }
    return known;
  }
}

function aboveZero(number: string | Fault): string | Fault {
  return number instanceof Fault || (number !== '0' && !number.startsWith('-')) ? number : new Fault('expected a number above 0');
}

function entrySpan({ key, value }: Pair): Span {
  return { start: spanOf(key).start, end: value === null ? spanOf(key).end : spanOf(value).end };
}
