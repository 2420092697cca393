import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { JsonObject } from './canonical-json.js';

/** Which process a lock or a private folder belongs to, precise enough to tell a dead one from its pid's next holder. */
export interface RunOwner {
  readonly pid: number;
  readonly host: string;
  /** Id of the system's last start; null where the system has none. */
  readonly bootId: string | null;
  /** When the process started, in the system's own ticks; null where the system does not say. */
  readonly started: string | null;
  readonly token: string;
}

/** `elsewhere`: on another host, where nobody can look. */
export type OwnerState = 'alive' | 'dead' | 'elsewhere';

/** This process; `token` tells two uses by one process apart. */
export function currentOwner(token: string): RunOwner {
  return { pid: process.pid, host: hostname(), bootId: readBootId(), started: readProcess(process.pid)?.started ?? null, token };
}

export function ownerState(owner: RunOwner): OwnerState {
  if (owner.host !== hostname()) return 'elsewhere';
  const bootId = readBootId();
  if (owner.bootId !== null && bootId !== null && owner.bootId !== bootId) return 'dead';
  if (!hasProcess(owner.pid)) return 'dead';
  const found = readProcess(owner.pid);
  if (found === undefined) return 'alive';
  if (found.isZombie) return 'dead';
  return owner.started === null || owner.started === found.started ? 'alive' : 'dead';
}

export function ownerText(owner: RunOwner): string {
  const { pid, host, bootId, started, token } = owner;
  return `${JSON.stringify({ segment: 'owner', pid, host, boot_id: bootId, started, token })}\n`;
}

/** The owner a file names; undefined when the text is none of ours. */
export function parseOwner(text: string): RunOwner | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { segment, pid, host, boot_id: bootId, started, token } = value as JsonObject;
  if (segment !== 'owner' || typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0) return undefined;
  if (typeof host !== 'string' || typeof token !== 'string') return undefined;
  if (!isTextOrNull(bootId) || !isTextOrNull(started)) return undefined;
  return { pid, host, bootId, started, token };
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function readBootId(): string | null {
  return readSystemFile('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

/** Linux: the fields after the program's name, which stands in parentheses and may hold anything. */
function readProcess(pid: number): { started: string | null; isZombie: boolean } | undefined {
  const stat = readSystemFile(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { started: fields[19] ?? null, isZombie: fields[0] === 'Z' || fields[0] === 'X' };
}

function readSystemFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
