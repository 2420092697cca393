import { readdirSync } from 'node:fs';
import type { Command, CommanderError } from 'commander';
import { nearest } from '../errors/nearest.js';
import { type SegmentError, segmentError } from '../errors/segment-error.js';

/** What commander found wrong with a command line, as one of our errors. `command` is the one it was given to, `cwd` where it was typed. */
export function usageError(error: CommanderError, command: Command, cwd: string): SegmentError {
  const name = command.parent === null ? 'segment' : `segment ${command.name()}`;
  const [, problem = '', suggestion = ''] = /^(?:error: )?(.*?)(?:\n\(Did you mean (.*)\?\))?$/s.exec(error.message) ?? [];
  const alike = /^(?:one of )?([^,]+)/.exec(suggestion)?.[1];
  const quoted = /'(.*)'/s.exec(problem)?.[1] ?? problem;
  switch (error.code) {
    case 'commander.unknownOption':
      return segmentError('unknown-option', { option: quoted, command: name, nearest: alike });
    case 'commander.unknownCommand':
      return segmentError('unknown-command', { name: quoted, nearest: alike, nearestFile: nearestFile(quoted, cwd) });
    case 'commander.missingArgument':
      return segmentError('missing-argument', { argument: quoted.toUpperCase(), command: name });
    case 'commander.optionMissingArgument':
      return segmentError('missing-option-value', { option: longFlag(quoted), command: name });
    case 'commander.missingMandatoryOptionValue':
      return segmentError('missing-option', { option: longFlag(quoted), command: name });
    case 'commander.excessArguments': {
      const [expected = '', given = ''] = problem.match(/\d+(?= argument)|\d+(?=\.?$)/g) ?? [];
      return segmentError('too-many-arguments', { command: name, expected: Number(expected), given: Number(given) });
    }
    default:
      return segmentError('command-line', { problem: problem.replace(/\.$/, ''), command: name });
  }
}

/** The file of the folder whose name, or name without its ending, is most like the word. */
function nearestFile(word: string, cwd: string): string | undefined {
  try {
    const names = readdirSync(cwd)
      .filter((name) => !name.startsWith('.'))
      .sort();
    const stem = (name: string): string => name.replace(/\..*$/, '');
    const close = nearest(word, names) ?? nearest(stem(word), names.map(stem));
    return names.find((name) => name === close || stem(name) === close);
  } catch {
    return undefined;
  }
}

/** `--out <dir>` of `-o, --out <dir>`. */
function longFlag(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}
