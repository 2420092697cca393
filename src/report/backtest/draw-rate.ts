import type { Rate } from '../../analysis/backtest/backtest-result.js';
import type { Glyphs } from '../glyphs.js';

const UNICODE = { line: '─', estimate: '●', empty: '·' } as const;
const ASCII = { line: '-', estimate: 'o', empty: '.' } as const;

/** A share and its interval on a line from 0 to `most`. */
export function drawRate({ value, interval }: Rate, most: number, width: number, { isUnicode }: Glyphs): string {
  const signs = isUnicode ? UNICODE : ASCII;
  const place = (share: number): number => (most === 0 ? 0 : Math.round((Math.min(share, most) / most) * (width - 1)));
  const [low, dot, high] = [place(interval?.low ?? value), place(value), place(interval?.high ?? value)];
  return Array.from({ length: width }, (_, cell) =>
    cell === dot ? signs.estimate : cell >= low && cell <= high ? signs.line : signs.empty,
  ).join('');
}
