import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { COMPARISONS, type Comparison, type MemberCondition } from '../membership/list-query.js';
import { MEMBER_COLUMNS, PEOPLE_COLUMN } from '../membership/members-query.js';
import { type FurtherSegmentation, fixedSegments, furtherName, parseFurther } from '../segmentation/further.js';
import type { Segmentation } from '../segmentation/index.js';
import { OWN_SEGMENTATION } from '../segmentation/rules/rule.js';
import { dayOfIso } from '../time/day.js';
import { hasPatternSigns } from './escape-pattern.js';

/** What the arguments of `list` say: which files, and which users. */
export interface ListArguments {
  readonly files: readonly string[];
  readonly conditions: readonly MemberCondition[];
}

/** Of a segmentation what conditions ask for. */
export interface NamedSegmentation {
  readonly name: string;
  readonly column: string;
  readonly segments: readonly Pick<Segmentation['segments'][number], 'name'>[];
}

/** What conditions can name beside the columns of every run. */
export interface ListedWays {
  readonly segmentations: readonly NamedSegmentation[];
  readonly further: readonly FurtherSegmentation[];
  /** Names of own segments, in the order in which they take users. */
  readonly own: readonly string[];
  /** Columns of `--keep`. */
  readonly kept: readonly string[];
  /** Whether members may have a column `people`: with `--entity`. */
  readonly hasPeople: boolean;
}

/** A segmentation, and its segments where they do not hang on the data. */
interface Way {
  readonly name: string;
  readonly column: string;
  readonly segments: readonly string[] | undefined;
  readonly kind: 'text' | 'own';
}

const TEXT_COLUMNS: readonly string[] = ['user_id', 'status_reason', 'status_group', 'rfm_score'];
/** What the column of an own segment says. */
const TRUTHS: readonly string[] = ['true', 'false'];
const DATE_COLUMNS: readonly string[] = ['first_seen', 'last_seen'];
const CONDITION = new RegExp(`^([^=!<>]+)(${COMPARISONS.toSorted((left, right) => right.length - left.length).join('|')})(.*)$`, 's');
/** A word that may be a segment, or begin a condition. */
const NAME = /^[\w:]+$/;
const NUMBER = /^-?\d{1,14}(?:\.\d{1,4})?$/;

/** A name that conditions can begin with, and how its values are compared. */
interface Known {
  readonly column: string;
  readonly kind: MemberCondition['kind'];
  /** Undefined where any text may stand. */
  readonly segments: readonly string[] | undefined;
}

/**
 * Tells conditions from files: `status=at_risk,loyal`, `monetary>=100`, or a segment's name alone where only one segmentation has it.
 * Names of segmentations and columns win over files, which can be written `./status=x`; a file wins over a segment's name. Errors:
 * `condition-unknown`, `condition-segment`, `condition-value`, `segment-ambiguous`, `segment-unknown`.
 */
export function parseListArguments(given: readonly string[], listed: ListedWays, cwd: string): ListArguments {
  const ways = waysOf(listed);
  const known = knownNames(ways, listed);
  const files: string[] = [];
  const conditions: MemberCondition[] = [];
  for (const argument of given) {
    const condition = parseCondition(argument, known) ?? segmentAlone(argument, ways, cwd);
    if (condition !== undefined) conditions.push(condition);
    else if (isMistyped(argument, cwd)) failUnknown(argument, known, ways);
    else files.push(argument);
  }
  return { files, conditions };
}

/** A condition that stands where no file can. */
export interface AudienceCondition {
  /** With the segmentation: `status=at_risk`. */
  readonly text: string;
  readonly condition: MemberCondition;
}

/** Reads `at_risk`, `status=at_risk,dormant` or `monetary>=100`. Errors: those of `parseListArguments`, `audience-unknown`. */
export function parseAudience(text: string, listed: ListedWays): AudienceCondition {
  const ways = waysOf(listed);
  const known = knownNames(ways, listed);
  const condition = parseCondition(text, known);
  if (condition !== undefined) return { text, condition };
  const alone = segmentAlone(text, ways, undefined);
  if (alone === undefined) return CONDITION.test(text) ? failUnknown(text, known, ways) : fail('audience-unknown', { audience: text });
  return { text: `${ways.find(({ column }) => column === alone.column)?.name ?? alone.column}=${text}`, condition: alone };
}

function waysOf({ segmentations, further, own }: ListedWays): readonly Way[] {
  const ownWay: Way = { name: OWN_SEGMENTATION, column: OWN_SEGMENTATION, segments: own, kind: 'own' };
  return [...segmentations.map(wayOf), ...further.map((one) => furtherWay(one, own)), ...(own.length === 0 ? [] : [ownWay])];
}

function wayOf({ name, column, segments }: NamedSegmentation): Way {
  return { name, column, segments: segments.map((segment) => segment.name), kind: 'text' };
}

function furtherWay(segmentation: FurtherSegmentation, own: readonly string[]): Way {
  const name = furtherName(segmentation);
  return { name, column: name, segments: fixedSegments(segmentation, own), kind: 'text' };
}

function knownNames(
  ways: readonly Way[],
  { own: ownSegments, kept, hasPeople }: Pick<ListedWays, 'own' | 'kept' | 'hasPeople'>,
): ReadonlyMap<string, Known> {
  const columns = [...MEMBER_COLUMNS, ...(hasPeople ? [PEOPLE_COLUMN] : [])].map((column): [string, Known] => [
    column,
    { column, kind: kindOf(column), segments: undefined },
  ]);
  const keptColumns = kept.map((column): [string, Known] => [column, { column, kind: 'text', segments: undefined }]);
  const ownColumns = ownSegments.map((column): [string, Known] => [column, { column, kind: 'text', segments: TRUTHS }]);
  const own = ways.flatMap(({ name, column, segments, kind }) => {
    const entry: Known = { column, kind, segments };
    return [[name, entry] as const, [column, entry] as const];
  });
  return new Map([...keptColumns, ...columns, ...ownColumns, ...own]);
}

function kindOf(column: string): MemberCondition['kind'] {
  if (TEXT_COLUMNS.includes(column)) return 'text';
  return DATE_COLUMNS.includes(column) ? 'date' : 'number';
}

function parseCondition(argument: string, known: ReadonlyMap<string, Known>): MemberCondition | undefined {
  const [, name = '', comparison = '', text = ''] = CONDITION.exec(argument) ?? [];
  const found = known.get(name);
  if (found === undefined) return undefined;
  const { column, kind, segments } = found;
  const values = text.split(',');
  if (isOrder(comparison)) {
    if (kind === 'text' || kind === 'own') fail('condition-value', { condition: argument, expected: `${name}= or ${name}!= and a text` });
    if (values.length > 1) fail('condition-value', { condition: argument, expected: `one ${kind} after ${comparison}` });
  }
  for (const value of values) checkValue(argument, name, value, { kind, segments });
  return { column, kind, comparison: comparison as Comparison, values };
}

function isOrder(comparison: string): boolean {
  return comparison !== '=' && comparison !== '!=';
}

function checkValue(argument: string, name: string, value: string, { kind, segments }: Omit<Known, 'column'>): void {
  if (segments !== undefined && !segments.includes(value)) {
    fail('condition-segment', { segmentation: name, segment: value, nearest: nearest(value, segments), segments });
  }
  if (kind === 'number' && !NUMBER.test(value))
    fail('condition-value', { condition: argument, expected: 'a number, with up to 4 decimals' });
  if (kind === 'date' && dayOfIso(value) === undefined) fail('condition-value', { condition: argument, expected: 'a day as YYYY-MM-DD' });
}

/** A name and a comparison that is no file, no pattern and no path into a hive partition. */
function isMistyped(argument: string, cwd: string): boolean {
  const [, name = '', , text = ''] = CONDITION.exec(argument) ?? [];
  return (
    (NAME.test(name) || parseFurther(name) !== undefined) &&
    !text.includes('/') &&
    !hasPatternSigns(text) &&
    !existsSync(resolve(cwd, argument))
  );
}

/** `at_risk` as `status=at_risk`; where a file can stand too (`cwd`), a file of that name is meant. */
function segmentAlone(name: string, ways: readonly Way[], cwd: string | undefined): MemberCondition | undefined {
  if (!NAME.test(name) || (cwd !== undefined && existsSync(resolve(cwd, name)))) return undefined;
  const having = ways.filter(({ segments }) => segments?.includes(name));
  const [only] = having;
  if (having.length > 1) fail('segment-ambiguous', { segment: name, conditions: having.map((one) => `${one.name}=${name}`) });
  if (only !== undefined) return { column: only.column, kind: only.kind, comparison: '=', values: [name] };
  const all = ways.flatMap((one) => (one.segments ?? []).map((segment) => [segment, `${one.name}=${segment}`] as const));
  const close = nearest(
    name,
    all.map(([segment]) => segment),
  );
  const condition = all.find(([segment]) => segment === close)?.[1];
  if (condition !== undefined) fail('segment-unknown', { name, condition });
  return undefined;
}

function failUnknown(argument: string, known: ReadonlyMap<string, Known>, ways: readonly Way[]): never {
  const [, name = '', comparison = '', text = ''] = CONDITION.exec(argument) ?? [];
  const close = nearest(name, known.keys());
  const missing = parseFurther(name);
  if (missing !== undefined && close === undefined) fail('condition-without-by', { condition: argument, by: furtherName(missing) });
  fail('condition-unknown', {
    condition: argument,
    name,
    nearest: close === undefined ? undefined : `${close}${comparison}${text}`,
    known: ways.map((one) => one.name),
  });
}
