import type { Warning } from '../analysis/classify/classify-result.js';
import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { loadEvents } from '../input/load-events.js';
import { repeatedIds, tiesOf } from '../input/remove-duplicates.js';
import type { InputFile } from '../input/sources.js';
import { mappedEvents, readingDifference, storedEvents } from '../input/stored-events.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { sql } from '../sql/sql.js';
import { dayKinds, namedRows } from '../state/day-pieces.js';
import { areEventsWhole, findStored, type InputPlan, type KeptInput, keepEvents, planInputs, readingHash } from '../state/event-store.js';
import { loadRepeats, type RolledUp, rollUp, withoutRepeats } from '../state/roll-up.js';
import { type StateFolder, stateError } from '../state/state-folder.js';
import type { StatePointer, StoredInput } from '../state/state-pointer.js';
import { dayOfIso } from '../time/day.js';
import type { KeptEvents } from './classification.js';
import { type EventsNeed, eventsNeeds } from './events-needs.js';
import { findKnownMembers } from './known-members.js';
import { loadOptions } from './load-inputs.js';
import type { PreparedPeople } from './load-people.js';
import { ruleRequests } from './rule-settings.js';
import type { Job, Night } from './run-nightly.js';
import type { Session } from './session.js';

/** Files that are new cannot be read on with those that are known: all have to be loaded together. */
export class ReadingDiffers extends Error {
  override readonly name = 'ReadingDiffers';
}

/** The events of inputs, which are about to be read, are not what was written, or were let go: their files have to be loaded again. */
export class EventsMissing extends Error {
  override readonly name = 'EventsMissing';
  readonly folders: readonly string[];

  constructor(folders: readonly string[]) {
    super(folders.join(', '));
    this.folders = folders;
  }
}

/** What is loaded beyond what a usual night needs. */
export interface Effort {
  readonly loadsAll: boolean;
  /** Folders of inputs whose files are loaded again. */
  readonly loads: ReadonlySet<string>;
}

export const FIRST_EFFORT: Effort = { loadsAll: false, loads: new Set() };

/** The files of a night: what is known of them, and what has to be loaded. */
export interface InputState {
  readonly plan: InputPlan;
  /** What the files alone say: `plan` without what settings of reading and damage add to it. */
  readonly seen: InputPlan;
  readonly isReadOtherwise: boolean;
  /** What is kept of the known ones, by folder. */
  readonly stored: ReadonlyMap<string, KeptInput>;
  readonly reading: string;
  readonly loadsAll: boolean;
  /** Folders of inputs whose files are loaded again. */
  readonly loads: ReadonlySet<string>;
}

/**
 * Finds out which files are new, changed or gone. With `loadsAll`, or other settings of reading, all that are there are to be loaded. So are those
 * that `loads` names. Errors: `state-inputs-gone`, `state-input-damaged`, `state-events-gone`.
 */
export async function openInputState(
  { settings, state, command }: Pick<Job, 'settings' | 'command'> & { readonly state: Pick<StateFolder, 'directory' | 'pointer'> },
  found: readonly InputFile[],
  {
    definitions,
    people,
    usersColumns,
    skippedPaths,
    effort: { loadsAll, loads },
    now,
  }: Pick<Night, 'definitions' | 'people' | 'usersColumns' | 'skippedPaths'> & { readonly effort: Effort; readonly now: number },
): Promise<InputState> {
  const { pointer } = state;
  const reading = readingHash(readingOptions(settings, { definitions, people, usersColumns }, command));
  const isSame = pointer.reading === reading;
  const plan = await planInputs(found, pointer.inputs, { now, skippedPaths });
  const seen = { seen: plan, isReadOtherwise: !isSame && pointer.reading !== null, reading, loadsAll, loads };
  if (loadsAll || seen.isReadOtherwise) {
    if (plan.gone.length > 0)
      fail('state-inputs-gone', { part: isSame ? 'how they are read' : null, files: plan.gone.map(({ name }) => name) });
    const fresh = found.filter(({ name }) => !plan.same.some((one) => one.name === name));
    // What is kept of skipped files was read otherwise.
    return { ...seen, plan: { ...plan, kept: [], skipped: isSame ? plan.skipped : [], fresh }, stored: new Map() };
  }
  const stored = new Map<string, KeptInput>();
  const damaged: StoredInput[] = [];
  for (const input of [...plan.kept, ...plan.gone]) {
    const file = findStored(state.directory, input);
    if (file === undefined || loads.has(input.folder)) damaged.push(input);
    else stored.set(input.folder, file);
  }
  const needs = eventsNeeds(settings, definitions, people);
  const letGo = [...plan.kept, ...plan.gone].filter((input) => !input.hasEvents && !damaged.includes(input));
  const needed = letGo.filter((input) => needs.some((need) => reaches(need, input, pointer, settings)));
  const isGone = (input: StoredInput): boolean => plan.gone.includes(input);
  const lost = [...needed, ...damaged.filter(({ hasEvents }) => !hasEvents)].filter(isGone);
  if (lost.length > 0) {
    const what = needs.filter((need) => lost.some((input) => reaches(need, input, pointer, settings))).map((need) => need.what);
    fail('state-events-gone', { what, files: lost.map(({ name }) => name) });
  }
  for (const { name, folder } of damaged.filter(isGone)) fail('state-input-damaged', { file: name, folder });
  damaged.push(...needed);
  const again = new Set(damaged.map(({ path }) => path));
  const fresh = [...plan.fresh, ...found.filter(({ path }) => again.has(path))];
  return { ...seen, plan: { ...plan, kept: plan.kept.filter(({ path }) => !again.has(path)), fresh }, stored };
}

/** Whether something reads events of an input's days. */
function reaches({ days }: EventsNeed, { lastDay }: StoredInput, { inputs }: StatePointer, { asOf }: Settings): boolean {
  if (days === null || lastDay === null) return true;
  const newest = asOf === undefined ? Math.max(...inputs.map((input) => input.lastDay ?? 0)) : (dayOfIso(asOf) ?? 0);
  return lastDay >= newest - days;
}

/**
 * The inputs of a run that was successful: of those whose days are all more than so many days before the as-of day, the events are let go, unless something reads them.
 * `reading` is what does.
 */
export function withoutOldEvents(
  ledger: readonly StoredInput[],
  asOfDay: number,
  { retain, dedupDays }: Settings,
  needs: readonly EventsNeed[],
): { readonly inputs: readonly StoredInput[]; readonly reading: readonly string[] } {
  const age = Math.max(retain.raw_days, dedupDays);
  // A date far in the future makes nothing old.
  const newest = Math.min(asOfDay, Math.max(...ledger.map(({ lastDay }) => lastDay ?? 0)));
  const isOld = ({ lastDay, days, hasEvents }: StoredInput): boolean =>
    hasEvents && days !== null && lastDay !== null && lastDay < newest - age;
  if (!ledger.some(isOld)) return { inputs: ledger, reading: [] };
  const reading = needs.filter(({ days }) => days === null || days > age).map(({ what }) => what);
  if (reading.length > 0) return { inputs: ledger, reading };
  return { inputs: ledger.map((input) => (isOld(input) ? { ...input, hasEvents: false } : input)), reading };
}

/** Everything but the files that decides what is kept of them. */
export function readingOptions(
  settings: Settings,
  { definitions, people, usersColumns }: Pick<Night, 'definitions' | 'people' | 'usersColumns'>,
  command: Job['command'],
): unknown {
  const session = { spoolDirectory: '' } as Session;
  const {
    zone: _zone,
    spoolDirectory: _spool,
    command: _command,
    commandWithoutColumns: _columns,
    ...options
  } = loadOptions(session, settings, command, {}, undefined);
  return { ...options, timezone: settings.timezone, rules: ruleRequests(definitions), people: Object.keys(people), usersColumns };
}

/** The events of a night, and the files as the next one has to know them. */
export interface Nightly extends KeptEvents {
  readonly ledger: readonly StoredInput[];
  readonly warnings: readonly Warning[];
}

/** The events of a night: those of new files are loaded and kept first, and the days of all counted. Errors: `ReadingDiffers`, `EventsMissing`, those of `loadEvents`. */
export async function loadNight(
  { settings, state, files, command }: Job,
  session: Session,
  { plan, stored, reading, loadsAll, loads, isReadOtherwise }: InputState,
  {
    definitions,
    prepared,
    now,
  }: { readonly definitions: readonly SegmentDefinition[]; readonly prepared: PreparedPeople; readonly now: number },
): Promise<Nightly> {
  const { database, signal, spoolDirectory, progress } = session;
  const kept = new Map(stored);
  const whole = new Set<string>();
  let added: readonly StoredInput[] = [];
  // What was let go or is damaged is loaded again with its archive.
  const archives =
    loadsAll || isReadOtherwise ? [] : state.pointer.inputs.filter(({ folder, hasEvents }) => hasEvents && !loads.has(folder));
  const members = await findKnownMembers(session.inputs, archives, { stateDirectory: state.directory, now, signal });
  for (const [folder, file] of members.stored) kept.set(folder, file);
  if (members.unknown.length > 0) {
    progress.step('loading new files');
    const options = { ...loadOptions(session, settings, command, prepared, undefined), ruleProperties: ruleRequests(definitions) };
    const loaded = await loadEvents(database, members.unknown, options);
    added = await keepEvents(database, files, state.directory, loaded, { reading, now, signal, spoolDirectory }).catch((error: unknown) => {
      throw stateError(error, settings.state);
    });
    for (const { folder } of added) {
      const file = findStored(state.directory, { folder, hasEvents: true });
      if (file === undefined) throw new Error(`${folder} was written and is not there`);
      kept.set(folder, file);
      whole.add(folder);
    }
  }
  const ledger = [...plan.kept, ...members.known, ...added, ...plan.gone].sort(byPath);
  const all = ledger.flatMap(({ folder }) => kept.get(folder) ?? []);
  const part = readingDifference(all.map(({ facts }) => facts));
  if (part !== undefined) {
    if (loadsAll) throw new Error(`files that were loaded together differ in ${part}`);
    if (plan.gone.length > 0) fail('state-inputs-gone', { part, files: plan.gone.map(({ name }) => name) });
    throw new ReadingDiffers(part);
  }
  const checkEvents = async (some: readonly KeptInput[]): Promise<void> => {
    const missing: string[] = [];
    for (const file of some) {
      if (whole.has(file.folder)) continue;
      if (file.hasEvents && (await areEventsWhole(file))) whole.add(file.folder);
      else missing.push(file.folder);
    }
    if (missing.length > 0) throw new EventsMissing(missing);
  };
  const hasIdentity = prepared['--identity'] !== undefined;
  const expected = storedEvents(all, { hasIdentity });
  const { valueRule } = state.pointer;
  // Which events carry value is either named by the settings or found; what was found last night, under the same settings, is likely.
  const isFound = valueRule !== null && valueRule !== 'named' && expected.expectedRule !== 'named';
  const loaded = { ...expected, expectedRule: isFound ? valueRule : expected.expectedRule };
  const shape = { ...loaded.shape, hasAliases: false, valueRule: loaded.expectedRule };
  progress.step('counting days');
  const { hasEventId, moneyScale } = loaded;
  const rolled = await rollUp(database, ledger, kept, {
    files,
    stateDirectory: state.directory,
    reading,
    shape,
    moneyScale,
    hasEventId,
    dedupDays: settings.dedupDays,
    beforeEvents: checkEvents,
  }).catch((error: unknown) => {
    throw stateError(error, settings.state);
  });
  const hasRepeats = await loadRepeats(database, rolled.pieces, moneyScale);
  if (hasRepeats) {
    const repeats = sql`select * exclude (input) from input_repeats`;
    await database.run(sql`create or replace temp table repeated_events as ${hasIdentity ? mappedEvents(repeats, loaded) : repeats}`);
  }
  const names = namedRows(rolled.pieces);
  const identified = loaded.eventsQuery({ isIdentified: true, hasNamedPaths: false, isWhole: false });
  return {
    loaded,
    inputs: ledger.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
    rejects: all.flatMap(({ rejects }) => rejects),
    ledger: [...rolled.ledger, ...plan.skipped].sort(byPath),
    warnings: rolledWarnings(rolled),
    repeated: hasRepeats
      ? repeatedIds(database, withoutRepeats(identified), { ties: tiesOf(loaded.shape), within: settings.dedupDays })
      : undefined,
    // An id that is another one by the map of identities has other days.
    days: hasIdentity ? undefined : dayKinds(rolled.pieces, shape, moneyScale),
    // More names than are kept are more than anybody watches.
    names: sql`select day, event, rows from (${names ?? sql`select null::integer as day, null::varchar as event, 0 as rows`}) as input_names`,
    checkEvents: (needsAll) => checkEvents(needsAll ? all : all.filter(({ hasEvents }) => hasEvents)),
  };
}

function rolledWarnings({ damaged, uncompared }: RolledUp): Warning[] {
  const files = (count: number): string => (count === 1 ? 'one file' : `${count} files`);
  return [
    ...(damaged === 0
      ? []
      : [
          {
            code: 'damaged_days',
            message: `the days that were kept of ${files(damaged)} are damaged; they were counted again from the events`,
          } as const,
        ]),
    ...(uncompared === 0
      ? []
      : [
          {
            code: 'ids_not_compared',
            message: `${files(uncompared)} to load ${uncompared === 1 ? 'reaches' : 'reach'} into days whose events were let go, by raw_days of retain: event ids are not compared with those`,
          } as const,
        ]),
  ];
}

function byPath(left: StoredInput, right: StoredInput): number {
  const [one, other] = [left, right].map(({ path, member }) => `${path}\0${member ?? ''}`);
  return Buffer.compare(Buffer.from(one ?? ''), Buffer.from(other ?? ''));
}
