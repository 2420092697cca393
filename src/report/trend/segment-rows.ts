import type { PeriodFlows, TrendPeriod, TrendResult } from '../../analysis/trend/trend-result.js';

/** A segment in a period: users at its end, and since the period before (null in the first) who came and went. */
export interface SegmentRow {
  readonly period: TrendPeriod;
  readonly segment: string | null;
  readonly users: number;
  readonly share: number;
  readonly flows: SegmentFlows | null;
}

/** users = users before + entered + movedIn − movedOut − left. */
export interface SegmentFlows {
  readonly entered: number;
  readonly movedIn: number;
  readonly movedOut: number;
  readonly left: number;
  /** Of those who moved in and out, by a threshold alone; null where that is not known. */
  readonly byThreshold: { readonly movedIn: number; readonly movedOut: number } | null;
}

/** Every segment of every period, in their order. */
export function segmentRows({ segments, periods }: TrendResult): SegmentRow[] {
  return periods.flatMap((period) =>
    segments.map((segment, index) => {
      const users = period.sizes[index] ?? 0;
      return { period, segment, users, share: users / period.users, flows: period.flows && flowsOf(period.flows, segment) };
    }),
  );
}

function flowsOf({ flows, byThreshold }: PeriodFlows, segment: string | null): SegmentFlows {
  const sum = (change: string, end: 'from' | 'to', what: 'users' | 'byThreshold'): number =>
    flows.reduce((total, flow) => total + (flow.change === change && flow[end] === segment ? flow[what] : 0), 0);
  return {
    entered: sum('entered', 'to', 'users'),
    movedIn: sum('moved', 'to', 'users'),
    movedOut: sum('moved', 'from', 'users'),
    left: sum('left', 'from', 'users'),
    byThreshold:
      byThreshold === null ? null : { movedIn: sum('moved', 'to', 'byThreshold'), movedOut: sum('moved', 'from', 'byThreshold') },
  };
}
