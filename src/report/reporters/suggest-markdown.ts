import type { SuggestReport } from '../../analysis/suggest/suggest-result.js';
import { formatCount, formatDate, formatDays } from '../format.js';
import { markdownRow, markdownText } from '../markdown.js';
import type { BarRow } from '../suggest/bar-rows.js';
import { borderRows, candidateRows, classRows, eventRows, intervalRows, ratioRows, recoveryRows, returnRows } from '../suggest/pictures.js';
import {
  breaksWords,
  candidateWords,
  churnedWords,
  dormantBorderWords,
  earlierWords,
  eventWords,
  intervalsWords,
  METRIC_WORDS,
  modelWords,
  recoveryWords,
  suggestedWords,
  suggestHeadline,
  unbrokenWords,
  windowWords,
} from '../suggest/suggest-words.js';
import { unitOfResult } from '../unit.js';
import { withBlanks } from '../wrap-text.js';
import type { SuggestReporter } from './suggest-reporter.js';

/** Tables for a page or a pull request. */
export const suggestMarkdown: SuggestReporter = {
  description: 'Markdown tables',
  render(result) {
    const sections = [
      [`### ${markdownText(suggestHeadline(result))}`],
      points(suggestedWords(result)),
      ...tables(result),
      [factsOf(result)],
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function tables(result: SuggestReport): string[][] {
  const { returns, borders, intervals, breaks } = result;
  const { many } = unitOfResult(result);
  const shares = ['came back', '95 % sure', many];
  const back = `came back within ${formatDays(returns.within)}`;
  const sections = [
    table(returnRows(returns), ['days idle', back, '95 % sure', many]),
    points(windowWords(result)),
    table(intervalRows(intervals), ['usual interval, up to days', 'share', many]),
    points([intervalsWords(result)]),
  ];
  if (borders !== null) {
    sections.push(
      table(ratioRows(borders), ['usual intervals idle', ...shares]),
      points(dormantBorderWords(borders.dormant)),
      table(borderRows(borders.present), [`borders on ${formatDate(borders.asOf)}`, ...shares]),
      ...(borders.suggested === null ? [] : [table(borderRows(borders.suggested), ['the same as suggested', ...shares])]),
      points([churnedWords(borders.churned, returns), earlierWords(result)]),
    );
  }
  for (const found of breaks)
    sections.push(table(classRows(found, '–'), [METRIC_WORDS[found.metric], 'share', many]), points([breaksWords(found)]));
  sections.push(points([...unbrokenWords(result), ...modelWords(result)]));
  if (result.events !== null)
    sections.push(
      table(eventRows(result.events, '…'), ['event', 'reach', 'back after it', 'alone', 'counts as']),
      points(eventWords(result)),
    );
  if (result.recovery !== null)
    sections.push(table(recoveryRows(result.recovery), ['minutes', 'completed by then', '95 % sure']), points(recoveryWords(result)));
  sections.push(table(candidateRows(result.candidates), ['candidate', 'share', many]), points(candidateWords(result)));
  return sections;
}

function table(rows: readonly BarRow[], heads: readonly string[]): string[] {
  if (rows.length === 0) return [];
  return [
    markdownRow(heads.map(markdownText)),
    markdownRow(heads.map(() => '---:')),
    ...rows.map(({ label, cells }) => markdownRow([label, ...cells].map(markdownText))),
  ];
}

const points = (sentences: readonly string[]): string[] => sentences.map((sentence) => `- ${markdownText(withBlanks(sentence))}`);

function factsOf({ asOf, timezone, rows, settingsHash }: SuggestReport): string {
  return `As of ${asOf} (${markdownText(timezone)}); ${formatCount(rows.used)} of ${formatCount(rows.total)} rows used; settings ${settingsHash}.`;
}
