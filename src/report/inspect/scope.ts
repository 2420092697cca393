import type { Scope } from '../../analysis/inspect/inspect-result.js';
import { formatCounted } from '../format.js';

/** ` of the first 103,212 records, a sample`; nothing when all were looked at. */
export function scopeWords({ isSample, records }: Scope): string {
  return isSample ? `, of the first ${formatCounted(records, 'record')}, a sample` : '';
}
