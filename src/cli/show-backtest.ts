import { backtest } from '../analysis/backtest/backtest.js';
import { BACKTEST_HISTORY_DAYS, backtestDates } from '../analysis/backtest/backtest-dates.js';
import type { BacktestReport } from '../analysis/backtest/backtest-result.js';
import type { Settings } from '../config/settings.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { findInputs } from '../input/sources.js';
import { settingsHash } from '../membership/publish/manifest.js';
import { BACKTEST_REPORTERS } from '../report/reporters/index.js';
import { type FurtherSegmentation, furtherName, parseFurther } from '../segmentation/further.js';
import { segmentationsOf } from '../segmentation/index.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { neededDefinitions } from '../segmentation/rules/needed-definitions.js';
import { ownName } from '../segmentation/rules/own-name.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { planRules } from '../segmentation/rules/rule-plan.js';
import { refuseUnused, withSegments } from './asked-segments.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { type Classification, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { decisiveSettings } from './decisive-settings.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { otherRuleNote } from './other-rule-note.js';
import { ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { ruleSettings } from './rule-settings.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';

/** A way of segmenting as it was asked for. */
interface JudgedWay {
  readonly name: string;
  readonly column: string;
  /** The best first; undefined where the segments are in no such order. */
  readonly declared: readonly string[] | undefined;
  /** What has to be carried along for it. */
  readonly further: readonly FurtherSegmentation[];
  readonly isOwn: boolean;
}

/** Segmentations whose segments stand from the best to the worst, or the other way round. */
const BEST_FIRST: ReadonlySet<string> = new Set(['status', 'rfm', 'value_tier', 'paying']);
const BEST_LAST: ReadonlySet<string> = new Set(['buyer_type']);
const MONTH_HORIZON = 30;

/** Reads the files once, and prints who came back, left and paid after earlier dates, by the segment that they were in. */
export async function showBacktest(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  const way = parseWay(settings.backtestBy, rfmModel, definitions);
  if (!way.isOwn) {
    refuseUnused(
      command,
      way.name,
      definitions.map(({ name }) => ownName(name)),
    );
  }
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const reading = { ...settings, by: way.further };
    const classification = await classifyFiles(io, session, {
      settings: reading,
      rfmModel,
      definitions: way.isOwn ? definitions : [],
      keepDays: true,
      command,
      skippedFiles,
    });
    session.progress.step('going back in time');
    const report = await judge(session, classification, settings, { way, rfmModel, definitions });
    session.progress.finish(classification.result.rows.total);
    show(io, report, settings);
    io.stderr.write(presentWarnings(classification.result.warnings));
  });
}

function parseWay(text: string, rfmModel: RfmModel, definitions: readonly SegmentDefinition[]): JudgedWay {
  const own = definitions.find(({ name }) => text === ownName(name));
  if (own !== undefined) return { name: text, column: own.name, declared: undefined, further: [], isOwn: true };
  const segmentations = segmentationsOf(rfmModel);
  const further = parseFurther(text);
  if (further?.kind === 'property') {
    const name = furtherName(further);
    return { name, column: name, declared: undefined, further: [further], isOwn: false };
  }
  const found = segmentations.find(({ name }) => name === text);
  const ways = [...segmentations.map(({ name }) => name), ...definitions.map(({ name }) => ownName(name))];
  if (found === undefined) return fail('compare-unknown-way', { flag: '--segmentation', way: text, ways, nearest: nearest(text, ways) });
  const segments = found.segments.map(({ name }) => name);
  const declared = BEST_FIRST.has(text) ? segments : BEST_LAST.has(text) ? segments.toReversed() : undefined;
  return { name: found.name, column: found.column, declared, further: [], isOwn: false };
}

async function judge(
  { database }: Pick<Session, 'database'>,
  classification: Classification,
  settings: Settings,
  {
    way,
    rfmModel,
    definitions,
  }: { readonly way: JudgedWay; readonly rfmModel: RfmModel; readonly definitions: readonly SegmentDefinition[] },
): Promise<BacktestReport> {
  const { memberSettings, frozen, people, loaded, result } = classification;
  const step = settings.backtestEvery;
  const horizonDays = settings.horizon ?? (step.unit === 'day' ? step.days : MONTH_HORIZON);
  const dates = backtestDates({ ...memberSettings, step, horizonDays }).length;
  if (dates === 0) {
    fail('backtest-short-history', {
      historyDays: result.historyDays,
      neededDays: BACKTEST_HISTORY_DAYS + horizonDays,
      horizonDays,
      beforeDays: BACKTEST_HISTORY_DAYS,
    });
  }
  const found = await backtest(database, {
    segmentation: way,
    step,
    horizonDays,
    members: { ...memberSettings, hasPeople: false },
    basis: result.rfm.basis,
    hasAmounts: loaded.mapping.columns.value !== null,
    rulesAsOf: way.isOwn ? (day) => planRules(definitions, ruleSettings(settings, loaded, day)) : undefined,
  });
  if (found === undefined) return fail('backtest-nobody', { dates, segmentation: way.name });
  const { asOf, asOfChosen, timezone, historyDays, rows, files, since, badAmounts, entity, filters, pauses, currency } = result;
  const [property] = memberSettings.further;
  const isTimeless = property?.kind === 'property' && property.property.of === 'users';
  return {
    ...found,
    ...{ asOf, asOfChosen, timezone, historyDays, rows, files, since, badAmounts, entity, filters, pauses, currency },
    notes: [
      ...(await otherRuleNote(
        database,
        classification,
        found.dates.map((date) => date.asOf),
      )),
      ...(isTimeless ? ['The users file says what holds today: its values may know what came after the dates.'] : []),
    ],
    settingsHash: settingsHash(
      decisiveSettings(
        'backtest',
        withSegments(settings, way.isOwn ? neededDefinitions(definitions, [way.column]) : []),
        rfmModel,
        frozen,
        people.prepared,
      ),
    ),
  };
}

function show(io: CliIo, report: BacktestReport, settings: Settings): void {
  const reporter = BACKTEST_REPORTERS[settings.json ? 'json' : settings.reporter];
  if (settings.quiet && reporter === BACKTEST_REPORTERS.terminal) return;
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, settings, io.env), isUnicode: isUnicode(io.env) };
  io.stdout.write(reporter.render(report, options));
}
