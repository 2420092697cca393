import type { SplitResult } from '../../analysis/split/split-result.js';
import { formatCount, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { formatUnits } from '../unit.js';
import { wrapText } from '../wrap-text.js';

/** "240 users: control 118 (49 %), a 61 (25 %), b 61 (25 %)." */
export function splitWords(result: SplitResult, page: Page): string[] {
  const arms = result.arms.map(
    ({ name, users, share }) => `${name} ${formatCount(users)}${share === null ? '' : ` (${formatPercent(share)})`}`,
  );
  return wrapText(`${formatUnits(result.users, unitSource(result))}: ${arms.join(', ')}.`, page.width);
}

/** What is split: entities only where events say so. */
export function unitSource({ source }: SplitResult): Parameters<typeof formatUnits>[1] {
  return source.kind === 'events' ? { entity: source.entity } : {};
}
