import type { NearMiss, PreviewedSegment, PreviewedUser } from '../../analysis/preview/preview-result.js';
import { formatCount } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { cutText, keepTogether, wrapText } from '../wrap-text.js';

const INDENT = '  ';
/** Columns of a value at most. */
const LONGEST_VALUE = 40;

/** Some members, and some who miss one condition, each with what every condition looks at. */
export function renderExamples({ users, nearMisses, examples }: PreviewedSegment, page: Page): string[] {
  return [...section('Members', examples.members, users, page), ...section('One condition away', examples.nearMisses, nearMisses, page)];
}

function section(title: string, shown: readonly (PreviewedUser | NearMiss)[], all: number, page: Page): string[] {
  if (shown.length === 0) return [];
  return [
    page.paint.dim(`${title}, ${formatCount(shown.length)} of ${formatCount(all)}:`),
    ...shown.flatMap((user) => {
      const missed = 'misses' in user ? user.misses : undefined;
      const answers = user.conditions.map((_, place) => keepTogether(answer(user, place, missed, page)));
      return wrapText(answers.join(` ${page.glyphs.bullet} `), page.width, `${INDENT}${safeText(user.userId)}  `, INDENT.repeat(2));
    }),
  ];
}

/** `2: 3`, or `2: 3 (no)` where the condition does not hold, `2: 3 (misses)` where it alone keeps them out. */
function answer({ conditions }: PreviewedUser, place: number, missed: number | undefined, { glyphs }: Page): string {
  const { value, holds } = conditions[place] ?? { value: null, holds: false };
  const remark = missed === place + 1 ? 'misses' : holds ? '' : 'no';
  if (value === null) return `${place + 1}: ${remark === '' ? 'yes' : remark}`;
  return `${place + 1}: ${cutText(safeText(value), LONGEST_VALUE, glyphs.ellipsis)}${remark === '' ? '' : ` (${remark})`}`;
}
