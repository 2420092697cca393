import { safeText } from '../report/safe-text.js';

/** Warnings as lines for stderr: `warning: … [code]`. */
export function presentWarnings(warnings: readonly { readonly code: string; readonly message: string }[]): string {
  return warnings.map(({ code, message }) => `warning: ${safeText(message)} [${code}]\n`).join('');
}
