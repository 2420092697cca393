import type { RunsAnswer } from '../../state/runs-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing what is known of the history of runs. Pure; the text ends in a newline. */
export interface RunsReporter {
  readonly description: string;
  render(answer: RunsAnswer, options: Omit<RenderOptions, 'output'>): string;
}
