import { flagOf } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { neededDefinitions } from '../segmentation/rules/needed-definitions.js';
import { ownName, parseOwn } from '../segmentation/rules/own-name.js';
import { OWN_SEGMENTATION, type SegmentDefinition } from '../segmentation/rules/rule.js';
import type { GivenCommand } from './command-line.js';
import { ownSegmentsOf } from './own-segments.js';

/**
 * The definitions that a segmentation of this name needs: of `rules:NAME` its own and those it refers to, of `rules` all, of others none.
 * Those of a config file are there for every command; what was typed must be looked at. Errors: `segment-problems`,
 * `unknown-own-segment`, `segments-unused`.
 */
export function askedSegments(
  settings: Settings,
  segmentation: string,
  rfmModel: RfmModel,
  command: Pick<GivenCommand, 'typed'>,
): SegmentDefinition[] {
  const definitions = ownSegmentsOf(settings, rfmModel);
  const own = definitions.map(({ name }) => ownName(name));
  const asked = parseOwn(segmentation);
  if (asked === undefined && segmentation !== OWN_SEGMENTATION) {
    refuseUnused(command, segmentation, own);
    return [];
  }
  const isThere = asked === undefined ? own.length > 0 : own.includes(segmentation);
  if (!isThere) fail('unknown-own-segment', { segmentation, own, nearest: nearest(segmentation, own) });
  return asked === undefined ? definitions : neededDefinitions(definitions, [asked]);
}

/** Refuses own segments that were typed where `--segmentation` looks at none; `own` are those there are, as segmentations. Error: `segments-unused`. */
export function refuseUnused({ typed }: Pick<GivenCommand, 'typed'>, segmentation: string, own: readonly string[]): void {
  const unused = typed.find((option) => option === 'segments' || option === 'recipes');
  if (unused !== undefined) fail('segments-unused', { option: flagOf(unused), segmentation, own });
}

/** The settings with these own segments alone, for what hangs on settings: others change nothing. */
export function withSegments(settings: Settings, definitions: readonly SegmentDefinition[]): Settings {
  return { ...settings, segments: settings.segments.filter(({ name }) => definitions.some((one) => one.name === name)) };
}
