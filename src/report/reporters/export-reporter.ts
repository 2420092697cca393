import type { ExportResult } from '../../membership/audience/audience-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing what an export wrote. Pure: the same result and options give the same text, which ends in a newline. */
export interface ExportReporter {
  readonly description: string;
  render(result: ExportResult, options: RenderOptions): string;
}
