import type { Finding, MixDrift } from '../../analysis/check/check-result.js';
import { isoOfDay } from '../../time/day.js';
import { expectedEnds } from '../check/finding-words.js';
import { formatFraction } from '../format.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import type { CheckReporter } from './check-reporter.js';

/** The same as one JSON object; shares are numbers with six decimals, days are ISO days. */
export const checkJson: CheckReporter = {
  description: 'one JSON object',
  render(report) {
    const { rows, baseline } = report;
    return renderJson({
      as_of: report.asOf,
      verdict: report.verdict,
      settings_hash: report.settingsHash,
      users: report.users,
      rows:
        rows === null
          ? null
          : {
              used: rows.used,
              rejected_share: new JsonNumber(formatFraction(rows.rejectedShare)),
            },
      input_broken: report.isInputBroken,
      history: { runs: report.history.runs, needed: report.history.needed },
      definition_changes: report.definitionChanges.map(({ name, before, after }) => ({ name, before, after })),
      findings: report.findings.map(findingOf),
      mix_drift: report.drifts.map(driftOf),
      baseline: {
        file: baseline.file,
        new: baseline.isNew,
        newest_run: baseline.newestRun,
        added: baseline.added,
      },
    });
  },
};

function findingOf(finding: Finding): JsonValue {
  const { subject, rule, level, seen, unit, usual, lastYear } = finding;
  const { low, high } = expectedEnds(finding);
  const amount = (value: number | null): JsonValue => {
    if (value === null) return null;
    if (unit === 'day') return isoOfDay(value);
    return unit === 'share' ? new JsonNumber(formatFraction(value)) : Math.round(value);
  };
  return {
    subject: subject.name,
    kind: subject.kind,
    rule,
    level,
    unit,
    seen: amount(seen),
    expected: { low: amount(low), high: amount(high) },
    usual: amount(usual),
    last_year: amount(lastYear),
  };
}

function driftOf({ segmentation, since, psi, noise }: MixDrift): JsonValue {
  return {
    segmentation,
    since,
    psi: new JsonNumber(formatFraction(psi)),
    noise: new JsonNumber(formatFraction(noise)),
  };
}
