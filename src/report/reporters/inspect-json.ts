import type { InspectedColumn, InspectedEvent, InspectedFile, InspectResult, Problem } from '../../analysis/inspect/inspect-result.js';
import { formatFraction } from '../format.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import type { InspectReporter } from './inspect-reporter.js';

/** The same as one JSON object, nothing cut. */
export const inspectJson: InspectReporter = {
  description: 'one JSON object',
  render(result) {
    const { scope, preset, reading } = result;
    return renderJson({
      sample: scope.isSample,
      records: scope.records,
      files: result.files.map(fileOf),
      preset:
        preset === null
          ? null
          : { name: preset.name, title: preset.title, evidence: preset.evidence, named: preset.isNamed, unverified: preset.unverified },
      roles: result.roles.map(({ role, column, reason, flag, values }) => ({ role, column, reason, flag, values })),
      columns: result.columns.map(columnOf),
      ...readingOf(reading),
      role_names: Object.fromEntries(result.roleNames.map(({ role, names }) => [role, names])),
      problems: result.problems.map(problemOf),
      command: result.command,
    });
  },
};

function fileOf(file: InspectedFile): JsonValue {
  return {
    file: file.name,
    bytes: file.bytes,
    format: file.format,
    compression: file.compression,
    encoding: file.encoding,
    delimiter: file.delimiter,
    header_line: file.headerLine,
    columns: file.columns,
    records: file.records,
    sample: file.isSample,
  };
}

function columnOf({ name, type, role, filled, fillRate, distinct, values }: InspectedColumn): JsonValue {
  return { column: name, type, role, filled, fill_rate: new JsonNumber(formatFraction(fillRate)), distinct, values };
}

function readingOf(reading: InspectResult['reading']): { readonly [key: string]: JsonValue } {
  if (reading === null)
    return { rows: null, users: null, times: null, ids: [], events: [], event_names: null, rejects: [], calendar: null };
  const { rows, times, calendar } = reading;
  return {
    rows: {
      total: rows.total,
      used: rows.used,
      rejected: rows.rejected,
      duplicate: rows.duplicate,
      after_as_of: rows.afterAsOf,
      without_user: rows.withoutUser,
      ...(rows.beforeSince === undefined ? {} : { before_since: rows.beforeSince }),
      ...(rows.filtered === undefined ? {} : { filtered: rows.filtered }),
    },
    bad_amounts: reading.badAmounts,
    users: reading.users,
    currency: reading.currency,
    times: { ways: times.ways, timezone: times.zone, span: times.span && { ...times.span }, period: times.period && { ...times.period } },
    ids: reading.ids.map(({ kind, ids, examples }) => ({ kind, ids, examples })),
    events: reading.events.map(eventOf),
    event_names: reading.eventNames,
    rejects: reading.rejects.map(({ file, line, reason }) => ({ file, line, reason })),
    calendar: calendar && {
      days: calendar.days.map(({ day, users }) => ({ day, users })),
      missing: calendar.missing.map(({ first, last, days }) => ({ first, last, days })),
      seasons: calendar.seasons.map(({ first, last, days, fall }) => ({ first, last, days, fall: new JsonNumber(formatFraction(fall)) })),
    },
  };
}

function eventOf({ name, events, users, reach, amounts, roles, mayMeanChurn }: InspectedEvent): JsonValue {
  return {
    event: name,
    events,
    users,
    reach: new JsonNumber(formatFraction(reach)),
    amounts,
    roles: roles.map(({ role, reason }) => ({ role, reason })),
    may_mean_churn: mayMeanChurn,
  };
}

function problemOf({ severity, code, message, hint, assumed }: Problem): JsonValue {
  return { severity, code, message, hint, assumed };
}
