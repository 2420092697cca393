import type { TransitionsResult } from '../../analysis/transitions/transitions-result.js';
import { formatFraction } from '../format.js';
import { JsonNumber, renderJson } from '../json-text.js';
import type { TransitionsReporter } from './transitions-reporter.js';

/** Everything there is, as one object. */
export const transitionsJson: TransitionsReporter = {
  description: 'one JSON object',
  render(result) {
    return renderJson({
      segmentation: result.segmentation,
      from: result.from,
      to: result.to,
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
        segments: result.tests.segments.map(({ segment, left, entered, p }) => ({ segment, moved_out: left, moved_in: entered, p })),
        stuart_maxwell:
          result.tests.whole === null
            ? null
            : { chi_square: result.tests.whole.chiSquare, df: result.tests.whole.df, p: result.tests.whole.p },
      },
    });
  },
};

/** Of everybody in either population. */
function share(users: number, { changes }: TransitionsResult): JsonNumber {
  const all = changes.entered + changes.left + changes.moved + changes.stayed;
  return new JsonNumber(formatFraction(all === 0 ? 0 : users / all));
}
