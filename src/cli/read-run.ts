import { environmentLayer } from '../config/environment.js';
import type { OptionName } from '../config/options.js';
import type { Layer, Settings } from '../config/settings.js';
import { LOG_LINES, type LogForm } from '../report/run/log-lines.js';
import type { CliIo } from './io.js';
import { type Flags, flagLayer, readLayers, readSettings } from './read-settings.js';
import { failureOfRun, startRunLog } from './run-log.js';
import { ToldFailure } from './told-failure.js';

/** The settings of the nightly job; what is wrong with them is told where the job would tell what it does. */
export async function readRunSettings(flags: Flags, io: CliIo, inputs: readonly string[]): Promise<Settings> {
  try {
    return await readSettings('run', flags, io, inputs);
  } catch (error) {
    throw await toldEarly(error, flags, io);
  }
}

/** An error that comes before the job begins: told in its log where one is asked for, as far as that can be known. */
export async function toldEarly(error: unknown, flags: Flags, io: CliIo): Promise<unknown> {
  const asked = await askedText('log', flags, io);
  if (asked === undefined || !(asked in LOG_LINES)) return error;
  const failure = failureOfRun(error, io);
  startRunLog(io, { log: asked as LogForm, quiet: false }).fail(failure);
  return new ToldFailure(failure.exitCode);
}

/** What the strongest source that can be read gives for an option. */
async function askedText(name: OptionName, flags: Flags, io: CliIo): Promise<string | undefined> {
  for (const layer of await readableLayers(flags, io)) {
    const text = layer.get(name)?.[0]?.texts.at(-1);
    if (text !== undefined) return text;
  }
  return undefined;
}

async function readableLayers(flags: Flags, io: CliIo): Promise<readonly Layer[]> {
  const typed = flagLayer('run', flags, []);
  try {
    return (await readLayers('run', flags, io, [])).layers;
  } catch {
    try {
      return [typed, environmentLayer(io.env)];
    } catch {
      return [typed];
    }
  }
}
