import type { ExplainedSegment, ExplainedUser } from '../../analysis/explain/explain-result.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';

/** Each own segment, its rule, and below it each condition with the user's value and whether it holds. */
export function renderOwnSegmentRules({ own }: ExplainedUser, page: Page): string[] {
  return own.flatMap((segment) => renderSegment(segment, page));
}

function renderSegment({ segment, holds, takenBy, rule, leaves }: ExplainedSegment, page: Page): string[] {
  const head = wrapText(leaves.length === 1 ? leafText(leaves[0]) : safeText(rule), page.width, `${holds ? '>' : ' '} ${segment}: `);
  const below =
    leaves.length === 1
      ? []
      : leaves.flatMap((leaf) => wrapText(leafText(leaf), page.width, '      ').map(leaf.holds ? (line) => line : page.paint.dim));
  const taken = takenBy === undefined ? [] : wrapText(`by the first match in ${takenBy}, which comes earlier`, page.width, '      ');
  return [...head.map(holds ? page.paint.strong : page.paint.dim), ...below, ...taken];
}

/** `did(purchase) >= 2: 3? yes` */
function leafText(leaf: ExplainedSegment['leaves'][number] | undefined): string {
  if (leaf === undefined) return '';
  const { text, value, holds } = leaf;
  return `${safeText(text)}${value === null ? '' : `: ${safeText(value)}`}? ${holds ? 'yes' : 'no'}`;
}
