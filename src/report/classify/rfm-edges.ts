import type { ClassifyResult } from '../../analysis/classify/classify-result.js';
import { floorDecimal, formatCount, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { renderTable, type TableColumn, tableWidth } from '../text-table.js';
import { wrapText } from '../wrap-text.js';
import { edgeWords, NOBODY } from './edge-words.js';

const NO_AMOUNTS = 'There are no amounts: everybody scores M1.';

/** The edges in words, one line a score: "R5: bought within 12 days", "F2: 2 orders", "M5: above 310.00"; then what is special about them. */
export function renderRfmEdges(result: ClassifyResult, page: Page): string[] {
  const { edges, basis } = result.rfm;
  if (edges === null) return [];
  const hasAmounts = result.columns.value !== null;
  const words = edgeWords(edges, basis, result.asOf, page.glyphs.dash);
  const columns = [
    scoreColumn('R', words.recency),
    scoreColumn('F', words.frequency),
    ...(words.monetary === null || !hasAmounts ? [] : [scoreColumn('M', words.monetary)]),
  ];
  const lines =
    tableWidth(columns) <= page.width
      ? renderTable(columns)
      : columns.flatMap(({ cells }) => cells.flatMap((cell) => wrapText(cell, page.width, '', '    ')));
  const notes = [oneTimeNote(result), coincidingNote(columns), words.monetary === null || hasAmounts ? '' : NO_AMOUNTS].filter(
    (note) => note !== '',
  );
  return [...lines, ...notes.flatMap((note) => wrapText(note, page.width))];
}

function scoreColumn(letter: string, texts: readonly string[]): TableColumn {
  return { head: '', align: 'left', leaves: 0, cells: texts.map((text, index) => `${letter}${texts.length - index}: ${text}`) };
}

/** "83 % bought once: frequency is scored among repeat buyers." */
function oneTimeNote({ rfm: { basis, edges, oneTimeShare } }: ClassifyResult): string {
  if (oneTimeShare === null || edges === null) return '';
  const most = floorDecimal(edges.frequency[0] ?? '1');
  const share = formatPercent(oneTimeShare);
  if (basis === 'activity') {
    const often = most === 1n ? 'on one day' : `on ${formatCount(most)} days at most`;
    return `${share} were active ${often}: frequency is scored among the others.`;
  }
  if (most === 1n) return `${share} bought once: frequency is scored among repeat buyers.`;
  return `${share} bought ${formatCount(most)} times at most: frequency is scored among those who bought more often.`;
}

function coincidingNote(columns: readonly TableColumn[]): string {
  const empty = columns.flatMap(({ cells }) => cells.filter((cell) => cell.endsWith(NOBODY)).map((cell) => cell.slice(0, 2)));
  return empty.length === 0 ? '' : `Nobody can score ${empty.join(', ')}: no value lies between those edges.`;
}
