import type { ClassifyResult } from '../../analysis/classify/classify-result.js';
import { formatCount, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { padRight, textWidth } from '../text-width.js';
import { cutText, keepTogether, wrapText } from '../wrap-text.js';

const LONGEST_LABEL = 20;

/** The segmentations beside status and RFM, one line each: `buyer_type  never 1,200 (28 %), once 900 (21 %)`. */
export function renderOtherSegmentations(result: ClassifyResult, page: Page): string[] {
  const others = result.segmentations.filter(
    ({ name, isFurther, own }) => name !== 'status' && name !== 'rfm' && isFurther === undefined && own === undefined,
  );
  const labels = others.map(({ name }) => cutText(safeText(name), LONGEST_LABEL, page.glyphs.ellipsis));
  const width = Math.max(0, ...labels.map(textWidth));
  return others.flatMap(({ segments }, index) => {
    const label = `${padRight(labels[index] ?? '', width)}  `;
    const sizes = segments.map(({ segment, users, share }) =>
      keepTogether(`${safeText(segment)} ${formatCount(users)} (${formatPercent(share)})`),
    );
    const outside = result.users - segments.reduce((sum, { users }) => sum + users, 0);
    if (outside > 0) sizes.push(keepTogether(`none of these ${formatCount(outside)} (${formatPercent(outside / result.users)})`));
    return wrapText(sizes.join(', '), page.width, label);
  });
}
