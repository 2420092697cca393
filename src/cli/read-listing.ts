import { resolveSettings, type Settings } from '../config/settings.js';
import type { MemberCondition } from '../membership/list-query.js';
import { segmentationsOf } from '../segmentation/index.js';
import type { CliIo } from './io.js';
import { loadRfmModel } from './load-rfm-model.js';
import { ownSegmentsOf } from './own-segments.js';
import { type ListArguments, parseListArguments } from './parse-conditions.js';
import { type Flags, readLayers, readSettings } from './read-settings.js';

/** The settings of `list`, and the conditions among its arguments. */
export async function readListing(
  given: readonly string[],
  flags: Flags,
  io: CliIo,
): Promise<{ readonly settings: Settings; readonly conditions: readonly MemberCondition[] }> {
  const { files, conditions } = await readConditions('list', given, flags, io);
  return { settings: await readSettings('list', flags, io, files), conditions };
}

/** Tells conditions from files among the arguments of a command: which names mean one hangs on the settings. */
export async function readConditions(
  command: 'list' | 'split',
  given: readonly string[],
  flags: Flags,
  io: CliIo,
): Promise<ListArguments & { readonly texts: readonly string[] }> {
  const { layers } = await readLayers(command, flags, io, []);
  const { rfm, keep, by, segments, entity } = resolveSettings(command, layers, io.now());
  const rfmModel = loadRfmModel(rfm, io.cwd);
  const own = ownSegmentsOf({ segments, by, keep }, rfmModel).map(({ name }) => name);
  const found = parseListArguments(
    given,
    { segmentations: segmentationsOf(rfmModel), further: by, own, kept: keep, hasPeople: entity !== undefined },
    io.cwd,
  );
  return { ...found, texts: given.filter((argument) => !found.files.includes(argument)) };
}
