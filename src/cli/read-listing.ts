import { resolveSettings, type Settings } from '../config/settings.js';
import type { MemberCondition } from '../membership/list-query.js';
import { segmentationsOf } from '../segmentation/index.js';
import { firstMatchOrder } from '../segmentation/rules/first-match.js';
import type { CliIo } from './io.js';
import { loadRfmModel } from './load-rfm-model.js';
import { ownSegmentsOf } from './own-segments.js';
import { type ListArguments, type ListedWays, parseListArguments } from './parse-conditions.js';
import { type Flags, readLayers, readSettings } from './read-settings.js';

/** The settings of a command, and the conditions among its arguments as they were given. */
export async function readListing(
  command: 'list' | 'profile',
  given: readonly string[],
  flags: Flags,
  io: CliIo,
): Promise<{
  readonly settings: Settings;
  readonly conditions: readonly MemberCondition[];
  readonly texts: readonly string[];
  readonly files: readonly string[];
}> {
  const { files, conditions, texts } = await readConditions(command, given, flags, io);
  return { settings: await readSettings(command, flags, io, files), conditions, texts, files };
}

/** Tells conditions from files among the arguments of a command: which names mean one hangs on the settings. */
export async function readConditions(
  command: 'list' | 'profile' | 'split' | 'export',
  given: readonly string[],
  flags: Flags,
  io: CliIo,
): Promise<ListArguments & { readonly texts: readonly string[]; readonly ways: ListedWays }> {
  const { layers } = await readLayers(command, flags, io, []);
  const { rfm, keep, by, segments, entity } = resolveSettings(command, layers, io.now());
  const rfmModel = loadRfmModel(rfm, io.cwd);
  const own = firstMatchOrder(ownSegmentsOf({ segments, by, keep }, rfmModel));
  const ways = { segmentations: segmentationsOf(rfmModel), further: by, own, kept: keep, hasPeople: entity !== undefined };
  const found = parseListArguments(given, ways, io.cwd);
  return { ...found, texts: given.filter((argument) => !found.files.includes(argument)), ways };
}
