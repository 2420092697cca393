import type { Command, CommanderError } from 'commander';
import { type SegmentError, segmentError } from '../errors/segment-error.js';

/** What commander found wrong with a command line, as one of our errors. `command` is the one it was given to. */
export function usageError(error: CommanderError, command: Command): SegmentError {
  const name = command.parent === null ? 'segment' : `segment ${command.name()}`;
  const [, problem = '', suggestion = ''] = /^(?:error: )?(.*?)(?:\n\(Did you mean (.*)\?\))?$/s.exec(error.message) ?? [];
  const nearest = /^(?:one of )?([^,]+)/.exec(suggestion)?.[1];
  const quoted = /'(.*)'/s.exec(problem)?.[1] ?? problem;
  switch (error.code) {
    case 'commander.unknownOption':
      return segmentError('unknown-option', { option: quoted, command: name, nearest });
    case 'commander.unknownCommand':
      return segmentError('unknown-command', { name: quoted, nearest, instead: fileCommand(quoted) });
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

/** Somebody who writes a file where a command belongs wants to classify it. */
function fileCommand(name: string): string | undefined {
  return /^[\w./-]+\.(csv|tsv|txt|json|jsonl|ndjson|gz|parquet)$/.test(name) ? `segment classify ${name}` : undefined;
}

/** `--out <dir>` of `-o, --out <dir>`. */
function longFlag(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}
