import { isDecimal, PARAMETER_NAMES, parameterRange, STATUS_PARAMETERS } from '../segmentation/status/status-parameters.js';
import { CHECK_OPTIONS, FILE_OPTIONS, isList, keyOf, OPTIONS, type OptionName, optionOf } from './options.js';
import { exportsSchema } from './parse-exports.js';
import { ruleSchemas, segmentsSchema } from './segments-schema.js';
import { schemaOf } from './value-kinds.js';

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema (draft 2020-12) of config files, for editors: what `parseConfigFile` takes, as far as a schema can say it. It knows
 * nothing of zones, encodings, days of a month and least sizes, and takes numbers for texts, because that is what an editor sees.
 */
export function configSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'segment.yaml',
    description: 'Settings of segment. Every key is a flag of the command line.',
    type: 'object',
    properties: { ...propertiesOf(FILE_OPTIONS), check: checkSchema() },
    additionalProperties: false,
    allOf: FILE_OPTIONS.flatMap(oppositeOf),
    $defs: ruleSchemas(),
  };
}

function propertiesOf(names: readonly OptionName[]): JsonSchema {
  return Object.fromEntries(names.map((name) => [keyOf(name), propertyOf(name)]));
}

function checkSchema(): JsonSchema {
  return {
    description: 'Settings of the check, which may as well stand beside it.',
    type: 'object',
    properties: propertiesOf(CHECK_OPTIONS),
    additionalProperties: false,
    minProperties: 1,
  };
}

function propertyOf(name: OptionName): JsonSchema {
  const { help, value, default: usual } = optionOf(name);
  const description = `${help[0]?.toUpperCase()}${help.slice(1)}.`;
  if (value.kind === 'parameters') return { description, ...parametersSchema() };
  if (value.kind === 'segment') return { description, ...segmentsSchema() };
  if (value.kind === 'destination') return { description, ...exportsSchema() };
  const one = schemaOf(value);
  const shape = isList(name) ? { anyOf: [one, ...listsOf(name, one)] } : one;
  return { description, ...shape, ...(usual === undefined ? {} : { default: defaultOf(name, usual) }) };
}

/** Lists of values; `none` stands alone. */
function listsOf(name: OptionName, items: JsonSchema): JsonSchema[] {
  const { kind } = OPTIONS[name].value;
  if (kind !== 'event' && kind !== 'pause') return [{ type: 'array', items }];
  return [{ type: 'array', items, not: { contains: { const: 'none' } } }, { const: ['none'] }];
}

function defaultOf(name: OptionName, usual: string): string | number | boolean {
  const { kind } = OPTIONS[name].value;
  return kind === 'switch' ? usual === 'true' : kind === 'whole' ? Number(usual) : usual;
}

function parametersSchema(): JsonSchema {
  const properties = PARAMETER_NAMES.map((name) => {
    const { default: usual, min, max, meaning, unit } = STATUS_PARAMETERS[name];
    const description = `${meaning} In ${unit}: ${parameterRange(name)}.`;
    return [name, { description, type: isDecimal(name) ? 'number' : 'integer', minimum: min, maximum: max, default: usual }];
  });
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}

/** Two settings of which a file may have one. */
function oppositeOf(name: OptionName): JsonSchema[] {
  const other = optionOf(name).excludes as OptionName | undefined;
  if (other === undefined) return [];
  const both = [name, other];
  const switches = both.filter((each) => OPTIONS[each].value.kind === 'switch').map((each) => [keyOf(each), { const: true }]);
  return [{ not: { properties: Object.fromEntries(switches), required: both.map(keyOf) } }];
}
