import type { ClassifyResult } from '../../analysis/classify/classify-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing a classification. Pure: the same result and options give the same text, which ends in a newline. */
export interface ClassifyReporter {
  readonly description: string;
  render(result: ClassifyResult, options: RenderOptions): string;
}
