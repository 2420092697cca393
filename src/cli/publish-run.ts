import type { RunRecord } from '../analysis/check/run-record.js';
import { withPseudonyms } from '../membership/pseudonyms.js';
import type { FileOperations } from '../membership/publish/file-operations.js';
import { type OutputFolder, openOutputFolder, type PublishedFile } from '../membership/publish/output-folder.js';
import { type ChangedSegmentation, writeChangeFiles } from '../membership/write-change-files.js';
import { segmentationsOf } from '../segmentation/index.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { OWN_SEGMENTATION, type SegmentDefinition } from '../segmentation/rules/rule.js';
import { HISTORY_COLUMNS } from '../state/add-history.js';
import type { StateRun } from '../state/state-pointer.js';
import type { Classification } from './classification.js';
import type { CliIo } from './io.js';
import { publishClassification } from './publish-classification.js';
import { type RunAudiences, writeRunAudiences } from './run-exports.js';
import type { Job } from './run-nightly.js';
import type { Session } from './session.js';

/** A run whose members are built and whose fate is decided. */
export interface Making extends Job {
  readonly session: Session;
  readonly classification: Classification;
  readonly started: number;
  readonly run: StateRun;
}

/** Writes what the state keeps of a run: members, summary, and texts by name. */
export async function recordRun(
  { io, session, state, files, classification, settings, started, run }: Making,
  texts: Readonly<Record<string, string>>,
): Promise<void> {
  await inFolder({ directory: state.runDirectory(run.id), io, files }, async (folder) =>
    publishClassification(io, session, folder, classification, {
      settings: { ...settings, format: 'parquet', segmentFiles: 'none' },
      started,
      furtherColumns: HISTORY_COLUMNS,
      writeMore: async () => {
        for (const [name, text] of Object.entries(texts)) await folder.stageText(name, text);
        return Object.keys(texts).map((name) => ({ name, rows: null }));
      },
    }),
  );
}

/** Writes the complete set of a run, which nobody reads yet; returns the number of its files, and what is odd about its audiences. */
export async function publishSet(
  making: Making,
  record: RunRecord,
  segmentations: readonly ChangedSegmentation[],
  earlierColumns: ReadonlySet<string> | undefined,
): Promise<{ readonly files: number; readonly warnings: RunAudiences['warnings'] }> {
  const { io, session, sets, files, classification, settings, started, run, pseudonymKey } = making;
  const { database } = session;
  const tables = ['members', ...(earlierColumns === undefined ? [] : ['members_before'])];
  let audiences: RunAudiences = { files: [], warnings: [] };
  const write = (folder: OutputFolder): Promise<readonly PublishedFile[]> =>
    publishClassification(io, session, folder, classification, {
      settings,
      started,
      furtherColumns: HISTORY_COLUMNS,
      pseudonymKey,
      writeMore: async () => {
        const changes =
          earlierColumns === undefined || settings.segmentFiles === 'none'
            ? []
            : await writeChangeFiles(database, folder, segmentations, {
                spreadsheetSafe: settings.spreadsheetSafe,
                earlierColumns,
              });
        return [...changes, ...audiences.files];
      },
    });
  const written = await inFolder({ directory: sets.setDirectory(run.id), io, files, mode: settings.mode }, async (folder) => {
    // A list of those who are left out names people by their own ids.
    audiences = await writeRunAudiences(making, folder);
    return withPseudonyms(database, pseudonymKey, tables, () => write(folder));
  });
  await sets.describe(run.id, { asOf: run.asOf, users: run.users, sizes: record.sizes });
  return { files: written.length, warnings: audiences.warnings };
}

async function inFolder(
  {
    directory,
    io,
    files,
    mode,
  }: {
    readonly directory: string;
    readonly io: CliIo;
    readonly files: FileOperations;
    readonly mode?: number | undefined;
  },
  work: (folder: OutputFolder) => Promise<readonly PublishedFile[]>,
): Promise<readonly PublishedFile[]> {
  const folder = await openOutputFolder({
    directory,
    force: false,
    inputPaths: [],
    cwd: io.cwd,
    mode,
    files,
  });
  try {
    return await work(folder);
  } finally {
    await folder.discard();
  }
}

/** The segmentations whose entrants and leavers are written. */
export function changedSegmentations(rfmModel: RfmModel, definitions: readonly SegmentDefinition[]): ChangedSegmentation[] {
  const usual = segmentationsOf(rfmModel)
    .filter(({ isDefaultOutput }) => isDefaultOutput)
    .map(({ name, column, segments }) => ({
      name,
      column,
      segments: segments.map((segment) => segment.name),
    }));
  const own = definitions.map(({ name }) => name);
  return own.length === 0 ? usual : [...usual, { name: OWN_SEGMENTATION, column: undefined, segments: own }];
}
