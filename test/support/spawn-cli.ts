import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('run-from-source.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

export interface SpawnOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A file descriptor to write stdout to instead of collecting it. */
  readonly stdout?: number;
  /** Another script to run instead of the program. */
  readonly script?: string;
  /** Called once the process runs, for signals and closed pipes. */
  readonly meanwhile?: (child: ChildProcess) => void;
}

export interface SpawnResult {
  readonly stdout: string;
  readonly stderr: string;
  /** null when a signal ended the process. */
  readonly exitCode: number | null;
}

/** Runs the program from the sources as a process of its own: for signals, pipes and what a real stream does. */
export async function spawnCli(argv: readonly string[], options: SpawnOptions = {}): Promise<SpawnResult> {
  const child = spawn(process.execPath, ['--import', TSX, options.script ?? ENTRY, ...argv], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
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
