import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CliIo } from '../../src/cli/io.js';
import { progressStyle, startProgress } from '../../src/cli/progress.js';
import { NO_INPUT } from '../support/silent-io.js';

const terminal = {} as NodeJS.WriteStream;

function fakeIo(stderr: Partial<CliIo['stderr']>, env: Record<string, string> = {}): CliIo & { text: () => string } {
  const chunks: string[] = [];
  const stream = {
    write: (text: string) => void chunks.push(text),
    flush: async () => {},
    isTty: true,
    columns: 100,
    colorDepth: 8,
    terminal,
  };
  return {
    stdout: stream,
    stderr: { ...stream, ...stderr },
    stdin: NO_INPUT,
    env,
    cwd: '.',
    now: () => new Date(Date.now()),
    onInterrupt: () => () => {},
    interruptedBy: () => undefined,
    text: () => chunks.join(''),
  };
}

const options = (progress: 'auto' | 'bar' | 'plain' | 'none', rest: { quiet?: boolean; json?: boolean; verbose?: boolean } = {}) => ({
  quiet: false,
  json: false,
  verbose: false,
  color: true,
  ...rest,
  progress,
});

describe('progressStyle', () => {
  const pipe = { isTty: false, columns: undefined, terminal: undefined };
  it.each([
    ['a terminal', {}, {}, options('auto'), 'bar'],
    ['a terminal of 0 columns, where ora never returns', { columns: 0 }, {}, options('auto'), 'plain'],
    ['a terminal in CI', {}, { CI: 'true' }, options('auto'), 'plain'],
    ['CI=false', {}, { CI: 'false' }, options('auto'), 'bar'],
    ['a dumb terminal', {}, { TERM: 'dumb' }, options('auto'), 'plain'],
    ['a pipe', pipe, {}, options('auto'), 'none'],
    ['a pipe with plain', pipe, {}, options('plain'), 'plain'],
    ['a pipe with bar', pipe, {}, options('bar'), 'plain'],
    ['none', {}, {}, options('none'), 'none'],
    ['--quiet', {}, {}, options('bar', { quiet: true }), 'none'],
    ['--json on a terminal', {}, {}, options('auto', { json: true }), 'none'],
    ['--verbose in a pipe', pipe, {}, options('auto', { verbose: true }), 'plain'],
    ['--verbose with a bar', {}, {}, options('bar', { verbose: true }), 'bar'],
    ['--json with plain', {}, {}, options('plain', { json: true }), 'plain'],
  ] as const)('%s', (_name, stderr, env, flags, style) => {
    expect(progressStyle(fakeIo(stderr, env), flags)).toBe(style);
  });
});

describe('plain progress', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('says one line per ten percent, the rate, and a last line', () => {
    const io = fakeIo({});
    let percent: number | undefined;
    const progress = startProgress(io, options('plain'), () => percent);
    progress.step('reading events.csv', 200e6);
    vi.advanceTimersByTime(1000);
    percent = 9.9;
    vi.advanceTimersByTime(500);
    // 35 % of 200 MB is 70 MB; the step is 2 s old: 35 MB/s.
    percent = 35;
    vi.advanceTimersByTime(500);
    // The next statement of the step begins anew, and says nothing about the step.
    percent = 20;
    vi.advanceTimersByTime(200);
    percent = 100;
    vi.advanceTimersByTime(200);
    progress.step('writing');
    percent = 50;
    vi.advanceTimersByTime(100);
    progress.finish(1_200_000);
    progress.stop();
    expect(io.text().split('\n')).toEqual([
      'reading events.csv: 30 %, 44 MB/s',
      'reading events.csv: 100 %, 87 MB/s',
      '1,200,000 rows in 2.5 s',
      '',
    ]);
  });

  it('names each step with its time when verbose', () => {
    const io = fakeIo({ isTty: false, columns: undefined });
    const progress = startProgress(io, options('auto', { verbose: true }), () => undefined);
    vi.advanceTimersByTime(200);
    progress.step('reading');
    vi.advanceTimersByTime(1500);
    progress.step('classifying');
    vi.advanceTimersByTime(300);
    progress.finish(10);
    expect(io.text()).toBe('starting: 0.2 s\nreading: 1.5 s\nclassifying: 0.3 s\n10 rows in 2.0 s\n');
  });

  it('says nothing at all when switched off, and counts one row', () => {
    const silent = fakeIo({});
    startProgress(silent, options('none'), () => 50).finish(10);
    expect(silent.text()).toBe('');
    const io = fakeIo({});
    startProgress(io, options('plain'), () => undefined).finish(1);
    expect(io.text()).toBe('1 row in 0.0 s\n');
  });
});
