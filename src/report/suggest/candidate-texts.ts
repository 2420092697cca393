import type { CandidateSegment, Outcome } from '../../analysis/suggest/candidates/find-candidates.js';
import { differenceWords } from './suggest-words.js';

const GOALS: Readonly<Record<Outcome, readonly [string, string]>> = {
  returned: ['learn what brings them back', 'a reason to come back'],
  paid: ['learn what makes them order', 'the next order'],
};

/** What a candidate is, in a line of a config file. */
export function descriptionOf({ found }: CandidateSegment): string {
  return `of segment suggest: ${differenceWords(found)}`;
}

/** What it could be for. */
export function goalOf({ found: { outcome, difference } }: CandidateSegment): string {
  const [more, fewer] = GOALS[outcome];
  return difference > 0 ? more : fewer;
}
