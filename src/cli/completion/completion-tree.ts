import type { Command as CommanderCommand } from 'commander';
import { flagOf, isList, OPTION_NAMES, type OptionName, optionOf } from '../../config/options.js';
import { RECIPES } from '../../config/recipes/index.js';
import { PRESETS } from '../../input/presets/index.js';
import { PARAMETER_NAMES } from '../../segmentation/status/status-parameters.js';
import { TOPIC_NAMES } from '../help-command.js';

/** What can be offered for a value: these words, and also files, or folders, if so. */
export interface Offer {
  readonly words: readonly string[];
  readonly paths?: 'files' | 'folders';
}

export interface CompletedOption {
  /** `--keep`. */
  readonly flag: string;
  /** `-h`. */
  readonly short: string | undefined;
  readonly help: string;
  /** Undefined for a switch. */
  readonly value: (Offer & { readonly shown: string }) | undefined;
  readonly isRepeatable: boolean;
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** What stands beside the options; undefined when nothing may. */
  readonly argument: (Offer & { readonly shown: string; readonly isRepeatable: boolean }) | undefined;
}

export interface CompletionTree {
  readonly options: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
}

/** The shells there is a script for. */
export const SHELL_NAMES = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof SHELL_NAMES)[number];

/** Everything that can be typed: the commands of the program with their options, what those take from the table of options. */
export function completionTree(program: CommanderCommand): CompletionTree {
  const names = program.commands.map((command) => command.name());
  return {
    options: optionsOf(program),
    commands: program.commands.map((command) => ({
      name: command.name(),
      summary: command.summary(),
      options: optionsOf(command),
      argument: argumentOf(command, names),
    })),
  };
}

function optionsOf(command: CommanderCommand): CompletedOption[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => {
      const name = OPTION_NAMES.find((each) => flagOf(each) === long && optionOf(each).commands.some((one) => one === command.name()));
      const value = name === undefined ? undefined : offerOf(name);
      return {
        flag: long ?? '',
        short,
        help: name === undefined ? description : optionOf(name).help,
        value,
        isRepeatable: name !== undefined && isList(name),
      };
    });
}

function argumentOf(command: CommanderCommand, commandNames: readonly string[]): CompletedCommand['argument'] {
  const [argument] = command.registeredArguments;
  if (argument === undefined) return undefined;
  const about = { shown: argument.name(), isRepeatable: argument.variadic };
  switch (command.name()) {
    case 'help':
      return { ...about, words: [...TOPIC_NAMES, ...commandNames] };
    case 'presets':
      return { ...about, words: PRESETS.map(({ name }) => name) };
    case 'recipes':
      return { ...about, words: RECIPES.map(({ name }) => name) };
    case 'completion':
      return { ...about, words: SHELL_NAMES };
    default:
      return { ...about, words: [], paths: 'files' };
  }
}

function offerOf(name: OptionName): CompletedOption['value'] {
  const { value } = optionOf(name);
  if (value.kind === 'switch') return undefined;
  const words = 'or' in value && value.or !== undefined ? [value.or] : 'none' in value && value.none ? ['none'] : [];
  const { shown } = value;
  switch (value.kind) {
    case 'choice':
      return { shown, words: value.choices };
    case 'segmentation':
      return { shown, words: [...value.names, ...value.others.map((other) => other.replace(/:.*/, ':'))] };
    case 'name-or-file':
      return { shown, words: value.names, paths: 'files' };
    case 'parameters':
      return { shown, words: PARAMETER_NAMES.map((parameter) => `${parameter}=`) };
    case 'file':
    case 'input':
      return { shown, words, paths: 'files' };
    case 'folder':
      return { shown, words, paths: 'folders' };
    default:
      return { shown, words };
  }
}
