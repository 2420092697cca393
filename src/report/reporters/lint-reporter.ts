import type { LintReport } from '../../analysis/lint/lint-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing what is odd about own segments. Pure; the text ends in a newline. */
export interface LintReporter {
  readonly description: string;
  render(report: LintReport, options: Omit<RenderOptions, 'output'>): string;
}
