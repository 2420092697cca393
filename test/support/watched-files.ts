import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { sep } from 'node:path';

/** One call of the program on a file, before it is made. */
export interface FileCall {
  /** As in `node:fs`. */
  readonly name: string;
  /** For a rename, where from. */
  readonly path: string;
  /** Whether it changes what is on the disk. */
  readonly isWrite: boolean;
}

export type FaultCode = 'EIO' | 'ENOSPC' | 'EDQUOT' | 'EMFILE' | 'EACCES' | 'EROFS';

export interface Watch {
  /** Calls on files below this folder are watched, the others are not. */
  readonly root: string;
  /** With which error the call fails; undefined: it is made. It may end the process. */
  readonly judge: (call: FileCall) => FaultCode | undefined;
}

type Callable = (...args: unknown[]) => unknown;
type Kind = 'read' | 'write' | 'by flags' | 'flush';

const ERRORS: Readonly<Record<FaultCode, readonly [number: number, words: string]>> = {
  EIO: [-5, 'i/o error'],
  EACCES: [-13, 'permission denied'],
  EMFILE: [-24, 'too many open files'],
  ENOSPC: [-28, 'no space left on device'],
  EROFS: [-30, 'read-only file system'],
  EDQUOT: [-122, 'disk quota exceeded'],
};

const SYNC: Readonly<Record<string, Kind>> = {
  accessSync: 'read',
  appendFileSync: 'write',
  chmodSync: 'write',
  copyFileSync: 'write',
  existsSync: 'read',
  fchmodSync: 'write',
  fsyncSync: 'flush',
  lstatSync: 'read',
  mkdirSync: 'write',
  openSync: 'by flags',
  readdirSync: 'read',
  readFileSync: 'read',
  readlinkSync: 'read',
  readSync: 'read',
  realpathSync: 'read',
  renameSync: 'write',
  rmdirSync: 'write',
  rmSync: 'write',
  statSync: 'read',
  symlinkSync: 'write',
  truncateSync: 'write',
  unlinkSync: 'write',
  utimesSync: 'write',
  writeFileSync: 'write',
  writeSync: 'write',
};
const CALLBACK: Readonly<Record<string, Kind>> = { fsync: 'flush', open: 'by flags' };
const PROMISED: Readonly<Record<string, Kind>> = {
  lstat: 'read',
  mkdir: 'write',
  open: 'by flags',
  readdir: 'read',
  readFile: 'read',
  realpath: 'read',
  rename: 'write',
  rm: 'write',
  stat: 'read',
  truncate: 'write',
  unlink: 'write',
  writeFile: 'write',
};
const HANDLE: Readonly<Record<string, Kind>> = { read: 'read', readFile: 'read', write: 'write', writeFile: 'write' };

const descriptors = new Map<number, string>();
let watch: Watch | undefined;
/** Functions of Node that call others of it are one call. */
let depth = 0;

/** Watches every call of this process on a file below the root until the returned function is called. One watch at a time. */
export function watchFiles(wanted: Watch): () => void {
  if (watch !== undefined) throw new Error('files are being watched already');
  watch = wanted;
  return () => {
    watch = undefined;
  };
}

function faultOf(name: string, kind: Kind, args: readonly unknown[]): NodeJS.ErrnoException | undefined {
  const path = pathOf(name.startsWith('symlink') ? args[1] : args[0]);
  if (watch === undefined || depth > 0 || path === undefined) return undefined;
  if (path !== watch.root && !path.startsWith(watch.root + sep)) return undefined;
  const isWrite = kind === 'by flags' ? opensForWriting(args[1]) : kind !== 'read';
  const code = watch.judge({ name, path, isWrite });
  if (code === undefined) return undefined;
  const isOfDescriptor = typeof args[0] === 'number';
  const dest = name.startsWith('rename') ? { dest: String(args[1]) } : {};
  const syscall = name.replace(/Sync$/, '');
  const [errno, words] = ERRORS[code];
  return Object.assign(new Error(`${code}: ${words}, ${syscall}${isOfDescriptor ? '' : ` '${path}'`}`), {
    code,
    errno,
    syscall,
    ...(isOfDescriptor ? {} : { path, ...dest }),
  });
}

function opensForWriting(flags: unknown): boolean {
  if (typeof flags === 'number') return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT)) !== 0;
  return typeof flags === 'string' && /[wa+]/.test(flags);
}

function pathOf(value: unknown): string | undefined {
  if (typeof value === 'number') return descriptors.get(value);
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString() : undefined;
}

function inside<T>(work: () => T): T {
  depth += 1;
  try {
    return work();
  } finally {
    depth -= 1;
  }
}

/** Nobody pulls a plug in these tests: waiting for the disk only takes time. */
const isSkipped = (kind: Kind): boolean => kind === 'flush' && watch !== undefined;

function wrapSync(real: Callable, name: string, kind: Kind): Callable {
  return Object.assign((...args: unknown[]): unknown => {
    const fault = faultOf(name, kind, args);
    if (fault !== undefined) {
      if (name === 'existsSync') return false;
      throw fault;
    }
    if (isSkipped(kind)) return undefined;
    const result = inside(() => real(...args));
    if (name === 'openSync') descriptors.set(Number(result), pathOf(args[0]) ?? '');
    return result;
  }, real);
}

function wrapCallback(real: Callable, name: string, kind: Kind): Callable {
  return (...args: unknown[]): unknown => {
    const done = args.at(-1) as (error: unknown, result?: unknown) => void;
    const fault = faultOf(name, kind, args);
    if (fault !== undefined || isSkipped(kind)) return process.nextTick(() => done(fault ?? null));
    return real(...args.slice(0, -1), (error: unknown, result: unknown) => {
      if (name === 'open' && typeof result === 'number') descriptors.set(result, pathOf(args[0]) ?? '');
      done(error, result);
    });
  };
}

function wrapPromised(real: Callable, name: string, kind: Kind): Callable {
  return async (...args: unknown[]): Promise<unknown> => {
    const fault = faultOf(name, kind, args);
    if (fault !== undefined) throw fault;
    const result = await real(...args);
    return name === 'open' ? wrapHandle(result as Record<string, Callable>, pathOf(args[0]) ?? '') : result;
  };
}

function wrapHandle(handle: Record<string, Callable>, path: string): unknown {
  descriptors.set(Number(handle['fd']), path);
  for (const [name, kind] of Object.entries(HANDLE)) {
    const real = handle[name]?.bind(handle);
    if (real === undefined) continue;
    handle[name] = async (...args: unknown[]): Promise<unknown> => {
      const fault = faultOf(name, kind, [Number(handle['fd'])]);
      if (fault !== undefined) throw fault;
      return real(...args);
    };
  }
  return handle;
}

function install(): void {
  const target = fs as unknown as Record<string, Callable>;
  const promised = fs.promises as unknown as Record<string, Callable>;
  const native = fs.realpathSync.native as unknown as Callable;
  for (const [name, kind] of Object.entries(SYNC)) if (target[name]) target[name] = wrapSync(target[name], name, kind);
  for (const [name, kind] of Object.entries(CALLBACK)) if (target[name]) target[name] = wrapCallback(target[name], name, kind);
  for (const [name, kind] of Object.entries(PROMISED)) if (promised[name]) promised[name] = wrapPromised(promised[name], name, kind);
  Object.assign(fs.realpathSync, { native: wrapSync(native, 'realpathSync', 'read') });
  syncBuiltinESMExports();
}

// Before any module of the program is loaded, for those that keep a function of Node at once.
install();
