import type { CandidateFindings, OutcomeDifference } from '../../analysis/suggest/candidates/find-candidates.js';
import type { MetricBreaks } from '../../analysis/suggest/find-breaks.js';
import type { EventName } from '../../analysis/suggest/judge-events.js';
import type { RecoveryCurve } from '../../analysis/suggest/recovery/recovery-curve.js';
import type { ReturnCurve, ReturnPoint } from '../../analysis/suggest/return-curve.js';
import type { BorderPlaces, ChurnBorder, DormantBorder, Judged } from '../../analysis/suggest/separate-borders.js';
import type { BorderFindings, EventNames } from '../../analysis/suggest/suggest-result.js';
import { filtersOf } from '../filters-json.js';
import { formatFraction } from '../format.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import { rowCounts } from './classify-json.js';
import type { SuggestReporter } from './suggest-reporter.js';

/** Everything there is, as one object. */
export const suggestJson: SuggestReporter = {
  description: 'one JSON object',
  render(result) {
    return renderJson({
      as_of: result.asOf,
      as_of_chosen: result.asOfChosen,
      timezone: result.timezone,
      history_days: result.historyDays,
      rows: rowCounts(result.rows),
      ...(result.filters === undefined ? {} : { filters: filtersOf(result.filters) }),
      settings_hash: result.settingsHash,
      users: result.users,
      values: result.values.map(({ parameter, present, value }) => ({ parameter, present, value })),
      churn_window: windowOf(result.returns),
      usual_intervals: {
        users: result.intervals.users,
        counts: result.intervals.counts.map(({ upTo, users }) => ({ up_to_days: upTo, users })),
      },
      borders: result.borders === null ? null : bordersOf(result.borders),
      breaks: result.breaks.map(breaksOf),
      events: result.events === null ? null : eventsOf(result.events),
      candidates: candidatesOf(result.candidates),
      recovery: result.recovery === null ? null : recoveryOf(result.recovery),
    });
  },
};

const share = (value: number): JsonNumber => new JsonNumber(formatFraction(value));

function windowOf({ within, longest, below, confidence, points, window }: ReturnCurve): JsonValue {
  const found =
    'reason' in window
      ? { days: null, reason: window.reason }
      : { days: window.days, low: window.low, high: window.high, by_gaps: window.bySpells };
  return {
    ...found,
    below: share(below),
    return_days: within,
    longest_days: longest,
    confidence,
    curve: points.map(pointOf),
  };
}

function pointOf({ idle, share: back, low, high, atRisk, ever }: ReturnPoint): JsonValue {
  return { idle_days: idle, returned: share(back), low: share(low), high: share(high), at_risk_users: share(atRisk), ever: share(ever) };
}

function bordersOf({ asOf, within, ratios, dormant, churned, present, suggested }: BorderFindings): JsonValue {
  return {
    as_of: asOf,
    return_days: within,
    idle_over_interval: ratios.map((ratio) => ({ from: ratio.from, below: ratio.below, ...judgedOf(ratio) })),
    dormant: dormant.map(dormantOf),
    churned: churnedOf(churned),
    present: placesOf(present),
    suggested: suggested === null ? null : placesOf(suggested),
  };
}

function dormantOf({ parameter, present, best, range, verdict }: DormantBorder): JsonValue {
  const candidate = ({ value, beyond, separation }: DormantBorder['best']): JsonValue => ({
    value,
    ...beyond,
    separation: Number.isFinite(separation) ? share(separation) : null,
  });
  return { parameter, verdict, present: candidate(present), best: candidate(best), as_good_from: range.low, as_good_to: range.high };
}

function churnedOf({ parameter, verdict, present, value, judged, tooEarly }: ChurnBorder): JsonValue {
  const of = (found: Judged | null): JsonValue => (found === null ? null : judgedOf(found));
  return { parameter, verdict, value, present: of(present), judged: of(judged), window_for_all: of(tooEarly) };
}

function placesOf([near, dormant, churned]: BorderPlaces): JsonValue {
  return { within: judgedOf(near), dormant: judgedOf(dormant), churned: judgedOf(churned) };
}

function judgedOf({ users, returned, share: back, interval: { low, high } }: Judged): { readonly [key: string]: JsonValue } {
  return { users, returned, share: share(back), low: share(low), high: share(high) };
}

function breaksOf(found: MetricBreaks): JsonValue {
  const { metric, users, isLogarithmic, groups, classes, edges, halves, explained, inUse } = found;
  return {
    metric,
    users,
    scale: isLogarithmic ? 'log' : 'linear',
    groups,
    edges,
    edges_of_halves: halves,
    explained: share(explained),
    classes: classes.map(({ least, most, users: count }) => ({ least, most, users: count })),
    in_use:
      inUse === null ? null : { edges: inUse.edges, explained: share(inUse.explained), collapsed: inUse.isCollapsed, users: inUse.users },
  };
}

function eventsOf({ within, names, anyBack }: EventNames): JsonValue {
  const back = (found: EventName['back']): JsonValue =>
    found === null ? null : { users: found.of, share: share(found.share), low: share(found.low), high: share(found.high) };
  return {
    return_days: within,
    any: back(anyBack),
    names: names.map((name) => ({
      name: name.name,
      events: name.events,
      users: name.users,
      reach: share(name.reach),
      with_amount: share(name.withAmount),
      alone: share(name.alone),
      back: back(name.back),
      roles: name.roles,
      hint: name.hint,
    })),
  };
}

function candidatesOf(found: CandidateFindings): JsonValue {
  const { asOf, within, finding, judging, tried, judged, confidence, candidates, reason } = found;
  const difference = (one: OutcomeDifference | undefined): JsonValue =>
    one === undefined
      ? null
      : {
          outcome: one.outcome,
          members: { users: one.members.n, with: one.members.hits },
          others: { users: one.others.n, with: one.others.hits },
          difference: share(one.difference),
          low: share(one.interval.low),
          high: share(one.interval.high),
        };
  return {
    as_of: asOf,
    days: within,
    finding_users: finding,
    judging_users: judging,
    tried,
    judged,
    confidence,
    reason,
    segments: candidates.map(({ name, text, users, found: first, further }) => ({
      name,
      rule: text,
      users,
      difference: difference(first),
      further: difference(further),
    })),
  };
}

function recoveryOf(found: RecoveryCurve): JsonValue {
  const { started, completed, transactions, ended, censored, confidence, halfBy, mostBy, points } = found;
  return {
    started_by: started,
    completed_by: completed,
    transactions,
    completed: ended,
    censored,
    confidence,
    half_by_minute: halfBy,
    nine_tenths_by_minute: mostBy,
    curve: points.map(({ minutes, share: by, low, high }) => ({ minutes, completed: share(by), low: share(low), high: share(high) })),
  };
}
