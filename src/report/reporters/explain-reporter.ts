import type { ExplainResult } from '../../analysis/explain/explain-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing why users have their status. Pure; the text ends in a newline. */
export interface ExplainReporter {
  readonly description: string;
  render(result: ExplainResult, options: Omit<RenderOptions, 'output'>): string;
}
