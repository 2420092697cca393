import { fail } from '../errors/segment-error.js';
import { parseParameters, type StatusParameters } from '../segmentation/status/status-parameters.js';
import { dayInZone } from '../time/day.js';
import { flagOf, isOnByDefault, OPTION_NAMES, OPTIONS, type OptionName, optionOf } from './options.js';
import { parseText, Refusal, type VALUE_KINDS } from './value-kinds.js';

/** What one source gives an option: its texts in the order in which they were written. A switch has `true` or `false`. */
export interface Given {
  readonly texts: readonly string[];
}

/** The options that one source gives. */
export type Layer = ReadonlyMap<OptionName, Given>;

type ValueOf<V> = V extends { readonly kind: 'choice'; readonly choices: readonly (infer Choice)[] }
  ? Choice
  : V extends { readonly kind: 'whole' }
    ? number | (V extends { readonly or: infer Word } ? Word : never)
    : V extends { readonly kind: infer Kind extends keyof typeof VALUE_KINDS }
      ? Exclude<ReturnType<(typeof VALUE_KINDS)[Kind]>, Refusal>
      : never;

type SettingOf<E> = E extends { readonly value: { readonly kind: 'parameters' } }
  ? StatusParameters
  : E extends { readonly value: { readonly kind: 'switch' } }
    ? boolean
    : E extends { readonly value: { readonly kind: 'property' } }
      ? readonly string[]
      : E extends { readonly value: { readonly list: true } & infer V }
        ? readonly ValueOf<V>[] | undefined
        : E extends { readonly value: infer V; readonly default: string }
          ? ValueOf<V>
          : E extends { readonly value: infer V }
            ? ValueOf<V> | undefined
            : never;

/** The value of every option; undefined where nothing was given and there is no default. An event list that is empty was switched off. */
export type Settings = { readonly [Name in OptionName]: SettingOf<(typeof OPTIONS)[Name]> };

/**
 * The settings that sources give together, the strongest first: for each option the strongest source that has it counts, whole lists
 * included; parameters of `set` are settings of their own. `now` is what `--as-of today` means. Fails at the first value that is none.
 */
export function resolveSettings(layers: readonly Layer[], now: Date): Settings {
  const given = strongest(layers);
  const values = Object.fromEntries(OPTION_NAMES.map((name) => [name, settingOf(name, given.get(name))]));
  const settings = values as unknown as Settings;
  return settings.asOf === 'today' ? { ...settings, asOf: dayInZone(now, settings.timezone) } : settings;
}

interface Chosen extends Given {
  /** Place of the source in the order of strength. */
  readonly strength: number;
}

function strongest(layers: readonly Layer[]): Map<OptionName, Chosen> {
  const chosen = new Map<OptionName, Chosen>();
  for (const [strength, layer] of layers.entries()) {
    for (const [name, { texts }] of layer) {
      const known = chosen.get(name);
      if (known === undefined) chosen.set(name, { texts, strength });
      else if (name === 'set') chosen.set(name, { texts: [...texts, ...known.texts], strength: known.strength });
    }
  }
  for (const name of OPTION_NAMES) settleOpposites(chosen, name);
  return chosen;
}

/** Of two options that say the opposite, leaves the one from the stronger source. */
function settleOpposites(chosen: Map<OptionName, Chosen>, name: OptionName): void {
  const other = optionOf(name).excludes as OptionName | undefined;
  const [left, right] = [chosen.get(name), other && chosen.get(other)];
  if (other === undefined || left === undefined || right === undefined || isOff(left) || isOff(right)) return;
  if (left.strength === right.strength) fail('options-contradict', { left: spelled(name, left), right: spelled(other, right) });
  chosen.delete(left.strength < right.strength ? other : name);
}

function isOff({ texts }: Given): boolean {
  return texts.length === 1 && texts[0] === 'false';
}

function spelled(name: OptionName, { texts }: Given): string {
  return OPTIONS[name].value.kind === 'switch' ? flagOf(name) : `${flagOf(name)} ${texts.at(-1)}`;
}

function settingOf(name: OptionName, given: Given | undefined): unknown {
  const { value, default: usual } = optionOf(name);
  const texts = given?.texts ?? (usual === undefined ? undefined : [usual]);
  switch (value.kind) {
    case 'parameters':
      return parseParameters(texts ?? []);
    case 'switch':
      return texts === undefined ? isOnByDefault(name) : parsed(name, texts.at(-1) ?? '');
    case 'property':
      return [...new Set(texts?.flatMap((text) => parsed(name, text) as readonly string[]))];
    case 'event':
      return (
        texts &&
        withoutNone(
          name,
          texts.map((text) => parsed(name, text) as string),
        )
      );
    default:
      return texts?.at(-1) === undefined ? undefined : parsed(name, texts.at(-1) ?? '');
  }
}

function parsed(name: OptionName, text: string): unknown {
  const { value } = optionOf(name);
  if (value.kind === 'parameters') throw new TypeError('parameters are parsed together');
  const found = parseText(text, value);
  if (found instanceof Refusal)
    fail('bad-option-value', { option: flagOf(name), value: text === '' ? "''" : text, expected: found.expected });
  return found;
}

/** The names, or no name when the only one is `none`. */
function withoutNone(name: OptionName, names: readonly string[]): readonly string[] {
  if (!names.includes('none')) return names;
  if (names.some((one) => one !== 'none')) {
    fail('bad-option-value', { option: flagOf(name), value: 'none', expected: 'no other event beside none' });
  }
  return [];
}
