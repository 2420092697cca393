import type { SplitResult } from '../../analysis/split/split-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing a split. Pure: the same result and options give the same text, which ends in a newline. */
export interface SplitReporter {
  readonly description: string;
  render(result: SplitResult, options: RenderOptions): string;
}
