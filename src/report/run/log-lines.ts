import { formatCounted, formatNumber } from '../format.js';
import { safeJson, safeText } from '../safe-text.js';

/** What the nightly job does, in this order; the last line of a log is `done` or `failed`. */
export const LOG_PHASES = ['lock', 'find', 'load', 'classify', 'check', 'publish', 'record', 'prune', 'done', 'failed'] as const;
export type LogPhase = (typeof LOG_PHASES)[number];

/** One line of the log. */
export interface LogEntry {
  readonly time: Date;
  readonly level: 'info' | 'warning' | 'error';
  /** null before it has a number. */
  readonly run: string | null;
  readonly phase: LogPhase;
  readonly rows: number | null;
  /** How long the phase took, of the last line the whole job; null of lines within a phase. */
  readonly milliseconds: number | null;
  /** Of warnings and errors. */
  readonly code: string | null;
  readonly message: string;
  /** One thing to try. */
  readonly hint?: string | undefined;
  /** Of the last line of a job that failed. */
  readonly exitCode?: number;
}

/** How a line is written; it ends in a newline. */
export const LOG_LINES = {
  /** One JSON object on one line; every line has the same first eight keys. */
  json({ time, level, run, phase, rows, milliseconds, code, message, hint, exitCode }: LogEntry): string {
    const line = {
      time: time.toISOString(),
      level,
      run,
      phase,
      rows,
      seconds: milliseconds === null ? null : milliseconds / 1000,
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(exitCode === undefined ? {} : { exit_code: exitCode }),
    };
    return `${safeJson(JSON.stringify(line))}\n`;
  },
  /** `2026-06-03T02:00:07Z 000002 load: 1 of 2 files loaded, 1,204 rows, 0.4 s` */
  text({ time, level, run, phase, rows, milliseconds, code, message, hint, exitCode }: LogEntry): string {
    const place = [`${time.toISOString().slice(0, 19)}Z`, ...(run === null ? [] : [run]), `${phase}:`];
    const sizes = [
      ...(rows === null ? [] : [formatCounted(rows, 'row')]),
      ...(milliseconds === null ? [] : [`${formatNumber(milliseconds / 1000, 1)} s`]),
      ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ];
    const what = `${level === 'info' ? '' : `${level}: `}${message.replaceAll('\n', ' | ')}`;
    const advice = hint === undefined ? '' : ` (${hint})`;
    const end = sizes.length === 0 ? '' : `; ${sizes.join(', ')}`;
    return `${place.join(' ')} ${safeText(`${what}${advice}`)}${code === null ? '' : ` [${code}]`}${end}\n`;
  },
} as const;

export type LogForm = keyof typeof LOG_LINES;
