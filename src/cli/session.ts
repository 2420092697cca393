import type { Database } from '../engine/database.js';
import { openDuckDb } from '../engine/duckdb.js';
import type { InputFile } from '../input/sources.js';
import type { OutputFolder } from '../membership/publish/output-folder.js';
import type { CliIo } from './io.js';
import type { RunOptions } from './parse-options.js';
import { type Progress, startProgress } from './progress.js';
import { openTempFolder } from './temp-folder.js';

/** What one command works with; everything in it is gone when the command ends. */
export interface Session {
  readonly database: Database;
  /** Private folder for spooled copies of inputs. */
  readonly spoolDirectory: string;
  readonly progress: Progress;
}

/**
 * Opens a locked database that may read the inputs and the spool and write the output's staging folder, runs `work`, and
 * removes whatever is left, also after a signal: the first one stops the running statement.
 */
export async function withSession<T>(
  io: CliIo,
  options: RunOptions,
  access: { readonly inputs: readonly InputFile[]; readonly output: OutputFolder | undefined },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const temp = openTempFolder(options.tempDir);
  let database: Database | undefined;
  let progress: Progress | undefined;
  const offInterrupt = io.onInterrupt(() => database?.interrupt());
  try {
    database = await openDuckDb({
      threads: options.threads,
      memoryLimitBytes: options.memoryLimitBytes,
      tempDirectory: temp.path,
      allowedPaths: access.inputs.map(({ path }) => path),
      allowedDirectories: [temp.path, ...(access.output === undefined ? [] : [access.output.stagingDirectory])],
    });
    const opened = interruptible(database, io);
    progress = startProgress(io, options, () => opened.progress());
    return await work({ database: opened, spoolDirectory: temp.path, progress });
  } finally {
    progress?.stop();
    offInterrupt();
    database?.close();
    temp.remove();
  }
}

/** A statement that a signal came before must not start: an interrupt stops only what is running. */
function interruptible(database: Database, io: CliIo): Database {
  const check = (): void => {
    if (io.interruptedBy() !== undefined) throw new Error('interrupted');
  };
  return {
    async rows(query) {
      check();
      return database.rows(query);
    },
    async run(statement) {
      check();
      return database.run(statement);
    },
    async copy(query, path, format) {
      check();
      return database.copy(query, path, format);
    },
    progress: () => database.progress(),
    interrupt: () => database.interrupt(),
    close: () => database.close(),
  };
}
