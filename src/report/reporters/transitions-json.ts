import type { FolderSource, HoldoutCounts, TransitionsResult } from '../../analysis/transitions/transitions-result.js';
import { filtersOf } from '../filters-json.js';
import { formatFraction } from '../format.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import { rowCounts } from './classify-json.js';
import type { TransitionsReporter } from './transitions-reporter.js';

/** Everything there is, as one object. */
export const transitionsJson: TransitionsReporter = {
  description: 'one JSON object',
  render(result) {
    return renderJson({
      segmentation: result.segmentation,
      from: result.from,
      to: result.to,
      timezone: result.timezone,
      ...(result.entity === undefined ? {} : { entity: { column: result.entity.column, people_column: result.entity.peopleColumn } }),
      ...(result.rows === undefined ? {} : { rows: rowCounts(result.rows) }),
      ...(result.folders === undefined ? {} : { folders: { before: folder(result.folders.before), after: folder(result.folders.after) } }),
      ...(result.filters === undefined ? {} : { filters: filtersOf(result.filters) }),
      settings_hash: result.settingsHash,
      scale: result.scale,
      ...movesOf(result),
      ...(result.holdout === undefined ? {} : { holdout: holdoutOf(result.holdout) }),
      year_earlier:
        result.yearEarlier === null ? null : { from: result.yearEarlier.from, to: result.yearEarlier.to, ...movesOf(result.yearEarlier) },
      notes: result.notes,
    });
  },
};

function folder({ directory, settingsHash, rows }: FolderSource): JsonValue {
  return { directory, settings_hash: settingsHash, rows: rows as JsonValue };
}

function holdoutOf({ plannedShare, salt, entrants, heldOut, segments, sampleRatioP }: HoldoutCounts): JsonValue {
  return {
    planned_share: new JsonNumber(formatFraction(plannedShare)),
    salt,
    entrants,
    held_out: heldOut,
    sample_ratio: sampleRatioP === null ? null : { p: sampleRatioP },
    segments: Object.fromEntries(segments.map((one) => [one.segment, { entrants: one.entrants, held_out: one.heldOut }])),
  };
}

/** Users, changes, causes, flows, rates and tests of moves. */
export function movesOf(result: TransitionsResult): Readonly<Record<string, JsonValue>> {
  const { tests } = result;
  return {
    users: { before: result.usersBefore, after: result.usersAfter },
    changes: { ...result.changes },
    causes: { ...result.causes },
    flows: result.flows.map(({ change, from, to, users }) => ({ change, from, to, users, share: share(users, result) })),
    rates: result.rates.map(({ name, meaning, hits, of }) => ({
      name,
      meaning,
      hits,
      of,
      share: of === 0 ? null : new JsonNumber(formatFraction(hits / of)),
    })),
    tests: {
      segments: tests.segments.map(({ segment, left, entered, p }) => ({ segment, moved_out: left, moved_in: entered, p })),
      stuart_maxwell: tests.whole === null ? null : { chi_square: tests.whole.chiSquare, df: tests.whole.df, p: tests.whole.p },
    },
  };
}

/** Of everybody in either population. */
function share(users: number, { changes }: TransitionsResult): JsonNumber {
  const all = changes.entered + changes.left + changes.moved + changes.stayed;
  return new JsonNumber(formatFraction(all === 0 ? 0 : users / all));
}
