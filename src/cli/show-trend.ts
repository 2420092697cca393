import { findTrend } from '../analysis/trend/find-trend.js';
import type { TrendReport } from '../analysis/trend/trend-result.js';
import type { Settings } from '../config/settings.js';
import { findInputs } from '../input/sources.js';
import { settingsHash } from '../membership/publish/manifest.js';
import { TREND_REPORTERS } from '../report/reporters/index.js';
import { segmentationsOf } from '../segmentation/index.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { type Classification, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { decisiveSettings } from './decisive-settings.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { otherRuleNote } from './other-rule-note.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';

/** Reads the files once, and prints how large the segments were at the end of each period and who moved in between. */
export async function showTrend(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const classification = await classifyFiles(io, session, { settings, rfmModel, keepDays: true, command, skippedFiles });
    session.progress.step('going back in time');
    const report = await measureTrend(session, classification, settings, rfmModel);
    session.progress.finish(classification.result.rows.total);
    show(io, report, settings);
    io.stderr.write(presentWarnings(classification.result.warnings));
  });
}

/** The report of a classification whose day tables are still there. */
async function measureTrend(
  { database }: Pick<Session, 'database'>,
  classification: Classification,
  settings: Settings,
  rfmModel: RfmModel,
): Promise<TrendReport> {
  const { memberSettings, frozen, people, result } = classification;
  const segmentation = segmentationsOf(rfmModel).find(({ name }) => name === settings.segmentation);
  if (segmentation === undefined) throw new Error(`no segmentation ${settings.segmentation}`);
  const trend = await findTrend(database, {
    segmentation,
    step: settings.every,
    periods: settings.periods,
    refit: settings.trendRefit,
    members: { ...memberSettings, hasPeople: false },
    frozenBasis: frozen === undefined ? undefined : result.rfm.basis,
  });
  const { asOf, asOfChosen, timezone, historyDays, rows, files, since, badAmounts, entity, filters, pauses } = result;
  return {
    ...trend,
    ...{ asOf, asOfChosen, timezone, historyDays, rows, files, since, badAmounts, entity, filters, pauses },
    step: settings.every,
    notes: [
      ...trend.notes,
      ...(await otherRuleNote(
        database,
        classification,
        trend.periods.map(({ last }) => last),
      )),
    ],
    settingsHash: settingsHash(decisiveSettings('trend', settings, rfmModel, frozen, people.prepared)),
  };
}

function show(io: CliIo, report: TrendReport, settings: Settings): void {
  const reporter = TREND_REPORTERS[settings.json ? 'json' : settings.reporter];
  if (settings.quiet && reporter === TREND_REPORTERS.terminal) return;
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, settings, io.env), isUnicode: isUnicode(io.env) };
  io.stdout.write(reporter.render(report, options));
}
