import type { Command } from 'commander';

const list = (value: string, previous: readonly string[] | undefined): readonly string[] => [...(previous ?? []), value];

/** The files to read, and every flag on how to read them. Typed by `parseInputOptions`. */
export function addInputOptions(command: Command): Command {
  return command
    .optionsGroup('Read:')
    .option('--user-column <name>', 'column of the user id')
    .option('--event-column <name>', 'column of the event name; none: every row is a purchase')
    .option('--time-column <name>', 'column of the time')
    .option('--value-column <name>', 'column of the amount; none: there are no amounts')
    .option('--quantity-column <name>', 'column that multiplies the amount')
    .option('--event-id-column <name>', 'column that is unique to an event; rows that repeat it are dropped; none: keep all')
    .option('--order-column <name>', 'column of the order id; none: every row is an order')
    .option('--session-column <name>', 'column of the session id')
    .option('--currency-column <name>', 'column of the currency')
    .option('--time-format <format>', 'how times are written, in strptime tokens such as %d/%m/%Y %H:%M')
    .option('--timezone <zone>', 'zone of the days and of times without one, for example Europe/Berlin (default: UTC)')
    .option('--encoding <name>', 'utf-8, latin-1, windows-1252 … (default: utf-8, or utf-16 by its byte order mark)')
    .option('--delimiter <character>', 'what separates the fields; tab works (default: found from the header)')
    .option('--decimal <character>', 'decimal sign of the amounts, . or , (default: found from the values)')
    .option('--currency <code>', 'the currency to count when there are several, for example EUR')
    .option('--max-rejects <n|p%>', 'refuse when more rows than this are unreadable (default: 1 % and 100 rows, or half)')
    .option('--max-expand <n>', 'refuse compressed files that grow more than this many times (default: 200)')
    .option('--strict', 'refuse any unreadable row')
    .option('--rejects <file>', 'write every unreadable row to this file');
}

/** `--set key=value` alone. Typed by `parseSettings`. */
export function addParameterOption(command: Command): Command {
  return command.optionsGroup('Decide:').option('--set <key=value>', 'change a parameter, see segment params (repeatable)', list);
}

/** The flags that decide who is in which segment. Typed by `parseDecisionOptions`. */
export function addDecisionOptions(command: Command): Command {
  return addParameterOption(command)
    .option('--as-of <date>', 'last day that counts, YYYY-MM-DD or today (default: the newest day in the files)')
    .option('--lookback <days>', 'days of orders that RFM looks at, or all (default: 365)')
    .option('--scoring <method>', 'how RFM scores frequency: auto or quantile (default: auto)')
    .option('--freeze <manifest>', 'take gaps and edges from the manifest.json of an earlier run')
    .option('--value-event <name>', 'event that is worth money (repeatable)', list)
    .option('--churn-event <name>', 'event that means the user left; none: there is none (repeatable)', list)
    .option('--passive-event <name>', 'event sent to the user, not done by them; none: there is none (repeatable)', list)
    .option('--risk-event <name>', 'event that puts a user at risk (repeatable)', list);
}

/** The flags on what is written where. Typed by `parseOutputOptions`. */
export function addOutputOptions(command: Command): Command {
  return command
    .optionsGroup('Write:')
    .option('--out <dir>', 'folder for the files (default: segments)')
    .option('--format <format>', 'csv or parquet (default: csv)')
    .option('--segment-files <content>', 'files of the segments: ids, full or none (default: ids)')
    .option('--files <which>', 'segmentations that get files: default (status, rfm) or all')
    .option('--keep <columns>', 'columns to carry along, separated by commas (repeatable)', list)
    .option('--spreadsheet-safe', "put a ' before cells that a spreadsheet would run as a formula")
    .option('--force', 'write into a folder that is not empty and not ours')
    .option('--dry-run', 'compute and show, write nothing');
}

/** The flags on the run itself. Typed by `parseRunOptions`. */
export function addRunOptions(command: Command): Command {
  return addDisplayOptions(
    command
      .optionsGroup('Run:')
      .option('--threads <n>', 'threads to use (default: one per core)')
      .option('--memory-limit <size>', 'memory for the engine, for example 512MB (default: half of the memory, at most 2GB)')
      .option('--temp-dir <dir>', "folder for temporary files (default: the system's)")
      .option('--progress <style>', 'auto, bar, plain or none (default: auto)'),
  );
}

/** The flags on what the terminal shows, for commands that read no files. Typed by `parseDisplayOptions`. */
export function addDisplayOptions(command: Command): Command {
  return command
    .optionsGroup('Run:')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print no summary and no progress')
    .option('--verbose', 'say more about what is done')
    .option('--no-color', 'no colours');
}
