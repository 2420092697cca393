import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { type ConfigProblem, parseConfigFile } from '../config/parse-config-file.js';
import { readConfigFile } from '../config/read-config-file.js';
import type { Layer } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { safeText } from '../report/safe-text.js';
import { textWidth } from '../report/text-width.js';
import { escapePattern, hasPatternSigns } from './escape-pattern.js';

const MOST_PROBLEMS = 20;
const SOURCE_WIDTH = 100;
/** Characters before the fault that are shown of a line that is too long. */
const SHOWN_BEFORE = 40;

/**
 * What the config file at a path gives; its paths are made to start from `cwd`. `name` is the file as the user knows it. Fails with
 * `config-problems` and all that is wrong, or with what keeps the file from being read.
 */
export function loadConfigFile(path: string, name: string, cwd: string): Layer {
  const folder = dirname(path);
  const { layer, problems } = parseConfigFile(readConfigFile(path, name), name, (written, kind) => placed(written, kind, folder, cwd));
  if (problems.length > 0) fail('config-problems', { file: name, count: problems.length, problems: present(problems, name) });
  return layer;
}

/** A path of a file in `folder`, from `cwd`; as it is written where that is the same. */
function placed(written: string, kind: 'path' | 'input', folder: string, cwd: string): string {
  if (resolve(folder) === resolve(cwd) || isAbsolute(written)) return written;
  if (kind === 'input' && (written === '-' || /^[a-z][a-z0-9+.-]*:\/\//i.test(written))) return written;
  const way = relative(cwd, folder);
  return join(kind === 'input' && hasPatternSigns(written) ? escapePattern(way) : way, written);
}

/** Each problem with the line it stands on and a mark below it, as lines of text. */
function present(problems: readonly ConfigProblem[], name: string): string[] {
  const shown = problems.slice(0, MOST_PROBLEMS).flatMap((problem) => presentOne(problem, name));
  const rest = problems.length - MOST_PROBLEMS;
  return rest > 0 ? [...shown, `and ${rest} more`] : shown;
}

function presentOne({ line, column, length, message, source }: ConfigProblem, name: string): string[] {
  const head = `${name}:${line}:${column}: ${message}`;
  if (source.trim() === '') return [head];
  const characters = [...source];
  const start = column - 1 > SOURCE_WIDTH - SHOWN_BEFORE ? column - 1 - SHOWN_BEFORE : 0;
  const text = safeText(characters.slice(start, start + SOURCE_WIDTH).join(''));
  const before = textWidth(safeText(characters.slice(start, column - 1).join('')));
  const marked = textWidth(safeText(characters.slice(column - 1, Math.min(column - 1 + length, start + SOURCE_WIDTH)).join('')));
  const number = String(line);
  return [head, `${number} | ${text}`, `${' '.repeat(number.length)} | ${' '.repeat(before)}${'^'.repeat(Math.max(1, marked))}`];
}
