import { environmentLayer } from '../config/environment.js';
import { OPTIONS, type OptionName } from '../config/options.js';
import type { Layer, Settings } from '../config/settings.js';
import { SegmentError } from '../errors/segment-error.js';
import { FILE_OPERATIONS } from '../membership/publish/file-operations.js';
import { LOG_LINES, type LogForm } from '../report/run/log-lines.js';
import { givenCommand } from './command-line.js';
import type { CliIo } from './io.js';
import { configPathOf, type Flags, flagLayer, readSettings } from './read-settings.js';
import { withExports } from './run-exports.js';
import { failureOfRun, startRunLog } from './run-log.js';
import { noticesOf } from './run-notices.js';
import { ToldFailure } from './told-failure.js';

/** The settings of the nightly job; what is wrong with them is told where the job would tell what it does. */
export async function readRunSettings(flags: Flags, io: CliIo, inputs: readonly string[]): Promise<Settings> {
  try {
    return await withExports(await readSettings('run', flags, io, inputs), flags, io);
  } catch (error) {
    throw await toldEarly(error, flags, io, inputs);
  }
}

/** An error that comes before the job begins: told in its log and its notify file where they are asked for, as far as that can be known. */
export async function toldEarly(error: unknown, flags: Flags, io: CliIo, inputs: readonly string[] = []): Promise<unknown> {
  const layers = await readableLayers(flags, io);
  const asked = (name: OptionName): string | undefined => textsOf(layers, name)?.at(-1);
  // A plan is no run.
  if (asked('dryRun') === 'true') return error;
  const form = asked('log') ?? OPTIONS.log.default;
  const failure = failureOfRun(error, io);
  const log = startRunLog(io, { log: form in LOG_LINES ? (form as LogForm) : OPTIONS.log.default, quiet: false });
  const place = {
    notifyFile: asked('notifyFile'),
    out: asked('out') ?? OPTIONS.out.default,
    state: asked('state') ?? OPTIONS.state.default,
    inputs: inputs.length > 0 ? inputs : (textsOf(layers, 'inputs') ?? []),
  };
  const notices = noticesOf(io, place, givenCommand('run', inputs, flags), FILE_OPERATIONS, log);
  try {
    notices.begin();
    await notices.write(null, failure);
  } catch (problem) {
    if (!(problem instanceof SegmentError)) throw problem;
    // Where it may be written is not known for sure: what led here is told.
  }
  if (!log.isOn) return error;
  log.fail(failure);
  return new ToldFailure(failure.exitCode);
}

/** What the strongest source that can be read gives for an option. */
function textsOf(layers: readonly Layer[], name: OptionName): readonly string[] | undefined {
  return layers
    .find((layer) => layer.has(name))
    ?.get(name)
    ?.flatMap(({ texts }) => texts);
}

/** Command line, environment and config file, as far as they can be read. */
async function readableLayers(flags: Flags, io: CliIo): Promise<readonly Layer[]> {
  const readable = (read: () => Layer | undefined): readonly Layer[] => {
    try {
      const layer = read();
      return layer === undefined ? [] : [layer];
    } catch {
      return [];
    }
  };
  const { loadReadableConfig } = await import('./load-config-file.js');
  return [
    ...readable(() => flagLayer('run', flags, [])),
    ...readable(() => environmentLayer(io.env)),
    ...readable(() => {
      const path = configPathOf('run', flags, io);
      return path === undefined || path === 'none' ? undefined : loadReadableConfig(path, path, io.cwd);
    }),
  ];
}
