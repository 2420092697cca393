import type { PreviewedRule, PreviewedSegment } from '../../analysis/preview/preview-result.js';
import { formatCount } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { textWidth } from '../text-width.js';
import { wrapText } from '../wrap-text.js';

const GAP = '  ';
const INDENT = '  ';
/** Columns of the words at least, before numbers make room for them. */
const LEAST_WORDS = 24;
const HEADS = ['so far', 'change', 'alone', 'only this'] as const;

interface Row {
  /** Those of HEADS; empty where there is none. */
  readonly numbers: readonly string[];
  readonly words: string;
  readonly depth: number;
  readonly isDecisive: boolean;
}

/** The steps of a rule: how many are in after each, how many it takes or adds, for how many it holds, who is out because of it alone. */
export function renderRuleRows({ rule }: PreviewedSegment, users: number, page: Page): string[] {
  // Of a list that is turned around the rules show who is out: it has a line of its own.
  const isStep = rule.kind === 'condition' || rule.isNegated;
  const begin: Row = {
    numbers: [formatCount(users), '', '', ''],
    words: isStep ? 'everybody' : `everybody: ${listWords(rule)}`,
    depth: 0,
    isDecisive: false,
  };
  const rows = [begin, ...(isStep ? [stepRow(rule, undefined, 0), ...rowsBelow(rule, 1)] : rowsBelow(rule, 0))];
  const shown = shownColumns(rows, page.width);
  const widths = HEADS.map((head, column) => Math.max(head.length, ...rows.map(({ numbers }) => textWidth(numbers[column] ?? ''))));
  const line = (numbers: readonly string[]): string =>
    shown.map((column) => (numbers[column] ?? '').padStart(widths[column] ?? 0)).join(GAP);
  return [
    page.paint.dim(line(HEADS).trimEnd()),
    ...rows.flatMap(({ numbers, words, depth, isDecisive }) => {
      const lines = wrapText(safeText(words), page.width, `${line(numbers)}${GAP}${INDENT.repeat(depth)}`);
      return isDecisive ? lines : lines.map(page.paint.dim);
    }),
  ];
}

/** `all of`, `none of` … */
function listWords({ kind, isNegated }: PreviewedRule): string {
  if (kind === 'all') return isNegated ? 'not all of' : 'all of';
  return isNegated ? 'none of' : 'any of';
}

function rowsBelow(rule: PreviewedRule, depth: number): Row[] {
  if (rule.kind === 'condition') return [];
  return rule.rules.flatMap((one) => [stepRow(one, rule, depth), ...rowsBelow(one, depth + 1)]);
}

function stepRow(rule: PreviewedRule, list: PreviewedRule | undefined, depth: number): Row {
  const isAdded = list?.kind === 'any';
  // Of any, who is not asked further is in.
  const soFar = isAdded ? (list?.asked ?? 0) - rule.asked + rule.holds : rule.holds;
  const change = isAdded ? rule.holds : rule.holds - rule.asked;
  const sign = change === 0 ? (isAdded ? '+' : '-') : change > 0 ? '+' : '';
  const words = rule.kind === 'condition' ? `${rule.number} ${rule.isNegated ? 'not ' : ''}${rule.text}` : listWords(rule);
  return {
    numbers: [formatCount(soFar), `${sign}${formatCount(change)}`, formatCount(rule.alone), ofCondition(rule)],
    words,
    depth,
    isDecisive: change !== 0,
  };
}

function ofCondition(rule: PreviewedRule): string {
  return rule.kind === 'condition' ? formatCount(rule.onlyThis) : '';
}

/** Numbers leave from the right where they would leave no room for words. */
function shownColumns(rows: readonly Row[], width: number): number[] {
  const columns = HEADS.map((_, column) => column);
  const takes = (shown: readonly number[]): number =>
    shown.reduce(
      (sum, column) =>
        sum + GAP.length + Math.max(HEADS[column]?.length ?? 0, ...rows.map(({ numbers }) => textWidth(numbers[column] ?? ''))),
      0,
    );
  while (columns.length > 1 && takes(columns) + LEAST_WORDS > width) columns.pop();
  return columns;
}
