import type { Finding, Subject } from './check-result.js';
import type { RunRecord } from './run-record.js';

/** An absolute bound of a segment's size: users, or a fraction of all users. */
export interface Limit {
  readonly segmentation: string;
  readonly segment: string;
  readonly of: 'users' | 'share';
  /** Both ends belong to what is allowed; null is open. */
  readonly low: number | null;
  readonly high: number | null;
}

export function segmentSubject(segmentation: string, segment: string): Subject {
  return { kind: 'segment', name: `${segmentation}=${segment}`, segment: { segmentation, segment } };
}

/** Judges the limits; they count from the first run on. A segment that the run does not have has no users. */
export function limitFindings(run: RunRecord, limits: readonly Limit[], level: (subject: string) => 'fail' | 'pending'): Finding[] {
  return limits.map(({ segmentation, segment, of, low, high }) => {
    const sizes = run.sizes[segmentation] ?? {};
    const users = Object.hasOwn(sizes, segment) ? (sizes[segment] ?? 0) : 0;
    const seen = of === 'users' ? users : run.users === 0 ? 0 : users / run.users;
    const subject = segmentSubject(segmentation, segment);
    const isOff = (low !== null && seen < low) || (high !== null && seen > high);
    return {
      subject,
      rule: 'limit',
      level: isOff ? level(subject.name) : 'holds',
      seen,
      unit: of === 'users' ? 'count' : 'share',
      expected: { low, high },
      usual: null,
      lastYear: null,
    };
  });
}
