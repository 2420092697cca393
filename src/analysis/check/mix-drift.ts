import { OWN_SEGMENTATION } from '../../segmentation/rules/rule.js';
import { mixDrift } from '../../statistics/drift.js';
import type { MixDrift } from './check-result.js';
import type { RunRecord } from './run-record.js';

/** How far the mix of each segmentation moved since an earlier run. */
export function mixDrifts(before: RunRecord, after: RunRecord): MixDrift[] {
  return Object.entries(after.sizes).flatMap(([segmentation, sizes]) => {
    const earlier = before.sizes[segmentation];
    // Own segments overlap: their sizes are no shares of one whole.
    if (earlier === undefined || segmentation === OWN_SEGMENTATION) return [];
    const segments = [...new Set([...Object.keys(earlier), ...Object.keys(sizes)])];
    const sizesOf = (of: Readonly<Record<string, number>>): number[] =>
      segments.map((name) => (Object.hasOwn(of, name) ? (of[name] ?? 0) : 0));
    const drift = mixDrift(sizesOf(earlier), sizesOf(sizes));
    return drift === undefined ? [] : { segmentation, since: before.asOf, ...drift };
  });
}
