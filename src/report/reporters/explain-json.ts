import type { ExplainedSegment, ExplainedUser, ExplainResult } from '../../analysis/explain/explain-result.js';
import { nameOfModel } from '../classify/rfm-words.js';
import { type CheckedRule, checkRules } from '../explain/rule-conditions.js';
import { filtersOf } from '../filters-json.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import type { ExplainReporter } from './explain-reporter.js';

/** The same as one JSON object; lengths that may not be whole are numbers with their own decimals, money is text. */
export const explainJson: ExplainReporter = {
  description: 'one JSON object',
  render(result) {
    return renderJson({
      as_of: result.asOf,
      timezone: result.timezone,
      ...(result.filters === undefined ? {} : { filters: filtersOf(result.filters) }),
      history_days: result.historyDays,
      pauses: result.pauses.map(({ first, last }) => ({ first, last })),
      population_gaps: { ...result.populationGaps },
      status: result.ofStatus === null ? null : { status: result.ofStatus.status, users: result.ofStatus.users },
      edges:
        result.rfm.edges === null
          ? null
          : { recency_days: result.rfm.edges.recencyDays, frequency: result.rfm.edges.frequency, monetary: result.rfm.edges.monetary },
      basis: result.rfm.basis,
      ...nameOfModel(result.rfm.model),
      users: result.users.map((user) => userOf(user, result)),
    });
  },
};

function userOf(user: ExplainedUser, result: ExplainResult): JsonValue {
  const { values, rfm, nearest, nextFlip } = user;
  return {
    user_id: user.userId,
    chosen: user.chosen,
    status: user.status,
    status_reason: user.reason,
    status_group: user.group,
    first_seen: values.firstSeen,
    ...(values.signUp === null ? {} : { signed_up: values.signUp }),
    last_seen: values.lastActive,
    idle_days: values.idleDays,
    tenure_days: values.tenureDays,
    active_days: values.activeDays,
    events: values.events,
    gaps: values.gaps,
    median_gap_days: days(values.medianGap),
    longest_gap_days: values.longestGap,
    usual_interval_days: days(values.usualInterval),
    dormant_after_days: days(values.dormantAfter),
    churned_after_days: days(values.churnedAfter),
    rules: checkRules(user, result).map(ruleOf),
    nearest: nearest === null ? null : { status: nearest.status, missing: nearest.missing, unit: nearest.unit },
    next_flip: nextFlip === null ? null : { day: nextFlip.day, status: nextFlip.status, reason: nextFlip.reason },
    rfm: {
      segment: rfm.segment,
      recency_days: rfm.recencyDays,
      frequency: rfm.frequency,
      monetary: rfm.monetary,
      recency_score: rfm.scores?.recency ?? null,
      frequency_score: rfm.scores?.frequency ?? null,
      monetary_score: rfm.scores?.monetary ?? null,
      orders: rfm.orders,
      newest_orders: rfm.newestOrders.map(({ day, orderId, amount }) => ({ day, order_id: orderId, amount })),
    },
    ...(user.further.length === 0 ? {} : { segments: Object.fromEntries(user.further.map(({ name, segment }) => [name, segment])) }),
    ...(user.own.length === 0 ? {} : { own_segments: Object.fromEntries(user.own.map((own) => [own.segment, ownSegment(own)])) }),
    days: user.days.map(({ day, signs }) => ({ day, signs })),
  };
}

function ownSegment({ holds, takenBy, rule, leaves }: ExplainedSegment): JsonValue {
  return {
    holds,
    ...(takenBy === undefined ? {} : { taken_by: takenBy }),
    rule,
    conditions: leaves.map((leaf) => ({ rule: leaf.text, value: leaf.value, holds: leaf.holds })),
  };
}

function ruleOf({ order, status, holds, fired, conditions }: CheckedRule): JsonValue {
  return {
    order,
    status,
    holds,
    fired,
    conditions: conditions.map(({ name, actual, comparison, limitName, limit, holds: isMet }) => ({
      name,
      actual: days(actual),
      comparison,
      limit_name: limitName,
      limit: days(limit),
      holds: isMet,
    })),
  };
}

function days(text: string | null): JsonValue {
  return text === null ? null : new JsonNumber(text);
}
