import { formatCounted } from '../format.js';
import type { Page } from '../page.js';
import type { RenderOptions } from '../render-options.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';

/** Where the files are; without output, that nothing was written. */
export function renderFilesLine(output: RenderOptions['output'], page: Page): string[] {
  const text = output === null ? 'Nothing was written.' : `${formatCounted(output.files, 'file')} in ${safeText(output.directory)}`;
  return wrapText(text, page.width);
}
