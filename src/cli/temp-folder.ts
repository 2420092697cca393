import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fail } from '../errors/segment-error.js';
import { hasErrorCode, systemReason } from '../errors/system-error.js';
import { currentOwner, ownerState, ownerText, parseOwner } from '../membership/publish/run-owner.js';

export interface TempFolder {
  /** Absolute, without links; only this user may look into it. */
  readonly path: string;
  /** Removes the folder with everything in it. Never fails; may be called more than once. */
  remove(): void;
}

const FOLDER_NAME = /^segment-(\d+)-[0-9a-f]{16}$/;
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
    if (hasErrorCode(error, 'ENOSPC', 'EDQUOT')) fail('disk-full', { path: place, flag: '--temp-dir' }, { cause: error });
    if (hasErrorCode(error, 'EACCES', 'EPERM', 'EROFS')) fail('no-permission', { path: place }, { cause: error });
    fail(
      'temp-folder',
      { path: place, reason: hasErrorCode(error, 'ENOTDIR') ? 'it is not a folder' : systemReason(error) },
      { cause: error },
    );
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

function isStale(path: string): boolean {
  const found = lstatSync(path);
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) return false;
  // A run may die before it wrote its name into the folder, and a power cut can leave the file without its bytes: then the folder's name tells the process.
  const text = readdirSync(path).length === 0 ? '' : readFileSync(join(path, OWNER_NAME), 'utf8');
  const isBlank = /^[\0\s]*$/.test(text);
  const owner = isBlank ? { ...currentOwner(''), pid: Number(FOLDER_NAME.exec(basename(path))?.[1]), started: null } : parseOwner(text);
  return owner !== undefined && ownerState(owner) === 'dead';
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Removed by a later run.
  }
}
