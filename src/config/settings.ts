import { fail } from '../errors/segment-error.js';
import { type FurtherSegmentation, furtherName } from '../segmentation/further.js';
import { parseParameters, type StatusParameters } from '../segmentation/status/status-parameters.js';
import { isoOfDay } from '../time/day.js';
import { mergePauses, type Pause } from '../time/pauses.js';
import { dayInZone } from '../time/zone-offsets.js';
import {
  type CommandName,
  flagOf,
  isList,
  isOnByDefault,
  keyOf,
  OPTION_NAMES,
  OPTIONS,
  type OptionName,
  optionOf,
  optionsOf,
  variableOf,
} from './options.js';
import { plainExport, type WrittenExport } from './parse-exports.js';
import { areTooMany, MOST_PAUSES } from './parse-pause.js';
import { parseSegmentText, type WrittenSegment } from './parse-segment-text.js';
import { withRecipes } from './recipe-segments.js';
import { parseText, Refusal, type VALUE_KINDS } from './value-kinds.js';

/** Who said it. */
export type Origin =
  | { readonly kind: 'flag' }
  | { readonly kind: 'environment' }
  /** The file as the user would name it. */
  | { readonly kind: 'file'; readonly file: string; readonly line: number };

/** What one place gives an option: its texts in the order in which they stand there. A switch has `true` or `false`. */
export interface Given {
  readonly texts: readonly string[];
  readonly origin: Origin;
  /** Of own segments in a file: what the texts say, and where. */
  readonly segments?: readonly WrittenSegment[];
  /** Of tools in a file: what it says of their files. */
  readonly exports?: readonly WrittenExport[];
}

/** The options that one source gives. Only `set` and `segments` have more than one element: a parameter and a segment have a place of their own. */
export type Layer = ReadonlyMap<OptionName, readonly Given[]>;

type ParsedBy<Kind extends keyof typeof VALUE_KINDS> = Exclude<ReturnType<(typeof VALUE_KINDS)[Kind]['parse']>, Refusal>;

type ValueOf<V> = V extends { readonly kind: 'choice'; readonly choices: readonly (infer Choice)[] }
  ? Choice
  : V extends { readonly kind: 'whole' }
    ? number | (V extends { readonly or: infer Word } ? Word : never)
    : V extends { readonly kind: infer Kind extends keyof typeof VALUE_KINDS }
      ? ParsedBy<Kind>
      : never;

type SettingOf<E> = E extends { readonly value: { readonly kind: 'parameters' } }
  ? StatusParameters
  : E extends { readonly value: { readonly kind: 'switch' } }
    ? boolean
    : E extends { readonly value: { readonly kind: 'property' | 'input' } }
      ? readonly string[]
      : E extends { readonly value: { readonly kind: 'segment' } }
        ? readonly WrittenSegment[]
        : E extends { readonly value: { readonly kind: 'pause' } }
          ? readonly Pause[]
          : E extends { readonly value: { readonly kind: 'condition' } }
            ? readonly ParsedBy<'condition'>[]
            : E extends { readonly value: { readonly kind: 'further' } }
              ? readonly FurtherSegmentation[]
              : E extends { readonly value: { readonly list: true } & infer V }
                ? readonly ValueOf<V>[] | undefined
                : E extends { readonly value: infer V; readonly default: string }
                  ? ValueOf<V>
                  : E extends { readonly value: infer V }
                    ? ValueOf<V> | undefined
                    : never;

/**
 * The value of every option that a command takes; undefined where nothing was given and there is no default. An event list that is
 * empty was switched off. `givenBy` names what was used besides flags: config files and environment variables.
 */
export type Settings = { readonly [Name in OptionName]: SettingOf<(typeof OPTIONS)[Name]> } & { readonly givenBy: readonly string[] };

/**
 * The settings of a command that sources give together, the strongest first (see `strongest`). `now` is what `--as-of today` means.
 * Fails at the first value that is none.
 */
export function resolveSettings(command: CommandName, layers: readonly Layer[], now: Date): Settings {
  const given = strongest(command, layers);
  const values = OPTION_NAMES.map((name) => [name, settingOf(name, given.get(name))] as const);
  const own = { ...Object.fromEntries(values), givenBy: sourcesOf(given) } as unknown as Settings;
  const settings = { ...own, segments: withRecipes(own.segments, own.recipes ?? []) };
  return settings.asOf === 'today' ? { ...settings, asOf: isoOfDay(dayInZone(now, settings.timezone)) } : settings;
}

/**
 * What counts of all that was given to a command: for each option the strongest source that has it, whole lists included. Parameters of
 * `set` and own segments are settings of their own: all are kept, the strongest last; so are tools, of which those of the strongest source count.
 */
export function strongest(command: CommandName, layers: readonly Layer[]): ReadonlyMap<OptionName, readonly Given[]> {
  const chosen = new Map<OptionName, readonly Given[]>();
  const strengths = new Map<OptionName, number>();
  for (const [strength, layer] of layers.entries()) {
    for (const name of optionsOf(command)) {
      const given = layer.get(name);
      const known = chosen.get(name);
      if (given === undefined || (known !== undefined && !isAdded(name))) continue;
      chosen.set(name, [...given, ...(known ?? [])]);
      if (known === undefined) strengths.set(name, strength);
    }
  }
  for (const name of chosen.keys()) {
    const other = opposed(chosen, name);
    if (other === undefined) continue;
    const [mine, theirs] = [strengths.get(name) ?? 0, strengths.get(other) ?? 0];
    if (mine === theirs) fail('options-contradict', { left: spelled(name, chosen.get(name)), right: spelled(other, chosen.get(other)) });
    chosen.delete(mine < theirs ? other : name);
  }
  return chosen;
}

/** Whether what several sources give counts together. */
function isAdded(name: OptionName): boolean {
  const { kind } = OPTIONS[name].value;
  return kind === 'parameters' || kind === 'segment' || kind === 'destination';
}

/** The option that is given too and says the opposite of this one. */
export function opposed(given: Layer, name: OptionName): OptionName | undefined {
  const other = optionOf(name).excludes as OptionName | undefined;
  return other !== undefined && isOn(given.get(name)) && isOn(given.get(other)) ? other : undefined;
}

/** Why the texts are no value of an option, and which of them; undefined when they are one. */
export function refusalOf(name: OptionName, texts: readonly string[]): { readonly refusal: Refusal; readonly text: string } | undefined {
  const { value } = optionOf(name);
  if (value.kind === 'parameters') throw new TypeError('parameters are parsed together');
  for (const text of texts) {
    const found = parseText(text, value);
    if (found instanceof Refusal) return { refusal: found, text };
  }
  if ((value.kind === 'event' || value.kind === 'pause') && texts.includes('none') && texts.some((text) => text !== 'none')) {
    return { refusal: new Refusal(`no other ${value.kind} beside none`), text: 'none' };
  }
  if (value.kind === 'pause' && areTooMany(texts.flatMap((text) => parseText(text, value) as readonly Pause[]))) {
    return { refusal: new Refusal(`at most ${MOST_PAUSES} pauses`), text: texts[0] ?? '' };
  }
  return undefined;
}

function isOn(given: readonly Given[] | undefined): boolean {
  return given !== undefined && given[0]?.texts[0] !== 'false';
}

function spelled(name: OptionName, given: readonly Given[] = []): string {
  const [first] = given;
  const text = first?.texts.at(-1) ?? '';
  switch (first?.origin.kind) {
    case 'environment':
      return `${variableOf(name)}=${text}`;
    case 'file':
      return `${keyOf(name)}: ${text}`;
    default:
      return OPTIONS[name].value.kind === 'switch' ? flagOf(name) : `${flagOf(name)} ${text}`;
  }
}

/** Each once, in the order of the first. */
function distinctFurther(all: readonly FurtherSegmentation[]): readonly FurtherSegmentation[] {
  return [...new Map(all.map((one) => [furtherName(one), one])).values()];
}

/** The segments of all sources, the strongest last; one that a stronger source gives too counts only there. */
function distinctSegments(given: readonly Given[]): readonly WrittenSegment[] {
  const all = given.map(({ texts, segments }) => segments ?? texts.map(parseSegmentText));
  return all.flatMap((segments, source) =>
    segments.filter(({ name }) => !all.slice(source + 1).some((stronger) => stronger.some((other) => other.name === name))),
  );
}

/** The tools of the strongest source, with what a config file says of each. */
function chosenExports(given: readonly Given[] | undefined): readonly WrittenExport[] | undefined {
  const names = given?.at(-1)?.texts;
  const written = given?.flatMap(({ exports = [] }) => exports) ?? [];
  return names && [...new Set(names)].map((name) => written.find((one) => one.name === name) ?? plainExport(name));
}

/** The option as its source names it. */
function nameIn(origin: Origin, name: OptionName): string {
  return origin.kind === 'environment' ? variableOf(name) : flagOf(name);
}

function sourcesOf(given: ReadonlyMap<OptionName, readonly Given[]>): readonly string[] {
  const sources = [...given].flatMap(([name, all]) =>
    all.flatMap(({ origin }) => (origin.kind === 'file' ? [origin.file] : origin.kind === 'environment' ? [variableOf(name)] : [])),
  );
  return [...new Set(sources)];
}

function settingOf(name: OptionName, given: readonly Given[] | undefined): unknown {
  const { value, default: usual } = optionOf(name);
  const all = given?.flatMap(({ texts, origin }) => texts.map((text) => ({ text, origin })));
  if (value.kind === 'parameters') {
    const settings = all ?? [];
    return parseParameters(
      settings.map(({ text }) => text),
      (index) => nameIn(settings[index]?.origin ?? { kind: 'flag' }, name),
    );
  }
  if (value.kind === 'segment') return distinctSegments(given ?? []);
  const texts = all?.map(({ text }) => text) ?? (usual === undefined ? undefined : [usual]);
  const refused = refusalOf(name, texts ?? []);
  if (refused !== undefined) {
    const { refusal, text } = refused;
    fail('bad-option-value', { option: nameIn(given?.[0]?.origin ?? { kind: 'flag' }, name), value: text, expected: refusal.expected });
  }
  if (value.kind === 'destination') return chosenExports(given);
  const parsed = texts?.map((text) => parseText(text, value));
  switch (value.kind) {
    case 'property':
      return [...new Set(parsed?.flat())];
    case 'pause':
      return mergePauses((parsed?.flat() ?? []) as Pause[]);
    case 'further':
      return distinctFurther((parsed ?? []).flat() as FurtherSegmentation[]);
    case 'input':
    case 'condition':
      return parsed ?? [];
    case 'event':
      return parsed?.filter((event) => event !== 'none');
    case 'switch':
      return parsed?.at(-1) ?? isOnByDefault(name);
    default:
      return isList(name) ? parsed : parsed?.at(-1);
  }
}
