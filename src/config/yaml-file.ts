import { isAlias, isScalar, LineCounter, type Pair, type ParsedNode, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { type FileProblem, located, type PlacedProblem, type Span } from './text-problems.js';

interface SyntaxProblem extends PlacedProblem {
  /** What stands after it means what it says. */
  readonly isLocal: boolean;
}

export type Node = ParsedNode | null;
export type Entry = Pair<ParsedNode, Node>;

/** What YAML takes for nothing. It would be a name here. */
const NOTHING = /^(?:~|null|Null|NULL)?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]|\r(?!\n)/;

/** Characters that indentation or an escape may stand for. */
const MOST_AHEAD = 200;

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
  MULTIPLE_DOCS: 'a second document begins here: the file holds one',
  RESOURCE_EXHAUSTION: 'too many brackets inside each other',
};

/** Faults of one value. */
const LOCAL = new Set(['BAD_SCALAR_START', 'BAD_DQ_ESCAPE']);

/** The text of a YAML file that people write: every value as the text that stands there (`007`, `yes` and `1e5` are no numbers), all problems at once. */
export class YamlFile {
  readonly contents: Node;
  /** The text of the file, which offsets are of. */
  readonly source: string;
  readonly #lines = new LineCounter();
  readonly #syntax: readonly SyntaxProblem[];
  readonly #problems: PlacedProblem[] = [];

  constructor(text: string) {
    this.source = text;
    const control = CONTROL.exec(text);
    const document = parseDocument(text, {
      schema: 'failsafe',
      lineCounter: this.#lines,
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
      const message = control[0] === '\r' ? 'a line ends in a carriage return alone' : 'this character cannot stand in the file';
      syntax.push({ message, start: control.index, end: control.index + 1, isLocal: true });
    }
    this.#syntax = syntax;
    this.contents = document.contents;
  }

  /** Whether the file holds nothing but comments. */
  get isEmpty(): boolean {
    return this.contents === null || (isScalar(this.contents) && this.contents.source === '');
  }

  /** The entries of a map whose keys are texts, each key once. */
  *entries(map: YAMLMap.Parsed, what: string): Generator<readonly [string, Entry]> {
    const lines = new Map<string, number>();
    for (const entry of map.items as Entry[]) {
      if (!isScalar(entry.key) || typeof entry.key.value !== 'string') {
        this.refuse(entry.key, `the name of a ${what} is a text`);
        continue;
      }
      const key = entry.key.value;
      const line = lines.get(key);
      if (key === '<<') this.refuse(entry.key, `maps are not merged: write the ${what}s out`);
      else if (line !== undefined) this.refuse(entry.key, `${key} stands twice, first on line ${line}`);
      else {
        lines.set(key, this.lineOf(entry.key));
        yield [key, entry];
      }
    }
  }

  /** The text of a scalar as it is written; undefined, with a problem, for everything else. */
  text(node: Node, key: ParsedNode): string | undefined {
    if (node === null) return this.refuse(key, `${keyText(key)} has no value: leave the line out, or write one`);
    if (isAlias(node)) return this.refuse(node, 'a text that begins with * stands in quotes; anchors are not read');
    if (!isScalar(node)) return this.refuse(node, `${keyText(key)} takes texts only`);
    if (node.anchor !== undefined) return this.refuse(node, 'a text that begins with & stands in quotes; anchors are not read');
    if (node.tag !== undefined) return this.refuse(node, 'a text that begins with ! stands in quotes; tags are not read');
    const text = String(node.value);
    if (node.type === 'PLAIN' && NOTHING.test(text)) return this.refuse(text === '' ? key : node, nothing(node, keyText(key)));
    if ((node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') && text === '')
      return this.refuse(key, `${keyText(key)} has no value: | and > stand in quotes`);
    if (node.type === 'PLAIN' && this.#lines.linePos(node.range[0]).line !== this.#lines.linePos(node.range[1]).line)
      return this.refuse(node, 'this text goes on in the next line: keys begin in the same column, and longer texts stand in quotes');
    return text;
  }

  /** Turns offsets in the text of a scalar into offsets in the file; near the place where escapes or folded lines stand between. */
  placeIn(node: Scalar.Parsed): (offset: number) => number {
    const [start, end] = node.range;
    const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
    let at = isBlock ? this.source.indexOf('\n', start) + 1 : start + (node.type === 'PLAIN' ? 0 : 1);
    const places = [...String(node.value)].flatMap((character) => {
      for (let ahead = at; ahead < Math.min(end, at + MOST_AHEAD); ahead++) {
        const isSame = this.source.startsWith(character, ahead) || (isBlank(character) && isBlank(this.source[ahead] ?? ''));
        if (!isSame) continue;
        at = ahead + character.length;
        break;
      }
      return Array.from(character, (_, index) => at - character.length + index);
    });
    return (offset) => places[offset] ?? (places.at(-1) ?? start - 1) + 1;
  }

  /** Notes what is wrong at a place, the beginning where it is none. */
  refuse(where: ParsedNode | Span | undefined, message: string): undefined {
    const { start, end } = where === undefined ? { start: 0, end: 0 } : 'range' in where ? spanOf(where) : where;
    this.#problems.push({ start, end, message });
    return undefined;
  }

  /** The line on which a node begins, from 1. */
  lineOf(node: ParsedNode): number {
    return this.lineAt(spanOf(node).start);
  }

  /** The line of an offset, from 1. */
  lineAt(offset: number): number {
    return this.#lines.linePos(offset).line;
  }

  /** Everything that is wrong, in the order of the file. */
  problems(): FileProblem[] {
    // What stands on the line of a fault in the grammar, or after it, may mean something else, also to the parser.
    const fault = Math.min(...this.#syntax.flatMap(({ start, isLocal }) => (isLocal ? [] : [start])));
    const line = fault === Infinity ? Infinity : this.#lines.linePos(fault).line;
    const sound = this.#problems.filter(({ start }) => this.#lines.linePos(start).line < line);
    const found = firstOfEachPlace([...this.#syntax.filter(({ start }) => start <= fault), ...sound]);
    return found.map((problem) => located(this.source, problem));
  }
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\n';
}

export function isEmptyNode(node: Node): node is null {
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

export function spanOf({ range: [start, end] }: ParsedNode): Span {
  return { start, end };
}

/** In the order of the file, each place once: what the grammar says about it comes before what its meaning is. */
function firstOfEachPlace(problems: readonly PlacedProblem[]): PlacedProblem[] {
  const seen = new Set<number>();
  const ordered = [...problems].sort((left, right) => left.start - right.start);
  return ordered.filter(({ start }) => !seen.has(start) && seen.add(start));
}
