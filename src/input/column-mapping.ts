import type { ColumnProblem } from '../errors/messages.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { shellWord } from '../errors/shell-word.js';
import { normaliseName } from '../events/normalise-name.js';
import type { PresetRole } from './presets/preset.js';
import { readTimeText } from './time-text.js';

export type ColumnRole = 'user' | 'person' | 'time' | 'event' | 'value' | 'quantity' | 'order' | 'eventId' | 'session' | 'currency';

export interface InputColumn {
  /** As in the header or schema. */
  readonly name: string;
  /** A struct, list or map: never a candidate by name. */
  readonly isNested: boolean;
  /** Its first values as text, '' for an empty one; none for files whose mapping is decided by names alone. */
  readonly sample: readonly string[];
  /** A date or timestamp by its type. */
  readonly isTime: boolean;
  /** Dotted paths of its fields (`user.id`). */
  readonly fields?: readonly string[] | undefined;
}

/** `--user-column …`: a header text, or `none` to switch a role off (not for user and time). */
export type ColumnFlags = Partial<Record<ColumnRole, string | undefined>>;

/** How a preset finds a role that it settles. */
export interface PresetMapping {
  /** What its columns are called; null where none of them is there. */
  readonly label: string | null;
  /** Columns that one of its names means alike. */
  readonly ambiguous: readonly string[];
}

/** The roles that a preset settles, and the columns it reads them from, which play no other role. */
export interface PresetMappings {
  readonly roles: Readonly<Partial<Record<PresetRole, PresetMapping>>>;
  readonly used: readonly string[];
}

/** By a flag, by the preset, by its name, or by what its values show. */
export type ColumnReason = 'flag' | 'preset' | 'name' | 'repeating_id' | 'unique_id' | 'only_time';

export interface ColumnMapping {
  /** Header text, the dotted path of a field, or what a preset calls its columns; null: no such column. */
  readonly columns: Readonly<Record<ColumnRole, string | null>>;
  /** What a person may want to know about the choice, a line each. */
  readonly notes: readonly string[];
  /** `--order-column none`. */
  readonly everyRowIsAnOrder: boolean;
  readonly multiplyByQuantity: boolean;
  /** What the value is reduced by; null: by nothing. */
  readonly refunded: string | null;
  /** The roles whose columns are those of the preset. */
  readonly presetRoles: ReadonlySet<ColumnRole>;
  /** Why each column that plays a role does. */
  readonly reasons: Readonly<Partial<Record<ColumnRole, ColumnReason>>>;
  /** The note on an event id that is a bare `id`: it is one only as long as no value repeats. */
  readonly bareEventId: string | undefined;
}

export interface MappingContext {
  readonly file: string;
  /** The command so far, without the flags that name columns: those follow in the complete command to try. */
  readonly command: string;
  /** Whether `--entity` names what is counted: the flag `user`, with the people beside it as `person`. */
  readonly hasEntity: boolean;
}

export const COLUMN_ROLES: readonly ColumnRole[] = [
  'user',
  'person',
  'time',
  'event',
  'value',
  'quantity',
  'order',
  'eventId',
  'session',
  'currency',
];

/** Normalised names by role, best first (PRODUCT §2). The lists are complete, but for a bare `id`. */
export const COLUMN_NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  user: words(
    'user_id userid uid customer_id customerid cust_id cust household_id member_id account_id client_id distinct_id person_id visitor_id visitorid profile_id identity user customer email',
  ),
  // Those of the user, where an entity is counted in their place.
  person: [],
  time: words(
    'occurred_at timestamp event_time event_timestamp transaction_timestamp purchase_time invoice_date invoicedate order_date ts time datetime date created_at event_date',
  ),
  event: words('event event_name event_type name action activity type page'),
  value: words(
    'revenue amount sales_value dollar_value order_total total_price total sales value price unit_price unitprice price_per_unit',
  ),
  order: words('order_id orderid invoice_no invoiceno invoice basket_id transaction_id transactionid'),
  quantity: words('quantity qty'),
  eventId: words('event_id insert_id message_id uuid'),
  session: words('session_id user_session sessionid visit_id'),
  currency: words('currency currency_code'),
};

const UNIT_PRICES = words('unit_price unitprice price_per_unit');
const BARE_ID = 'id';
const SWITCHED_OFF = 'none';
const REQUIRED_ROLES: readonly ColumnRole[] = ['user', 'time'];
const SHOWN_NAMES = 3;
/** In names that are not in the list of users but may well be one. */
const USER_HINT = /user|customer|member|client|account|person|visitor|contact|subscriber|player|email|(^|_)id$/;
/** Seconds, milliseconds or microseconds from 2001 to 2096: numbers that may be instants. */
const LIKELY_EPOCH = /^[1-3]\d{9}(\d{3}|\d{6})?([.]\d+)?$/;

function words(text: string): readonly string[] {
  return text.split(' ');
}

/** `--user-column`, `--event-id-column` …; what is counted is named by `--entity` where that is given. */
export function columnFlag(role: ColumnRole, hasEntity: boolean): string {
  if (role === 'user' && hasEntity) return '--entity';
  if (role === 'person') return '--user-column';
  return role === 'eventId' ? '--event-id-column' : `--${role}-column`;
}

/**
 * Which column plays which role: flags first, then the preset, then the ranked names, then what the sample shows. All problems
 * are told at once. Errors: `columns-missing`, `columns-ambiguous`, `column-absent`, `column-two-roles`, `bad-option-value`.
 */
export function mapColumns(
  columns: readonly InputColumn[],
  flags: ColumnFlags,
  context: MappingContext,
  preset: PresetMappings = { roles: {}, used: [] },
): ColumnMapping {
  const { hasEntity } = context;
  const choice = new Choice(columns, hasEntity);
  for (const role of COLUMN_ROLES) choice.byFlag(role, flags[role]);
  for (const role of COLUMN_ROLES) choice.byPreset(role, preset.roles[hasEntity && role === 'person' ? 'user' : role]);
  choice.reserve(preset.used);
  for (const role of COLUMN_ROLES) choice.byName(role);
  choice.userById(hasEntity ? 'person' : 'user');
  choice.eventIdById();
  choice.timeBySample();
  for (const role of REQUIRED_ROLES) choice.require(role);
  if (choice.problems.length > 0) failWith(choice, columns, flags, context);
  const multiplyByQuantity = choice.multiplies(flags.quantity);
  return {
    columns: choice.names(),
    notes: choice.notes,
    everyRowIsAnOrder: flags.order === SWITCHED_OFF,
    multiplyByQuantity,
    refunded: choice.presetRoles.has('value') ? (preset.roles.refunded?.label ?? null) : null,
    presetRoles: choice.presetRoles,
    reasons: Object.fromEntries(choice.reasons),
    bareEventId: choice.bareEventId,
  };
}

class Choice {
  readonly problems: ColumnProblem[] = [];
  readonly notes: string[] = [];
  bareEventId: string | undefined;
  /** What a person could answer to a problem; undefined when no column answers it. */
  readonly suggestions = new Map<ColumnRole, string | undefined>();
  readonly #columns: readonly InputColumn[];
  readonly #hasEntity: boolean;
  readonly #chosen = new Map<ColumnRole, string>();
  /** Roles that a flag or a problem has settled. */
  readonly #settled = new Set<ColumnRole>();
  readonly #taken = new Map<InputColumn, ColumnRole>();
  readonly #reserved = new Set<string>();
  readonly presetRoles = new Set<ColumnRole>();
  readonly reasons = new Map<ColumnRole, ColumnReason>();

  constructor(columns: readonly InputColumn[], hasEntity: boolean) {
    this.#columns = columns;
    this.#hasEntity = hasEntity;
  }

  names(): Record<ColumnRole, string | null> {
    const name = (role: ColumnRole): string | null => this.#chosen.get(role) ?? null;
    return {
      user: name('user'),
      person: name('person'),
      time: name('time'),
      event: name('event'),
      value: name('value'),
      quantity: name('quantity'),
      order: name('order'),
      eventId: name('eventId'),
      session: name('session'),
      currency: name('currency'),
    };
  }

  byFlag(role: ColumnRole, value: string | undefined): void {
    if (value === undefined) return;
    this.#settled.add(role);
    const flag = columnFlag(role, this.#hasEntity);
    if (value === SWITCHED_OFF) {
      if (REQUIRED_ROLES.includes(role)) fail('bad-option-value', { option: flag, value, expected: 'a column: every event needs one' });
      return;
    }
    const found = this.#find(value);
    if (found.length > 1) {
      this.#ambiguous(role, namesOf(found));
      return;
    }
    const [column] = found;
    if (column === undefined) {
      const path = this.#findField(value);
      if (path !== undefined) {
        const other = [...this.#chosen].find(([, chosen]) => chosen === path)?.[0];
        if (other !== undefined) fail('column-two-roles', { flags: [columnFlag(other, this.#hasEntity), flag], column: path });
        this.#chosen.set(role, path);
        this.reasons.set(role, 'flag');
      } else {
        const name = nearest(value, this.#addressable());
        this.problems.push({ kind: 'absent', flag, value, nearest: name });
        this.suggestions.set(role, name);
      }
      return;
    }
    if (column.isNested) {
      const field = column.fields?.[0] ?? `${column.name}.id`;
      this.problems.push({ kind: 'nested', flag, value, field });
      this.suggestions.set(role, field);
      return;
    }
    const other = this.#taken.get(column);
    if (other !== undefined) fail('column-two-roles', { flags: [columnFlag(other, this.#hasEntity), flag], column: column.name });
    this.#take(role, column, 'flag');
  }

  /** A needed role that the preset does not find may still be found by name. */
  byPreset(role: ColumnRole, mapping: PresetMapping | undefined): void {
    if (mapping === undefined || this.#settled.has(role)) return;
    if (mapping.label === null && (REQUIRED_ROLES.includes(role) || role === 'person')) return;
    if (role === 'person' && mapping.label === this.#chosen.get('user')) return;
    this.#settled.add(role);
    if (mapping.ambiguous.length > 0) this.#ambiguous(role, mapping.ambiguous);
    else if (mapping.label !== null) {
      this.#chosen.set(role, mapping.label);
      this.presetRoles.add(role);
      this.reasons.set(role, 'preset');
    }
  }

  /** Keeps columns from being found by name. */
  reserve(names: readonly string[]): void {
    for (const name of names) this.#reserved.add(name);
  }

  byName(role: ColumnRole): void {
    if (this.#settled.has(role)) return;
    const names = COLUMN_NAMES[role === 'person' && this.#hasEntity ? 'user' : role];
    const ranks = names.map((name) => this.#free().filter((column) => normaliseName(column.name) === name));
    const [best, ...lower] = ranks.filter((rank) => rank.length > 0);
    if (best === undefined) return;
    this.#settled.add(role);
    const [column] = best;
    if (best.length > 1 || column === undefined) {
      this.#ambiguous(role, namesOf(best));
      return;
    }
    this.#take(role, column, 'name');
    const others = lower.flat().map(({ name }) => `"${name}"`);
    if (others.length > 0) this.#note(role, column, `also present, lower in rank: ${others.join(', ')}`);
  }

  /** A bare `id` is the user, or the person beside an entity, when nothing else is and its values repeat. */
  userById(role: 'user' | 'person'): void {
    this.#byBareId(role, (values) => new Set(values).size < values.length, 'its values repeat');
  }

  /** A bare `id` is the event's when there is a user and no value repeats. */
  eventIdById(): void {
    if (!this.#chosen.has('user')) return;
    const isTaken = this.#byBareId('eventId', (values) => values.length > 0 && new Set(values).size === values.length, 'no value repeats');
    if (isTaken) this.bareEventId = this.notes.at(-1);
  }

  #byBareId(role: ColumnRole, fits: (values: readonly string[]) => boolean, reason: string): boolean {
    if (this.#settled.has(role)) return false;
    const ids = this.#free().filter((column) => normaliseName(column.name) === BARE_ID);
    const fitting = ids.filter((column) => fits(column.sample.filter((value) => value !== '')));
    const [column] = fitting;
    if (column === undefined) return false;
    this.#settled.add(role);
    if (ids.length > 1) {
      this.#ambiguous(role, namesOf(ids));
      return false;
    }
    this.#take(role, column, role === 'eventId' ? 'unique_id' : 'repeating_id');
    this.#note(role, column, reason);
    return true;
  }

  /** Without a name for the time, the one column that reads as one: written dates before numbers, which may be ids. */
  timeBySample(): void {
    if (this.#settled.has('time')) return;
    const free = this.#free();
    const dates = free.filter(isDateColumn);
    const candidates = dates.length > 0 ? dates : free.filter(isEpochColumn);
    const [column, another] = candidates;
    if (column === undefined) return;
    if (another !== undefined) {
      this.#settled.add('time');
      this.suggestions.set('time', column.name);
      const names = candidates.map(({ name }) => name);
      this.problems.push({ kind: 'missing', role: 'time', examples: COLUMN_NAMES.time.slice(0, SHOWN_NAMES), candidates: names });
      return;
    }
    this.#settled.add('time');
    this.#take('time', column, 'only_time');
    this.#note('time', column, 'the only column that reads as a time');
  }

  require(role: ColumnRole): void {
    if (this.#settled.has(role)) return;
    this.problems.push({ kind: 'missing', role: word(role), examples: COLUMN_NAMES[role].slice(0, SHOWN_NAMES), candidates: [] });
    this.suggestions.set(role, undefined);
  }

  /** Looks for a column for every problem that has no answer yet. */
  suggest(): void {
    for (const [role, name] of this.suggestions) if (name === undefined) this.suggestions.set(role, this.#guess(role));
  }

  #guess(role: ColumnRole): string | undefined {
    const free = this.#free().filter(({ name }) => name.trim() !== '' && ![...this.suggestions.values()].includes(name));
    const named = COLUMN_NAMES[role].flatMap((name) => free.filter((column) => normaliseName(column.name) === name));
    if (named[0] !== undefined) return named[0].name;
    if (role === 'time') return (free.find(isDateColumn) ?? free.find(isEpochColumn))?.name;
    if (role !== 'user') return undefined;
    const fields = this.#columns.flatMap((column) => (column.isNested ? (column.fields ?? []) : []));
    const names = [...free.map(({ name }) => name), ...fields];
    return names.find((name) => USER_HINT.test(normaliseName(name))) ?? free.find((column) => !isDateColumn(column))?.name ?? names[0];
  }

  multiplies(flag: string | undefined): boolean {
    const quantity = this.#chosen.get('quantity');
    const value = this.#chosen.get('value');
    if (quantity === undefined || value === undefined) return false;
    if (flag !== undefined || UNIT_PRICES.includes(normaliseName(value))) return true;
    return this.presetRoles.has('quantity') && this.presetRoles.has('value');
  }

  #note(role: ColumnRole, column: InputColumn, text: string): void {
    this.notes.push(`${word(role)} column: "${column.name}" (${text})`);
  }

  #take(role: ColumnRole, column: InputColumn, reason: ColumnReason): void {
    this.reasons.set(role, reason);
    this.#chosen.set(role, column.name);
    this.#taken.set(column, role);
  }

  #ambiguous(role: ColumnRole, columns: readonly string[]): void {
    const names = [...new Set(columns)];
    const [first] = names;
    if (names.length === 1 && first !== undefined) this.problems.push({ kind: 'twice', role: word(role), name: first });
    else this.problems.push({ kind: 'several', role: word(role), names });
    if (first !== undefined) this.suggestions.set(role, first);
  }

  #free(): InputColumn[] {
    return this.#columns.filter((column) => !column.isNested && !this.#taken.has(column) && !this.#reserved.has(column.name));
  }

  /** The exact header text; else the same name in another spelling. */
  #find(value: string): InputColumn[] {
    const exact = this.#columns.filter(({ name }) => name === value);
    if (exact.length > 0) return exact;
    const normal = normaliseName(value);
    return normal === '' ? [] : this.#columns.filter(({ name }) => normaliseName(name) === normal);
  }

  #findField(value: string): string | undefined {
    return this.#columns.some(({ fields }) => fields?.includes(value)) ? value : undefined;
  }

  #addressable(): string[] {
    return this.#columns.flatMap((column) => (column.isNested ? (column.fields ?? [column.name]) : [column.name]));
  }
}

function namesOf(columns: readonly InputColumn[]): string[] {
  return columns.map(({ name }) => name);
}

function isDateColumn(column: InputColumn): boolean {
  if (column.isTime) return true;
  const values = column.sample.filter((value) => value !== '');
  const texts = values.map(readTimeText);
  return values.length > 0 && texts.every((text) => text !== undefined && text.kind !== 'epoch');
}

function isEpochColumn(column: InputColumn): boolean {
  const values = column.sample.filter((value) => value !== '');
  return values.length > 0 && values.every((value) => LIKELY_EPOCH.test(value));
}

function failWith(choice: Choice, columns: readonly InputColumn[], flags: ColumnFlags, context: MappingContext): never {
  choice.suggest();
  const { problems, suggestions } = choice;
  const kinds = new Set(problems.map(({ kind }) => kind));
  const code =
    kinds.has('several') || kinds.has('twice')
      ? 'columns-ambiguous'
      : kinds.has('absent') || kinds.has('nested')
        ? 'column-absent'
        : 'columns-missing';
  const isMissing = kinds.has('missing');
  fail(code, {
    file: context.file,
    problems,
    columns: columns.flatMap(({ name, fields }) => (fields?.length ? fields : [name])),
    dataInHeader: isMissing ? columns.map(({ name }) => name).find(looksLikeData) : undefined,
    tryCommand: completeCommand(context, flags, suggestions),
    answers: [...suggestions].flatMap(([role, value]) =>
      value === undefined ? [] : [{ flag: columnFlag(role, context.hasEntity), value }],
    ),
  });
}

/** The command with an answer to every problem; undefined when a column that is needed has none. Other columns are left out then. */
function completeCommand(
  { command, hasEntity }: MappingContext,
  flags: ColumnFlags,
  suggestions: ReadonlyMap<ColumnRole, string | undefined>,
): string | undefined {
  if (REQUIRED_ROLES.some((role) => suggestions.has(role) && suggestions.get(role) === undefined)) return undefined;
  const answers = COLUMN_ROLES.flatMap((role) => {
    const name = suggestions.has(role) ? suggestions.get(role) : flags[role];
    return name === undefined ? [] : [`${columnFlag(role, hasEntity)} ${shellWord(name)}`];
  });
  return [command, ...answers].join(' ');
}

/** A time or a number: no file names a column like that. */
function looksLikeData(name: string): boolean {
  return readTimeText(name) !== undefined || /^[+-]?\d+([.,]\d+)?$/.test(name);
}

function word(role: ColumnRole): string {
  return role === 'eventId' ? 'event id' : role;
}
