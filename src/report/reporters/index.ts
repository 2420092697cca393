import { backtestCsv } from './backtest-csv.js';
import { backtestJson } from './backtest-json.js';
import { backtestMarkdown } from './backtest-markdown.js';
import type { BacktestReporter } from './backtest-reporter.js';
import { backtestTerminal } from './backtest-terminal.js';
import { checkGithub } from './check-github.js';
import { checkJson } from './check-json.js';
import { checkJunit } from './check-junit.js';
import { checkMarkdown } from './check-markdown.js';
import type { CheckReporter } from './check-reporter.js';
import { checkTerminal } from './check-terminal.js';
import { classifyJson } from './classify-json.js';
import type { ClassifyReporter } from './classify-reporter.js';
import { classifyTerminal } from './classify-terminal.js';
import { compareCsv } from './compare-csv.js';
import { compareJson } from './compare-json.js';
import { compareMarkdown } from './compare-markdown.js';
import type { CompareReporter } from './compare-reporter.js';
import { compareTerminal } from './compare-terminal.js';
import { explainJson } from './explain-json.js';
import type { ExplainReporter } from './explain-reporter.js';
import { explainTerminal } from './explain-terminal.js';
import { exportJson } from './export-json.js';
import type { ExportReporter } from './export-reporter.js';
import { exportTerminal } from './export-terminal.js';
import { inspectJson } from './inspect-json.js';
import type { InspectReporter } from './inspect-reporter.js';
import { inspectTerminal } from './inspect-terminal.js';
import { lintGithub } from './lint-github.js';
import { lintJson } from './lint-json.js';
import type { LintReporter } from './lint-reporter.js';
import { lintTerminal } from './lint-terminal.js';
import { previewJson } from './preview-json.js';
import type { PreviewReporter } from './preview-reporter.js';
import { previewTerminal } from './preview-terminal.js';
import { profileJson } from './profile-json.js';
import { profileMarkdown } from './profile-markdown.js';
import type { ProfileReporter } from './profile-reporter.js';
import { profileTerminal } from './profile-terminal.js';
import { runJson } from './run-json.js';
import { runPlanJson } from './run-plan-json.js';
import type { RunPlanReporter } from './run-plan-reporter.js';
import { runPlanTerminal } from './run-plan-terminal.js';
import type { RunReporter } from './run-reporter.js';
import { runTerminal } from './run-terminal.js';
import { runsJson } from './runs-json.js';
import type { RunsReporter } from './runs-reporter.js';
import { runsTerminal } from './runs-terminal.js';
import { splitJson } from './split-json.js';
import type { SplitReporter } from './split-reporter.js';
import { splitTerminal } from './split-terminal.js';
import { suggestJson } from './suggest-json.js';
import { suggestMarkdown } from './suggest-markdown.js';
import type { SuggestReporter } from './suggest-reporter.js';
import { suggestTerminal } from './suggest-terminal.js';
import { transitionsJson } from './transitions-json.js';
import type { TransitionsReporter } from './transitions-reporter.js';
import { transitionsTerminal } from './transitions-terminal.js';
import { trendCsv } from './trend-csv.js';
import { trendJson } from './trend-json.js';
import { trendMarkdown } from './trend-markdown.js';
import type { TrendReporter } from './trend-reporter.js';
import { trendTerminal } from './trend-terminal.js';
import { whyJson } from './why-json.js';
import type { WhyReporter } from './why-reporter.js';
import { whyTerminal } from './why-terminal.js';

/** Every way of showing a classification, by the name `--reporter` takes. */
export const REPORTERS = {
  terminal: classifyTerminal,
  json: classifyJson,
} as const satisfies Record<string, ClassifyReporter>;

/** The same for `explain`. */
export const EXPLAIN_REPORTERS = {
  terminal: explainTerminal,
  json: explainJson,
} as const satisfies Record<keyof typeof REPORTERS, ExplainReporter>;

/** The same for `inspect`. */
export const INSPECT_REPORTERS = {
  terminal: inspectTerminal,
  json: inspectJson,
} as const satisfies Record<keyof typeof REPORTERS, InspectReporter>;

/** The same for `compare`. */
export const COMPARE_REPORTERS = {
  terminal: compareTerminal,
  json: compareJson,
  csv: compareCsv,
  markdown: compareMarkdown,
} as const satisfies Record<string, CompareReporter>;

/** The same for `profile`. */
export const PROFILE_REPORTERS = {
  terminal: profileTerminal,
  json: profileJson,
  markdown: profileMarkdown,
} as const satisfies Record<string, ProfileReporter>;

/** The same for `transitions`. */
export const TRANSITIONS_REPORTERS = {
  terminal: transitionsTerminal,
  json: transitionsJson,
} as const satisfies Record<keyof typeof REPORTERS, TransitionsReporter>;

/** The same for `split`. */
export const SPLIT_REPORTERS = {
  terminal: splitTerminal,
  json: splitJson,
} as const satisfies Record<keyof typeof REPORTERS, SplitReporter>;

/** The same for `export`. */
export const EXPORT_REPORTERS = {
  terminal: exportTerminal,
  json: exportJson,
} as const satisfies Record<keyof typeof REPORTERS, ExportReporter>;

/** The same for `trend`. */
export const TREND_REPORTERS = {
  terminal: trendTerminal,
  json: trendJson,
  csv: trendCsv,
  markdown: trendMarkdown,
} as const satisfies Record<keyof typeof COMPARE_REPORTERS, TrendReporter>;

/** The same for `suggest`. */
export const SUGGEST_REPORTERS = {
  terminal: suggestTerminal,
  json: suggestJson,
  markdown: suggestMarkdown,
} as const satisfies Record<string, SuggestReporter>;

/** The same for `backtest`. */
export const BACKTEST_REPORTERS = {
  terminal: backtestTerminal,
  json: backtestJson,
  csv: backtestCsv,
  markdown: backtestMarkdown,
} as const satisfies Record<keyof typeof COMPARE_REPORTERS, BacktestReporter>;

/** Every way of showing the verdict of `check`, by the name `--reporter` takes. */
export const CHECK_REPORTERS = {
  terminal: checkTerminal,
  json: checkJson,
  markdown: checkMarkdown,
  junit: checkJunit,
  github: checkGithub,
} as const satisfies Record<string, CheckReporter>;

/** The same for `run`. */
export const RUN_REPORTERS = {
  terminal: runTerminal,
  json: runJson,
} as const satisfies Record<keyof typeof REPORTERS, RunReporter>;

/** The same for `run --dry-run`. */
export const RUN_PLAN_REPORTERS = {
  terminal: runPlanTerminal,
  json: runPlanJson,
} as const satisfies Record<keyof typeof REPORTERS, RunPlanReporter>;

/** The same for `runs`. */
export const RUNS_REPORTERS = {
  terminal: runsTerminal,
  json: runsJson,
} as const satisfies Record<keyof typeof REPORTERS, RunsReporter>;

/** The same for `why`. */
export const WHY_REPORTERS = {
  terminal: whyTerminal,
  json: whyJson,
} as const satisfies Record<keyof typeof REPORTERS, WhyReporter>;

/** The same for `lint`. */
export const LINT_REPORTERS = {
  terminal: lintTerminal,
  json: lintJson,
  github: lintGithub,
} as const satisfies Partial<Record<keyof typeof CHECK_REPORTERS, LintReporter>>;

/** The same for `preview`. */
export const PREVIEW_REPORTERS = {
  terminal: previewTerminal,
  json: previewJson,
} as const satisfies Record<keyof typeof REPORTERS, PreviewReporter>;
