import type { EntityUse } from '../classify/classify-result.js';

/** What own segments make of the users there are. */
export interface PreviewResult {
  /** ISO day. */
  readonly asOf: string;
  readonly timezone: string;
  /** Everybody. */
  readonly users: number;
  readonly entity?: EntityUse | undefined;
  readonly segments: readonly PreviewedSegment[];
}

/** One own segment: how its rule comes to its members, and some of them. */
export interface PreviewedSegment {
  readonly segment: string;
  readonly description: string;
  readonly goal: string;
  readonly minSize: number | null;
  /** Members. */
  readonly users: number;
  readonly rule: PreviewedRule;
  /** How many are no members, and would be with one condition answered otherwise. */
  readonly nearMisses: number;
  readonly examples: {
    readonly members: readonly PreviewedUser[];
    readonly nearMisses: readonly NearMiss[];
  };
}

/** A rule over the users it is asked of: everybody, or those whom the rules before it in its list leave undecided. */
export type PreviewedRule = PreviewedList | PreviewedCondition;

interface Counted {
  /** Turned around: it holds for those for whom its rules, or its condition, do not. */
  readonly isNegated: boolean;
  /** For how many of everybody it holds. */
  readonly alone: number;
  /** Of how many it is asked. */
  readonly asked: number;
  /** For how many of these it holds. */
  readonly holds: number;
}

/** Of `all` each rule is asked of those for whom the earlier ones hold; of `any` of those for whom none of them does. */
export interface PreviewedList extends Counted {
  readonly kind: 'all' | 'any';
  readonly rules: readonly PreviewedRule[];
}

export interface PreviewedCondition extends Counted {
  readonly kind: 'condition';
  /** Its place among the conditions of the segment, from 1. */
  readonly number: number;
  /** Without the `not` of a negation. */
  readonly text: string;
  /** How many are no members only because of it: with its answer turned around they would be. */
  readonly onlyThis: number;
}

/** A user with the answer to each condition of the segment, in their order. */
export interface PreviewedUser {
  readonly userId: string;
  readonly conditions: readonly {
    /** As text; null where there is nothing to show. */
    readonly value: string | null;
    /** Whether it holds, its `not` included. */
    readonly holds: boolean;
  }[];
}

export interface NearMiss extends PreviewedUser {
  /** The number of the condition that keeps them out. */
  readonly misses: number;
}
