import type { ClassifyResult, SegmentSize } from '../../analysis/classify/classify-result.js';
import { STATUSES, type StatusGroup, type StatusName } from '../../segmentation/status/status.js';
import { compareDecimals, formatCount, formatCounted, formatDate, formatMoney, formatPercent } from '../format.js';
import { safeText } from '../safe-text.js';
import { formatUnits } from '../unit.js';
import { hasRevenue, isMostlySingleDay, sizeOf, sizesOf, spoken } from './facts.js';

const YEAR = 365;
const LAST_YEAR = "last year's revenue";
/** Whose money a sentence mourns, the first with any. */
const SLIPPING: readonly StatusName[] = ['at_risk', 'dormant', 'churned'];

/** The classification in two to four sentences, the most telling ones for the data at hand. */
export function composeHeadline(result: ClassifyResult): string {
  const filters = result.filters === undefined ? '' : `, ${safeText(result.filters.words)}`;
  const sentences = [`${formatUnits(result.users, result)}${people(result)} to ${formatDate(result.asOf)}${filters}.`];
  if (result.users === 0) return sentences.join(' ');
  if (isMostlySingleDay(result)) {
    sentences.push(repeatBuyers(result), singleDay(result));
  } else if (hasRevenue(result)) {
    const best = (isOrderExport(result) && repeatBuyers(result)) || bestCustomers(result);
    sentences.push(best, moneyAtStake(result, best.endsWith(`${LAST_YEAR}.`) ? 'it' : LAST_YEAR));
  } else {
    sentences.push(groups(result), loyalAndAtRisk(result), repeatBuyers(result));
  }
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

/** " with 4,210 people", where an entity's people are known. */
function people({ entity }: ClassifyResult): string {
  return entity?.people === undefined ? '' : ` with ${formatCounted(entity.people, 'person', 'people')}`;
}

function isOrderExport(result: ClassifyResult): boolean {
  return result.columns.event === null && result.rfm.basis === 'orders';
}

/** "17 % loyal bring 49 % of revenue." */
function bestCustomers(result: ClassifyResult): string {
  const loyal = sizeOf(result, 'status', 'loyal');
  if (loyal !== undefined && loyal.users > 0) return bring(loyal);
  const champions = sizeOf(result, 'rfm', 'champions');
  if (champions !== undefined && champions.users > 0) return bring(champions);
  const strongest = sizesOf(result, 'status')?.segments.reduce((best, size) => (size.revenueShare > best.revenueShare ? size : best));
  return strongest === undefined ? '' : bring(strongest);
}

function bring({ segment, share, revenueShare }: SegmentSize): string {
  return `${formatPercent(share)} ${spoken(segment)} bring ${formatPercent(revenueShare)} of revenue.`;
}

/** "37 % bought more than once and bring 81 % of revenue." */
function repeatBuyers(result: ClassifyResult): string {
  if (result.rfm.basis !== 'orders') return '';
  const repeat = sizeOf(result, 'buyer_type', 'repeat');
  if (repeat === undefined) return '';
  if (repeat.users === 0) return 'Nobody bought more than once.';
  const revenue = result.historyDays > YEAR ? LAST_YEAR : 'revenue';
  const money = hasRevenue(result) ? ` and bring ${formatPercent(repeat.revenueShare)} of ${revenue}` : '';
  return `${formatPercent(repeat.share)} bought more than once${money}.`;
}

/** "130 at risk hold 61,400 of last year's revenue." */
function moneyAtStake(result: ClassifyResult, lastYear: string): string {
  for (const status of SLIPPING) {
    const size = sizeOf(result, 'status', status);
    if (size === undefined || size.users === 0 || compareDecimals(size.revenue, '0') <= 0) continue;
    const verb = size.users === 1 ? 'holds' : 'hold';
    const money = formatMoney(size.revenue, result.currency);
    const whole = result.historyDays >= YEAR ? lastYear : 'the revenue';
    return `${formatCount(size.users)} ${spoken(status)} ${verb} ${money} of ${whole}.`;
  }
  return '';
}

function singleDay(result: ClassifyResult): string {
  const instead = result.rfm.basis === 'orders' ? 'RFM and buyer_type' : 'RFM';
  return `${formatPercent(result.singleDayShare)} were active on one day only: status says little here; use ${instead}.`;
}

/** "61 % engaged, 20 % slipping, 19 % gone." */
function groups(result: ClassifyResult): string {
  const shareOf = (group: StatusGroup): number =>
    STATUSES.filter((status) => status.group === group).reduce((sum, { name }) => sum + (sizeOf(result, 'status', name)?.users ?? 0), 0) /
    result.users;
  return `${formatPercent(shareOf('engaged'))} are engaged, ${formatPercent(shareOf('slipping'))} slipping, ${formatPercent(shareOf('gone'))} gone.`;
}

/** "17 % are loyal, 130 at risk." */
function loyalAndAtRisk(result: ClassifyResult): string {
  const loyal = sizeOf(result, 'status', 'loyal');
  const atRisk = sizeOf(result, 'status', 'at_risk');
  const hasLoyal = loyal !== undefined && loyal.users > 0;
  const hasAtRisk = atRisk !== undefined && atRisk.users > 0;
  if (hasLoyal) return `${formatPercent(loyal.share)} are loyal${hasAtRisk ? `, ${formatCount(atRisk.users)} at risk` : ''}.`;
  return hasAtRisk ? `${formatCount(atRisk.users)} ${atRisk.users === 1 ? 'is' : 'are'} at risk.` : '';
}
