import type { SegmentDefinition } from './rule.js';
import { leavesOf } from './rule-leaves.js';

/** What of the population is measured at a date, beside everybody's own history: population gaps, RFM edges, borders of value tiers. */
export const MEASURES = ['gaps', 'edges', 'borders'] as const;
export type Measure = (typeof MEASURES)[number];

const OF_FEATURES: ReadonlyMap<string, Measure> = new Map([
  ['status', 'gaps'],
  ['status_reason', 'gaps'],
  ['status_group', 'gaps'],
  ['usual_interval_days', 'gaps'],
  ['dormant_after_days', 'gaps'],
  ['churned_after_days', 'gaps'],
  ['rfm_segment', 'edges'],
  ['rfm_score', 'edges'],
  ['recency_score', 'edges'],
  ['frequency_score', 'edges'],
  ['monetary_score', 'edges'],
  ['value_tier', 'borders'],
]);

/** The measures that rules are decided by, in the order of MEASURES. */
export function measuresOfRules(definitions: readonly SegmentDefinition[]): Measure[] {
  const found = definitions.flatMap(({ rule }) =>
    leavesOf(rule).map((leaf) => {
      if (leaf.kind === 'idle') return leaf.of === 'usual_interval' ? 'gaps' : undefined;
      return leaf.kind === 'feature' ? OF_FEATURES.get(leaf.column) : undefined;
    }),
  );
  return MEASURES.filter((measure) => found.includes(measure));
}
