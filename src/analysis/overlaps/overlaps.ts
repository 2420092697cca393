import type { Database } from '../../engine/database.js';
import { sql } from '../../sql/sql.js';

/** Two own segments, the one that was defined first before the other. Fractions are of 1; null: of nobody. */
export interface SegmentPair {
  readonly segments: readonly [string, string];
  /** In both. */
  readonly users: number;
  /** Of the users of each, the fraction who are in the other too. */
  readonly shares: readonly [number | null, number | null];
  /** Of those in either, the fraction who are in both. */
  readonly jaccard: number | null;
}

/** How own segments overlap. */
export interface SegmentOverlaps {
  /** How many users are in so many own segments at once, from none to the most that anybody is in. */
  readonly usersByCount: readonly number[];
  /** In the order of the definitions. */
  readonly sizes: readonly { readonly segment: string; readonly users: number }[];
  /** Every two of them once, in that order. */
  readonly pairs: readonly SegmentPair[];
}

/** `segment_combinations`, `segment_overlaps` → how the own segments of these names overlap. */
export async function readOverlaps(database: Database, names: readonly string[]): Promise<SegmentOverlaps> {
  const counts = await database.rows<{ segments: number; users: number }>(sql`
    select len(segments) as segments,
           sum(users)::bigint as users
    from segment_combinations
    group by len(segments)
    order by len(segments)`);
  const found = await database.rows<{ segment: string; other: string; users: number }>(sql`
    select segment,
           other_segment as "other",
           users
    from segment_overlaps
    order by segment, other_segment`);
  const shared = new Map(found.map(({ segment, other, users }) => [`${segment} ${other}`, users]));
  const inBoth = (first: string, second: string): number => shared.get(`${first} ${second}`) ?? 0;
  const most = Math.max(0, ...counts.map(({ segments }) => segments));
  return {
    usersByCount: Array.from({ length: most + 1 }, (_, count) => counts.find(({ segments }) => segments === count)?.users ?? 0),
    sizes: names.map((segment) => ({ segment, users: inBoth(segment, segment) })),
    pairs: names.flatMap((first, place) =>
      names.slice(place + 1).map((second): SegmentPair => {
        const [users, ofFirst, ofSecond] = [inBoth(first, second), inBoth(first, first), inBoth(second, second)];
        return {
          segments: [first, second],
          users,
          shares: [fractionOf(users, ofFirst), fractionOf(users, ofSecond)],
          jaccard: fractionOf(users, ofFirst + ofSecond - users),
        };
      }),
    ),
  };
}

const fractionOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
