import { resolveSettings } from '../config/settings.js';
import type { JsonObject } from '../membership/publish/canonical-json.js';
import { chooseRun } from '../state/choose-run.js';
import { pointerAfter } from '../state/run-ledger.js';
import type { RunDetails } from '../state/runs-result.js';
import { type StateSurvey, type SurveyedRun, sizesOfSummary, surveyState } from '../state/survey-state.js';
import type { RunsQuestion } from './asked-runs.js';
import { decisiveSettings } from './decisive-settings.js';
import { listedRun } from './listed-run.js';
import { loadRfmModel } from './load-rfm-model.js';
import { settingDifferences } from './setting-differences.js';

/** Everything that is known of one run. Errors: those of `surveyState`, `run-unknown`. */
export async function showRun({ io, settings, words }: RunsQuestion): Promise<RunDetails> {
  const survey = await surveyState(settings.state, io.cwd);
  const one = surveyedRun(survey, words[0] ?? '');
  const { run, manifest, summary, kept } = one;
  const { edges, population_gaps: gaps, settings: made } = manifest as Readonly<Record<string, never>>;
  const rows = summary['rows'] as JsonObject | undefined;
  return {
    kind: 'run',
    state: settings.state,
    published: survey.pointer.published,
    run: listedRun(one),
    settingsHash: run.settingsHash,
    settings: unusualSettings(made ?? {}, io.now()),
    ledger: pointerAfter(survey.directory, run.id)?.inputs.map(({ name, size, sha256 }) => ({ name, size, sha256 })) ?? null,
    inputs: kept?.inputs ?? null,
    totalRows: typeof rows?.['total'] === 'number' ? rows['total'] : null,
    sizes: sizesOfSummary(summary),
    edges: edges ?? null,
    populationGaps: gaps ?? null,
    check: kept?.check ?? null,
    changes: kept?.changes ?? null,
  };
}

/** The run that a word means, as it was found. Error: `run-unknown`. */
export function surveyedRun({ pointer, runs }: StateSurvey, word: string): SurveyedRun {
  const { id } = chooseRun(pointer.runs, word);
  const found = runs.find(({ run }) => run.id === id);
  if (found === undefined) throw new Error(`run ${id} was not looked at`);
  return found;
}

/** Of what a manifest says that decides who is in which segment, all that is not as it would be with nothing given. */
function unusualSettings(made: JsonObject, now: Date): Record<string, string> {
  const usual = resolveSettings('run', [], now);
  const defaults = decisiveSettings('run', usual, loadRfmModel(usual.rfm, ''), undefined, {});
  return Object.fromEntries(settingDifferences(defaults, made).map(({ name, after }) => [name, after ?? 'nothing']));
}
