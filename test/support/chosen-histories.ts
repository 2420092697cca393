import fc from 'fast-check';
import { type HistoryKind, type RandomHistory, randomHistory } from './random-history.js';

/**
 * Seeds of random histories, one history each. Of the first thousand seeds of each kind, choose-histories.ts takes the one
 * that shows most of what was shown less than three times before, by what the oracle says: segments, reasons, edges of rules, settings.
 */
export const CHOSEN: Readonly<Record<HistoryKind, readonly number[]>> = {
  any: [654, 308, 903, 230, 821, 624, 581, 957, 45, 215, 29, 193, 532, 176, 706, 280, 799, 115, 830, 243],
  paced: [590, 641, 632, 230, 56, 393, 159, 678],
  subscribed: [641, 219, 344, 675, 163, 58, 807, 949, 835, 777, 408, 26],
  'any, paused': [485, 400, 383, 235, 657, 735, 86, 125, 166, 998, 51, 201, 731, 9, 53, 131],
  'paced, paused': [156, 959, 285, 501, 379, 337],
  'subscribed, paused': [343, 102, 411, 675, 306, 119, 294, 408],
};

/** Further histories of each kind, drawn anew each time. */
const FURTHER = Number(process.env['SEGMENT_FURTHER_HISTORIES'] ?? 0);
const MINUTES = 60_000;

/** Compares the chosen histories of a kind, or the first of them, one after the other; a difference is shown in the smallest history that has one. */
export async function forChosenHistories(
  kind: HistoryKind,
  compare: (history: RandomHistory) => Promise<void>,
  count = CHOSEN[kind].length,
): Promise<void> {
  const property = fc.asyncProperty(randomHistory(kind), compare);
  for (const seed of CHOSEN[kind].slice(0, count)) {
    await fc.assert(property, { seed, numRuns: 1, interruptAfterTimeLimit: 2 * MINUTES, markInterruptAsFailure: false });
  }
  if (FURTHER > 0) await fc.assert(property, { numRuns: FURTHER });
}
