import type { PeriodFlows, TrendPeriod, TrendReport } from '../../analysis/trend/trend-result.js';
import { filtersOf } from '../filters-json.js';
import { formatFraction } from '../format.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import type { SegmentRow } from '../trend/segment-rows.js';
import { segmentRows } from '../trend/segment-rows.js';
import { stepWords } from '../trend/trend-words.js';
import { rowCounts } from './classify-json.js';
import type { TrendReporter } from './trend-reporter.js';

/** Everything there is, as one object. */
export const trendJson: TrendReporter = {
  description: 'one JSON object',
  render(result) {
    const rows = segmentRows(result);
    return renderJson({
      segmentation: result.segmentation,
      ...(result.isOverlapping ? { overlapping: true } : {}),
      as_of: result.asOf,
      as_of_chosen: result.asOfChosen,
      timezone: result.timezone,
      history_days: result.historyDays,
      rows: rowCounts(result.rows),
      ...(result.filters === undefined ? {} : { filters: filtersOf(result.filters) }),
      settings_hash: result.settingsHash,
      every: stepWords(result.step),
      scale: result.scale,
      periods_asked: result.asked,
      periods_left_out: result.leftOut.map(({ reason, periods }) => ({ reason, periods })),
      first_day: result.firstDay,
      periods: result.periods.map((period) =>
        periodOf(
          period,
          rows.filter((row) => row.period === period),
          result,
        ),
      ),
      notes: result.notes,
    });
  },
};

function periodOf(period: TrendPeriod, rows: readonly SegmentRow[], { segmentation }: TrendReport): JsonValue {
  return {
    first: period.first,
    last: period.last,
    days: period.days,
    covered_days: period.coveredDays,
    users: period.users,
    ...(segmentation === 'status' ? { active: period.active } : {}),
    segments: rows.map(({ segment, users, share, flows }) => ({
      segment,
      users,
      share: new JsonNumber(formatFraction(share)),
      flows:
        flows === null
          ? null
          : {
              entered: flows.entered,
              moved_in: flows.movedIn,
              moved_out: flows.movedOut,
              left: flows.left,
              moved_in_by_threshold: flows.byThreshold?.movedIn ?? null,
              moved_out_by_threshold: flows.byThreshold?.movedOut ?? null,
            },
    })),
    flows: period.flows === null ? null : flowsOf(period.flows),
  };
}

function flowsOf({ entered, left, moved, byThreshold, active, flows }: PeriodFlows): JsonValue {
  return {
    entered,
    left,
    moved,
    moved_by_threshold: byThreshold,
    ...(active === null
      ? {}
      : {
          active: {
            new: active.fresh,
            resurrected: active.resurrected,
            newly_inactive: active.newlyInactive,
            resurrected_by_threshold: byThreshold === null ? null : active.resurrectedByThreshold,
            newly_inactive_by_threshold: byThreshold === null ? null : active.newlyInactiveByThreshold,
          },
        }),
    from_to: flows.map((flow) => ({
      change: flow.change,
      from: flow.from,
      to: flow.to,
      users: flow.users,
      by_threshold: byThreshold === null ? null : flow.byThreshold,
    })),
  };
}
