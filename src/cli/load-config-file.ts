import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { parseConfigFile } from '../config/parse-config-file.js';
import { readConfigFile } from '../config/read-config-file.js';
import type { Layer } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { escapePattern, hasPatternSigns } from './escape-pattern.js';
import { presentProblems } from './present-problems.js';

/**
 * What the config file at a path gives; its paths are made to start from `cwd`. `name` is the file as the user knows it. Fails with
 * `config-problems` and all that is wrong, or with what keeps the file from being read.
 */
export function loadConfigFile(path: string, name: string, cwd: string): Layer {
  const { layer, problems } = parseFile(path, name, cwd);
  if (problems.length > 0) fail('config-problems', { file: name, count: problems.length, problems: presentProblems(problems, name) });
  return layer;
}

/** What a config file gives where it is right, whatever else is wrong in it. Fails with what keeps the file from being read. */
export function loadReadableConfig(path: string, name: string, cwd: string): Layer {
  return parseFile(path, name, cwd).layer;
}

function parseFile(path: string, name: string, cwd: string): ReturnType<typeof parseConfigFile> {
  const folder = dirname(path);
  return parseConfigFile(readConfigFile(path, name), name, (written, kind) => placed(written, kind, folder, cwd));
}

/** A path of a file in `folder`, from `cwd`; as it is written where that is the same. */
function placed(written: string, kind: 'path' | 'input', folder: string, cwd: string): string {
  if (resolve(folder) === resolve(cwd) || isAbsolute(written)) return written;
  if (kind === 'input' && (written === '-' || /^[a-z][a-z0-9+.-]*:\/\//i.test(written))) return written;
  const way = relative(cwd, folder);
  return join(kind === 'input' && hasPatternSigns(written) ? escapePattern(way) : way, written);
}
