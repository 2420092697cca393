import { resolve } from 'node:path';
import { decimalOfHundredths, hundredthsOfDecimal } from '../analysis/classify/decimal-edge.js';
import { keyOf, OPTIONS, type OptionName, optionsOf } from '../config/options.js';
import { parseSegmentText } from '../config/parse-segment-text.js';
import type { Settings } from '../config/settings.js';
import type { JsonObject } from '../membership/publish/canonical-json.js';
import { RFM_MODELS } from '../segmentation/rfm/models/index.js';
import { RFM_METRICS, type RfmModel } from '../segmentation/rfm/rfm-model.js';
import { printRule } from '../segmentation/rules/print-rule.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import type { KeptSettings } from '../state/kept-run.js';

/** Settings that a classification can be made by. */
export interface MadeBy {
  readonly settings: Settings;
  readonly definitions: readonly SegmentDefinition[];
  readonly rfmModel: RfmModel;
}

/** Each run has its own date, and its rules stand beside. */
const APART: readonly OptionName[] = ['asOf', 'segments', 'recipes', 'inputs', 'runFrom', 'runTo'];

/** The options that say how files are read and who is in which segment. */
function keptOptions(): readonly OptionName[] {
  return optionsOf('run').filter((name) => ['read', 'decide'].includes(OPTIONS[name].group) && !APART.includes(name));
}

/** What a run is made by, as plain values that a later version reads; paths are absolute. */
export function keptSettings({ settings, definitions, rfmModel }: MadeBy, cwd: string): KeptSettings {
  const options = keptOptions().flatMap((name) => {
    const value = settings[name];
    if (value === undefined) return [];
    const isPath = OPTIONS[name].value.kind === 'file' && typeof value === 'string';
    return [[keyOf(name), isPath ? resolve(cwd, value) : value] as const];
  });
  return {
    options: JSON.parse(JSON.stringify(Object.fromEntries(options))) as JsonObject,
    segments: definitions.map(({ name, rule, priority }) => ({ name, rule: printRule(rule), priority })),
    rfmModel: RFM_MODELS.includes(rfmModel) ? null : modelJson(rfmModel),
  };
}

/** The settings that were kept, all others as in `base`; undefined where this version cannot read one of them. */
export function madeBy({ options, segments, rfmModel: model }: KeptSettings, base: Settings): MadeBy | undefined {
  const kept = Object.fromEntries(keptOptions().map((name) => [name, options[keyOf(name)]]));
  const definitions = segments.flatMap(({ name, rule, priority }) => {
    const { definition } = parseSegmentText(`${name}: ${rule}`);
    return definition === undefined ? [] : [{ ...definition, priority }];
  });
  const rfmModel = model === null ? RFM_MODELS.find(({ name }) => name === options['rfm']) : modelOf(model);
  if (rfmModel === undefined || definitions.length !== segments.length) return undefined;
  return { settings: { ...base, ...kept, segments: [], recipes: undefined } as Settings, definitions, rfmModel };
}

function modelJson({ scales, ...model }: RfmModel): JsonObject {
  const texts = RFM_METRICS.map((metric) => {
    const { scores, edges } = scales[metric];
    return [metric, { scores, edges: edges?.map((edge) => decimalOfHundredths(edge)) ?? null }] as const;
  });
  return JSON.parse(JSON.stringify({ ...model, scales: Object.fromEntries(texts) })) as JsonObject;
}

function modelOf(model: JsonObject): RfmModel {
  const { scales, ...rest } = model as unknown as Omit<RfmModel, 'scales'> & {
    readonly scales: Readonly<Record<string, { readonly scores: number; readonly edges: readonly string[] | null }>>;
  };
  const read = Object.entries(scales).map(([metric, { scores, edges }]) => [
    metric,
    { scores, edges: edges?.map((edge) => hundredthsOfDecimal(edge) ?? 0n) ?? null },
  ]);
  return { ...rest, scales: Object.fromEntries(read) as RfmModel['scales'] };
}
