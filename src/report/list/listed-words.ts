import type { ClassifyResult, EntityUse } from '../../analysis/classify/classify-result.js';
import { formatCount, formatDate } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { formatUnits } from '../unit.js';
import { wrapText } from '../wrap-text.js';

export interface ListedCounts {
  readonly listed: number;
  /** Users that meet the conditions. */
  readonly matching: number;
  /** All users. */
  readonly users: number;
  /** ISO day. */
  readonly asOf: string;
  readonly timezone: string;
  /** Who may be in the list; undefined: everybody. */
  readonly filters: ClassifyResult['filters'];
  readonly entity: EntityUse | undefined;
}

/** How many users there are, and how many of them stand above: "151 users of 240, as of 30 June 2026 (UTC). 50 of them stand here …" */
export function listedWords(counts: ListedCounts, page: Page): string[] {
  const { listed, matching, users } = counts;
  const all = matching === users ? '' : ` of ${formatCount(users)}`;
  const found = matching === 0 ? nobodyWords(counts) : `${formatUnits(matching, counts)}${all}, ${asOfWords(counts)}.`;
  const shown = listed < matching ? ` ${formatCount(listed)} of them stand here; --limit all shows every one.` : '';
  return wrapText(`${found}${shown}`, page.width).map(page.paint.dim);
}

/** "Nobody of 240 users, as of 30 June 2026 (UTC)." */
export function nobodyWords(
  counts: Pick<ListedCounts, 'users' | 'asOf' | 'timezone'> & Partial<Pick<ListedCounts, 'entity' | 'filters'>>,
): string {
  return `Nobody of ${formatUnits(counts.users, counts)}, ${asOfWords(counts)}.`;
}

function asOfWords({ asOf, timezone, filters }: Pick<ListedCounts, 'asOf' | 'timezone'> & Partial<Pick<ListedCounts, 'filters'>>): string {
  return `as of ${formatDate(asOf)} (${safeText(timezone)})${filters === undefined ? '' : `, ${safeText(filters.words)}`}`;
}
