import type { TransitionsReport } from '../../analysis/transitions/transitions-result.js';
import { formatChance, formatCount, formatNumber } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';
import { shortSegmentWord } from './segment-word.js';

/** How many of those who entered a segment are held out; empty without a holdout. */
export function renderHoldout({ holdout }: TransitionsReport, page: Page): string[] {
  if (holdout === undefined) return [];
  const { plannedShare, salt, entrants, heldOut, segments, sampleRatioP } = holdout;
  const share = entrants === 0 ? '' : `, ${percent(heldOut / entrants)} of them for ${percent(plannedShare)} planned`;
  const chance = sampleRatioP === null ? '' : `; chance is this far off or further with ${formatChance(sampleRatioP)}`;
  const parts = segments
    .filter((one) => one.heldOut > 0)
    .map((one) => `${shortSegmentWord(one.segment, page.glyphs)} ${formatCount(one.heldOut)} of ${formatCount(one.entrants)}`);
  const where = parts.length === 0 ? '' : ` ${parts.join(', ')}.`;
  return wrapText(
    `Holdout by the salt "${safeText(salt)}": ${formatCount(heldOut)} of ${formatCount(entrants)} who entered a segment stay out of entered/${share}${chance}.${where}`,
    page.width,
    '',
    '  ',
  );
}

const percent = (share: number): string => `${formatNumber(100 * share, 2)} %`;
