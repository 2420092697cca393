import { isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import { nearest } from '../errors/nearest.js';
import { isParameterName, PARAMETER_NAMES, parameterRange, parseParameter } from '../segmentation/status/status-parameters.js';
import { FILE_OPTIONS, flagName, isList, keyOf, OPTION_NAMES, type OptionName, OPTIONS } from './options.js';
import { type Given, type Layer, opposed, refusalOf } from './settings.js';

/** One thing that is wrong with a config file. Lines and columns begin with 1; columns count characters. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  /** Characters that are wrong; 0 when something is missing. */
  readonly length: number;
  readonly message: string;
  /** The line it stands on. */
  readonly source: string;
}

export interface ParsedConfig {
  /** What the file gives, as far as it is right. */
  readonly layer: Layer;
  /** In the order of the file. */
  readonly problems: readonly ConfigProblem[];
}

/** Offsets in the text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

interface Found extends Span {
  readonly message: string;
}

type Node = ParsedNode | null;
type Entry = Pair<ParsedNode, Node>;

const KEYS = new Map(FILE_OPTIONS.map((name) => [keyOf(name), name]));
/** What YAML takes for nothing. It would be the name of a column or an event here. */
const NOTHING = /^(?:~|null|Null|NULL)?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]|\r(?!\n)/;

/** What the parser's codes mean to somebody who writes settings. */
const SYNTAX: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab cannot indent a line: use blanks',
  BAD_INDENT: 'the brackets that begin here, or before, are not closed',
  MISSING_CHAR: 'something is missing here: a closing quote or bracket, or a colon and a blank after a key',
  BAD_SCALAR_START: 'a text that begins with this sign stands in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a line holds one key and one value; a text with a colon stands in quotes, and all keys begin in the same column',
  MULTILINE_IMPLICIT_KEY: 'this line continues the one before: keys begin in the same column',
  UNEXPECTED_TOKEN: 'this cannot stand here: a text with special signs stands in quotes',
  BAD_DQ_ESCAPE: 'there is no such escape in double quotes: use single quotes, which take everything as it is',
  MULTIPLE_DOCS: 'a second document begins here: a config file holds one',
  RESOURCE_EXHAUSTION: 'too many brackets inside each other',
};

/**
 * Reads the text of a config file: every value as the text that stands there (`007`, `yes` and `1e5` are no numbers), every key one of
 * the table, all problems at once. `name` is the file as the user knows it; `place` turns a path of the file into one from the working folder.
 */
export function parseConfigFile(text: string, name: string, place: (path: string, kind: 'path' | 'input') => string): ParsedConfig {
  const lines = new LineCounter();
  const control = CONTROL.exec(text);
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
  const syntax = [...document.errors, ...document.warnings].map(({ code, message, pos: [start, end] }) => ({
    message: SYNTAX[code] ?? `this is no YAML: ${message}`,
    start,
    end,
  }));
  if (control !== null) {
    const message = control[0] === '\r' ? 'a line ends in a carriage return alone' : 'this character cannot stand in a config file';
    syntax.push({ message, start: control.index, end: control.index + 1 });
  }
  const reading = new Reading(name, place, lines);
  reading.file(document.contents);
  // What stands after a fault in the grammar may mean something else.
  const sound = Math.min(...syntax.map(({ start }) => start));
  const found = [...firstOfEachLine(syntax, lines), ...reading.problems.filter(({ start }) => start < sound)];
  found.sort((left, right) => left.start - right.start);
  return { layer: reading.layer, problems: found.map((problem) => located(text, lines, problem)) };
}

/** Walks the nodes of one file and collects what they give and what is wrong with them. */
class Reading {
  readonly layer = new Map<OptionName, readonly Given[]>();
  readonly problems: Found[] = [];
  readonly #name: string;
  readonly #place: (path: string, kind: 'path' | 'input') => string;
  readonly #lines: LineCounter;

  constructor(name: string, place: (path: string, kind: 'path' | 'input') => string, lines: LineCounter) {
    this.#name = name;
    this.#place = place;
    this.#lines = lines;
  }

  file(contents: Node): void {
    if (contents === null) return;
    if (!isMap(contents)) return this.#refuse(contents, 'settings are lines of a key, a colon, a blank and a value, such as timezone: UTC');
    const spans = new Map<OptionName, Span>();
    for (const [key, entry] of this.#entries(contents, 'setting')) {
      const option = KEYS.get(key);
      if (option === undefined) this.#refuse(entry.key, unknownKey(key));
      else {
        spans.set(option, spanOf(entry.key));
        this.#option(option, entry.value, entry.key);
      }
    }
    for (const option of this.layer.keys()) {
      const other = opposed(this.layer, option);
      if (other !== undefined) this.#refuse(spans.get(option), `${keyOf(option)} and ${keyOf(other)} contradict each other: leave one out`);
    }
  }

  #option(option: OptionName, value: Node, key: ParsedNode): void {
    const { kind } = OPTIONS[option].value;
    if (kind === 'parameters') return this.#parameters(option, value, key);
    if (isSeq(value) && isList(option)) {
      const texts = value.items.map((item) => this.#text(item as Node, key));
      if (texts.every((text) => text !== undefined)) this.#give(option, texts, value.items as ParsedNode[], key);
      return;
    }
    const several = isList(option) ? 'a text, or a list of texts' : 'one text';
    if (isMap(value) || isSeq(value)) return this.#refuse(value, `${keyOf(option)} takes ${several}`);
    const text = this.#text(value, key);
    if (text !== undefined) this.#give(option, [text], [value ?? key], key);
  }

  #give(option: OptionName, texts: readonly string[], nodes: readonly ParsedNode[], key: ParsedNode): void {
    const refused = refusalOf(option, texts);
    if (refused !== undefined) {
      const { refusal, text } = refused;
      return this.#refuse(nodes[texts.indexOf(text)], `${keyOf(option)}: expected ${refusal.expected}`);
    }
    const { kind } = OPTIONS[option].value;
    const placed = kind === 'file' || kind === 'folder' ? 'path' : kind === 'input' ? 'input' : undefined;
    this.layer.set(option, [{ texts: placed === undefined ? texts : texts.map((text) => this.#place(text, placed)), origin: this.#origin(key) }]);
  }

  #parameters(option: OptionName, value: Node, key: ParsedNode): void {
    if (!isMap(value)) return this.#refuse(value ?? key, `${keyOf(option)} takes a parameter a line, such as new.days: 7`);
    const given: Given[] = [];
    for (const [name, entry] of this.#entries(value, 'parameter')) {
      if (!isParameterName(name)) {
        const inner = isMap(entry.value) && entry.value.items.map(({ key: part }) => `${name}.${isScalar(part) ? part.value : ''}`);
        const dotted = inner === false ? undefined : inner.find(isParameterName);
        const meant = dotted === undefined ? didYouMean(nearest(name, PARAMETER_NAMES)) : `; write ${dotted} on one line`;
        this.#refuse(entry.key, `there is no parameter "${name}"${meant}`);
        continue;
      }
      if (isMap(entry.value) || isSeq(entry.value)) {
        this.#refuse(entry.value, `${name} takes one number`);
        continue;
      }
      const text = this.#text(entry.value, entry.key);
      if (text === undefined) continue;
      if (parseParameter(name, text) === undefined) this.#refuse(entry.value ?? entry.key, `${name}: expected ${parameterRange(name)}`);
      else given.push({ texts: [`${name}=${text}`], origin: this.#origin(entry.key) });
    }
    this.layer.set(option, given);
  }

  /** The entries of a map whose keys are texts, each key once. */
  *#entries(map: YAMLMap.Parsed, what: string): Generator<readonly [string, Entry]> {
    const lines = new Map<string, number>();
    for (const entry of map.items as Entry[]) {
      if (!isScalar(entry.key) || typeof entry.key.value !== 'string') {
        this.#refuse(entry.key, `the name of a ${what} is a text`);
        continue;
      }
      const key = entry.key.value;
      const line = lines.get(key);
      if (key === '<<') this.#refuse(entry.key, 'maps are not merged: write the settings out');
      else if (line !== undefined) this.#refuse(entry.key, `${key} stands twice, first on line ${line}`);
      else {
        lines.set(key, this.#lines.linePos(spanOf(entry.key).start).line);
        yield [key, entry];
      }
    }
  }

  /** The text of a scalar as it is written; undefined, with a problem, for everything else. */
  #text(node: Node, key: ParsedNode): string | undefined {
    if (node === null) return void this.#refuse(key, `${keyText(key)} has no value: leave the line out, or write one`);
    if (isAlias(node)) return void this.#refuse(node, 'a text that begins with * stands in quotes; anchors are not read');
    if (!isScalar(node)) return void this.#refuse(node, `${keyText(key)} takes texts only`);
    if (node.anchor !== undefined) return void this.#refuse(node, 'a text that begins with & stands in quotes; anchors are not read');
    if (node.tag !== undefined) return void this.#refuse(node, 'a text that begins with ! stands in quotes; tags are not read');
    const text = String(node.value);
    if (node.type === 'PLAIN' && NOTHING.test(text)) return void this.#refuse(text === '' ? key : node, nothing(node, keyText(key)));
    if ((node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') && text === '')
      return void this.#refuse(key, `${keyText(key)} has no value: | and > stand in quotes`);
    if (node.type === 'PLAIN' && this.#lines.linePos(node.range[0]).line !== this.#lines.linePos(node.range[1]).line)
      return void this.#refuse(node, 'this text goes on in the next line: keys begin in the same column, and longer texts stand in quotes');
    return text;
  }

  #origin(key: ParsedNode): Given['origin'] {
    return { kind: 'file', file: this.#name, line: this.#lines.linePos(spanOf(key).start).line };
  }

  #refuse(where: ParsedNode | Span | undefined, message: string): void {
    const { start, end } = where === undefined ? { start: 0, end: 0 } : 'range' in where ? spanOf(where) : where;
    this.problems.push({ start, end, message });
  }
}

function nothing({ source }: Scalar, key: string): string {
  return source === undefined || source === ''
    ? `${key} has no value: leave the line out, or write one`
    : `${source} is no value: leave the line out, or write "${source}" in quotes`;
}

function keyText(key: ParsedNode): string {
  return isScalar(key) ? String(key.value) : 'it';
}

function spanOf({ range: [start, end] }: ParsedNode): Span {
  return { start, end };
}

function unknownKey(key: string): string {
  const asWritten = key.replaceAll(/-/g, '_').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const flagOnly = OPTION_NAMES.find((name) => !FILE_OPTIONS.includes(name) && flagName(name) === key);
  if (flagOnly !== undefined && !KEYS.has(key)) return `${key} is an option of the command line only`;
  return `there is no setting "${key}"${didYouMean(KEYS.has(asWritten) ? asWritten : nearest(asWritten, KEYS.keys()))}`;
}

function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : `; did you mean "${name}"?`;
}

/** One fault in the grammar makes many: the first of a line is the one to mend. */
function firstOfEachLine(problems: readonly Found[], lines: LineCounter): Found[] {
  const seen = new Set<number>();
  const ordered = [...problems].sort((left, right) => left.start - right.start);
  return ordered.filter(({ start }) => {
    const { line } = lines.linePos(start);
    return !seen.has(line) && seen.add(line);
  });
}

function located(text: string, lines: LineCounter, { start, end, message }: Found): ConfigProblem {
  const { line, col } = lines.linePos(start);
  const from = start - col + 1;
  const until = text.indexOf('\n', start) === -1 ? text.length : text.indexOf('\n', start);
  const source = text.slice(from, until).replace(/\r$/, '');
  const before = [...text.slice(from, start)].length;
  return { line, column: before + 1, length: [...text.slice(start, Math.min(end, from + source.length))].length, message, source };
}
