import { appendFileSync } from 'node:fs';
import { type Baseline, withFailure, withRun } from '../analysis/check/baseline.js';
import type { CheckReport, CheckResult } from '../analysis/check/check-result.js';
import { judgeRun } from '../analysis/check/judge-run.js';
import type { RunRecord } from '../analysis/check/run-record.js';
import { flagOf, type OptionName } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { systemReason } from '../errors/system-error.js';
import { CHECK_REPORTERS } from '../report/reporters/index.js';
import { parseFurther } from '../segmentation/further.js';
import { dayInZone } from '../time/zone-offsets.js';
import { readBaseline, writeBaseline } from './baseline-store.js';
import { CheckFailed } from './check-failed.js';
import { type CheckedRun, findCheckedRun } from './checked-run.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { populationKeys } from './decisive-settings.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { presentWarnings } from './present-warnings.js';

/**
 * Judges the sizes of a run by those of earlier ones and says what is off; adds the run to the baseline where asked to. `typed` are the
 * options of the command line. Fails with `CheckFailed` when something is off.
 */
export async function checkSizes(io: CliIo, settings: Settings, command: GivenCommand, typed: readonly OptionName[]): Promise<void> {
  refuseInCi(io, settings);
  const { baseline, isNew } = readBaseline(settings.baseline, io.cwd);
  const { run, isDateGiven, timezone, ...found } = await findCheckedRun(io, settings, command, typed);
  const result = judge(io, settings, { run, isDateGiven, timezone }, baseline);
  const { added, next } = addedTo(baseline, run, result, settings);
  if (next !== baseline) await writeBaseline(settings.baseline, next, io.cwd);
  show(io, settings, {
    ...result,
    ...found,
    users: run.users,
    rows: run.health && { used: run.health.rows, rejectedShare: run.health.rejectedShare },
    baseline: {
      file: settings.baseline,
      isNew,
      newestRun: baseline.runs.at(-1)?.asOf ?? null,
      added,
    },
  });
  if (result.verdict === 'regressed' && added !== 'accepted') throw new CheckFailed();
}

/** The verdict on a run by earlier ones. Errors: `limit-unknown`, `max-age-unknown`. */
export function judge(
  io: CliIo,
  settings: Settings,
  { run, isDateGiven, timezone }: Pick<CheckedRun, 'run' | 'isDateGiven' | 'timezone'>,
  baseline: Baseline,
): CheckResult {
  checkLimits(run, settings);
  return judgeRun(run, baseline, {
    limits: (settings.sizeLimit ?? []).map(({ limit }) => limit),
    inARow: settings.warnAsError ? 1 : settings.for,
    excludedDates: new Set(settings.excludeDate),
    populationKeys: populationKeys(),
    date: { isDateGiven, oldestNewest: oldestNewest(io, settings, run, timezone), pauses: settings.pause },
  });
}

/** In CI a baseline would learn from what nobody looked at. */
function refuseInCi({ env }: CliIo, { update, accept, checkForce, baseline }: Settings): void {
  const isCi = !['', '0', 'false'].includes(env['CI'] ?? '');
  if (!isCi || checkForce || (!update && accept === undefined)) return;
  fail('baseline-in-ci', {
    option: flagOf(accept === undefined ? 'update' : 'accept'),
    path: baseline,
  });
}

/** The day that the newest event may not be older than by the clock. Error: `max-age-unknown`. */
function oldestNewest(io: CliIo, { maxAge, inputs }: Settings, { health }: RunRecord, timezone: string): number | null {
  if (maxAge === undefined) return null;
  if (health === null) fail('max-age-unknown', { file: inputs.join(' ') });
  return dayInZone(io.now(), timezone) - maxAge;
}

/** A limit of a segment that is not there would never fail. The values of a property come and go: one without users has none. */
function checkLimits({ sizes }: RunRecord, { sizeLimit = [] }: Settings): void {
  for (const { limit, text } of sizeLimit) {
    const segments = Object.hasOwn(sizes, limit.segmentation) ? sizes[limit.segmentation] : undefined;
    if (segments === undefined) {
      const known = Object.keys(sizes);
      const near = nearest(limit.segmentation, known);
      fail('limit-unknown', {
        limit: text,
        name: `segmentation ${limit.segmentation}`,
        nearest: near,
        known,
      });
    }
    if (Object.hasOwn(segments, limit.segment) || parseFurther(limit.segmentation)?.kind === 'property') continue;
    const known = Object.keys(segments);
    const near = nearest(limit.segment, known);
    fail('limit-unknown', {
      limit: text,
      name: `${limit.segmentation}=${limit.segment}`,
      nearest: near && `${limit.segmentation}=${near}`,
      known,
    });
  }
}

/** The baseline after this run. What is off stays out of it, also where it does not fail yet, unless it is accepted. */
export function addedTo(
  baseline: Baseline,
  run: RunRecord,
  { findings }: CheckResult,
  { update, accept }: Pick<Settings, 'update' | 'accept'>,
): {
  readonly added: CheckReport['baseline']['added'];
  readonly next: Baseline;
} {
  if (!update && accept === undefined) return { added: null, next: baseline };
  const subjects = [...new Set(findings.flatMap(({ level, subject }) => (level === 'holds' ? [] : [subject.name])))];
  if (subjects.length === 0) return { added: 'run', next: withRun(baseline, run) };
  if (accept === undefined)
    return {
      added: 'failure',
      next: withFailure(baseline, run.asOf, subjects),
    };
  return {
    added: 'accepted',
    next: withRun(baseline, { ...run, accepted: { reason: accept, subjects } }),
  };
}

/** Quiet is about nights on which all is well. */
function isSilent({ quiet, checkReporter }: Settings, { findings }: CheckReport): boolean {
  return quiet && checkReporter === 'terminal' && findings.every(({ level }) => level === 'holds');
}

function show(io: CliIo, settings: Settings, report: CheckReport): void {
  const options = {
    width: reportWidth(io.stdout),
    colorLevel: resolveColor(io.stdout, settings, io.env),
    isUnicode: isUnicode(io.env),
  };
  if (settings.json) io.stdout.write(CHECK_REPORTERS.json.render(report, options));
  else if (!isSilent(settings, report)) io.stdout.write(CHECK_REPORTERS[settings.checkReporter].render(report, options));
  const stepSummary = io.env['GITHUB_STEP_SUMMARY'];
  if (stepSummary === undefined || stepSummary === '') return;
  try {
    appendFileSync(stepSummary, CHECK_REPORTERS.markdown.render(report, options));
  } catch (error) {
    // The verdict is out; what it is shown on must not change it.
    io.stderr.write(
      presentWarnings([
        {
          code: 'step-summary',
          message: `$GITHUB_STEP_SUMMARY can't be written: ${systemReason(error)}.`,
        },
      ]),
    );
  }
}
