import type { Settings } from '../config/settings.js';
import { CONTAINER, findInputs, type InputFile } from '../input/sources.js';
import { MEMBER_COLUMNS, PEOPLE_COLUMN } from '../membership/members-query.js';
import { segmentFileName } from '../membership/publish/file-name.js';
import { MANIFEST_FORMAT, type ManifestDraft, settingsHash } from '../membership/publish/manifest.js';
import { type OutputFolder, openOutputFolder, type PublishedFile } from '../membership/publish/output-folder.js';
import { writeMembershipFiles } from '../membership/write-members.js';
import { REPORTERS } from '../report/reporters/index.js';
import { fixedSegments, furtherName } from '../segmentation/further.js';
import { type Segmentation, segmentationsOf } from '../segmentation/index.js';
import { OTHER, UNKNOWN } from '../segmentation/property/property.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { OWN_SEGMENTATION, type SegmentDefinition } from '../segmentation/rules/rule.js';
import { checkKeptNames } from './check-kept-names.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { checkTempDir } from './check-temp-dir.js';
import { type Classification, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { decisiveSettings } from './decisive-settings.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { manifestInputs } from './manifest-inputs.js';
import { checkOverlaps, ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';
import { readVersion } from './version.js';

/** Classifies, publishes the files unless it is a dry run, and prints the summary. */
export async function classifyToFiles(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  checkKeptNames(settings);
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  checkOverlaps(settings, definitions);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  const out = settings.dryRun ? undefined : settings.out;
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out, cwd: io.cwd });
  checkTempDir(settings.tempDir, out, io.cwd);
  // From here on a signal must not end the process before the lock and the staging folder are gone.
  const offInterrupt = io.onInterrupt(() => {});
  let folder: OutputFolder | undefined;
  try {
    folder = settings.dryRun ? undefined : await openFolder(io, settings, expectedNames(settings, rfmModel, definitions), read);
    await withSession(io, settings, { inputs, people, output: folder }, async (session) => {
      const started = io.now().getTime();
      const classification = await classifyFiles(io, session, {
        settings,
        rfmModel,
        definitions,
        keepDays: false,
        hasProof: settings.proof,
        hasOverlaps: settings.overlaps,
        command,
        skippedFiles,
      });
      const published = folder && (await publish(session, folder, classification, settings, { started, io }));
      session.progress.finish(classification.result.rows.total);
      show(io, classification, settings, published === undefined ? null : { directory: settings.out, files: published.length });
    });
  } finally {
    await folder?.discard();
    offInterrupt();
  }
}

function openFolder(io: CliIo, settings: Settings, expected: readonly string[], inputs: readonly InputFile[]): Promise<OutputFolder> {
  return openOutputFolder({
    directory: settings.out,
    force: settings.force,
    // The files too: a link in an input folder may lead to the output.
    inputPaths: [...settings.inputs, ...inputs.filter(({ format }) => format !== CONTAINER.stdin).map(({ name }) => name)],
    cwd: io.cwd,
    expectedNames: expected,
  });
}

/** The segmentations that get files. */
function writtenSegmentations({ files }: Settings, rfmModel: RfmModel): readonly Segmentation[] {
  return segmentationsOf(rfmModel).filter(({ isDefaultOutput }) => files === 'all' || isDefaultOutput);
}

/** The further segmentations that get files. */
function writtenFurther({ files, by, segmentFiles }: Settings): Settings['by'] {
  return files === 'all' && segmentFiles !== 'none' ? by : [];
}

function expectedNames(settings: Settings, rfmModel: RfmModel, definitions: readonly SegmentDefinition[]): string[] {
  const segments =
    settings.segmentFiles === 'none'
      ? []
      : writtenSegmentations(settings, rfmModel).flatMap(({ name, segments: all }) =>
          all.map((segment) => `${name}/${segment.name}.${settings.format}`),
        );
  // The values of a property are not known yet; every property has these segments.
  const further = writtenFurther(settings).flatMap((one) =>
    (fixedSegments(one) ?? [OTHER, UNKNOWN]).map((segment) => `${segmentFileName(furtherName(one), '')}/${segment}.${settings.format}`),
  );
  const own = settings.segmentFiles === 'none' ? [] : definitions.map(({ name }) => `${OWN_SEGMENTATION}/${name}.${settings.format}`);
  return [`members.${settings.format}`, 'summary.json', ...segments, ...own, ...further];
}

async function publish(
  { database, progress, signal }: Session,
  folder: OutputFolder,
  classification: Classification,
  settings: Settings,
  { started, io }: { readonly started: number; readonly io: CliIo },
): Promise<readonly PublishedFile[]> {
  progress.step('writing files');
  const own = classification.rules?.segments.map(({ definition }) => definition.name) ?? [];
  const written = await writeMembershipFiles(database, folder, {
    format: settings.format,
    segmentFiles: settings.segmentFiles,
    segmentations: [
      ...writtenSegmentations(settings, classification.result.rfm.model).map(({ name, column, segments, idColumns }) => ({
        name,
        column,
        segments: segments.map((segment) => segment.name),
        idColumns: ['user_id', ...idColumns],
      })),
      ...(own.length === 0 ? [] : [{ name: OWN_SEGMENTATION, column: undefined, segments: own, idColumns: ['user_id'] }]),
      ...writtenFurther(settings).map((further) => {
        const name = furtherName(further);
        const sizes = classification.result.segmentations.find((segmentation) => segmentation.name === name);
        return { name, column: name, segments: sizes?.segments.map(({ segment }) => segment) ?? [], idColumns: ['user_id'] };
      }),
    ],
    memberColumns: [
      ...MEMBER_COLUMNS,
      ...(classification.result.entity?.people === undefined ? [] : [PEOPLE_COLUMN]),
      ...settings.by.map(furtherName),
      ...own,
    ],
    keepColumns: settings.keep,
    spreadsheetSafe: settings.spreadsheetSafe,
  });
  const summary = REPORTERS.json.render(classification.result, { width: 80, colorLevel: 0, isUnicode: true, output: null });
  await folder.stageText('summary.json', summary);
  signal.throwIfAborted();
  const published = [...written, { name: 'summary.json', rows: null }];
  await folder.publish(published, manifest(classification, settings, (io.now().getTime() - started) / 1000));
  return published;
}

function manifest({ loaded, people, frozen, result }: Classification, settings: Settings, seconds: number): ManifestDraft {
  const decisive = decisiveSettings('classify', settings, result.rfm.model, frozen, people.prepared);
  return {
    format_version: MANIFEST_FORMAT,
    version: readVersion(),
    as_of: result.asOf,
    as_of_chosen: result.asOfChosen,
    timezone: result.timezone,
    settings: decisive,
    settings_hash: settingsHash(decisive),
    population_gaps: result.populationGaps,
    edges:
      result.rfm.edges === null
        ? null
        : { recency_days: result.rfm.edges.recencyDays, frequency: result.rfm.edges.frequency, monetary: result.rfm.edges.monetary },
    inputs: manifestInputs([...loaded.readings, ...Object.values(people.prepared)]),
    timings: { total: seconds },
  };
}

function show(io: CliIo, { result }: Classification, settings: Settings, output: { directory: string; files: number } | null): void {
  if (settings.json) {
    io.stdout.write(REPORTERS.json.render(result, { width: 80, colorLevel: 0, isUnicode: true, output }));
  } else if (!settings.quiet) {
    io.stdout.write(
      REPORTERS.terminal.render(result, {
        width: reportWidth(io.stdout),
        colorLevel: resolveColor(io.stdout, settings, io.env),
        isUnicode: isUnicode(io.env),
        output,
      }),
    );
  }
  if (settings.json || settings.quiet) io.stderr.write(presentWarnings(result.warnings));
}
