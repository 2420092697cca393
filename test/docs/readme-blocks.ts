/** A fenced block: its language, what stands behind the language, and its lines. */
export interface CodeBlock {
  readonly language: string;
  readonly info: string;
  readonly lines: readonly string[];
  /** Where the line after it begins. */
  readonly end: number;
}

/** A part of the text between `<!-- kind: of -->` and `<!-- /kind -->`, which is written from its source. */
export interface WrittenSection {
  readonly kind: string;
  readonly of: string;
  /** The part between the two comments. */
  readonly body: string;
  readonly start: number;
}

const FENCED = /^```(\w+)[ ]?(.*)\n([\s\S]*?)^```\n/gm;
const WRITTEN = /^<!-- (topic|help|table|output): (.*) -->\n([\s\S]*?)^<!-- \/\1 -->$/gm;

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(FENCED)].map(({ 0: all, 1: language = '', 2: info = '', 3: body = '', index }) => ({
    language,
    info,
    lines: body.split('\n').slice(0, -1),
    end: index + all.length,
  }));
}

export function writtenSections(markdown: string): WrittenSection[] {
  return [...markdown.matchAll(WRITTEN)].map(({ 1: kind = '', 2: of = '', 3: body = '', index }) => ({ kind, of, body, start: index }));
}

/** The text with the body of every such section put in new. */
export function rewriteSections(markdown: string, write: (section: WrittenSection) => string): string {
  return markdown.replace(WRITTEN, (_, kind: string, of: string, body: string, start: number) => {
    return `<!-- ${kind}: ${of} -->\n${write({ kind, of, body, start })}<!-- /${kind} -->`;
  });
}

/** Rows of the first table after a heading, as lists of cells; the head and the line below it left out. */
export function tableAfter(markdown: string, heading: string): string[][] {
  const from = markdown.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`no heading ${heading}`);
  const table = /^\|.*\n(?:\|.*\n)+/m.exec(markdown.slice(from))?.[0] ?? '';
  return table
    .trimEnd()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
