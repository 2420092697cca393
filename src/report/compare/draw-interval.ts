import type { Interval } from '../../analysis/compare/compare-result.js';

const UNICODE = { line: '─', zero: '│', crossing: '┼', estimate: '●' } as const;
const ASCII = { line: '-', zero: '|', crossing: '+', estimate: 'o' } as const;

/** An interval around its estimate with zero in the middle, each row on a scale of its own. `width` is odd. */
export function drawInterval({ low, high }: Interval, estimate: number, width: number, isUnicode: boolean): string {
  const signs = isUnicode ? UNICODE : ASCII;
  const most = Math.max(Math.abs(low), Math.abs(high), Math.abs(estimate));
  const middle = (width - 1) / 2;
  const place = (value: number): number => (most === 0 ? middle : Math.round(middle + (value / most) * middle));
  const [from, to, dot] = [place(low), place(high), place(estimate)];
  return Array.from({ length: width }, (_, cell) => {
    if (cell === dot) return signs.estimate;
    const isInside = cell >= from && cell <= to;
    if (cell === middle) return isInside ? signs.crossing : signs.zero;
    return isInside ? signs.line : ' ';
  }).join('');
}
