import { join as joinPath } from 'node:path';
import { resolveSettings, type Settings } from '../config/settings.js';
import { prepareSideFile } from '../input/people/side-file.js';
import { findInputFiles, type InputFile } from '../input/sources.js';
import { MEMBER_COLUMNS } from '../membership/members-query.js';
import type { OutputFolder, PublishedFile } from '../membership/publish/output-folder.js';
import { EXPORT_REPORTERS } from '../report/reporters/index.js';
import { furtherName } from '../segmentation/further.js';
import { segmentationsOf } from '../segmentation/index.js';
import { firstMatchOrder } from '../segmentation/rules/first-match.js';
import type { Classification } from './classification.js';
import { contactsOf, refuseUnknown, writeAudiences } from './export-audiences.js';
import type { CliIo } from './io.js';
import type { Making } from './publish-run.js';
import { type AskedExport, askedTools } from './read-export.js';
import { type Flags, readLayers } from './read-settings.js';

/** Where the audiences lie in the set of a run. */
const AUDIENCES = 'audiences';
const PLAIN = { width: 80, colorLevel: 0, isUnicode: true, output: null } as const;

/** What the config file says of audience files, which a run writes too: `--to` of a run is a date. */
export async function withExports(settings: Settings, { config }: Flags, io: CliIo): Promise<Settings> {
  const { layers } = await readLayers('export', config === undefined ? {} : { config }, io, []);
  const own = resolveSettings('export', layers, io.now());
  const { emailColumn, phoneColumn, firstNameColumn, lastNameColumn, countryColumn, zipColumn, externalIdColumn } = own;
  const columns = { emailColumn, phoneColumn, firstNameColumn, lastNameColumn, countryColumn, zipColumn, externalIdColumn };
  return { ...settings, ...columns, export: own.export, defaultCountry: own.defaultCountry, suppress: own.suppress };
}

/** The list of those who get into no audience. Who is counted does not hang on it: it is none of the files of people of a run. */
export async function suppressFiles({ export: to, suppress }: Settings, cwd: string): Promise<readonly InputFile[]> {
  return to === undefined || suppress === undefined ? [] : findInputFiles([suppress], cwd);
}

export interface RunAudiences {
  readonly files: readonly PublishedFile[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/**
 * Writes the audience files that the config file names into the staging place of a set, from the members of the run: contacts are the columns
 * that are kept. Errors: those of `writeAudience`, `audience-column-unknown`, `audience-no-contact`, and of the list of `--suppress`.
 */
export async function writeRunAudiences(
  { io, session, settings, classification, pseudonymKey }: Making,
  folder: OutputFolder,
): Promise<RunAudiences> {
  if (settings.export === undefined) return { files: [], warnings: [] };
  const { result, rules } = classification;
  const own = rules?.segments.map(({ definition }) => definition) ?? [];
  const ways = {
    segmentations: segmentationsOf(result.rfm.model),
    further: settings.by,
    own: firstMatchOrder(own),
    kept: settings.keep,
    hasPeople: settings.entity !== undefined,
  };
  const asked: AskedExport = {
    settings,
    published: undefined,
    tools: askedTools(settings.export, undefined, ways),
    conditions: [],
    conditionTexts: [],
    typed: [],
  };
  const inside = {
    directory: joinPath(folder.directory, AUDIENCES),
    stagedPath: (name: string) => folder.stagedPath(`${AUDIENCES}/${name}`),
  };
  const written = await writeAudiences(session, asked, await exportable(asked, classification, session, io), inside, pseudonymKey);
  const summary = `${AUDIENCES}/summary.json`;
  await folder.stageText(summary, EXPORT_REPORTERS.json.render(written, PLAIN));
  const files = written.audiences.flatMap((audience) => audience.files.map(({ name, rows }) => ({ name: `${AUDIENCES}/${name}`, rows })));
  return { files: [...files, { name: summary, rows: null }], warnings: written.warnings };
}

async function exportable(
  asked: AskedExport,
  { result }: Classification,
  { database, spoolDirectory, signal }: Making['session'],
  { cwd }: CliIo,
): Promise<Parameters<typeof writeAudiences>[2]> {
  const { settings } = asked;
  const [file] = await suppressFiles(settings, cwd);
  const { encoding, maxExpand } = settings;
  const contacts = contactsOf(asked, settings.keep);
  const columns = [...MEMBER_COLUMNS, ...settings.by.map(furtherName), ...settings.segments.map(({ name }) => name), ...settings.keep];
  for (const one of contacts.values()) refuseUnknown(one, columns);
  return {
    contacts,
    columns,
    suppress:
      file === undefined ? undefined : await prepareSideFile(database, '--suppress', file, { encoding, maxExpand, spoolDirectory, signal }),
    source: { kind: 'events', rows: result.rows.total, filters: result.filters?.words },
    decisive: {},
    manifest: { as_of: result.asOf, timezone: result.timezone },
  };
}
