import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { makePlace } from './output-sets.js';

/** Whether this process may mount a small file system in memory, to run it full. */
export function canMountSmallDisk(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const probe = makePlace();
  try {
    mount(probe.path, '64k');
    unmount(probe.path);
    return true;
  } catch {
    return false;
  } finally {
    probe.remove();
  }
}

/** Runs `work` with an empty disk of the size at `path`. */
export async function withSmallDisk(path: string, size: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(path);
  mount(path, size);
  try {
    await work();
  } finally {
    unmount(path);
  }
}

function mount(path: string, size: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], { stdio: 'ignore' });
}

function unmount(path: string): void {
  execFileSync('umount', [path], { stdio: 'ignore' });
}
