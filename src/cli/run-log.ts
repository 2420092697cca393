import type { Finding } from '../analysis/check/check-result.js';
import type { Settings } from '../config/settings.js';
import { describeFinding } from '../report/check/finding-words.js';
import { LOG_LINES, type LogEntry, type LogForm, type LogPhase } from '../report/run/log-lines.js';
import { type CliIo, interruptExitCode } from './io.js';
import { type Failure, failureOf } from './present-error.js';

type Notes = readonly { readonly code: string; readonly message: string }[];

/** What the nightly job says while it works: a line for each phase when it ends, one for each warning, and one at the end. */
export interface RunLog {
  /** Whether it says anything: then nothing else is written to stderr. */
  readonly isOn: boolean;
  /** Ends the phase before and begins this one; the present one goes on. */
  enter(phase: LogPhase): void;
  /** The run that is made now. */
  nameRun(run: string | null): void;
  /** What the line of the present phase says. */
  describe(message: string, rows?: number): void;
  warn(notes: Notes): void;
  /** What is off in the sizes of a run. */
  find(findings: readonly Finding[], isAccepted: boolean): void;
  /** The last line of a job that did what it should. */
  finish(message: string, rows: number): void;
  /** The last lines of one that did not: the error where there is one, and the summary. */
  fail(failure: Failure, summary?: { readonly message: string; readonly rows: number }): void;
}

/** Why the job failed; a signal that asked it to stop comes before all it led to. */
export function failureOfRun(error: unknown, io: CliIo): Failure {
  const signal = io.interruptedBy();
  if (signal === undefined) return failureOf(error);
  return { code: 'interrupted', message: `stopped by ${signal}`, hint: undefined, exitCode: interruptExitCode(signal) };
}

/** Begins the log of a job, in the phase in which it waits for the lock. */
export function startRunLog(io: CliIo, { log, quiet }: Pick<Settings, 'log' | 'quiet'>): RunLog {
  return log === 'none' ? SILENT : writtenLog(io, LOG_LINES[log], quiet);
}

const say = (): void => {};
const SILENT: RunLog = { isOn: false, enter: say, nameRun: say, describe: say, warn: say, find: say, finish: say, fail: say };

function writtenLog(io: CliIo, lineOf: (typeof LOG_LINES)[LogForm], isQuiet: boolean): RunLog {
  const beginning = io.now().getTime();
  let phase: LogPhase = 'lock';
  let began = beginning;
  let run: string | null = null;
  let said: { readonly message: string; readonly rows: number | null } = { message: '', rows: null };
  const write = (entry: Pick<LogEntry, 'level' | 'message'> & Partial<LogEntry>): void => {
    if (isQuiet && entry.level === 'info') return;
    io.stderr.write(lineOf({ time: io.now(), run, phase, rows: null, milliseconds: null, code: null, ...entry }));
  };
  // One look at the clock ends a phase and begins the next, so that all of them add up to the whole.
  const turn = (next: LogPhase): number => {
    const now = io.now().getTime();
    const milliseconds = now - began;
    began = now;
    phase = next;
    said = { message: '', rows: null };
    return milliseconds;
  };
  const endPhase = (next: LogPhase): void => {
    const [ended, { message, rows }] = [phase, said];
    const milliseconds = turn(next);
    write({ level: 'info', phase: ended, message, rows, milliseconds });
  };
  const whole = (): number => began - beginning;
  return {
    isOn: true,
    enter(next) {
      if (next !== phase) endPhase(next);
    },
    nameRun(id) {
      run = id;
    },
    describe(message, rows) {
      said = { message, rows: rows ?? null };
    },
    warn(notes) {
      for (const { code, message } of notes) write({ level: 'warning', code, message });
    },
    find(findings, isAccepted) {
      for (const finding of findings) {
        if (finding.level === 'holds') continue;
        const { subject, text } = describeFinding(finding, null);
        const isError = finding.level === 'fail' && !isAccepted;
        write({ level: isError ? 'error' : 'warning', code: finding.level === 'fail' ? 'off' : 'pending', message: `${subject}: ${text}` });
      }
    },
    finish(message, rows) {
      endPhase('done');
      write({ level: 'info', message, rows, milliseconds: whole() });
    },
    fail({ code, message, hint, exitCode }, summary) {
      const broken = phase;
      if (summary === undefined) {
        const milliseconds = turn('failed');
        write({ level: 'error', phase: broken, code, message, hint, milliseconds });
      } else {
        endPhase('failed');
      }
      const words = summary?.message ?? `broke off (${broken}), ${message.split('\n')[0]}`;
      write({ level: 'error', code, message: words, rows: summary?.rows ?? null, milliseconds: whole(), exitCode });
    },
  };
}
