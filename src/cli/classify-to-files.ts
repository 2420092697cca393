import { fail } from '../errors/segment-error.js';
import { findInputFiles } from '../input/sources.js';
import { MEMBER_COLUMNS, TAKEN_NAMES } from '../membership/members-query.js';
import type { JsonObject } from '../membership/publish/canonical-json.js';
import { type FrozenRun, MANIFEST_FORMAT, type ManifestDraft, settingsHash } from '../membership/publish/manifest.js';
import { type OutputFolder, openOutputFolder, type PublishedFile } from '../membership/publish/output-folder.js';
import { writeMembershipFiles } from '../membership/write-members.js';
import { REPORTERS } from '../report/reporters/index.js';
import { SEGMENTATIONS } from '../segmentation/index.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { type Classification, type ClassificationOptions, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import { commandLine } from './command-line.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import type { DecisionOptions, InputOptions, OutputOptions, RunOptions } from './parse-options.js';
import { presentWarnings } from './present-warnings.js';
import { type Session, withSession } from './session.js';
import { readVersion } from './version.js';

interface Options {
  readonly input: InputOptions;
  readonly decision: DecisionOptions;
  readonly output: OutputOptions;
  readonly run: RunOptions;
}

/** Classifies, publishes the files unless it is a dry run, and prints the summary. */
export async function classifyToFiles(io: CliIo, files: readonly string[], options: Options): Promise<void> {
  checkKeptNames(options.output.keep);
  const inputs = await findInputFiles(files, io.cwd);
  const out = options.output.dryRun ? undefined : options.output.out;
  checkRejectsPath({ path: options.input.rejectsFile, inputs, inputPaths: files, out, cwd: io.cwd });
  // From here on a signal must not end the process before the lock and the staging folder are gone.
  const offInterrupt = io.onInterrupt(() => {});
  let folder: OutputFolder | undefined;
  try {
    folder = options.output.dryRun ? undefined : await openFolder(io, files, options.output);
    await withSession(io, options.run, { inputs, output: folder }, async (session) => {
      const started = io.now().getTime();
      const classification = await classifyFiles(io, session, inputs, classificationOptions(files, options));
      const published = folder && (await publish(session, folder, classification, options, { started, io }));
      session.progress.finish(classification.result.rows.total);
      show(io, classification, options.run, published === undefined ? null : { directory: options.output.out, files: published.length });
    });
  } finally {
    await folder?.discard();
    offInterrupt();
  }
}

/** Refuses kept columns that would not be told apart from the others in the members. Errors: `keep-taken`, `keep-alike`. */
function checkKeptNames(keep: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of keep) {
    const known = seen.get(name.toLowerCase());
    if (TAKEN_NAMES.has(name.toLowerCase())) fail('keep-taken', { column: name });
    if (known !== undefined) fail('keep-alike', { left: known, right: name });
    seen.set(name.toLowerCase(), name);
  }
}

function openFolder(io: CliIo, files: readonly string[], output: OutputOptions): Promise<OutputFolder> {
  return openOutputFolder({
    directory: output.out,
    force: output.force,
    inputPaths: files,
    cwd: io.cwd,
    expectedNames: expectedNames(output),
  });
}

function classificationOptions(files: readonly string[], { input, decision, output }: Options): ClassificationOptions {
  return {
    input,
    decision,
    keep: output.keep,
    isSpreadsheetSafe: output.spreadsheetSafe,
    keepDays: false,
    command: commandLine('classify', files),
  };
}

/** The segmentations that get files. */
function writtenSegmentations({ files }: OutputOptions): typeof SEGMENTATIONS {
  return SEGMENTATIONS.filter(({ isDefaultOutput }) => files === 'all' || isDefaultOutput);
}

function expectedNames(output: OutputOptions): string[] {
  const segments =
    output.segmentFiles === 'none'
      ? []
      : writtenSegmentations(output).flatMap(({ name, segments: all }) => all.map((segment) => `${name}/${segment.name}.${output.format}`));
  return [`members.${output.format}`, 'summary.json', ...segments];
}

async function publish(
  { database, signal }: Session,
  folder: OutputFolder,
  classification: Classification,
  options: Options,
  { started, io }: { readonly started: number; readonly io: CliIo },
): Promise<readonly PublishedFile[]> {
  const { output } = options;
  const written = await writeMembershipFiles(database, folder, {
    format: output.format,
    segmentFiles: output.segmentFiles,
    segmentations: writtenSegmentations(output).map(({ name, column, segments, idColumns }) => ({
      name,
      column,
      segments: segments.map((segment) => segment.name),
      idColumns: ['user_id', ...idColumns],
    })),
    memberColumns: [...MEMBER_COLUMNS],
    keepColumns: output.keep,
    spreadsheetSafe: output.spreadsheetSafe,
  });
  const summary = REPORTERS.json.render(classification.result, { width: 80, colorLevel: 0, isUnicode: true, output: null });
  await folder.stageText('summary.json', summary);
  signal.throwIfAborted();
  const published = [...written, { name: 'summary.json', rows: null }];
  await folder.publish(published, manifest(classification, options, (io.now().getTime() - started) / 1000));
  return published;
}

function manifest({ loaded, frozen, result }: Classification, options: Options, seconds: number): ManifestDraft {
  const settings = settingsOf(options, frozen);
  return {
    format_version: MANIFEST_FORMAT,
    version: readVersion(),
    as_of: result.asOf,
    as_of_chosen: result.asOfChosen,
    timezone: result.timezone,
    settings,
    settings_hash: settingsHash(settings),
    population_gaps: result.populationGaps,
    edges:
      result.rfm.edges === null
        ? null
        : { recency_days: result.rfm.edges.recencyDays, frequency: result.rfm.edges.frequency, monetary: result.rfm.edges.monetary },
    inputs: loaded.readings.map(({ file }) => ({ name: file.source.name, size: file.source.size, sha256: file.sha256 })),
    timings: { total: seconds },
  };
}

/** Everything that can change a byte of the members; threads, memory, paths, progress and colour cannot. */
function settingsOf({ input, decision, output }: Options, frozen: FrozenRun | undefined): JsonObject {
  const { rejectsFile: _rejects, maxExpand: _expand, maxRejects: _bound, ...reading } = input;
  const { freeze: _path, asOf, parameters, ...deciding } = decision;
  return JSON.parse(
    JSON.stringify({
      ...reading,
      ...deciding,
      asOf: asOf.kind === 'day' ? asOf.day : 'newest event',
      frozen: frozen ?? null,
      parameters,
      format: output.format,
      segmentFiles: output.segmentFiles,
      files: output.files,
      keep: output.keep,
      spreadsheetSafe: output.spreadsheetSafe,
    }),
  ) as JsonObject;
}

function show(io: CliIo, { result }: Classification, run: RunOptions, output: { directory: string; files: number } | null): void {
  if (run.json) {
    io.stdout.write(REPORTERS.json.render(result, { width: 80, colorLevel: 0, isUnicode: true, output }));
  } else if (!run.quiet) {
    io.stdout.write(
      REPORTERS.terminal.render(result, {
        width: reportWidth(io.stdout),
        colorLevel: resolveColor(io.stdout, run, io.env),
        isUnicode: isUnicode(io.env),
        output,
      }),
    );
  }
  if (run.json || run.quiet) io.stderr.write(presentWarnings(result.warnings));
}
