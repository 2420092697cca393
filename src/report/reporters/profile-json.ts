import type { ComparedMetric } from '../../analysis/compare/compare-result.js';
import type { ActivityShare, ComparedShare, DayTimes, Quartiles, TypicalValue } from '../../analysis/profile/profile-result.js';
import { filtersOf } from '../filters-json.js';
import { formatFraction } from '../format.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import { WEEKDAYS } from '../profile/profile-words.js';
import { rowCounts } from './classify-json.js';
import { digits, intervalOf, sideOf } from './compare-json.js';
import type { ProfileReporter } from './profile-reporter.js';

/** Everything as one JSON object; numbers have ten digits that count, shares of users six decimals, amounts are decimal text. */
export const profileJson: ProfileReporter = {
  description: 'one JSON object',
  render(result) {
    return renderJson({
      segment: result.segment,
      meaning: result.meaning,
      goal: result.goal,
      as_of: result.asOf,
      as_of_chosen: result.asOfChosen,
      timezone: result.timezone,
      history_days: result.historyDays,
      lookback_days: result.lookbackDays,
      rows: rowCounts(result.rows),
      ...(result.filters === undefined ? {} : { filters: filtersOf(result.filters) }),
      settings_hash: result.settingsHash,
      currency: result.currency,
      confidence: result.confidence,
      tests: result.tests,
      users: result.users,
      members: result.members,
      share: new JsonNumber(formatFraction(result.share)),
      share_interval: intervalOf(result.shareInterval),
      revenue: result.revenue === null ? null : { members: result.revenue.members, all: result.revenue.all },
      worth: result.worth.map(worthOf),
      typical: result.typical.map(typicalOf),
      events: { names: result.events.names, compared: result.events.compared },
      shares: result.shares.map(shareOf),
      columns_left_out: result.columnsLeftOut.map(({ column, values, covered }) => ({ column, values, covered: digits(covered) })),
      columns_not_looked_at: result.otherColumns,
      unequal_tenure: result.hasUnequalTenure,
      favourites: result.favourites.map((one) => activityOf(one, { event: one.name })),
      untimed: digits(result.untimed),
      hours: timesOf(result.hours, 'hour', Number),
      weekdays: timesOf(result.weekdays, 'weekday', weekdayOf),
    });
  },
};

const weekdayOf = (name: string): string => WEEKDAYS[Number(name)] ?? name;

function worthOf({ metric, unit, a, b, difference, interval, lift, p, adjustedP, method, verdict }: ComparedMetric): JsonValue {
  return {
    metric,
    unit,
    members: sideOf(a),
    rest: sideOf(b),
    difference: digits(difference),
    interval: intervalOf(interval),
    lift: digits(lift),
    p: digits(p),
    adjusted_p: digits(adjustedP),
    method,
    verdict,
  };
}

function typicalOf({ name, unit, members, rest }: TypicalValue): JsonValue {
  return { name, unit, members: quartilesOf(members), rest: quartilesOf(rest) };
}

function quartilesOf({ users, without, low, median, high }: Quartiles): JsonValue {
  return { users, without, low, median, high };
}

function shareOf(share: ComparedShare): JsonValue {
  return {
    kind: share.kind,
    column: share.column,
    value: share.value,
    members: sideOf(share.members),
    rest: sideOf(share.rest),
    difference: digits(share.difference),
    interval: intervalOf(share.interval),
    ratio: digits(share.ratio),
    ratio_interval: intervalOf(share.ratioInterval),
    p: digits(share.p),
    adjusted_p: digits(share.adjustedP),
    method: share.method,
    verdict: share.verdict,
  };
}

function timesOf({ members, rest, shares, best, why }: DayTimes, key: string, nameOf: (name: string) => string | number): JsonValue {
  return {
    members,
    rest,
    shares: shares.map((one) => activityOf(one, { [key]: nameOf(one.name) })),
    best: best === null ? null : { top: nameOf(best.top), as_good: best.asGood.map(nameOf) },
    why,
  };
}

function activityOf({ members, interval, rest }: ActivityShare, name: Readonly<Record<string, JsonValue>>): JsonValue {
  return { ...name, members: digits(members), interval: intervalOf(interval), rest: digits(rest) };
}
