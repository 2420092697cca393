import type { Command } from 'commander';
import { type CommandName, flagOf, isList, isOnByDefault, type OptionName, optionOf, optionsOf } from '../config/options.js';

const collect = (value: string, previous: readonly string[] | undefined): readonly string[] => [...(previous ?? []), value];

/** Adds the argument of a command that reads files. */
export function addFiles(command: Command): Command {
  return command.argument('<files...>', 'CSV, TSV or Parquet files, globs or folders');
}

/** Adds the options that the table gives a command, under their headings. What was typed is typed by `readSettings`. */
export function addOptions(command: Command, name: CommandName): Command {
  for (const option of optionsOf(name)) {
    const { group } = optionOf(option);
    command.optionsGroup(`${group[0]?.toUpperCase()}${group.slice(1)}:`);
    const added = command.createOption(termOf(option), helpOf(option));
    if (isList(option)) added.argParser(collect);
    command.addOption(added);
  }
  return command;
}

/** `--out <dir>`. */
function termOf(name: OptionName): string {
  const { value } = optionOf(name);
  return value.kind === 'switch' ? flagOf(name) : `${flagOf(name)} <${value.shown}>`;
}

function helpOf(name: OptionName): string {
  const { help, default: usual, otherwise } = optionOf(name);
  const said = otherwise ?? (isOnByDefault(name) ? undefined : usual);
  const remarks = [...(isList(name) ? ['repeatable'] : []), ...(said === undefined || said === 'default' ? [] : [`default: ${said}`])];
  return remarks.length === 0 ? help : `${help} (${remarks.join('; ')})`;
}
