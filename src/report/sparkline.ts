import type { Glyphs } from './glyphs.js';

/** A range smaller than this share of the largest value is no movement to look at. */
const LEAST_RANGE = 0.1;

/**
 * A sign a value, as high as it lies between the smallest and the largest; where these are close, about half as high; a blank where there
 * is none. More values than `width` are drawn by as many of them, evenly spread, the first and the last among them.
 */
export function drawSparkline(values: readonly (number | null)[], width: number, { sparks }: Pick<Glyphs, 'sparks'>): string {
  const shown = Math.max(1, Math.min(width, values.length));
  const drawn = Array.from({ length: shown }, (_, index) => {
    const place = shown === 1 ? values.length - 1 : Math.round((index * (values.length - 1)) / (shown - 1));
    return values[place] ?? null;
  });
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const range = Math.max(most - least, LEAST_RANGE * most);
  // Counted from the middle, so that it is exactly half.
  const height = (value: number): number => (range === 0 ? 0 : 0.5 + (2 * value - least - most) / (2 * range));
  return drawn.map((value) => (value === null ? ' ' : (sparks[Math.round(height(value) * (sparks.length - 1))] ?? ''))).join('');
}
