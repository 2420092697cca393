import type { ListedRun, RunDetails, RunsAnswer, RunsDifference, RunsList } from '../../state/runs-result.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import { findingOf } from './check-json.js';
import type { RunsReporter } from './runs-reporter.js';
import { movesOf } from './transitions-json.js';

/** The answer as one JSON object. */
export const runsJson: RunsReporter = {
  description: 'one JSON object',
  render: (answer) => renderJson(objectOf(answer)),
};

function objectOf(answer: RunsAnswer): Readonly<Record<string, JsonValue>> {
  switch (answer.kind) {
    case 'list':
      return listOf(answer);
    case 'run':
      return detailsOf(answer);
    case 'difference':
      return differenceOf(answer);
    case 'verification': {
      const { state, checked, problems, notes } = answer;
      return { state, checked: { ...checked }, problems: problems.map((one) => ({ ...one })), notes: [...notes] };
    }
    case 'prune': {
      const { state, isDryRun, rule, gone, orphans, kept } = answer;
      return {
        state,
        dry_run: isDryRun,
        retain: { runs: rule.runs, weekly: rule.weekly },
        gone: gone.map(({ id, asOf, bytes }) => ({ run: id, as_of: asOf, bytes })),
        orphans: orphans.map(({ name, bytes }) => ({ name, bytes })),
        kept,
      };
    }
  }
}

function listOf({ state, published, runs, sizes, pending, pendingProblem, health, bytes }: RunsList): Readonly<Record<string, JsonValue>> {
  return {
    state,
    published,
    runs: runs.map(runOf),
    sizes: sizes && {
      step_days: sizes.stepDays,
      first: sizes.first,
      last: sizes.last,
      lines: sizes.lines.map(({ segmentation, segment, users }) => ({ segmentation, segment, users: [...users] })),
    },
    pending: pending === null ? null : pending.map(({ name, change }) => ({ name, change })),
    pending_problem: pendingProblem,
    health: health.map(({ level, text }) => ({ level, text })),
    bytes: { ...bytes },
  };
}

function detailsOf(details: RunDetails): Readonly<Record<string, JsonValue>> {
  const { state, run, settingsHash, settings, ledger, inputs, totalRows, sizes, edges, populationGaps, check, changes } = details;
  return {
    state,
    ...runOf(run),
    total_rows: totalRows,
    settings_hash: settingsHash,
    settings: { ...settings },
    inputs: inputs && { ...inputs },
    files: ledger === null ? null : ledger.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
    sizes: sizesOf(sizes),
    population_gaps: populationGaps && { p50: populationGaps.p50, p75: populationGaps.p75, p90: populationGaps.p90 },
    edges: edges && Object.fromEntries(Object.entries(edges).map(([metric, texts]) => [metric, texts && [...texts]])),
    findings: check === null ? null : check.findings.map((finding) => findingOf(finding, null)),
    changes: changes && {
      since_run: changes.since,
      since: changes.sinceAsOf,
      moved: changes.moved,
      entered: changes.entered,
      left: changes.left,
    },
  };
}

function differenceOf({ state, before, after, settings, files, sizes, moves }: RunsDifference): Readonly<Record<string, JsonValue>> {
  return {
    state,
    before: runOf(before),
    after: runOf(after),
    settings: settings.map((one) => ({ ...one })),
    files: files && { new: [...files.added], changed: [...files.changed], gone: [...files.gone], same: files.same },
    sizes: sizes.map((one) => ({ ...one })),
    ...movesOf(moves),
  };
}

function sizesOf(sizes: RunDetails['sizes']): JsonValue {
  return Object.fromEntries(Object.entries(sizes).map(([segmentation, segments]) => [segmentation, { ...segments }]));
}

/** A run of a list. */
export function runOf(run: ListedRun): Readonly<Record<string, JsonValue>> {
  return {
    run: run.id,
    as_of: run.asOf,
    began: run.at,
    verdict: run.verdict,
    accepted: run.accepted,
    published: run.isPublished,
    held: run.held,
    users: run.users,
    rows: run.rows,
    seconds: run.seconds === null ? null : new JsonNumber(run.seconds.toFixed(3)),
    bytes: run.bytes,
    problem: run.problem,
  };
}
