import type { Database } from '../engine/database.js';
import { fail } from '../errors/segment-error.js';
import { shellWord } from '../errors/shell-word.js';
import { canMarkEvents, type EventRoleFlags, type EventRoles, eventRoles } from '../events/event-roles.js';
import type { EventShape, ValueRule } from '../events/event-shape.js';
import type { Sql } from '../sql/sql.js';
import { loadZoneOffsets, type ZoneOffsets } from '../time/zone-offsets.js';
import { alignNames } from './align-names.js';
import {
  COLUMN_ROLES,
  type ColumnFlags,
  type ColumnMapping,
  columnFlag,
  type InputColumn,
  mapColumns,
  type PresetMappings,
} from './column-mapping.js';
import type { Condition } from './conditions.js';
import { packingNotes } from './containers/packing-notes.js';
import { DECISIVE_ROLES, decideFile, type FileReading } from './decide-file.js';
import { type EventCondition, type EventsQueryOptions, eventsQuery, layoutOf, otherColumnNames } from './events-query.js';
import { type HeadSampler, headSampler } from './head-sampler.js';
import { findHiddenFields, withSharedFields } from './hidden-fields.js';
import type { InputNote } from './input-note.js';
import { type MappedFile, mapFile } from './mapped-file.js';
import { presetNotes } from './preset-notes.js';
import { type ChosenPreset, choosePreset, presetNamed } from './presets/choose-preset.js';
import { isUtcTime, namesOf } from './presets/logical-columns.js';
import type { Preset } from './presets/preset.js';
import { isOfOrder, type OrderOverrides, presetMappings } from './presets/preset-rows.js';
import { findProperties, type Property, type PropertyRequest, type PropertySources } from './properties.js';
import { readerOf } from './readers/index.js';
import type { ReadableFile, ReadColumn } from './readers/reader.js';
import { type RoleSample, sampleMapped } from './sample-mapped.js';
import type { InputFile } from './sources.js';
import type { HeadBound } from './text/beginning.js';
import { isFloat } from './text-of-column.js';
import { HEAD_RECORDS } from './time-text.js';

const MIN_MONEY_SCALE = 4;
const NO_REQUESTS: RuleRequests = { ofEvents: [], ofUsers: [] };

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
  /** Where the beginnings of the files will do, how much of each is read. */
  readonly head?: HeadBound | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether `--entity` names what is counted, as `columns.user`; `columns.person` is then the flag for the people. */
  readonly hasEntity: boolean;
  /** Property columns to carry along, as the user wrote them. */
  readonly properties: readonly PropertyRequest[];
  /** Property columns that rules ask for. */
  readonly ruleProperties?: RuleRequests | undefined;
  /** What events, or people of the users file, must meet. */
  readonly where?: readonly Condition[];
  /** The columns of the users file; undefined without one. */
  readonly userColumns?: readonly ReadColumn[] | undefined;
  /** Whether all of them are carried along, also those that nobody asked for. */
  readonly hasEveryUserColumn?: boolean | undefined;
  /** Whether the table `identities` says which id is whose. */
  readonly hasIdentity?: boolean;
  /** `--preset`: the name of one, or `none`. */
  readonly preset: string | undefined;
  readonly roleFlags: EventRoleFlags;
  /** The command so far, for complete commands in hints. */
  readonly command: string;
  /** The same without the flags that name columns. */
  readonly commandWithoutColumns: string;
}

/** Columns that rules name, of the events and of whoever has them: the latest of the events, or the users file's. */
export interface RuleRequests {
  readonly ofEvents: readonly PropertyRequest[];
  readonly ofUsers: readonly PropertyRequest[];
}

/** Where those columns stand, by their names in the rules: an event's is the index-th property of `events`, or the amount. */
export interface RuleColumns {
  readonly ofEvents: ReadonlyMap<string, 'amount' | number>;
  readonly ofUsers: ReadonlyMap<string, Property>;
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
  /** The export that the columns tell, or that was named. */
  readonly preset: ChosenPreset | null;
  readonly readings: readonly FileReading[];
  /** What `other_columns` holds the texts of. */
  readonly otherColumns: readonly string[];
  /** Where the properties that were asked for come from, in their order. */
  readonly properties: readonly Property[];
  readonly ruleColumns: RuleColumns;
  /** Those of the users file, by their columns there; also those that conditions and rules are about, and last those that nobody asked for. */
  readonly userProperties: readonly string[];
  /** How many of these somebody asked for. */
  readonly askedUserProperties: number;
  /** The conditions on people, each with the place of its column among `userProperties`. */
  readonly userConditions: readonly { readonly index: number; readonly condition: Condition }[];
  /** Of all files: those that are no `events` are rejects. */
  readonly records: number;
  /** The events that the heads of the files show, and how often. */
  readonly eventNames: ReadonlyMap<string, number>;
  readonly roles: EventRoles;
  readonly notes: readonly InputNote[];
}

/**
 * Checks the files, maps their columns, decides per file how times and amounts are written, and returns the `events`
 * relation over all of them. Reads every byte of text files once, twice where it holds quotes, and the first 10,000 records.
 */
export async function loadEvents(database: Database, inputs: readonly InputFile[], options: LoadOptions): Promise<LoadedEvents> {
  const files = await prepareFiles(database, inputs, options);
  const sample = headSampler(database, HEAD_RECORDS);
  const chosen = choosePreset(
    files.map(({ source, columns }) => ({ name: source.name, columns })),
    options.preset,
    options.command,
  );
  const found =
    chosen &&
    presetMappings(
      chosen.preset,
      files.map(({ columns }) => columns),
    );
  if (chosen?.isNamed) requirePresetColumns(chosen.preset, found?.roles ?? {}, files, options);
  const context = {
    file: inputs.length === 1 ? (inputs[0]?.name ?? '') : `${inputs.length} files`,
    command: options.commandWithoutColumns,
    hasEntity: options.hasEntity,
  };
  const names = [
    ...Object.values(options.columns),
    ...propertyNames(options).flatMap((name) => [name, name.replace(/^events\./, '')]),
  ].filter((name) => name !== undefined);
  const hidden = await findHiddenFields(database, files, names);
  const mapping = mapColumns(await inputColumns(sample, files, hidden), options.columns, context, found);
  const { zone, hasIdentity = false, hasEntity } = options;
  if (hasEntity && hasIdentity && mapping.columns.person === null)
    fail('no-person-column', { needs: '--identity', entity: mapping.columns.user ?? '' });
  const overrides = chosen === undefined ? {} : orderOverrides(chosen.preset, mapping, options.columns);
  const mapped = files.map((file) => mapFile(file, mapping, chosen?.preset, overrides));
  for (const one of mapped) requireColumns(one, mapping, hasEntity);
  const sources = { files, hidden, userColumns: options.userColumns };
  const properties = findProperties(options.properties, sources);
  const conditions = placeConditions(options.where ?? [], sources, properties.ofUsers);
  const asked = placeRuleColumns(options.ruleProperties ?? NO_REQUESTS, sources, mapping, {
    events: properties.ofEvents,
    users: conditions.userProperties,
  });
  const ofPreset = chosen !== undefined && mapping.presetRoles.has('event') ? chosen.preset : undefined;
  const roles = eventRoles(
    { ...options.roleFlags, valueEvents: options.roleFlags.valueEvents ?? ofPreset?.valueEvents },
    ofPreset?.eventRoles,
  );
  const isPresetTime = chosen !== undefined && isUtcTime(chosen.preset, mapping.columns.time);
  const decideOptions = {
    ...options,
    roles,
    naiveZone: isPresetTime ? loadZoneOffsets('UTC') : options.zone,
    assumedSlashOrder: mapping.presetRoles.has('time') ? chosen?.preset.slashOrder : undefined,
  };
  const samples: RoleSample[] = [];
  for (const one of mapped) samples.push(await sampleMapped(database, sample, one, DECISIVE_ROLES));
  const decided = mapped.map((one, index) => decideFile(one, sharedSample(mapped, samples, index), decideOptions));
  const currencies = [...new Set(decided.flatMap(({ money }) => money?.currency ?? []))];
  if (currencies.length > 1) {
    fail('currencies-in-column', { column: mapping.columns.currency ?? mapping.columns.value ?? '', currencies });
  }
  const moneyScale = Math.max(MIN_MONEY_SCALE, ...decided.map(({ money }) => money?.scale ?? 0));
  const plan = {
    files: decided,
    mapping,
    zone,
    roles,
    moneyScale,
    properties: asked.eventProperties,
    conditions: conditions.ofEvents,
    hasIdentity,
  };
  const hasPurchases = mapping.columns.event === null || decided.some(({ hasPurchaseName }) => hasPurchaseName);
  return {
    eventsQuery: (query) => eventsQuery(plan, query),
    hasEventId: mapping.columns.eventId !== null,
    shape: {
      orderKey: mapping.everyRowIsAnOrder ? 'row' : 'order',
      hasOrderId: mapping.columns.order !== null,
      hasMarkedEvents: canMarkEvents(mapping.columns.event !== null, roles),
      hasPlanEvents: mapping.columns.event !== null,
      hasCurrency: mapping.columns.currency !== null && options.currency === undefined,
      propertyCount: properties.ofEvents.length,
      hasAliases: hasIdentity && !hasEntity,
      hasFilter: conditions.ofEvents.length > 0,
    },
    expectedRule:
      (options.roleFlags.valueEvents ?? ofPreset?.valueEvents) !== undefined
        ? 'named'
        : hasPurchases && decided.some(({ hasOtherAmount }) => hasOtherAmount)
          ? 'purchases'
          : 'amounts',
    moneyScale,
    currency: currencies[0] ?? null,
    mapping,
    preset: chosen ?? null,
    readings: decided,
    otherColumns: otherColumnNames(plan),
    properties: properties.found,
    ruleColumns: asked.columns,
    userProperties: withOthers(asked.userProperties, options),
    askedUserProperties: asked.userProperties.length,
    userConditions: conditions.ofUsers,
    records: files.reduce((sum, { records }) => sum + records, 0),
    eventNames: countTogether(decided.map(({ eventNames }) => eventNames)),
    roles,
    notes: [
      ...packingNotes(inputs),
      ...inputNotes(mapped, mapping, options.columns),
      ...(chosen === undefined ? [] : await presetNotes(database, chosen, decided)),
    ],
  };
}

/** The files with their columns, before anything is said about what those mean. Errors: those of `Reader.prepare`, `unknown-preset`. */
export async function prepareFiles(database: Database, inputs: readonly InputFile[], options: LoadOptions): Promise<ReadableFile[]> {
  const named = options.preset === undefined ? undefined : presetNamed(options.preset);
  const prepared: ReadableFile[] = [];
  for (const input of inputs) {
    prepared.push(await readerOf(input.format).prepare(database, input, { ...options, blankSeparated: named?.blankSeparated }));
  }
  return withSharedFields(alignNames(prepared));
}

/** The same events when the bare `id` that was taken for their id turned out to repeat its values. */
export function withoutEventId(loaded: LoadedEvents): LoadedEvents {
  const { mapping, notes } = loaded;
  const name = mapping.columns.eventId ?? '';
  const message = `event id column: none, as the values of "${name}" repeat; --event-id-column ${shellWord(name)} drops the rows that repeat one`;
  return {
    ...loaded,
    hasEventId: false,
    mapping: { ...mapping, columns: { ...mapping.columns, eventId: null }, bareEventId: undefined },
    notes: notes.map((note) => (note.message === mapping.bareEventId ? { ...note, message } : note)),
  };
}

function propertyNames({ properties, ruleProperties = NO_REQUESTS, where = [] }: LoadOptions): string[] {
  const requests = [...properties, ...ruleProperties.ofEvents, ...ruleProperties.ofUsers];
  return [...requests.map(({ name }) => name), ...where.map(({ property }) => property)];
}

/** The columns of rules stand after those that are carried along: they are read, but no day keeps their latest value. */
function placeRuleColumns(
  { ofEvents, ofUsers }: RuleRequests,
  sources: PropertySources,
  { columns: { value } }: ColumnMapping,
  carried: { readonly events: readonly string[]; readonly users: readonly string[] },
): { readonly columns: RuleColumns; readonly eventProperties: readonly string[]; readonly userProperties: readonly string[] } {
  const found = findProperties(ofEvents, { ...sources, userColumns: undefined });
  const users = findProperties(ofUsers, sources);
  const eventProperties = [...new Set([...carried.events, ...found.ofEvents, ...users.ofEvents])];
  const userProperties = [...new Set([...carried.users, ...users.ofUsers])];
  const columnOf = ({ index }: Property): string => found.ofEvents[index] ?? '';
  const eventColumns = ofEvents.map(({ name }, place): [string, 'amount' | number] => {
    const column = columnOf(found.found[place] as Property);
    return [name, column === value ? 'amount' : eventProperties.indexOf(column)];
  });
  const userColumns = ofUsers.map(({ name }, place): [string, Property] => {
    const { of, index } = users.found[place] as Property;
    const column = (of === 'events' ? users.ofEvents : users.ofUsers)[index] ?? '';
    return [name, { of, index: (of === 'events' ? eventProperties : userProperties).indexOf(column) }];
  });
  return { columns: { ofEvents: new Map(eventColumns), ofUsers: new Map(userColumns) }, eventProperties, userProperties };
}

function withOthers(asked: readonly string[], { hasEveryUserColumn = false, userColumns = [] }: LoadOptions): readonly string[] {
  if (!hasEveryUserColumn) return asked;
  return [...new Set([...asked, ...userColumns.filter(({ isNested }) => !isNested).map(({ name }) => name)])];
}

interface PlacedConditions {
  readonly ofEvents: readonly EventCondition[];
  readonly ofUsers: LoadedEvents['userConditions'];
  readonly userProperties: readonly string[];
}

/** The conditions on events, and those on people with the columns that they add to the ones carried along. */
function placeConditions(where: readonly Condition[], sources: PropertySources, carried: readonly string[]): PlacedConditions {
  const placed = findProperties(
    where.map(({ property }) => ({ option: '--where', name: property })),
    sources,
  );
  const ofEvents: EventCondition[] = [];
  const ofUsers: { index: number; condition: Condition }[] = [];
  const userProperties = [...carried];
  for (const [place, condition] of where.entries()) {
    const { of, index } = placed.found[place] ?? { of: 'events', index: -1 };
    const column = (of === 'events' ? placed.ofEvents : placed.ofUsers)[index] ?? '';
    if (of === 'events') ofEvents.push({ column, condition });
    else {
      const known = userProperties.indexOf(column);
      ofUsers.push({ index: known === -1 ? userProperties.push(column) - 1 : known, condition });
    }
  }
  return { ofEvents, ofUsers, userProperties };
}

/** The counts of several maps by name. */
export function countTogether(counts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const together = new Map<string, number>();
  for (const [name, count] of counts.flatMap((one) => [...one])) together.set(name, (together.get(name) ?? 0) + count);
  return together;
}

/**
 * The sample that decides about a file. An order may begin in one file and end in another, so files of orders are decided about
 * together, by an equal share of each one's first records.
 */
function sharedSample(mapped: readonly MappedFile[], samples: readonly RoleSample[], index: number): RoleSample {
  const one = mapped[index];
  const layout = one?.preset?.rows.order && layoutOf(one.file);
  const shared = samples.filter((_, other) => {
    const file = mapped[other]?.file;
    return other === index || (layout !== undefined && file !== undefined && layoutOf(file) === layout);
  });
  const share = Math.ceil(HEAD_RECORDS / shared.length);
  return (role) => shared.flatMap((sample) => sample(role).slice(0, share));
}

/** Refuses a preset that was named for files in which nothing is its user or its time, unless flags say what is. */
function requirePresetColumns(
  preset: Preset,
  roles: PresetMappings['roles'],
  files: readonly ReadableFile[],
  { columns: flags }: LoadOptions,
): void {
  const absent = (['user', 'time'] as const).filter((role) => flags[role] === undefined && roles[role]?.label === null);
  if (absent.length === 0) return;
  fail('preset-columns-missing', {
    preset: preset.name,
    columns: absent.map((role) => namesOf(preset.columns[role]).join(' or ')),
    file: files[0]?.source.name ?? '',
    found: files[0]?.columns.map(({ name }) => name) ?? [],
  });
}

/** The columns that flags name for the whole order, and the preset's people beside an entity. */
function orderOverrides(preset: Preset, { columns, presetRoles }: ColumnMapping, flags: ColumnFlags): OrderOverrides {
  const overrides: { -readonly [Role in keyof OrderOverrides]: OrderOverrides[Role] } = {};
  for (const role of COLUMN_ROLES) {
    const column = columns[role];
    if (flags[role] !== undefined && column !== null && isOfOrder(preset, role, column)) overrides[role] = column;
  }
  const { user } = preset.columns;
  if (presetRoles.has('person') && user) overrides.person = user;
  return overrides;
}

/** The columns of all files by name, each with the sample of the first file that has it. */
async function inputColumns(sample: HeadSampler, files: readonly ReadableFile[], hidden: ReadonlySet<string>): Promise<InputColumn[]> {
  const columns = new Map<string, InputColumn>();
  const all = files.flatMap((file) => file.columns);
  const nested = new Set(all.filter(({ isNested }) => isNested).map(({ name }) => name));
  const fieldsOf = (name: string): string[] => {
    const leaves = all.filter((column) => column.name === name).flatMap((column) => column.leaves ?? []);
    return [...new Set([...leaves.map((leaf) => leaf.name), ...[...hidden].filter((field) => field.startsWith(`${name}.`))])];
  };
  for (const file of files) {
    const unseen = file.columns.flatMap((column, index) => (columns.has(column.name) && file !== files[0] ? [] : [{ column, index }]));
    const sampled = unseen.flatMap(({ column }) => (nested.has(column.name) ? [] : [column]));
    const samples = sampled.length === 0 ? [] : await sample(file, sampled);
    for (const { column, index } of unseen) {
      const key = columns.has(column.name) ? `${column.name}\n${index}` : column.name;
      columns.set(key, {
        name: column.name,
        isNested: nested.has(column.name),
        isTime: /^(TIMESTAMP|DATE)/.test(column.type),
        sample: samples[sampled.indexOf(column)] ?? [],
        fields: fieldsOf(column.name),
      });
    }
  }
  return [...columns.values()];
}

/** Every file must have the user and the time column; the others may be absent from some. */
function requireColumns({ file, columns }: MappedFile, mapping: ColumnMapping, hasEntity: boolean): void {
  for (const role of ['user', 'time'] as const) {
    if (columns[role] === undefined) {
      fail('column-missing-in-file', {
        file: file.source.name,
        column: mapping.columns[role] ?? '',
        role: role === 'user' && hasEntity ? 'entity' : role,
        flag: columnFlag(role, hasEntity),
        found: file.columns.map((column) => column.name),
      });
    }
  }
}

function inputNotes(mapped: readonly MappedFile[], mapping: ColumnMapping, flags: ColumnFlags): InputNote[] {
  const notes: InputNote[] = mapping.notes.map((message) => ({ code: 'ignored_columns', message }));
  const { event, value, order } = mapping.columns;
  if (event === null && value === null && order === null && flags.event === undefined)
    notes.push({
      code: 'no_event_column',
      message:
        'no column is named like an event, an amount or an order, so every row counts as a purchase; --event-column NAME says where events are, --event-column none that there are none',
    });
  const mixed = mapped.filter(({ file }) => file.hasMixedLineEndings);
  if (mixed.length > 0)
    notes.push({
      code: 'mixed_line_endings',
      message: `mixed line endings read as one in ${mixed.map(({ file }) => file.source.name).join(', ')}`,
    });
  const floats = mapped.filter(({ columns }) => isFloat(columns.user?.type ?? ''));
  if (floats.length > 0)
    notes.push({
      code: 'float_ids',
      message: `user ids are stored as floating point in ${floats.map(({ file }) => file.source.name).join(', ')}; whole numbers are read without the point`,
    });
  return notes;
}
