import type { Arm } from '../analysis/split/split-result.js';
import { resolveSettings, type Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import type { MemberCondition } from '../membership/list-query.js';
import type { CliIo } from './io.js';
import { readConditions } from './read-listing.js';
import { type Flags, readLayers, readSettings } from './read-settings.js';

export interface AskedSplit {
  readonly settings: Settings;
  readonly arms: readonly Arm[];
  readonly salt: string;
  readonly conditions: readonly MemberCondition[];
  /** As they were given. */
  readonly conditionTexts: readonly string[];
}

/** What a split was asked for. Errors: `missing-option`, `options-contradict`, those of `readListing`. */
export async function readSplit(given: readonly string[], flags: Flags, io: CliIo): Promise<AskedSplit> {
  const { layers } = await readLayers('split', flags, io, []);
  const { arms, salt, ids } = resolveSettings('split', layers, io.now());
  if (arms === undefined) return fail('missing-option', { option: '--arms', command: 'segment split' });
  if (salt === undefined) return fail('missing-option', { option: '--salt', command: 'segment split' });
  const [first] = given;
  if (ids !== undefined && first !== undefined) fail('options-contradict', { left: `--ids ${ids}`, right: first });
  const { files, conditions, texts } = await readConditions('split', given, flags, io);
  return { settings: await readSettings('split', flags, io, files), arms, salt, conditions, conditionTexts: texts };
}
