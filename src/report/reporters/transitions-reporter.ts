import type { TransitionsReport } from '../../analysis/transitions/transitions-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing who moved. Pure: the same result and options give the same text, which ends in a newline. */
export interface TransitionsReporter {
  readonly description: string;
  render(result: TransitionsReport, options: RenderOptions & { readonly isDetailed: boolean }): string;
}
