import { STATUSES } from '../../segmentation/status/status.js';
import type { Change } from '../transitions/transitions-result.js';
import type { ActiveFlows, PeriodFlow, PeriodFlows } from './trend-result.js';

const INACTIVE: ReadonlySet<string> = new Set(['dormant', 'churned', 'never_active']);

/** The statuses of users who are not dormant, churned or never active, in reading order. */
export const ACTIVE_STATUSES: readonly string[] = STATUSES.map(({ name }) => name).filter((name) => !INACTIVE.has(name));

const isActive = (status: string | null): boolean => status !== null && ACTIVE_STATUSES.includes(status);

/** Sums up the flows of a period; those of active users only for statuses. `hasOldScale`: whether it is known who moved by threshold alone. */
export function sumFlows(flows: readonly PeriodFlow[], segmentation: string, hasOldScale: boolean): PeriodFlows {
  const ofChange = (change: Change): number => sum(flows, (flow) => (flow.change === change ? flow.users : 0));
  return {
    flows,
    entered: ofChange('entered'),
    left: ofChange('left'),
    moved: ofChange('moved'),
    byThreshold: hasOldScale ? sum(flows, ({ byThreshold }) => byThreshold) : null,
    active: segmentation === 'status' ? sumActive(flows) : null,
  };
}

function sumActive(flows: readonly PeriodFlow[]): ActiveFlows {
  const fresh = flows.filter(({ change, to }) => change === 'entered' && isActive(to));
  const resurrected = flows.filter(({ change, from, to }) => change === 'moved' && !isActive(from) && isActive(to));
  const lost = flows.filter(({ from, to }) => isActive(from) && !isActive(to));
  return {
    fresh: sum(fresh, ({ users }) => users),
    resurrected: sum(resurrected, ({ users }) => users),
    newlyInactive: sum(lost, ({ users }) => users),
    resurrectedByThreshold: sum(resurrected, ({ byThreshold }) => byThreshold),
    newlyInactiveByThreshold: sum(lost, ({ byThreshold }) => byThreshold),
  };
}

function sum(flows: readonly PeriodFlow[], value: (flow: PeriodFlow) => number): number {
  return flows.reduce((total, flow) => total + value(flow), 0);
}
