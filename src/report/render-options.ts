import type { ColorLevel } from './paint.js';

/** What a reporter may know of the place its text goes to. */
export interface RenderOptions {
  /** Columns; no line is longer. Below 40 counts as 40. */
  readonly width: number;
  readonly colorLevel: ColorLevel;
  readonly isUnicode: boolean;
  /** Where the files were written and how many; null when nothing was written. */
  readonly output: { readonly directory: string; readonly files: number } | null;
}
