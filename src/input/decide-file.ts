import { type EventRoles, rolesOf } from '../events/event-roles.js';
import { ROLE } from '../events/role-bits.js';
import type { ZoneOffsets } from '../time/zone-offsets.js';
import type { MappedFile } from './mapped-file.js';
import { decideMoneyFormat, type MoneyFormat } from './money-format.js';
import type { ReadColumn } from './readers/reader.js';
import type { RoleSample } from './sample-mapped.js';
import { decideTimeFormat, type TimeFormat, unprovenDate } from './time-format.js';
import type { SlashOrder } from './time-text.js';

/** How one file is read: what a second pass over it needs. */
export interface FileReading extends MappedFile {
  /** Null when the column's type says it all. */
  readonly time: TimeFormat | null;
  readonly timeColumn: ReadColumn;
  readonly userColumn: ReadColumn;
  /** The zone of times that name none. */
  readonly naiveZone: ZoneOffsets;
  /** A date that only the preset's order of day and month settles. */
  readonly assumedDate: string | undefined;
}

/** One file with what its head decided. */
export interface DecidedFile extends FileReading {
  readonly money: MoneyFormat | undefined;
  readonly eventNames: ReadonlyMap<string, number>;
  readonly hasPurchaseName: boolean;
  readonly hasOtherAmount: boolean;
}

/** The roles that `decideFile` looks at. */
export const DECISIVE_ROLES = ['time', 'value', 'refunded', 'event', 'currency'] as const;

export interface DecideOptions {
  readonly naiveZone: ZoneOffsets;
  /** The order of slash dates where the file does not prove it. */
  readonly assumedSlashOrder: SlashOrder | undefined;
  readonly timeFormat: string | undefined;
  readonly decimal: ',' | '.' | undefined;
  readonly currency: string | undefined;
  readonly roles: EventRoles;
  /** The command so far, for complete commands in hints. */
  readonly command: string;
}

/**
 * How times and amounts of a file are written, and which events it holds, by its first records. Errors: those of
 * `decideTimeFormat` and `decideMoneyFormat`.
 */
export function decideFile(mapped: MappedFile, sampleOf: RoleSample, options: DecideOptions): DecidedFile {
  const { file, columns } = mapped;
  const context = { file: file.source.name, command: options.command };
  const { time: timeColumn, user: userColumn, value } = columns;
  if (timeColumn === undefined || userColumn === undefined) throw new Error('every file has the user and the time column');
  const amounts = sampleOf('value');
  const eventNames = new Map<string, number>();
  const bitsOfNames = new Map<string, number>();
  let hasPurchaseName = false;
  let hasOtherAmount = false;
  for (const [index, name] of sampleOf('event').entries()) {
    eventNames.set(name, (eventNames.get(name) ?? 0) + 1);
    const bits = bitsOfNames.get(name) ?? rolesOf(name, options.roles);
    bitsOfNames.set(name, bits);
    if ((bits & ROLE.purchase) !== 0) hasPurchaseName = true;
    else if ((bits & ROLE.refund) === 0 && (amounts[index] ?? '') !== '') hasOtherAmount = true;
  }
  const { timeFormat: format, assumedSlashOrder } = options;
  const times = sampleOf('time');
  return {
    ...mapped,
    time: isTextual(timeColumn.type)
      ? decideTimeFormat(times, { format, assumedSlashOrder }, { ...context, column: timeColumn.name })
      : null,
    timeColumn,
    userColumn,
    naiveZone: options.naiveZone,
    assumedDate: assumedSlashOrder === undefined || format !== undefined ? undefined : unprovenDate(times),
    money:
      value === undefined
        ? undefined
        : decideMoneyFormat(
            amounts,
            {
              decimal: options.decimal,
              currency: options.currency,
              currencyColumn: sampleOf('currency').filter((_, index) => (amounts[index] ?? '') !== ''),
              alike: sampleOf('refunded'),
            },
            { ...context, column: value.name },
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
