import type { RejectedRow, Warning } from '../../analysis/classify/classify-result.js';
import { formatCount } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';

const SHOWN_REJECTS = 5;

/** One paragraph a warning, its code in brackets; nothing without warnings. */
export function renderWarnings(warnings: readonly Warning[], page: Page): string[] {
  return warnings.flatMap(({ code, message }) => {
    const [first = '', ...rest] = wrapText(`${safeText(message)} [${safeText(code)}]`, page.width, '! ');
    return [page.paint.warn('!') + first.slice(1), ...rest];
  });
}

/** The first rejected rows as file:line: reason, and how many more there are. */
export function renderRejects(rejects: readonly RejectedRow[], rejected: number, page: Page): string[] {
  const shown = rejects.slice(0, SHOWN_REJECTS);
  const more = rejected - shown.length;
  const lines = shown.map(({ file, line, reason }) => `${safeText(file)}:${line}: ${safeText(reason)}`);
  if (more > 0 && shown.length > 0) lines.push(`and ${formatCount(more)} more; --rejects FILE writes them all`);
  return lines.flatMap((line) => wrapText(line, page.width, '  ', '    '));
}
