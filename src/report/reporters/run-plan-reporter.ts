import type { RunPlan } from '../../state/run-plan.js';
import type { RenderOptions } from '../render-options.js';

export interface RunPlanOptions extends Omit<RenderOptions, 'output'> {
  /** Whether every file and change is listed. */
  readonly isVerbose: boolean;
}

/** A way of showing what the nightly job would do. Pure; the text ends in a newline. */
export interface RunPlanReporter {
  readonly description: string;
  render(plan: RunPlan, options: RunPlanOptions): string;
}
