import type { WhyReport } from '../../state/why-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing what changed between two runs. Pure; the text ends in a newline. */
export interface WhyReporter {
  readonly description: string;
  render(report: WhyReport, options: Omit<RenderOptions, 'output'>): string;
}
