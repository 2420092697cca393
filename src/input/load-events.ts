import type { Database } from '../engine/database.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { CHURN_HINTS, type EventRoles, rolesQuery } from '../events/event-roles.js';
import { type EventShape, propertyColumn, type ValueRule } from '../events/event-shape.js';
import { normaliseName } from '../events/normalise-name.js';
import { ROLE } from '../events/role-bits.js';
import { localDay } from '../sql/functions.js';
import { join, list, type Sql, sql } from '../sql/sql.js';
import type { ZoneOffsets } from '../time/zone-offsets.js';
import { type ColumnFlags, type ColumnMapping, type ColumnRole, type InputColumn, mapColumns } from './column-mapping.js';
import { decideMoneyFormat, type MoneyFormat } from './money-format.js';
import { atScale, isOtherCurrency, multiplyQuery, quantityQuery, typedAmountProblemQuery, typedAmountQuery } from './money-query.js';
import { PRESETS } from './presets/index.js';
import { presetColumns } from './presets/preset.js';
import { type HeadSampler, headSampler, prepareFile, type ReadableFile } from './readable-file.js';
import { csvSource } from './readers/csv.js';
import { parquetSource } from './readers/parquet.js';
import { findColumn, type ReadColumn } from './readers/reader.js';
import type { InputFile } from './sources.js';
import { isFloat, textOfColumn } from './text-of-column.js';
import { decideTimeFormat, type TimeFormat } from './time-format.js';
import { typedTimestampQuery } from './time-query.js';
import { HEAD_RECORDS } from './time-text.js';

/** So many names of the head are told apart by equality; others are normalised and looked up. */
const KNOWN_NAMES = 48;
const MIN_MONEY_SCALE = 4;

export interface LoadOptions {
  readonly columns: ColumnFlags;
  readonly timeFormat: string | undefined;
  readonly zone: ZoneOffsets;
  readonly encoding: string | undefined;
  readonly delimiter: string | undefined;
  readonly decimal: ',' | '.' | undefined;
  readonly currency: string | undefined;
  readonly maxExpand: number;
  readonly spoolDirectory: string;
  readonly signal?: AbortSignal | undefined;
  /** Property columns to carry along, as the user wrote them. */
  readonly keep: readonly string[];
  readonly roles: EventRoles;
  /** `--value-event` was given. */
  readonly hasNamedValueEvents: boolean;
  /** The command so far, for complete commands in hints. */
  readonly command: string;
}

/** A remark about how files were read, for the summary's warnings. */
export interface InputNote {
  readonly code: 'ignored_columns' | 'mixed_line_endings' | 'float_ids' | 'possible_churn_events';
  readonly message: string;
}

export interface LoadedEvents {
  /** The `events` relation (see EventShape), straight over the files. */
  readonly eventsQuery: (options: EventsQueryOptions) => Sql;
  readonly hasEventId: boolean;
  readonly shape: Omit<EventShape, 'valueRule'>;
  readonly expectedRule: ValueRule;
  readonly moneyScale: number;
  readonly currency: string | null;
  readonly mapping: ColumnMapping;
  /** Name of the export the headers tell, or null. */
  readonly preset: string | null;
  readonly readings: readonly FileReading[];
  readonly notes: readonly InputNote[];
}

export interface EventsQueryOptions {
  /** Adds `event_id`, `session_id` and `other_columns` VARCHAR[], which tell duplicates apart. */
  readonly isIdentified: boolean;
  /** For printing: the files as they were named in place of their spooled copies. */
  readonly hasNamedPaths: boolean;
}

/** How one file is read: what a second pass over it needs. */
export interface FileReading {
  readonly file: ReadableFile;
  /** Null when the column's type says it all. */
  readonly time: TimeFormat | null;
  readonly timeColumn: ReadColumn;
  readonly userColumn: Sql;
  /** Places in a text file's records. */
  readonly timeIndex: number;
  readonly userIndex: number;
}

/** One file with what its head decided. */
interface DecidedFile extends FileReading {
  readonly money: MoneyFormat | undefined;
  readonly eventNames: ReadonlyMap<string, number>;
  readonly hasPurchaseName: boolean;
  readonly hasOtherAmount: boolean;
}

/**
 * Checks the files, maps their columns, decides per file how times and amounts are written, and returns the `events`
 * relation over all of them. Reads every byte of text files once, and the first 10,000 records.
 */
export async function loadEvents(database: Database, inputs: readonly InputFile[], options: LoadOptions): Promise<LoadedEvents> {
  const files: ReadableFile[] = [];
  for (const input of inputs) files.push(await prepareFile(database, input, options));
  const sample = headSampler(database, HEAD_RECORDS);
  const headers = files.flatMap((file) => file.columns.map(({ name }) => name));
  const preset = PRESETS.find((candidate) => presetColumns(candidate, headers) !== undefined);
  const flags = { ...(preset && presetColumns(preset, headers)), ...options.columns };
  const mapping = mapColumns(await inputColumns(sample, files), flags, {
    file: inputs.length === 1 ? (inputs[0]?.name ?? '') : `${inputs.length} files`,
    command: options.command,
  });
  for (const file of files) requireColumns(file, mapping, options.command);
  const properties = options.keep.map((name) => findProperty(name, files));
  const decided: DecidedFile[] = [];
  for (const file of files) decided.push(await decideFile(sample, file, mapping, options));
  const currencies = [...new Set(decided.flatMap(({ money }) => money?.currency ?? []))];
  if (currencies.length > 1) {
    fail('currencies-in-column', { column: mapping.columns.currency ?? mapping.columns.value ?? '', currencies });
  }
  const moneyScale = Math.max(MIN_MONEY_SCALE, ...decided.map(({ money }) => money?.scale ?? 0));
  const plan = { mapping, options, properties, moneyScale, knownNames: knownNames(decided), others: otherColumns(files, mapping) };
  const groups = groupFiles(decided);
  const eventsQuery = (query: EventsQueryOptions): Sql =>
    join(
      groups.map((group) => branch(group, plan, query)),
      sql`
      union all`,
    );
  const hasPurchases = mapping.columns.event === null || decided.some(({ hasPurchaseName }) => hasPurchaseName);
  return {
    eventsQuery,
    hasEventId: mapping.columns.eventId !== null,
    shape: {
      orderKey: mapping.everyRowIsAnOrder ? 'row' : 'order',
      hasOrderId: mapping.columns.order !== null,
      hasMarkedEvents:
        mapping.columns.event !== null && [...options.roles.values()].some((bits) => (bits & (ROLE.churn | ROLE.risk)) !== 0),
      hasCurrency: mapping.columns.currency !== null && options.currency === undefined,
      propertyCount: properties.length,
    },
    expectedRule: options.hasNamedValueEvents
      ? 'named'
      : hasPurchases && decided.some(({ hasOtherAmount }) => hasOtherAmount)
        ? 'purchases'
        : 'amounts',
    moneyScale,
    currency: options.currency ?? currencies[0] ?? null,
    mapping,
    preset: preset?.name ?? null,
    readings: decided,
    notes: inputNotes(files, mapping, decided, options),
  };
}

/** The columns of all files by name, each with the sample of the first file that has it. */
async function inputColumns(sample: HeadSampler, files: readonly ReadableFile[]): Promise<InputColumn[]> {
  const columns = new Map<string, InputColumn>();
  for (const file of files) {
    const unseen = file.columns.flatMap((column, index) => (columns.has(column.name) && file !== files[0] ? [] : [{ column, index }]));
    const sampled = unseen.flatMap(({ column }) => (column.isNested ? [] : [column]));
    const samples = sampled.length === 0 ? [] : await sample(file, sampled);
    for (const { column, index } of unseen) {
      const key = columns.has(column.name) ? `${column.name}\n${index}` : column.name;
      columns.set(key, {
        name: column.name,
        isNested: column.isNested,
        isTime: /^(TIMESTAMP|DATE)/.test(column.type),
        sample: samples[sampled.indexOf(column)] ?? [],
        fields: column.entry === undefined ? (column.leaves ?? []).map(({ name }) => name) : undefined,
      });
    }
  }
  return [...columns.values()];
}

/** Every file must have the user and the time column; the others may be absent from some. */
function requireColumns(file: ReadableFile, { columns }: ColumnMapping, command: string): void {
  for (const role of ['user', 'time'] as const) {
    const name = columns[role];
    if (name !== null && columnOf(file, name) === undefined) {
      fail('column-missing-in-file', {
        file: file.source.name,
        column: name,
        role,
        found: file.columns.map((column) => column.name),
        command,
      });
    }
  }
}

function columnOf(file: ReadableFile, name: string): ReadColumn | undefined {
  return findColumn(file.columns, name);
}

/** The column a `--keep` name means: the exact name, or the normalised one when that is unique. */
function findProperty(name: string, files: readonly ReadableFile[]): string {
  const addressable = files.flatMap(({ columns }) => columns.flatMap((column) => (column.leaves?.length ? column.leaves : [column])));
  const names = [...new Set(addressable.map((column) => column.name))];
  if (files.some((file) => columnOf(file, name) !== undefined)) return name;
  const alike = names.filter((candidate) => normaliseName(candidate) === normaliseName(name));
  if (alike.length === 1 && alike[0] !== undefined) return alike[0];
  return fail('column-unknown', { flag: '--keep', column: name, found: names, nearest: nearest(name, names) });
}

async function decideFile(sample: HeadSampler, file: ReadableFile, { columns }: ColumnMapping, options: LoadOptions): Promise<DecidedFile> {
  const roles = ['time', 'value', 'event', 'currency'] as const satisfies readonly ColumnRole[];
  const present = new Map(
    roles.flatMap((role) => {
      const name = columns[role];
      const column = name === null ? undefined : columnOf(file, name);
      return column === undefined ? [] : [[role, column] as const];
    }),
  );
  const sampled = [...present.values()];
  const samples = await sample(file, sampled);
  const sampleOf = (role: (typeof roles)[number]): readonly string[] => {
    const column = present.get(role);
    return column === undefined ? [] : (samples[sampled.indexOf(column)] ?? []);
  };
  const context = { file: file.source.name, command: options.command };
  const timeColumn = columnOf(file, columns.time ?? '');
  const userColumn = columnOf(file, columns.user ?? '');
  if (timeColumn === undefined || userColumn === undefined) throw new Error('every file has the user and the time column');
  const amounts = sampleOf('value');
  const events = sampleOf('event');
  const eventNames = new Map<string, number>();
  let hasPurchaseName = false;
  let hasOtherAmount = false;
  for (const [index, name] of events.entries()) {
    eventNames.set(name, (eventNames.get(name) ?? 0) + 1);
    const bits = options.roles.get(normaliseName(name)) ?? 0;
    if ((bits & ROLE.purchase) !== 0) hasPurchaseName = true;
    else if ((bits & ROLE.refund) === 0 && (amounts[index] ?? '') !== '') hasOtherAmount = true;
  }
  return {
    file,
    time: isTextual(timeColumn.type)
      ? decideTimeFormat(sampleOf('time'), { format: options.timeFormat }, { ...context, column: timeColumn.name })
      : null,
    timeColumn,
    userColumn: textOfColumn(userColumn),
    timeIndex: file.columns.indexOf(timeColumn),
    userIndex: file.columns.indexOf(userColumn),
    money:
      columns.value === null || columnOf(file, columns.value) === undefined
        ? undefined
        : decideMoneyFormat(
            amounts,
            {
              decimal: options.decimal,
              currency: options.currency,
              currencyColumn: sampleOf('currency').filter((_, index) => (amounts[index] ?? '') !== ''),
            },
            { ...context, column: columns.value },
          ),
    eventNames,
    hasPurchaseName,
    hasOtherAmount,
  };
}

/** Types whose times are read by the rules for text. */
function isTextual(type: string): boolean {
  return !/^(TIMESTAMP|DATE)/.test(type);
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

/** Files that are read alike share one branch of the relation; the shapes of their times only say what is likely. */
function groupFiles(decided: readonly DecidedFile[]): DecidedFile[][] {
  const groups = new Map<string, DecidedFile[]>();
  for (const one of decided) {
    const { file } = one;
    const layout =
      file.kind === 'csv'
        ? [file.text.delimiter, file.text.blankLinesBeforeHeader, file.text.hasNul]
        : [Object.keys(file.source.partitions), file.columns.map(({ type }) => type)];
    const key = JSON.stringify([
      file.kind,
      file.columns.map(({ name }) => name),
      layout,
      one.time && { ...one.time, shapes: [] },
      one.money ?? null,
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

interface Plan {
  readonly mapping: ColumnMapping;
  /** Decimals of the amounts of the whole input. */
  readonly moneyScale: number;
  readonly options: LoadOptions;
  readonly properties: readonly string[];
  readonly knownNames: readonly string[];
  /** Columns of any file that play no role, by name. */
  readonly others: readonly OtherColumn[];
}

/** The `place`-th column of a name, from 0: a header may repeat it. */
interface OtherColumn {
  readonly name: string;
  readonly place: number;
}

/** The `events` rows of one group of files: text as it stands, then typed, then with its day and roles. */
function branch(group: readonly DecidedFile[], plan: Plan, { isIdentified, hasNamedPaths }: EventsQueryOptions): Sql {
  const [first] = group;
  if (first === undefined) throw new RangeError('no file to read');
  const { mapping, options } = plan;
  const { file, timeColumn } = first;
  const textOf = (role: ColumnRole): Sql => {
    const name = mapping.columns[role];
    const column = name === null ? undefined : columnOf(file, name);
    return column === undefined ? sql`null::varchar` : textOfColumn(column);
  };
  const hasEvents = mapping.columns.event !== null;
  const isNul = file.kind === 'csv' && file.text.hasNul ? nulCheck(file) : undefined;
  const money = moneyColumns(first, plan);
  const carried = carriedColumns(file, plan, isIdentified, textOf);
  const carriedNames = join(
    carried.map(
      ({ name }) => sql`,
             ${name}`,
    ),
    sql``,
  );
  const source =
    file.kind === 'csv'
      ? csvSource(
          group.flatMap((one) => (one.file.kind === 'csv' ? [one.file.text] : [])),
          file.columns,
          hasNamedPaths,
        )
      : parquetSource(group.map((one) => one.file.source));
  const time = first.time && { ...first.time, shapes: commonShapes(group) };
  return sql`
      select user_id,
             occurred_at,
             ${localDay(sql`occurred_at`, options.zone)} as day,
             event,
             ${hasEvents ? rolesQuery(sql`event`, options.roles, plan.knownNames) : sql`${options.roles.get('purchase') ?? ROLE.purchase}`} as roles,
             amount,
             ${money.problem} as amount_problem,
             order_id${carriedNames}
      from (
        select user_id,
               ${typedTimestampQuery(sql`time_value`, timeColumn.type, time, options.zone)} as occurred_at,
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
          select ${isNul === undefined ? textOf('user') : sql`case when ${isNul} then '' else ${textOf('user')} end`} as user_id,
                 ${isNul === undefined ? timeColumn.value : sql`case when not ${isNul} then ${timeColumn.value} end`} as time_value,
                 ${hasEvents ? textOf('event') : sql`'purchase'`} as event,
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

/** How the amount of a file is read: times the quantity, and unknown when the row's currency is not the chosen one. */
function moneyColumns({ file, money }: DecidedFile, { mapping }: Plan): MoneyColumns {
  const find = (role: ColumnRole): ReadColumn | undefined => {
    const name = mapping.columns[role];
    return name === null ? undefined : columnOf(file, name);
  };
  const value = find('value');
  if (value === undefined || money === undefined) return { read: [], amount: sql`null`, problem: sql`null::varchar` };
  const currency = money.isCurrencyChosen ? find('currency') : undefined;
  const quantity = mapping.multiplyByQuantity ? find('quantity') : undefined;
  const read: NamedValue[] = [{ name: sql`amount_value`, value: value.value }];
  if (quantity !== undefined) read.push({ name: sql`quantity_text`, value: textOfColumn(quantity) });
  const single = typedAmountQuery(sql`amount_value`, value.type, money, money.scale);
  const product =
    quantity === undefined ? single : multiplyQuery(single, quantityQuery(sql`quantity_text`, quantity.type, money), money.scale);
  const problem = typedAmountProblemQuery(sql`amount_value`, value.type, money, money.scale, sql`amount`);
  if (currency === undefined) return { read, amount: product, problem };
  const isOther = isOtherCurrency(sql`currency`, money);
  return {
    read,
    amount: sql`case when not ${isOther} then ${product} end`,
    problem: sql`case when amount_value is not null and ${isOther} then 'other_currency' else ${problem} end`,
  };
}

interface NamedValue {
  readonly name: Sql;
  readonly value: Sql;
}

/** Columns that pass through unchanged: kept properties, a currency to watch, and what tells duplicates apart. */
function carriedColumns(file: ReadableFile, plan: Plan, isIdentified: boolean, textOf: (role: ColumnRole) => Sql): NamedValue[] {
  const columns: NamedValue[] = plan.properties.map((name, index) => {
    const column = columnOf(file, name);
    return { name: propertyColumn(index), value: column === undefined ? sql`null::varchar` : textOfColumn(column) };
  });
  if (plan.mapping.columns.currency !== null) columns.push({ name: sql`currency`, value: textOf('currency') });
  if (isIdentified) {
    columns.push(
      { name: sql`event_id`, value: textOf('eventId') },
      { name: sql`session_id`, value: textOf('session') },
      { name: sql`other_columns`, value: otherValues(file, plan) },
    );
  }
  return columns;
}

const MOST_SHAPES = 6;

/** The likely layouts of the times of all files of a group. */
function commonShapes(group: readonly DecidedFile[]): TimeFormat['shapes'] {
  const shapes = new Map(group.flatMap(({ time }) => time?.shapes ?? []).map((shape) => [JSON.stringify(shape), shape]));
  return [...shapes.values()].slice(0, MOST_SHAPES);
}

function otherColumns(files: readonly ReadableFile[], { columns }: ColumnMapping): OtherColumn[] {
  const compared = new Set<string | null>(
    ['user', 'time', 'event', 'value', 'order', 'eventId', 'session'].map((role) => columns[role as ColumnRole]),
  );
  const most = new Map<string, number>();
  for (const file of files) {
    const here = new Map<string, number>();
    for (const { name } of file.columns) here.set(name, (here.get(name) ?? 0) + 1);
    for (const [name, times] of here) most.set(name, Math.max(most.get(name) ?? 0, times));
  }
  return [...most]
    .filter(([name]) => !compared.has(name))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([name, times]) => Array.from({ length: times }, (_, place) => ({ name, place })));
}

/** Their texts in a file, '' where it lacks one: the last resort in telling two rows of one id apart. */
function otherValues(file: ReadableFile, { others }: Plan): Sql {
  const values = others.map(({ name, place }) => {
    const column = file.columns.filter((candidate) => candidate.name === name)[place];
    if (column === undefined) return sql`''`;
    return sql`coalesce(${column.isNested ? sql`${column.value}::varchar` : textOfColumn(column)}, '')`;
  });
  return values.length === 0 ? sql`[]::varchar[]` : list(values);
}

/** Whether any field of the record holds a NUL byte. */
function nulCheck(file: ReadableFile): Sql {
  return sql`contains(concat_ws('', ${join(file.columns.map(({ value }) => value))}), chr(0))`;
}

function inputNotes(
  files: readonly ReadableFile[],
  mapping: ColumnMapping,
  decided: readonly DecidedFile[],
  options: LoadOptions,
): InputNote[] {
  const notes: InputNote[] = mapping.notes.map((message) => ({ code: 'ignored_columns', message }));
  const mixed = files.filter((file) => file.kind === 'csv' && file.text.hasMixedLineEndings);
  if (mixed.length > 0)
    notes.push({
      code: 'mixed_line_endings',
      message: `mixed line endings read as one in ${mixed.map(({ source }) => source.name).join(', ')}`,
    });
  const user = mapping.columns.user;
  const floats = files.filter((file) => user !== null && isFloat(columnOf(file, user)?.type ?? ''));
  if (floats.length > 0)
    notes.push({
      code: 'float_ids',
      message: `user ids are stored as floating point in ${floats.map(({ source }) => source.name).join(', ')}; whole numbers are read without the point`,
    });
  const hints = new Map<string, number>();
  for (const { eventNames } of decided) {
    for (const [name, count] of eventNames) {
      const normalised = normaliseName(name);
      if (!options.roles.has(normalised) && CHURN_HINTS.some((hint) => normalised.includes(hint)))
        hints.set(name, (hints.get(name) ?? 0) + count);
    }
  }
  if (hints.size > 0) {
    const names = [...hints]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, count]) => `${name} (${count} in the first ${HEAD_RECORDS.toLocaleString('en')} rows)`);
    notes.push({ code: 'possible_churn_events', message: `these events may mean churn: ${names.join(', ')}; --churn-event NAME says so` });
  }
  return notes;
}
