import type { FurtherSegmentation } from '../../segmentation/further.js';
import type { LintCode } from '../../segmentation/rules/lint-codes.js';
import { printRule } from '../../segmentation/rules/print-rule.js';
import type { EventSelector, Leaf, Rule, SegmentDefinition, Span } from '../../segmentation/rules/rule.js';
import { leavesOf, mentionsOf, selectorsOf } from '../../segmentation/rules/rule-leaves.js';
import { sensitiveWord } from '../../segmentation/rules/sensitive-words.js';
import {
  type AskedValues,
  askedOfEvent,
  askedValues,
  both,
  either,
  holdsForEverybody,
  holdsForNobody,
  isWithinOther,
} from '../../segmentation/rules/value-set.js';
import type { LintFinding } from './lint-result.js';

const ALL_HOURS = 24;
const ALL_WEEKDAYS = 7;

type Found = Omit<LintFinding, 'index'>;
/** A rule of a list that asks about a value, and what it asks. */
interface Asking {
  readonly rule: Rule;
  readonly asked: AskedValues;
}

/** What the rules alone show, whatever the data. In the order of the definitions. */
export function findInRules(
  definitions: readonly SegmentDefinition[],
  { maxPredicates, by }: { readonly maxPredicates: number; readonly by: readonly FurtherSegmentation[] },
): LintFinding[] {
  const hasFirstMatch = by.some(({ kind }) => kind === 'first_match');
  return definitions.flatMap((definition, index) => {
    const found = [
      ...describedBy(definition, maxPredicates),
      ...(hasFirstMatch ? [] : unusedPriority(definition)),
      ...sensitiveNames(definition),
      ...constants(definition.rule),
      ...leavesOf(definition.rule).flatMap(selectorsOf).flatMap(conditionsOf),
    ];
    return found.map((finding) => ({ index, ...finding }));
  });
}

function describedBy({ name, rule, goal, span }: SegmentDefinition, maxPredicates: number): Found[] {
  const predicates = leavesOf(rule);
  const excess = predicates[maxPredicates];
  const tooMany: Found[] =
    excess === undefined
      ? []
      : [
          {
            code: 'too-many-predicates',
            span: excess.span,
            message: `${name} has ${predicates.length} conditions, and more than ${maxPredicates} describe no group that people can picture`,
            hint: 'Leave out what changes least, or make two segments of it; --max-predicates allows more.',
          },
        ];
  if (goal !== '') return tooMany;
  const withoutGoal: Found = {
    code: 'no-goal',
    span,
    message: `${name} has no goal`,
    hint: 'Say what the group is for: goal: second order',
  };
  return [withoutGoal, ...tooMany];
}

function unusedPriority({ name, priority, span }: SegmentDefinition): Found[] {
  if (priority === null) return [];
  return [
    {
      code: 'unused-priority',
      span,
      message: `the priority of ${name} decides nothing: own segments overlap`,
      hint: 'by: first_match in the config file, or --by first_match, puts everybody into the first segment that holds.',
    },
  ];
}

function sensitiveNames({ name, rule, span }: SegmentDefinition): Found[] {
  const own = sensitiveWord(name);
  const ofName: Found[] =
    own === undefined
      ? []
      : [
          {
            code: 'sensitive-name',
            span,
            message: `the name ${name} hints at ${own.about} ("${own.word}")`,
            hint: 'Name it after what its members get, and ask whether people would want to be in it.',
          },
        ];
  const seen = new Set<string>();
  const ofData = leavesOf(rule)
    .flatMap(mentionsOf)
    .flatMap(({ name: mentioned, kind, span: place }): Found[] => {
      const word = sensitiveWord(mentioned);
      if (word === undefined || seen.has(mentioned)) return [];
      seen.add(mentioned);
      return [
        {
          code: 'sensitive-data',
          span: place,
          message: `the ${kind === 'event' ? 'event' : 'property'} ${mentioned} hints at ${word.about} ("${word.word}")`,
          hint: 'Make sure that people agreed to be addressed by it; if so, write that down: ignore: { sensitive-data: "they opted in" }',
        },
      ];
    });
  return [...ofName, ...ofData];
}

/** Conditions that always or never hold, and such as another one makes needless. */
function constants(rule: Rule): Found[] {
  switch (rule.kind) {
    case 'not':
      return constants(rule.rule);
    case 'all':
    case 'any':
      return [...rule.rules.flatMap(constants), ...inList(rule.kind, rule.rules)];
    default: {
      const asked = askedValues(rule);
      return asked === undefined ? [] : alone(asked, rule);
    }
  }
}

function alone(asked: AskedValues, leaf: Leaf): Found[] {
  const words = printRule(leaf);
  if (holdsForNobody(asked))
    return [finding('never-true', leaf.span, `nobody meets ${words}`, 'Look at the number and at which side of it is meant.')];
  if (holdsForEverybody(asked))
    return [finding('always-true', leaf.span, `everybody meets ${words}`, 'Leave it out, or ask for at least 1.')];
  return [];
}

/** What the conditions of a list say together about the same value. */
function inList(kind: 'all' | 'any', rules: readonly Rule[]): Found[] {
  const bySubject = new Map<string, Asking[]>();
  for (const rule of rules) {
    const asked = askedValues(rule);
    if (asked === undefined || holdsForNobody(asked) || holdsForEverybody(asked)) continue;
    bySubject.set(asked.subject, [...(bySubject.get(asked.subject) ?? []), { rule, asked }]);
  }
  return [...bySubject.values()].flatMap((asking) => together(kind, asking));
}

function together(kind: 'all' | 'any', asking: readonly Asking[]): Found[] {
  const found: Found[] = [];
  const [first, ...others] = asking;
  if (first === undefined) return [];
  let sum = first.asked;
  for (const { rule, asked } of others) {
    sum = kind === 'all' ? both(sum, asked) : either(sum, asked);
    if (kind === 'all' ? holdsForNobody(sum) : holdsForEverybody(sum)) {
      const before = asking
        .slice(
          0,
          asking.findIndex((one) => one.rule === rule),
        )
        .map((one) => printRule(one.rule));
      const words = `${before.join(kind === 'all' ? ' and ' : ' or ')} ${kind === 'all' ? 'and' : 'or'} ${printRule(rule)}`;
      return kind === 'all'
        ? [finding('never-true', rule.span, `nobody meets ${words} at once`, 'Leave one out, or put them below any:')]
        : [finding('always-true', rule.span, `everybody meets ${words}`, 'Leave both out, or put them below all:')];
    }
  }
  for (const [place, { rule, asked }] of asking.entries()) {
    const other = asking.find((one, index) => {
      if (index === place) return false;
      const [inner, outer] = kind === 'all' ? [one.asked, asked] : [asked, one.asked];
      // Of two that say the same, the later one is needless.
      return isWithinOther(inner, outer) && (index < place || !isWithinOther(outer, inner));
    });
    if (other === undefined) continue;
    found.push(
      finding(
        'repeated-condition',
        rule.span,
        `${printRule(rule)} adds nothing to ${printRule(other.rule)} of the same list`,
        'Leave it out.',
      ),
    );
  }
  return found;
}

/** Conditions on events that all of them meet, or none. */
function conditionsOf({ where }: EventSelector): Found[] {
  const ofTime = where.flatMap((condition): Found[] => {
    if (condition.kind === 'hours' && condition.to - condition.from === ALL_HOURS)
      return [finding('always-true', condition.span, 'hours 0 to 24 is the whole day', 'Leave it out.')];
    if (condition.kind === 'weekdays' && condition.days.length === ALL_WEEKDAYS)
      return [finding('always-true', condition.span, 'these are all days of the week', 'Leave it out.')];
    return [];
  });
  const ofProperties: Found[] = [];
  const known = new Map<string, AskedValues>();
  for (const condition of where) {
    if (condition.kind !== 'property') continue;
    const asked = askedOfEvent(condition.property, condition.test);
    const before = known.get(asked.subject);
    const sum = before === undefined ? asked : both(before, asked);
    known.set(asked.subject, sum);
    if (holdsForNobody(sum))
      ofProperties.push(
        finding('never-true', condition.span, `no event meets all that is asked of ${condition.property}`, 'Leave one condition out.'),
      );
  }
  return [...ofTime, ...ofProperties];
}

function finding(code: LintCode, span: Span, message: string, hint: string): Found {
  return { code, span, message, hint };
}
