import { FILE_OPERATIONS, type FileOperations } from '../../../src/membership/publish/file-operations.js';

export interface FaultPlan {
  /** Which call fails, counted from 1. */
  readonly at: number;
  readonly code: 'EIO' | 'ENOSPC' | 'EDQUOT' | 'EMFILE' | 'EACCES' | 'EROFS';
  /** `once`: only that call. `from-then-on`: every later one too, as if the process had died or the disk were gone. */
  readonly mode: 'once' | 'from-then-on';
}

export interface FaultyOperations {
  readonly files: FileOperations;
  /** The calls so far, with the call that failed. */
  readonly calls: string[];
  hasFailed(): boolean;
}

/** The real file operations without the slow waiting for the disk. */
export const UNFLUSHED: FileOperations = { ...FILE_OPERATIONS, flush: () => Promise.resolve(), flushFolder: () => undefined };

/** The file operations, one of which fails without doing anything. */
export function faultyOperations({ at, code, mode }: FaultPlan): FaultyOperations {
  const calls: string[] = [];
  let failed = false;
  const files = new Proxy(UNFLUSHED, {
    get(target, name: keyof FileOperations) {
      return (...args: never[]) => {
        const [first, second] = args as unknown[];
        calls.push(`${name} ${String(first)}${typeof second === 'string' && name === 'rename' ? ` ${second}` : ''}`);
        if (mode === 'once' ? calls.length === at : calls.length >= at) {
          failed = true;
          const path = typeof first === 'string' ? { path: first } : {};
          const error = Object.assign(new Error(`${code}: a fault of the test, ${name}`), { code, syscall: name, ...path });
          if (name === 'flush') return Promise.reject(error);
          throw error;
        }
        return (target[name] as (...values: never[]) => unknown)(...args);
      };
    },
  });
  return { files, calls, hasFailed: () => failed };
}
