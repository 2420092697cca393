import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CONFIG_NAME } from '../config/find-config-file.js';
import type { Layer, Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { shellWord } from '../errors/shell-word.js';
import { hasErrorCode } from '../errors/system-error.js';
import { findInputs } from '../input/sources.js';
import { whileUnchanged } from '../input/unchanged-inputs.js';
import { safeText } from '../report/safe-text.js';
import type { GivenCommand } from './command-line.js';
import { initText } from './init-text.js';
import type { CliIo } from './io.js';
import { loadInputs } from './load-inputs.js';
import { presentWarnings } from './present-warnings.js';
import { withSession } from './session.js';
import { sinceDay } from './since.js';

/** Looks at the files and writes a config file that says how they are read. Never replaces a file. */
export async function initConfig(io: CliIo, settings: Settings, given: Layer, command: GivenCommand): Promise<void> {
  const path = resolve(io.cwd, settings.initOut);
  if (!settings.initStdout) checkTarget(settings.initOut, path);
  const { files: inputs } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const loaded = await withSession(io, settings, { inputs, output: undefined }, async (session) => {
    session.progress.step('checking files');
    return whileUnchanged(session.inputs, () => loadInputs(session, settings, command));
  });
  io.stderr.write(presentWarnings(loaded.notes));
  const folder = settings.initStdout ? io.cwd : dirname(path);
  const text = initText({ files: settings.inputs, loaded, given, timezone: settings.timezone, cwd: io.cwd, folder });
  if (settings.initStdout) {
    io.stdout.write(text);
    return;
  }
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) fail('init-file-exists', { path: settings.initOut }, { cause: error });
    rmSync(path, { force: true });
    if (hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) fail('disk-full', { path: settings.initOut, flag: '--out' }, { cause: error });
    throw error;
  }
  if (settings.json) io.stdout.write(`${JSON.stringify({ file: settings.initOut, inputs: inputs.length }, undefined, 2)}\n`);
  else if (!settings.quiet)
    io.stdout.write(`${safeText(settings.initOut)} was written. Read it, then run: ${runWith(path, settings.initOut, io.cwd)}\n`);
}

/** The command that reads the file: without a word where it is found by itself. */
function runWith(path: string, shown: string, cwd: string): string {
  return path === resolve(cwd, CONFIG_NAME) ? 'segment classify' : `segment classify --config ${shellWord(shown)}`;
}

function checkTarget(shown: string, path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) fail('init-no-folder', { path: shown, folder });
  if (existsSync(path)) fail('init-file-exists', { path: shown });
}
