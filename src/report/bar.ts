import type { Glyphs } from './glyphs.js';

/** A bar of at most `width` cells for a fraction 0–1; any share above 0 shows. */
export function drawBar(fraction: number, width: number, glyphs: Glyphs): string {
  const parts = glyphs.barParts;
  if (!(fraction > 0)) return '';
  const steps = Math.max(1, Math.round(Math.min(1, fraction) * width * parts.length));
  const whole = Math.floor(steps / parts.length);
  const rest = steps % parts.length;
  return (parts.at(-1) ?? '').repeat(whole) + (rest === 0 ? '' : (parts[rest - 1] ?? ''));
}
