import { type EventRoles, rolesOf } from '../events/event-roles.js';
import { ROLE } from '../events/role-bits.js';
import type { ColumnMapping, ColumnRole } from './column-mapping.js';
import type { HeadSampler } from './head-sampler.js';
import { decideMoneyFormat, type MoneyFormat } from './money-format.js';
import { findColumn, type ReadableFile, type ReadColumn } from './readers/reader.js';
import { decideTimeFormat, type TimeFormat } from './time-format.js';

/** How one file is read: what a second pass over it needs. */
export interface FileReading {
  readonly file: ReadableFile;
  /** Null when the column's type says it all. */
  readonly time: TimeFormat | null;
  readonly timeColumn: ReadColumn;
  readonly userColumn: ReadColumn;
}

/** One file with what its head decided. */
export interface DecidedFile extends FileReading {
  readonly money: MoneyFormat | undefined;
  readonly eventNames: ReadonlyMap<string, number>;
  readonly hasPurchaseName: boolean;
  readonly hasOtherAmount: boolean;
}

export interface DecideOptions {
  readonly timeFormat: string | undefined;
  readonly decimal: ',' | '.' | undefined;
  readonly currency: string | undefined;
  readonly roles: EventRoles;
  /** The command so far, for complete commands in hints. */
  readonly command: string;
}

/** How times and amounts of a file are written, and which events it holds, by its first records. */
export async function decideFile(
  sample: HeadSampler,
  file: ReadableFile,
  { columns }: ColumnMapping,
  options: DecideOptions,
): Promise<DecidedFile> {
  const roles = ['time', 'value', 'event', 'currency'] as const satisfies readonly ColumnRole[];
  const present = new Map(
    roles.flatMap((role) => {
      const name = columns[role];
      const column = name === null ? undefined : findColumn(file.columns, name);
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
  const timeColumn = findColumn(file.columns, columns.time ?? '');
  const userColumn = findColumn(file.columns, columns.user ?? '');
  if (timeColumn === undefined || userColumn === undefined) throw new Error('every file has the user and the time column');
  const amounts = sampleOf('value');
  const events = sampleOf('event');
  const eventNames = new Map<string, number>();
  let hasPurchaseName = false;
  let hasOtherAmount = false;
  for (const [index, name] of events.entries()) {
    eventNames.set(name, (eventNames.get(name) ?? 0) + 1);
    const bits = rolesOf(name, options.roles);
    if ((bits & ROLE.purchase) !== 0) hasPurchaseName = true;
    else if ((bits & ROLE.refund) === 0 && (amounts[index] ?? '') !== '') hasOtherAmount = true;
  }
  return {
    file,
    time: isTextual(timeColumn.type)
      ? decideTimeFormat(sampleOf('time'), { format: options.timeFormat }, { ...context, column: timeColumn.name })
      : null,
    timeColumn,
    userColumn,
    money:
      columns.value === null || findColumn(file.columns, columns.value) === undefined
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
