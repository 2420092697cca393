import { isSameEvent } from '../../../events/event-roles.js';
import { normaliseName } from '../../../events/normalise-name.js';
import type { EventCondition, EventValue, Leaf, Rule, SegmentDefinition, Span } from '../../../segmentation/rules/rule.js';
import { isFitText } from '../../../segmentation/rules/words.js';

/** Days that conditions of candidates look back. */
export const CANDIDATE_DAYS = 28;

/** A condition that candidates are made of, for whoever was active in the last days. */
export interface CandidateAtom {
  /** A part of a name of a segment. */
  readonly name: string;
  readonly rule: Rule;
  /** Whoever meets it was active in the last days. */
  readonly isOfActive: boolean;
}

/** An activity event that users had in the last days. */
export interface ActivityName {
  readonly name: string;
  /** The least number of times that the upper quarter of those users had it. */
  readonly often: number;
  /** Each counts as activity. */
  readonly isActivity: boolean;
}

/** A value that some users have of a property. */
export interface PropertyValue {
  readonly property: string;
  readonly value: string;
}

const NOWHERE: Span = { start: 0, end: 0 };
const LEAST_OFTEN = 3;
const HOURS = [
  { name: 'mornings', from: 6, to: 12 },
  { name: 'afternoons', from: 12, to: 18 },
  { name: 'evenings', from: 18, to: 24 },
  { name: 'nights', from: 0, to: 6 },
] as const;
const WEEKEND = [6, 7];
const LONGEST_PART = 24;
const LONGEST_NAME = 40;

/** Everybody whom candidates are looked for among: active in the last days. */
export const ACTIVE: Rule = did([], 1);

/**
 * Conditions on what people do: which events, often or not at all, at which time of day, on weekends; and which value of a property they have.
 * Names of events that are compared as equal are one; names and values that no rule can hold are left out.
 */
export function makeAtoms(names: readonly ActivityName[], values: readonly PropertyValue[]): CandidateAtom[] {
  const distinct = names.filter(
    ({ name }, index) => isFitText(name) && names.findIndex((other) => isSameEvent(other.name, name)) === index,
  );
  const ofEvents = distinct.flatMap(({ name, often, isActivity }, index): CandidateAtom[] => {
    const part = partOf(name, `event_${index + 1}`);
    return [
      { name: `did_${part}`, rule: did([name], 1), isOfActive: isActivity },
      ...(often >= LEAST_OFTEN ? [{ name: `often_${part}`, rule: did([name], often), isOfActive: isActivity }] : []),
      { name: `no_${part}`, rule: { kind: 'not', rule: did([name], 1), span: NOWHERE }, isOfActive: false },
    ];
  });
  const mostly = (name: string, condition: EventCondition): CandidateAtom => ({
    name: `mostly_${name}`,
    rule: {
      kind: 'relative',
      value: happened([], [condition]),
      operator: '>=',
      factor: '0.5',
      other: happened([], []),
      span: NOWHERE,
    },
    isOfActive: false,
  });
  return [
    ...ofEvents,
    ...HOURS.map(({ name, from, to }) => mostly(name, { kind: 'hours', from, to, span: NOWHERE })),
    mostly('weekends', { kind: 'weekdays', days: WEEKEND, span: NOWHERE }),
    ...values
      .filter(({ property, value }) => isFitText(property) && isFitText(value))
      .map(
        ({ property, value }, index): CandidateAtom => ({
          name: partOf(`${property} ${value}`, `property_${index + 1}`),
          rule: {
            kind: 'property',
            property,
            which: 'latest',
            test: { kind: 'in', values: [value], isNegated: false },
            span: NOWHERE,
          },
          isOfActive: false,
        }),
      ),
  ];
}

/** The atoms as definitions, after one of everybody who was active. */
export function atomDefinitions(atoms: readonly CandidateAtom[]): SegmentDefinition[] {
  return [ACTIVE, ...atoms.map(({ rule }) => rule)].map((rule, place) => ({
    name: `:atom ${place}`,
    description: '',
    goal: '',
    minSize: null,
    priority: null,
    rule,
    ignore: [],
    span: NOWHERE,
  }));
}

/** All of the atoms, and active in the last days where none says so. */
export function ruleOfAtoms(atoms: readonly CandidateAtom[]): Rule {
  const rules = [...(atoms.some(({ isOfActive }) => isOfActive) ? [] : [ACTIVE]), ...atoms.map(({ rule }) => rule)];
  const [first = ACTIVE] = rules;
  return rules.length === 1 ? first : { kind: 'all', rules, span: NOWHERE };
}

/** A name for a segment of some atoms. */
export function nameOfAtoms(atoms: readonly CandidateAtom[]): string {
  return atoms
    .map(({ name }) => name)
    .join('_')
    .slice(0, LONGEST_NAME)
    .replace(/_+$/, '');
}

/** The name, or with a number where it is taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const end = number === 1 ? '' : `_${number}`;
    const free = `${name.slice(0, LONGEST_NAME - end.length)}${end}`;
    if (!taken.has(free)) return free;
  }
}

function did(names: readonly string[], least: number): Leaf {
  return {
    kind: 'behaviour',
    value: happened(names, []),
    per: null,
    range: { low: { value: String(least), isIncluded: true }, high: null, isNegated: false },
    span: NOWHERE,
  };
}

function happened(names: readonly string[], where: readonly EventCondition[]): EventValue {
  return {
    events: { names, where, span: NOWHERE },
    measure: { kind: 'count' },
    window: { kind: 'last', count: CANDIDATE_DAYS, unit: 'day' },
  };
}

/** A name in lower case letters, digits and `_`, beginning with a letter; the other where nothing is left of it. */
function partOf(text: string, other: string): string {
  const part = normaliseName(text).slice(0, LONGEST_PART).replace(/_+$/, '');
  return /^[a-z]/.test(part) ? part : part === '' ? other : `x_${part}`;
}
