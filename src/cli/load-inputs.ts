import { flagOf, OPTION_NAMES, OPTIONS } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import type { ColumnFlags } from '../input/column-mapping.js';
import { type LoadedEvents, type LoadOptions, loadEvents } from '../input/load-events.js';
import type { HeadBound } from '../input/text/beginning.js';
import { loadZoneOffsets } from '../time/zone-offsets.js';
import { carriedProperties } from './carried-properties.js';
import type { GivenCommand } from './command-line.js';
import type { PreparedPeople } from './load-people.js';
import type { Session } from './session.js';

/** Reads files as the settings say, or their beginnings, and maps them to events. Errors: those of `loadEvents`. */
export function loadInputs(
  session: Session,
  settings: Settings,
  command: GivenCommand,
  people: PreparedPeople = {},
  { head, ruleProperties, hasEveryUserColumn }: Pick<LoadOptions, 'head' | 'ruleProperties' | 'hasEveryUserColumn'> = {},
): Promise<LoadedEvents> {
  const options = { ...loadOptions(session, settings, command, people, head), ruleProperties, hasEveryUserColumn };
  return loadEvents(session.database, session.inputs, options);
}

/** What the settings say about the reading of files. */
export function loadOptions(
  { spoolDirectory, signal }: Session,
  settings: Settings,
  command: GivenCommand,
  people: PreparedPeople,
  head: HeadBound | undefined,
): LoadOptions {
  return {
    columns: columnFlags(settings),
    timeFormat: settings.timeFormat,
    zone: loadZoneOffsets(settings.timezone),
    encoding: settings.encoding,
    delimiter: settings.delimiter,
    decimal: settings.decimal,
    currency: settings.currency,
    maxExpand: settings.maxExpand,
    spoolDirectory,
    head,
    signal,
    hasEntity: settings.entity !== undefined,
    properties: carriedProperties(settings).map(({ name, option }) => ({ name, option: flagOf(option) })),
    where: settings.where,
    userColumns: people['--users']?.file.columns,
    hasIdentity: people['--identity'] !== undefined,
    preset: settings.preset,
    roleFlags: {
      passiveEvents: settings.passiveEvent,
      churnEvents: settings.churnEvent,
      riskEvents: settings.riskEvent,
      valueEvents: settings.valueEvent,
      startEvents: settings.startEvent,
      cancelEvents: settings.cancelEvent,
      trialEvents: settings.trialEvent,
      trialEndEvents: settings.trialEndEvent,
    },
    command: command.whole,
    commandWithoutColumns: command.withoutColumns,
  };
}

/** The columns that were named, by role: an entity takes the place of the user. */
function columnFlags(settings: Settings): ColumnFlags {
  const columns: ColumnFlags = {};
  for (const name of OPTION_NAMES) {
    const { value } = OPTIONS[name];
    if (value.kind === 'column' && value.role !== 'entity' && settings[name] !== undefined) columns[value.role] = String(settings[name]);
  }
  return settings.entity === undefined ? columns : { ...columns, user: settings.entity, person: settings.userColumn };
}
