import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../errors/segment-error.js';
import { currentOwner, ownerState, ownerText, parseOwner } from '../membership/publish/run-owner.js';

export interface TempFolder {
  /** Absolute, without links; only this user may look into it. */
  readonly path: string;
  /** Removes the folder with everything in it. Never fails; may be called more than once. */
  remove(): void;
}

const FOLDER_NAME = /^segment-\d+-[0-9a-f]{16}$/;
const OWNER_NAME = 'owner.json';

/**
 * Makes a private folder for spilled data under `parent` (default: the system's place for temporary files), and removes
 * those that runs of this user left which have ended. Fails with `temp-folder`, `disk-full`, `no-permission`.
 */
export function openTempFolder(parent: string | undefined): TempFolder {
  const place = parent ?? tmpdir();
  try {
    const real = realpathSync.native(place);
    removeStaleFolders(real);
    const owner = currentOwner(randomBytes(8).toString('hex'));
    const path = join(real, `segment-${owner.pid}-${owner.token}`);
    mkdirSync(path, { mode: 0o700 });
    const remove = (): void => removeQuietly(path);
    try {
      writeFileSync(join(path, OWNER_NAME), ownerText(owner), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      remove();
      throw error;
    }
    return { path, remove };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') fail('disk-full', { path: place, flag: '--temp-dir' }, { cause: error });
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') fail('no-permission', { path: place }, { cause: error });
    if (code === 'ENOENT') fail('temp-folder', { path: place, reason: 'it does not exist' }, { cause: error });
    if (code === 'ENOTDIR') fail('temp-folder', { path: place, reason: 'it is not a folder' }, { cause: error });
    fail('temp-folder', { path: place, reason: message }, { cause: error });
  }
}

/** The place may be shared and anything may stand in it: what cannot be read or removed stays. */
function removeStaleFolders(place: string): void {
  for (const name of readdirSync(place)) {
    if (!FOLDER_NAME.test(name)) continue;
    const path = join(place, name);
    try {
      if (isStale(path)) rmSync(path, { recursive: true, force: true });
    } catch {
      // Another run may be removing it at the same moment.
    }
  }
}

/** A folder whose run died before it wrote its name into it is empty, or becomes a living run's at the next moment: it stays. */
function isStale(path: string): boolean {
  const found = lstatSync(path);
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) return false;
  const owner = parseOwner(readFileSync(join(path, OWNER_NAME), 'utf8'));
  return owner !== undefined && ownerState(owner) === 'dead';
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Removed by a later run.
  }
}
