import type { BacktestReport } from '../../analysis/backtest/backtest-result.js';
import type { RenderOptions } from '../render-options.js';

/** A way of showing what followed on segments. Pure; the text ends in a newline. */
export interface BacktestReporter {
  readonly description: string;
  render(result: BacktestReport, options: Omit<RenderOptions, 'output'>): string;
}
