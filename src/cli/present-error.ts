import { EngineError } from '../engine/database.js';
import { SegmentError, segmentError } from '../errors/segment-error.js';
import { isSystemError, systemReason } from '../errors/system-error.js';
import { safeText } from '../report/safe-text.js';
import { CheckFailed } from './check-failed.js';
import { EXIT_CODE_OF, ExitCode } from './exit-code.js';
import { ToldFailure } from './told-failure.js';
import { readVersion } from './version.js';

export interface PresentedError {
  /** For stderr, ends in a line end; empty where all has been said. */
  readonly text: string;
  readonly exitCode: number;
}

/** A failure by what it is called, what is said of it and how the process ends. */
export interface Failure {
  readonly code: string;
  /** Lines after the first are details. */
  readonly message: string;
  readonly hint: string | undefined;
  readonly exitCode: number;
}

/** What a person reads about a failure, and the exit code it ends in. Lines after the first stand below the code. Whatever we did not foresee is our bug. */
export function presentError(error: unknown): PresentedError {
  if (error instanceof ToldFailure) return { text: '', exitCode: error.exitCode };
  const { code, message, hint, exitCode } = failureOf(error);
  if (error instanceof CheckFailed) return { text: '', exitCode };
  const [first = '', ...others] = message.split('\n');
  // Of a bug the lines are those of our own program.
  const details = others.map((line) => (exitCode === ExitCode.internal ? `${line}\n` : `  ${safeText(line)}\n`)).join('');
  return { text: `error: ${safeText(first)} [${code}]\n${details}${hint === undefined ? '' : `hint: ${safeLines(hint)}\n`}`, exitCode };
}

/** What a failure is called and says. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CheckFailed)
    return { code: 'check-failed', message: 'The check failed.', hint: undefined, exitCode: ExitCode.checkFailed };
  const known = error instanceof SegmentError ? error : environmentError(error);
  if (known !== undefined) return { code: known.code, message: known.message, hint: known.hint, exitCode: EXIT_CODE_OF[known.kind] };
  return {
    code: 'internal',
    message: bugText(error),
    hint: 'report it with the command and the lines above.',
    exitCode: ExitCode.internal,
  };
}

/** Lines after the first are indented: text from data can't pose as another error. */
function safeLines(text: string): string {
  return text.split('\n').map(safeText).join('\n  ');
}

/** Codes of the system's errors that a mistake in this program leads to. */
const OFTEN_OURS = ['ENOENT', 'EEXIST', 'EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EINVAL', 'EBADF', 'ERANGE', 'EFAULT'];

/** The machine's failures, which can come from the engine or from the system anywhere. */
function environmentError(error: unknown): SegmentError | undefined {
  if (error instanceof EngineError) {
    if (error.kind === 'disk-full') return segmentError('disk-full', { path: quotedPath(error.message) }, { cause: error });
    if (/too many open files/i.test(error.message)) return segmentError('too-many-open-files', {}, { cause: error });
    if (error.kind === 'permission') return segmentError('no-permission', { path: quotedPath(error.message) }, { cause: error });
    if (error.kind === 'io') return segmentError('system-failed', { reason: firstSentence(error.message) }, { cause: error });
    return undefined;
  }
  if (!(error instanceof Error)) return undefined;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'uv_cwd') return segmentError('working-folder-gone', {}, { cause: error });
  if (code === 'ENOSPC' || code === 'EDQUOT') return segmentError('disk-full', { path }, { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return segmentError('no-permission', { path }, { cause: error });
  if (code === 'EMFILE' || code === 'ENFILE') return segmentError('too-many-open-files', {}, { cause: error });
  if (code === 'MODULE_NOT_FOUND' && error.message.includes('@duckdb/node-bindings')) {
    return segmentError('engine-missing', { platform: `${process.platform} ${process.arch}` }, { cause: error });
  }
  return isSystemError(error) && !OFTEN_OURS.includes(code ?? '')
    ? segmentError('system-failed', { reason: `${systemReason(error)}${path === undefined ? '' : ` (${path})`}` }, { cause: error })
    : undefined;
}

function firstSentence(message: string): string {
  const [line = ''] = message.split('\n');
  return line.replace(/^[A-Za-z ]+Error: /, '').replace(/\.$/, '');
}

function quotedPath(message: string): string | undefined {
  return /"([^"]+)"/.exec(message)?.[1];
}

function bugText(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const statement = error instanceof EngineError ? `\n${error.statement}` : '';
  return `segment ${readVersion()} met a situation it does not know. This is a bug.\n${stack}${statement}`;
}
