import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { flagOf, type OptionName, optionOf, optionsOf } from '../config/options.js';
import { fail } from '../errors/segment-error.js';

/** What a run of classify calls its files. */
const OWN_FILES = /^(summary\.json|manifest\.json|members\.(csv|parquet|arrow|jsonl))$/;

/**
 * The output folder of an earlier run that is meant by what was named: the folder, or its summary, manifest or members; undefined where
 * exports are meant. `typed` are the options of the command line. Errors: `checked-with-others`, `checked-run-settings`.
 */
export function checkedFolder(inputs: readonly string[], typed: readonly OptionName[], cwd: string): string | undefined {
  const directory = inputs.map((input) => folderOf(input, cwd)).find((folder) => folder !== undefined);
  if (directory === undefined) return undefined;
  if (inputs.length > 1) fail('checked-with-others', { directory, files: inputs.length });
  const ofClassify = optionsOf('classify');
  const options = typed.filter(
    (name) => name !== 'inputs' && ofClassify.includes(name) && ['read', 'decide'].includes(optionOf(name).group),
  );
  if (options.length > 0) fail('checked-run-settings', { directory, options: options.map(flagOf) });
  return directory;
}

function folderOf(input: string, cwd: string): string | undefined {
  if (existsSync(join(resolve(cwd, input), 'manifest.json'))) return input;
  return OWN_FILES.test(basename(input)) && existsSync(resolve(cwd, input)) ? dirname(input) : undefined;
}
