import { type ChildProcess, spawn } from 'node:child_process';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY = fileURLToPath(new URL('run-from-source.ts', import.meta.url));

export interface SpawnOptions {
  readonly cwd?: string;
  /** Laid over this process's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A file descriptor to write stdout to instead of collecting it. */
  readonly stdout?: number;
  /** Another script of this folder to run instead of the program. */
  readonly script?: string;
  /** A line of the shell to run before it, such as a limit. */
  readonly before?: string;
  /** Another user to run as. */
  readonly uid?: number;
  /** Called once the process runs, for signals and closed pipes. */
  readonly meanwhile?: (child: ChildProcess) => void;
}

export interface SpawnResult {
  readonly stdout: string;
  readonly stderr: string;
  /** null when a signal ended the process. */
  readonly exitCode: number | null;
}

/** What starts the program, or another script of this folder, from the sources as they were when the tests began. */
export function commandFromSources(script = ENTRY): [node: string, script: string] {
  return [process.execPath, join(inject('compiledSources'), relative(ROOT, script)).replace(/\.ts$/, '.js')];
}

/** Runs the program from the sources as a process of its own: for signals, pipes and what a real stream does. */
export async function spawnCli(argv: readonly string[], options: SpawnOptions = {}): Promise<SpawnResult> {
  const command = [...commandFromSources(options.script), ...argv];
  const [file = '', ...args] = options.before === undefined ? command : ['sh', '-c', `${options.before}; exec "$0" "$@"`, ...command];
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    stdio: ['ignore', options.stdout ?? 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  options.meanwhile?.(child);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code));
  });
  return { stdout, stderr, exitCode };
}
