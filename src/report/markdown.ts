import { safeText } from './safe-text.js';

/** A line of a table. */
export const markdownRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Text from data that Markdown and HTML leave as it is. */
export function markdownText(text: string): string {
  return safeText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~>]/g, (sign) => `\\${sign}`);
}
