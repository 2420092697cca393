import { describe, expect, it } from 'vitest';
import type { Proof } from '../../../src/analysis/proof/proof.js';
import { findWrongOrder } from '../../../src/analysis/proof/status-order.js';
import { parseParameters } from '../../../src/segmentation/status/status-parameters.js';

type Counts = readonly [users: number, returned: number, returnedLeavers?: number];

function proof(counts: { readonly active?: Counts; readonly dormant?: Counts; readonly churned?: Counts }): Proof {
  const statuses = (['active', 'dormant', 'churned'] as const).flatMap((status) => {
    const [users, returned, returnedLeavers = 0] = counts[status] ?? [0, 0];
    return [{ status, users, returned, returnedLeavers }];
  });
  return { asOf: '2026-05-31', days: 30, statuses };
}

const found = (counts: Parameters<typeof proof>[0]): unknown[] =>
  findWrongOrder(
    proof(counts),
    parseParameters([], () => ''),
  ).map(({ further, nearer, border }) => [further.status, nearer.status, border]);

describe('statuses whose returns are in the wrong order', () => {
  it('are none when more come back the nearer they are', () => {
    expect(found({ active: [200, 180], dormant: [200, 60], churned: [400, 20] })).toEqual([]);
  });

  it('are told with the border to widen, and the nearest status that was outdone', () => {
    expect(found({ active: [200, 180], dormant: [200, 20], churned: [400, 132] })).toEqual([
      ['churned', 'dormant', { parameter: 'churned.multiple', value: 4 }],
    ]);
    expect(found({ active: [200, 20], dormant: [200, 100], churned: [400, 0] })).toEqual([
      ['dormant', 'active', { parameter: 'dormant.multiple', value: 2 }],
    ]);
    expect(found({ active: [200, 20], dormant: [200, 100], churned: [400, 300] })).toEqual([
      ['churned', 'active', { parameter: 'churned.multiple', value: 4 }],
      ['dormant', 'active', { parameter: 'dormant.multiple', value: 2 }],
    ]);
  });

  /**
   * 15 or 16 of 20 churned against 24 of 54 active. Wilson at 99 % (z = 2.5758): 24 of 54 are at most 0.6150, 15 of 20 at least 0.4628, 16
   * of 20 at least 0.5121. The lower end of the difference is 0.3056 − √((0.75 − 0.4628)² + (0.6150 − 0.4444)²) = −0.028 for 15, and
   * 0.3556 − √((0.8 − 0.5121)² + 0.1706²) = 0.021 for 16.
   */
  it('are not what so few users can show by chance', () => {
    expect(found({ active: [54, 24], churned: [20, 15] })).toEqual([]);
    expect(found({ active: [54, 24], churned: [20, 16] })).toHaveLength(1);
  });

  it('take 20 users on either side', () => {
    expect(found({ active: [20, 0], churned: [20, 20] })).toHaveLength(1);
    expect(found({ active: [20, 0], churned: [19, 19] })).toEqual([]);
    expect(found({ active: [19, 0], churned: [20, 20] })).toEqual([]);
  });

  it('are none where nobody stands to compare with', () => {
    expect(found({ churned: [400, 400] })).toEqual([]);
    expect(found({ active: [400, 0] })).toEqual([]);
  });

  it('name no border when most of those who came back had left by a churn event', () => {
    const counts = (leavers: number): Parameters<typeof proof>[0] => ({ active: [200, 20], churned: [100, 80, leavers] });
    expect(found(counts(41))).toEqual([['churned', 'active', undefined]]);
    expect(found(counts(40))).toEqual([['churned', 'active', { parameter: 'churned.multiple', value: 4 }]]);
  });
});
