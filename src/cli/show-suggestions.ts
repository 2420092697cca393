import { suggest } from '../analysis/suggest/suggest.js';
import type { SuggestReport } from '../analysis/suggest/suggest-result.js';
import type { Settings } from '../config/settings.js';
import { findInputs } from '../input/sources.js';
import { settingsHash } from '../membership/publish/manifest.js';
import { SUGGEST_REPORTERS } from '../report/reporters/index.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { type Classification, classifyFiles, shapeAt } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { decisiveSettings } from './decisive-settings.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';

/** Reads the files once and prints the thresholds that they speak for. */
export async function showSuggestions(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const classification = await classifyFiles(io, session, { settings, rfmModel, keepDays: true, command, skippedFiles });
    session.progress.step('looking for thresholds');
    const report = await makeReport(session, classification, settings, rfmModel);
    session.progress.finish(classification.result.rows.total);
    show(io, report, settings);
    io.stderr.write(presentWarnings(classification.result.warnings));
  });
}

async function makeReport(
  { database }: Pick<Session, 'database'>,
  { memberSettings, frozen, people, result, kept }: Classification,
  settings: Settings,
  rfmModel: RfmModel,
): Promise<SuggestReport> {
  const found = await suggest(database, {
    members: memberSettings,
    historyDays: result.historyDays,
    rfm: result.rfm,
    below: settings.returnBelow / 100,
    shapeAt: (day) => shapeAt(database, memberSettings.shape, day, kept),
  });
  const { asOf, asOfChosen, timezone, historyDays, rows, files, since, badAmounts, entity, filters, pauses } = result;
  const { users, currency, populationGaps, frozenFrom } = result;
  return {
    ...found,
    ...{ asOf, asOfChosen, timezone, historyDays, rows, files, since, badAmounts, entity, filters, pauses },
    ...{ users, currency, populationGaps, frozenFrom },
    settingsHash: settingsHash(decisiveSettings('suggest', settings, rfmModel, frozen, people.prepared)),
  };
}

function show(io: CliIo, report: SuggestReport, settings: Settings): void {
  const reporter = SUGGEST_REPORTERS[settings.json ? 'json' : settings.suggestReporter];
  if (settings.quiet && reporter === SUGGEST_REPORTERS.terminal) return;
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, settings, io.env), isUnicode: isUnicode(io.env) };
  io.stdout.write(reporter.render(report, options));
}
