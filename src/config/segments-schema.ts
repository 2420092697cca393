import { FEATURES } from '../segmentation/rules/features.js';
import { LINT_RULES } from '../segmentation/rules/lint-codes.js';
import { WEEKDAYS } from '../segmentation/rules/words.js';
import { DEFINITION_KEYS, DID_KEYS, EVENT_LEAF_KEYS, OTHER_KEYS, RANGE_KEYS, SELECTOR_KEYS, TEST_KEYS } from './segment-keys.js';

type JsonSchema = Readonly<Record<string, unknown>>;

const TEXT: JsonSchema = { type: ['string', 'number', 'boolean'] };
const TEXTS: JsonSchema = { anyOf: [TEXT, { type: 'array', items: TEXT, minItems: 1 }] };
const PAIR: JsonSchema = { type: 'array', items: TEXT, minItems: 2, maxItems: 2 };
const EVENT = ref('event');
const TEST = ref('test');
/** What stands below `not`. */
const DENIED = ref('denied');
const DENIED_KEYS = TEST_KEYS.filter((key) => key !== 'not');

/** What each key holds. Those that are not here hold one text. */
const KEYS: Readonly<Record<string, JsonSchema>> = {
  description: { ...TEXT, description: 'What the segment is, in a line.' },
  goal: { ...TEXT, description: 'What it is for.' },
  min_size: { type: 'integer', minimum: 1, description: 'Users below which it is of no use.' },
  priority: { type: 'integer', minimum: 1, description: 'With by: first_match, 1 takes users first.' },
  ignore: {
    type: 'object',
    description: 'What segment lint is not to say, each with the reason.',
    minProperties: 1,
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(LINT_RULES).map(([code, { meaning }]) => [code, { ...TEXT, description: `${meaning}.` }]),
    ),
  },
  event: EVENT,
  weekdays: { anyOf: [{ enum: WEEKDAYS }, { type: 'array', items: { enum: WEEKDAYS }, minItems: 1 }] },
  hours: { type: 'string', pattern: '^\\d{1,2} to \\d{1,2}$' },
  per: { enum: ['day', 'week', 'month'] },
  n: { type: 'integer', minimum: 1 },
  between: PAIR,
  set: { type: 'boolean' },
  is: TEXTS,
  which: { enum: ['any', 'first'] },
};
const NUMBER_OR_OTHER = ['at_least', 'at_most', 'more_than', 'less_than'];

/** The JSON Schema of `segments:`; it refers to those of `ruleSchemas`. */
export function segmentsSchema(): JsonSchema {
  const definition = { ...mapOf(DEFINITION_KEYS, { where: ref('rule') }), required: ['where'] };
  return { type: 'object', propertyNames: { pattern: '^[a-z][a-z0-9_]{0,39}$' }, additionalProperties: definition };
}

/** The schemas of rules and their parts by name: keys and shapes, nothing of what texts say. */
export function ruleSchemas(): Readonly<Record<string, JsonSchema>> {
  const where = { anyOf: [{ type: 'string' }, { type: 'object', minProperties: 1, additionalProperties: TEST }] };
  const selector = mapOf(SELECTOR_KEYS, { where });
  const other = mapOf(OTHER_KEYS, { where });
  const step = { anyOf: [TEXT, selector] };
  const did = mapOf(DID_KEYS, {
    where,
    ...Object.fromEntries(NUMBER_OR_OTHER.map((key) => [key, { anyOf: [TEXT, other] }])),
    ...Object.fromEntries([
      ['then', { anyOf: [step, { type: 'array', items: step, minItems: 1 }] }],
      ['then_not', step],
    ]),
  });
  const eventLeaves = Object.entries(EVENT_LEAF_KEYS).map(([name, keys]) => [name, { anyOf: [TEXT, mapOf(keys, { where })] }] as const);
  const property = { anyOf: [TEXTS, mapOf(['which', ...TEST_KEYS], { not: DENIED })] };
  return {
    rule: {
      anyOf: [
        { type: 'string' },
        {
          type: 'object',
          minProperties: 1,
          maxProperties: 1,
          additionalProperties: false,
          properties: {
            all: { type: 'array', minItems: 1, items: ref('rule') },
            any: { type: 'array', minItems: 1, items: ref('rule') },
            not: ref('rule'),
            did: { anyOf: [TEXT, did] },
            did_not: { anyOf: [TEXT, did] },
            ...Object.fromEntries(eventLeaves),
            idle: mapOf(RANGE_KEYS, {}),
            property: { type: 'object', minProperties: 1, additionalProperties: property },
            segment: TEXT,
            ...Object.fromEntries([...FEATURES].map(([column, { values }]) => [column, { anyOf: [...featureValues(values), TEST] }])),
          },
        },
      ],
    },
    event: TEXTS,
    test: { anyOf: [TEXTS, mapOf(TEST_KEYS, { not: DENIED })] },
    denied: { anyOf: [TEXTS, mapOf(DENIED_KEYS, {})] },
  };
}

/** For an editor to offer; the test takes them as any text. */
function featureValues(values: readonly string[] | undefined): JsonSchema[] {
  return values === undefined ? [] : [{ enum: values }];
}

function mapOf(keys: readonly string[], own: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const properties = keys.map((key) => [key, own[key] ?? KEYS[key] ?? TEXT] as const);
  return { type: 'object', minProperties: 1, additionalProperties: false, properties: Object.fromEntries(properties) };
}

function ref(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` };
}
