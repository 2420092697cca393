import type { Bound, EventCondition, EventSelector, Leaf, Rule, SegmentDefinition } from '../../segmentation/rules/rule.js';
import { leavesOf, selectorsOf } from '../../segmentation/rules/rule-leaves.js';

/** A rule that is worked out beside the others, to tell something of one of them. */
export type LintProbe = {
  readonly definition: SegmentDefinition;
  /** Which definition it tells something of. */
  readonly index: number;
} & (
  | { readonly kind: 'without'; readonly condition: EventCondition }
  /** Its leaf looks at the `end` values, user by user, of the property that the condition asks a number of. */
  | {
      readonly kind: 'extreme';
      readonly condition: EventCondition & { readonly kind: 'property' };
      readonly end: 'least' | 'greatest';
      readonly low: Bound | null;
      readonly high: Bound | null;
    }
);

/**
 * For every condition on events its rule without it, and where it compares numbers the least and the greatest value that events of the
 * same kind have.
 */
export function makeProbes(definitions: readonly SegmentDefinition[]): LintProbe[] {
  const probes = definitions.flatMap((definition, index) =>
    leavesOf(definition.rule)
      .flatMap(selectorsOf)
      .flatMap((selector) => selector.where.flatMap((condition) => probesOf(definition, index, selector, condition))),
  );
  // No name of a segment begins so.
  return probes.map((probe, place) => ({ ...probe, definition: { ...probe.definition, name: `:probe ${place}` } }));
}

function probesOf(definition: SegmentDefinition, index: number, selector: EventSelector, condition: EventCondition): LintProbe[] {
  const others: EventSelector = { ...selector, where: selector.where.filter((one) => one !== condition) };
  const without: LintProbe = {
    kind: 'without',
    definition: { ...definition, rule: replaced(definition.rule, selector, others) },
    index,
    condition,
  };
  if (condition.kind !== 'property' || condition.test.kind !== 'numbers') return [without];
  const {
    property,
    span,
    test: { low, high },
  } = condition;
  const extremes = (['least', 'greatest'] as const).map((end): LintProbe => {
    const rule: Leaf = {
      kind: 'behaviour',
      value: { events: others, measure: { kind: end, property, span }, window: { kind: 'ever' } },
      per: null,
      range: { low, high, isNegated: false },
      span,
    };
    return { kind: 'extreme', definition: { ...definition, rule }, index, condition, end, low, high };
  });
  return [without, ...extremes];
}

/** A rule with one of its parts changed for another. */
function replaced(rule: Rule, part: object, other: object): Rule {
  const copy = (value: unknown): unknown => {
    if (value === part) return other;
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
  };
  return copy(rule) as Rule;
}
