import { FILE_OPTIONS, keyOf, OPTION_GROUPS, OPTIONS, type OptionName, optionOf, optionsOf, variableOf } from '../config/options.js';
import { type Given, type Layer, type Origin, resolveSettings, strongest } from '../config/settings.js';
import { type JsonValue, renderJson } from '../report/json-text.js';
import { createPage } from '../report/page.js';
import { safeText } from '../report/safe-text.js';
import { padRight, textWidth } from '../report/text-width.js';
import { wrapText } from '../report/wrap-text.js';
import { PARAMETER_NAMES, type ParameterName, STATUS_PARAMETERS } from '../segmentation/status/status-parameters.js';
import { resolveColor } from './color.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { ownSegmentsOf } from './own-segments.js';
import type { GivenLayers } from './read-settings.js';

/** A setting that counts. */
interface Shown {
  readonly key: string;
  readonly option: OptionName;
  /** As it would be written; undefined where nothing was given and nothing is the default. */
  readonly texts: readonly string[] | undefined;
  readonly origin: Origin | undefined;
}

const GAP = '  ';

/** Shows every setting that a config file can hold, with its value and who said it. Fails with what is wrong in them. */
export function showSettings(io: CliIo, { layers, configFile }: GivenLayers): void {
  const settings = resolveSettings('config', layers, io.now());
  // What commands would refuse before they read a file.
  if (settings.segments.length > 0) ownSegmentsOf(settings, loadRfmModel(settings.rfm, io.cwd));
  const given = strongest('config', layers);
  const shown = optionsOf('config').flatMap((name) => (FILE_OPTIONS.includes(name) ? shownOf(name, given) : []));
  if (settings.json) io.stdout.write(renderJson(jsonOf(shown, configFile)));
  else io.stdout.write(`${textOf(io, shown, { configFile, color: settings.color }).join('\n')}\n`);
}

function shownOf(option: OptionName, given: Layer): Shown[] {
  const all = given.get(option);
  if (OPTIONS[option].value.kind === 'parameters') return PARAMETER_NAMES.map((name) => parameterOf(option, name, all));
  const { value, default: usual } = optionOf(option);
  if (value.kind === 'segment') return segmentsOf(option, all);
  const fallback = usual ?? (value.kind === 'switch' ? 'false' : undefined);
  return [
    { key: keyOf(option), option, texts: all?.[0]?.texts ?? (fallback === undefined ? undefined : [fallback]), origin: all?.[0]?.origin },
  ];
}

/** Whether an option is many settings, each of which has a place of its own. */
function isMany(option: OptionName): boolean {
  const { kind } = OPTIONS[option].value;
  return kind === 'parameters' || kind === 'segment';
}

function parameterOf(option: OptionName, name: ParameterName, all: readonly Given[] = []): Shown {
  const set = all.flatMap(({ texts, origin }) => texts.map((text) => ({ text, origin })));
  const last = set.findLast(({ text }) => text.slice(0, text.indexOf('=')).trim() === name);
  const value = last?.text.slice(last.text.indexOf('=') + 1).trim() ?? String(STATUS_PARAMETERS[name].default);
  return { key: name, option, texts: [value], origin: last?.origin };
}

/** Each segment with its rule; of a name that several sources give, the strongest. */
function segmentsOf(option: OptionName, all: readonly Given[] = []): Shown[] {
  const set = all.flatMap(({ texts, origin }) => texts.map((text) => ({ text, origin })));
  const named = set.map(({ text, origin }): readonly [string, Shown] => {
    const [, name = '', rule = ''] = /^([^:]*):(.*)$/s.exec(text) ?? [];
    return [name.trim(), { key: name.trim(), option, texts: [rule.trim()], origin }];
  });
  return [...new Map(named).values()];
}

function jsonOf(shown: readonly Shown[], configFile: string | undefined): JsonValue {
  const entries = (all: readonly Shown[]): JsonValue =>
    Object.fromEntries(all.map((one) => [one.key, { value: jsonValue(one), ...jsonOrigin(one) }]));
  const ofKind = (kind: string): Shown[] => shown.filter(({ option }) => OPTIONS[option].value.kind === kind);
  return {
    config_file: configFile ?? null,
    settings: entries(shown.filter(({ option }) => !isMany(option))),
    set: entries(ofKind('parameters')),
    segments: entries(ofKind('segment')),
  };
}

function jsonValue({ option, texts }: Shown): JsonValue {
  const { value } = optionOf(option);
  if (value.kind === 'parameters') return Number(texts?.[0]);
  if (value.kind === 'segment') return texts?.[0] ?? null;
  if ('list' in value) return texts ?? null;
  const text = texts?.at(-1);
  if (value.kind === 'switch') return text === 'true';
  return value.kind === 'whole' && /^\d+$/.test(text ?? '') ? Number(text) : (text ?? null);
}

function jsonOrigin({ option, origin }: Shown): { readonly from: string; readonly [key: string]: JsonValue } {
  switch (origin?.kind) {
    case 'environment':
      return { from: 'environment', variable: variableOf(option) };
    case 'file':
      return { from: 'file', file: origin.file, line: origin.line };
    default:
      return { from: origin?.kind ?? 'default' };
  }
}

/** Settings under the headings of the help; of the parameters those that somebody set. */
function textOf(
  io: CliIo,
  all: readonly Shown[],
  { configFile, color }: { readonly configFile: string | undefined; readonly color: boolean },
): string[] {
  const page = createPage({
    width: reportWidth(io.stdout),
    colorLevel: resolveColor(io.stdout, { color }, io.env),
    isUnicode: isUnicode(io.env),
  });
  const shown = all.filter(({ option, origin }) => origin !== undefined || OPTIONS[option].value.kind !== 'parameters');
  const rows = shown.map((one) => ({
    ...one,
    key: `${isMany(one.option) ? `${keyOf(one.option)} ` : ''}${one.key}`,
    from: fromOf(one),
  }));
  const keyWidth = Math.max(...rows.map(({ key }) => key.length));
  const fromWidth = Math.max(...rows.map(({ from }) => textWidth(from)));
  const groups = OPTION_GROUPS.flatMap((group) => {
    const own = rows.filter(({ option }) => OPTIONS[option].group === group);
    if (own.length === 0) return [];
    const lines = own.flatMap((row) => {
      const begin = `${padRight(row.key, keyWidth)}${GAP}${padRight(row.from, fromWidth)}${GAP}`;
      const [first = '', ...rest] = wrapText(writtenValue(row, page.glyphs.none), page.width, begin);
      return row.origin === undefined ? [page.paint.dim(first), ...rest.map(page.paint.dim)] : [first, ...rest];
    });
    return ['', page.paint.title(`${group[0]?.toUpperCase()}${group.slice(1)}`), ...lines];
  });
  const untouched = all.length - shown.length;
  return [
    configFile === undefined ? 'No config file.' : `Config file: ${safeText(configFile)}`,
    ...groups,
    '',
    ...wrapText(`${untouched} parameters have their defaults: segment params.`, page.width),
  ];
}

function fromOf({ option, origin }: Shown): string {
  switch (origin?.kind) {
    case 'environment':
      return variableOf(option);
    case 'file':
      return safeText(`${origin.file}:${origin.line}`);
    default:
      return origin?.kind ?? 'default';
  }
}

function writtenValue({ option, texts }: Shown, none: string): string {
  if (texts === undefined) return optionOf(option).otherwise ?? none;
  if (texts.length === 0) return 'none';
  return texts.map((text) => safeText(text.includes(',') && texts.length > 1 ? `"${text}"` : text)).join(', ');
}
