import { isMap } from 'yaml';
import { didYouMean, nearest } from '../errors/nearest.js';
import type { Entry, YamlFile } from './yaml-file.js';

interface RetentionPart {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly meaning: string;
}

/** What `retain` says, by the words it says it in. */
const RETENTION_PARTS = {
  runs: { default: 90, min: 1, max: 100_000, meaning: 'The newest runs that stay, by their as-of dates.' },
  weekly: { default: 52, min: 0, max: 10_000, meaning: 'For how many weeks before those one run a week stays.' },
  raw_days: {
    default: 100_000,
    min: 1,
    max: 100_000,
    meaning: 'For how many days before the as-of date the events themselves stay, where nothing reads older ones; without it all do.',
  },
} as const satisfies Readonly<Record<string, RetentionPart>>;

type PartName = keyof typeof RETENTION_PARTS;

/** How much of a history stays. */
export type Retention = Readonly<Record<PartName, number>>;

const PART_NAMES = Object.keys(RETENTION_PARTS) as readonly PartName[];
const DEFAULTS = Object.fromEntries(PART_NAMES.map((name) => [name, RETENTION_PARTS[name].default])) as Retention;

/** What a text such as `runs=30,weekly=10` says, with the defaults of what it leaves out; undefined where it says something else. */
export function parseRetention(text: string): Retention | undefined {
  const parts = text.split(',').map((part) => /^\s*([a-z_]+)=(\d{1,6})\s*$/.exec(part));
  const given = parts.map((part) => [part?.[1] ?? '', Number(part?.[2])] as const);
  const names = given.map(([name]) => name);
  const isRight = given.every(([name, value]) => isPart(name) && isWithin(name, value)) && new Set(names).size === names.length;
  return isRight ? { ...DEFAULTS, ...Object.fromEntries(given) } : undefined;
}

/** In words, what `parseRetention` takes. */
export function expectedRetention(): string {
  return `${PART_NAMES.map((name) => `${name}=N (${rangeOf(name)})`).join(', ')}, several separated by commas`;
}

/** Reads a map of a config file as the text that `parseRetention` takes. Notes what is wrong. */
export function readRetention(file: YamlFile, { key, value }: Entry): string | undefined {
  if (!isMap(value)) return undefined;
  const texts: string[] = [];
  let hasProblem = value.items.length === 0;
  if (hasProblem) file.refuse(key, `retain takes ${PART_NAMES.join(' and ')}, such as runs: 90`);
  for (const [name, entry] of file.entries(value, 'setting')) {
    const text = isPart(name) ? file.text(entry.value, entry.key) : undefined;
    if (!isPart(name)) file.refuse(entry.key, `retain has no setting "${name}"${didYouMean(nearest(name, PART_NAMES))}`);
    else if (text !== undefined && parseRetention(`${name}=${text}`) === undefined)
      file.refuse(entry.value ?? entry.key, `${name}: expected a whole number ${rangeOf(name)}`);
    else if (text !== undefined) {
      texts.push(`${name}=${text}`);
      continue;
    }
    hasProblem = true;
  }
  return hasProblem ? undefined : texts.join(',');
}

/** What an editor can say of `retain`. */
export function retentionSchema(): Readonly<Record<string, unknown>> {
  const properties = PART_NAMES.map((name) => {
    const { default: usual, min, max, meaning } = RETENTION_PARTS[name];
    return [name, { description: meaning, type: 'integer', minimum: min, maximum: max, default: usual }];
  });
  const names = PART_NAMES.join('|');
  return {
    anyOf: [
      { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false, minProperties: 1 },
      { type: 'string', pattern: `^\\s*(${names})=\\d{1,6}\\s*(,\\s*(${names})=\\d{1,6}\\s*)*$` },
    ],
  };
}

function isPart(name: string): name is PartName {
  return (PART_NAMES as readonly string[]).includes(name);
}

function isWithin(name: PartName, value: number): boolean {
  return value >= RETENTION_PARTS[name].min && value <= RETENTION_PARTS[name].max;
}

function rangeOf(name: PartName): string {
  return `from ${RETENTION_PARTS[name].min} to ${RETENTION_PARTS[name].max}`;
}
