import type { Settings } from '../config/settings.js';
import { formatCounted } from '../report/format.js';
import { safeText } from '../report/safe-text.js';
import { cutText } from '../report/wrap-text.js';
import { resolveColor } from './color.js';
import type { CliIo } from './io.js';
import { isUnicode } from './is-unicode.js';

/** Progress of one command on stderr. Showing it never fails a run. */
export interface Progress {
  /** Names the next piece of work; `totalBytes`, the size of what one statement reads in it, adds how far that is and a rate. */
  step(label: string, totalBytes?: number): void;
  /** Takes the progress away and leaves one line: how many rows, in which time. */
  finish(rows: number): void;
  /** Takes the progress away without a word; safe to call twice and after `finish`. */
  stop(): void;
}

export type ProgressSettings = Pick<Settings, 'quiet' | 'json' | 'progress' | 'color' | 'verbose'>;
export type ProgressStyle = 'bar' | 'plain' | 'none';

interface Step {
  readonly label: string;
  readonly totalBytes: number | undefined;
  readonly startedAt: number;
}

const POLL_MS = 100;
/** ora takes a while to load: runs shorter than this never see it. */
const PATIENCE_MS = 200;
const PLAIN_STEP = 10;
const BAR_CELLS = 20;
/** Spinner, bar, percent and rate, with some room. */
const BESIDE_LABEL = 42;
const LEAST_LABEL = 12;

/** Which progress a run shows; `--verbose` shows plain lines, also in a pipe. A bar needs a terminal that knows its width; elsewhere `--progress bar` means plain lines. */
export function progressStyle(io: CliIo, settings: Omit<ProgressSettings, 'color'>): ProgressStyle {
  if (settings.quiet || settings.progress === 'none') return 'none';
  if (settings.progress === 'plain' || (settings.progress === 'auto' && settings.verbose)) return 'plain';
  const canDraw = io.stderr.terminal !== undefined && (io.stderr.columns ?? 0) > 0 && !isSet(io.env['CI']) && io.env['TERM'] !== 'dumb';
  if (settings.progress === 'bar') return canDraw ? 'bar' : 'plain';
  if (settings.json || !io.stderr.isTty) return 'none';
  return canDraw ? 'bar' : 'plain';
}

/** Starts showing progress; `percentage` (0–100, undefined while unknown) is asked several times a second. */
export function startProgress(io: CliIo, settings: ProgressSettings, percentage: () => number | undefined): Progress {
  const style = progressStyle(io, settings);
  const clock = (): number => io.now().getTime();
  const startedAt = clock();
  let step: Step = { label: 'starting', totalBytes: undefined, startedAt };
  const view = style === 'bar' ? drawBar(io, settings) : style === 'plain' ? printLines(io) : undefined;
  let reached = 0;
  // The engine counts a statement, not a step: the short ones before and after the long one say nothing.
  const percentOfStep = (): number | undefined => {
    const percent = step.totalBytes === undefined ? undefined : percentage();
    if (percent === undefined || percent < Math.max(1, reached)) return undefined;
    reached = percent;
    return percent;
  };
  const timer = view && setInterval(() => view.show(step, percentOfStep(), clock() - step.startedAt), POLL_MS).unref();
  const stop = (): void => {
    clearInterval(timer);
    view?.clear();
  };
  const endStep = (): void => {
    if (settings.verbose && style === 'plain') io.stderr.write(`${step.label}: ${seconds(clock() - step.startedAt)}\n`);
  };
  return {
    step(label, totalBytes) {
      endStep();
      step = { label: safeText(label), totalBytes, startedAt: clock() };
      reached = 0;
    },
    finish(rows) {
      stop();
      endStep();
      if (view) io.stderr.write(`${formatCounted(rows, 'row')} in ${seconds(clock() - startedAt)}\n`);
    },
    stop,
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

interface View {
  show(step: Step, percent: number | undefined, elapsedMs: number): void;
  clear(): void;
}

/** One line at the start of a step and one per ten percent. */
function printLines(io: CliIo): View {
  let current: Step | undefined;
  let shown = 0;
  return {
    show(step, percent, elapsedMs) {
      if (step !== current) {
        current = step;
        shown = 0;
      }
      const reached = Math.floor((percent ?? 0) / PLAIN_STEP) * PLAIN_STEP;
      if (reached <= shown) return;
      shown = reached;
      io.stderr.write(`${step.label}: ${reached} %${rateText(step, percent, elapsedMs)}\n`);
    },
    clear() {},
  };
}

function drawBar(io: CliIo, settings: ProgressSettings): View {
  const color = resolveColor(io.stderr, settings, io.env) > 0 ? 'cyan' : false;
  const cells = isUnicode(io.env) ? ['█', '░'] : ['#', '-'];
  const labelWidth = Math.max(LEAST_LABEL, (io.stderr.columns ?? 0) - BESIDE_LABEL);
  const bornAt = performance.now();
  let spinner: { text: string; stop(): unknown } | undefined;
  let loading = false;
  let cleared = false;
  const load = async (text: string): Promise<void> => {
    const { default: ora } = await import('ora');
    const { terminal } = io.stderr;
    if (cleared || terminal === undefined) return;
    // ora's own way of discarding stdin swallows Ctrl-C; on a terminal of 0 columns it never returns.
    spinner = ora({ text, stream: terminal, color, discardStdin: false, isEnabled: true }).start();
  };
  return {
    show(step, percent, elapsedMs) {
      const label = cutText(step.label, labelWidth, '..');
      const text =
        percent === undefined ? label : `${label} ${bar(percent, cells)} ${Math.floor(percent)} %${rateText(step, percent, elapsedMs)}`;
      if (spinner !== undefined) spinner.text = text;
      else if (!loading && performance.now() - bornAt > PATIENCE_MS) {
        loading = true;
        load(text).catch(() => {});
      }
    },
    clear() {
      cleared = true;
      spinner?.stop();
      spinner = undefined;
    },
  };
}

function bar(percent: number, [full = '', empty = '']: readonly string[]): string {
  const reached = Math.round((percent / 100) * BAR_CELLS);
  return full.repeat(reached) + empty.repeat(BAR_CELLS - reached);
}

function rateText(step: Step, percent: number | undefined, elapsedMs: number): string {
  if (step.totalBytes === undefined || percent === undefined || elapsedMs <= 0) return '';
  const megabytesPerSecond = (step.totalBytes * percent) / 100 / 1e6 / (elapsedMs / 1000);
  return `, ${megabytesPerSecond.toFixed(megabytesPerSecond < 10 ? 1 : 0)} MB/s`;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
