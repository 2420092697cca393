import type { Interval, MetricUnit } from '../../analysis/compare/compare-result.js';
import { formatNumber } from '../format.js';

/** A value of a metric: `31.2 %`, `12.40`, `35 d`. */
export function formatMeasure(value: number, unit: MetricUnit): string {
  switch (unit) {
    case 'share':
      return `${formatNumber(100 * value, 1)} %`;
    case 'days':
      return `${formatNumber(value, Number.isInteger(value) ? 0 : 1)} d`;
    default:
      return formatNumber(value, Math.abs(value) >= 1000 ? 0 : 2);
  }
}

/** A difference with its sign; of shares in percentage points: `+19.0 pp`. */
export function formatDifference(difference: number, unit: MetricUnit): string {
  const text = unit === 'share' ? `${formatNumber(100 * difference, 1)} pp` : formatMeasure(difference, unit);
  return text.startsWith('-') || difference <= 0 ? text : `+${text}`;
}

/** `+15.1 pp to +22.9 pp` */
export function formatInterval({ low, high }: Interval, unit: MetricUnit): string {
  return `${formatDifference(low, unit)} to ${formatDifference(high, unit)}`;
}

/** `+158 %`; of a ratio without an upper end `any`. */
export function formatLift(lift: number): string {
  if (!Number.isFinite(lift)) return 'any';
  return `${lift > 0 ? '+' : ''}${formatNumber(100 * lift, 0)} %`;
}
