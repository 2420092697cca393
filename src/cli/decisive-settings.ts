import { decimalOfHundredths } from '../analysis/classify/decimal-edge.js';
import { type CommandName, changesMembers, keyOf, type OptionName, optionOf, optionsOf } from '../config/options.js';
import { pauseText } from '../config/parse-pause.js';
import type { Settings } from '../config/settings.js';
import type { JsonObject } from '../membership/publish/canonical-json.js';
import type { FrozenRun } from '../membership/publish/manifest.js';
import { RFM_MODELS } from '../segmentation/rfm/models/index.js';
import { RFM_METRICS, type RfmModel } from '../segmentation/rfm/rfm-model.js';
import { canonicalRule } from '../segmentation/rules/canonical-rule.js';
import { printRule } from '../segmentation/rules/print-rule.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import type { PreparedPeople } from './load-people.js';

/** Keys of the settings that decide who is in which segment; others decide how that is written. */
export function decidingKeys(): ReadonlySet<string> {
  const deciding = optionsOf('classify').filter((name) => changesMembers(name) && optionOf(name).group !== 'write');
  return new Set(deciding.map(keyOf));
}

const WHO_IS_COUNTED = ['where', 'only', 'exclude', 'since'] as const satisfies readonly OptionName[];

/** Keys of the settings that say how rows are read and who is counted, whatever their segments. */
export function populationKeys(): ReadonlySet<string> {
  const reading = optionsOf('classify').filter((name) => optionOf(name).group === 'read');
  return new Set([...reading, ...WHO_IS_COUNTED].map(keyOf));
}

/** Everything that can change a byte of the members, by its key; threads, memory, paths, progress and colour cannot. */
export function decisiveSettings(
  command: CommandName,
  settings: Settings,
  rfmModel: RfmModel,
  frozen: FrozenRun | undefined,
  people: Readonly<Partial<Record<keyof PreparedPeople, { readonly file: { readonly sha256: string } }>>>,
): JsonObject {
  const decisive = optionsOf(command).filter(changesMembers);
  const values = Object.fromEntries(decisive.map((name) => [keyOf(name), decisiveValue(name, settings)]));
  const contents = Object.fromEntries(Object.entries(people).map(([flag, { file }]) => [flag.slice('--'.length), file.sha256]));
  // Of a model of one's own not the path counts, but what stands in the file.
  return JSON.parse(
    JSON.stringify({
      ...values,
      ...contents,
      [keyOf('rfm')]: decisiveModel(rfmModel),
      frozen: frozen ?? null,
    }),
  ) as JsonObject;
}

function decisiveValue(name: OptionName, settings: Settings): unknown {
  switch (name) {
    case 'pause':
      return settings.pause.map(pauseText);
    case 'segments':
      return settings.segments.flatMap(({ definition }) => (definition === undefined ? [] : [decisiveSegment(definition, settings)]));
    default:
      return settings[name] ?? null;
  }
}

/** Not the words that a rule is written in count, but what it says; the priority where it decides who takes users. */
function decisiveSegment({ name, priority, rule }: SegmentDefinition, { by }: Pick<Settings, 'by'>): unknown {
  return { name, priority: by.some(({ kind }) => kind === 'first_match') ? priority : null, rule: printRule(canonicalRule(rule)) };
}

function decisiveModel(model: RfmModel): unknown {
  if (RFM_MODELS.includes(model)) return model.name;
  const scales = RFM_METRICS.map((metric) => [
    metric,
    model.scales[metric].edges?.map((edge) => decimalOfHundredths(edge)) ?? model.scales[metric].scores,
  ]);
  return { ...Object.fromEntries(scales), cells: model.cells };
}
