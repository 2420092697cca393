import { definitionChanges, definitionsOf } from '../analysis/check/definitions.js';
import type { Definitions } from '../analysis/check/run-record.js';
import { keyOf, OPTION_NAMES, OPTIONS } from '../config/options.js';
import type { JsonObject } from '../membership/publish/canonical-json.js';
import type { SettingDifference } from '../state/runs-result.js';
import { decidingKeys } from './decisive-settings.js';
import { publishedSegments } from './published-segments.js';

/** They decide who is in which segment one by one: each is a difference of its own. */
const SEGMENTS = keyOf('segments');

/** The settings of two manifests that differ and decide who is in which segment, own segments each by its rule. */
export function settingDifferences(before: JsonObject, after: JsonObject): SettingDifference[] {
  const keys = new Set([...decidingKeys()].filter((key) => key !== SEGMENTS));
  const [earlier, later] = [publishedSegments(before), publishedSegments(after)];
  const names = [...new Set([...earlier.keys(), ...later.keys()])].sort();
  return [
    ...definitionChanges(namedDefinitions(before, keys), namedDefinitions(after, keys)),
    ...names.flatMap((name) => {
      const [was, is] = [earlier.get(name) ?? null, later.get(name) ?? null];
      return was === is ? [] : [{ name: `segment ${name}`, before: was, after: is }];
    }),
  ];
}

/** A role of events that was switched off is another one than that of nothing given. */
function namedDefinitions(settings: JsonObject, keys: ReadonlySet<string>): Definitions {
  const off = OPTION_NAMES.filter((name) => OPTIONS[name].value.kind === 'event')
    .map(keyOf)
    .filter((key) => keys.has(key) && Array.isArray(settings[key]) && settings[key].length === 0);
  return { ...definitionsOf(settings, keys), ...Object.fromEntries(off.map((key) => [key, 'none'])) };
}
