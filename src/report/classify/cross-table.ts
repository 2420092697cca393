import type { ClassifyResult } from '../../analysis/classify/classify-result.js';
import { rfmSegments } from '../../segmentation/rfm/rfm-model.js';
import { STATUSES, type StatusName } from '../../segmentation/status/status.js';
import { formatCount, formatShortCount } from '../format.js';
import type { Page } from '../page.js';
import { renderTable, type TableColumn, tableWidth } from '../text-table.js';
import { keepTogether, wrapText } from '../wrap-text.js';

const SHORT_HEADS: Readonly<Partial<Record<StatusName, string>>> = {
  occasional: 'occas',
  reactivated: 'react',
  at_risk: 'risk',
  dormant: 'dorm',
  churned: 'churn',
  never_active: 'never',
};

/** How many users of each RFM segment have each status; segments and statuses without users are left out. */
export function renderCrossTable(result: ClassifyResult, page: Page): string[] {
  const users = countPairs(result);
  const all = rfmSegments(result.rfm.model);
  const statuses = STATUSES.map(({ name }) => name).filter((status) => all.some((segment) => users(status, segment.name) > 0));
  const segments = all.map(({ name }) => name).filter((segment) => STATUSES.some((status) => users(status.name, segment) > 0));
  if (segments.length === 0) return [];
  const build = (head: (status: StatusName) => string, write: (count: number) => string): TableColumn[] => [
    { head: '', align: 'left', leaves: 0, cells: segments },
    ...statuses.map((status): TableColumn => {
      const cells = segments.map((segment) => users(status, segment));
      return {
        head: page.paint.dim(head(status)),
        align: 'right',
        leaves: 0,
        cells: cells.map((count) => (count === 0 ? page.paint.dim(page.glyphs.bullet) : write(count))),
      };
    }),
  ];
  const full = build((status) => status, formatCount);
  if (tableWidth(full) <= page.width) return renderTable(full);
  const short = build((status) => SHORT_HEADS[status] ?? status, formatShortCount);
  if (tableWidth(short) <= page.width) return [...renderTable(short), ...shortHeadsLegend(statuses, page)];
  return statuses.flatMap((status) => {
    const parts = segments
      .filter((segment) => users(status, segment) > 0)
      .map((segment) => keepTogether(`${segment} ${formatCount(users(status, segment))}`));
    return wrapText(`${status}: ${parts.join(', ')}`, page.width, '', '  ');
  });
}

function countPairs(result: ClassifyResult): (status: StatusName, segment: string) => number {
  const counts = new Map(result.statusByRfm.map(({ status, rfmSegment, users }) => [`${status} ${rfmSegment}`, users]));
  return (status, segment) => counts.get(`${status} ${segment}`) ?? 0;
}

function shortHeadsLegend(statuses: readonly StatusName[], page: Page): string[] {
  const shortened = statuses.flatMap((status) =>
    SHORT_HEADS[status] === undefined ? [] : [keepTogether(`${SHORT_HEADS[status]} = ${status}`)],
  );
  return shortened.length === 0 ? [] : wrapText(shortened.join(', '), page.width).map(page.paint.dim);
}
