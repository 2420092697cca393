import type { StatusName } from '../../segmentation/status/status.js';
import type { StatusParameters } from '../../segmentation/status/status-parameters.js';

/**
 * The rules a history is too short for (PRODUCT §3): `new` cannot be told without sign-up dates below
 * max(new.days, 2 × P50) + 1 days, `loyal` below loyal.tenure + 1, `churned` by inactivity below churned.history.
 */
export function rulesOff(
  historyDays: number,
  p50: number,
  parameters: StatusParameters,
): { readonly status: StatusName; readonly why: string }[] {
  const off: { status: StatusName; why: string }[] = [];
  if (historyDays < Math.max(parameters['new.days'], 2 * p50) + 1) off.push({ status: 'new', why: 'needs sign-up dates' });
  if (historyDays < parameters['loyal.tenure'] + 1) off.push({ status: 'loyal', why: `${parameters['loyal.tenure']} days` });
  if (historyDays < parameters['churned.history']) off.push({ status: 'churned', why: `${parameters['churned.history']} days` });
  return off;
}
