import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunOptions, type RunResult, runCli } from '../../support/run-cli.js';

interface Ends {
  readonly low: number | null;
  readonly high: number | null;
}

interface Side {
  readonly n: number;
  readonly value: number | null;
}

interface Quartiles {
  readonly users: number;
  readonly without: number;
  readonly low: string | null;
  readonly median: string | null;
  readonly high: string | null;
}

export interface ProfiledShare {
  readonly kind: string;
  readonly column: string | null;
  readonly value: string | null;
  readonly members: Side;
  readonly rest: Side;
  readonly difference: number | null;
  readonly interval: Ends | null;
  readonly ratio: number | null;
  readonly p: number | null;
  readonly adjusted_p: number | null;
  readonly verdict: string;
}

interface Times {
  readonly members: number;
  readonly rest: number;
  readonly shares: readonly { readonly hour?: number; readonly weekday?: string; readonly members: number; readonly rest: number | null }[];
  readonly best: { readonly top: number | string; readonly as_good: readonly (number | string)[] } | null;
  readonly why: string | null;
}

export interface ProfiledJson {
  readonly segment: readonly string[];
  readonly meaning: string | null;
  readonly goal: string | null;
  readonly users: number;
  readonly members: number;
  readonly share: number;
  readonly share_interval: Ends;
  readonly revenue: { readonly members: string; readonly all: string } | null;
  readonly tests: number;
  readonly worth: readonly { readonly metric: string; readonly members: Side; readonly rest: Side; readonly verdict: string }[];
  readonly typical: readonly { readonly name: string; readonly members: Quartiles; readonly rest: Quartiles }[];
  readonly events: { readonly names: number; readonly compared: number };
  readonly shares: readonly ProfiledShare[];
  readonly columns_not_looked_at: readonly string[];
  readonly unequal_tenure: boolean;
  readonly columns_left_out: readonly { readonly column: string; readonly values: number }[];
  readonly favourites: readonly { readonly event: string; readonly members: number; readonly rest: number | null }[];
  readonly untimed: number;
  readonly hours: Times;
  readonly weekdays: Times;
}

/** The card as JSON; throws when there is none. */
export async function profileJson(argv: readonly string[]): Promise<ProfiledJson> {
  const { stdout, stderr, exitCode } = await profile([...argv, '--json']);
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as ProfiledJson;
}

export function profile(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runCli(['profile', ...argv, '--config', 'none'], options);
}

/** The share of an event, or of a value of a column. */
export function shareOf({ shares }: ProfiledJson, kind: string, value: string | null): ProfiledShare {
  const found = shares.find((share) => share.kind === kind && share.value === value);
  if (found === undefined) throw new Error(`no share of ${kind} ${value}`);
  return found;
}

/** Writes files into a folder of its own, gives the folder to `work`, and removes it. */
export async function withFiles<T>(files: Readonly<Record<string, readonly string[]>>, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'segment-profile-'));
  try {
    for (const [name, lines] of Object.entries(files)) writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
