import { describe, expect, it } from 'vitest';
import { ACTIVE_STATUSES, sumFlows } from '../../../src/analysis/trend/sum-flows.js';
import type { PeriodFlow } from '../../../src/analysis/trend/trend-result.js';
import { STATUSES } from '../../../src/segmentation/status/status.js';

const flow = (change: PeriodFlow['change'], from: string | null, to: string | null, users: number, byThreshold = 0): PeriodFlow => ({
  change,
  from,
  to,
  users,
  byThreshold,
});

// Active before: 20 + 5 + 3 + 2 = 30; active after: 20 + 3 + 7 + 4 = 34.
const FLOWS = [
  flow('stayed', 'active', 'active', 20),
  flow('stayed', 'churned', 'churned', 50),
  flow('moved', 'loyal', 'dormant', 5, 2),
  flow('moved', 'active', 'at_risk', 3, 1),
  flow('moved', 'dormant', 'reactivated', 7, 4),
  flow('moved', 'dormant', 'churned', 9, 8),
  flow('entered', null, 'new', 4),
  flow('entered', null, 'never_active', 6),
  flow('left', 'loyal', null, 2),
  flow('left', 'churned', null, 1),
];

describe('flows of a period', () => {
  it('count who came, went and moved', () => {
    expect(sumFlows(FLOWS, 'status', true)).toMatchObject({ entered: 10, left: 3, moved: 24, byThreshold: 15 });
    expect(sumFlows(FLOWS, 'status', false).byThreshold).toBeNull();
  });

  it('say how those who were active became those who are', () => {
    const { active } = sumFlows(FLOWS, 'status', true);
    // at_risk is active still; who left while active is inactive now; who entered as never_active is not.
    expect(active).toEqual({ fresh: 4, resurrected: 7, newlyInactive: 7, resurrectedByThreshold: 4, newlyInactiveByThreshold: 2 });
    expect(30 + 4 + 7 - 7).toBe(34);
  });

  it('know active users by their status only', () => {
    expect(sumFlows(FLOWS, 'rfm', true).active).toBeNull();
    const others = STATUSES.map(({ name }) => name).filter((name) => !ACTIVE_STATUSES.includes(name));
    expect(others).toEqual(['dormant', 'churned', 'never_active']);
  });
});
