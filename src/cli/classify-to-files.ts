import type { Settings } from '../config/settings.js';
import { CONTAINER, findInputs, type InputFile } from '../input/sources.js';
import { withPseudonyms } from '../membership/pseudonyms.js';
import { type OutputFolder, openOutputFolder } from '../membership/publish/output-folder.js';
import { REPORTERS } from '../report/reporters/index.js';
import { checkKeptNames } from './check-kept-names.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { checkTempDir } from './check-temp-dir.js';
import { type Classification, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { checkOverlaps, ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { expectedNames, publishClassification } from './publish-classification.js';
import { readPseudonymKey } from './read-pseudonym-key.js';
import { withSession } from './session.js';
import { sinceDay } from './since.js';

/** Classifies, publishes the files unless it is a dry run, and prints the summary. */
export async function classifyToFiles(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  checkKeptNames(settings);
  const { key: pseudonymKey, warnings } = readPseudonymKey(io, settings);
  io.stderr.write(presentWarnings(warnings));
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
        hidesIds: pseudonymKey !== undefined,
      });
      const published =
        folder &&
        (await withPseudonyms(session.database, pseudonymKey, ['members'], () =>
          publishClassification(io, session, folder as OutputFolder, classification, { settings, started, pseudonymKey }),
        ));
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
    mode: settings.mode,
    // The files too: a link in an input folder may lead to the output.
    inputPaths: [...settings.inputs, ...inputs.filter(({ format }) => format !== CONTAINER.stdin).map(({ name }) => name)],
    cwd: io.cwd,
    expectedNames: expected,
  });
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
