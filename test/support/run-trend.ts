import { runCli } from './run-cli.js';

/** What `segment trend --json` prints; the README has the rest. */
export interface TrendJson {
  readonly as_of: string;
  readonly scale: string;
  readonly every: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly settings_hash: string;
  readonly periods_asked: number;
  readonly periods_left_out: readonly { readonly reason: string; readonly periods: number }[];
  readonly first_day: string;
  readonly periods: readonly TrendJsonPeriod[];
  readonly notes: readonly string[];
}

export interface TrendJsonPeriod {
  readonly first: string;
  readonly last: string;
  readonly days: number;
  readonly covered_days: number;
  readonly users: number;
  readonly active?: number;
  readonly segments: readonly {
    readonly segment: string | null;
    readonly users: number;
    readonly flows: Readonly<Record<'entered' | 'moved_in' | 'moved_out' | 'left', number>> | null;
  }[];
  readonly flows: {
    readonly entered: number;
    readonly left: number;
    readonly moved: number;
    readonly moved_by_threshold: number | null;
    readonly active?: Readonly<Record<'new' | 'resurrected' | 'newly_inactive', number>>;
    readonly from_to: readonly {
      readonly change: string;
      readonly from: string | null;
      readonly to: string | null;
      readonly users: number;
      readonly by_threshold: number | null;
    }[];
  } | null;
}

/** Runs `segment trend` in a folder, long after any of its events. */
export async function runTrend(cwd: string, argv: readonly string[]): Promise<TrendJson> {
  const { stdout, stderr, exitCode } = await runCli(['trend', ...argv, '--json'], { cwd, now: new Date('2100-01-01T00:00:00Z') });
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as TrendJson;
}
