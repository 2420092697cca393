import { tmpdir } from 'node:os';
import type { Settings } from '../config/settings.js';
import { type Database, EngineError } from '../engine/database.js';
import { openDuckDb } from '../engine/duckdb.js';
import { segmentError } from '../errors/segment-error.js';
import { globLiteral } from '../input/readers/glob-literal.js';
import { type InputFile, isContainer } from '../input/sources.js';
import type { OutputFolder } from '../membership/publish/output-folder.js';
import type { CliIo } from './io.js';
import { machineMemoryLimit } from './memory-limit.js';
import { listPeopleFiles, mapPeopleFiles, type PeopleFiles } from './people-files.js';
import { type Progress, type ProgressSettings, startProgress } from './progress.js';
import { openTempFolder } from './temp-folder.js';

/** What one command works with; everything in it is gone when the command ends. */
export interface Session {
  readonly database: Database;
  /** What to read: the files that were found, those within archives and standard input in the spool. */
  readonly inputs: readonly InputFile[];
  /** The files of people, in the same way. */
  readonly people: PeopleFiles;
  /** Private folder for spooled copies of inputs. */
  readonly spoolDirectory: string;
  readonly progress: Progress;
  /** Aborts when a signal asks the run to stop. */
  readonly signal: AbortSignal;
}

/** What a session takes from the settings. */
export type SessionSettings = ProgressSettings & Pick<Settings, 'threads' | 'memoryLimit' | 'tempDir' | 'maxExpand'>;

/** An interrupt stops only what is running: one that comes while a statement is being prepared is lost. */
const INTERRUPT_AGAIN_MS = 50;

/**
 * Opens a locked database that may read the inputs and the spool and write the output's staging folder, runs `work`, and
 * removes whatever is left, also after a signal: the first one stops the running statement.
 */
export async function withSession<T>(
  io: CliIo,
  settings: SessionSettings,
  access: {
    readonly inputs: readonly InputFile[];
    readonly people?: PeopleFiles;
    /** Files of members that earlier runs wrote: no archives. */
    readonly members?: readonly InputFile[];
    readonly output: OutputFolder | undefined;
    /** Folders in which output folders are opened later. */
    readonly outputParents?: readonly string[];
    /** A folder to read and write tables in. */
    readonly cache?: string | undefined;
  },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const tempDir = settings.tempDir ?? tmpdir();
  const memoryLimitBytes = settings.memoryLimit ?? machineMemoryLimit();
  const temp = openTempFolder(tempDir);
  let database: Database | undefined;
  let progress: Progress | undefined;
  let interrupting: NodeJS.Timeout | undefined;
  const abort = new AbortController();
  const offInterrupt = io.onInterrupt(() => {
    abort.abort(new Error('interrupted'));
    database?.interrupt();
    interrupting = setInterval(() => database?.interrupt(), INTERRUPT_AGAIN_MS);
  });
  try {
    const named = access.people ?? {};
    const files = [...access.inputs, ...listPeopleFiles(named), ...(access.members ?? [])];
    database = await openDuckDb({
      threads: settings.threads ?? io.engineThreads,
      memoryLimitBytes,
      tempDirectory: temp.path,
      allowedPaths: bothSpellings(files.filter(({ format }) => !isContainer(format)).map(({ path }) => path)),
      allowedDirectories: bothSpellings(
        [temp.path, access.output?.stagingDirectory, ...(access.outputParents ?? []), access.cache].filter((path) => path !== undefined),
      ),
    });
    if (io.interruptedBy() !== undefined) abort.abort(new Error('interrupted'));
    const opened = interruptible(database, abort.signal);
    progress = startProgress(io, settings, () => opened.progress());
    const opening = { progress, spoolDirectory: temp.path, signal: abort.signal };
    const inputs = await openInputs(io, settings, access.inputs, opening);
    const people = await mapPeopleFiles(named, (file) => openInputs(io, settings, [file], opening));
    return await work({ database: opened, inputs, people, spoolDirectory: temp.path, progress, signal: abort.signal });
  } catch (error) {
    throw engineFailure(error, tempDir, memoryLimitBytes);
  } finally {
    progress?.stop();
    offInterrupt();
    clearInterval(interrupting);
    database?.close();
    temp.remove();
  }
}

/** The files themselves, or those within them. */
async function openInputs(
  io: CliIo,
  { maxExpand }: SessionSettings,
  inputs: readonly InputFile[],
  { progress, ...options }: Pick<Session, 'progress' | 'spoolDirectory' | 'signal'>,
): Promise<readonly InputFile[]> {
  if (!inputs.some(({ format }) => isContainer(format))) return inputs;
  const { openContainers } = await import('../input/containers/open-containers.js');
  progress.step('unpacking');
  return openContainers(inputs, { ...options, maxExpand, openStdin: io.stdin.isTty ? undefined : () => io.stdin.open() });
}

/** The engine's failures that the limits of the session explain. */
function engineFailure(error: unknown, tempDir: string, limitBytes: number): unknown {
  if (!(error instanceof EngineError)) return error;
  const reason = error.message.split('\n')[0]?.replace(/\.$/, '') ?? '';
  if (error.kind === 'out-of-memory') return segmentError('out-of-memory', { reason, limitBytes }, { cause: error });
  // Files of the output are named where they are written: what else the engine fills a disk with is what it spills.
  return error.kind === 'disk-full' ? segmentError('temp-disk-full', { path: tempDir }, { cause: error }) : error;
}

/** DuckDB asks twice whether it may read a file: for the path as it is written, signs of patterns escaped, and for the file it found. */
function bothSpellings(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => [path, globLiteral(path)]))];
}

/** A statement that a signal came before does not start. */
function interruptible(database: Database, signal: AbortSignal): Database {
  return {
    async rows(query) {
      signal.throwIfAborted();
      return database.rows(query);
    },
    async run(statement) {
      signal.throwIfAborted();
      return database.run(statement);
    },
    async createView(name, query) {
      signal.throwIfAborted();
      return database.createView(name, query);
    },
    async copy(query, path, format) {
      signal.throwIfAborted();
      return database.copy(query, path, format);
    },
    async *chunks(query) {
      signal.throwIfAborted();
      for await (const chunk of database.chunks(query)) {
        yield chunk;
        signal.throwIfAborted();
      }
    },
    async append(table, batches) {
      signal.throwIfAborted();
      return database.append(table, batches);
    },
    progress: () => database.progress(),
    interrupt: () => database.interrupt(),
    close: () => database.close(),
  };
}
