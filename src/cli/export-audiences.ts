import { join as joinPath } from 'node:path';
import { flagOf, type OptionName } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import type { SideFile } from '../input/people/side-file.js';
import { CONTAINER, findInputFiles, findInputs, type InputFile } from '../input/sources.js';
import { whileUnchanged } from '../input/unchanged-inputs.js';
import { whileReadable } from '../input/while-readable.js';
import type { AudienceSource, AudienceWarning, ExportResult } from '../membership/audience/audience-result.js';
import { makeCountryTables, writeAudience } from '../membership/audience/write-audience.js';
import { memberColumnsNamed, readMemberColumns } from '../membership/member-columns.js';
import { MEMBER_COLUMNS } from '../membership/members-query.js';
import type { PseudonymKey } from '../membership/pseudonyms.js';
import type { JsonObject } from '../membership/publish/canonical-json.js';
import { MANIFEST_FORMAT, type ManifestDraft, settingsHash } from '../membership/publish/manifest.js';
import { type OutputFolder, openOutputFolder } from '../membership/publish/output-folder.js';
import { MANIFEST_NAME } from '../membership/publish/output-name.js';
import type { PublishedMembers } from '../membership/publish/published-members.js';
import { WRITERS } from '../membership/writers/index.js';
import type { MemberColumn } from '../membership/writers/writer.js';
import { EXPORT_REPORTERS } from '../report/reporters/index.js';
import { furtherName } from '../segmentation/further.js';
import { sql } from '../sql/sql.js';
import { audienceWarnings } from './audience-warnings.js';
import { checkKeptNames } from './check-kept-names.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { checkTempDir } from './check-temp-dir.js';
import { type ClassificationOptions, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { CONTACT_COLUMNS, type ContactColumns, findContactColumns } from './contact-columns.js';
import { decisiveSettings } from './decisive-settings.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadMembers, prepareMembers } from './load-members.js';
import { preparePeople } from './load-people.js';
import { loadRfmModel } from './load-rfm-model.js';
import { loadSuppressed } from './load-suppressed.js';
import { manifestInputs } from './manifest-inputs.js';
import { ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import type { AskedExport, AskedTool } from './read-export.js';
import { keyForPublished, readPseudonymKey } from './read-pseudonym-key.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';
import { columnsOfHead } from './users-columns.js';
import { readVersion } from './version.js';

const SUMMARY = 'summary.json';
const EVERYONE = 'everyone';
const PLAIN = { width: 80, colorLevel: 0, isUnicode: true, output: null } as const;

/** The members as the table `members`, and what the manifest says of where they came from. */
interface Exportable {
  /** By the name of a tool. */
  readonly contacts: ReadonlyMap<string, ContactColumns>;
  /** Columns of `members` that can be properties. */
  readonly columns: readonly string[];
  readonly suppress: SideFile | undefined;
  readonly source: AudienceSource;
  readonly totalRows: number;
  readonly warnings: Parameters<typeof presentWarnings>[0];
  readonly decisive: JsonObject;
  readonly manifest: Pick<ManifestDraft, 'as_of' | 'as_of_chosen' | 'timezone' | 'population_gaps' | 'edges' | 'inputs'>;
}

/** Writes the files of the audiences that were asked for, all or none, and says who has no row in them. */
export async function exportAudiences(io: CliIo, asked: AskedExport, command: GivenCommand): Promise<void> {
  const { settings, published } = asked;
  const given = readPseudonymKey(io, settings);
  const key = published === undefined ? given.key : keyForPublished(given.key, published);
  const pseudonyms = key?.fingerprint ?? published?.pseudonyms ?? undefined;
  if (published?.pseudonyms != null && settings.suppress !== undefined)
    fail('suppress-pseudonyms', { directory: published.directory, file: settings.suppress });
  io.stderr.write(presentWarnings(given.warnings));
  const members = published === undefined ? undefined : await membersFile(published, io.cwd);
  const { files: inputs, skippedFiles } =
    published === undefined ? await findInputs(settings.inputs, io.cwd, sinceDay(settings)) : { files: [], skippedFiles: 0 };
  const people = await findPeopleFiles(published === undefined ? settings : withoutPeople(settings), io.cwd);
  const out = settings.dryRun ? undefined : settings.exportOut;
  const read = [...inputs, ...listPeopleFiles(people), ...(members === undefined ? [] : [members])];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out, cwd: io.cwd });
  checkTempDir(settings.tempDir, out, io.cwd);
  // From here on a signal must not end the process before the lock and the staging folder are gone.
  const offInterrupt = io.onInterrupt(() => {});
  let folder: OutputFolder | undefined;
  try {
    folder = out === undefined ? undefined : await openFolder(io, asked, out, read);
    const access = { inputs, people, members: members === undefined ? [] : [members], output: folder };
    await withSession(io, settings, access, async (session) => {
      const started = io.now().getTime();
      const found =
        published === undefined || members === undefined
          ? await ofEvents(io, session, asked, { command, skippedFiles, hidesIds: key !== undefined })
          : await ofFolder(session, asked, published, members);
      const result = await writeAudiences(session, asked, found, folder, key);
      const files = folder && (await publish(session, folder, result, { ...found, pseudonyms }, (io.now().getTime() - started) / 1000));
      session.progress.finish(found.totalRows);
      show(io, result, settings, out === undefined || files === undefined ? null : { directory: out, files });
      io.stderr.write(presentWarnings(found.warnings));
    });
  } finally {
    await folder?.discard();
    offInterrupt();
  }
}

/** Of a folder, who is counted was decided before. */
function withoutPeople(settings: Settings): Settings {
  return { ...settings, users: undefined, identity: undefined, only: undefined, exclude: undefined };
}

async function membersFile({ directory, file }: PublishedMembers, cwd: string): Promise<InputFile> {
  const path = joinPath(directory, file.name);
  const [input] = await findInputFiles([path], cwd);
  if (input === undefined) throw new Error(`${path} was there`);
  return input;
}

function openFolder(io: CliIo, { settings }: AskedExport, directory: string, read: readonly InputFile[]): Promise<OutputFolder> {
  return openOutputFolder({
    directory,
    force: settings.force,
    mode: settings.mode,
    // The files too: a link in an input folder may lead to the output.
    inputPaths: [...settings.inputs, ...read.filter(({ format }) => format !== CONTAINER.stdin).map(({ name }) => name)],
    cwd: io.cwd,
    expectedNames: [SUMMARY],
  });
}

async function ofEvents(
  io: CliIo,
  session: Session,
  asked: AskedExport,
  running: Pick<ClassificationOptions, 'command' | 'skippedFiles' | 'hidesIds'>,
): Promise<Exportable> {
  const { settings: given, conditionTexts } = asked;
  const contacts = contactsOf(asked, candidatesOf(given.keep, await columnsOfUsers(session, given)));
  const settings = { ...given, keep: [...given.keep, ...notYetKept(given.keep, contacts)] };
  checkKeptNames(settings);
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  const classification = await classifyFiles(io, session, { settings, rfmModel, definitions, keepDays: false, ...running });
  const { result, loaded, people, frozen } = classification;
  return {
    contacts,
    columns: [...MEMBER_COLUMNS, ...settings.by.map(furtherName), ...definitions.map(({ name }) => name), ...settings.keep],
    suppress: people.prepared['--suppress'],
    source: { kind: 'events', rows: result.rows.total, filters: result.filters?.words },
    totalRows: result.rows.total,
    warnings: result.warnings,
    decisive: {
      ...decisiveSettings('export', settings, rfmModel, frozen, people.prepared),
      conditions: [...conditionTexts],
      export: decisiveTools(asked.tools, contacts),
    },
    manifest: {
      as_of: result.asOf,
      as_of_chosen: result.asOfChosen,
      timezone: result.timezone,
      population_gaps: result.populationGaps,
      edges: result.rfm.edges && {
        recency_days: result.rfm.edges.recencyDays,
        frequency: result.rfm.edges.frequency,
        monetary: result.rfm.edges.monetary,
      },
      inputs: manifestInputs([...loaded.readings, ...Object.values(people.prepared)]),
    },
  };
}

/** The columns of each tool's contacts. */
export function contactsOf({ settings, tools, typed }: AskedExport, candidates: readonly string[]): ReadonlyMap<string, ContactColumns> {
  return new Map(
    tools.map(({ destination, own }) => [destination.name, findContactColumns({ settings, destination, own, typed }, candidates)]),
  );
}

/** What decides on the files of each tool. */
function decisiveTools(tools: readonly AskedTool[], contacts: ReadonlyMap<string, ContactColumns>): JsonObject {
  return Object.fromEntries(
    tools.map(({ destination: { name }, own, audiences }) => [
      name,
      {
        segments: audiences.map(({ text }) => text),
        contacts: Object.fromEntries(contacts.get(name) ?? []),
        properties: own.properties === undefined ? null : [...own.properties],
        default_country: own.defaultCountry ?? null,
        max_rows: own.maxRows ?? null,
      },
    ]),
  );
}

/** The names of the columns of the users file: the only ones that are known before anything is read. */
async function columnsOfUsers(session: Session, settings: Settings): Promise<string[]> {
  const columns = await columnsOfHead(session, settings);
  return columns.filter(({ isNested }) => !isNested).map(({ name }) => name);
}

/** Kept columns, and those of the users file by the name that no column of the events has. */
function candidatesOf(keep: readonly string[], ofUsers: readonly string[]): string[] {
  const named = ofUsers.map((name) => ({ name, whole: `users.${name}` }));
  return [...keep, ...named.filter(({ name, whole }) => !keep.includes(name) && !keep.includes(whole)).map(({ whole }) => whole)];
}

function notYetKept(keep: readonly string[], contacts: ReadonlyMap<string, ContactColumns>): string[] {
  const there = [...keep, ...MEMBER_COLUMNS].map((name) => name.toLowerCase());
  const named = [...contacts.values()].flatMap((columns) => [...columns.values()]);
  return [...new Set(named)].filter((name) => !there.includes(name.toLowerCase()));
}

async function ofFolder(session: Session, asked: AskedExport, published: PublishedMembers, input: InputFile): Promise<Exportable> {
  const { settings, conditionTexts } = asked;
  const { directory, file } = published;
  session.progress.step('reading members');
  const files = [input, ...listPeopleFiles(session.people)];
  return whileUnchanged(files, () =>
    whileReadable(session.database, files, async () => {
      const members = await prepareMembers(session, input, { maxExpand: settings.maxExpand });
      if (members.file.records !== file.rows) {
        const problem = `${file.name} has ${members.file.records} rows, and its ${MANIFEST_NAME} says ${file.rows}`;
        fail('published-not-ours', { directory, problem });
      }
      const isSpreadsheetSafe = published.settings['spreadsheet_safe'] === true && file.name.endsWith('.csv');
      await loadMembers(session, 'members', members, { isSpreadsheetSafe });
      const columns = [...new Set([...MEMBER_COLUMNS, ...members.columns.keys()])];
      const own = columns.filter((name) => !(MEMBER_COLUMNS as readonly string[]).includes(name));
      const contacts = contactsOf(asked, own);
      for (const one of contacts.values()) refuseUnknown(one, columns);
      const people = await preparePeople(session, withoutPeople(settings));
      return {
        contacts,
        columns,
        suppress: people['--suppress'],
        source: { kind: 'folder', directory },
        totalRows: file.rows,
        warnings: [],
        decisive: {
          members: file.sha256,
          export: decisiveTools(asked.tools, contacts),
          conditions: [...conditionTexts],
          properties: [...settings.properties],
          default_country: settings.defaultCountry ?? null,
          max_rows: settings.maxRows ?? null,
          suppress: people['--suppress']?.file.sha256 ?? null,
        },
        manifest: {
          as_of: published.asOf,
          as_of_chosen: 'given',
          timezone: published.timezone,
          population_gaps: published.populationGaps,
          edges: published.edges,
          inputs: manifestInputs([{ file: members.file }, ...Object.values(people)]),
        },
      } satisfies Exportable;
    }),
  );
}

/** Error: `audience-column-unknown`. */
export function refuseUnknown(contacts: ContactColumns, columns: readonly string[]): void {
  const there = columns.map((name) => name.toLowerCase());
  for (const [field, name] of contacts) {
    if (!there.includes(name.toLowerCase()))
      fail('audience-column-unknown', { option: flagOf(CONTACT_COLUMNS[field].option), column: name, found: columns });
  }
}

/** Writes the files of each tool from the table `members`, or only counts. Errors: those of `writeAudience`, `audience-column-unknown`. */
export async function writeAudiences(
  session: Session,
  { settings, tools, conditions, conditionTexts, typed }: AskedExport,
  found: Pick<Exportable, 'contacts' | 'columns' | 'suppress' | 'source' | 'decisive'> & {
    readonly manifest: Pick<Exportable['manifest'], 'as_of' | 'timezone'>;
  },
  folder: Pick<OutputFolder, 'directory' | 'stagedPath'> | undefined,
  key: PseudonymKey | undefined,
): Promise<ExportResult> {
  const { database, progress } = session;
  progress.step('writing files');
  await makeCountryTables(database);
  const suppressed = found.suppress === undefined ? undefined : await loadSuppressed(session, found.suppress, settings);
  const all = await readMemberColumns(database, WRITERS.csv);
  const written: ExportResult['audiences'][number][] = [];
  for (const { destination, own, audiences } of tools) {
    const contacts = new Map(
      [...(found.contacts.get(destination.name) ?? [])].map(([field, name]) => [field, memberColumnsNamed([name], all)[0] as MemberColumn]),
    );
    const isTyped = (option: OptionName): boolean => typed.includes(option);
    const properties = isTyped('properties') ? settings.properties : (own.properties ?? settings.properties);
    for (const audience of audiences.length === 0 ? [undefined] : audiences) {
      session.signal.throwIfAborted();
      written.push(
        await writeAudience(database, folder, {
          destination,
          pseudonymKey: key,
          segment: audience?.text,
          fileName: fileNameOf(audience === undefined ? conditionTexts : [audience.text]),
          conditions: audience === undefined ? conditions : [audience.condition, ...conditions],
          contacts,
          properties: destination.takesProperties ? propertiesOf(properties, found, all) : [],
          defaultCountry: isTyped('defaultCountry') ? settings.defaultCountry : (own.defaultCountry ?? settings.defaultCountry),
          suppression: suppressed?.suppression ?? 'none',
          mostRows: isTyped('maxRows') ? settings.maxRows : (own.maxRows ?? settings.maxRows),
        }),
      );
    }
  }
  const [row] = await database.rows<{ users: number }>(sql`select count(*) as users from members`);
  const result = {
    asOf: found.manifest.as_of ?? '',
    timezone: found.manifest.timezone,
    source: found.source,
    users: row?.users ?? 0,
    conditions: conditionTexts,
    audiences: written,
    suppression: suppressed?.summary,
    settingsHash: settingsHash(found.decisive),
  };
  const warnings: AudienceWarning[] = [...(suppressed?.warnings ?? []), ...audienceWarnings(written, settings.properties.length > 0)];
  return { ...result, warnings };
}

function fileNameOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? EVERYONE : conditions.map((condition) => condition.replace('=', '-')).join('_and_');
}

/** Error: `audience-column-unknown`. */
function propertiesOf(
  properties: readonly string[],
  { columns }: Pick<Exportable, 'columns'>,
  all: Parameters<typeof memberColumnsNamed>[1],
): MemberColumn[] {
  const there = columns.map((name) => name.toLowerCase());
  for (const name of properties) {
    if (!there.includes(name.toLowerCase())) fail('audience-column-unknown', { option: '--properties', column: name, found: columns });
  }
  return memberColumnsNamed(properties, all);
}

async function publish(
  { signal }: Session,
  folder: OutputFolder,
  result: ExportResult,
  { decisive, manifest, pseudonyms }: Exportable & { readonly pseudonyms: string | undefined },
  seconds: number,
): Promise<number> {
  await folder.stageText(SUMMARY, EXPORT_REPORTERS.json.render(result, PLAIN));
  signal.throwIfAborted();
  const written = result.audiences.flatMap(({ files }) => files.map(({ name, rows }) => ({ name, rows })));
  const published = [...written, { name: SUMMARY, rows: null }];
  await folder.publish(published, {
    format_version: MANIFEST_FORMAT,
    version: readVersion(),
    ...manifest,
    settings: decisive,
    settings_hash: result.settingsHash,
    pseudonyms,
    timings: { total: seconds },
  });
  return published.length;
}

function show(io: CliIo, result: ExportResult, settings: Settings, output: { directory: string; files: number } | null): void {
  const options = {
    width: reportWidth(io.stdout),
    colorLevel: resolveColor(io.stdout, settings, io.env),
    isUnicode: isUnicode(io.env),
    output,
  };
  if (settings.json) io.stdout.write(EXPORT_REPORTERS.json.render(result, options));
  else if (!settings.quiet) io.stdout.write(EXPORT_REPORTERS.terminal.render(result, options));
  if (settings.json || settings.quiet) io.stderr.write(presentWarnings(result.warnings));
}
