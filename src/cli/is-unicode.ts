import type { CliIo } from './io.js';

/** Whether text may use signs beyond ASCII: yes, unless the locale names another encoding. */
export function isUnicode(env: CliIo['env']): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8';
  return /utf-?8/i.test(locale);
}
