import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunResult, runCli } from '../../support/run-cli.js';

export interface ComparedSide {
  readonly n: number;
  readonly value: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
}

export interface ComparedRow {
  readonly metric: string;
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  readonly difference: number | null;
  readonly interval: { readonly low: number | null; readonly high: number | null } | null;
  readonly lift: number | null;
  readonly effect: { readonly kind: string; readonly size: number } | null;
  readonly p: number | null;
  readonly adjusted_p: number | null;
  readonly method: string | null;
  readonly verdict: string;
  readonly stratified: {
    readonly difference: number;
    readonly layers: number;
    readonly odds_ratio: { readonly ratio: number } | null;
  } | null;
}

export interface ComparedJson {
  readonly users: number;
  readonly users_left_out: number;
  readonly tests: number;
  readonly settings_hash: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly sample_ratio: { readonly p: number } | null;
  readonly groups: readonly { readonly name: string; readonly users: number; readonly median_tenure_days: number }[];
  readonly comparisons: readonly {
    readonly a: { readonly name: string; readonly users: number };
    readonly b: { readonly name: string; readonly users: number };
    readonly metrics: readonly ComparedRow[];
  }[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export interface CompareRun extends RunResult {
  readonly json: ComparedJson;
  readonly metric: (name: string, comparison?: number) => ComparedRow;
  readonly codes: readonly string[];
}

/** Runs `segment compare … --json` in this process; `json` throws when it failed. */
export async function runCompare(argv: readonly string[]): Promise<CompareRun> {
  const result = await runCli(['compare', ...argv, '--json', '--config', 'none']);
  const parse = (): ComparedJson => {
    if (result.exitCode !== 0) throw new Error(`exit ${result.exitCode}: ${result.stderr}`);
    return JSON.parse(result.stdout) as ComparedJson;
  };
  return {
    ...result,
    get json() {
      return parse();
    },
    metric(name, comparison = 0) {
      const found = parse().comparisons[comparison]?.metrics.find(({ metric }) => metric === name);
      if (found === undefined) throw new Error(`no metric ${name}`);
      return found;
    },
    get codes() {
      return parse().warnings.map(({ code }) => code);
    },
  };
}

/** Writes lines to a file of its own, gives its path to `work`, and removes it. */
export async function withFile<T>(name: string, lines: readonly string[], work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'segment-compare-'));
  try {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return await work(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
