import { fail } from '../errors/segment-error.js';
import { dayOfIso } from '../time/day.js';
import { inOrderOfDate } from './retained-runs.js';
import type { StateRun } from './state-pointer.js';

/**
 * The run that a word means: its number with or without leading zeros, `last` (by date), `last~1` (the one before it), or a date, of which
 * it is the newest. Error: `run-unknown`.
 */
export function chooseRun(runs: readonly StateRun[], word: string): StateRun {
  const byDate = inOrderOfDate(runs);
  const [, back = '0'] = /^last(?:~(\d{1,6}))?$/.exec(word) ?? [];
  const chosen = word.startsWith('last')
    ? /^last(?:~\d{1,6})?$/.test(word)
      ? byDate.at(-1 - Number(back))
      : undefined
    : dayOfIso(word) !== undefined
      ? byDate.findLast(({ asOf }) => asOf === word)
      : /^\d{1,15}$/.test(word)
        ? runs.find(({ id }) => Number(id) === Number(word))
        : undefined;
  return chosen ?? failUnknown(byDate, word);
}

function failUnknown(byDate: readonly StateRun[], run: string): never {
  const [first, last] = [byDate[0], byDate.at(-1)];
  return fail('run-unknown', {
    run,
    runs: byDate.length,
    first: first && { id: first.id, asOf: first.asOf },
    last: last && { id: last.id, asOf: last.asOf },
  });
}
