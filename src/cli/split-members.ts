import { join as joinPath } from 'node:path';
import type { SplitResult, SplitSource } from '../analysis/split/split-result.js';
import { splitUsers } from '../analysis/split/split-users.js';
import { CONTAINER, findInputs, type InputFile } from '../input/sources.js';
import { whileUnchanged } from '../input/unchanged-inputs.js';
import { whileReadable } from '../input/while-readable.js';
import { listedIdsQuery } from '../membership/list-query.js';
import { withPseudonyms } from '../membership/pseudonyms.js';
import type { JsonObject } from '../membership/publish/canonical-json.js';
import { MANIFEST_FORMAT, type ManifestDraft, settingsHash } from '../membership/publish/manifest.js';
import { type OutputFolder, openOutputFolder } from '../membership/publish/output-folder.js';
import { armFileNames, SPLIT_COLUMNS, writeArmFiles } from '../membership/write-arm-files.js';
import { WRITERS } from '../membership/writers/index.js';
import { createPage } from '../report/page.js';
import type { RenderOptions } from '../report/render-options.js';
import { SPLIT_REPORTERS } from '../report/reporters/index.js';
import { splitWords } from '../report/split/split-words.js';
import { type Sql, sql } from '../sql/sql.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { checkTempDir } from './check-temp-dir.js';
import { type ClassificationOptions, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { decisiveSettings } from './decisive-settings.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadListedIds } from './load-listed-ids.js';
import { loadRfmModel } from './load-rfm-model.js';
import { manifestInputs } from './manifest-inputs.js';
import { ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { printFile } from './print-file.js';
import { readPseudonymKey } from './read-pseudonym-key.js';
import type { AskedSplit } from './read-split.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';
import { readVersion } from './version.js';

const SUMMARY = 'summary.json';
const PLAIN = { width: 80, colorLevel: 0, isUnicode: true, output: null } as const;

/** The users to split, where they came from, and what the manifest says of that. */
interface Splittable {
  /** `user_id`, each user once. */
  readonly users: Sql;
  readonly source: SplitSource;
  readonly totalRows: number;
  readonly warnings: Parameters<typeof presentWarnings>[0];
  readonly decisive: JsonObject;
  readonly manifest: Pick<ManifestDraft, 'as_of' | 'as_of_chosen' | 'timezone' | 'population_gaps' | 'edges' | 'inputs'>;
}

/** Splits the users of the files, or of a list, into the arms; writes nothing but what `--out` names. */
export async function splitMembers(io: CliIo, asked: AskedSplit, command: GivenCommand): Promise<void> {
  const { settings } = asked;
  const { key, warnings } = readPseudonymKey(io, settings);
  io.stderr.write(presentWarnings(warnings));
  const { files: inputs, skippedFiles } =
    settings.ids === undefined ? await findInputs(settings.inputs, io.cwd, sinceDay(settings)) : { files: [], skippedFiles: 0 };
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  const out = settings.splitOut;
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out, cwd: io.cwd });
  checkTempDir(settings.tempDir, out, io.cwd);
  // From here on a signal must not end the process before the lock and the staging folder are gone.
  const offInterrupt = io.onInterrupt(() => {});
  let folder: OutputFolder | undefined;
  try {
    folder = out === undefined ? undefined : await openFolder(io, asked, out, read);
    await withSession(io, settings, { inputs, people, output: folder }, async (session) => {
      const started = io.now().getTime();
      const found =
        settings.ids === undefined
          ? await ofEvents(io, session, asked, { command, skippedFiles, hidesIds: key !== undefined })
          : await ofList(session, asked);
      session.progress.step('splitting');
      const { arms, salt } = asked;
      const sizes = await splitUsers(session.database, { users: found.users, arms, salt });
      const result: SplitResult = { ...sizes, salt, source: found.source, settingsHash: settingsHash(found.decisive) };
      await withPseudonyms(session.database, key, ['split_users'], async () => {
        const files = folder && (await publish(session, folder, result, found, { asked, started, io, pseudonyms: key?.fingerprint }));
        await show(io, session, result, asked, found, out === undefined || files === undefined ? null : { directory: out, files });
      });
      io.stderr.write(presentWarnings(found.warnings));
    });
  } finally {
    await folder?.discard();
    offInterrupt();
  }
}

function openFolder(io: CliIo, { settings, arms }: AskedSplit, directory: string, read: readonly InputFile[]): Promise<OutputFolder> {
  return openOutputFolder({
    directory,
    force: settings.force,
    mode: settings.mode,
    // The files too: a link in an input folder may lead to the output.
    inputPaths: [...settings.inputs, ...read.filter(({ format }) => format !== CONTAINER.stdin).map(({ name }) => name)],
    cwd: io.cwd,
    expectedNames: [
      ...armFileNames(
        arms.map(({ name }) => name),
        settings.splitFormat,
      ),
      SUMMARY,
    ],
  });
}

async function ofEvents(
  io: CliIo,
  session: Session,
  { settings, conditions, conditionTexts }: AskedSplit,
  running: Pick<ClassificationOptions, 'command' | 'skippedFiles' | 'hidesIds'>,
): Promise<Splittable> {
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  const classification = await classifyFiles(io, session, { settings, rfmModel, definitions, keepDays: false, ...running });
  const { result, loaded, people, frozen } = classification;
  return {
    users: listedIdsQuery(conditions),
    source: {
      kind: 'events',
      asOf: result.asOf,
      timezone: result.timezone,
      rows: result.rows,
      users: result.users,
      conditions: conditionTexts,
      filters: result.filters,
      entity: result.entity,
    },
    totalRows: result.rows.total,
    warnings: result.warnings,
    decisive: { ...decisiveSettings('split', settings, rfmModel, frozen, people.prepared), conditions: [...conditionTexts] },
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

async function ofList(session: Session, { settings, arms, salt }: AskedSplit): Promise<Splittable> {
  const { database, progress } = session;
  progress.step('reading');
  const files = listPeopleFiles(session.people);
  const { prepared, users, source, notes } = await whileUnchanged(files, () =>
    whileReadable(database, files, () => loadListedIds(session, settings)),
  );
  return {
    users,
    source,
    totalRows: source.rows.total,
    warnings: notes,
    decisive: {
      arms: arms.map(({ name, parts }) => ({ name, parts })),
      salt,
      split_format: settings.splitFormat,
      spreadsheet_safe: settings.spreadsheetSafe,
      ...Object.fromEntries(Object.entries(prepared).map(([flag, { file }]) => [flag.slice('--'.length), file.sha256])),
    },
    manifest: {
      as_of: null,
      as_of_chosen: null,
      timezone: settings.timezone,
      population_gaps: null,
      edges: null,
      inputs: manifestInputs(Object.values(prepared)),
    },
  };
}

/** Returns how many files there are. */
async function publish(
  { database, progress, signal }: Session,
  folder: OutputFolder,
  result: SplitResult,
  { decisive, manifest }: Splittable,
  {
    asked,
    started,
    io,
    pseudonyms,
  }: { readonly asked: AskedSplit; readonly started: number; readonly io: CliIo; readonly pseudonyms: string | undefined },
): Promise<number> {
  const { settings, arms } = asked;
  progress.step('writing files');
  const written = await writeArmFiles(database, folder, {
    arms: arms.map(({ name }) => name),
    format: settings.splitFormat,
    spreadsheetSafe: settings.spreadsheetSafe,
  });
  await folder.stageText(SUMMARY, SPLIT_REPORTERS.json.render(result, PLAIN));
  signal.throwIfAborted();
  const published = [...written, { name: SUMMARY, rows: null }];
  await folder.publish(published, {
    format_version: MANIFEST_FORMAT,
    version: readVersion(),
    ...manifest,
    settings: decisive,
    settings_hash: result.settingsHash,
    pseudonyms,
    timings: { total: (io.now().getTime() - started) / 1000 },
  });
  return published.length;
}

/** The sizes where they were asked for, files were written or a person looks; else everybody, and the sizes beside the output. */
async function show(
  io: CliIo,
  { database, progress, spoolDirectory, signal }: Session,
  result: SplitResult,
  { settings }: AskedSplit,
  { totalRows }: Splittable,
  output: RenderOptions['output'],
): Promise<void> {
  const options = {
    width: reportWidth(io.stdout),
    colorLevel: resolveColor(io.stdout, settings, io.env),
    isUnicode: isUnicode(io.env),
    output,
  };
  if (settings.json || output !== null || io.stdout.isTty) {
    progress.finish(totalRows);
    if (settings.json) io.stdout.write(SPLIT_REPORTERS.json.render(result, options));
    else if (!settings.quiet) io.stdout.write(SPLIT_REPORTERS.terminal.render(result, options));
  } else {
    const { splitFormat: format, spreadsheetSafe } = settings;
    const columns = SPLIT_COLUMNS.map((name) => ({ name, type: 'VARCHAR', isNarrow: false }));
    const path = joinPath(spoolDirectory, `split.${format}`);
    const cells = WRITERS[format].selectList(columns, spreadsheetSafe);
    await WRITERS[format].write(database, sql`select ${cells} from split_users order by user_id`, path, columns);
    progress.finish(totalRows);
    await printFile(io, path, signal);
    if (!settings.quiet) io.stderr.write(`${splitWords(result, createPage(options)).join('\n')}\n`);
  }
  if (settings.json || settings.quiet || (output === null && !io.stdout.isTty)) io.stderr.write(presentWarnings(result.warnings));
}
