import { type EventRoles, ORDER_EXPORT_EVENT, rolesOf, rolesQuery } from '../events/event-roles.js';
import { propertyColumn } from '../events/event-shape.js';
import { localDay } from '../sql/functions.js';
import { join, list, type Sql, sql } from '../sql/sql.js';
import type { ZoneOffsets } from '../time/zone-offsets.js';
import type { ColumnMapping, ColumnRole } from './column-mapping.js';
import { type Condition, holdsQuery } from './conditions.js';
import type { DecidedFile } from './decide-file.js';
import { addedColumns } from './mapped-file.js';
import { atScale, isOtherCurrency, multiplyQuery, quantityQuery, typedAmountProblemQuery, typedAmountQuery } from './money-query.js';
import { readerOf } from './readers/index.js';
import { findColumn, type ReadableFile, type ReadColumn, type SourceOptions } from './readers/reader.js';
import { textOfColumn } from './text-of-column.js';
import type { TimeFormat } from './time-format.js';
import { typedTimestampQuery } from './time-query.js';

export interface EventsQueryOptions extends SourceOptions {
  /** Adds `event_id`, `session_id` and `other_columns` VARCHAR[], which tell duplicates apart. */
  readonly isIdentified: boolean;
  /** Adds `session_id`. */
  readonly hasSessions?: boolean;
  /** The place of the one file whose rows are wanted, without looking up whose id is whose; undefined: all files. */
  readonly only?: number | undefined;
}

/** All files of an input, and how they are read together. */
export interface EventsPlan {
  readonly files: readonly DecidedFile[];
  readonly mapping: ColumnMapping;
  readonly zone: ZoneOffsets;
  readonly roles: EventRoles;
  /** Decimals of the amounts of the whole input. */
  readonly moneyScale: number;
  /** Columns to carry along, by name. */
  readonly properties: readonly string[];
  /** What the events must meet, by column. */
  readonly conditions: readonly EventCondition[];
  /** Whether `identities` says which id is whose. */
  readonly hasIdentity: boolean;
}

/** A condition and the column it is about. */
export interface EventCondition {
  readonly column: string;
  readonly condition: Condition;
}

interface Plan extends EventsPlan {
  readonly knownNames: readonly string[];
  /** Columns of any file that play no role, by name. */
  readonly others: readonly OtherColumn[];
}

/** So many names of the head are told apart by equality; others are normalised and looked up. */
const KNOWN_NAMES = 48;

/** The `events` relation (see EventShape), straight over the files. */
export function eventsQuery(plan: EventsPlan, query: EventsQueryOptions): Sql {
  const whole = { ...plan, knownNames: knownNames(plan.files), others: otherColumns(plan) };
  const files = query.only === undefined ? plan.files : plan.files.slice(query.only, query.only + 1);
  const events = join(
    groupFiles(files).map((group) => branch(group, whole, query)),
    sql`
      union all`,
  );
  if (!plan.hasIdentity || query.only !== undefined) return events;
  return identifiedQuery(events, plan.mapping.columns.person === null ? sql`user_id` : sql`person_id`);
}

/** The names of the columns whose texts `other_columns` has, in their order. */
export function otherColumnNames(plan: Pick<EventsPlan, 'files' | 'mapping'>): string[] {
  return otherColumns(plan).map(({ name }) => name);
}

/** The same rows with the ids that `identities` gives their people; `alias` is the id they came with. */
export function identifiedQuery(events: Sql, id: Sql): Sql {
  return sql`
    select events.* replace (coalesce(identities.user_id, events.${id}) as ${id}),
           identities.alias
    from (${events}) as events
    left join identities on identities.alias = events.${id}`;
}

/** The `place`-th column of a name, from 0: a header may repeat it. */
interface OtherColumn {
  readonly name: string;
  readonly place: number;
}

/** The `events` rows of one group of files: text as it stands, then typed, then with its day and roles. */
function branch(group: readonly DecidedFile[], plan: Plan, { isIdentified, hasSessions = false, ...reading }: EventsQueryOptions): Sql {
  const [first] = group;
  if (first === undefined) throw new RangeError('no file to read');
  const { mapping, roles, zone } = plan;
  const { file, timeColumn } = first;
  const textOf = (role: ColumnRole): Sql => {
    const column = first.columns[role];
    return column === undefined ? sql`null::varchar` : textOfColumn(column);
  };
  const hasEvents = mapping.columns.event !== null;
  const { isReject } = file;
  const money = moneyColumns(first, plan);
  const kept = plan.properties.map((name) => findColumn(file.columns, name));
  const others = isIdentified ? otherValues(file, plan) : [];
  const asked = plan.conditions.map(({ column, condition }) => ({ column: findColumn(file.columns, column), condition }));
  const carried = [...carriedColumns(kept, others, plan, { isIdentified, hasSessions }, textOf), ...filterColumn(asked)];
  const carriedNames = join(
    carried.map(
      ({ name }) => sql`,
             ${name}`,
    ),
    sql``,
  );
  const read = [
    ...Object.values(first.columns),
    ...[...kept.map((column) => ({ column })), ...asked, ...others].map(({ column }) => column),
  ].filter((column) => column !== undefined);
  const source = groupSource(group, read, reading);
  const time = first.time && { ...first.time, shapes: commonShapes(group) };
  return sql`
      select user_id,
             occurred_at,
             ${localDay(sql`occurred_at`, zone)} as day,
             event,
             ${hasEvents ? rolesQuery(sql`event`, roles, plan.knownNames) : sql`${rolesOf(ORDER_EXPORT_EVENT, roles)}`} as roles,
             amount,
             ${money.problem} as amount_problem,
             order_id${carriedNames}
      from (
        select user_id,
               ${typedTimestampQuery(sql`time_value`, timeColumn.type, time, first.naiveZone)} as occurred_at,
               event,
               ${atScale(money.amount, plan.moneyScale)} as amount,${join(
                 money.read.map(
                   ({ name }) => sql`
               ${name},`,
                 ),
                 sql``,
               )}
               order_id${carriedNames}
        from (
          select ${isReject === undefined ? textOf('user') : sql`case when ${isReject} then '' else ${textOf('user')} end`} as user_id,
                 ${isReject === undefined ? timeColumn.value : sql`case when not ${isReject} then ${timeColumn.value} end`} as time_value,
                 ${hasEvents ? textOf('event') : sql`${ORDER_EXPORT_EVENT}`} as event,
                 ${textOf('order')} as order_id${join(
                   [...money.read, ...carried].map(
                     ({ name, value }) => sql`,
                 ${value} as ${name}`,
                   ),
                   sql``,
                 )}
          from ${source}
        ) as read_rows
      ) as typed_rows`;
}

interface MoneyColumns {
  /** What the amount is read from, as it stands in the file. */
  readonly read: readonly NamedValue[];
  readonly amount: Sql;
  /** Over a row that has `amount` already. */
  readonly problem: Sql;
}

/** How the amount of a file is read: times the quantity, less what was refunded, unknown when the row's currency is not the chosen one. */
function moneyColumns({ columns, money }: DecidedFile, { mapping }: Plan): MoneyColumns {
  const { value, refunded } = columns;
  if (value === undefined || money === undefined) return { read: [], amount: sql`null`, problem: sql`null::varchar` };
  const currency = money.isCurrencyChosen ? columns.currency : undefined;
  const quantity = mapping.multiplyByQuantity ? columns.quantity : undefined;
  const read: NamedValue[] = [{ name: sql`amount_value`, value: value.value }];
  if (quantity !== undefined) read.push({ name: sql`quantity_text`, value: textOfColumn(quantity) });
  if (refunded !== undefined) read.push({ name: sql`refunded_value`, value: refunded.value });
  const single = typedAmountQuery(sql`amount_value`, value.type, money, money.scale);
  const gross =
    quantity === undefined ? single : multiplyQuery(single, quantityQuery(sql`quantity_text`, quantity.type, money), money.scale);
  const product =
    refunded === undefined
      ? gross
      : sql`${gross} - case when coalesce(refunded_value::varchar, '') = '' then 0 else ${typedAmountQuery(sql`refunded_value`, refunded.type, money, money.scale)} end`;
  const problem = typedAmountProblemQuery(sql`amount_value`, value.type, money, money.scale, sql`amount`);
  if (currency === undefined) return { read, amount: product, problem };
  const isOther = isOtherCurrency(sql`currency`, money);
  return {
    read,
    amount: sql`case when not ${isOther} then ${product} end`,
    problem: sql`case when amount_value is not null and ${isOther} then 'other_currency' else ${problem} end`,
  };
}

/** The table that reads columns of a group of files, as they are. */
export function ownSource(group: readonly DecidedFile[], columns: readonly ReadColumn[], options: SourceOptions): Sql {
  const [first] = group;
  if (first === undefined) throw new RangeError('no file to read');
  return readerOf(first.file.source.format).source(
    group.map(({ file }) => file),
    columns,
    options,
  );
}

/** The same with the columns that a preset adds. */
function groupSource(group: readonly DecidedFile[], columns: readonly ReadColumn[], options: SourceOptions): Sql {
  const [first] = group;
  const added = first && addedColumns(first);
  const source = ownSource(group, [...columns, ...(added?.sources ?? [])], options);
  return added?.relation(source) ?? source;
}

interface NamedValue {
  readonly name: Sql;
  readonly value: Sql;
}

/** Columns that pass through unchanged: kept properties, a currency to watch, and what tells duplicates apart. */
function carriedColumns(
  kept: readonly (ReadColumn | undefined)[],
  others: readonly OtherValue[],
  plan: Plan,
  { isIdentified, hasSessions }: { readonly isIdentified: boolean; readonly hasSessions: boolean },
  textOf: (role: ColumnRole) => Sql,
): NamedValue[] {
  const columns: NamedValue[] = kept.map((column, index) => {
    return { name: propertyColumn(index), value: column === undefined ? sql`null::varchar` : textOfColumn(column) };
  });
  if (plan.mapping.columns.person !== null) columns.push({ name: sql`person_id`, value: textOf('person') });
  if (plan.mapping.columns.currency !== null) columns.push({ name: sql`currency`, value: textOf('currency') });
  if (isIdentified || hasSessions) columns.push({ name: sql`session_id`, value: textOf('session') });
  if (isIdentified) {
    columns.push(
      { name: sql`event_id`, value: textOf('eventId') },
      { name: sql`other_columns`, value: others.length === 0 ? sql`[]::varchar[]` : list(others.map(({ value }) => value)) },
    );
  }
  return columns;
}

/** `is_filtered`, where there are conditions; a column that a file lacks is not set there. */
function filterColumn(asked: readonly { readonly column: ReadColumn | undefined; readonly condition: Condition }[]): NamedValue[] {
  if (asked.length === 0) return [];
  const holds = asked.map(({ column, condition }) =>
    holdsQuery(column === undefined ? sql`null::varchar` : sql`(${textOfColumn(column)})`, condition),
  );
  return [{ name: sql`is_filtered`, value: sql`not (${join(holds, sql` and `)})` }];
}

/** What files have in common that one table can read. */
export function layoutOf(file: ReadableFile): string {
  return JSON.stringify([file.source.format, file.layout]);
}

/** Files that are read alike share one branch of the relation; the shapes of their times only say what is likely. */
export function groupFiles(decided: readonly DecidedFile[]): DecidedFile[][] {
  const groups = new Map<string, DecidedFile[]>();
  for (const one of decided) {
    const roles = Object.entries(one.columns).map(([role, { value }]) => [role, value.compile().text]);
    const added = addedColumns(one)?.relation(sql`source`).compile().text ?? null;
    const key = JSON.stringify([layoutOf(one.file), roles, added, one.time && { ...one.time, shapes: [] }, one.money ?? null]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

/** The event names of the heads, most frequent first. */
function knownNames(decided: readonly DecidedFile[]): string[] {
  const counts = new Map<string, number>();
  for (const { eventNames } of decided) for (const [name, count] of eventNames) counts.set(name, (counts.get(name) ?? 0) + count);
  counts.delete('');
  return [...counts]
    .sort(([nameA, countA], [nameB, countB]) => countB - countA || (nameA < nameB ? -1 : 1))
    .slice(0, KNOWN_NAMES)
    .map(([name]) => name);
}

const MOST_SHAPES = 6;

/** The likely layouts of the times of all files of a group. */
function commonShapes(group: readonly DecidedFile[]): TimeFormat['shapes'] {
  const shapes = new Map(group.flatMap(({ time }) => time?.shapes ?? []).map((shape) => [JSON.stringify(shape), shape]));
  return [...shapes.values()].slice(0, MOST_SHAPES);
}

function otherColumns({ files, mapping: { columns } }: Pick<EventsPlan, 'files' | 'mapping'>): OtherColumn[] {
  const compared = new Set<string | null>(
    ['user', 'time', 'event', 'value', 'order', 'eventId', 'session'].map((role) => columns[role as ColumnRole]),
  );
  const most = new Map<string, number>();
  for (const { file } of files) {
    const here = new Map<string, number>();
    for (const { name } of file.columns) here.set(name, (here.get(name) ?? 0) + 1);
    for (const [name, times] of here) most.set(name, Math.max(most.get(name) ?? 0, times));
  }
  return [...most]
    .filter(([name]) => !compared.has(name))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([name, times]) => Array.from({ length: times }, (_, place) => ({ name, place })));
}

interface OtherValue {
  readonly column: ReadColumn | undefined;
  readonly value: Sql;
}

/** Their texts in a file, '' where it lacks one: the last resort in telling two rows of one id apart. */
function otherValues(file: ReadableFile, { others }: Plan): OtherValue[] {
  return others.map(({ name, place }) => {
    const column = file.columns.filter((candidate) => candidate.name === name)[place];
    if (column === undefined) return { column, value: sql`''` };
    return { column, value: sql`coalesce(${column.isNested ? sql`${column.value}::varchar` : textOfColumn(column)}, '')` };
  });
}
