import type { WrittenSegment } from '../config/parse-segment-text.js';
import type { Settings } from '../config/settings.js';
import { type FileProblem, located } from '../config/text-problems.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { furtherName } from '../segmentation/further.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { checkSegments, type SegmentSurroundings } from '../segmentation/rules/check-segments.js';
import { FIRST_MATCH } from '../segmentation/rules/first-match.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { presentProblems } from './present-problems.js';

const COMMAND_LINE = '--segment';
/** Where there can be own segments. */
export const SOME = '--segment or segments: in segment.yaml';

/**
 * The definitions of own segments, in the order of the config file and then of the command line. Fails with `segment-problems` and all
 * that is wrong with them before any data are read.
 */
export function ownSegments(written: readonly WrittenSegment[], surroundings: SegmentSurroundings): SegmentDefinition[] {
  const defined = written.flatMap((segment) => (segment.definition === undefined ? [] : [{ segment, definition: segment.definition }]));
  const definitions = defined.map(({ definition }) => definition);
  const unread = written.flatMap((segment) => segment.problems.map((problem) => ({ segment, problem })));
  const unfit = checkSegments(definitions, surroundings).flatMap(({ index, span, message }) => {
    const segment = defined[index]?.segment;
    return segment === undefined ? [] : [{ segment, problem: located(segment.text, { ...span, message }) }];
  });
  // A reference to a segment that could not be read is none that is unknown.
  const found = unread.length > 0 ? unread : unfit;
  if (found.length > 0) failWithProblems(found);
  return definitions;
}

/**
 * The segment that settings choose by its name alone, and the settings without that. Errors: `compare-unknown-segment` where there is none
 * of that name, `options-contradict` for several.
 */
export function chosenSegment(settings: Settings): { readonly chosen: string | undefined; readonly settings: Settings } {
  const names = [...new Set(settings.segments.flatMap(({ chosen }) => chosen ?? []))];
  const [chosen, another] = names;
  if (chosen === undefined) return { chosen, settings };
  if (another !== undefined) fail('options-contradict', { left: `--segment ${chosen}`, right: `--segment ${another}` });
  const segments = settings.segments.filter((segment) => segment.chosen === undefined);
  const known = segments.map(({ name }) => name);
  if (known.length === 0)
    fail('option-without', { option: `--segment ${chosen}`, without: `--segment '${chosen}: RULE' or segments: in segment.yaml` });
  if (!known.includes(chosen)) {
    fail('compare-unknown-segment', { flag: '--segment', segment: chosen, segments: known, nearest: nearest(chosen, known) });
  }
  return { chosen, settings: { ...settings, segments } };
}

/** Says everything that is wrong with segments as they are written. Error: `segment-problems`. */
export function failWithProblems(found: readonly { readonly segment: WrittenSegment; readonly problem: FileProblem }[]): never {
  return fail('segment-problems', { count: found.length, problems: presented(found) });
}

/** Those of the settings. Error besides: `option-without`, where a segmentation by them is asked for. */
export function ownSegmentsOf({ segments, by, keep }: Pick<Settings, 'segments' | 'by' | 'keep'>, rfmModel: RfmModel): SegmentDefinition[] {
  if (segments.length === 0 && by.some(({ kind }) => kind === 'first_match'))
    fail('option-without', { option: `--by ${FIRST_MATCH}`, without: SOME });
  return ownSegments(segments, { rfmModel, columns: [...by.map(furtherName), ...keep] });
}

/** Overlaps are of own segments. Error: `option-without`. */
export function checkOverlaps({ overlaps }: Pick<Settings, 'overlaps'>, definitions: readonly SegmentDefinition[]): void {
  if (overlaps && definitions.length === 0) fail('option-without', { option: '--overlaps', without: SOME });
}

function presented(found: readonly { readonly segment: WrittenSegment; readonly problem: FileProblem }[]): string[] {
  const places = new Map<string, FileProblem[]>();
  for (const { segment, problem } of found) {
    const place = segment.file ?? COMMAND_LINE;
    places.set(place, [...(places.get(place) ?? []), problem]);
  }
  return [...places].flatMap(([place, problems]) => presentProblems(problems, place));
}
