import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { environmentLayer } from '../config/environment.js';
import { resolveSettings, type Settings } from '../config/settings.js';
import { fail, SegmentError } from '../errors/segment-error.js';
import { findInputs } from '../input/sources.js';
import { safeText } from '../report/safe-text.js';
import type { GivenCommand } from './command-line.js';
import type { CliIo } from './io.js';
import { presentError } from './present-error.js';
import { previewSegments } from './preview-segments.js';
import { readPreview } from './read-preview.js';
import { configPathOf, type Flags, flagLayer } from './read-settings.js';
import { sinceDay } from './since.js';
import { statesOf, waitForChange } from './watch-files.js';

const STDIN = '-';
const CLEAR_SCREEN = '\u001b[2J\u001b[H';
const CONFIG_NAME = 'segment.yaml';

/**
 * Previews again whenever the config file, an input or another file of the settings changes, until a signal. What is wrong in them is
 * said, and waited for. Errors: `watch-stdin`, those of the command line, failures of the machine.
 */
export async function watchPreview(io: CliIo, given: readonly string[], flags: Flags, command: GivenCommand): Promise<void> {
  // What was typed does not change any more.
  const typed = resolveSettings('preview', [flagLayer('preview', flags, []), environmentLayer(io.env)], io.now());
  if (given.includes(STDIN)) fail('watch-stdin', {});
  const config = configPathOf('preview', flags, io);
  const always = [
    ...(config === 'none' ? [] : [config ?? join(io.cwd, CONFIG_NAME)]),
    ...given.map((name) => resolve(io.cwd, name)).filter(existsSync),
  ];
  let watched: readonly string[] = always;
  const stop = new AbortController();
  const offInterrupt = io.onInterrupt(() => stop.abort());
  try {
    for (let run = 1; ; run += 1) {
      let before = await statesOf(watched);
      separate(io, typed, run);
      try {
        const request = await readPreview(given, flags, io);
        if (request.settings.inputs.includes(STDIN)) fail('watch-stdin', {});
        const found = await filesOf(request.settings, io.cwd);
        watched = [...new Set([...always, ...found])];
        before = new Map([...(await statesOf(watched)), ...before]);
        await previewSegments(io, request, command);
      } catch (error) {
        if (io.interruptedBy() !== undefined || !isCured(error)) throw error;
        io.stderr.write(presentError(error).text);
      }
      if (stop.signal.aborted) return;
      if (!typed.quiet) io.stderr.write(`${waitingWords(config, io.cwd)}\n`);
      await io.stdout.flush();
      if (!(await waitForChange(before, stop.signal))) return;
    }
  } finally {
    offInterrupt();
  }
}

/** Whether a change of files can make it good. */
function isCured(error: unknown): boolean {
  return error instanceof SegmentError && error.kind !== 'environment' && error.code !== 'watch-stdin';
}

/** A clean screen, or a line between one run and the next where the output is kept. */
function separate(io: CliIo, { json }: Settings, run: number): void {
  if (json) return;
  if (io.stdout.isTty && io.env['TERM'] !== 'dumb') io.stdout.write(CLEAR_SCREEN);
  else if (run > 1) io.stdout.write(`\n--- run ${run} ---\n\n`);
}

function waitingWords(config: string | undefined, cwd: string): string {
  const name =
    config === undefined || config === 'none'
      ? ''
      : ` of ${safeText(config.startsWith(`${cwd}/`) ? config.slice(cwd.length + 1) : config)}`;
  return `waiting for a change${name} or of an input; Ctrl-C ends`;
}

/** The files that a preview reads, and the folders that may get more of them. */
async function filesOf(settings: Settings, cwd: string): Promise<string[]> {
  const { users, identity, only, exclude, rfm, freeze } = settings;
  const { files } = await findInputs(settings.inputs, cwd, sinceDay(settings));
  const named = [...settings.inputs, users, identity, only, exclude, rfm, freeze].flatMap((path) =>
    path === undefined ? [] : [resolve(cwd, path)],
  );
  return [...named.filter(existsSync), ...files.map(({ path }) => path)];
}
