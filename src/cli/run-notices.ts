import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SegmentError } from '../errors/segment-error.js';
import { shellWord } from '../errors/shell-word.js';
import type { FileOperations } from '../membership/publish/file-operations.js';
import type { Notice } from '../report/run/notice.js';
import { SETS_NAME } from '../state/published-sets.js';
import type { RunReport } from '../state/run-result.js';
import type { StatePointer } from '../state/state-pointer.js';
import type { GivenCommand } from './command-line.js';
import type { CliIo } from './io.js';
import { checkNotifyFile, type NotifyPlace, removeNotifyFile, writeNotifyFile } from './notify-file.js';
import type { Failure } from './present-error.js';
import { presentWarnings } from './present-warnings.js';
import type { RunLog } from './run-log.js';

/** The notify file of one job. */
export interface Notices {
  /** Checks the place and takes the notice of the job before away. Errors: those of `checkNotifyFile`. */
  begin(): void;
  /** What the history is now. */
  see(pointer: StatePointer): void;
  /** Tells how the job ended. What keeps it from being written is a warning: the job is over. */
  write(report: RunReport | null, failure: Failure | null): Promise<void>;
}

/** Where the notice of a job goes; nowhere, where none is asked for. */
export function noticesOf(
  io: CliIo,
  settings: NotifyPlace,
  { whole: command }: Pick<GivenCommand, 'whole'>,
  files: FileOperations,
  log: Pick<RunLog, 'isOn' | 'warn'>,
): Notices {
  const { notifyFile: path, out } = settings;
  let pointer: StatePointer | undefined;
  let isChecked = false;
  return {
    begin() {
      if (path === undefined) return;
      checkNotifyFile(settings, io.cwd);
      removeNotifyFile(files, path, io.cwd);
      isChecked = true;
    },
    see(found) {
      pointer = found;
    },
    async write(report, failure) {
      if (path === undefined || !isChecked) return;
      const current = pointer?.runs.find(({ id }) => id === pointer?.published) ?? null;
      const notice: Notice = { at: io.now(), report, failure, command, current, out, next: nextCommand(report, out, io.cwd) };
      try {
        await writeNotifyFile(files, path, notice, io.cwd);
      } catch (error) {
        if (!(error instanceof SegmentError)) throw error;
        const warnings = [{ code: 'notify_file', message: error.message }];
        if (log.isOn) log.warn(warnings);
        else io.stderr.write(presentWarnings(warnings));
      }
    },
  };
}

/** What tells who moved, while both sets are there. */
function nextCommand(report: RunReport | null, out: string, cwd: string): Notice['next'] {
  const run = report?.runs.at(-1);
  if (run === undefined || run.published === null || run.changes === null) return null;
  const folders = [run.changes.since, run.id].map((id) => join(out, SETS_NAME, id));
  if (!folders.every((folder) => existsSync(resolve(cwd, folder)))) return null;
  return { command: ['segment transitions', ...folders.map(shellWord)].join(' '), why: 'who moved, and why' };
}
