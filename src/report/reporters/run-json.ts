import type { RunResult } from '../../state/run-result.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import { findingOf } from './check-json.js';
import type { RunReporter } from './run-reporter.js';

/** The same as one JSON object. */
export const runJson: RunReporter = {
  description: 'one JSON object',
  render: ({ state, repairs, runs }) => renderJson({ state, repairs: [...repairs], runs: runs.map(runOf) }),
};

function runOf(run: RunResult): JsonValue {
  const { changes, published, check } = run;
  return {
    run: run.id,
    as_of: run.asOf,
    verdict: check.verdict,
    accepted: run.accepted,
    published: published && { folder: published.directory, files: published.files },
    held: run.held,
    users: run.users,
    rows: { total: run.rows.total, used: run.rows.used },
    inputs: { all: run.inputs.all, loaded: run.inputs.loaded, gone: run.inputs.gone, skipped: run.inputs.skipped },
    changes: changes && {
      since_run: changes.since,
      since: changes.sinceAsOf,
      moved: changes.moved,
      entered: changes.entered,
      left: changes.left,
    },
    findings: check.findings.map((finding) => findingOf(finding, null)),
    seconds: new JsonNumber(run.seconds.toFixed(3)),
  };
}
