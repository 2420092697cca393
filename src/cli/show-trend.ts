import { findOwnTrend } from '../analysis/trend/find-own-trend.js';
import { findTrend } from '../analysis/trend/find-trend.js';
import type { PeriodSettings } from '../analysis/trend/trend-periods.js';
import type { TrendReport, TrendResult } from '../analysis/trend/trend-result.js';
import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import { findInputs } from '../input/sources.js';
import { keepAllRuleEvents } from '../membership/members-as-of.js';
import { settingsHash } from '../membership/publish/manifest.js';
import { TREND_REPORTERS } from '../report/reporters/index.js';
import { type Segmentation, segmentationsOf } from '../segmentation/index.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { parseOwn } from '../segmentation/rules/own-name.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { planRules } from '../segmentation/rules/rule-plan.js';
import { askedSegments, withSegments } from './asked-segments.js';
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
import { ruleSettings } from './rule-settings.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';

/** Reads the files once, and prints how large the segments were at the end of each period and who moved in between. */
export async function showTrend(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = askedSegments(settings, settings.segmentation, rfmModel, command);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const classification = await classifyFiles(io, session, { settings, rfmModel, definitions, keepDays: true, command, skippedFiles });
    session.progress.step('going back in time');
    const report = await measureTrend(session, classification, settings, { rfmModel, definitions });
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
  { rfmModel, definitions }: { readonly rfmModel: RfmModel; readonly definitions: readonly SegmentDefinition[] },
): Promise<TrendReport> {
  const { memberSettings, frozen, people, result } = classification;
  const asked = {
    step: settings.every,
    periods: settings.periods,
    refit: settings.trendRefit,
    members: { ...memberSettings, hasPeople: false },
    frozenBasis: frozen === undefined ? undefined : result.rfm.basis,
  };
  const trend =
    definitions.length === 0
      ? await findTrend(database, { ...asked, segmentation: usualSegmentation(settings.segmentation, rfmModel) })
      : await findTrendOfOwn(database, classification, settings, { asked, definitions });
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
    settingsHash: settingsHash(decisiveSettings('trend', withSegments(settings, definitions), rfmModel, frozen, people.prepared)),
  };
}

function usualSegmentation(name: string, rfmModel: RfmModel): Segmentation {
  const segmentation = segmentationsOf(rfmModel).find((one) => one.name === name);
  if (segmentation === undefined) throw new Error(`no segmentation ${name}`);
  return segmentation;
}

async function findTrendOfOwn(
  database: Database,
  { loaded, rules }: Classification,
  settings: Settings,
  { asked, definitions }: { readonly asked: PeriodSettings; readonly definitions: readonly SegmentDefinition[] },
): Promise<TrendResult> {
  const { segmentation } = settings;
  const one = parseOwn(segmentation);
  if (rules !== undefined) await keepAllRuleEvents(database, rules);
  return findOwnTrend(database, {
    ...asked,
    segmentation,
    segments: one === undefined ? definitions.map(({ name }) => name) : [one],
    definitions,
    rulesAsOf: (day) => planRules(definitions, ruleSettings(settings, loaded, day)),
  });
}

function show(io: CliIo, report: TrendReport, settings: Settings): void {
  const reporter = TREND_REPORTERS[settings.json ? 'json' : settings.reporter];
  if (settings.quiet && reporter === TREND_REPORTERS.terminal) return;
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, settings, io.env), isUnicode: isUnicode(io.env) };
  io.stdout.write(reporter.render(report, options));
}
