import { didYouMean, nearest } from '../errors/nearest.js';
import { FEATURES } from '../segmentation/rules/features.js';
import {
  type Duration,
  type EventCondition,
  type EventSelector,
  type EventValue,
  LONGEST_AGO,
  type Measure,
  type Range,
  type Rule,
  type Span,
  type Test,
  type Unit,
  type Window,
} from '../segmentation/rules/rule.js';
import { RESERVED } from '../segmentation/rules/words.js';
import {
  behaviour,
  combination,
  daysOf,
  type End,
  type Ends,
  EVER,
  Fault,
  featureRule,
  isCounted,
  type Length,
  lastWindow,
  negatable,
  ONCE,
  periodOf,
  perProblem,
  rangeOf,
  rangeTest,
  readDay,
  readDuration,
  readEnd,
  readHours,
  readName,
  readNumber,
  readWhole,
  stepsProblem,
  unitOf,
  weekdayOf,
} from './rule-parts.js';
import { type Token, tokensOf } from './rule-tokens.js';

/** Something wrong with a text, and where in it. */
export interface RuleProblem {
  readonly span: Span;
  readonly message: string;
}

export interface Parsed<T> {
  /** Undefined when there are problems. */
  readonly value: T | undefined;
  readonly problems: readonly RuleProblem[];
}

type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=';

const MOST_CHARACTERS = 10_000;
const MOST_DEPTH = 20;
const MEASURES = ['did', 'sum', 'average', 'least', 'greatest', 'distinct'] as const;
const FUNCTIONS = [...MEASURES, 'first', 'nth', 'regularly', 'stopped', 'restarted', 'property', 'segment'] as const;
type FunctionName = (typeof FUNCTIONS)[number];
const OPERATORS: readonly string[] = ['=', '!=', '>', '>=', '<', '<='];
const LEAST: Readonly<Record<string, boolean>> = { '>': false, '>=': true };
const MOST: Readonly<Record<string, boolean>> = { '<': false, '<=': true };
const WINDOW_WORDS: readonly string[] = ['since', 'until', 'after', 'before', 'within'];
const WINDOWS =
  'expected a window such as last 30 days, between 90 and 45 days ago, since 2024-01-01, within 7 days of first seen or after last purchase';
/** Words of other languages, and what they are in this one. */
const MEANT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    count: 'did',
    avg: 'average',
    mean: 'average',
    min: 'least',
    max: 'greatest',
    rfm: 'rfm_segment',
    recency: 'recency_days',
    tenure: 'tenure_days',
    revenue: 'monetary',
    usual_interval: 'usual_interval_days',
  }),
);
/** What people write in its place. */
const SIGNS: Readonly<Record<string, string>> = {
  '&': 'and',
  '|': 'or',
  '!': 'not',
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  '“': '"',
  '”': '"',
  '/': 'and quotes around the text',
};

/** The rule that a text such as `monetary >= 500 and did(purchase, last 30d) >= 2` stands for; all problems at once. */
export function parseRule(text: string): Parsed<Rule> {
  return parsePart(
    text,
    (offset) => offset,
    (reading) => reading.rule(),
  );
}

/**
 * Reads a part of a rule that stands in a text of its own. `place` turns an offset of that text into one of the text it was taken from;
 * spans are in that.
 */
export function parsePart<T>(text: string, place: (offset: number) => number, read: (reading: RuleReading) => T): Parsed<T> {
  if (text.length > MOST_CHARACTERS) {
    const span = { start: place(0), end: place(0) };
    return { value: undefined, problems: [{ span, message: `a rule has at most ${MOST_CHARACTERS} characters` }] };
  }
  const reading = new RuleReading(text, place);
  const value = reading.whole(read);
  return { value: reading.problems.length === 0 ? value : undefined, problems: reading.problems };
}

/** Walks the pieces of one text. A fault ends the leaf it is in; reading goes on with what is joined to it. */
export class RuleReading {
  readonly problems: RuleProblem[] = [];
  readonly #tokens: readonly Token[];
  readonly #place: (offset: number) => number;
  #at = 0;
  #depth = 0;

  constructor(text: string, place: (offset: number) => number) {
    this.#tokens = tokensOf(text);
    this.#place = place;
  }

  /** What `read` reads, and nothing after it; undefined with a problem. */
  whole<T>(read: (reading: RuleReading) => T): T | undefined {
    try {
      const value = read(this);
      if (this.#token.kind !== 'end') this.#fail(this.#unexpected());
      return value;
    } catch (error) {
      this.#note(error, this.#token);
      return undefined;
    }
  }

  rule(): Rule {
    const start = this.#token;
    const first = this.#negation();
    const word = this.#isWord('and') ? 'and' : this.#isWord('or') ? 'or' : undefined;
    if (word === undefined) return first;
    const rules = [first];
    while (this.#isWord('and') || this.#isWord('or')) {
      if (!this.#isWord(word)) {
        const { problems } = this;
        const span = this.#spanOf(this.#token);
        if (!problems.some((problem) => problem.span.start === span.start))
          problems.push({ span, message: 'and beside or needs brackets: (… and …) or …' });
      }
      this.#at += 1;
      rules.push(this.#negation());
    }
    return combination(word === 'and' ? 'all' : 'any', rules, this.#spanFrom(start));
  }

  /** `last 30 days`, `after last purchase`; where words are given, only those that begin with one of them. */
  window(words?: readonly string[]): Window {
    const { kind, text } = this.#token;
    if (words !== undefined && kind === 'word' && !words.includes(text.toLowerCase()) && WINDOW_WORDS.includes(text.toLowerCase())) {
      this.#fail(`${text} is a key of its own: ${text}: …`);
    }
    return this.#anyWindow() ?? this.#fail(WINDOWS);
  }

  /** `last 14 days` as 14. */
  lastDays(): number {
    this.#expect('last', 'expected such as last 14 days');
    return this.days();
  }

  /** What is asked of events: `category = shoes and hours 22 to 4`. */
  conditions(): EventCondition[] {
    const conditions = [this.#condition()];
    while (this.#take('and')) conditions.push(this.#condition());
    return conditions;
  }

  /** `2 minutes` */
  duration(): Duration {
    const token = this.#token;
    return this.#good(readDuration(this.length()), token);
  }

  /** `28 days` as 28. */
  days(): number {
    const token = this.#token;
    return this.#good(daysOf(this.length()), token);
  }

  /** `22 to 4` */
  hours(): { readonly from: number; readonly to: number } {
    const from = this.#token;
    this.#at += 1;
    this.#expect('to', 'expected hours of the day such as 22 to 4');
    const to = this.#token;
    this.#at += 1;
    return this.#good(readHours(from.text, to.text), from, to);
  }

  /** `3 of last 4 weeks` */
  regular(): { readonly least: number; readonly of: number; readonly unit: Unit } {
    const expected = 'expected such as 3 of last 4 weeks';
    const token = this.#token;
    const least = this.#whole(1, 1000);
    this.#expect('of', expected);
    this.#expect('last', expected);
    const length = this.#token;
    const { count, unit } = this.length();
    if (unit !== 'day' && unit !== 'week' && unit !== 'month') this.#fail('expected days, weeks or months', length);
    if (count < 1 || count > 1000) this.#fail('expected a whole number from 1 to 1000', length);
    if (least > count) this.#fail(`there are no ${least} in ${count}`, token);
    return { least, of: count, unit };
  }

  /** A number of days, or how many times the usual interval: `14 days`, `2 x usual_interval`. */
  idleEnd(): { readonly value: string; readonly of: 'days' | 'usual_interval' } {
    const token = this.#token;
    if (/^\d[\d.]*x$/i.test(token.text) || this.#isFactor()) {
      const value = this.#factor();
      this.#expect('usual_interval', 'expected such as 2 x usual_interval');
      return { value, of: 'usual_interval' };
    }
    return { value: String(this.days()), of: 'days' };
  }

  /** `30d`, `30 days` */
  length(): Length {
    const token = this.#token;
    if (token.kind !== 'number') this.#fail('expected a length such as 30 days');
    this.#at += 1;
    const [, number = '', word = ''] = /^([\p{Nd}.]*)(.*)$/u.exec(token.text) ?? [];
    const count = this.#good(readWhole(number, 0, 1_000_000), token);
    if (word !== '') return { count, unit: this.#good(unitOf(word), token) };
    const unit = this.#token;
    if (unit.kind !== 'word') this.#fail('expected minutes, hours, days, weeks or months after the number', unit);
    this.#at += 1;
    return { count, unit: this.#good(unitOf(unit.text), unit) };
  }

  /** `purchase`, `purchase or order`, `anything`, each also with `where …`. */
  selector(): EventSelector {
    const start = this.#token;
    const names = this.#take('anything') ? [] : [this.#name('an event')];
    if (names.length > 0) while (this.#take('or')) names.push(this.#name('an event'));
    const span = this.#spanFrom(start);
    return { names, where: this.#take('where') ? this.conditions() : [], span };
  }

  #negation(): Rule {
    const start = this.#token;
    if (!this.#isWord('not')) return this.#single();
    this.#at += 1;
    return this.#deeper(start, () => ({ kind: 'not', rule: this.#negation(), span: this.#spanFrom(start) }));
  }

  #single(): Rule {
    const start = this.#token;
    if (!this.#isSign('(')) return this.#leaf();
    this.#at += 1;
    return this.#deeper(start, () => {
      const rule = this.rule();
      if (!this.#isSign(')')) {
        if (this.#token.kind === 'end') this.#fail('this bracket is not closed', start);
        this.#fail(this.#unexpected());
      }
      this.#at += 1;
      return rule;
    });
  }

  #deeper(start: Token, read: () => Rule): Rule {
    if (this.#depth === MOST_DEPTH) {
      // What is inside would be told as often as it is deep.
      this.#at = this.#tokens.length - 1;
      throw new Fault(`brackets and nots go at most ${MOST_DEPTH} deep`, this.#spanOf(start));
    }
    this.#depth += 1;
    const rule = read();
    this.#depth -= 1;
    return rule;
  }

  /** A leaf; with a problem, one that holds for nobody, and reading goes on with the next `and`, `or` or closing bracket. */
  #leaf(): Rule {
    const start = this.#token;
    try {
      return this.#readLeaf();
    } catch (error) {
      this.#note(error, start);
      while (
        this.#token.kind !== 'end' &&
        !(this.#token.depth <= start.depth && (this.#isWord('and') || this.#isWord('or'))) &&
        !(this.#isSign(')') && this.#token.depth < start.depth)
      )
        this.#at += 1;
      return { kind: 'any', rules: [], span: this.#spanOf(start) };
    }
  }

  #readLeaf(): Rule {
    const start = this.#token;
    if (this.#isWord('and') || this.#isWord('or') || this.#isSign(')') || start.kind === 'end') this.#fail(this.#expectedRule());
    if (start.kind !== 'word') this.#fail(this.#unexpected());
    this.#at += 1;
    const word = start.text.toLowerCase();
    if (this.#isSign('(')) return this.#function(start, word);
    if (word === 'idle') return this.#idle(start);
    if (FEATURES.has(word)) return this.#feature(start, word);
    if (FUNCTIONS.some((name) => name === word)) this.#fail(`${word} is followed by brackets: ${exampleOf(word as FunctionName)}`, start);
    const close = MEANT.get(word) ?? nearest(word, ['idle', ...FEATURES.keys(), ...FUNCTIONS]);
    const other = `: a property of users is property(${start.text}), an event did(${start.text}), another segment segment(${start.text})`;
    return this.#fail(`there is no feature "${start.text}"${close === undefined ? other : didYouMean(close)}`, start);
  }

  #function(start: Token, word: string): Rule {
    const name = FUNCTIONS.find((each) => each === word);
    if (name === undefined) {
      const close = MEANT.get(word) ?? nearest(word, FUNCTIONS);
      this.#fail(`there is no "${start.text}(…)"${close === undefined ? `: ${FUNCTIONS.join(', ')}` : didYouMean(close)}`, start);
    }
    switch (name) {
      case 'property':
        return this.#property(start);
      case 'segment': {
        this.#open();
        const segment = this.#name('a segment');
        this.#close();
        return { kind: 'segment', segment, span: this.#spanFrom(start) };
      }
      case 'first':
      case 'nth': {
        this.#open();
        const n = name === 'first' ? 1 : this.#whole(1, 1_000_000);
        if (name === 'nth') this.#comma('expected a comma and an event: nth(3, purchase, last 7 days)');
        const events = this.selector();
        const window = this.#windowArgument();
        this.#close();
        return { kind: 'occurrence', n, events, window, span: this.#spanFrom(start) };
      }
      case 'regularly':
        return this.#regularly(start);
      case 'stopped':
      case 'restarted': {
        const expected = `expected ${exampleOf(name)}`;
        this.#open();
        const events = this.selector();
        this.#comma(expected);
        this.#expect('last', expected);
        const recentDays = this.days();
        this.#comma(expected);
        this.#expect('before', expected);
        this.#expect('that', expected);
        const beforeDays = this.days();
        this.#close();
        return { kind: name, events, recentDays, beforeDays, span: this.#spanFrom(start) };
      }
      default:
        return this.#behaviour(start, name);
    }
  }

  #regularly(start: Token): Rule {
    this.#open();
    const events = this.selector();
    this.#comma(`expected ${exampleOf('regularly')}`);
    const regular = this.regular();
    let each: Range = ONCE;
    if (this.#isSign(',')) {
      this.#at += 1;
      this.#expect('each', 'expected each and a number: each >= 2');
      each = this.#range(true);
    }
    this.#close();
    return { kind: 'regularity', events, each, ...regular, span: this.#spanFrom(start) };
  }

  #property(start: Token): Rule {
    this.#open();
    const property = this.#name('a property');
    let which: 'latest' | 'any' | 'first' = 'latest';
    if (this.#isSign(',')) {
      this.#at += 1;
      which = this.#take('any') ? 'any' : this.#take('first') ? 'first' : this.#fail('expected any or first');
    }
    this.#close();
    const test = this.#test();
    return negatable({ kind: 'property', property, which, test, span: this.#spanFrom(start) });
  }

  #feature(start: Token, column: string): Rule {
    const value = this.#token;
    const test = this.#test();
    return this.#goodSince(featureRule(column, test, this.#spanFrom(start)), value);
  }

  #idle(start: Token): Rule {
    const ofs = new Set<'days' | 'usual_interval'>();
    const token = this.#token;
    const { ends, isNegated } = this.#ends(() => {
      const { value, of } = this.idleEnd();
      ofs.add(of);
      return { kind: 'number', value };
    });
    const range = this.#goodSince(rangeOf(ends, isNegated, false), token);
    const [of = 'days', other] = ofs;
    if (other !== undefined) this.#fail('both ends are days, or both times the usual interval', this.#spanFrom(token));
    return { kind: 'idle', of, range, span: this.#spanFrom(start) };
  }

  #behaviour(start: Token, name: (typeof MEASURES)[number]): Rule {
    const found = this.#value(name);
    if ('kind' in found) {
      if (OPERATORS.includes(this.#token.text) || this.#isWord('between'))
        this.#fail('one thing then another is done or not: it has no number');
      return { ...found, span: this.#spanFrom(start) };
    }
    const { measure, window } = found;
    const operator = this.#token;
    if (this.#isRelative()) return this.#relative(start, found);
    const hasRange = OPERATORS.includes(operator.text) || this.#isWord('between') || (this.#isWord('not') && this.#next.text === 'between');
    if (!hasRange) return this.#goodSince(behaviour(found, undefined, null, this.#spanFrom(start)), start);
    const isPer = this.#hasPer();
    const range = this.#range(isCounted(measure) && !isPer);
    const perToken = this.#token;
    const per = this.#per();
    const problem = per === null ? undefined : perProblem(window, per, measure);
    if (problem !== undefined) this.#fail(problem, this.#spanFrom(perToken));
    return this.#good(behaviour(found, range, per, this.#spanFrom(start)), start);
  }

  #relative(start: Token, value: EventValue): Rule {
    const { text } = this.#token;
    const operator =
      text === '>' || text === '>=' || text === '<' || text === '<='
        ? text
        : this.#fail('expected >, >=, < or <= between two numbers of events');
    this.#at += 1;
    const factor = this.#token.kind === 'number' ? this.#factor() : '1';
    const function_ = this.#token;
    const name = MEASURES.find((each) => each === function_.text.toLowerCase());
    if (name === undefined || this.#next.text !== '(') this.#fail('expected such as did(purchase, last 30 days)');
    this.#at += 1;
    const other = this.#value(name);
    if ('kind' in other) return this.#fail('one thing then another is done or not: it has no number', function_);
    return { kind: 'relative', value, operator, factor, other, span: this.#spanFrom(start) };
  }

  /** Within brackets: what is measured of which events, when; or a sequence. */
  #value(name: (typeof MEASURES)[number]): EventValue | Extract<Rule, { readonly kind: 'sequence' }> {
    const bracket = this.#token;
    this.#open();
    const measure = name === 'did' ? ({ kind: 'count' } as const) : this.#measure(name);
    const events = this.selector();
    if (this.#isWord('then') && name === 'did') return this.#sequence(bracket, events);
    const window = this.#windowArgument();
    this.#close();
    return { events, measure, window };
  }

  #sequence(bracket: Token, first: EventSelector): Extract<Rule, { readonly kind: 'sequence' }> {
    const steps = [first];
    let isMissed = false;
    while (this.#take('then')) {
      if (isMissed) this.#fail('nothing follows what did not happen');
      isMissed = this.#take('not');
      steps.push(this.selector());
    }
    const within = this.#take('within') ? this.duration() : null;
    const window = this.#windowArgument();
    this.#close();
    const problem = stepsProblem(steps, isMissed, within);
    if (problem !== undefined) this.#fail(problem, bracket);
    return { kind: 'sequence', steps, within, isMissed, window, span: this.#spanFrom(bracket) };
  }

  #measure(name: Exclude<(typeof MEASURES)[number], 'did'>): Measure {
    const token = this.#token;
    const of =
      name === 'distinct' && token.kind === 'word' && /^(?:days|weeks|months)$/i.test(token.text) ? periodOf(token.text) : undefined;
    if (of !== undefined) this.#at += 1;
    const property = of === undefined ? this.#name('a property') : '';
    const span = this.#spanOf(token);
    this.#expect('of', `say of which events: ${name}(${token.text} of purchase), or of anything`);
    if (of !== undefined) return { kind: 'distinct', of };
    return name === 'distinct' ? { kind: 'distinct_values', property, span } : { kind: name, property, span };
  }

  #windowArgument(): Window {
    if (!this.#isSign(',')) return EVER;
    this.#at += 1;
    return this.window();
  }

  #anyWindow(): Window | undefined {
    const token = this.#token;
    if (this.#take('ever')) return EVER;
    if (this.#take('last')) return this.#good(lastWindow(this.length()), token);
    if (this.#take('between')) return this.#betweenWindow(token);
    if (this.#take('at')) return this.#longAgo();
    for (const word of ['since', 'until', 'after', 'before'] as const) {
      if (!this.#isWord(word) || this.#next.kind !== 'number') continue;
      this.#at += 1;
      const day = this.#day();
      if (word === 'since' || word === 'after') return { kind: 'dates', first: word === 'since' ? day : day + 1, last: null };
      return { kind: 'dates', first: null, last: word === 'until' ? day : day - 1 };
    }
    if (!this.#take('within')) return this.#isWord('after') || this.#isWord('before') ? this.#around(null) : undefined;
    const lengthToken = this.#token;
    const length = this.length();
    if (!this.#take('of')) return this.#around(this.#good(readDuration(length), lengthToken));
    this.#expect('first', 'expected such as within 7 days of first seen');
    this.#expect('seen', 'expected such as within 7 days of first seen');
    return { kind: 'since_first_seen', days: this.#good(daysOf(length), lengthToken) };
  }

  /** After `at`: `least 90 days ago`. */
  #longAgo(): Window {
    const expected = 'expected such as at least 90 days ago';
    this.#expect('least', expected);
    const token = this.#token;
    const { count, unit } = this.length();
    const to = count * this.#good(daysOf({ count: 1, unit }), token);
    if (to > LONGEST_AGO) this.#fail(`expected at most ${LONGEST_AGO} days`, token);
    this.#expect('ago', expected);
    return { kind: 'ago', from: LONGEST_AGO, to };
  }

  /** After `between`: `90 and 45 days ago`, or two days. */
  #betweenWindow(start: Token): Window {
    const token = this.#token;
    if (/^\d{4}-/.test(token.text)) {
      const first = this.#day();
      this.#expect('and', 'expected and with the last day');
      const last = this.#day();
      if (last < first) this.#fail('the earlier day comes first', token);
      return { kind: 'dates', first, last };
    }
    const [, number = '', word = ''] = /^([\p{Nd}.]*)(.*)$/u.exec(token.text) ?? [];
    const from = this.#good(readWhole(number, 0, LONGEST_AGO), token);
    this.#at += 1;
    // The unit may stand once, or after both: `90 days and 45 days ago`.
    const unit = word === '' ? (this.#isWord('and') ? undefined : this.#unitWord()) : this.#good(unitOf(word), token);
    this.#expect('and', 'expected such as between 90 and 45 days ago');
    const second = this.#token;
    const length = this.length();
    this.#expect('ago', 'expected ago: between 90 and 45 days ago');
    if (unit !== undefined && unit !== length.unit) this.#fail('both numbers have one unit', token);
    const daysEach = this.#good(daysOf({ count: 1, unit: length.unit }), second);
    if (from < length.count) this.#fail('the earlier comes first: between 90 and 45 days ago', start);
    if (from * daysEach > LONGEST_AGO) this.#fail(`expected at most ${LONGEST_AGO} days`, token);
    return { kind: 'ago', from: from * daysEach, to: length.count * daysEach };
  }

  #unitWord(): Length['unit'] {
    const token = this.#token;
    this.#at += 1;
    return this.#good(unitOf(token.text), token);
  }

  /** `after last add_to_cart`, `before first (order where plan = pro)` */
  #around(within: Duration | null): Window {
    const side = this.#take('after') ? 'after' : this.#take('before') ? 'before' : this.#fail('expected after or before');
    const which = this.#take('first')
      ? 'first'
      : this.#take('last')
        ? 'last'
        : this.#fail(`expected a day, or first or last and an event: ${side} last purchase`);
    const start = this.#token;
    if (this.#isSign('(')) {
      this.#at += 1;
      const events = this.selector();
      this.#close();
      return { kind: 'around', side, which, events, within };
    }
    const names = this.#take('anything') ? [] : [this.#name('an event')];
    return { kind: 'around', side, which, events: { names, where: [], span: this.#spanFrom(start) }, within };
  }

  #condition(): EventCondition {
    const start = this.#token;
    if (this.#isWord('hours') && this.#next.kind === 'number') {
      this.#at += 1;
      const { from, to } = this.hours();
      return { kind: 'hours', from, to, span: this.#spanFrom(start) };
    }
    if (this.#isWord('weekdays') && !OPERATORS.includes(this.#next.text)) {
      this.#at += 1;
      const list = this.#isSign('(') ? this.#list() : [this.#advance()];
      const days = list.map((token) => this.#good(weekdayOf(token.text), token));
      return { kind: 'weekdays', days: [...new Set(days)].sort((left, right) => left - right), span: this.#spanFrom(start) };
    }
    const isNegated = this.#take('not');
    const property = this.#name('a property');
    const test = this.#test();
    return { kind: 'property', property, test: isNegated ? { ...test, isNegated: !test.isNegated } : test, span: this.#spanFrom(start) };
  }

  #test(): Test {
    const token = this.#token;
    if (this.#take('is')) {
      const isNegated = this.#take('not');
      this.#expect('set', 'expected set; a value stands after =');
      return { kind: 'set', isNegated };
    }
    if (this.#isSign('=') || this.#isSign('!=')) {
      this.#at += 1;
      return { kind: 'in', values: [this.#textValue()], isNegated: token.text === '!=' };
    }
    if (OPERATORS.includes(token.text) || this.#isWord('between') || (this.#isWord('not') && this.#next.text.toLowerCase() === 'between')) {
      const { ends, isNegated } = this.#ends(() => this.#end());
      return this.#goodSince(rangeTest(ends, isNegated), token);
    }
    const isNegated = this.#take('not');
    if (this.#take('contains')) return { kind: 'contains', text: this.#textValue(), isNegated };
    if (this.#take('matches')) return { kind: 'matches', pattern: this.#textValue(), isNegated };
    if (this.#take('in')) {
      const values = this.#list().map((value) => this.#good(readName(value.text), value));
      return { kind: 'in', values: [...new Set(values)], isNegated };
    }
    return this.#fail('expected =, !=, >, >=, <, <=, in (…), between … and …, contains, matches or is set', token);
  }

  /** `>= 2`, `>= 2 and < 5`, `between 2 and 5`, `= 2` and what they deny, as ends. */
  #ends(read: () => { readonly kind: End['kind']; readonly value: string }): { readonly ends: Ends; readonly isNegated: boolean } {
    const end = (isIncluded: boolean): End => {
      const { kind, value } = read();
      return { kind, bound: { value, isIncluded } };
    };
    const isNegated = this.#take('not');
    if (this.#take('between')) {
      const low = end(true);
      this.#expect('and', 'expected and with the greater end');
      return { ends: { low, high: end(true) }, isNegated };
    }
    if (isNegated) this.#fail('expected between after not');
    const sign = this.#operator();
    if (sign === '=' || sign === '!=') {
      const both = end(true);
      return { ends: { low: both, high: both }, isNegated: sign === '!=' };
    }
    const one = end(sign === '>=' || sign === '<=');
    const isLow = sign in LEAST;
    const next = this.#next;
    if (!this.#isWord('and') || next.kind !== 'sign' || !OPERATORS.includes(next.text)) {
      return { ends: isLow ? { low: one, high: null } : { low: null, high: one }, isNegated };
    }
    this.#at += 1;
    const token = this.#token;
    const second = this.#operator();
    if (!(second in (isLow ? MOST : LEAST))) this.#fail('a range has a lower and an upper end: >= 2 and < 5', token);
    const other = end(second === '>=' || second === '<=');
    return { ends: isLow ? { low: one, high: other } : { low: other, high: one }, isNegated };
  }

  #range(isWhole: boolean): Range {
    const token = this.#token;
    const { ends, isNegated } = this.#ends(() => this.#end());
    return this.#goodSince(rangeOf(ends, isNegated, isWhole), token);
  }

  #end(): { readonly kind: End['kind']; readonly value: string } {
    const token = this.#token;
    const { kind, bound } = this.#good(readEnd(token.kind === 'number' ? this.#numberText() : '', true), token);
    this.#at += 1;
    return { kind, value: bound.value };
  }

  /** The text of a number, with what a misplaced comma splits off it. */
  #numberText(): string {
    const token = this.#token;
    const [comma, rest] = [this.#tokens[this.#at + 1], this.#tokens[this.#at + 2]];
    const isSplit = comma?.text === ',' && comma.start === token.end && rest?.start === comma.end && /^\d{3}(?:\.\d+)?$/.test(rest.text);
    return isSplit ? `${token.text},${rest.text}` : token.text;
  }

  #operator(): Operator {
    const { text, kind } = this.#token;
    if (kind !== 'sign' || !OPERATORS.includes(text)) this.#fail('expected =, !=, >, >=, <, <= or between');
    this.#at += 1;
    return text as Operator;
  }

  /** Whether the number after the operator is that of other events. */
  #isRelative(): boolean {
    if (!OPERATORS.includes(this.#token.text)) return false;
    const after = this.#tokens.slice(this.#at + 1, this.#at + 3);
    const [first, second] = after;
    if (first?.kind === 'word' && second?.text === '(') return true;
    if (first?.kind !== 'number') return false;
    return /x$/i.test(first.text) || second?.text === '*' || (second?.kind === 'word' && second.text.toLowerCase() === 'x');
  }

  #isFactor(): boolean {
    const { kind, text } = this.#next;
    return this.#token.kind === 'number' && (text === '*' || (kind === 'word' && text.toLowerCase() === 'x'));
  }

  /** `2 x`, `2x` or `2 *` */
  #factor(): string {
    const token = this.#token;
    const isJoined = /x$/i.test(token.text);
    const factor = this.#good(readNumber(isJoined ? token.text.slice(0, -1) : token.text), token);
    if (factor.startsWith('-') || factor === '0') this.#fail('expected a number above 0', token);
    this.#at += isJoined ? 1 : 2;
    return factor;
  }

  /** Whether `per` follows the range that begins here, in this leaf. */
  #hasPer(): boolean {
    const { depth } = this.#token;
    for (const token of this.#tokens.slice(this.#at)) {
      if (token.depth < depth || token.kind === 'end' || (token.kind === 'word' && token.text.toLowerCase() === 'or')) return false;
      if (token.kind === 'word' && token.text.toLowerCase() === 'per') return true;
      if (token.kind === 'word' && !['between', 'and', 'not'].includes(token.text.toLowerCase())) return false;
    }
    return false;
  }

  #per(): Unit | null {
    if (!this.#take('per')) return null;
    const token = this.#token;
    const unit = token.kind === 'word' ? periodOf(token.text) : undefined;
    if (unit === undefined) return this.#fail('expected per day, per week or per month');
    this.#at += 1;
    return unit;
  }

  #day(): number {
    const token = this.#token;
    const day = this.#good(readDay(token.kind === 'number' ? token.text : ''), token);
    this.#at += 1;
    return day;
  }

  #whole(least: number, most: number): number {
    const token = this.#token;
    const whole = this.#good(readWhole(token.kind === 'number' ? token.text : '', least, most), token);
    this.#at += 1;
    return whole;
  }

  /** A name or a text, in quotes where it is a word of the language. */
  #name(what: string): string {
    const token = this.#token;
    const { kind, text } = token;
    if (kind === 'word' && RESERVED.has(text.toLowerCase())) {
      this.#fail(`expected the name of ${what}; one that is called ${text} stands in quotes`);
    }
    if (kind !== 'word' && kind !== 'quoted' && kind !== 'number')
      this.#fail(kind === 'fault' ? this.#unexpected() : `expected the name of ${what}`);
    this.#at += 1;
    return this.#good(readName(text), token);
  }

  #textValue(): string {
    const token = this.#token;
    const { kind, text } = token;
    if (kind === 'word' && RESERVED.has(text.toLowerCase())) this.#fail(`expected a value; the text ${text} stands in quotes`);
    if (kind !== 'word' && kind !== 'quoted' && kind !== 'number') this.#fail(kind === 'fault' ? this.#unexpected() : 'expected a value');
    this.#at += 1;
    return this.#good(readName(text), token);
  }

  /** `(a, b)`: the pieces of it. */
  #list(): Token[] {
    if (!this.#isSign('(')) this.#fail('expected values in brackets: (a, b)');
    const pieces: Token[] = [];
    do {
      this.#at += 1;
      pieces.push(this.#token);
      this.#textValue();
    } while (this.#isSign(','));
    this.#close();
    return pieces;
  }

  #open(): void {
    this.#at += 1;
  }

  #close(): void {
    if (!this.#isSign(')')) this.#fail(this.#token.kind === 'end' ? 'a closing bracket is missing' : this.#unexpected());
    this.#at += 1;
  }

  #comma(expected: string): void {
    if (!this.#isSign(',')) this.#fail(expected);
    this.#at += 1;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? (this.#tokens.at(-1) as Token);
  }

  get #next(): Token {
    return this.#tokens[this.#at + 1] ?? (this.#tokens.at(-1) as Token);
  }

  #isWord(word: string): boolean {
    return this.#token.kind === 'word' && this.#token.text.toLowerCase() === word;
  }

  #isSign(sign: string): boolean {
    return this.#token.kind === 'sign' && this.#token.text === sign;
  }

  #advance(): Token {
    const token = this.#token;
    this.#at += 1;
    return token;
  }

  #take(word: string): boolean {
    const isThere = this.#isWord(word);
    if (isThere) this.#at += 1;
    return isThere;
  }

  #expect(word: string, expected: string): void {
    if (!this.#take(word)) this.#fail(expected);
  }

  /** The value, or the fault with the place of the pieces it is in. */
  #good<T>(value: T | Fault, first: Token, last = first): T {
    if (!(value instanceof Fault)) return value;
    throw new Fault(value.message, { start: this.#place(first.start), end: this.#place(last.end) });
  }

  /** The same, its place from a piece to the one before this. */
  #goodSince<T>(value: T | Fault, { start }: Token): T {
    if (!(value instanceof Fault)) return value;
    throw new Fault(value.message, { start: this.#place(start), end: this.#place(this.#tokens[this.#at - 1]?.end ?? start) });
  }

  #fail(message: string, where: Token | Span = this.#token): never {
    throw new Fault(message, 'kind' in where ? this.#spanOf(where) : where);
  }

  #note(error: unknown, token: Token): void {
    if (!(error instanceof Fault)) throw error;
    this.problems.push({ span: error.where ?? this.#spanOf(token), message: error.message });
  }

  #unexpected(): string {
    const { kind, text } = this.#token;
    if (kind === 'end') return 'the rule ends too early';
    if (kind === 'fault') {
      const [sign = ''] = text;
      if (sign === '"' || sign === "'") return 'this quote is not closed';
      const meant = SIGNS[sign];
      return meant === undefined ? 'this sign means nothing here; a text with it stands in quotes' : `write ${meant} in place of this sign`;
    }
    if (this.#isSign(')')) return 'this bracket closes none';
    return `${kind === 'quoted' ? 'this text' : `"${text}"`} cannot stand here; conditions are joined by and, or`;
  }

  #expectedRule(): string {
    return 'expected a condition such as did(purchase, last 30 days) >= 2 or monetary >= 500';
  }

  #spanOf({ start, end }: Token): Span {
    return { start: this.#place(start), end: this.#place(end) };
  }

  /** From a piece to the one before this. */
  #spanFrom({ start }: Token): Span {
    return { start: this.#place(start), end: this.#place(this.#tokens[this.#at - 1]?.end ?? start) };
  }
}

function exampleOf(name: FunctionName): string {
  switch (name) {
    case 'did':
    case 'first':
      return `${name}(purchase, last 30 days)`;
    case 'nth':
      return 'nth(3, purchase, last 30 days)';
    case 'distinct':
      return 'distinct(weeks of app_open, last 4 weeks) >= 3';
    case 'regularly':
      return 'regularly(app_open, 3 of last 4 weeks)';
    case 'stopped':
    case 'restarted':
      return `${name}(app_open, last 14 days, before that 28 days)`;
    case 'property':
      return 'property(gender) = female';
    case 'segment':
      return 'segment(vip)';
    default:
      return `${name}(amount of purchase, last 90 days) >= 100`;
  }
}
