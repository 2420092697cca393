import { type EventRoles, isSameEvent, rolesOf } from '../../events/event-roles.js';
import { ROLE } from '../../events/role-bits.js';
import type { MemberCondition } from '../../membership/list-query.js';
import type { EventSelector, Leaf, SegmentDefinition } from '../../segmentation/rules/rule.js';
import { leavesOf, mentionsOf, selectorsOf } from '../../segmentation/rules/rule-leaves.js';
import { type Ingredient, ingredientsOf } from '../compare/metrics.js';

/** What a segment is made from: where members differ from the rest in it, they do so by definition. */
export interface Definition {
  readonly ingredients: ReadonlySet<Ingredient>;
  /** Names of events that a rule asks for. */
  readonly events: readonly string[];
  /** Columns that conditions and rules ask for. */
  readonly columns: readonly string[];
}

/** Columns of `members` that belong to no segmentation, and what they are made from; the others are called like theirs. */
const MADE_FROM: Readonly<Record<string, readonly Ingredient[]>> = {
  recency_days: ['orders'],
  frequency: ['orders'],
  orders: ['orders'],
  monetary: ['orders', 'money'],
  idle_days: ['recency'],
  last_seen: ['recency'],
  first_seen: ['tenure'],
  tenure_days: ['tenure'],
  active_days: ['active days'],
  events: ['active days'],
  usual_interval_days: ['cadence'],
  dormant_after_days: ['cadence'],
  churned_after_days: ['cadence'],
};
/** The segmentation that a column is a part of. */
const PART_OF: Readonly<Record<string, string>> = {
  status_reason: 'status',
  status_group: 'status',
  rfm_segment: 'rfm',
  rfm_score: 'rfm',
  recency_score: 'rfm',
  frequency_score: 'rfm',
  monetary_score: 'rfm',
};

/** What the conditions, and the rules of the own segments among them, are about. */
export function definitionOf(
  conditions: readonly MemberCondition[],
  definitions: readonly SegmentDefinition[],
  basis: 'orders' | 'activity',
  roles: EventRoles,
): Definition {
  const named = new Map(definitions.map((definition) => [definition.name, definition]));
  const leaves = allLeaves(
    conditions.flatMap(({ kind, column, values }) => (kind === 'own' ? values : [column])),
    named,
  );
  const columns = [
    ...conditions.filter(({ kind, column }) => kind !== 'own' && !named.has(column)).map(({ column }) => column),
    ...leaves.flatMap((leaf) => (leaf.kind === 'feature' ? [leaf.column] : [])),
  ];
  const mentions = leaves.flatMap(mentionsOf);
  const selectors = leaves.flatMap(selectorsOf);
  const events = selectors.flatMap(({ names }: EventSelector) => names);
  return {
    ingredients: new Set([
      ...ingredientsOf([], basis),
      ...columns.flatMap((column) => ofColumn(column, basis)),
      ...leaves.flatMap((leaf): readonly Ingredient[] => (leaf.kind === 'idle' ? ['recency', 'cadence'] : [])),
      ...(selectors.some(({ names }) => names.length === 0) ? (['active days', 'recency'] as const) : []),
      ...events.flatMap((name) => ingredientsOfKinds(rolesOf(name, roles))),
    ]),
    events,
    columns: [...columns, ...mentions.flatMap(({ kind, name }) => (kind === 'user_property' ? [name] : []))],
  };
}

/** The leaves of own segments, and of those that they refer to. */
function allLeaves(names: readonly string[], named: ReadonlyMap<string, SegmentDefinition>): Leaf[] {
  const seen = new Set<string>();
  const leavesIn = (name: string): Leaf[] => {
    const definition = named.get(name);
    if (definition === undefined || seen.has(name)) return [];
    seen.add(name);
    return leavesOf(definition.rule).flatMap((leaf) => (leaf.kind === 'segment' ? leavesIn(leaf.segment) : [leaf]));
  };
  return names.flatMap(leavesIn);
}

function ofColumn(column: string, basis: 'orders' | 'activity'): readonly Ingredient[] {
  const own = MADE_FROM[column];
  if (own !== undefined) return own;
  return [...ingredientsOf([PART_OF[column] ?? column], basis)];
}

/** Whether a segment is made from an event, by its name or by what it counts as. */
export function isEventOfDefinition(event: string, kinds: number, { ingredients, events }: Definition): boolean {
  if (events.some((name) => isSameEvent(name, event))) return true;
  return ingredientsOfKinds(kinds).some((ingredient) => ingredients.has(ingredient));
}

/** What an event with these role bits is an ingredient of. */
function ingredientsOfKinds(kinds: number): Ingredient[] {
  const roles: readonly (readonly [number, Ingredient])[] = [
    [ROLE.purchase | ROLE.named, 'orders'],
    [ROLE.refund, 'money'],
    [ROLE.churn, 'churn'],
  ];
  return roles.flatMap(([bits, ingredient]) => ((kinds & bits) === 0 ? [] : [ingredient]));
}

/** Whether a segment is made from what a segmentation, by its column of `members`, is made from. */
export function isSegmentationOfDefinition(column: string, basis: 'orders' | 'activity', { ingredients, columns }: Definition): boolean {
  if (columns.includes(column)) return true;
  return [...ingredientsOf([PART_OF[column] ?? column], basis)].some((ingredient) => ingredient !== 'size' && ingredients.has(ingredient));
}

/** Whether a condition or a rule asks for a column that was carried along. */
export function isColumnOfDefinition(column: string, { columns }: Definition): boolean {
  const asked = column.replace(/^property:/, '');
  return columns.some((name) => name === column || name.replace(/^(?:property:|users\.|events\.)/, '') === asked);
}
