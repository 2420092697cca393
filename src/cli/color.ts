import type { ColorLevel } from '../report/paint.js';
import type { CliIo, CliStream } from './io.js';

const LEVEL_OF_DEPTH: Readonly<Record<number, ColorLevel>> = { 1: 0, 4: 1, 8: 2, 24: 3 };

/** How much colour a stream gets. First word wins: `--no-color`, NO_COLOR, FORCE_COLOR (0–3), a terminal that is not dumb. */
export function resolveColor(stream: CliStream, flags: { readonly color: boolean }, env: CliIo['env']): ColorLevel {
  if (!flags.color || (env['NO_COLOR'] ?? '') !== '') return 0;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forcedLevel(forced);
  if (!stream.isTty || env['TERM'] === 'dumb') return 0;
  return LEVEL_OF_DEPTH[stream.colorDepth] ?? 0;
}

function forcedLevel(forced: string): ColorLevel {
  if (forced === '0' || forced === 'false') return 0;
  if (forced === '2') return 2;
  return forced === '3' ? 3 : 1;
}
