import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import { didYouMean, nearest } from '../errors/nearest.js';
import { printRule } from '../segmentation/rules/print-rule.js';
import { isParameterName, PARAMETER_NAMES, parameterRange, parseParameter } from '../segmentation/status/status-parameters.js';
import { CHECK_OPTIONS, FILE_OPTIONS, flagName, isList, keyOf, OPTION_NAMES, OPTIONS, type OptionName, optionOf } from './options.js';
import { readExports } from './parse-exports.js';
import { readRetention } from './parse-retention.js';
import { readSegments } from './parse-segments.js';
import { type Given, type Layer, opposed, refusalOf } from './settings.js';
import type { FileProblem, Span } from './text-problems.js';
import { type Entry, isEmptyNode, type Node, spanOf, YamlFile } from './yaml-file.js';

export interface ParsedConfig {
  /** What the file gives, as far as it is right. */
  readonly layer: Layer;
  /** In the order of the file. */
  readonly problems: readonly FileProblem[];
}

const KEYS = new Map(FILE_OPTIONS.map((name) => [keyOf(name), name]));
/** A section of settings that may as well stand beside it. */
const CHECK = 'check';
const CHECK_KEYS = new Map(CHECK_OPTIONS.map((name) => [keyOf(name), name]));

/**
 * Reads the text of a config file: every value as the text that stands there (`007`, `yes` and `1e5` are no numbers), every key one of
 * the table, all problems at once. `name` is the file as the user knows it; `place` turns a path of the file into one from the working folder.
 */
export function parseConfigFile(text: string, name: string, place: (path: string, kind: 'path' | 'input') => string): ParsedConfig {
  const file = new YamlFile(text);
  const reading = new Reading(name, place, file);
  reading.settings();
  return { layer: reading.layer, problems: file.problems() };
}

/** Walks the nodes of one file and collects what they give and what is wrong with them. */
class Reading {
  readonly layer = new Map<OptionName, readonly Given[]>();
  readonly #name: string;
  readonly #place: (path: string, kind: 'path' | 'input') => string;
  readonly #file: YamlFile;

  constructor(name: string, place: (path: string, kind: 'path' | 'input') => string, file: YamlFile) {
    this.#name = name;
    this.#place = place;
    this.#file = file;
  }

  settings(): void {
    const { contents } = this.#file;
    if (contents === null || this.#file.isEmpty) return;
    if (!isMap(contents)) {
      this.#file.refuse(contents, 'settings are lines of a key, a colon, a blank and a value, such as timezone: UTC');
      return;
    }
    const spans = new Map<OptionName, Span>();
    for (const [key, entry] of this.#file.entries(contents, 'setting')) {
      const option = KEYS.get(key);
      if (key === CHECK) this.#check(entry, spans);
      else if (option === undefined) this.#file.refuse(entry.key, unknownKey(key));
      else this.#setting(option, entry, spans);
    }
    for (const option of this.layer.keys()) {
      const other = opposed(this.layer, option);
      if (other !== undefined)
        this.#file.refuse(spans.get(option), `${keyOf(option)} and ${keyOf(other)} contradict each other: leave one out`);
    }
  }

  #check({ key, value }: Entry, spans: Map<OptionName, Span>): void {
    if (!isMap(value)) {
      this.#file.refuse(isEmptyNode(value) ? key : value, `${CHECK} takes a setting of the check a line, such as max_age: 2d`);
      return;
    }
    for (const [name, entry] of this.#file.entries(value, 'setting')) {
      const option = CHECK_KEYS.get(name);
      if (option !== undefined) this.#setting(option, entry, spans);
      else this.#file.refuse(entry.key, `${CHECK} has no setting "${name}"${didYouMean(nearest(name, CHECK_KEYS.keys()))}`);
    }
  }

  #setting(option: OptionName, entry: Entry, spans: Map<OptionName, Span>): void {
    if (spans.has(option)) {
      this.#file.refuse(entry.key, `${keyOf(option)} is given twice, below ${CHECK} and beside it`);
      return;
    }
    spans.set(option, spanOf(entry.key));
    const given = this.#given(option, entry);
    if (given !== undefined) this.layer.set(option, given);
  }

  #given(option: OptionName, entry: Entry): readonly Given[] | undefined {
    switch (OPTIONS[option].value.kind) {
      case 'parameters':
        return this.#parameters(option, entry);
      case 'segment':
        return this.#segments(entry);
      case 'destination':
        return this.#exports(entry);
      case 'retention':
        return isMap(entry.value) ? this.#retention(entry) : this.#values(option, entry);
      default:
        return this.#values(option, entry);
    }
  }

  #segments(entry: Entry): readonly Given[] {
    const { source: text } = this.#file;
    return readSegments(this.#file, entry).map((definition) => {
      const { name, rule } = definition;
      const segment = { name, definition, problems: [], text, file: this.#name };
      return { texts: [`${name}: ${printRule(rule)}`], origin: this.#originAt(definition.span), segments: [segment] };
    });
  }

  #exports(entry: Entry): readonly Given[] | undefined {
    const exports = readExports(this.#file, entry);
    return exports.length === 0 ? undefined : [{ texts: exports.map(({ name }) => name), origin: this.#origin(entry.key), exports }];
  }

  #retention(entry: Entry): readonly Given[] | undefined {
    const text = readRetention(this.#file, entry);
    return text === undefined ? undefined : [{ texts: [text], origin: this.#origin(entry.key) }];
  }

  #values(option: OptionName, { key, value }: Entry): readonly Given[] | undefined {
    const nodes = isSeq(value) && isList(option) ? (value.items as Node[]) : [value];
    if (isMap(nodes[0]) || (isSeq(value) && !isList(option))) {
      return this.#file.refuse(value ?? key, `${keyOf(option)} takes ${isList(option) ? 'a text, or a list of texts' : 'one text'}`);
    }
    const texts = nodes.map((node) => this.#file.text(node, key));
    if (!texts.every((text) => text !== undefined)) return undefined;
    const refused = refusalOf(option, texts);
    if (refused !== undefined) {
      const { refusal, text } = refused;
      return this.#file.refuse(nodes[texts.indexOf(text)] ?? key, `${keyOf(option)}: expected ${refusal.expected}`);
    }
    const { value: takes } = optionOf(option);
    const place = (text: string): string => {
      if (takes.kind === 'input') return this.#place(text, 'input');
      const isPath = takes.kind === 'file' || takes.kind === 'folder' || (takes.kind === 'name-or-file' && !takes.names.includes(text));
      return isPath ? this.#place(text, 'path') : text;
    };
    return [{ texts: texts.map(place), origin: this.#origin(key) }];
  }

  #parameters(option: OptionName, { key, value }: Entry): readonly Given[] | undefined {
    if (!isMap(value))
      return this.#file.refuse(isEmptyNode(value) ? key : value, `${keyOf(option)} takes a parameter a line, such as new.days: 7`);
    return [...this.#file.entries(value, 'parameter')].flatMap(([name, entry]) => this.#parameter(name, entry) ?? []);
  }

  #parameter(name: string, { key, value }: Entry): Given | undefined {
    if (!isParameterName(name)) {
      const parts = isMap(value) ? value.items.map(({ key: part }) => `${name}.${isScalar(part) ? part.value : ''}`) : [];
      const whole = parts.find(isParameterName);
      const meant = whole === undefined ? didYouMean(nearest(name, PARAMETER_NAMES)) : `; write ${whole} on one line`;
      return this.#file.refuse(key, `there is no parameter "${name}"${meant}`);
    }
    if (isMap(value) || isSeq(value)) return this.#file.refuse(value, `${name} takes one number`);
    const text = this.#file.text(value, key);
    if (text === undefined) return undefined;
    if (parseParameter(name, text) === undefined) return this.#file.refuse(value ?? key, `${name}: expected ${parameterRange(name)}`);
    return { texts: [`${name}=${text}`], origin: this.#origin(key) };
  }

  #origin(key: ParsedNode): Given['origin'] {
    return this.#originAt(spanOf(key));
  }

  #originAt(span: Span): Given['origin'] {
    return { kind: 'file', file: this.#name, line: this.#file.lineAt(span.start) };
  }
}

function unknownKey(key: string): string {
  const asWritten = key.replaceAll(/-/g, '_').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const flagOnly = OPTION_NAMES.find((name) => !FILE_OPTIONS.includes(name) && flagName(name) === key);
  if (flagOnly !== undefined && !KEYS.has(key)) return `${key} is an option of the command line only`;
  return `there is no setting "${key}"${didYouMean(KEYS.has(asWritten) ? asWritten : nearest(asWritten, KEYS.keys()))}`;
}
