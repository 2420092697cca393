import type { TrendReport } from '../../analysis/trend/trend-result.js';
import { unitOfResult } from '../unit.js';
import { type SegmentRow, segmentRows } from './segment-rows.js';

/** A table in numbers; null: not known. */
export interface OwnFlows {
  readonly heads: readonly string[];
  readonly rows: readonly { readonly row: SegmentRow; readonly counts: readonly (number | null)[] }[];
}

/** Whether a trend is of one own segment. */
export const isOneOwn = ({ isOverlapping, segments }: TrendReport): boolean => isOverlapping && segments.length === 1;

/** Who came into and went out of own segments: of one segment a line a period, of several a line a segment for the last period. */
export function ownFlows(result: TrendReport): OwnFlows {
  const all = segmentRows(result);
  const isOne = isOneOwn(result);
  const last = result.periods.at(-1);
  const rows = isOne ? all : all.filter(({ period }) => period === last);
  const hasThreshold = result.scale === 'measured' && rows.some(({ flows }) => thresholdOf(flows) !== 0 && thresholdOf(flows) !== null);
  return {
    heads: [
      ...(isOne ? [unitOfResult(result).many] : []),
      'before',
      'came in',
      'went out',
      'now',
      ...(hasThreshold ? ['by threshold'] : []),
    ],
    rows: rows.map((row) => {
      const { flows, users, period } = row;
      const [cameIn, wentOut] = flows === null ? [null, null] : [flows.entered + flows.movedIn, flows.left + flows.movedOut];
      const before = cameIn === null || wentOut === null ? null : users - cameIn + wentOut;
      const counts = [...(isOne ? [period.users] : []), before, cameIn, wentOut, users];
      return { row, counts: hasThreshold ? [...counts, thresholdOf(flows)] : counts };
    }),
  };
}

function thresholdOf(flows: SegmentRow['flows']): number | null {
  return flows === null || flows.byThreshold === null ? null : flows.byThreshold.movedIn + flows.byThreshold.movedOut;
}
