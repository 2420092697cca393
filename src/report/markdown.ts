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

/** Text that is no markup, link, mention or HTML either, for what is read in chats and comments. */
export function inertMarkdown(text: string): string {
  return safeText(text)
    .replaceAll(/[\\`*_{}[\]()#+!|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//');
}

/** Text as code, whatever it holds. */
export function markdownCode(text: string): string {
  const safe = safeText(text);
  const fence = fenceFor(safe, 1);
  return fence.length === 1 ? `${fence}${safe}${fence}` : `${fence} ${safe} ${fence}`;
}

/** Lines as a block of code, whatever they hold; nothing for none. */
export function markdownBlock(lines: readonly string[]): string {
  const safe = lines.map(safeText);
  const fence = fenceFor(safe.join('\n'), 3);
  return safe.length === 0 ? '' : [fence, ...safe, fence].join('\n');
}

/** More backticks in a row than the text has. */
function fenceFor(text: string, least: number): string {
  const runs = text.match(/`+/g) ?? [];
  return '`'.repeat(Math.max(least, ...runs.map((run) => run.length + 1)));
}
