/** A piece of a rule's text, by offsets; quoted pieces have the text within the quotes. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'number' | 'sign' | 'fault' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Brackets that are open around it. */
  readonly depth: number;
}

const PIECE =
  /(?<blank>\s+)|(?<word>[\p{L}_$][\p{L}\p{M}\p{N}_$.-]*)|(?<number>-?\p{Nd}[\p{L}\p{M}\p{N}_.-]*)|(?<quoted>"(?:[^"]|"")*"|'(?:[^']|'')*')|(?<sign>>=|<=|!=|[()=><,*])|(?<fault>["'].*|.)/suy;

/**
 * The words, numbers (all that begins with a digit: `30d`, `2024-01-01`), texts in quotes (a quote in them stands twice) and signs of a
 * rule. What is none of these is a fault, and so is a quote that never closes, with all that follows it. The last token is the end.
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  PIECE.lastIndex = 0;
  for (let match = PIECE.exec(text); match !== null; match = PIECE.exec(text)) {
    const [piece] = match;
    const kind = (['word', 'number', 'quoted', 'sign', 'fault'] as const).find((each) => match?.groups?.[each] !== undefined);
    if (kind === undefined) continue;
    if (piece === ')') depth = Math.max(0, depth - 1);
    const quote = piece[0] ?? '';
    const content = kind === 'quoted' ? piece.slice(1, -1).replaceAll(quote + quote, quote) : piece;
    tokens.push({ kind, text: content, start: match.index, end: match.index + piece.length, depth });
    if (piece === '(') depth += 1;
  }
  const end = text.trimEnd().length;
  tokens.push({ kind: 'end', text: '', start: end, end, depth: 0 });
  return tokens;
}
