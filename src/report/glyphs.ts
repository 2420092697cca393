/** The signs reports are drawn with. */
export interface Glyphs {
  readonly arrow: string;
  /** Between the ends of a range. */
  readonly dash: string;
  /** Stands for "no value". */
  readonly none: string;
  readonly bullet: string;
  readonly times: string;
  readonly ellipsis: string;
  /** Nothing, then four shades from light to dark. */
  readonly shades: readonly [string, string, string, string, string];
  /** Parts of a bar's last cell, from nearly nothing to a full cell. */
  readonly barParts: readonly string[];
  /** A size beside other sizes, from the lowest to the highest. */
  readonly sparks: readonly string[];
  /** A flow from one thing to another: where it begins, its thread beside the part that is filled, and where it goes. */
  readonly ribbon: { readonly side: string; readonly line: string; readonly tip: string };
  readonly isUnicode: boolean;
}

const UNICODE: Glyphs = {
  arrow: '→',
  dash: '–',
  none: '–',
  bullet: '·',
  times: '×',
  ellipsis: '…',
  shades: [' ', '░', '▒', '▓', '█'],
  barParts: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  sparks: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  ribbon: { side: '│', line: '─', tip: '▸' },
  isUnicode: true,
};

const ASCII: Glyphs = {
  arrow: '->',
  dash: '-',
  none: '-',
  bullet: '-',
  times: 'x',
  ellipsis: '...',
  shades: [' ', '.', ':', '+', '#'],
  barParts: ['#'],
  sparks: ['_', '.', '-', '=', '+', '*', '#'],
  ribbon: { side: '|', line: '-', tip: '>' },
  isUnicode: false,
};

/** The signs of a terminal that shows Unicode, or of one that does not. */
export function glyphsFor(isUnicode: boolean): Glyphs {
  return isUnicode ? UNICODE : ASCII;
}
