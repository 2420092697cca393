import { isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, type ParsedNode, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { nearest } from '../errors/nearest.js';
import { isParameterName, PARAMETER_NAMES, parameterRange, parseParameter } from '../segmentation/status/status-parameters.js';
import { FILE_OPTIONS, flagName, isList, keyOf, OPTION_NAMES, OPTIONS, type OptionName } from './options.js';
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

interface SyntaxProblem extends Found {
  /** What stands after it means what it says. */
  readonly isLocal: boolean;
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

/** Faults of one value. */
const LOCAL = new Set(['BAD_SCALAR_START', 'BAD_DQ_ESCAPE']);

/**
 * Reads the text of a config file: every value as the text that stands there (`007`, `yes` and `1e5` are no numbers), every key one of
 * the table, all problems at once. `name` is the file as the user knows it; `place` turns a path of the file into one from the working folder.
 */
export function parseConfigFile(text: string, name: string, place: (path: string, kind: 'path' | 'input') => string): ParsedConfig {
  const lines = new LineCounter();
  const control = CONTROL.exec(text);
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const syntax: SyntaxProblem[] = document.errors.map(({ code, message, pos: [start, end] }) => ({
    message: SYNTAX[code] ?? `this is no YAML: ${message}`,
    start,
    end,
    isLocal: LOCAL.has(code),
  }));
  if (control !== null) {
    const message = control[0] === '\r' ? 'a line ends in a carriage return alone' : 'this character cannot stand in a config file';
    syntax.push({ message, start: control.index, end: control.index + 1, isLocal: true });
  }
  const reading = new Reading(name, place, lines);
  reading.file(document.contents);
  // What stands on the line of a fault in the grammar, or after it, may mean something else, also to the parser.
  const fault = Math.min(...syntax.flatMap(({ start, isLocal }) => (isLocal ? [] : [start])));
  const line = fault === Infinity ? Infinity : lines.linePos(fault).line;
  const sound = reading.problems.filter(({ start }) => lines.linePos(start).line < line);
  const found = firstOfEachPlace([...syntax.filter(({ start }) => start <= fault), ...sound]);
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
    if (contents === null || (isScalar(contents) && contents.source === '')) return;
    if (!isMap(contents)) {
      this.#refuse(contents, 'settings are lines of a key, a colon, a blank and a value, such as timezone: UTC');
      return;
    }
    const spans = new Map<OptionName, Span>();
    for (const [key, entry] of this.#entries(contents, 'setting')) {
      const option = KEYS.get(key);
      if (option === undefined) {
        this.#refuse(entry.key, unknownKey(key));
        continue;
      }
      spans.set(option, spanOf(entry.key));
      const given = OPTIONS[option].value.kind === 'parameters' ? this.#parameters(option, entry) : this.#values(option, entry);
      if (given !== undefined) this.layer.set(option, given);
    }
    for (const option of this.layer.keys()) {
      const other = opposed(this.layer, option);
      if (other !== undefined) this.#refuse(spans.get(option), `${keyOf(option)} and ${keyOf(other)} contradict each other: leave one out`);
    }
  }

  #values(option: OptionName, { key, value }: Entry): readonly Given[] | undefined {
    const nodes = isSeq(value) && isList(option) ? (value.items as Node[]) : [value];
    if (isMap(nodes[0]) || (isSeq(value) && !isList(option))) {
      return this.#refuse(value ?? key, `${keyOf(option)} takes ${isList(option) ? 'a text, or a list of texts' : 'one text'}`);
    }
    const texts = nodes.map((node) => this.#text(node, key));
    if (!texts.every((text) => text !== undefined)) return undefined;
    const refused = refusalOf(option, texts);
    if (refused !== undefined) {
      const { refusal, text } = refused;
      return this.#refuse(nodes[texts.indexOf(text)] ?? key, `${keyOf(option)}: expected ${refusal.expected}`);
    }
    const { kind } = OPTIONS[option].value;
    const placed = kind === 'file' || kind === 'folder' ? 'path' : kind === 'input' ? 'input' : undefined;
    return [{ texts: placed === undefined ? texts : texts.map((text) => this.#place(text, placed)), origin: this.#origin(key) }];
  }

  #parameters(option: OptionName, { key, value }: Entry): readonly Given[] | undefined {
    if (!isMap(value)) return this.#refuse(isEmpty(value) ? key : value, `${keyOf(option)} takes a parameter a line, such as new.days: 7`);
    return [...this.#entries(value, 'parameter')].flatMap(([name, entry]) => this.#parameter(name, entry) ?? []);
  }

  #parameter(name: string, { key, value }: Entry): Given | undefined {
    if (!isParameterName(name)) {
      const parts = isMap(value) ? value.items.map(({ key: part }) => `${name}.${isScalar(part) ? part.value : ''}`) : [];
      const whole = parts.find(isParameterName);
      const meant = whole === undefined ? didYouMean(nearest(name, PARAMETER_NAMES)) : `; write ${whole} on one line`;
      return this.#refuse(key, `there is no parameter "${name}"${meant}`);
    }
    if (isMap(value) || isSeq(value)) return this.#refuse(value, `${name} takes one number`);
    const text = this.#text(value, key);
    if (text === undefined) return undefined;
    if (parseParameter(name, text) === undefined) return this.#refuse(value ?? key, `${name}: expected ${parameterRange(name)}`);
    return { texts: [`${name}=${text}`], origin: this.#origin(key) };
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
    if (node === null) return this.#refuse(key, `${keyText(key)} has no value: leave the line out, or write one`);
    if (isAlias(node)) return this.#refuse(node, 'a text that begins with * stands in quotes; anchors are not read');
    if (!isScalar(node)) return this.#refuse(node, `${keyText(key)} takes texts only`);
    if (node.anchor !== undefined) return this.#refuse(node, 'a text that begins with & stands in quotes; anchors are not read');
    if (node.tag !== undefined) return this.#refuse(node, 'a text that begins with ! stands in quotes; tags are not read');
    const text = String(node.value);
    if (node.type === 'PLAIN' && NOTHING.test(text)) return this.#refuse(text === '' ? key : node, nothing(node, keyText(key)));
    if ((node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') && text === '')
      return this.#refuse(key, `${keyText(key)} has no value: | and > stand in quotes`);
    if (node.type === 'PLAIN' && this.#lines.linePos(node.range[0]).line !== this.#lines.linePos(node.range[1]).line)
      return this.#refuse(node, 'this text goes on in the next line: keys begin in the same column, and longer texts stand in quotes');
    return text;
  }

  #origin(key: ParsedNode): Given['origin'] {
    return { kind: 'file', file: this.#name, line: this.#lines.linePos(spanOf(key).start).line };
  }

  #refuse(where: ParsedNode | Span | undefined, message: string): undefined {
    const { start, end } = where === undefined ? { start: 0, end: 0 } : 'range' in where ? spanOf(where) : where;
    this.problems.push({ start, end, message });
    return undefined;
  }
}

function isEmpty(node: Node): node is null {
  return node === null || node.range[0] === node.range[1];
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

/** In the order of the file, each place once: what the grammar says about it comes before what its meaning is. */
function firstOfEachPlace(problems: readonly Found[]): Found[] {
  const seen = new Set<number>();
  const ordered = [...problems].sort((left, right) => left.start - right.start);
  return ordered.filter(({ start }) => !seen.has(start) && seen.add(start));
}

function located(text: string, lines: LineCounter, { start, end, message }: Found): ConfigProblem {
  const { line, col } = lines.linePos(start);
  const from = start - col + 1;
  const until = text.indexOf('\n', start) === -1 ? text.length : text.indexOf('\n', start);
  const source = text.slice(from, until).replace(/\r$/, '');
  const before = [...text.slice(from, start)].length;
  return { line, column: before + 1, length: [...text.slice(start, Math.min(end, from + source.length))].length, message, source };
}
