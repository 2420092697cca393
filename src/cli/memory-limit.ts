import { totalmem } from 'node:os';

const MOST_DEFAULT_MEMORY = 2_000_000_000;

/** Bytes the engine gets on this machine when no limit was given. */
export function machineMemoryLimit(): number {
  return defaultMemoryLimit(totalmem(), process.constrainedMemory());
}

/** min(2 GB, half of the memory the machine, or the group the process is confined to, has). Bytes; 0 means not confined. */
export function defaultMemoryLimit(machineBytes: number, confinedBytes: number): number {
  const available = confinedBytes > 0 ? Math.min(machineBytes, confinedBytes) : machineBytes;
  return Math.min(MOST_DEFAULT_MEMORY, Math.floor(available / 2));
}
