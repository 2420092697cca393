import type { Database } from '../engine/database.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { canMarkEvents, type EventRoles } from '../events/event-roles.js';
import type { EventShape, ValueRule } from '../events/event-shape.js';
import { normaliseName } from '../events/normalise-name.js';
import type { Sql } from '../sql/sql.js';
import type { ZoneOffsets } from '../time/zone-offsets.js';
import { type ColumnFlags, type ColumnMapping, type InputColumn, mapColumns } from './column-mapping.js';
import { type DecidedFile, decideFile, type FileReading } from './decide-file.js';
import { type EventsQueryOptions, eventsQuery } from './events-query.js';
import { type HeadSampler, headSampler } from './head-sampler.js';
import { PRESETS } from './presets/index.js';
import { presetColumns } from './presets/preset.js';
import { readerOf } from './readers/index.js';
import { findColumn, type ReadableFile } from './readers/reader.js';
import type { InputFile } from './sources.js';
import { isFloat } from './text-of-column.js';
import { HEAD_RECORDS } from './time-text.js';

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
  /** The same without the flags that name columns. */
  readonly commandWithoutColumns: string;
}

/** A remark about how files were read, for the summary's warnings. */
export interface InputNote {
  readonly code: 'ignored_columns' | 'no_event_column' | 'mixed_line_endings' | 'float_ids';
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
  /** Of all files: those that are no `events` are rejects. */
  readonly records: number;
  /** The events that the heads of the files show. */
  readonly eventNames: ReadonlySet<string>;
  readonly notes: readonly InputNote[];
}

/**
 * Checks the files, maps their columns, decides per file how times and amounts are written, and returns the `events`
 * relation over all of them. Reads every byte of text files once, twice where it holds quotes, and the first 10,000 records.
 */
export async function loadEvents(database: Database, inputs: readonly InputFile[], options: LoadOptions): Promise<LoadedEvents> {
  const files: ReadableFile[] = [];
  for (const input of inputs) files.push(await readerOf(input.format).prepare(database, input, options));
  const sample = headSampler(database, HEAD_RECORDS);
  const headers = files.flatMap((file) => file.columns.map(({ name }) => name));
  const preset = PRESETS.find((candidate) => presetColumns(candidate, headers) !== undefined);
  const flags = { ...(preset && presetColumns(preset, headers)), ...options.columns };
  const mapping = mapColumns(await inputColumns(sample, files), flags, {
    file: inputs.length === 1 ? (inputs[0]?.name ?? '') : `${inputs.length} files`,
    command: options.commandWithoutColumns,
  });
  for (const file of files) requireColumns(file, mapping);
  const properties = options.keep.map((name) => findProperty(name, files));
  const decided: DecidedFile[] = [];
  for (const file of files) decided.push(await decideFile(sample, file, mapping, options));
  const currencies = [...new Set(decided.flatMap(({ money }) => money?.currency ?? []))];
  if (currencies.length > 1) {
    fail('currencies-in-column', { column: mapping.columns.currency ?? mapping.columns.value ?? '', currencies });
  }
  const moneyScale = Math.max(MIN_MONEY_SCALE, ...decided.map(({ money }) => money?.scale ?? 0));
  const plan = { files: decided, mapping, zone: options.zone, roles: options.roles, moneyScale, properties };
  const hasPurchases = mapping.columns.event === null || decided.some(({ hasPurchaseName }) => hasPurchaseName);
  return {
    eventsQuery: (query) => eventsQuery(plan, query),
    hasEventId: mapping.columns.eventId !== null,
    shape: {
      orderKey: mapping.everyRowIsAnOrder ? 'row' : 'order',
      hasOrderId: mapping.columns.order !== null,
      hasMarkedEvents: canMarkEvents(mapping.columns.event !== null, options.roles),
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
    records: files.reduce((sum, { records }) => sum + records, 0),
    eventNames: new Set(decided.flatMap(({ eventNames }) => [...eventNames.keys()])),
    notes: inputNotes(files, mapping, options.columns),
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
function requireColumns(file: ReadableFile, { columns }: ColumnMapping): void {
  for (const role of ['user', 'time'] as const) {
    const name = columns[role];
    if (name !== null && findColumn(file.columns, name) === undefined) {
      fail('column-missing-in-file', {
        file: file.source.name,
        column: name,
        role,
        found: file.columns.map((column) => column.name),
      });
    }
  }
}

/** The column a `--keep` name means: the exact name, or the normalised one when that is unique. */
function findProperty(name: string, files: readonly ReadableFile[]): string {
  const addressable = files.flatMap(({ columns }) => columns.flatMap((column) => (column.leaves?.length ? column.leaves : [column])));
  const names = [...new Set(addressable.map((column) => column.name))];
  if (files.some((file) => findColumn(file.columns, name) !== undefined)) return name;
  const alike = names.filter((candidate) => normaliseName(candidate) === normaliseName(name));
  if (alike.length === 1 && alike[0] !== undefined) return alike[0];
  return fail('column-unknown', { flag: '--keep', column: name, found: names, nearest: nearest(name, names) });
}

function inputNotes(files: readonly ReadableFile[], mapping: ColumnMapping, flags: ColumnFlags): InputNote[] {
  const notes: InputNote[] = mapping.notes.map((message) => ({ code: 'ignored_columns', message }));
  const { event, value, order } = mapping.columns;
  if (event === null && value === null && order === null && flags.event === undefined)
    notes.push({
      code: 'no_event_column',
      message:
        'no column is named like an event, an amount or an order, so every row counts as a purchase; --event-column NAME says where events are, --event-column none that there are none',
    });
  const mixed = files.filter((file) => file.hasMixedLineEndings);
  if (mixed.length > 0)
    notes.push({
      code: 'mixed_line_endings',
      message: `mixed line endings read as one in ${mixed.map(({ source }) => source.name).join(', ')}`,
    });
  const user = mapping.columns.user;
  const floats = files.filter((file) => user !== null && isFloat(findColumn(file.columns, user)?.type ?? ''));
  if (floats.length > 0)
    notes.push({
      code: 'float_ids',
      message: `user ids are stored as floating point in ${floats.map(({ source }) => source.name).join(', ')}; whole numbers are read without the point`,
    });
  return notes;
}
