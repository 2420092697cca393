import type { CompareResult } from '../../analysis/compare/compare-result.js';
import type { RenderOptions } from '../render-options.js';

export interface CompareRenderOptions extends Omit<RenderOptions, 'output'> {
  /** Whether users, methods, effect sizes and p-values are shown too; the forms for machines always have them. */
  readonly isDetailed: boolean;
}

/** A way of showing a comparison of groups. Pure; the text ends in a newline. */
export interface CompareReporter {
  readonly description: string;
  render(result: CompareResult, options: CompareRenderOptions): string;
}
