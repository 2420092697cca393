import type { CheckReport } from '../../analysis/check/check-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing a verdict on sizes. Pure; the text ends in a newline. */
export interface CheckReporter {
  readonly description: string;
  render(report: CheckReport, options: Omit<RenderOptions, 'output'>): string;
}
