import type { TransitionsReport } from '../analysis/transitions/transitions-result.js';
import type { Settings } from '../config/settings.js';
import { MANIFEST_FORMAT, type ManifestDraft } from '../membership/publish/manifest.js';
import { type OutputFolder, openOutputFolder, type PublishedFile } from '../membership/publish/output-folder.js';
import { moveFileNames } from '../membership/write-move-files.js';
import type { RenderOptions } from '../report/render-options.js';
import { TRANSITIONS_REPORTERS } from '../report/reporters/index.js';
import { resolveColor } from './color.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { readVersion } from './version.js';

const SUMMARY = 'summary.json';
const PLAIN = { width: 80, colorLevel: 0, isUnicode: true, output: null } as const;

/** Opens the folder for the files of who moved among these segments; undefined where none is asked for. Errors: those of `openOutputFolder`. */
export async function openMovesFolder(
  io: CliIo,
  { movesOut: directory, force, mode, holdout }: Settings,
  inputPaths: readonly string[],
  segments: readonly string[],
): Promise<OutputFolder | undefined> {
  if (directory === undefined) return undefined;
  return openOutputFolder({
    directory,
    force,
    mode,
    inputPaths,
    cwd: io.cwd,
    expectedNames: [...moveFileNames(segments, holdout !== undefined), SUMMARY],
  });
}

/** What the manifest says of a run besides its result and files. */
export type MovesManifest = Pick<
  ManifestDraft,
  'as_of' | 'as_of_chosen' | 'timezone' | 'settings' | 'pseudonyms' | 'population_gaps' | 'edges' | 'inputs'
> & {
  /** Milliseconds since 1970. */
  readonly started: number;
};

/** Publishes the files that were written, with the summary and a manifest; returns how many there are. */
export async function publishMoves(
  io: CliIo,
  signal: AbortSignal,
  folder: OutputFolder,
  report: TransitionsReport,
  { files, manifest: { started, ...manifest } }: { readonly files: readonly PublishedFile[]; readonly manifest: MovesManifest },
): Promise<number> {
  await folder.stageText(SUMMARY, TRANSITIONS_REPORTERS.json.render(report, { ...PLAIN, isDetailed: true }));
  signal.throwIfAborted();
  const published = [...files, { name: SUMMARY, rows: null }];
  await folder.publish(published, {
    ...manifest,
    format_version: MANIFEST_FORMAT,
    version: readVersion(),
    settings_hash: report.settingsHash,
    timings: { total: (io.now().getTime() - started) / 1000 },
  });
  return published.length;
}

/** Prints who moved, as the settings say. */
export function showMoves(io: CliIo, report: TransitionsReport, settings: Settings, output: RenderOptions['output']): void {
  const options = {
    width: reportWidth(io.stdout),
    colorLevel: resolveColor(io.stdout, settings, io.env),
    isUnicode: isUnicode(io.env),
    isDetailed: settings.movesDetail,
    output,
  };
  if (settings.json) io.stdout.write(TRANSITIONS_REPORTERS.json.render(report, options));
  else if (!settings.quiet) io.stdout.write(TRANSITIONS_REPORTERS.terminal.render(report, options));
}
