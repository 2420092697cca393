import type { ListedRun } from '../state/runs-result.js';
import type { SurveyedRun } from '../state/survey-state.js';

/** A run as lists show it. */
export function listedRun({ run, bytes, problem, manifest, kept }: SurveyedRun): ListedRun {
  const { timings } = manifest;
  const seconds = typeof timings === 'object' && timings !== null && 'total' in timings ? timings['total'] : undefined;
  return {
    id: run.id,
    asOf: run.asOf,
    at: run.at,
    verdict: run.verdict,
    isPublished: run.isPublished,
    held: kept?.held ?? null,
    accepted: kept?.accepted ?? null,
    users: run.users,
    rows: run.rows,
    seconds: typeof seconds === 'number' ? seconds : null,
    bytes,
    problem,
  };
}
