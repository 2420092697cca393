import type { StatusName } from '../../segmentation/status/status.js';
import type { StatusParameters } from '../../segmentation/status/status-parameters.js';
import type { Unit } from './classify-result.js';

/**
 * The rules a history is too short for (PRODUCT §3): `new` cannot be told without sign-up dates below
 * max(new.days, 2 × P50) + 1 days, `loyal` below loyal.tenure + 1, `churned` by inactivity below churned.history. Users whose sign-up
 * is known can be told new or loyal at once: the rules are off for the others only, and on when there is none.
 */
export function rulesOff(
  historyDays: number,
  p50: number,
  parameters: StatusParameters,
  signups?: { readonly known: number; readonly users: number; readonly unit: Unit } | undefined,
): { readonly status: StatusName; readonly why: string }[] {
  const off: { status: StatusName; why: string }[] = [];
  const areAllKnown = signups !== undefined && signups.known === signups.users;
  const lacking =
    signups === undefined || signups.known === 0
      ? ''
      : `, which ${(signups.users - signups.known).toLocaleString('en-US')} of ${signups.users.toLocaleString('en-US')} ${signups.unit.many} lack`;
  if (!areAllKnown && historyDays < Math.max(parameters['new.days'], 2 * p50) + 1) {
    off.push({ status: 'new', why: `needs sign-up dates${lacking}` });
  }
  if (!areAllKnown && historyDays < parameters['loyal.tenure'] + 1) {
    off.push({ status: 'loyal', why: `${parameters['loyal.tenure']} days${lacking === '' ? '' : ` or sign-up dates${lacking}`}` });
  }
  if (historyDays < parameters['churned.history']) off.push({ status: 'churned', why: `${parameters['churned.history']} days` });
  return off;
}
