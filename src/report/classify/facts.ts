import type { ClassifyResult, SegmentationSizes, SegmentSize } from '../../analysis/classify/classify-result.js';
import { addDecimals, compareDecimals } from '../format.js';

const MOSTLY = 0.6;

/** The sizes of one segmentation; undefined when the result does not hold it. */
export function sizesOf(result: ClassifyResult, segmentation: string): SegmentationSizes | undefined {
  return result.segmentations.find(({ name }) => name === segmentation);
}

/** One segment's size, or undefined. */
export function sizeOf(result: ClassifyResult, segmentation: string, segment: string): SegmentSize | undefined {
  return sizesOf(result, segmentation)?.segments.find((size) => size.segment === segment);
}

/** Whether users brought money in the last 365 days, so that shares of revenue mean something. */
export function hasRevenue(result: ClassifyResult): boolean {
  const revenues = sizesOf(result, 'status')?.segments.map(({ revenue }) => revenue) ?? [];
  return compareDecimals(addDecimals(revenues), '0') > 0;
}

/** Whether so many users were active on one day only that a status says little. */
export function isMostlySingleDay(result: ClassifyResult): boolean {
  return result.singleDayShare > MOSTLY;
}

/** `the last 365 days`, or `all time`. */
export function lookbackWords(result: ClassifyResult): string {
  const { lookbackDays } = result.rfm;
  if (lookbackDays === 'all') return 'all time';
  return lookbackDays === 1 ? 'the last day' : `the last ${lookbackDays} days`;
}

/** A segment's name as words in a sentence: `at risk`. */
export function spoken(segment: string): string {
  return segment.replaceAll('_', ' ');
}
