import { definitionChanges, definitionsOf } from '../analysis/check/definitions.js';
import { keyOf } from '../config/options.js';
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
    ...definitionChanges(definitionsOf(before, keys), definitionsOf(after, keys)),
    ...names.flatMap((name) => {
      const [was, is] = [earlier.get(name) ?? null, later.get(name) ?? null];
      return was === is ? [] : [{ name: `segment ${name}`, before: was, after: is }];
    }),
  ];
}
