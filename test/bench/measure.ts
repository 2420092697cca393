import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What one whole process used, all its threads and its start included. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMegabytes: number;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

const PRELOAD = fileURLToPath(new URL('measured.cjs', import.meta.url));

export function nodeProgram(...args: readonly string[]): Program {
  return { command: process.execPath, args: ['--require', PRELOAD, ...args] };
}

/**
 * Runs a program to its end and returns what it used. The program itself writes its CPU time and peak memory into the file
 * named by SEGMENT_BENCH_USAGE: Node tells of no child. Throws when it fails.
 */
export async function measure({ command, args }: Program, usageFile: string): Promise<Usage> {
  rmSync(usageFile, { force: true });
  const started = performance.now();
  const problem = await new Promise<string | undefined>((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, SEGMENT_BENCH_USAGE: usageFile } });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : `${[command, ...args].join(' ')}: ${signal ?? code}\n${stderr}`));
  });
  const wallSeconds = (performance.now() - started) / 1000;
  if (problem !== undefined) throw new Error(problem);
  const { cpuSeconds, peakKilobytes } = JSON.parse(readFileSync(usageFile, 'utf8')) as { cpuSeconds: number; peakKilobytes: number };
  return { cpuSeconds, wallSeconds, peakMegabytes: (peakKilobytes * 1024) / 1e6 };
}
