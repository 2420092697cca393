import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ManifestDraft } from '../../../src/membership/publish/manifest.js';
import { settingsHash } from '../../../src/membership/publish/manifest.js';
import type { OutputFolder, OutputFolderOptions, PublishedFile } from '../../../src/membership/publish/output-folder.js';
import { openOutputFolder } from '../../../src/membership/publish/output-folder.js';
import { UNFLUSHED } from './faulty-operations.js';

const DEAD_PID = 2 ** 22 + 12_345;

export const DRAFT: ManifestDraft = {
  format_version: 1,
  version: '0.1.0',
  as_of: '2026-06-30',
  as_of_chosen: 'newest event',
  timezone: 'UTC',
  settings: { lookback: 365, scoring: 'auto' },
  settings_hash: settingsHash({ lookback: 365, scoring: 'auto' }),
  population_gaps: { p50: 7, p75: 14, p90: 30, users: 120 },
  edges: { recency_days: ['5', '12', '40', '90.5'], frequency: ['1', '1', '2', '4'], monetary: ['9.99', '20.00', '50.00', '120.50'] },
  inputs: [{ name: 'events.csv', size: 12, sha256: 'ab' }],
  timings: { read: 1.25 },
};

/** A folder of its own, and how to remove it. `isInMemory`: where the system has such a place, for thousands of small files. */
export function makePlace(isInMemory = false): { path: string; remove: () => void } {
  const parent = isInMemory && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const path = realpathSync(mkdtempSync(join(parent, 'segment-test-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function open(directory: string, options: Partial<OutputFolderOptions> = {}): Promise<OutputFolder> {
  return openOutputFolder({ directory, force: false, inputPaths: [], cwd: tmpdir(), files: UNFLUSHED, ...options });
}

/** Writes the files (name to text) into staging; a file's users are its lines without the header. */
export function stage(folder: OutputFolder, set: Readonly<Record<string, string>>): PublishedFile[] {
  return Object.entries(set).map(([name, text]) => {
    writeFileSync(folder.stagedPath(name), text);
    return { name, rows: name.endsWith('.csv') ? text.split('\n').length - 2 : null };
  });
}

/** Opens, publishes and closes, as a run does. */
export async function publishSet(
  directory: string,
  set: Readonly<Record<string, string>>,
  options: Partial<OutputFolderOptions> = {},
): Promise<void> {
  const folder = await open(directory, options);
  try {
    await folder.publish(stage(folder, set), DRAFT);
  } finally {
    await folder.discard();
  }
}

/** Every file below a folder with its text, folders with a `/`, links with their target. */
export function snapshot(path: string, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(path).sort()) {
    const child = join(path, name);
    const entry = lstatSync(child);
    if (entry.isDirectory()) Object.assign(found, { [`${prefix}${name}/`]: '' }, snapshot(child, `${prefix}${name}/`));
    else found[prefix + name] = entry.isSymbolicLink() ? `-> ${readlinkSync(child)}` : readFileSync(child, 'utf8');
  }
  return found;
}

/** Makes the lock and the staging folders look as if their process had died. */
export function killOwners(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name === '.segment.lock' ? name : `${name}/owner.json`);
    if (!name.startsWith('.segment')) continue;
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      continue;
    }
    if (text !== '') writeFileSync(path, text.replace(/"pid":\d+/, `"pid":${DEAD_PID}`));
  }
}
