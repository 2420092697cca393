import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type RunOptions, type RunResult, runCli } from './run-cli.js';

/** What summary.json says about reading; PRODUCT §7 has the rest. */
export interface ReadSummary {
  readonly as_of: string;
  readonly rows: Readonly<Record<'total' | 'used' | 'rejected' | 'duplicate' | 'after_as_of' | 'without_user', number>>;
  readonly bad_amounts: number;
  readonly users: number;
  readonly value_total: string;
  readonly period: { readonly first: string; readonly last: string };
  readonly columns: Readonly<Record<string, string | null>>;
  readonly rejects: readonly { readonly file: string; readonly line: number; readonly reason: string }[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export interface ClassifyRun extends RunResult {
  /** Throws when the run failed. */
  readonly summary: ReadSummary;
  /** The lines of members.csv. */
  readonly members: Record<string, string>[];
  readonly codes: readonly string[];
}

/** A folder of its own for the runs of a test file, and how to remove it. */
export function makeRunFolder(): { readonly path: string; readonly remove: () => void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'segment-run-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * Runs `segment classify … --json --out OUT` in this process; without segment files, where none are asked for, and without the proof
 * of the statuses, which `SEGMENT_PROOF` switches on again: each file costs a statement and a sync, the proof an eighth of a small run. One thread does, a second one costs more than
 * it helps.
 */
export async function classifyOnce(argv: readonly string[], out: string, options: RunOptions = {}): Promise<ClassifyRun> {
  const asksForFiles = argv.some((flag) => flag === '--files' || flag === '--segment-files');
  const files = asksForFiles ? [] : ['--segment-files', 'none'];
  const result = await runCli(['classify', ...argv, ...files, '--json', '--out', out], {
    ...options,
    env: { SEGMENT_THREADS: '1', SEGMENT_PROOF: 'false', ...options.env },
  });
  const summary = (): ReadSummary => {
    if (result.exitCode !== 0) throw new Error(`exit ${result.exitCode}: ${result.stderr}`);
    return JSON.parse(result.stdout) as ReadSummary;
  };
  return {
    ...result,
    get summary() {
      return summary();
    },
    get members() {
      const rows: Record<string, string>[] = parse(readFileSync(join(out, 'members.csv')), { columns: true });
      return rows;
    },
    get codes() {
      return summary().warnings.map(({ code }) => code);
    },
  };
}

/** Whether every record is counted once (PRODUCT §2). */
export function sumOfRows({ rows }: ReadSummary): number {
  return rows.used + rows.rejected + rows.without_user + rows.after_as_of + rows.duplicate;
}
