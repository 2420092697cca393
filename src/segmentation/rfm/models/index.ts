import type { RfmModel } from '../rfm-model.js';
import { grid } from './grid.js';
import { map125 } from './map125.js';
import { thirds } from './thirds.js';

/** The models that have a name; the first is the default. */
export const RFM_MODELS: readonly RfmModel[] = [grid, map125, thirds];

export const DEFAULT_RFM_MODEL = grid;
