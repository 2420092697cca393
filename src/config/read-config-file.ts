import { fail } from '../errors/segment-error.js';
import { MOST_BYTES, readSmallText } from './small-text.js';

/**
 * The text of a config file, without a byte order mark. Errors: `config-missing`, `config-unreadable`, `config-too-large`,
 * `config-encoding`, `config-empty`. `name` is the file as the user knows it.
 */
export function readConfigFile(path: string, name: string): string {
  const found = readSmallText(path);
  if (typeof found === 'string') return found;
  switch (found.kind) {
    case 'missing':
      return fail('config-missing', { file: name }, { cause: found.cause });
    case 'unreadable':
      return fail('config-unreadable', { file: name, reason: found.reason }, { cause: found.cause });
    case 'too-large':
      return fail('config-too-large', { file: name, limit: MOST_BYTES });
    case 'encoding':
      return fail('config-encoding', { file: name, line: found.line, problem: found.problem });
    case 'empty':
      return fail('config-empty', { file: name });
  }
}
