import type { UserWindows } from '../../users/users-query.js';
import type { StatusParameters } from './status-parameters.js';
import { parameter } from './status-query.js';

/** The windows of `users` that the status rules look through. */
export function statusWindows(
  days: Pick<UserWindows, 'asOfDay' | 'countedAsOfDay' | 'pauses' | 'lookbackFirstDay'>,
  parameters: StatusParameters,
): UserWindows {
  return {
    ...days,
    recentDays: parameter(parameters, 'at_risk.window'),
    baselineDays: parameter(parameters, 'at_risk.baseline'),
    reactivatedDays: parameter(parameters, 'reactivated.days'),
    riskDays: parameter(parameters, 'at_risk.window'),
    trialDays: parameter(parameters, 'trial.days'),
  };
}
