import { isMap, isScalar, isSeq } from 'yaml';
import { listed } from '../errors/messages.js';
import { didYouMean, nearest } from '../errors/nearest.js';
import { PHONE_COUNTRIES } from '../membership/audience/phone-countries.js';
import { CONTACT_FIELDS, type ContactField } from '../membership/destinations/destination.js';
import { DESTINATIONS } from '../membership/destinations/index.js';
import { type Entry, isEmptyNode, type Node, type YamlFile } from './yaml-file.js';

/** A tool that files are written for, and what a config file says of these files alone. */
export interface WrittenExport {
  readonly name: string;
  /** Each an audience of its own, as `--audience` takes them; none: as for every tool. */
  readonly segments: readonly string[];
  /** Columns of contacts, or `none`. */
  readonly columns: Readonly<Partial<Record<ContactField, string>>>;
  readonly properties: readonly string[] | undefined;
  readonly defaultCountry: string | undefined;
  readonly maxRows: number | undefined;
}

/** What an editor takes for no value. */
const NOTHING = ['null', '~'];
const LISTS = ['segments', 'properties'];
const KEYS: readonly string[] = [...LISTS, ...CONTACT_FIELDS, 'default_country', 'max_rows'];
const NAMES = DESTINATIONS.map(({ name }) => name);
const COUNTRIES = PHONE_COUNTRIES.map(({ iso }) => iso);

/** The tool of a name alone. */
export function plainExport(name: string): WrittenExport {
  return { name, segments: [], columns: {}, properties: undefined, defaultCountry: undefined, maxRows: undefined };
}

/** What is expected where a text names no tool. */
export function expectedTool(text: string): string {
  return `one of ${listed(NAMES)}${didYouMean(nearest(text, NAMES))}`;
}

/** Reads `export:` of a config file: a tool, a list of tools, or a map of tools with what is said of each. Notes what is wrong. */
export function readExports(file: YamlFile, { key, value }: Entry): readonly WrittenExport[] {
  if (isMap(value)) {
    return [...file.entries(value, 'tool')].flatMap(([name, entry]) => {
      if (NAMES.includes(name)) return readExport(file, name, entry);
      file.refuse(entry.key, `export: expected ${expectedTool(name)}`);
      return [];
    });
  }
  const nodes = isSeq(value) ? (value.items as Node[]) : [value];
  return nodes.flatMap((node) => {
    const name = file.text(node, key);
    if (name === undefined || NAMES.includes(name)) return name === undefined ? [] : [plainExport(name)];
    file.refuse(node ?? key, `export: expected ${expectedTool(name)}`);
    return [];
  });
}

function readExport(file: YamlFile, name: string, { key, value }: Entry): WrittenExport[] {
  if (isEmptyNode(value) || (isScalar(value) && value.type === 'PLAIN' && NOTHING.includes(String(value.value))))
    return [plainExport(name)];
  if (!isMap(value)) {
    file.refuse(value ?? key, `export: ${name} takes a map, such as segments: [at_risk]`);
    return [];
  }
  const texts = new Map<string, readonly string[]>();
  for (const [part, entry] of file.entries(value, 'setting')) {
    if (!KEYS.includes(part)) {
      file.refuse(entry.key, `export: ${name} has no setting "${part}"${didYouMean(nearest(part, KEYS))}`);
      continue;
    }
    const nodes = LISTS.includes(part) && isSeq(entry.value) ? (entry.value.items as Node[]) : [entry.value];
    const found = nodes.map((node) => file.text(node, entry.key)).filter((text) => text !== undefined);
    const problem = problemOf(part, found[0] ?? '');
    if (found.length === nodes.length && problem !== undefined) file.refuse(entry.value ?? entry.key, `${part}: expected ${problem}`);
    else texts.set(part, found);
  }
  const one = (part: string): string | undefined => texts.get(part)?.[0];
  const columns = CONTACT_FIELDS.flatMap((field) => (one(field) === undefined ? [] : [[field, one(field)] as const]));
  return [
    {
      name,
      segments: texts.get('segments') ?? [],
      columns: Object.fromEntries(columns),
      properties: texts.get('properties')?.flatMap((text) => text.split(',').map((column) => column.trim())),
      defaultCountry: one('default_country'),
      maxRows: one('max_rows') === undefined ? undefined : Number(one('max_rows')),
    },
  ];
}

function problemOf(part: string, text: string): string | undefined {
  if (text === '') return 'a text';
  if (part === 'default_country' && !COUNTRIES.includes(text))
    return `a country as two letters, such as DE${didYouMean(nearest(text, COUNTRIES))}`;
  if (part === 'max_rows' && !/^[1-9]\d{0,8}$/.test(text)) return 'a whole number from 1';
  return undefined;
}

/** What an editor can say about `export:`. */
export function exportsSchema(): Readonly<Record<string, unknown>> {
  const text = { type: ['string', 'number', 'boolean'], minLength: 1 };
  const texts = { anyOf: [text, { type: 'array', items: text, minItems: 1 }] };
  const properties = {
    segments: texts,
    properties: texts,
    ...Object.fromEntries(CONTACT_FIELDS.map((field) => [field, text])),
    default_country: { enum: COUNTRIES },
    max_rows: { type: 'integer', minimum: 1 },
  };
  const tool = { type: ['object', 'null'], properties, additionalProperties: false };
  return {
    anyOf: [
      { enum: NAMES },
      { type: 'array', items: { enum: NAMES } },
      { type: 'object', properties: Object.fromEntries(NAMES.map((name) => [name, tool])), additionalProperties: false },
    ],
  };
}
