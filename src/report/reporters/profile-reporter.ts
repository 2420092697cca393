import type { ProfileResult } from '../../analysis/profile/profile-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing the card of a segment. Pure; the text ends in a newline. */
export interface ProfileReporter {
  readonly description: string;
  render(result: ProfileResult, options: Omit<RenderOptions, 'output'>): string;
}
