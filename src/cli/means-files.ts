import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { COMMANDS } from './commands/index.js';
import { HELP } from './help-command.js';

const ENDINGS = /\.(csv|tsv|txt|json|jsonl|ndjson|parquet|arrow|arrows|ipc|feather|gz|zst|zip)$/i;

/** Whether files stand where a command belongs. The name of a command is that command, also where a file is called so. */
export function meansFiles(argv: readonly string[], cwd: string): boolean {
  const isCommand = (word: string): boolean => word === HELP || COMMANDS.some(({ name }) => name === word);
  const [first = ''] = argv;
  if (!isFlag(first)) return !isCommand(first) && isFile(first, cwd);
  // Options may stand before the files; --help and --version are about the program.
  return !argv.some((word) => isCommand(word) || ['-h', '--help', '--version'].includes(word)) && argv.some((word) => isFile(word, cwd));
}

function isFile(word: string, cwd: string): boolean {
  if (word === '-') return true;
  // What no terminal shows is no name that somebody typed.
  if (word === '' || isFlag(word) || /\p{Cc}/u.test(word)) return false;
  return ENDINGS.test(word) || /[/*?[\]]/.test(word) || existsSync(resolve(cwd, word));
}

function isFlag(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}
