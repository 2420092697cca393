import type { ExplainedUser, ExplainResult } from '../../analysis/explain/explain-result.js';
import { edgeWords } from '../classify/edge-words.js';
import { formatAmount, formatCount, formatCounted, formatDays, formatDecimal, formatShortDate } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';
import { renderValue } from './explained-values.js';

/** RFM values with their scores, the meaning of each score, the edges, and the newest orders. */
export function renderUserRfm(user: ExplainedUser, result: ExplainResult, page: Page): string[] {
  return [...scoreLines(user, result).flatMap(([label, text]) => renderValue(label, text, page)), ...orderLines(user, result, page)];

  function scoreLines({ rfm }: ExplainedUser, { rfm: { edges, basis }, asOf, currency }: ExplainResult): [string, string][] {
    const { scores } = rfm;
    const values: [string, string][] = [
      ['recency', rfm.recencyDays === null ? page.glyphs.none : formatDays(rfm.recencyDays)],
      ['frequency', basis === 'orders' ? formatCounted(rfm.frequency, 'order') : formatCounted(rfm.frequency, 'active day')],
      ...(rfm.monetary === null ? [] : [['monetary', formatAmount(rfm.monetary, currency)] as [string, string]]),
    ];
    if (scores === null || edges === null) return [...values, ['score', 'none']];
    const words = edgeWords(edges, basis, asOf, page.glyphs.dash);
    const ways = [
      { letter: 'R', score: scores.recency, words: words.recency, edges: edges.recencyDays },
      { letter: 'F', score: scores.frequency, words: words.frequency, edges: edges.frequency },
      { letter: 'M', score: scores.monetary, words: words.monetary, edges: edges.monetary },
    ];
    return values.map(([label, text], index): [string, string] => {
      const way = ways[index];
      if (way === undefined || way.score === null || way.words === null || way.edges === null) return [label, text];
      return [
        label,
        `${text}: ${way.letter}${way.score} (${way.words[way.words.length - way.score]}; edges ${way.edges.map((edge) => formatDecimal(edge)).join(', ')})`,
      ];
    });
  }
}

function orderLines({ rfm }: ExplainedUser, { asOf, currency }: ExplainResult, page: Page): string[] {
  if (rfm.orders === 0) return [];
  const orders = rfm.newestOrders.map(({ day, orderId, amount }) => {
    const parts = [formatShortDate(day, asOf), amount === null ? 'amount unknown' : formatAmount(amount, currency)];
    return orderId === null ? parts.join(' ') : `${parts.join(' ')} (${safeText(orderId)})`;
  });
  const more = rfm.orders - rfm.newestOrders.length;
  const listed = more > 0 && orders.length > 0 ? [...orders, `${formatCount(more)} earlier`] : orders;
  return renderValue(
    'orders',
    [formatCount(rfm.orders), ...(listed.length === 0 ? [] : [`newest first: ${listed.join('; ')}`])].join(', '),
    page,
  );
}

/** `RFM: potential_loyalists (433)` */
export function rfmTitle({ rfm: { segment, scores } }: ExplainedUser, page: Page): string[] {
  const score = scores === null ? 'not scored' : `${scores.recency}${scores.frequency}${scores.monetary ?? ''}`;
  return wrapText(`RFM: ${segment} (${score})`, page.width);
}
