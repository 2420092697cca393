import { resolveSettings, type Settings } from '../config/settings.js';
import type { MemberCondition } from '../membership/list-query.js';
import { segmentationsOf } from '../segmentation/index.js';
import type { CliIo } from './io.js';
import { loadRfmModel } from './load-rfm-model.js';
import { parseListArguments } from './parse-conditions.js';
import { type Flags, readLayers, readSettings } from './read-settings.js';

/** The settings of `list`, and the conditions among its arguments: which names mean one hangs on the settings. */
export async function readListing(
  given: readonly string[],
  flags: Flags,
  io: CliIo,
): Promise<{ readonly settings: Settings; readonly conditions: readonly MemberCondition[] }> {
  const { layers } = await readLayers('list', flags, io, []);
  const { rfm, keep, by, entity } = resolveSettings('list', layers, io.now());
  const { files, conditions } = parseListArguments(
    given,
    { segmentations: segmentationsOf(loadRfmModel(rfm, io.cwd)), further: by, kept: keep, hasPeople: entity !== undefined },
    io.cwd,
  );
  return { settings: await readSettings('list', flags, io, files), conditions };
}
