import { type Glyphs, glyphsFor } from './glyphs.js';
import { createPaint, type Paint } from './paint.js';
import type { RenderOptions } from './render-options.js';

const LEAST_WIDTH = 40;

/** What a section of a terminal report is drawn with. */
export interface Page {
  readonly width: number;
  readonly paint: Paint;
  readonly glyphs: Glyphs;
}

/** The page of some render options. */
export function createPage(options: Pick<RenderOptions, 'width' | 'colorLevel' | 'isUnicode'>): Page {
  return {
    width: Math.max(LEAST_WIDTH, Math.floor(options.width)),
    paint: createPaint(options.colorLevel),
    glyphs: glyphsFor(options.isUnicode),
  };
}
