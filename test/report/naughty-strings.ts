import { existsSync, readFileSync } from 'node:fs';

const FILE = new URL('../../../shared/corpora/blns/blns.json', import.meta.url);

/** Whether the list of naughty strings stands beside this project. */
export const hasNaughtyStrings = existsSync(FILE);

export function readNaughtyStrings(): string[] {
  return JSON.parse(readFileSync(FILE, 'utf8')) as string[];
}

/** Signs a report must not hold: controls except line ends, halves of pairs, what is invisible or turns the reading direction. */
export function hasHarmfulSigns(text: string): boolean {
  return /[\p{Cc}\p{Cs}\p{Bidi_Control}\u200b-\u200d\u2028\u2029\ufeff]/u.test(text.replaceAll('\n', ''));
}
