import type {
  EventCondition,
  EventSelector,
  EventValue,
  Leaf,
  Range,
  Rule,
  SegmentDefinition,
  Test,
  Unit,
  Window,
} from '../../src/segmentation/rules/rule.js';
import { dayOfInstant, instantOfWallClock, isoOfDay } from './calendar.js';
import { Fraction, ZERO } from './fraction.js';

/** An event as rules see it. */
export interface RuleEvent {
  atMicros: bigint;
  event: string | null;
  /** Decimal text; null for none. */
  amount: string | null;
  isActivity: boolean;
  properties: Record<string, string | null>;
}

/** One user with everything that a rule can ask about. */
export interface RuleUser {
  events: RuleEvent[];
  /** Day first seen; null for who never was. */
  firstDay: number | null;
  /** Of the users file. */
  properties: Record<string, string | null>;
  /** Columns of members, as they stand in the file; null for empty. */
  features: Record<string, string | null>;
}

export interface RuleWorld {
  asOfDay: number;
  timezone: string;
  /** First and last day. */
  pauses: { first: number; last: number }[];
}

const MICROS_A_DAY = 86_400_000_000n;
const MICROS_AN_HOUR = 3_600_000_000n;

/** Which segments a user is in: every rule is walked event by event, as the tree's own words say. */
export function segmentsOf(definitions: readonly SegmentDefinition[], user: RuleUser, world: RuleWorld): Map<string, boolean> {
  const evaluator = new Evaluator(definitions, user, world);
  return new Map(definitions.map(({ name, rule }) => [name, evaluator.holds(rule)]));
}

interface SeenEvent extends RuleEvent {
  day: number;
}

class Evaluator {
  private readonly events: SeenEvent[];
  private readonly endMicros: bigint;

  private readonly definitions: readonly SegmentDefinition[];
  private readonly user: RuleUser;
  private readonly world: RuleWorld;

  constructor(definitions: readonly SegmentDefinition[], user: RuleUser, world: RuleWorld) {
    this.definitions = definitions;
    this.user = user;
    this.world = world;
    this.endMicros = instantOfWallClock(BigInt(world.asOfDay + 1) * MICROS_A_DAY, world.timezone);
    this.events = user.events
      .map((event) => ({ ...event, day: dayOfInstant(event.atMicros, world.timezone) }))
      .filter(({ day }) => day <= world.asOfDay)
      .sort((left, right) => (left.atMicros < right.atMicros ? -1 : left.atMicros > right.atMicros ? 1 : 0));
  }

  holds(rule: Rule): boolean {
    switch (rule.kind) {
      case 'all':
        return rule.rules.every((each) => this.holds(each));
      case 'any':
        return rule.rules.some((each) => this.holds(each));
      case 'not':
        return !this.holds(rule.rule);
      default:
        return this.leaf(rule);
    }
  }

  private leaf(leaf: Leaf): boolean {
    switch (leaf.kind) {
      case 'behaviour': {
        const measured = this.measure(leaf.value);
        if (measured === undefined) return false;
        return inRange(leaf.per === null ? measured : measured.over(Fraction.of(this.unitsOf(leaf.value.window, leaf.per))), leaf.range);
      }
      case 'occurrence': {
        const nth = this.select(leaf.events)[leaf.n - 1];
        return nth !== undefined && this.isIn(nth, leaf.window);
      }
      case 'relative': {
        const [left, right] = [this.measure(leaf.value), this.measure(leaf.other)];
        if (left === undefined || right === undefined) return false;
        const order = left.compare(right.times(Fraction.parse(leaf.factor) ?? ZERO));
        return { '>': order > 0, '>=': order >= 0, '<': order < 0, '<=': order <= 0 }[leaf.operator];
      }
      case 'sequence': {
        const [first, ...later] = leaf.steps;
        if (first === undefined) throw new RangeError('no step');
        const starts = this.select(first).filter((event) => this.isIn(event, leaf.window));
        const isFollowed = (start: SeenEvent): boolean => {
          let at = start.atMicros;
          for (const step of later) {
            const next = this.select(step).find(({ atMicros }) => atMicros > at);
            if (next === undefined) return false;
            at = next.atMicros;
          }
          return leaf.within === null || at <= start.atMicros + leaf.within.microseconds;
        };
        const isOver = (start: SeenEvent): boolean => leaf.within !== null && start.atMicros + leaf.within.microseconds < this.endMicros;
        return starts.some((start) => (leaf.isMissed ? !isFollowed(start) && isOver(start) : isFollowed(start)));
      }
      case 'regularity': {
        const ago = this.select(leaf.events).map((event) => this.unitsAgo(event, leaf.unit));
        const met = Array.from({ length: leaf.of }, (_, unit) =>
          inRange(Fraction.of(ago.filter((each) => each === unit).length), leaf.each),
        );
        return met.filter(Boolean).length >= leaf.least;
      }
      case 'stopped':
      case 'restarted': {
        const days = this.select(leaf.events).map((event) => this.unitsAgo(event, 'day'));
        const isRecent = days.some((day) => day < leaf.recentDays);
        const isBefore = days.some((day) => day >= leaf.recentDays && day < leaf.recentDays + leaf.beforeDays);
        const isEver = days.some((day) => day >= leaf.recentDays + leaf.beforeDays);
        return leaf.kind === 'stopped' ? isBefore && !isRecent : isRecent && !isBefore && isEver;
      }
      case 'idle': {
        const [idle, interval] = [this.user.features['idle_days'], this.user.features['usual_interval_days']].map((text) =>
          text === null || text === undefined ? undefined : Fraction.parse(text),
        );
        if (idle === undefined) return false;
        if (leaf.of === 'days') return inRange(idle, leaf.range);
        return interval !== undefined && inRange(idle.over(interval), leaf.range);
      }
      case 'feature':
        return isMet(this.user.features[leaf.column] ?? null, leaf.test);
      case 'property': {
        if (leaf.property in this.user.properties) return isMet(this.user.properties[leaf.property] ?? null, leaf.test);
        const values = this.events.flatMap(({ atMicros, properties }) => {
          const value = properties[leaf.property] ?? null;
          return value === null || value === '' ? [] : [{ atMicros, value }];
        });
        if (leaf.which === 'any') {
          const isAny = values.some(({ value }) => isMet(value, { ...leaf.test, isNegated: false }));
          return isAny !== leaf.test.isNegated;
        }
        // Of values at one instant the greatest is the latest, and the least the first.
        const ordered = values.sort((left, right) =>
          left.atMicros === right.atMicros ? compareBytes(left.value, right.value) : left.atMicros < right.atMicros ? -1 : 1,
        );
        return isMet((leaf.which === 'latest' ? ordered.at(-1) : ordered[0])?.value ?? null, leaf.test);
      }
      case 'segment': {
        const definition = this.definitions.find(({ name }) => name === leaf.segment);
        if (definition === undefined) throw new RangeError(`no segment ${leaf.segment}`);
        return this.holds(definition.rule);
      }
    }
  }

  /** In order of time. */
  private select({ names, where }: EventSelector): SeenEvent[] {
    return this.events.filter((event) => {
      const isNamed = names.length === 0 ? event.isActivity : names.some((name) => event.event !== null && isOneName(name, event.event));
      return isNamed && where.every((condition) => this.meets(event, condition));
    });
  }

  private meets(event: SeenEvent, condition: EventCondition): boolean {
    switch (condition.kind) {
      case 'property': {
        if (condition.property !== 'amount') return isMet(event.properties[condition.property] ?? null, condition.test);
        const { test } = condition;
        const amount = event.amount === null ? null : decimalText(event.amount);
        // A list of values means amounts, however they are written.
        if (test.kind !== 'in') return isMet(amount, test);
        const isOne =
          amount !== null && test.values.some((value) => Fraction.parse(value)?.equals(Fraction.parse(amount) ?? ZERO) === true);
        return isOne !== test.isNegated;
      }
      case 'hours': {
        const midnight = BigInt(event.day) * MICROS_A_DAY;
        const clock = wallOf(event.atMicros, this.world.timezone) - midnight;
        const [from, to] = [BigInt(condition.from) * MICROS_AN_HOUR, BigInt(condition.to) * MICROS_AN_HOUR];
        return from < to ? clock >= from && clock < to : clock >= from || clock < to;
      }
      case 'weekdays': {
        const weekday = new Date(event.day * 86_400_000).getUTCDay();
        return condition.days.includes(weekday === 0 ? 7 : weekday);
      }
    }
  }

  /** undefined: not known. */
  private measure({ events, measure, window }: EventValue): Fraction | undefined {
    const chosen = this.select(events).filter((event) => this.isIn(event, window));
    if (measure.kind === 'count') return Fraction.of(chosen.length);
    if (measure.kind === 'distinct') return Fraction.of(new Set(chosen.map((event) => this.unitsAgo(event, measure.of))).size);
    const texts = chosen.flatMap((event) => {
      const text = measure.property === 'amount' ? event.amount && decimalText(event.amount) : event.properties[measure.property];
      return text === null || text === undefined || text === '' ? [] : [text];
    });
    if (measure.kind === 'distinct_values') return Fraction.of(new Set(texts).size);
    const numbers = texts.flatMap((text) => numberOf(text) ?? []);
    const sum = numbers.reduce((total, number) => total.plus(number), ZERO);
    if (measure.kind === 'sum') return sum;
    const [first, ...others] = numbers;
    if (first === undefined) return undefined;
    if (measure.kind === 'average') return sum.over(Fraction.of(numbers.length));
    return others.reduce(
      (best, number) => ((measure.kind === 'least' ? number.isBelow(best) : number.isAbove(best)) ? number : best),
      first,
    );
  }

  private isIn(event: SeenEvent, window: Window): boolean {
    const { day, atMicros } = event;
    switch (window.kind) {
      case 'ever':
        return true;
      case 'last':
        if (window.unit === 'hour') return atMicros >= this.endMicros - BigInt(window.count) * MICROS_AN_HOUR;
        if (window.unit === 'month') return day > sameDayMonthsAgo(this.world.asOfDay, window.count);
        return this.daysAgo(day) < window.count * (window.unit === 'week' ? 7 : 1);
      case 'ago':
        return this.daysAgo(day) <= window.from && this.daysAgo(day) >= window.to;
      case 'dates':
        return (window.first === null || day >= window.first) && (window.last === null || day <= window.last);
      case 'since_first_seen':
        return this.user.firstDay !== null && this.daysAgo(this.user.firstDay) - this.daysAgo(day) < window.days;
      case 'around': {
        const others = this.select(window.events);
        const other = window.which === 'first' ? others[0] : others.at(-1);
        if (other === undefined) return false;
        const distance = window.side === 'after' ? atMicros - other.atMicros : other.atMicros - atMicros;
        return distance > 0n && (window.within === null || distance <= window.within.microseconds);
      }
    }
  }

  /** Paused days count for nothing: a paused day is as long ago as the last day before it. */
  private daysAgo(day: number): number {
    const counted = (upTo: number): number => {
      const paused = this.world.pauses.reduce((days, { first, last }) => days + Math.max(0, Math.min(last, upTo) - first + 1), 0);
      return upTo - paused;
    };
    return counted(this.world.asOfDay) - counted(day);
  }

  private unitsAgo({ day }: SeenEvent, unit: Unit): number {
    if (unit === 'month') return monthOf(this.world.asOfDay) - monthOf(day);
    const days = this.daysAgo(day);
    return unit === 'day' ? days : Math.floor(days / 7);
  }

  private unitsOf(window: Window, unit: Unit): number {
    if (window.kind !== 'last' || window.unit === 'hour') throw new RangeError('no such window');
    if (unit === 'month' || window.unit === 'month') return window.count;
    return (window.count * (window.unit === 'week' ? 7 : 1)) / (unit === 'week' ? 7 : 1);
  }
}

function monthOf(day: number): number {
  const [year, month] = isoOfDay(day).split('-').map(Number);
  return 12 * (year ?? 0) + (month ?? 0);
}

/** `2024-03-31` and 1: the last day of February. */
function sameDayMonthsAgo(day: number, months: number): number {
  const dayOfMonth = Number(isoOfDay(day).slice(8));
  let earlier = day;
  while (monthOf(earlier) > monthOf(day) - months) earlier -= Number(isoOfDay(earlier).slice(8));
  // The last day of that month now.
  return earlier - Math.max(0, Number(isoOfDay(earlier).slice(8)) - dayOfMonth);
}

/** The wall clock, as the runtime writes it. */
function wallOf(atMicros: bigint, timezone: string): bigint {
  const name = offsetFormat(timezone)
    .formatToParts(Number(atMicros / 1000n))
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours = '0', minutes = '0'] = /GMT(?:([+-])(\d+):(\d+))?/.exec(name ?? '') ?? [];
  return atMicros + (sign === '-' ? -1n : 1n) * (BigInt(hours) * 60n + BigInt(minutes)) * 60_000_000n;
}

const offsetFormats = new Map<string, Intl.DateTimeFormat>();
function offsetFormat(timeZone: string): Intl.DateTimeFormat {
  const format = offsetFormats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  offsetFormats.set(timeZone, format);
  return format;
}

/** Names as the roles of events compare them. */
function isOneName(given: string, event: string): boolean {
  const plain = (name: string): string =>
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replaceAll(/^_+|_+$/g, '');
  const isPlain = /^[\p{ASCII}]*$/u.test(given) && plain(given) !== '';
  return isPlain ? plain(given) === plain(event) : given === event;
}

function inRange(value: Fraction, { low, high, isNegated }: Range): boolean {
  const bound = (text: string): Fraction => Fraction.parse(text) ?? ZERO;
  const isAbove = low === null || (low.isIncluded ? !value.isBelow(bound(low.value)) : value.isAbove(bound(low.value)));
  const isBelow = high === null || (high.isIncluded ? !value.isAbove(bound(high.value)) : value.isBelow(bound(high.value)));
  return (isAbove && isBelow) !== isNegated;
}

function isMet(text: string | null, test: Test): boolean {
  return isMetPlainly(text === '' ? null : text, test) !== test.isNegated;
}

function isMetPlainly(text: string | null, test: Test): boolean {
  if (text === null) return false;
  switch (test.kind) {
    case 'set':
      return true;
    case 'in':
      return test.values.includes(text);
    case 'contains':
      return text.includes(test.text);
    case 'matches':
      return new RegExp(test.pattern, 'u').test(text);
    case 'numbers': {
      const number = numberOf(text);
      return number !== undefined && inRange(number, { low: test.low, high: test.high, isNegated: false });
    }
    case 'dates': {
      if (!/^\d{4}-\d{2}-\d{2}(?!\d)/.test(text)) return false;
      const day = text.slice(0, 10);
      const isAbove = test.low === null || (test.low.isIncluded ? day >= test.low.value : day > test.low.value);
      const isBelow = test.high === null || (test.high.isIncluded ? day <= test.high.value : day < test.high.value);
      return isAbove && isBelow;
    }
  }
}

/** A text that is a number, also with a power of ten. */
function numberOf(text: string): Fraction | undefined {
  const [, number, power] = /^\s*([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d{1,3}))?\s*$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const plain = number.replace(/\.$/, '').replace(/^([+-]?)\./, '$10.');
  const value = Fraction.parse(plain) ?? ZERO;
  const exponent = BigInt(power ?? 0);
  return exponent < 0n ? value.over(Fraction.of(10n ** -exponent)) : value.times(Fraction.of(10n ** exponent));
}

function decimalText(amount: string): string {
  return (Fraction.parse(amount) ?? ZERO).toExactText(0);
}

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
