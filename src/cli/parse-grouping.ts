import type { Landmark } from '../analysis/compare/compare-result.js';
import type { Layering } from '../analysis/compare/compared-users-query.js';
import {
  type DrawnWay,
  EARLY_SEGMENTATIONS,
  type Grouping,
  type NamedGroup,
  type SegmentationWay,
  type Way,
} from '../analysis/compare/grouping.js';
import { METRICS } from '../analysis/compare/metrics.js';
import { HOLDOUT, holdoutArms } from '../analysis/split/holdout.js';
import type { Settings } from '../config/settings.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { ENGAGEMENT_SEGMENTS } from '../segmentation/engagement/engagement.js';
import type { FurtherSegmentation } from '../segmentation/further.js';
import { type Segmentation, segmentationsOf } from '../segmentation/index.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { FIRST_MATCH, IN_NONE } from '../segmentation/rules/first-match.js';
import { OWN_SEGMENTATION } from '../segmentation/rules/rule.js';
import type { SegmentInfo } from '../segmentation/segmentation.js';
import type { GivenCommand } from './command-line.js';
import { SOME } from './own-segments.js';

/** What a comparison was asked for. */
export interface AskedComparison {
  readonly grouping: Grouping;
  readonly layering: Layering;
  /** In words. */
  readonly stratifiedBy: string;
  readonly landmark: Landmark | undefined;
  readonly metrics: readonly string[] | undefined;
  /** What must be made beside the segmentations there always are: columns whose latest value of each user is needed, in their order, and engagement. */
  readonly further: readonly FurtherSegmentation[];
  /** Own segments, which are columns of `members`. */
  readonly own: readonly string[];
}

const PROPERTY = 'property:';
/** The column is made only when it is asked for. */
const ENGAGEMENT = { name: 'engagement', column: 'engagement', segments: ENGAGEMENT_SEGMENTS } as const;
const REST = 'rest';
const ARM = 'arm';
const OWN = /^rules:/;

/**
 * Checks everything a comparison was asked for before any file is read. `own` are the own segments in the order in which they take users.
 * Errors: those of `compare-…` that are of usage, `segment-ambiguous`, `option-without`.
 */
export function parseComparison(settings: Settings, rfmModel: RfmModel, own: readonly string[], command: GivenCommand): AskedComparison {
  const first = { name: FIRST_MATCH, column: FIRST_MATCH, segments: [...own, IN_NONE].map((name) => ({ name })) };
  const segmentations = [...segmentationsOf(rfmModel), ENGAGEMENT, ...(own.length === 0 ? [] : [first])];
  const properties: string[] = [];
  const propertyPlace = (column: string): number => {
    if (!properties.includes(column)) properties.push(column);
    return properties.indexOf(column);
  };
  const { landmark, planColumn, freePlan, trialPlan } = settings;
  // Under a landmark of each user it is not the plan of today that counts.
  const plan = (): SegmentationWay['plan'] =>
    landmark?.kind !== 'days' || planColumn === undefined
      ? undefined
      : { place: propertyPlace(planColumn), free: freePlan, trial: trialPlan };
  const grouping = parseGrouping(settings, { segmentations, own, propertyPlace, plan }, command);
  const layers = parseLayers(settings.stratify, propertyPlace);
  if (landmark !== undefined) checkLandmark(grouping, landmark);
  return { grouping, ...layers, landmark, metrics: parseMetrics(settings.metric), further: furtherOf(grouping, properties), own };
}

type PropertyPlace = (column: string) => number;

interface Known {
  readonly segmentations: readonly (Pick<Segmentation, 'name' | 'column'> & { readonly segments: readonly Pick<SegmentInfo, 'name'>[] })[];
  readonly own: readonly string[];
  readonly propertyPlace: PropertyPlace;
  /** The property of the plan, where there is one. */
  readonly plan: () => SegmentationWay['plan'];
}

function parseGrouping(settings: Settings, known: Known, command: GivenCommand): Grouping {
  const { compareBy: by, a, b, reference } = settings;
  refuseDrawless(settings);
  if (by !== undefined && b !== REST) fail('options-contradict', { left: `--by ${by}`, right: `--b ${b}` });
  if (a !== undefined && reference !== undefined) fail('options-contradict', { left: `--a ${a}`, right: `--reference ${reference}` });
  if (by !== undefined) {
    const value = /^(property:[^=]+=|rules[:=])/.test(by) ? parseGroup('--by', by.replace(OWN, `${OWN_SEGMENTATION}=`), known) : undefined;
    if (value !== undefined) return { kind: 'two', a: value, b: REST };
    const way = parseDrawn(settings) ?? parseWay('--by', by, known);
    if (way.kind !== 'property' && reference !== undefined && !way.segments.includes(reference)) {
      fail('compare-unknown-segment', {
        flag: '--reference',
        segment: reference,
        segments: way.segments,
        nearest: nearest(reference, way.segments),
      });
    }
    return { kind: 'by', way, reference };
  }
  if (a === undefined) return fail('compare-nothing', { example: `${command.whole} --by paying` });
  return { kind: 'two', a: parseGroup('--a', a, known), b: b === REST ? REST : parseGroup('--b', b, known) };
}

/** The groups of a random split; undefined for other ways. Error: `missing-option`. */
function parseDrawn({ compareBy: by, holdout, arms, salt }: Settings): DrawnWay | undefined {
  if (by !== HOLDOUT && by !== ARM) return undefined;
  const heldOut = holdout === undefined ? undefined : holdoutArms(holdout);
  const split = by === HOLDOUT ? heldOut : arms;
  const command = `segment compare --by ${by}`;
  if (split === undefined) return fail('missing-option', { option: by === HOLDOUT ? '--holdout' : '--arms', command });
  if (salt === undefined) return fail('missing-option', { option: '--salt', command });
  const names = split.map(({ name }) => name);
  return { kind: 'drawn', name: by, salt, arms: split, segments: by === HOLDOUT ? names.toReversed() : names };
}

/** What tells the groups of a split means nothing for others. Error: `option-without`. */
function refuseDrawless({ compareBy: by, holdout, arms, salt }: Settings): void {
  if (holdout !== undefined && by !== HOLDOUT) fail('option-without', { option: '--holdout', without: `--by ${HOLDOUT}` });
  if (arms !== undefined && by !== ARM) fail('option-without', { option: '--arms', without: `--by ${ARM}` });
  if (salt !== undefined && by !== HOLDOUT && by !== ARM)
    fail('option-without', { option: '--salt', without: `--by ${HOLDOUT} or --by ${ARM}` });
}

function parseWay(flag: string, name: string, { segmentations, own, propertyPlace, plan }: Known): Way {
  if (name.startsWith(PROPERTY) && name.length > PROPERTY.length) {
    return { kind: 'property', name, place: propertyPlace(name.slice(PROPERTY.length)) };
  }
  const found = segmentations.find((segmentation) => segmentation.name === name);
  const ways = [
    ...segmentations.map((segmentation) => segmentation.name),
    ...own.map((segment) => `${OWN_SEGMENTATION}:${segment}`),
    ...(flag === '--by' ? [HOLDOUT, ARM] : []),
  ];
  if (found === undefined && name === FIRST_MATCH) fail('option-without', { option: `${flag} ${FIRST_MATCH}`, without: SOME });
  if (found === undefined) return fail('compare-unknown-way', { flag, way: name, ways, nearest: nearest(name, ways) });
  return {
    kind: 'segmentation',
    name,
    column: found.column,
    segments: found.segments.map((segment) => segment.name),
    plan: name === 'paying' ? plan() : undefined,
  };
}

/** `status=at_risk`, `property:plan=pro`, or the bare name of a segment that one segmentation alone has. */
function parseGroup(flag: string, text: string, known: Known): NamedGroup {
  const { segmentations } = known;
  const sign = text.indexOf('=');
  if (sign !== -1) {
    if (text.slice(0, sign) === OWN_SEGMENTATION && known.own.length > 0) return ownGroup(flag, text.slice(sign + 1), known.own);
    const way = parseWay(flag, text.slice(0, sign), known);
    const segment = text.slice(sign + 1);
    if (way.kind === 'segmentation' && !way.segments.includes(segment)) {
      fail('compare-unknown-segment', { flag, segment: text, segments: way.segments, nearest: nearest(segment, way.segments) });
    }
    return { way, segment };
  }
  if (known.own.includes(text)) return ownGroup(flag, text, known.own);
  const owners = segmentations.filter(({ segments }) => segments.some(({ name }) => name === text)).map(({ name }) => name);
  const [owner] = owners;
  if (owner === undefined) {
    const segments = [
      ...segmentations.flatMap(({ name, segments: all }) => all.map((segment) => `${name}=${segment.name}`)),
      ...known.own.map((name) => `${OWN_SEGMENTATION}=${name}`),
    ];
    const names = [...segmentations.flatMap(({ segments: all }) => all.map(({ name }) => name)), ...known.own];
    return fail('compare-unknown-segment', { flag, segment: text, segments, nearest: nearest(text, names) });
  }
  if (owners.length > 1) fail('segment-ambiguous', { segment: text, conditions: owners.map((name) => `${name}=${text}`) });
  return { way: parseWay(flag, owner, known), segment: text };
}

/** Own segments overlap, so each of them is a way of its own: in it, or not. */
function ownGroup(flag: string, segment: string, own: readonly string[]): NamedGroup {
  if (!own.includes(segment)) {
    const name = `${OWN_SEGMENTATION}=${segment}`;
    fail('compare-unknown-segment', { flag, segment: name, segments: own, nearest: nearest(segment, own) });
  }
  return { way: { kind: 'segmentation', name: OWN_SEGMENTATION, column: segment, isMark: true, segments: own }, segment };
}

function parseLayers(text: string, propertyPlace: PropertyPlace): { readonly layering: Layering; readonly stratifiedBy: string } {
  if (text === 'none') return { layering: { kind: 'none' }, stratifiedBy: 'none' };
  if (text === 'month') return { layering: { kind: 'month' }, stratifiedBy: 'sign-up month' };
  if (!text.startsWith(PROPERTY) || text.length === PROPERTY.length) return fail('compare-bad-layers', { value: text });
  return { layering: { kind: 'property', place: propertyPlace(text.slice(PROPERTY.length)) }, stratifiedBy: text };
}

const waysOf = (grouping: Grouping): Way[] =>
  grouping.kind === 'by' ? [grouping.way] : [grouping.a.way, ...(grouping.b === 'rest' ? [] : [grouping.b.way])];

function furtherOf(grouping: Grouping, properties: readonly string[]): FurtherSegmentation[] {
  const made = [ENGAGEMENT.name, FIRST_MATCH] as const;
  return [
    ...properties.map((column): FurtherSegmentation => ({ kind: 'property', column })),
    ...made.filter((kind) => waysOf(grouping).some(({ name }) => name === kind)).map((kind) => ({ kind })),
  ];
}

const isOfOwn = ({ name }: Way): boolean => name === OWN_SEGMENTATION || name === FIRST_MATCH;

/** Statuses and the like are told as of one day for all, own segments as of the as-of day only. */
function checkLandmark(grouping: Grouping, { kind }: Landmark): void {
  const known = Object.keys(EARLY_SEGMENTATIONS);
  const isKnown = (way: Way): boolean => way.kind !== 'segmentation' || (kind === 'date' ? !isOfOwn(way) : known.includes(way.name));
  const unknown = waysOf(grouping).find((way) => !isKnown(way));
  if (unknown !== undefined) fail('compare-no-landmark', { way: unknown.name, isOwn: isOfOwn(unknown), ways: known });
}

function parseMetrics(names: readonly string[]): readonly string[] | undefined {
  if (names.length === 0) return undefined;
  const known = METRICS.map(({ name }) => name);
  for (const metric of names) {
    if (!known.includes(metric)) fail('compare-unknown-metric', { metric, metrics: known, nearest: nearest(metric, known) });
  }
  return names;
}
