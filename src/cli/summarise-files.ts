import type { Settings } from '../config/settings.js';
import { findInputs } from '../input/sources.js';
import { inspectHeadline } from '../report/inspect/headline.js';
import { createPage } from '../report/page.js';
import { REPORTERS } from '../report/reporters/index.js';
import { wrapText } from '../report/wrap-text.js';
import { type Classification, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { fileFacts, presetFacts } from './file-facts.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { checkOverlaps, ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { withSession } from './session.js';
import { sinceDay } from './since.js';

/** Says what the files are and shows what classify would; writes nothing. */
export async function summariseFiles(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  checkOverlaps(settings, definitions);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
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
    session.progress.finish(classification.result.rows.total);
    show(io, classification, settings);
  });
}

function show(io: CliIo, { loaded, result }: Classification, settings: Settings): void {
  const options = {
    width: reportWidth(io.stdout),
    colorLevel: resolveColor(io.stdout, settings, io.env),
    isUnicode: isUnicode(io.env),
    output: null,
  };
  if (settings.json) io.stdout.write(REPORTERS.json.render(result, options));
  else if (!settings.quiet) {
    const page = createPage(options);
    const headline = inspectHeadline({
      scope: { isSample: false, records: result.rows.total },
      files: loaded.readings.map(({ file }) => fileFacts(file)),
      preset: loaded.preset === null ? null : presetFacts(loaded.preset),
      reading: { users: result.users, entity: result.entity, times: { period: result.period } },
      problems: [],
    });
    io.stdout.write(`${wrapText(headline, page.width).join('\n')}\n\n${REPORTERS.terminal.render(result, options)}`);
  }
  if (settings.json || settings.quiet) io.stderr.write(presentWarnings(result.warnings));
}
