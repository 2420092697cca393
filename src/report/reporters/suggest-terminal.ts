import type { SuggestReport } from '../../analysis/suggest/suggest-result.js';
import { describeRows, renderLabelled } from '../classify/reading.js';
import { formatDate, formatDays } from '../format.js';
import { createPage, type Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { type BarRow, renderBarRows } from '../suggest/bar-rows.js';
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
import { wrapText } from '../wrap-text.js';
import type { SuggestReporter } from './suggest-reporter.js';

const SHOWN_HASH = 12;

/** What to set, then each threshold with the picture that supports it, as wide as the terminal. */
export const suggestTerminal: SuggestReporter = {
  description: 'what to set, then each threshold with a picture of what supports it, as wide as the terminal',
  render(result, options) {
    const page = createPage(options);
    const sections = [
      wrapText(suggestHeadline(result), page.width).map(page.paint.title),
      prose(suggestedWords(result), page),
      returnsSection(result, page),
      intervalsSection(result, page),
      ...bordersSections(result, page),
      ...breaksSections(result, page),
      eventsSection(result, page),
      recoverySection(result, page),
      candidatesSection(result, page),
      renderFacts(result, page),
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function prose(sentences: readonly string[], page: Page): string[] {
  return sentences.flatMap((sentence) => wrapText(sentence, page.width, '', '  '));
}

function picture(title: string, rows: readonly BarRow[], heads: readonly string[], page: Page): string[] {
  return rows.length === 0 ? [] : [...wrapText(title, page.width).map(page.paint.strong), ...renderBarRows(rows, heads, page)];
}

function returnsSection(result: SuggestReport, page: Page): string[] {
  const { many } = unitOfResult(result);
  const { returns } = result;
  return [
    ...picture(
      `Who comes back within ${formatDays(returns.within)}, by days idle`,
      returnRows(returns),
      ['idle', 'back', '95 % sure', many],
      page,
    ),
    ...prose(windowWords(result), page),
  ];
}

function intervalsSection(result: SuggestReport, page: Page): string[] {
  const { many } = unitOfResult(result);
  return [
    ...picture('Usual intervals, up to so many days', intervalRows(result.intervals), ['days', 'share', many], page),
    ...prose([intervalsWords(result)], page),
  ];
}

function bordersSections(result: SuggestReport, page: Page): string[][] {
  const { borders, returns } = result;
  if (borders === null) return [];
  const heads = ['', 'back', '95 % sure', unitOfResult(result).many];
  const since = `within ${formatDays(borders.within)} of ${formatDate(borders.asOf)}`;
  return [
    [
      ...picture(`Who came back ${since}, by usual intervals idle`, ratioRows(borders), heads, page),
      ...prose(dormantBorderWords(borders.dormant), page),
    ],
    [
      ...picture(`Who came back ${since}, by the borders as they stand`, borderRows(borders.present), heads, page),
      ...(borders.suggested === null ? [] : picture('… and as suggested', borderRows(borders.suggested), heads, page)),
      ...prose([churnedWords(borders.churned, returns), earlierWords(result)], page),
    ],
  ];
}

function breaksSections(result: SuggestReport, page: Page): string[][] {
  const { many } = unitOfResult(result);
  return [
    ...result.breaks.map((found) => [
      ...picture(METRIC_WORDS[found.metric], classRows(found, page.glyphs.dash), ['', 'share', many], page),
      ...prose([breaksWords(found)], page),
    ]),
    prose([...unbrokenWords(result), ...modelWords(result)], page),
  ];
}

function eventsSection(result: SuggestReport, page: Page): string[] {
  const { events } = result;
  if (events === null) return [];
  const rows = eventRows(events, page.glyphs.ellipsis);
  return [
    ...picture(
      `Names of events, by reach: who was back after the last one, days with nothing else`,
      rows,
      ['', 'reach', 'back', 'alone', 'counts as'],
      page,
    ),
    ...prose(eventWords(result), page),
  ];
}

function recoverySection(result: SuggestReport, page: Page): string[] {
  const { recovery } = result;
  if (recovery === null) return [];
  return [
    ...picture('Started transactions, by minutes until they are completed', recoveryRows(recovery), ['by', 'share', '95 % sure'], page),
    ...prose(recoveryWords(result), page),
  ];
}

function candidatesSection(result: SuggestReport, page: Page): string[] {
  const { candidates } = result;
  const { many } = unitOfResult(result);
  return [
    ...picture('Candidate segments, by the share that came back or ordered', candidateRows(candidates), ['', 'share', many], page),
    ...prose(candidateWords(result), page),
  ];
}

function renderFacts(result: SuggestReport, page: Page): string[] {
  const { asOf, asOfChosen, timezone, historyDays, filters, settingsHash } = result;
  const chosen = asOfChosen === 'given' ? 'as given' : 'the day of the newest event';
  return (
    [
      ['Read', describeRows(result)],
      ['Filter', filters === undefined ? '' : `${safeText(filters.words)}.`],
      ['As of', `end of ${formatDate(asOf)} (${safeText(timezone)}), ${chosen}; ${formatDays(historyDays)} of history.`],
      ['Hash', `${settingsHash.slice(0, SHOWN_HASH)} of the settings.`],
    ] as const
  ).flatMap(([label, text]) => (text === '' ? [] : renderLabelled(label, text, page)));
}
