import type { DefinitionChange, Finding, MixDrift, MovesSince } from '../../analysis/check/check-result.js';
import type { Flow } from '../../analysis/transitions/transitions-result.js';
import { isoOfDay } from '../../time/day.js';
import { expectedEnds } from '../check/finding-words.js';
import { flowsOf } from '../check/moves-words.js';
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
      ...(report.filters === null
        ? {}
        : { filters: { where: report.filters.where, only: report.filters.only, exclude: report.filters.exclude } }),
      ...(report.since === null ? {} : { since: report.since }),
      ...(report.usersFile === null ? {} : { users_file: report.usersFile }),
      input_broken: report.isInputBroken,
      history: { runs: report.history.runs, needed: report.history.needed },
      definition_changes: report.definitionChanges.map(changeOf),
      findings: report.findings.map((finding) => findingOf(finding, report.moves)),
      mix_drift: report.drifts.map(driftOf),
      moves: report.moves && movesOf(report.moves),
      baseline: {
        file: baseline.file,
        new: baseline.isNew,
        newest_run: baseline.newestRun,
        added: baseline.added,
      },
    });
  },
};

function changeOf({ name, before, after }: DefinitionChange): JsonValue {
  return { name, before, after };
}

function flowOf({ change, from, to, users }: Flow): JsonValue {
  return { change, from, to, users };
}

function movesOf({ directory, asOf, by, definitionChanges, segmentations }: MovesSince): JsonValue {
  return {
    directory,
    as_of: asOf,
    by,
    definition_changes: definitionChanges.map(changeOf),
    segmentations: segmentations.map(({ segmentation, moved, entered, left, flows, samples }) => ({
      segmentation,
      moved,
      entered,
      left,
      flows: flows.map(flowOf),
      samples: samples.map(({ userId, change, from, to, ruleBefore, ruleAfter }) => ({
        user_id: userId,
        change,
        from,
        to,
        rule_before: ruleBefore,
        rule_after: ruleAfter,
      })),
    })),
  };
}

export function findingOf(finding: Finding, moves: MovesSince | null): JsonValue {
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
    ...(moves === null ? {} : { flows: flowsOf(finding, moves).map(flowOf) }),
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
