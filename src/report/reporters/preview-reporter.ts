import type { PreviewResult } from '../../analysis/preview/preview-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing how rules come to their members. Pure; the text ends in a newline. */
export interface PreviewReporter {
  readonly description: string;
  render(result: PreviewResult, options: Omit<RenderOptions, 'output'>): string;
}
