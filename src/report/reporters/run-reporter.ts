import type { RunReport } from '../../state/run-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing what the nightly job did. Pure; the text ends in a newline. */
export interface RunReporter {
  readonly description: string;
  render(report: RunReport, options: Omit<RenderOptions, 'output'>): string;
}
