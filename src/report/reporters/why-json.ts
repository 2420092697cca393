import { type JsonValue, renderJson } from '../json-text.js';
import { runOf } from './runs-json.js';
import type { WhyReporter } from './why-reporter.js';

/** The same as one JSON object. */
export const whyJson: WhyReporter = {
  description: 'one JSON object',
  render: ({ state, before, after, data, definitions, untold, people, byDefinitions, sizes }) =>
    renderJson({
      state,
      before: runOf(before),
      after: runOf(after),
      data: {
        files: data.files && {
          new: [...data.files.added],
          changed: [...data.files.changed],
          gone: [...data.files.gone],
          same: data.files.same,
        },
        rows: { before: data.rowsBefore, after: data.rowsAfter, late: data.lateRows },
      },
      definitions: definitions.map((one) => ({ ...one })),
      untold,
      people: { ...people },
      by_definitions: byDefinitions && { ...byDefinitions },
      sizes: sizes.map((one): JsonValue => ({ ...one })),
    }),
};
