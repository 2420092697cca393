import type { WhyReport } from '../../state/why-result.js';
import { formatCount, formatCounted, formatDate } from '../format.js';

const SHOWN = 3;

/** What changed in the data: files, rows, late rows. */
export function dataSentence({ data: { files, rowsBefore, rowsAfter, lateRows }, before }: WhyReport): string {
  const rows = `${formatCounted(rowsAfter, 'row')} count, ${differenceWords(rowsAfter - rowsBefore)}`;
  const late =
    lateRows === null
      ? ''
      : lateRows === 0
        ? `, none of them late (of days up to ${formatDate(before.asOf)})`
        : `; ${formatCounted(Math.abs(lateRows), 'row')} ${lateRows > 0 ? 'more' : 'fewer'} than then ${Math.abs(lateRows) === 1 ? 'is' : 'are'} late (of days up to ${formatDate(before.asOf)})`;
  return `Data: ${filesWords(files)}${rows}${late}.`;
}

/** Which settings are others, and what they did. */
export function definitionsSentence({ definitions, byDefinitions, untold }: WhyReport, arrow: string): string {
  if (definitions.length === 0) return 'Definitions: the same.';
  const shown = definitions
    .slice(0, SHOWN)
    .map(({ name, before, after }) => `${name} ${before ?? 'nothing'} ${arrow} ${after ?? 'nothing'}`);
  const more = definitions.length > SHOWN ? ` and ${formatCount(definitions.length - SHOWN)} more` : '';
  const effect =
    byDefinitions === null
      ? `what they did cannot be told: ${untold ?? ''}`
      : `by them alone ${formatCounted(byDefinitions.moved, 'user is', 'users are')} in another status${cameWords(byDefinitions.entered, byDefinitions.left)}`;
  return `Definitions: ${shown.join('; ')}${more}; ${effect}.`;
}

/** Who moved by what they did, by late data, and as the thresholds of everybody moved. */
export function peopleSentence({ people, untold }: WhyReport): string {
  const { user, late_data: late, threshold, entered, entered_late: enteredLate, left } = people;
  const causes = [
    `${formatCount(user)} by what they did or left`,
    ...(late === 0 ? [] : [`${formatCount(late)} by late data`]),
    ...(threshold === 0 ? [] : [`${formatCount(threshold)} as cut points moved with everybody`]),
  ];
  const begin = untold === null ? 'People' : 'People and definitions together';
  const total = user + late + threshold;
  const enteredWords = enteredLate === 0 ? '' : `, ${formatCount(enteredLate)} of them by late data`;
  return `${begin}: ${formatCounted(total, 'user is', 'users are')} in another status${total === 0 ? '' : ` (${causes.join(', ')})`}; ${formatCount(entered + enteredLate)} came${enteredWords}, ${formatCount(left)} left.`;
}

function filesWords(files: WhyReport['data']['files']): string {
  if (files === null) return '';
  const { added, changed, gone } = files;
  const parts = (
    [
      ['new', added],
      ['changed', changed],
      ['gone', gone],
    ] as const
  ).flatMap(([word, names]) => {
    if (names.length === 0) return [];
    const more = names.length > SHOWN ? ` and ${formatCount(names.length - SHOWN)} more` : '';
    return [`${formatCounted(names.length, `${word} file`)} (${names.slice(0, SHOWN).join(', ')}${more})`];
  });
  return parts.length === 0 ? 'the same files; ' : `${parts.join(', ')}; `;
}

function differenceWords(rows: number): string {
  if (rows === 0) return 'as many as then';
  return `${formatCount(Math.abs(rows))} ${rows > 0 ? 'more' : 'fewer'} than then`;
}

function cameWords(entered: number, left: number): string {
  return entered + left === 0 ? '' : `, ${formatCount(entered)} are counted who were not, ${formatCount(left)} are not any more`;
}
