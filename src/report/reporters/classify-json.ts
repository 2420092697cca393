import type {
  ClassifyResult,
  EntityUse,
  IdentitySummary,
  RowCounts,
  SegmentationSizes,
  UsersFileSummary,
} from '../../analysis/classify/classify-result.js';
import type { SegmentOverlaps } from '../../analysis/overlaps/overlaps.js';
import type { Proof } from '../../analysis/proof/proof.js';
import { nameOfModel } from '../classify/rfm-words.js';
import { filtersOf } from '../filters-json.js';
import { formatFraction } from '../format.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import type { ClassifyReporter } from './classify-reporter.js';

const SHOWN_REJECTS = 20;

/** The object of summary.json. */
export const classifyJson: ClassifyReporter = {
  description: 'one JSON object, the same as summary.json',
  render(result) {
    return renderJson(summaryOf(result));
  },
};

function summaryOf(result: ClassifyResult): JsonValue {
  const { rows, period, columns, populationGaps, rfm } = result;
  return {
    as_of: result.asOf,
    as_of_chosen: result.asOfChosen,
    timezone: result.timezone,
    ...(result.since === undefined ? {} : { since: result.since.day, files_not_opened: result.since.skippedFiles }),
    history_days: result.historyDays,
    paused_days: result.pausedDays,
    pauses: result.pauses.map(({ first, last }) => ({ first, last })),
    rows: rowCounts(rows),
    bad_amounts: result.badAmounts,
    users: result.users,
    period: { first: period.first, last: period.last },
    value_total: result.valueTotal,
    columns: { user: columns.user, time: columns.time, event: columns.event, value: columns.value },
    preset: result.preset?.name ?? null,
    ...(result.entity === undefined ? {} : { entity: entity(result.entity) }),
    ...(result.usersFile === undefined ? {} : { users_file: usersFile(result.usersFile) }),
    ...(result.identity === undefined ? {} : { identity: identity(result.identity) }),
    ...(result.filters === undefined ? {} : { filters: filtersOf(result.filters) }),
    population_gaps: { p50: populationGaps.p50, p75: populationGaps.p75, p90: populationGaps.p90, users: populationGaps.users },
    rules_off: result.rulesOff.map(({ status, why }) => ({ status, why })),
    segmentations: Object.fromEntries(result.segmentations.map((segmentation) => [segmentation.name, sizes(segmentation, result)])),
    proof: result.proof === undefined ? null : proofOf(result.proof),
    ...(result.overlaps === undefined ? {} : { overlaps: overlapsOf(result.overlaps) }),
    edges:
      rfm.edges === null ? null : { recency_days: rfm.edges.recencyDays, frequency: rfm.edges.frequency, monetary: rfm.edges.monetary },
    rejects: result.rejects.slice(0, SHOWN_REJECTS).map(({ file, line, reason }) => ({ file, line, reason })),
    warnings: result.warnings.map(({ code, message }) => ({ code, message })),
  };
}

/** A row that filters leave out is only counted where there is a filter. */
/** The row accounting as summary.json has it. */
export function rowCounts(rows: RowCounts): JsonValue {
  return {
    total: rows.total,
    used: rows.used,
    rejected: rows.rejected,
    duplicate: rows.duplicate,
    ...(rows.filtered === undefined ? {} : { filtered: rows.filtered }),
    after_as_of: rows.afterAsOf,
    ...(rows.beforeSince === undefined ? {} : { before_since: rows.beforeSince }),
    without_user: rows.withoutUser,
  };
}

function entity({ column, peopleColumn, people }: EntityUse): JsonValue {
  return { column, people_column: peopleColumn, people: people ?? null };
}

function usersFile(found: UsersFileSummary): JsonValue {
  return {
    file: found.file,
    columns: { user: found.userColumn, sign_up: found.signupColumn },
    rows: rowCounts(found.rows),
    unknown_sign_ups: found.withoutSignup,
    bad_sign_ups: found.badSignups,
    later_sign_ups: found.laterSignups,
    not_in_file: found.notListed,
    without_events: found.withoutEvents,
  };
}

function identity(found: IdentitySummary): JsonValue {
  const { rows, events, ids, users, unmatched } = found;
  return {
    file: found.file,
    columns: { from: found.fromColumn, to: found.toColumn },
    rows: { total: rows.total, pairs: rows.pairs, rejected: rows.rejected, incomplete: rows.incomplete, repeated: rows.repeated },
    events,
    ids,
    users,
    unmatched,
  };
}

function sizes({ name, segments, own }: SegmentationSizes, { rfm: { basis, model }, proof }: ClassifyResult): JsonValue {
  const bySegment = segments.map(({ segment, users, share, revenue, revenueShare }): [string, JsonValue] => [
    segment,
    {
      users,
      share: new JsonNumber(formatFraction(share)),
      revenue,
      revenue_share: new JsonNumber(formatFraction(revenueShare)),
      ...(name === 'status' ? { returned_30d: returnedShare(proof, segment) } : {}),
    },
  ]);
  if (own !== undefined) return { ...Object.fromEntries(bySegment), overlapping: true, in_none: own.usersInNone };
  return Object.fromEntries(name === 'rfm' ? [...bySegment, ['basis', basis], ...Object.entries(nameOfModel(model))] : bySegment);
}

/** Of those who had the status 30 days earlier; null when nobody had, or nobody looked. */
function returnedShare(proof: Proof | undefined, status: string): JsonValue {
  const found = proof?.statuses.find((one) => one.status === status);
  return found === undefined || found.users === 0 ? null : new JsonNumber(formatFraction(found.returned / found.users));
}

function proofOf({ asOf, days, statuses }: Proof): JsonValue {
  return {
    as_of: asOf,
    days,
    statuses: Object.fromEntries(statuses.map(({ status, users, returned }): [string, JsonValue] => [status, { users, returned }])),
  };
}

function overlapsOf({ usersByCount, pairs }: SegmentOverlaps): JsonValue {
  const fraction = (value: number | null): JsonValue => (value === null ? null : new JsonNumber(formatFraction(value)));
  return {
    users_by_segments: usersByCount,
    pairs: pairs.map(({ segments, users, shares, jaccard }) => ({
      segments,
      users,
      shares: shares.map(fraction),
      jaccard: fraction(jaccard),
    })),
  };
}
