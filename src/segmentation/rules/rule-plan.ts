import type { PropertyPlace } from '../../events/event-shape.js';
import type { OffsetTable } from '../../sql/functions.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import { ColumnRegistry, type RuleColumn } from './column-registry.js';
import { LeafPlanner, type PlannedTest } from './leaf-planner.js';
import type { Leaf, Rule, SegmentDefinition, Test } from './rule.js';
import { leavesOf } from './rule-leaves.js';
import type { WindowSettings } from './window-query.js';

/** What rules are turned into SQL with. */
export interface RuleSettings extends WindowSettings {
  readonly zone: OffsetTable;
  /** The event names of the heads of the files, most frequent first. */
  readonly namesInHead: readonly string[];
  readonly eventColumn: (property: string) => EventColumn;
  readonly userProperty: (property: string) => PropertyPlace;
}

/** What the property of an event is read from: the amount, or the index-th property column of `events`. */
export type EventColumn = 'amount' | number;

/** Events that rules are about. */
export interface EventSelection {
  /** `every`: also what is no activity. */
  readonly names: readonly string[] | 'activity' | 'every';
  readonly where: readonly (
    | { readonly kind: 'property'; readonly source: EventColumn; readonly test: Test }
    | { readonly kind: 'hours'; readonly from: number; readonly to: number }
    | { readonly kind: 'weekdays'; readonly days: readonly number[] }
  )[];
}

/** The same with the bit of `marks_<mask>` that marks them. */
export interface PlannedSelector extends EventSelection {
  readonly mask: number;
  readonly bit: bigint;
}

/** A column of `rule_events` that is read from a property, for the events with one of the bits (by mask). */
export interface PlannedProperty {
  readonly name: Sql;
  readonly source: EventColumn;
  readonly isNumber: boolean;
  readonly bits: readonly bigint[];
}

/** A definition as SQL. */
export interface PlannedSegment {
  readonly definition: SegmentDefinition;
  /** Its column in the levels of `own_segments`. */
  readonly column: Sql;
  /** Over `leaf_tests` and the segments of lower levels; true or false. */
  readonly holds: Sql;
  /** 0: refers to no other segment. */
  readonly level: number;
}

/** What all rules together need, everything once. */
export interface RulePlan {
  readonly settings: RuleSettings;
  readonly selectors: readonly PlannedSelector[];
  readonly properties: readonly PlannedProperty[];
  /** Over `rule_events`, a row a user. */
  readonly anchors: readonly RuleColumn[];
  readonly hasFirstSeen: boolean;
  /** Whether a sequence has a window that is measured from what is the user's own. */
  readonly hasPlacedSequences: boolean;
  /** Over `placed_events`, a row a user. */
  readonly eventValues: readonly RuleColumn[];
  /** By layer, each upon the one before, over the events of a user. */
  readonly chains: readonly (readonly RuleColumn[])[];
  /** Bits of the events that sequences are about, by mask. */
  readonly chainBits: readonly bigint[];
  /** Over the last layer of chains, a row a user. */
  readonly sequenceValues: readonly RuleColumn[];
  /** Over the members and their values; true or false. */
  readonly leaves: readonly RuleColumn[];
  /** The column of each leaf that is no other segment. */
  readonly leafColumns: ReadonlyMap<Leaf, Sql>;
  /** What each leaf that is no other segment looks at, as text. */
  readonly shown: ReadonlyMap<Leaf, PlannedTest>;
  /** In the order of the definitions. */
  readonly segments: readonly PlannedSegment[];
}

/** Turns definitions, which refer only to each other and in no circle, into what SQL is made of. */
export function planRules(definitions: readonly SegmentDefinition[], settings: RuleSettings): RulePlan {
  const planner = new LeafPlanner(settings);
  const leaves = new ColumnRegistry((place) => ident(`leaf_${place}`));
  const leafColumns = new Map<Leaf, Sql>();
  const shown = new Map<Leaf, PlannedTest>();
  const places = new Map(definitions.map(({ name }, place) => [name, place]));
  const levels = levelsOf(definitions, places);
  const segmentColumn = (name: string): Sql => ident(`segment_${placeOf(name, places)}`);
  const holds = (rule: Rule): Sql => {
    switch (rule.kind) {
      case 'all':
      case 'any':
        return sql`(${join(rule.rules.map(holds), rule.kind === 'all' ? sql` and ` : sql` or `)})`;
      case 'not':
        return sql`(not ${holds(rule.rule)})`;
      case 'segment':
        return segmentColumn(rule.segment);
      default: {
        const planned = planner.plan(rule);
        shown.set(rule, planned);
        const column = leaves.add(planned.holds);
        leafColumns.set(rule, column);
        return column;
      }
    }
  };
  const segments = definitions.map((definition) => ({
    definition,
    column: segmentColumn(definition.name),
    holds: holds(definition.rule),
    level: levels.get(definition.name) ?? 0,
  }));
  return {
    settings,
    selectors: planner.selectors,
    properties: planner.properties,
    anchors: planner.anchors.columns,
    hasFirstSeen: planner.hasFirstSeen,
    hasPlacedSequences: planner.hasPlacedSequences,
    eventValues: planner.eventValues.columns,
    chains: planner.chains.map(({ columns }) => columns),
    chainBits: planner.chainBits,
    sequenceValues: planner.sequenceValues.columns,
    leaves: leaves.columns,
    leafColumns,
    shown,
    segments,
  };
}

/** The column of a leaf that is no other segment. */
export function leafColumn({ leafColumns }: RulePlan, leaf: Leaf): Sql {
  const column = leafColumns.get(leaf);
  if (column === undefined) throw new RangeError(`no column of a ${leaf.kind}`);
  return column;
}

/** The column of the segment of a name. */
export function segmentColumnOf({ segments }: RulePlan, name: string): Sql {
  const segment = segments.find(({ definition }) => definition.name === name);
  if (segment === undefined) throw new RangeError(`no segment ${name}`);
  return segment.column;
}

/** How many segments, one upon the other, each refers to at most. */
function levelsOf(definitions: readonly SegmentDefinition[], places: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  const level = (name: string): number => {
    const known = levels.get(name);
    if (known !== undefined) return known;
    const found = Math.max(-1, ...segmentsIn(definitions[placeOf(name, places)]).map(level)) + 1;
    levels.set(name, found);
    return found;
  };
  for (const { name } of definitions) level(name);
  return levels;
}

function placeOf(name: string, places: ReadonlyMap<string, number>): number {
  const place = places.get(name);
  if (place === undefined) throw new RangeError(`no segment ${name}`);
  return place;
}

function segmentsIn(definition: SegmentDefinition | undefined): string[] {
  const leaves = definition === undefined ? [] : leavesOf(definition.rule);
  return leaves.flatMap((leaf) => (leaf.kind === 'segment' ? [leaf.segment] : []));
}
