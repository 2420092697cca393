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
import { loadRepeats, rollUp, withoutRepeats } from '../state/roll-up.js';
import { type StateFolder, stateError } from '../state/state-folder.js';
import type { StoredInput } from '../state/state-pointer.js';
import type { KeptEvents } from './classification.js';
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

/** The events of an input, which are about to be read, are not what was written: their file has to be loaded again. */
export class EventsDamaged extends Error {
  override readonly name = 'EventsDamaged';
}

/** How much is done beyond what a usual night needs. */
export interface Effort {
  readonly loadsAll: boolean;
  /** Whether every byte of what is kept is looked at before anything else. */
  readonly checksAll: boolean;
}

export const FIRST_EFFORT: Effort = { loadsAll: false, checksAll: false };

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
}

/**
 * Finds out which files are new, changed or gone. With `loadsAll`, or other settings of reading, all that are there are to be loaded. With `checksAll`,
 * every byte of the events that are kept is looked at. Errors: `state-inputs-gone`, `state-input-damaged`.
 */
export async function openInputState(
  { settings, state, command }: Pick<Job, 'settings' | 'command'> & { readonly state: Pick<StateFolder, 'directory' | 'pointer'> },
  found: readonly InputFile[],
  {
    definitions,
    people,
    usersColumns,
    skippedPaths,
    effort: { loadsAll, checksAll },
    now,
  }: Pick<Night, 'definitions' | 'people' | 'usersColumns' | 'skippedPaths'> & { readonly effort: Effort; readonly now: number },
): Promise<InputState> {
  const { pointer } = state;
  const reading = readingHash(readingOptions(settings, { definitions, people, usersColumns }, command));
  const isSame = pointer.reading === reading;
  const plan = await planInputs(found, pointer.inputs, { now, skippedPaths });
  const seen = { seen: plan, isReadOtherwise: !isSame && pointer.reading !== null, reading, loadsAll };
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
    if (file === undefined || (checksAll && !(await areEventsWhole(file)))) damaged.push(input);
    else stored.set(input.folder, file);
  }
  for (const { name, folder } of damaged.filter((input) => plan.gone.includes(input))) fail('state-input-damaged', { file: name, folder });
  const again = new Set(damaged.map(({ path }) => path));
  const fresh = [...plan.fresh, ...found.filter(({ path }) => again.has(path))];
  return { ...seen, plan: { ...plan, kept: plan.kept.filter(({ path }) => !again.has(path)), fresh }, stored };
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
  /** Files whose days were damaged and were counted again. */
  readonly damagedDays: number;
}

/** The events of a night: those of new files are loaded and kept first, and the days of all counted. Errors: `ReadingDiffers`, `EventsDamaged`, those of `loadEvents`. */
export async function loadNight(
  { settings, state, files, command }: Job,
  session: Session,
  { plan, stored, reading, loadsAll, isReadOtherwise }: InputState,
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
  const archives = loadsAll || isReadOtherwise ? [] : state.pointer.inputs;
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
      const file = findStored(state.directory, { folder });
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
    for (const file of some) {
      if (whole.has(file.folder)) continue;
      if (!(await areEventsWhole(file))) throw new EventsDamaged(file.folder);
      whole.add(file.folder);
    }
  };
  const hasIdentity = prepared['--identity'] !== undefined;
  const expected = storedEvents(all, { hasIdentity });
  const loaded = { ...expected, expectedRule: state.pointer.valueRule ?? expected.expectedRule };
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
    damagedDays: rolled.damaged,
    repeated: hasRepeats
      ? repeatedIds(database, withoutRepeats(identified), { ties: tiesOf(loaded.shape), within: settings.dedupDays })
      : undefined,
    // An id that is another one by the map of identities has other days.
    days: hasIdentity ? undefined : dayKinds(rolled.pieces, shape, moneyScale),
    names: names && sql`select day, event, rows from (${names}) as input_names`,
    checkEvents: () => checkEvents(all),
  };
}

function byPath(left: StoredInput, right: StoredInput): number {
  const [one, other] = [left, right].map(({ path, member }) => `${path}\0${member ?? ''}`);
  return Buffer.compare(Buffer.from(one ?? ''), Buffer.from(other ?? ''));
}
