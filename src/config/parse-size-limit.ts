import type { Limit } from '../analysis/check/limits.js';

/** A limit and what was written for it. */
export interface SizeLimit {
  readonly limit: Limit;
  readonly text: string;
}

/** The limit that a text such as `status=at_risk max 500` or `status=loyal share 0.05..0.3` means; undefined for other texts. */
export function parseSizeLimit(text: string): SizeLimit | undefined {
  const bound = /^(.*?\S)\s+(?:(min|max)\s+(\S+)|(share\s+)?(\S*)\.\.(\S*))\s*$/.exec(text);
  const segment = /^\s*([^=]*[^=\s])\s*=\s*(.*\S)\s*$/.exec(bound?.[1] ?? '');
  if (bound === null || segment === null) return undefined;
  const [, , word, number, share, first = '', last = ''] = bound;
  const of = share === undefined ? 'users' : 'share';
  const low = word === 'min' ? number : word === undefined ? first : '';
  const high = word === 'max' ? number : word === undefined ? last : '';
  const ends = { low: endOf(low ?? '', of), high: endOf(high ?? '', of) };
  if (ends.low === undefined || ends.high === undefined || (ends.low === null && ends.high === null)) return undefined;
  if (ends.low !== null && ends.high !== null && ends.low > ends.high) return undefined;
  return {
    limit: {
      segmentation: segment[1] ?? '',
      segment: segment[2] ?? '',
      of,
      low: ends.low,
      high: ends.high,
    },
    text,
  };
}

/** null for an open end, undefined for no number. */
function endOf(text: string, of: Limit['of']): number | null | undefined {
  if (text === '') return null;
  if (of === 'users') return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (!/^(0|0?\.\d{1,9}|1|1\.0{1,9})$/.test(text)) return undefined;
  return Number(text);
}
