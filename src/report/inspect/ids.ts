import type { IdOddity, InspectResult } from '../../analysis/inspect/inspect-result.js';
import { formatCount, formatCounted } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { keepTogether, wrapText } from '../wrap-text.js';

const WIDEST = 24;
const WORDS: Readonly<Record<IdOddity['kind'], string>> = {
  placeholder: 'like a missing value',
  near_duplicate: 'alike but for case, blanks or look-alike characters',
  mangled: 'shortened by a spreadsheet',
  leading_zero: 'with leading zeros, kept as written',
  numeric_float: 'with a decimal point, kept as written',
};

/** What is odd about the ids, with examples. */
export function renderIds({ reading }: InspectResult, page: Page): string[] {
  return (reading?.ids ?? []).flatMap(({ kind, ids, examples }) => {
    const shown = examples.map((id) =>
      keepTogether(`"${safeText(id.length > WIDEST ? `${id.slice(0, WIDEST)}${page.glyphs.ellipsis}` : id)}"`),
    );
    const more = ids > shown.length ? ` and ${formatCount(ids - shown.length)} more` : '';
    return wrapText(`${formatCounted(ids, 'id')} ${WORDS[kind]}: ${shown.join(', ')}${more}`, page.width, '  ', '    ');
  });
}
