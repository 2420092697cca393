import type { Edges } from '../../analysis/classify/classify-result.js';
import { compareDecimals, floorDecimal, formatAmount, formatCount, formatDate } from '../format.js';

/** Stands where no value gives the score. */
export const NOBODY = 'nobody';

/** What the scores mean, the best first: "bought within 12 days", "2 orders", "above 310.00"; no money when activity is scored. */
export function edgeWords(
  edges: Edges,
  basis: 'orders' | 'activity',
  asOf: string,
  dash: string,
): { readonly recency: string[]; readonly frequency: string[]; readonly monetary: string[] | null } {
  return {
    recency: recencyWords(edges.recencyDays, basis, asOf, dash),
    frequency: frequencyWords(edges.frequency, basis, dash),
    monetary: edges.monetary === null ? null : moneyWords(edges.monetary),
  };
}

/** Recency is whole days, so an edge of 12.6 days means "within 12 days". */
function recencyWords(edges: readonly string[], basis: 'orders' | 'activity', asOf: string, dash: string): string[] {
  const verb = basis === 'orders' ? 'bought' : 'active';
  const days = edges.map(floorDecimal);
  const best = days.length + 1;
  return scoresDown(edges).map((score) => {
    const [before, last] = [days[best - score - 1], days[best - score]];
    if (before === undefined) return last === 0n ? `${verb} on ${formatDate(asOf)}` : `${verb} within ${countDays(last ?? 0n)}`;
    if (last === undefined) return before === 0n ? `${verb} before ${formatDate(asOf)}` : `${verb} over ${countDays(before)} ago`;
    return before === last ? NOBODY : `${range(before + 1n, last, dash)} ${last === 1n ? 'day' : 'days'} ago`;
  });
}

function frequencyWords(edges: readonly string[], basis: 'orders' | 'activity', dash: string): string[] {
  const [one, many] = basis === 'orders' ? ['order', 'orders'] : ['active day', 'active days'];
  const counts = edges.map(floorDecimal);
  return scoresDown(edges).map((score) => {
    const [before = 0n, last] = [counts[score - 2], counts[score - 1]];
    if (last === undefined) return `${formatCount(before + 1n)} ${many} or more`;
    return before === last ? NOBODY : `${range(before + 1n, last, dash)} ${last === 1n ? one : many}`;
  });
}

function moneyWords(edges: readonly string[]): string[] {
  return scoresDown(edges).map((score) => {
    const [before, last] = [edges[score - 2], edges[score - 1]];
    if (before === undefined) return `up to ${formatAmount(last ?? '0')}`;
    if (last === undefined) return `above ${formatAmount(before)}`;
    return compareDecimals(before, last) === 0 ? NOBODY : `above ${formatAmount(before)} to ${formatAmount(last)}`;
  });
}

/** One score more than edges. */
function scoresDown(edges: readonly string[]): number[] {
  return Array.from({ length: edges.length + 1 }, (_, index) => edges.length + 1 - index);
}

function range(first: bigint, last: bigint, dash: string): string {
  return first === last ? formatCount(first) : `${formatCount(first)}${dash}${formatCount(last)}`;
}

function countDays(days: bigint): string {
  return `${formatCount(days)} ${days === 1n ? 'day' : 'days'}`;
}
