import { isFailing, type LintFinding, type LintReport, type PlacedLintFinding } from '../analysis/lint/lint-result.js';
import { setAside } from '../analysis/lint/set-aside.js';
import { findInRules } from '../analysis/lint/static-findings.js';
import { findFutureWindows } from '../analysis/lint/window-findings.js';
import type { WrittenSegment } from '../config/parse-segment-text.js';
import type { Settings } from '../config/settings.js';
import { located } from '../config/text-problems.js';
import { fail } from '../errors/segment-error.js';
import { LINT_REPORTERS } from '../report/reporters/index.js';
import { LINT_RULES } from '../segmentation/rules/lint-codes.js';
import { dayNumber } from '../time/day.js';
import { dayInZone } from '../time/zone-offsets.js';
import { CheckFailed } from './check-failed.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { lintData } from './lint-data.js';
import { loadRfmModel } from './load-rfm-model.js';
import { ownSegmentsOf } from './own-segments.js';

/** Says what is odd about the own segments of the settings. Fails with `CheckFailed` where it is as bad as `--fail-on` says. */
export async function lintSegments(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  if (settings.segments.length === 0) fail('lint-without-segments', {});
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  const ofRules = [
    ...findInRules(definitions, settings),
    ...(settings.inputs.length === 0 ? findFutureWindows(definitions, latestAsOf(io, settings)) : []),
  ];
  const ofData = settings.inputs.length === 0 ? undefined : await lintData(io, settings, { definitions, rfmModel, command });
  const { findings, ignored } = setAside(definitions, [...ofRules, ...(ofData?.findings ?? [])], { hasData: ofData !== undefined });
  const report: LintReport = {
    segments: definitions.map(({ name }) => name),
    data: ofData?.data ?? null,
    findings: findings.map((finding) => placed(finding, settings.segments)),
    ignored,
    failOn: settings.failOn,
  };
  show(io, settings, report);
  if (isFailing(report)) throw new CheckFailed();
}

/** No later day can be the as-of date of any files: the day after today is the ceiling. */
function latestAsOf(io: CliIo, { asOf, timezone }: Settings): number {
  return asOf === undefined ? dayInZone(io.now(), timezone) + 1 : dayNumber(asOf);
}

/** Definitions stand in the order of what was written. */
function placed({ index, span, code, message, hint }: LintFinding, written: readonly WrittenSegment[]): PlacedLintFinding {
  const segment = written[index];
  if (segment === undefined) throw new RangeError(`no segment ${index}`);
  const { line, column, length, source } = located(segment.text, { ...span, message });
  return { segment: segment.name, level: LINT_RULES[code].level, code, message, hint, file: segment.file, line, column, length, source };
}

function show(io: CliIo, settings: Settings, report: LintReport): void {
  const reporter = LINT_REPORTERS[settings.json ? 'json' : settings.lintReporter];
  if (settings.quiet && reporter === LINT_REPORTERS.terminal) return;
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, settings, io.env), isUnicode: isUnicode(io.env) };
  io.stdout.write(reporter.render(report, options));
}
