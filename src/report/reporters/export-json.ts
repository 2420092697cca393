import { LEFT_OUT_REASONS } from '../../membership/audience/audience-result.js';
import { renderJson } from '../json-text.js';
import type { ExportReporter } from './export-reporter.js';

/** Everything there is, as one object. */
export const exportJson: ExportReporter = {
  description: 'one JSON object',
  render({ asOf, timezone, source, users, conditions, audiences, suppression, settingsHash, warnings }) {
    return renderJson({
      as_of: asOf,
      timezone,
      source: source.kind === 'folder' ? { folder: source.directory } : { rows: source.rows, filters: source.filters ?? null },
      settings_hash: settingsHash,
      users,
      conditions,
      suppression: suppression === undefined ? null : { file: suppression.file, entries: suppression.entries },
      audiences: audiences.map(({ destination, segment, members, rows, leftOut, columns, emptied, files }) => ({
        destination,
        segment: segment ?? null,
        members,
        rows,
        left_out: Object.fromEntries(LEFT_OUT_REASONS.map((reason) => [reason, leftOut[reason]])),
        columns: columns.map(({ header, from, filled }) => ({ header, from, filled })),
        emptied: Object.fromEntries(emptied.map(({ reason, cells }) => [reason, cells])),
        files: files.map(({ name, rows: lines, bytes }) => ({ name, rows: lines, bytes })),
      })),
      warnings: warnings.map(({ code, message }) => ({ code, message })),
    });
  },
};
