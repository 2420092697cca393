import { type CommandName, flagOf, isOnByDefault, OPTIONS, type OptionName, oppositeFlagOf } from '../config/options.js';
import { shellWord } from '../errors/shell-word.js';
import { type Flags, flagLayer } from './read-settings.js';

/** The command line of this run, as text that can be pasted into a shell. */
export interface GivenCommand {
  readonly whole: string;
  /** Without the flags that name columns. */
  readonly withoutColumns: string;
  /** The options that were typed. */
  readonly typed: readonly OptionName[];
}

/** The command line of a command that was given files and flags. */
export function givenCommand(command: CommandName, files: readonly string[], flags: Flags): GivenCommand {
  const words = ['segment', ...(command === 'FILES' ? [] : [command]), ...files.map(fileWord)];
  const given = [...flagLayer(command, flags, [])].map(([name, all]) => ({
    name,
    words: all.flatMap(({ texts }) => texts.flatMap((text) => flagWords(name, text))),
  }));
  const line = (kept: readonly { readonly words: readonly string[] }[]): string =>
    [...words, ...kept.flatMap((one) => one.words)].join(' ');
  return {
    whole: line(given),
    withoutColumns: line(given.filter(({ name }) => OPTIONS[name].value.kind !== 'column')),
    typed: given.map(({ name }) => name),
  };
}

/** A name that begins with a dash would be taken for a flag. */
function fileWord(file: string): string {
  return shellWord(file.startsWith('-') && file !== '-' ? `./${file}` : file);
}

function flagWords(name: OptionName, text: string): string[] {
  const opposite = oppositeFlagOf(name);
  if (OPTIONS[name].value.kind !== 'switch')
    return opposite !== undefined && text === 'none' ? [opposite] : [flagOf(name), shellWord(text)];
  return [opposite === undefined || isOnByDefault(name) === (text === 'false') ? flagOf(name) : opposite];
}
