import type { TrendReport } from '../../analysis/trend/trend-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing sizes and flows over time. Pure; the text ends in a newline. */
export interface TrendReporter {
  readonly description: string;
  render(result: TrendReport, options: Omit<RenderOptions, 'output'>): string;
}
