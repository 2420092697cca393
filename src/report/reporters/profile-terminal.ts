import type { ProfileResult } from '../../analysis/profile/profile-result.js';
import { describeRows, renderLabelled } from '../classify/reading.js';
import { formatCounted, formatDate } from '../format.js';
import { createPage, type Page } from '../page.js';
import { renderFavourites, renderMix, renderTimes, renderTypical, renderWorth, timesTitle } from '../profile/card-parts.js';
import { clearShares, comparedWords, extremeWords, meaningWords, profileHeadline, reachWords } from '../profile/profile-words.js';
import { renderShares } from '../profile/share-table.js';
import { safeText } from '../safe-text.js';
import { padRight, textWidth } from '../text-width.js';
import { keepTogether, wrapText } from '../wrap-text.js';
import type { ProfileReporter } from './profile-reporter.js';

const SHOWN_HASH = 12;
const SHOWN_MORE = 5;
const SHOWN_LESS = 2;
/** From here on there is room for two columns side by side. */
const WIDE = 140;
const GAP = 4;

/** The card on one screen: in one column, or in two where the terminal is wide. */
export const profileTerminal: ProfileReporter = {
  description: 'the card on one screen, in two columns where the terminal is wide',
  render(result, options) {
    const page = createPage(options);
    const isWide = page.width >= WIDE && result.members > 0;
    const half = { ...page, width: isWide ? Math.floor((page.width - GAP) / 2) : page.width };
    const head = [
      ...wrapText(safeText(profileHeadline(result)), page.width).map(page.paint.title),
      ...prose([safeText(meaningWords(result, page.glyphs.arrow)), ...extremeWords(result)], page).map(page.paint.dim),
    ];
    const who = [renderWorth(result, half), [...renderTypical(result, half), ...renderMix(result, half)]];
    const what = [[...renderMore(result, half), ...renderActivity(result, half)]];
    const card = result.members === 0 ? [] : isWide ? [beside(joined(who), joined(what), half.width)] : [...who, ...what];
    const sections = [head, ...card, renderFacts(result, page)];
    return `${joined(sections).join('\n')}\n`;
  },
};

/** Sections with an empty line between them. */
function joined(sections: readonly (readonly string[])[]): string[] {
  return sections.filter((lines) => lines.length > 0).flatMap((lines, place) => (place === 0 ? lines : ['', ...lines]));
}

function beside(left: readonly string[], right: readonly string[], width: number): string[] {
  const rows = Math.max(left.length, right.length);
  return Array.from({ length: rows }, (_, row) => {
    const [first, second] = [left[row] ?? '', right[row] ?? ''];
    return second === '' ? first : padRight(first, width + GAP - Math.max(0, textWidth(first) - width)) + second;
  });
}

function prose(sentences: readonly string[], page: Page): string[] {
  return sentences.flatMap((sentence) => (sentence === '' ? [] : wrapText(sentence, page.width, '', '  ')));
}

function renderMore(result: ProfileResult, page: Page): string[] {
  const [allMore, allLess] = [clearShares(result, 'higher'), clearShares(result, 'lower')];
  const less = allLess.slice(0, allMore.length === 0 ? SHOWN_MORE : SHOWN_LESS);
  const more = allMore.slice(0, allLess.length === 0 ? SHOWN_MORE : SHOWN_MORE - 1);
  const lists = (
    [
      ['More than the rest', more],
      ['Less than the rest', less],
    ] as const
  ).filter(([, shares]) => shares.length > 0);
  const none =
    more.length + less.length > 0 || result.members === result.users || result.tests === 0
      ? []
      : ['In what they do and have, members do not clearly differ from the rest.'];
  return [...(lists.length === 0 ? [] : renderShares(lists, page)), ...prose([...none, ...comparedWords(result).map(safeText)], page)];
}

function renderActivity(result: ProfileResult, page: Page): string[] {
  const times = renderTimes(result, page);
  return [
    ...renderFavourites(result, page),
    ...(times.length === 0 ? [] : [...timesTitle(result, page), ...times]),
    ...prose(reachWords(result).map(safeText), page),
  ];
}

function renderFacts(result: ProfileResult, page: Page): string[] {
  const { asOf, asOfChosen, timezone, filters, settingsHash, tests } = result;
  const chosen = asOfChosen === 'given' ? 'as given' : 'the day of the newest event';
  const hash = keepTogether(`settings ${settingsHash.slice(0, SHOWN_HASH)}.`);
  const tested = tests === 0 ? 'none' : `${formatCounted(tests, 'p-value')} adjusted together`;
  return (
    [
      ['Read', describeRows(result)],
      ['Filter', filters === undefined ? '' : `${safeText(filters.words)}.`],
      ['As of', `end of ${formatDate(asOf)} (${safeText(timezone)}), ${chosen}.`],
      ['Tests', `${tested}; ${hash}`],
    ] as const
  ).flatMap(([label, text]) => (text === '' ? [] : renderLabelled(label, text, page)));
}
