import type { Database } from '../engine/database.js';
import { dayOfIso } from '../time/day.js';
import { type Classification, shapeAt } from './classification.js';

/**
 * A sentence for dates before the first event that is called like a purchase, where there is one at last: segment classify --as-of one of them
 * may count other amounts than the whole input does. `days` are ISO days, the oldest first.
 */
export async function otherRuleNote(
  database: Database,
  { memberSettings, kept }: Classification,
  days: readonly string[],
): Promise<readonly string[]> {
  let until: string | undefined;
  for (const day of days) {
    const { otherRuleKinds } = await shapeAt(database, memberSettings.shape, dayOfIso(day) ?? 0, kept);
    if (otherRuleKinds === undefined) break;
    until = day;
  }
  if (until === undefined) return [];
  return [
    `Up to ${until} there was no event that is called like a purchase, so that segment classify of those days counts other amounts; here those of purchases count at every date.`,
  ];
}
