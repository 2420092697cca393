import type { SuggestReport } from '../../analysis/suggest/suggest-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing thresholds from the data. Pure; the text ends in a newline. */
export interface SuggestReporter {
  readonly description: string;
  render(result: SuggestReport, options: Omit<RenderOptions, 'output'>): string;
}
