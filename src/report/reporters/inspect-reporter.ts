import type { InspectResult } from '../../analysis/inspect/inspect-result.js';
import type { RenderOptions } from '../render-options.js';

export interface InspectRenderOptions extends Omit<RenderOptions, 'output'> {
  /** Whether every day is drawn. */
  readonly hasCalendar: boolean;
  /** Whether every name that plays a role is listed. */
  readonly hasRoles: boolean;
}

/** A way of showing what is in files. Pure; the text ends in a newline. */
export interface InspectReporter {
  readonly description: string;
  render(result: InspectResult, options: InspectRenderOptions): string;
}
