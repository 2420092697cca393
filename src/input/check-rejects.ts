import { fail } from '../errors/segment-error.js';

export type RejectBound =
  | { readonly kind: 'default' }
  | { readonly kind: 'rows'; readonly rows: number }
  | { readonly kind: 'percent'; readonly percent: number };

interface Listed {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

const DEFAULT_PERCENT = 1;
const DEFAULT_ROWS = 100;

/**
 * Refuses an input of which too much is unreadable (PRODUCT §2): rejects, or bad amounts, above 1 % and 100 rows, or
 * above half of all rows; `--max-rejects` sets another bound for both. Errors: `too-many-rejects`, `too-many-bad-amounts`.
 */
export function checkRejects(
  rows: { readonly total: number; readonly rejected: number },
  badAmounts: number,
  bound: RejectBound,
  listed: readonly Listed[],
): void {
  if (isTooMany(rows.rejected, rows.total, bound)) {
    fail('too-many-rejects', {
      rejected: rows.rejected,
      total: rows.total,
      bound: inWords(bound),
      examples: listed.map(({ file, line, reason }) => `${file}:${line}: ${reason}`),
    });
  }
  if (isTooMany(badAmounts, rows.total, bound)) fail('too-many-bad-amounts', { bad: badAmounts, total: rows.total, bound: inWords(bound) });
}

/** The bound in words, when more of a file is unreadable than it allows. */
export function boundIfExceeded(rejected: number, total: number, bound: RejectBound): string | undefined {
  return isTooMany(rejected, total, bound) ? inWords(bound) : undefined;
}

function isTooMany(count: number, total: number, bound: RejectBound): boolean {
  if (bound.kind === 'rows') return count > bound.rows;
  if (bound.kind === 'percent') return 100 * count > bound.percent * total;
  return (100 * count > DEFAULT_PERCENT * total && count > DEFAULT_ROWS) || 2 * count > total;
}

function inWords(bound: RejectBound): string {
  if (bound.kind === 'rows') return bound.rows === 0 ? 'none' : `${bound.rows} rows`;
  if (bound.kind === 'percent') return `${bound.percent} %`;
  return '1 % and 100 rows, or half of all rows';
}
