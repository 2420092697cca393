import type { Settings } from '../config/settings.js';
import { MEMBER_COLUMNS, PEOPLE_COLUMN } from '../membership/members-query.js';
import type { PseudonymKey } from '../membership/pseudonyms.js';
import { segmentFileName } from '../membership/publish/file-name.js';
import { MANIFEST_FORMAT, type ManifestDraft, settingsHash } from '../membership/publish/manifest.js';
import type { OutputFolder, PublishedFile } from '../membership/publish/output-folder.js';
import { writeMembershipFiles } from '../membership/write-members.js';
import { REPORTERS } from '../report/reporters/index.js';
import { fixedSegments, furtherName } from '../segmentation/further.js';
import { type Segmentation, segmentationsOf } from '../segmentation/index.js';
import { OTHER, UNKNOWN } from '../segmentation/property/property.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { firstMatchOrder } from '../segmentation/rules/first-match.js';
import { OWN_SEGMENTATION, type SegmentDefinition } from '../segmentation/rules/rule.js';
import type { Classification } from './classification.js';
import { decisiveSettings } from './decisive-settings.js';
import type { CliIo } from './io.js';
import type { Session } from './session.js';
import { readVersion } from './version.js';

/** The segmentations that get files. */
function writtenSegmentations({ files }: Settings, rfmModel: RfmModel): readonly Segmentation[] {
  return segmentationsOf(rfmModel).filter(({ isDefaultOutput }) => files === 'all' || isDefaultOutput);
}

/** The further segmentations that get files. */
function writtenFurther({ files, by, segmentFiles }: Settings): Settings['by'] {
  return files === 'all' && segmentFiles !== 'none' ? by : [];
}

/** The files that will be published, as far as they are known before anything is read. */
export function expectedNames(settings: Settings, rfmModel: RfmModel, definitions: readonly SegmentDefinition[]): string[] {
  const segments =
    settings.segmentFiles === 'none'
      ? []
      : writtenSegmentations(settings, rfmModel).flatMap(({ name, segments: all }) =>
          all.map((segment) => `${name}/${segment.name}.${settings.format}`),
        );
  // The values of a property are not known yet; every property has these segments.
  const further = writtenFurther(settings).flatMap((one) =>
    (fixedSegments(one, firstMatchOrder(definitions)) ?? [OTHER, UNKNOWN]).map(
      (segment) => `${segmentFileName(furtherName(one), '')}/${segment}.${settings.format}`,
    ),
  );
  const own = settings.segmentFiles === 'none' ? [] : definitions.map(({ name }) => `${OWN_SEGMENTATION}/${name}.${settings.format}`);
  return [`members.${settings.format}`, 'summary.json', ...segments, ...own, ...further];
}

export interface ClassificationOutput {
  readonly settings: Settings;
  /** By the clock of `io`, in milliseconds. */
  readonly started: number;
  /** Columns that `members` has besides those of every classification; they come last but for the kept ones. */
  readonly furtherColumns?: readonly string[];
  /** Pseudonyms stand in place of ids in the tables now. */
  readonly pseudonymKey?: PseudonymKey | undefined;
  /** Writes more files into the staging place; returns them. */
  readonly writeMore?: () => Promise<readonly PublishedFile[]>;
}

/** Writes members, segment files and the summary of a classification and publishes them. Errors: those of the folder and of `writeMembershipFiles`. */
export async function publishClassification(
  io: CliIo,
  { database, progress, signal }: Session,
  folder: OutputFolder,
  classification: Classification,
  { settings, started, furtherColumns = [], pseudonymKey, writeMore }: ClassificationOutput,
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
      ...furtherColumns,
    ],
    keepColumns: settings.keep,
    spreadsheetSafe: settings.spreadsheetSafe,
  });
  const summary = REPORTERS.json.render(classification.result, { width: 80, colorLevel: 0, isUnicode: true, output: null });
  await folder.stageText('summary.json', summary);
  const more = (await writeMore?.()) ?? [];
  signal.throwIfAborted();
  const published = [...written, { name: 'summary.json', rows: null }, ...more];
  await folder.publish(published, {
    ...manifest(classification, settings, (io.now().getTime() - started) / 1000),
    pseudonyms: pseudonymKey?.fingerprint,
  });
  return published;
}

function manifest({ inputs, people, frozen, result }: Classification, settings: Settings, seconds: number): ManifestDraft {
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
    inputs,
    timings: { total: seconds },
  };
}
