import type { ClassifyResult, OwnSegmentInfo, SegmentSize } from '../../analysis/classify/classify-result.js';
import { formatCount, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { unitOfResult } from '../unit.js';
import { wrapText } from '../wrap-text.js';
import { renderSizes } from './further-segmentations.js';

const INDENT = '    ';

/** Own segments: sizes, value, and below each its goal, or what it is; who is too small for its `min_size` is marked. */
export function renderOwnSegments(result: ClassifyResult, page: Page): string[] {
  const found = result.segmentations.find(({ own }) => own !== undefined);
  if (found?.own === undefined) return [];
  const { segments, own } = found;
  const [head = '', ...rows] = renderSizes(segments, result, page);
  const lines = rows.flatMap((row, place) => [row, ...notes(segments[place], own.segments[place], result, page)]);
  const none = `In none of these: ${formatPercent(own.usersInNone / result.users)} of the ${unitOfResult(result).many}.`;
  const overlap = segments.length > 1 ? 'Own segments may overlap: shares do not add up to 100 %.' : '';
  return [
    page.paint.title('Own segments'),
    head,
    ...lines,
    ...wrapText([overlap, none].filter((text) => text !== '').join(' '), page.width).map(page.paint.dim),
  ];
}

function notes(size: SegmentSize | undefined, info: OwnSegmentInfo | undefined, result: ClassifyResult, page: Page): string[] {
  if (size === undefined || info === undefined) return [];
  const { goal, description, minSize } = info;
  const words = goal === '' ? description : [description, `${page.glyphs.arrow} ${goal}`].filter((text) => text !== '').join(' ');
  const isSmall = minSize !== null && size.users < minSize;
  const least = `! fewer than its min_size of ${formatCount(minSize ?? 0)} ${unitOfResult(result).many}`;
  return [
    ...(words === '' ? [] : wrapText(safeText(words), page.width, INDENT).map(page.paint.dim)),
    ...(isSmall ? wrapText(least, page.width, INDENT).map(page.paint.warn) : []),
  ];
}
