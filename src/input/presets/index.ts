import type { Preset } from './preset.js';
import { uciOnlineRetail } from './uci-online-retail.js';

/** Every export that is known by its headers. */
export const PRESETS: readonly Preset[] = [uciOnlineRetail];
