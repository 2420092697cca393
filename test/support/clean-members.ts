import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { runIn } from './nightly-world.js';

const HISTORY = ['status_since', 'previous_status'];

export type Members = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** The published members of a folder of nights, by user. */
export function publishedMembers(cwd: string): Members {
  const rows = parse(readFileSync(join(cwd, 'out', 'current', 'members.csv')), { columns: true }) as Record<string, string>[];
  return new Map(rows.map((row) => [row['user_id'] ?? '', row]));
}

/** Text of members without the columns that only runs know. */
export function withoutHistory(text: string): string {
  const rows = parse(text) as string[][];
  const left = rows[0]?.map((name) => HISTORY.includes(name)) ?? [];
  return rows.map((cells) => `${cells.filter((_, index) => left[index] !== true).join(',')}\n`).join('');
}

/**
 * In what the published set of a folder differs from one classification of all the files that count (name → content, which lie in `all`
 * meanwhile), by the same config as of the same date; empty where in nothing.
 */
export async function differenceFromClean(cwd: string, files: ReadonlyMap<string, string | Buffer>, now: Date): Promise<string[]> {
  const [all, once] = [join(cwd, 'all'), join(cwd, 'once')];
  for (const folder of [all, once]) rmSync(folder, { recursive: true, force: true });
  writeAll(all, files);
  const config = readFileSync(join(cwd, 'segment.yaml'), 'utf8').replace('inputs: [in]', 'inputs: [all]').replace('out: out', 'out: once');
  const own = config.split('\n').filter((line) => !/^(state|publish|check|retain|max_age|limit)\b/.test(line));
  writeFileSync(join(cwd, 'once.yaml'), own.join('\n'));
  const asOf = (JSON.parse(readFileSync(join(cwd, 'out', 'latest.json'), 'utf8')) as { as_of: string }).as_of;
  const command = ['classify', '--config', join(cwd, 'once.yaml'), '--as-of', asOf, '--temp-dir', join(cwd, 'tmp'), '--quiet'];
  const { exitCode, stderr } = await runIn(cwd, command, { now });
  if (exitCode !== 0) return [`the clean classification ended in ${exitCode} with ${stderr}`];
  const read = (folder: string, name: string): string => readFileSync(join(cwd, folder, name), 'utf8');
  const different: string[] = [];
  if (withoutHistory(read('out/current', 'members.csv')) !== withoutHistory(read('once', 'members.csv'))) different.push('members.csv');
  const counts = (folder: string): string => {
    const { rows, bad_amounts: bad, users, value_total: value } = JSON.parse(read(folder, 'summary.json')) as Record<string, unknown>;
    return JSON.stringify({ rows, bad, users, value });
  };
  if (counts('out/current') !== counts('once')) different.push(`summary.json: ${counts('out/current')} instead of ${counts('once')}`);
  return different;
}

function writeAll(folder: string, files: ReadonlyMap<string, string | Buffer>): void {
  mkdirSync(folder);
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
}
