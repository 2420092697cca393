import type { RunReport, RunResult } from '../../state/run-result.js';
import { formatCount, formatCounted, formatDate, formatNumber } from '../format.js';

/** One run in one line. */
export function runLine(run: RunResult): string {
  return `${runSentence(run)}, ${formatNumber(run.seconds, 1)} s.`;
}

function runSentence(run: RunResult): string {
  const begin = `Run ${run.id}, as of ${formatDate(run.asOf)}: ${formatCounted(run.users, 'user')} from ${formatCounted(run.inputs.all, 'file')}${inputWords(run)}`;
  return `${begin}; ${run.changes === null ? '' : `${changeWords(run)}; `}${publishWords(run)}`;
}

/** All runs of a job in one line, without times: the last one, and how many there are. */
export function reportLine({ runs }: RunReport): string {
  const last = runs.at(-1);
  const line = last === undefined ? 'no run' : runSentence(last);
  return runs.length < 2 ? line : `${formatCounted(runs.length, 'run')} from ${formatDate(runs[0]?.asOf ?? '')} on; the last one: ${line}`;
}

/** What happened to the files, where that is no matter of course. */
function inputWords({ inputs: { loaded, gone, skipped } }: RunResult): string {
  const words = [
    `${formatCount(loaded)} loaded`,
    ...(gone === 0 ? [] : [`${formatCount(gone)} no longer there`]),
    ...(skipped === 0 ? [] : [`${formatCounted(skipped, 'older one')} skipped`]),
  ];
  return ` (${words.join(', ')})`;
}

/** How many moved, came and left since the run it is compared with, without a full stop; empty without one. */
export function changeWords({ changes }: RunResult): string {
  if (changes === null) return '';
  const { sinceAsOf, moved, entered, left } = changes;
  return `since ${formatDate(sinceAsOf)} ${formatCount(moved)} in another status, ${formatCount(entered)} came, ${formatCount(left)} left`;
}

function publishWords(run: RunResult): string {
  const { published, held, accepted } = run;
  if (accepted !== null) return `accepted (${accepted}); ${publishWords({ ...run, accepted: null })}`;
  if (published !== null) return `${formatCounted(published.files, 'file')} in ${published.directory}/current`;
  return held === 'check failed' ? 'NOT published: the check failed, the earlier files stay' : 'recorded only: a later date is published';
}
