import { didYouMean, nearest } from '../../errors/nearest.js';
import { isSameEvent } from '../../events/event-roles.js';
import { normaliseName } from '../../events/normalise-name.js';
import { ENGAGEMENT_SEGMENTS } from '../engagement/engagement.js';
import { segmentationsOf } from '../index.js';
import { RFM_MODELS } from '../rfm/models/index.js';
import { type RfmModel, rfmSegments } from '../rfm/rfm-model.js';
import { FEATURES } from './features.js';
import { FIRST_MATCH, IN_NONE } from './first-match.js';
import { SEGMENT_NAME, type SegmentDefinition, type Span } from './rule.js';
import { leavesOf, type Mention, mentionsOf, VALUE_COLUMN } from './rule-leaves.js';

/** Something wrong with one of several definitions: which, and where in its text. */
export interface SegmentProblem {
  readonly index: number;
  readonly span: Span;
  readonly message: string;
}

export interface SegmentSurroundings {
  readonly rfmModel: RfmModel;
  /** Further columns of `members`: kept ones and those of further segmentations. */
  readonly columns: readonly string[];
}

/** What the files hold; events and properties as they are written there. */
export interface DataNames {
  readonly events: readonly string[];
  readonly eventProperties: readonly string[];
  /** All that `property(…)` can mean. */
  readonly userProperties: readonly string[];
}

/** A name of a rule that the data do not have. */
export interface UnknownName extends Mention {
  readonly index: number;
  readonly nearest: string | undefined;
}

/** Keys of the summary beside segments, words that stand for other groups, and columns that are no feature. */
const OTHER_WORDS = [
  'overlapping',
  IN_NONE,
  FIRST_MATCH,
  'own_segment',
  'basis',
  'model',
  'users',
  'rest',
  'rules',
  'engagement',
  'user_id',
  'people',
  'year_revenue',
];

/**
 * What is wrong with definitions that can be read, before any data are: names that cannot be, that are taken or stand twice, segments
 * and RFM segments that there are not, and rules that refer to each other in a circle. In the order of the definitions.
 */
export function checkSegments(definitions: readonly SegmentDefinition[], surroundings: SegmentSurroundings): SegmentProblem[] {
  const problems = definitions.flatMap((definition, index) => [
    ...nameProblems(definition, definitions.slice(0, index), surroundings).map((message) => ({ index, span: definition.span, message })),
    ...referenceProblems(definition, definitions, surroundings).map((problem) => ({ index, ...problem })),
  ]);
  return [...problems, ...circles(definitions)].sort((left, right) => left.index - right.index || left.span.start - right.span.start);
}

/** The definitions in an order in which each stands after those it refers to; otherwise in their own. There are no circles. */
export function inOrderOfReference<D extends SegmentDefinition>(definitions: readonly D[]): D[] {
  const ordered = new Set<D>();
  const put = (definition: D): void => {
    if (ordered.has(definition)) return;
    for (const { segment } of referencesOf(definition)) {
      const other = definitions.find(({ name }) => name === segment);
      if (other !== undefined) put(other);
    }
    ordered.add(definition);
  };
  for (const definition of definitions) put(definition);
  return [...ordered];
}

/** Of the definitions, those that the segment of a name needs: itself and what it refers to, in their own order. */
export function neededDefinitions<D extends SegmentDefinition>(definitions: readonly D[], name: string): D[] {
  const needed = new Set<string>();
  const need = (wanted: string): void => {
    if (needed.has(wanted)) return;
    needed.add(wanted);
    for (const definition of definitions.filter((each) => each.name === wanted)) {
      for (const { segment } of referencesOf(definition)) need(segment);
    }
  };
  need(name);
  return definitions.filter((definition) => needed.has(definition.name));
}

/** The events and properties of rules that the data do not have, with the nearest there is. */
export function checkRulesAgainst(definitions: readonly SegmentDefinition[], data: DataNames): UnknownName[] {
  const isSameProperty = (given: string, found: string): boolean => given === found || normaliseName(given) === normaliseName(found);
  return definitions.flatMap(({ rule }, index) =>
    leavesOf(rule)
      .flatMap(mentionsOf)
      .flatMap((mention) => {
        const { kind, name } = mention;
        const known = kind === 'event' ? data.events : kind === 'event_property' ? data.eventProperties : data.userProperties;
        const isKnown = known.some((each) => (kind === 'event' ? isSameEvent(name, each) : isSameProperty(name, each)));
        return isKnown ? [] : [{ ...mention, index, nearest: nearest(name, kind === 'event_property' ? [VALUE_COLUMN, ...known] : known) }];
      }),
  );
}

function nameProblems(
  { name }: SegmentDefinition,
  before: readonly SegmentDefinition[],
  { rfmModel, columns }: SegmentSurroundings,
): string[] {
  if (!SEGMENT_NAME.test(name)) return ['the name of a segment is up to 40 of a to z, 0 to 9 and _, a letter first'];
  if (before.some((other) => other.name === name)) return [`${name} stands twice`];
  const other = `choose another, such as own_${name}`;
  for (const segmentation of segmentationsOf(rfmModel)) {
    if (segmentation.name === name) return [`${name} is the name of a way of segmenting: ${other}`];
    if (segmentation.segments.some((segment) => segment.name === name)) return [`${name} is a segment of ${segmentation.name}: ${other}`];
  }
  // Also those of models that are not used here: a definition goes from one project to another.
  if (RFM_MODELS.some((model) => rfmSegments(model).some((segment) => segment.name === name)))
    return [`${name} is a segment of rfm: ${other}`];
  if (ENGAGEMENT_SEGMENTS.some((segment) => segment.name === name)) return [`${name} is a segment of engagement: ${other}`];
  if (FEATURES.has(name) || columns.some((column) => column.toLowerCase() === name)) return [`${name} is a column of members: ${other}`];
  return OTHER_WORDS.includes(name) ? [`${name} is taken: ${other}`] : [];
}

function referenceProblems(
  definition: SegmentDefinition,
  definitions: readonly SegmentDefinition[],
  { rfmModel }: SegmentSurroundings,
): Pick<SegmentProblem, 'span' | 'message'>[] {
  const names = definitions.map(({ name }) => name);
  const own = referencesOf(definition).flatMap(({ segment, span }) => {
    if (names.includes(segment)) return [];
    const feature = [...segmentationsOf(rfmModel)].find(({ segments }) => segments.some(({ name }) => name === segment));
    const meant = feature === undefined ? didYouMean(nearest(segment, names)) : `; of ours it is ${feature.column} = ${segment}`;
    return [{ span, message: `there is no own segment "${segment}"${meant}` }];
  });
  const rfm = rfmSegments(rfmModel).map(({ name }) => name);
  const unknown = leavesOf(definition.rule).flatMap((leaf) => {
    if (leaf.kind !== 'feature' || leaf.column !== 'rfm_segment' || leaf.test.kind !== 'in') return [];
    const { span } = leaf;
    return leaf.test.values
      .filter((value) => !rfm.includes(value))
      .map((value) => ({ span, message: `rfm_segment is never "${value}" with this model${didYouMean(nearest(value, rfm))}` }));
  });
  return [...own, ...unknown];
}

/** Each circle once, at the reference that closes it. */
function circles(definitions: readonly SegmentDefinition[]): SegmentProblem[] {
  const problems: SegmentProblem[] = [];
  const done = new Set<string>();
  const visit = (index: number, path: readonly string[]): void => {
    const definition = definitions[index];
    if (definition === undefined || done.has(definition.name)) return;
    const way = [...path, definition.name];
    for (const { segment, span } of referencesOf(definition)) {
      const from = way.indexOf(segment);
      if (from === -1)
        visit(
          definitions.findIndex(({ name }) => name === segment),
          way,
        );
      else problems.push({ index, span, message: `the rules go in a circle: ${[...way.slice(from), segment].join(' needs ')}` });
    }
    done.add(definition.name);
  };
  for (const index of definitions.keys()) visit(index, []);
  return problems;
}

function referencesOf({ rule }: SegmentDefinition): { readonly segment: string; readonly span: Span }[] {
  return leavesOf(rule).filter((leaf) => leaf.kind === 'segment');
}
