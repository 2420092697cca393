import { existsSync, realpathSync, statSync, unlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SuggestedValue } from '../analysis/suggest/suggest-result.js';
import { CONFIG_NAME } from '../config/find-config-file.js';
import { type ChangedLine, patchParameters } from '../config/patch-config.js';
import { readConfigFile } from '../config/read-config-file.js';
import { fail } from '../errors/segment-error.js';
import { systemReason } from '../errors/system-error.js';
import { FILE_OPERATIONS, writeNewFile } from '../membership/publish/file-operations.js';

const MODE = 0o644;

/** What became of the config file: its name, and the lines that changed; none where it said so already. */
export interface WrittenConfig {
  readonly file: string;
  readonly isNew: boolean;
  readonly changes: readonly ChangedLine[];
}

/**
 * Puts values below `set:` of the config file that is in use (undefined: none, one is made in `cwd`). A value that stands there otherwise
 * is replaced only by force. Errors: `suggest-value-set`, `suggest-unwritable`.
 */
export async function writeSuggestions(
  values: readonly SuggestedValue[],
  { configFile, isForced, cwd }: { readonly configFile: string | undefined; readonly isForced: boolean; readonly cwd: string },
): Promise<WrittenConfig> {
  const file = configFile ?? CONFIG_NAME;
  const named = resolve(cwd, file);
  const isNew = !existsSync(named);
  const { text, changes, replaced } = patchParameters(isNew ? '' : readConfigFile(named, file), values);
  if (replaced.length > 0 && !isForced) fail('suggest-value-set', { file, given: replaced });
  if (changes.length > 0) await replaceFile(isNew ? named : realpathSync(named), text, file);
  return { file, isNew, changes };
}

/** Written beside its place and put there: never half. */
async function replaceFile(path: string, text: string, file: string): Promise<void> {
  const aside = `${path}.${process.pid}.tmp`;
  try {
    const mode = existsSync(path) ? statSync(path).mode & 0o777 : MODE;
    await writeNewFile(FILE_OPERATIONS, aside, text, mode);
    FILE_OPERATIONS.rename(aside, path);
  } catch (error) {
    try {
      unlinkSync(aside);
    } catch {
      // It was not made, or is in its place.
    }
    fail('suggest-unwritable', { file, reason: systemReason(error) }, { cause: error });
  }
}
