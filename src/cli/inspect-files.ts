import { inspectCalendar } from '../analysis/inspect/inspect-calendar.js';
import { countColumns } from '../analysis/inspect/inspect-columns.js';
import { eventSpan, inspectEvents } from '../analysis/inspect/inspect-events.js';
import { inspectIds } from '../analysis/inspect/inspect-ids.js';
import type { ColumnRoleFinding, InspectedColumn, InspectResult, Problem } from '../analysis/inspect/inspect-result.js';
import { NAMED_ROLES, type NamedRole } from '../analysis/inspect/named-roles.js';
import { problemsOf, seasonProblems } from '../analysis/inspect/problems.js';
import type { OptionName } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import { COLUMN_ROLES, type ColumnMapping, type ColumnRole, columnFlag } from '../input/column-mapping.js';
import { columnTextsQuery, listColumns, sampleRoles, sampleValues } from '../input/column-texts.js';
import { describeTimes } from '../input/describe-times.js';
import { type LoadedEvents, prepareFiles } from '../input/load-events.js';
import type { ReadableFile } from '../input/readers/reader.js';
import { findInputs } from '../input/sources.js';
import type { HeadBound } from '../input/text/beginning.js';
import { whileUnchanged } from '../input/unchanged-inputs.js';
import { whileReadable } from '../input/while-readable.js';
import { INSPECT_REPORTERS } from '../report/reporters/index.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { type Classification, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import { type GivenCommand, givenCommand } from './command-line.js';
import { fileFacts, presetFacts } from './file-facts.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadInputs, loadOptions } from './load-inputs.js';
import { preparePeople } from './load-people.js';
import { loadRfmModel } from './load-rfm-model.js';
import { findPeopleFiles } from './people-files.js';
import { type Flags, readSettings } from './read-settings.js';
import { type Session, withSession } from './session.js';
import { settleProblems } from './settle-problems.js';
import { sinceDay } from './since.js';

/** What a sample takes of all files together, and of each at least. */
const SAMPLE: HeadBound = { bytes: 8 * 1024 * 1024, rows: 100_000 };
const LEAST: HeadBound = { bytes: 256 * 1024, rows: 10_000 };

interface Request {
  readonly io: CliIo;
  readonly files: readonly string[];
  readonly rfmModel: RfmModel;
  readonly skippedFiles: number;
}

/** What could be made of the files. */
interface Understood {
  readonly files: readonly ReadableFile[];
  /** Undefined where the columns could not be told. */
  readonly loaded: LoadedEvents | undefined;
  readonly classification: Classification | undefined;
  readonly settings: Settings;
  readonly command: string | null;
  /** Flags that nobody typed. */
  readonly assumed: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Shows what is in the files and how they would be read; writes nothing. */
export async function inspectFiles(io: CliIo, flags: Flags, files: readonly string[]): Promise<void> {
  const settings = await readSettings('inspect', flags, io, files);
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const result = await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const found = await inspectInputs({ io, files, rfmModel, skippedFiles }, session, flags, settings.full);
    session.progress.finish(found.scope.records);
    return found;
  });
  const options = {
    width: reportWidth(io.stdout),
    colorLevel: resolveColor(io.stdout, settings, io.env),
    isUnicode: isUnicode(io.env),
    hasCalendar: settings.full,
    hasRoles: settings.roles,
  };
  if (settings.json) io.stdout.write(INSPECT_REPORTERS.json.render(result, options));
  else if (!settings.quiet) io.stdout.write(INSPECT_REPORTERS.terminal.render(result, options));
}

async function inspectInputs(request: Request, session: Session, flags: Flags, isFull: boolean): Promise<InspectResult> {
  const { inputs } = session;
  return whileUnchanged(inputs, () =>
    whileReadable(session.database, inputs, async () => describe(session, await understand(request, session, flags, isFull))),
  );
}

/** Reads the files, or their beginnings, as far as they can be understood. Errors: those of `Reader.prepare`. */
async function understand(request: Request, session: Session, flags: Flags, isFull: boolean): Promise<Understood> {
  const { io, files, rfmModel, skippedFiles } = request;
  const head = headOf(session.inputs.length);
  const asked = async (given: Flags): Promise<{ readonly settings: Settings; readonly command: GivenCommand }> => ({
    settings: await readSettings('inspect', given, io, files),
    command: givenCommand('inspect', files, given),
  });
  const classify = async (given: Flags, bound: HeadBound | undefined): Promise<Classification> => {
    const { settings, command } = await asked(given);
    return classifyFiles(io, session, { settings, command, rfmModel, keepDays: true, head: bound, skippedFiles });
  };
  const load = async (given: Flags): Promise<LoadedEvents> => {
    const { settings, command } = await asked(given);
    return loadInputs(session, settings, command, await preparePeople(session, settings), { head });
  };
  // What the columns, times and amounts are is decided by the first records: no file is read whole twice for that.
  const first = isFull ? await settleProblems(flags, load) : { value: undefined, flags, problems: [] };
  const isStuck = isFull && first.value === undefined;
  const main = isStuck ? first : await settleProblems(first.flags, (given) => classify(given, isFull ? undefined : head));
  const classification = isStuck ? undefined : (main.value as Classification | undefined);
  const problems = isStuck ? first.problems : [...first.problems, ...main.problems];
  const { settings, command } = await asked(main.flags);
  const loaded = classification?.loaded ?? first.value ?? (await settleProblems(main.flags, load)).value;
  return {
    files:
      loaded?.readings.map(({ file }) => file) ??
      (await prepareFiles(session.database, session.inputs, loadOptions(session, settings, command, {}, head))),
    loaded,
    classification,
    settings,
    command: loaded === undefined ? null : givenCommand('classify', files, withoutLook(main.flags)).whole,
    assumed: new Set(problems.flatMap((problem) => problem.assumed.map((text) => text.split(' ')[0] ?? ''))),
    problems,
  };
}

async function describe(session: Session, understood: Understood): Promise<InspectResult> {
  const { database } = session;
  const { files, loaded, classification, problems } = understood;
  session.progress.step('looking at columns');
  const named = listColumns(files);
  const fills = await countColumns(database, named.length, (from, to) => columnTextsQuery(files, named.slice(from, to)));
  const values = await sampleValues(database, files, named);
  const records = files.reduce((sum, file) => sum + file.records, 0);
  const isSample = files.some(({ isBeginning }) => isBeginning === true);
  const roles =
    loaded === undefined
      ? []
      : await roleFindings(database, loaded, {
          assumed: understood.assumed,
          hasEntity: understood.settings.entity !== undefined,
        });
  const taken = loaded === undefined ? new Map<string, string>() : takenColumns(loaded, understood.settings.entity !== undefined);
  const columns = named.map(({ name, place, type }, index): InspectedColumn => {
    const filled = fills[index]?.filled ?? 0;
    return {
      name,
      type,
      role: (place === 0 && taken.get(name)) || null,
      filled,
      fillRate: records === 0 ? 0 : filled / records,
      distinct: fills[index]?.distinct ?? 0,
      values: values[index] ?? [],
    };
  });
  const reading = classification === undefined ? null : await readingOf(session, classification, understood.settings, isSample);
  return {
    scope: { isSample, records },
    files: files.map(fileFacts),
    preset: loaded?.preset ? presetFacts(loaded.preset) : null,
    roles,
    columns,
    reading,
    roleNames: NAMED_ROLES.filter(({ names }) => names.length > 0).map(({ role, names }) => ({ role, names })),
    problems: [
      ...problems,
      ...problemsOf(classification?.result.warnings ?? loaded?.notes ?? [], isSample),
      ...(reading?.calendar ? seasonProblems(reading.calendar) : []),
    ],
    command: understood.command,
  };
}

async function readingOf(
  { database, progress }: Session,
  { loaded, result, userDays, usedEvents }: Classification,
  settings: Settings,
  isSample: boolean,
): Promise<NonNullable<InspectResult['reading']>> {
  progress.step('looking at events');
  const { events, names } = await inspectEvents(database, usedEvents, result.users, {
    roles: loaded.roles,
    valueRule: userDays.shape.valueRule,
    hasEventColumn: loaded.mapping.columns.event !== null,
    flagged: flaggedRoles(settings),
  });
  return {
    rows: result.rows,
    since: result.since,
    users: result.users,
    entity: result.entity,
    badAmounts: result.badAmounts,
    currency: result.currency,
    times: {
      ways: [...new Set(loaded.readings.map(({ time }) => describeTimes(time)))],
      zone: settings.timezone,
      span: (await eventSpan(database, usedEvents)) ?? null,
      period: result.period,
    },
    ids: await inspectIds(database),
    events,
    eventNames: names,
    rejects: result.rejects,
    calendar: isSample ? null : await inspectCalendar(database, userDays.asOfDay, settings.pause),
  };
}

function headOf(files: number): HeadBound {
  return {
    bytes: Math.max(LEAST.bytes, Math.floor(SAMPLE.bytes / files)),
    rows: Math.max(LEAST.rows, Math.floor(SAMPLE.rows / files)),
  };
}

async function roleFindings(
  database: Database,
  { mapping, readings }: LoadedEvents,
  { assumed, hasEntity }: { readonly assumed: ReadonlySet<string>; readonly hasEntity: boolean },
): Promise<ColumnRoleFinding[]> {
  const played = playedRoles(mapping);
  const values = await sampleRoles(database, readings, played);
  return played.map((role, index) => ({
    role: spokenRole(role, hasEntity),
    column: mapping.columns[role] ?? '',
    reason: assumed.has(columnFlag(role, hasEntity)) ? 'assumed' : (mapping.reasons[role] ?? 'name'),
    flag: columnFlag(role, hasEntity),
    values: values[index] ?? [],
  }));
}

/** The role of each column that has one, also of those that a preset takes together. */
function takenColumns({ mapping, readings }: LoadedEvents, hasEntity: boolean): Map<string, string> {
  const taken = new Map<string, string>();
  for (const { columns } of readings) {
    for (const role of playedRoles(mapping)) {
      const column = columns[role];
      if (column === undefined) continue;
      for (const { name } of [column, ...(column.firstOf ?? [])]) if (!taken.has(name)) taken.set(name, spokenRole(role, hasEntity));
    }
  }
  return taken;
}

function playedRoles({ columns, multiplyByQuantity }: ColumnMapping): ColumnRole[] {
  return COLUMN_ROLES.filter((role) => columns[role] !== null && (role !== 'quantity' || multiplyByQuantity));
}

function spokenRole(role: ColumnRole, hasEntity: boolean): string {
  if (role === 'user' && hasEntity) return 'entity';
  return role === 'eventId' ? 'event id' : role;
}

const FLAGGED = {
  passive: 'passiveEvent',
  churn: 'churnEvent',
  risk: 'riskEvent',
  value: 'valueEvent',
  start: 'startEvent',
  cancel: 'cancelEvent',
  trial: 'trialEvent',
  trial_end: 'trialEndEvent',
} as const satisfies Partial<Record<NamedRole | 'value', OptionName>>;

function flaggedRoles(settings: Settings): ReadonlySet<NamedRole | 'value'> {
  const roles = Object.keys(FLAGGED) as (keyof typeof FLAGGED)[];
  return new Set(roles.filter((role) => settings[FLAGGED[role]] !== undefined));
}

/** What was said about this look alone. */
function withoutLook({
  full: _full,
  roles: _roles,
  json: _json,
  quiet: _quiet,
  verbose: _verbose,
  color: _color,
  progress: _progress,
  ...flags
}: Flags): Flags {
  return flags;
}
