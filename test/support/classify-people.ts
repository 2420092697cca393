import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { runCli } from './run-cli.js';
import { runScript } from './run-script.js';

/** The clock of these runs. */
const NOW = new Date('2026-01-01T00:00:00Z');

interface Summary {
  readonly rows: Readonly<Record<string, number>>;
  readonly users: number;
  readonly history_days: number;
  readonly period: { readonly first: string; readonly last: string };
  readonly as_of: string;
  readonly rules_off: readonly { readonly status: string; readonly why: string }[];
  readonly users_file?: { readonly rows: Readonly<Record<string, number>> } & Readonly<Record<string, unknown>>;
  readonly identity?: Readonly<Record<string, unknown>>;
  readonly filters?: Readonly<Record<string, unknown>>;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export interface PeopleRun {
  readonly exitCode: number;
  readonly stderr: string;
  readonly members: readonly Readonly<Record<string, string>>[];
  readonly summary: Summary;
  readonly manifest: {
    readonly settings_hash: string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
  };
  /** What the script that `segment sql` prints leaves in `members`; empty unless asked for. */
  readonly scripted: readonly Readonly<Record<string, unknown>>[];
}

/** Classifies files of texts in a folder of their own: `argv` follows `segment classify`. */
export async function classifyPeople(
  files: Readonly<Record<string, string | Buffer>>,
  argv: readonly string[],
  options: { readonly withScript?: boolean } = {},
): Promise<PeopleRun> {
  const cwd = mkdtempSync(join(tmpdir(), 'segment-people-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
    const { exitCode, stderr } = await runCli(['classify', ...argv, '--segment-files', 'none', '--out', 'out', '--quiet'], {
      cwd,
      now: NOW,
      env: { SEGMENT_THREADS: '1' },
    });
    const read = (name: string): string => (existsSync(join(cwd, 'out', name)) ? readFileSync(join(cwd, 'out', name), 'utf8') : '');
    const json = <T>(name: string): T => JSON.parse(read(name) || '{}') as T;
    return {
      exitCode,
      stderr,
      members: parse(read('members.csv'), { columns: true }),
      summary: json('summary.json'),
      manifest: json('manifest.json'),
      scripted: options.withScript === true ? await script(argv, cwd) : [],
    };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function script(argv: readonly string[], cwd: string): Promise<Record<string, unknown>[]> {
  const { stdout, stderr, exitCode } = await runCli(['sql', ...argv], { cwd, now: NOW });
  if (exitCode !== 0) throw new Error(stderr);
  return runScript(stdout, cwd);
}
