import type { Command } from 'commander';
import {
  type CommandName,
  flagOf,
  isList,
  isOnByDefault,
  type OptionName,
  oppositeFlagOf,
  optionOf,
  optionsOf,
} from '../config/options.js';

const collect = (value: string, previous: readonly string[] | undefined): readonly string[] => [...(previous ?? []), value];

/** Adds what the table gives a command: its argument, its options under their headings. What was typed is checked by `readSettings`. */
export function addOptions(command: Command, name: CommandName): Command {
  for (const option of optionsOf(name)) {
    const { group, help, isArgument, without } = optionOf(option);
    if (isArgument) {
      command.argument(`[${termOf(option)}...]`, help);
      continue;
    }
    command.optionsGroup(`${group[0]?.toUpperCase()}${group.slice(1)}:`);
    const added = command.createOption(termOf(option), helpOf(option));
    if (isList(option)) added.argParser(collect);
    const opposite = oppositeFlagOf(option);
    const contrary =
      opposite === undefined ? [] : [command.createOption(opposite, without ?? 'the opposite').hideHelp(without === undefined)];
    // With the positive one first, commander has no default of its own.
    const both = isOnByDefault(option) ? [...contrary, added] : [added, ...contrary];
    for (const one of both) command.addOption(one);
  }
  return command;
}

/** `--out <dir>`, or `files`. */
function termOf(name: OptionName): string {
  const { value, isArgument } = optionOf(name);
  if (value.kind !== 'switch' && isArgument) return value.shown;
  return value.kind === 'switch' ? flagOf(name) : `${flagOf(name)} <${value.shown}>`;
}

function helpOf(name: OptionName): string {
  const { help, default: usual, otherwise } = optionOf(name);
  const said = otherwise ?? (isOnByDefault(name) ? undefined : usual);
  const remarks = [...(isList(name) ? ['repeatable'] : []), ...(said === undefined || said === 'default' ? [] : [`default: ${said}`])];
  return remarks.length === 0 ? help : `${help} (${remarks.join('; ')})`;
}
