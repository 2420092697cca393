import type { ChangedSetting, PlannedFile, RunPlan } from '../../state/run-plan.js';
import { isoOfDay } from '../../time/day.js';
import { type JsonValue, renderJson } from '../json-text.js';
import type { RunPlanReporter } from './run-plan-reporter.js';

/** The same as one JSON object. */
export const runPlanJson: RunPlanReporter = {
  description: 'one JSON object',
  render: (plan) => renderJson(planOf(plan)),
};

function planOf({ publish, removed, lastRun, ...plan }: RunPlan): JsonValue {
  return {
    dry_run: true,
    state: plan.state,
    repairs: [...plan.repairs],
    last_run: lastRun && { run: lastRun.id, as_of: lastRun.asOf },
    files: plan.files.map(fileOf),
    skipped_files: plan.skippedFiles,
    reasons: [...plan.reasons],
    changed_reading: plan.changedReading?.map(changeOf) ?? null,
    dates: plan.dates.map(({ asOf, chosen, id, replaces, isOlder }) => ({
      as_of: asOf,
      as_of_chosen: chosen,
      run: id,
      replaces,
      recorded_only: isOlder,
    })),
    changed_definitions: plan.changedDefinitions?.map(changeOf) ?? null,
    publish: {
      folder: publish.directory,
      when: publish.when,
      judged_by_runs: publish.judgedBy,
      limits: [...publish.limits],
      current: publish.current && { run: publish.current.id, as_of: publish.current.asOf },
    },
    removed: { runs: [...removed.runs], sets: [...removed.sets], files: [...removed.files], leftovers: [...removed.leftovers] },
  };
}

function fileOf({ name, size, state, isLoaded, sameAs, days }: PlannedFile): JsonValue {
  return {
    name,
    bytes: size,
    state,
    load: isLoaded,
    same_as: sameAs,
    days: days && { first: isoOfDay(days.first), last: isoOfDay(days.last), by: [...days.by] },
  };
}

function changeOf({ name, before, after }: ChangedSetting): JsonValue {
  return { name, before, after };
}
