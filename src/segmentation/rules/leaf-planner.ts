import { propertyValue } from '../../events/event-shape.js';
import { dateOfDay } from '../../sql/date-of-day.js';
import { unitsOf } from '../../sql/functions.js';
import { ident, join, param, type Sql, sql } from '../../sql/sql.js';
import { isWithin, numberOf } from '../../sql/text-range.js';
import { ColumnRegistry } from './column-registry.js';
import { ceilingOfUnits, DECIMALS, decimalOfUnits, floorOfUnits, UNIT, unitsOfDecimal } from './decimal.js';
import { FEATURES } from './features.js';
import type {
  Behaviour,
  EventCondition,
  EventSelector,
  EventValue,
  Feature,
  Idle,
  Lapse,
  Leaf,
  Occurrence,
  Range,
  Regularity,
  Relative,
  Sequence,
  Test,
  Unit,
  UserProperty,
  Window,
} from './rule.js';
import type { EventColumn, EventSelection, PlannedProperty, PlannedSelector, RuleSettings } from './rule-plan.js';
import { numberTestQuery, testQuery } from './test-query.js';
import { countedAsOf, countedColumn, WEEK_DAYS, type WindowEnds, windowEnds } from './window-query.js';

/** Bits of a BIGINT that one column of marks holds. */
const MASK_BITS = 62;
/** Units of a window that are told apart by the bits of one number. */
const MOST_BITS = 62;
/** No count reaches it. */
const LARGEST_COUNT = 10n ** 18n;

/** A measured value of a user, in SQL over the columns of values. */
interface Measured {
  /** A whole number, or DECIMAL(38, 10). */
  readonly value: Sql;
  readonly isWhole: boolean;
  /** What the value is to be divided by: an average is compared without dividing. */
  readonly divisor: Sql | undefined;
  /** Undefined: always known. */
  readonly isKnown: Sql | undefined;
}

/** A leaf in SQL: true or false for everybody, and what of a user it looks at, null for nothing: as text, and where that is one number as DOUBLE. */
export interface PlannedTest {
  readonly holds: Sql;
  readonly shown: Sql;
  readonly number?: Sql;
}

/** Turns leaves into columns, each once, and into conditions over them. */
export class LeafPlanner {
  readonly anchors = new ColumnRegistry((place) => ident(`anchor_${place}`));
  readonly eventValues = new ColumnRegistry((place) => ident(`value_${place}`));
  readonly sequenceValues = new ColumnRegistry((place) => ident(`sequence_${place}`));
  readonly chains: ColumnRegistry[] = [];
  hasFirstSeen = false;
  hasPlacedSequences = false;
  readonly #settings: RuleSettings;
  readonly #selectors = new Map<string, PlannedSelector>();
  readonly #properties = new Map<string, { readonly planned: Omit<PlannedProperty, 'bits'>; readonly bits: bigint[] }>();
  readonly #chainBits: bigint[] = [];

  constructor(settings: RuleSettings) {
    this.#settings = settings;
  }

  get selectors(): readonly PlannedSelector[] {
    return [...this.#selectors.values()];
  }

  get properties(): readonly PlannedProperty[] {
    return [...this.#properties.values()].map(({ planned, bits }) => ({ ...planned, bits }));
  }

  get chainBits(): readonly bigint[] {
    return this.#chainBits;
  }

  /** Whether a leaf holds, over the values of every user, and what of them it looks at. */
  plan(leaf: Exclude<Leaf, { readonly kind: 'segment' }>): PlannedTest {
    switch (leaf.kind) {
      case 'behaviour':
        return this.#behaviour(leaf);
      case 'occurrence':
        return this.#occurrence(leaf);
      case 'relative':
        return this.#relative(leaf);
      case 'sequence':
        return this.#sequence(leaf);
      case 'regularity':
        return this.#regularity(leaf);
      case 'stopped':
      case 'restarted':
        return this.#lapse(leaf);
      case 'idle':
        return idleQuery(leaf);
      case 'feature':
        return featureQuery(leaf);
      case 'property':
        return this.#property(leaf);
    }
  }

  #behaviour({ value, per, range }: Behaviour): PlannedTest {
    const measured = this.#measure(value);
    const units = per === null ? 1 : unitsIn(value.window, per);
    return { holds: rangeQuery(measured, range, units), shown: shownQuery(measured), number: numberQuery(measured, units) };
  }

  #occurrence({ n, events, window }: Occurrence): PlannedTest {
    const { low, high } = this.#ends(window);
    const marked = this.#isMarked(this.#selected(events));
    const upTo = this.#count([marked, ...high]);
    const shown = sql`${upTo}::varchar`;
    if (low.length === 0) return { holds: sql`(${upTo} >= ${n})`, shown };
    const before = this.#count([marked, sql`not (${all(low)})`]);
    return { holds: sql`(${before} < ${n} and ${upTo} >= ${n})`, shown };
  }

  #relative({ value, operator, factor, other }: Relative): PlannedTest {
    const [left, right] = [this.#measure(value), this.#measure(other)];
    const known = [left, right].flatMap(({ isKnown }) => isKnown ?? []);
    const compared = compareQuery(left, operator, unitsOfDecimal(factor), right);
    const shown = sql`coalesce(${shownQuery(left)}, 'nothing') || ' and ' || coalesce(${shownQuery(right)}, 'nothing')`;
    return { holds: known.length === 0 ? compared : sql`(${all(known)} and ${compared})`, shown };
  }

  #sequence({ steps, within, isMissed, window }: Sequence): PlannedTest {
    const [first, ...later] = steps.map((step) => this.#isMarked(this.#selected(step), true));
    const completed = this.#chain(later);
    const { low, high } = this.#ends(window);
    this.hasPlacedSequences ||= isPlaced(window);
    const starts = [first ?? sql`false`, ...low, ...high];
    const wait = sql`epoch_us(${completed}) - epoch_us(occurred_at)`;
    const isInTime = within === null ? sql`${completed} is not null` : sql`coalesce(${wait} <= ${within.microseconds}, false)`;
    const isOver =
      within === null ? [] : [sql`epoch_us(occurred_at) < ${BigInt(this.#settings.endsAt.getTime()) * 1000n - within.microseconds}`];
    const conditions = isMissed ? [...starts, sql`not ${isInTime}`, ...isOver] : [...starts, isInTime];
    const times = sql`coalesce(${this.sequenceValues.add(sql`count(case when ${all(conditions)} then 1 end)`)}, 0)`;
    return { holds: sql`(${times} > 0)`, shown: sql`${times}::varchar` };
  }

  /** When the rest of a sequence is over at the earliest, each of its steps strictly later than the one before. */
  #chain(steps: readonly Sql[]): Sql {
    const [next, ...rest] = steps;
    if (next === undefined) throw new RangeError('a sequence has two steps');
    const at = rest.length === 0 ? sql`occurred_at` : this.#chain(rest);
    const layer = rest.length;
    this.chains[layer] ??= new ColumnRegistry((place) => ident(`completed_${layer}_${place}`));
    return this.chains[layer].add(
      sql`min(case when ${next} then ${at} end) over (partition by user_id order by occurred_at desc groups between unbounded preceding and 1 preceding)`,
    );
  }

  #regularity({ events, each, unit, least, of }: Regularity): PlannedTest {
    const marked = this.#isMarked(this.#selected(events));
    const index = this.#unitIndex(unit);
    const conditions = [marked, sql`${index} < ${of}`];
    const enough = (units: Sql): PlannedTest => ({ holds: sql`(${units} >= ${least})`, shown: sql`(${units})::varchar` });
    if (isAtLeastOne(each)) return enough(this.#distinctUnits(unit, conditions, of));
    const counts = this.eventValues.add(sql`histogram(${index}) filter (where ${all(conditions)})`);
    const holds = rangeQuery({ value: sql`unit_events`, isWhole: true, divisor: undefined, isKnown: undefined }, each, 1);
    const met = sql`coalesce(len(list_filter(map_values(${counts}), lambda unit_events: ${holds})), 0)`;
    const empty = holdsForNothing(each) ? sql` + ${of} - coalesce(cardinality(${counts}), 0)` : sql``;
    return enough(sql`${met}${empty}`);
  }

  #lapse({ kind, events, recentDays, beforeDays }: Lapse): PlannedTest {
    const marked = this.#isMarked(this.#selected(events));
    const day = countedColumn(this.#settings);
    const asOf = countedAsOf(this.#settings);
    const isRecent = sql`${day} > ${asOf} - ${recentDays}`;
    const isEarlier = sql`${day} <= ${asOf} - ${recentDays + beforeDays}`;
    const recent = this.#count([marked, isRecent]);
    const before = this.#count([marked, sql`not (${isRecent})`, sql`not (${isEarlier})`]);
    const shown = sql`${recent} || ' and ' || ${before} || ' before that'`;
    if (kind === 'stopped') return { holds: sql`(${recent} = 0 and ${before} > 0)`, shown };
    return { holds: sql`(${recent} > 0 and ${before} = 0 and ${this.#count([marked, isEarlier])} > 0)`, shown };
  }

  #property({ property, which, test }: UserProperty): PlannedTest {
    const place = this.#settings.userProperty(property);
    const ofText = (text: Sql): PlannedTest => ({ holds: testQuery(text, test), shown: text, number: sql`(${numberOf(text)})::double` });
    if (place.of === 'users') return ofText(propertyValue(place));
    const ask = (asked: Test): EventSelection => ({ names: 'every', where: [{ kind: 'property', source: place.index, test: asked }] });
    if (which === 'any') {
      const times = this.#count([this.#isMarked(ask({ ...test, isNegated: false }))]);
      return { holds: test.isNegated ? sql`(${times} = 0)` : sql`(${times} > 0)`, shown: sql`${times}::varchar` };
    }
    const isSet = ask({ kind: 'set', isNegated: false });
    const text = this.#propertyColumn(place.index, false, isSet);
    const choose = which === 'latest' ? sql`max` : sql`min`;
    const chosen = sql`${choose}({'at': occurred_at, 'value': ${text}}) filter (where ${this.#isMarked(isSet)})`;
    return ofText(sql`${this.eventValues.add(chosen)}.value`);
  }

  #measure({ events, measure, window }: EventValue): Measured {
    const selector = this.#selected(events);
    const { low, high } = this.#ends(window);
    const conditions = [this.#isMarked(selector), ...low, ...high];
    const whole = (value: Sql): Measured => ({ value, isWhole: true, divisor: undefined, isKnown: undefined });
    switch (measure.kind) {
      case 'count':
        return whole(this.#count(conditions));
      case 'distinct':
        return whole(this.#distinctUnits(measure.of, conditions, longestOf(window, measure.of)));
      case 'distinct_values': {
        const text = this.#propertyColumn(this.#settings.eventColumn(measure.property), false, selector);
        return whole(this.#value(sql`count(distinct ${text}) filter (where ${all(conditions)})`));
      }
      case 'sum':
      case 'average':
      case 'least':
      case 'greatest': {
        const number = this.#propertyColumn(this.#settings.eventColumn(measure.property), true, selector);
        if (measure.kind === 'least' || measure.kind === 'greatest') {
          const choose = measure.kind === 'least' ? sql`min` : sql`max`;
          const value = this.eventValues.add(sql`${choose}(case when ${all(conditions)} then ${number} end)`);
          return { value, isWhole: false, divisor: undefined, isKnown: sql`${value} is not null` };
        }
        const sum = this.#value(sql`sum(case when ${all(conditions)} then ${number} end)`);
        if (measure.kind === 'sum') return { value: sum, isWhole: false, divisor: undefined, isKnown: undefined };
        const count = this.#count([...conditions, sql`${number} is not null`]);
        return { value: sum, isWhole: false, divisor: count, isKnown: sql`${count} > 0` };
      }
    }
  }

  #ends(window: Window): WindowEnds {
    return windowEnds(window, this.#settings, {
      anchor: (events, which) => {
        const choose = which === 'first' ? sql`min` : sql`max`;
        return this.anchors.add(sql`${choose}(case when ${this.#isMarked(this.#selected(events))} then occurred_at end)`);
      },
      firstDay: () => {
        this.hasFirstSeen = true;
        return sql`first_counted_day`;
      },
    });
  }

  #count(conditions: readonly Sql[]): Sql {
    // Here, and for sums and extremes: a third cheaper than a filter.
    return this.#value(sql`count(case when ${all(conditions)} then 1 end)`);
  }

  /** A value that is 0 for who has no event. */
  #value(query: Sql): Sql {
    return sql`coalesce(${this.eventValues.add(query)}, 0)`;
  }

  /** Units with such an event; `most`: how many there can be. */
  #distinctUnits(unit: Unit, conditions: readonly Sql[], most: number | undefined): Sql {
    const index = this.#unitIndex(unit);
    if (most === undefined || most > MOST_BITS) return this.#value(sql`count(distinct ${index}) filter (where ${all(conditions)})`);
    return this.#value(sql`bit_count(bit_or(case when ${all(conditions)} then ${1n} << ${index} else 0 end))`);
  }

  /** How many units ago an event was: 0 for the one that ends with the as-of day. */
  #unitIndex(unit: Unit): Sql {
    const days = sql`(${countedAsOf(this.#settings)} - ${countedColumn(this.#settings)})`;
    if (unit === 'day') return days;
    if (unit === 'week') return sql`(${days} // ${WEEK_DAYS})`;
    return sql`(${monthNumber(param('as_of_day', this.#settings.asOfDay))} - ${monthNumber(sql`day`)})`;
  }

  /** Whether a row of `rule_events` is such an event. */
  #isMarked(selector: EventSelection, isInChain = false): Sql {
    const { mask, bit } = this.#select(selector);
    if (isInChain) this.#chainBits[mask] = (this.#chainBits[mask] ?? 0n) | bit;
    return sql`(${ident(`marks_${mask}`)} & ${bit}) <> 0`;
  }

  #select(selection: EventSelection): PlannedSelector {
    const key = JSON.stringify(selection);
    const place = this.#selectors.size;
    const selector = this.#selectors.get(key) ?? {
      ...selection,
      mask: Math.floor(place / MASK_BITS),
      bit: 1n << BigInt(place % MASK_BITS),
    };
    this.#selectors.set(key, selector);
    return selector;
  }

  #selected({ names, where }: EventSelector): EventSelection {
    return {
      names: names.length === 0 ? 'activity' : names,
      where: where.map((condition) => this.#asked(condition)),
    };
  }

  #asked(condition: EventCondition): EventSelection['where'][number] {
    switch (condition.kind) {
      case 'property':
        return { kind: 'property', source: this.#settings.eventColumn(condition.property), test: condition.test };
      case 'hours':
        return { kind: 'hours', from: condition.from, to: condition.to };
      case 'weekdays':
        return { kind: 'weekdays', days: condition.days };
    }
  }

  #propertyColumn(source: EventColumn, isNumber: boolean, selection: EventSelection): Sql {
    const key = JSON.stringify([source, isNumber]);
    const kind = isNumber ? 'number' : 'text';
    const known = this.#properties.get(key) ?? { planned: { name: ident(`${kind}_${this.#properties.size}`), source, isNumber }, bits: [] };
    this.#properties.set(key, known);
    const { mask, bit } = this.#select(selection);
    known.bits[mask] = (known.bits[mask] ?? 0n) | bit;
    return known.planned.name;
  }
}

/** Whether the ends of a window are other ones for each user. */
const isPlaced = ({ kind }: Window): boolean => kind === 'around' || kind === 'since_first_seen';

/** Whole numbers of a window that a range is of one of. */
function unitsIn(window: Window, per: Unit): number {
  const days = daysIn(window);
  if (per === 'month') {
    if (window.kind === 'last' && window.unit === 'month') return window.count;
  } else if (days !== undefined && days % (per === 'day' ? 1 : WEEK_DAYS) === 0) return per === 'day' ? days : days / WEEK_DAYS;
  throw new RangeError(`a window of no whole number of ${per}s`);
}

/** The days of a window that has the same number for everybody. */
function daysIn(window: Window): number | undefined {
  switch (window.kind) {
    case 'last':
      return window.unit === 'day' ? window.count : window.unit === 'week' ? WEEK_DAYS * window.count : undefined;
    case 'ago':
      return window.from - window.to + 1;
    case 'dates':
      return window.first === null || window.last === null ? undefined : window.last - window.first + 1;
    case 'since_first_seen':
      return window.days;
    default:
      return undefined;
  }
}

/** How many units back a window that ends with the as-of day reaches at most. */
function longestOf(window: Window, unit: Unit): number | undefined {
  if (unit === 'month') return window.kind === 'last' && window.unit === 'month' ? window.count + 1 : undefined;
  const days = window.kind === 'last' ? daysIn(window) : window.kind === 'ago' ? window.from + 1 : undefined;
  return days === undefined ? undefined : unit === 'day' ? days : Math.ceil(days / WEEK_DAYS);
}

/** A value as text, null for what is not known; a quotient to two decimals. */
function shownQuery({ value, isWhole, divisor, isKnown }: Measured): Sql {
  if (isWhole) return sql`${value}::varchar`;
  const known = divisor === undefined ? value : sql`round(${value}::double / ${divisor}, 2)`;
  return isKnown === undefined ? numberText(known) : sql`case when ${isKnown} then ${numberText(known)} end`;
}

/** A value, of each of so many units, as DOUBLE; null for what is not known. */
function numberQuery({ value, divisor, isKnown }: Measured, units: number): Sql {
  const number = divisor === undefined ? sql`${value}::double` : sql`${value}::double / nullif(${divisor}::double, 0)`;
  const known = isKnown === undefined ? number : sql`case when ${isKnown} then ${number} end`;
  return units === 1 ? known : sql`(${known}) / ${units}`;
}

/** A number as text, without zeros at its end. */
function numberText(number: Sql): Sql {
  return sql`regexp_replace(${number}::varchar, '\\.0+$|(\\.[0-9]*[1-9])0+$', '\\1')`;
}

/** Whether a value, per so many units, lies in a range; what is not known lies in none. */
function rangeQuery({ value, isWhole, divisor, isKnown }: Measured, range: Range, units: number): Sql {
  const parts = range.isNegated
    ? [sql`not (${all(boundQueries(value, isWhole, divisor, range, units))})`]
    : boundQueries(value, isWhole, divisor, range, units);
  return sql`(${all([...(isKnown === undefined ? [] : [isKnown]), ...parts])})`;
}

function boundQueries(value: Sql, isWhole: boolean, divisor: Sql | undefined, { low, high }: Range, units: number): Sql[] {
  const size = (text: string): bigint => unitsOfDecimal(text) * BigInt(units);
  const least = (text: string): bigint => within(ceilingOfUnits(size(text)));
  const most = (text: string): bigint => within(floorOfUnits(size(text)));
  if (!isWhole) {
    const decimal = (text: string): Sql => sql`${decimalOfUnits(size(text))}::decimal(38, 10)`;
    return isWithin(value, { low, high }, (text) => (divisor === undefined ? decimal(text) : sql`${decimal(text)} * ${divisor}`));
  }
  return [
    ...(low === null ? [] : [low.isIncluded ? sql`${value} >= ${least(low.value)}` : sql`${value} > ${most(low.value)}`]),
    ...(high === null ? [] : [high.isIncluded ? sql`${value} <= ${most(high.value)}` : sql`${value} < ${least(high.value)}`]),
  ];
}

/** Bounds that no count reaches are all alike. */
function within(bound: bigint): bigint {
  if (bound > LARGEST_COUNT) return LARGEST_COUNT;
  return bound < -LARGEST_COUNT ? -LARGEST_COUNT : bound;
}

/** Whether at least one event, and any number of them, is what a range asks for. */
function isAtLeastOne({ low, high, isNegated }: Range): boolean {
  if (low === null || high !== null || isNegated) return false;
  const units = unitsOfDecimal(low.value);
  return (low.isIncluded ? ceilingOfUnits(units) : floorOfUnits(units) + 1n) === 1n;
}

function holdsForNothing({ low, high, isNegated }: Range): boolean {
  const isAbove = low === null || (low.isIncluded ? unitsOfDecimal(low.value) <= 0n : unitsOfDecimal(low.value) < 0n);
  const isBelow = high === null || (high.isIncluded ? unitsOfDecimal(high.value) >= 0n : unitsOfDecimal(high.value) > 0n);
  return (isAbove && isBelow) !== isNegated;
}

const OPERATORS = { '>': sql`>`, '>=': sql`>=`, '<': sql`<`, '<=': sql`<=` };
/** Times any count it has a BIGINT. */
const SMALL_FACTOR = 1_000_000n * UNIT;
/** Products below it have an exact type. */
const LARGEST_PRODUCT = '1e37';

/** A value against a factor times another; in whole numbers while there is a type for them. */
function compareQuery(left: Measured, operator: Relative['operator'], factor: bigint, right: Measured): Sql {
  if (left.isWhole && right.isWhole && factor % UNIT === 0n && factor < SMALL_FACTOR)
    return sql`(${left.value} ${OPERATORS[operator]} ${factor / UNIT} * ${right.value})`;
  const units = ({ value, isWhole }: Measured): Sql => (isWhole ? sql`${value}::hugeint * ${UNIT}` : unitsOf(value, DECIMALS));
  const leftParts = [...(right.divisor === undefined ? [] : [right.divisor]), sql`${UNIT}`, sql`(${units(left)})`];
  const rightParts = [...(left.divisor === undefined ? [] : [left.divisor]), sql`${String(factor)}::hugeint`, sql`(${units(right)})`];
  const product = (parts: readonly Sql[], type: Sql): Sql =>
    join(
      parts.map((part) => sql`${part}::${type}`),
      sql` * `,
    );
  const exact = sql`hugeint`;
  const near = sql`double`;
  const compare = (type: Sql): Sql => sql`${product(leftParts, type)} ${OPERATORS[operator]} ${product(rightParts, type)}`;
  const isSmall = (parts: readonly Sql[]): Sql => sql`abs(${product(parts, near)}) < ${LARGEST_PRODUCT}::double`;
  return sql`case when ${isSmall(leftParts)} and ${isSmall(rightParts)} then ${compare(exact)} else ${compare(near)} end`;
}

function idleQuery({ of, range }: Idle): PlannedTest {
  const idle = sql`classified_users.idle_days`;
  const isKnown = sql`${idle} is not null`;
  const days = { value: idle, isWhole: true, divisor: undefined, isKnown };
  if (of === 'days') return { holds: rangeQuery(days, range, 1), shown: shownQuery(days), number: numberQuery(days, 1) };
  const interval = sql`classified_users.usual_interval_days`;
  // The days over the interval, compared without dividing.
  const times = { value: idle, isWhole: false, divisor: interval, isKnown: sql`${isKnown} and ${interval} is not null` };
  return { holds: rangeQuery(times, range, 1), shown: shownQuery(times), number: numberQuery(times, 1) };
}

function featureQuery({ column, test }: Feature): PlannedTest {
  const value = sql`classified_users.${ident(column)}`;
  const kind = FEATURES.get(column)?.kind;
  if (kind === 'number') return { holds: numberTestQuery(value, test), shown: numberText(value), number: sql`${value}::double` };
  const text = kind === 'date' ? sql`${value}::varchar` : value;
  return { holds: testQuery(text, test), shown: text };
}

/** Months since the year 0 of a day number. */
function monthNumber(day: Sql): Sql {
  const date = dateOfDay(day);
  return sql`(12 * extract(year from ${date}) + extract(month from ${date}))`;
}

/** All of them. */
function all(conditions: readonly Sql[]): Sql {
  return join(conditions, sql` and `);
}
