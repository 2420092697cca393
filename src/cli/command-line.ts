import { type CommandName, flagOf, OPTIONS, type OptionName } from '../config/options.js';
import { shellWord } from '../errors/shell-word.js';
import { type Flags, flagLayer } from './read-settings.js';

/** The command line of this run, as text that can be pasted into a shell. */
export interface GivenCommand {
  readonly whole: string;
  /** Without the flags that name columns. */
  readonly withoutColumns: string;
}

/** The command line of a command that was given files and flags. */
export function givenCommand(command: CommandName, files: readonly string[], flags: Flags): GivenCommand {
  const words = ['segment', command, ...files.map(fileWord)];
  const given = [...flagLayer(command, flags)].map(([name, { texts }]) => ({
    name,
    words: texts.flatMap((text) => flagWords(name, text)),
  }));
  const line = (kept: readonly { readonly words: readonly string[] }[]): string =>
    [...words, ...kept.flatMap((one) => one.words)].join(' ');
  return { whole: line(given), withoutColumns: line(given.filter(({ name }) => OPTIONS[name].value.kind !== 'column')) };
}

/** A name that begins with a dash would be taken for a flag. */
function fileWord(file: string): string {
  return shellWord(file.startsWith('-') && file !== '-' ? `./${file}` : file);
}

function flagWords(name: OptionName, text: string): string[] {
  return OPTIONS[name].value.kind === 'switch' ? [flagOf(name)] : [flagOf(name), shellWord(text)];
}
