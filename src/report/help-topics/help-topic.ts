import { padRight, textWidth } from '../text-width.js';
import { keepTogether, wrapText } from '../wrap-text.js';

/** A piece of a help text. Names in backticks are code in Markdown and stand as they are in a terminal. */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** A word and what it means, one a row. */
  | { readonly kind: 'terms'; readonly heads: readonly [string, string]; readonly items: readonly (readonly [string, string])[] }
  /** Lines kept as they are, at most 76 columns. */
  | { readonly kind: 'lines'; readonly lines: readonly string[] };

/** One text of `segment help <name>`; the README holds the same in Markdown. */
export interface HelpTopic {
  readonly name: string;
  readonly title: string;
  /** Plain text, no line longer than `width` columns (from 80 on; kept lines are up to 78). Ends in a newline. */
  render(width: number): string;
  /** The same as Markdown, its title a third-level heading. Ends in a newline. */
  markdown(): string;
}

const INDENT = '  ';
const WIDEST = 100;
const LONGEST_TERM = 24;

/** A topic from its blocks, so that terminal and README can't say different things. */
export function defineTopic(topic: { readonly name: string; readonly title: string; readonly blocks: readonly Block[] }): HelpTopic {
  return {
    name: topic.name,
    title: topic.title,
    render: (width) => {
      const columns = Math.min(WIDEST, Math.max(40, width));
      const parts = topic.blocks.map((block) => terminalLines(block, columns).join('\n'));
      return `${[topic.title, ...parts].join('\n\n')}\n`;
    },
    markdown: () => `${[`### ${topic.title}`, ...topic.blocks.map((block) => markdownLines(block).join('\n'))].join('\n\n')}\n`,
  };
}

function terminalLines(block: Block, width: number): string[] {
  switch (block.kind) {
    case 'text':
    case 'heading':
      return wrapText(plain(block.text), width);
    case 'list':
      return block.items.flatMap((item) => wrapText(plain(item), width, `${INDENT}- `));
    case 'terms':
      return termLines(block.items, width);
    case 'lines':
      return block.lines.map((line) => (line === '' ? '' : INDENT + line));
  }
}

function termLines(items: readonly (readonly [string, string])[], width: number): string[] {
  const longest = Math.max(...items.map(([term]) => textWidth(plain(term))));
  if (longest > LONGEST_TERM || width < 3 * longest) {
    return items.flatMap(([term, meaning]) => [
      ...wrapText(plain(term), width, INDENT),
      ...wrapText(plain(meaning), width, INDENT.repeat(3)),
    ]);
  }
  return items.flatMap(([term, meaning]) => wrapText(plain(meaning), width, `${INDENT}${padRight(plain(term), longest)}${INDENT}`));
}

function markdownLines(block: Block): string[] {
  switch (block.kind) {
    case 'text':
      return [block.text];
    case 'heading':
      return [`#### ${block.text}`];
    case 'list':
      return block.items.map((item) => `- ${item}`);
    case 'terms': {
      const rows = block.items.map(([term, meaning]) => `| ${cell(term)} | ${cell(meaning)} |`);
      return [`| ${block.heads[0]} | ${block.heads[1]} |`, '| --- | --- |', ...rows];
    }
    case 'lines':
      return ['```', ...block.lines, '```'];
  }
}

function plain(text: string): string {
  return text.replace(/`([^`]*)`/g, (_, code: string) => keepTogether(code));
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
