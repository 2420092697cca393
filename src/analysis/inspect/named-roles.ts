import {
  CANCEL_EVENTS,
  CHURN_EVENTS,
  PASSIVE_EVENTS,
  PURCHASE_EVENTS,
  REFUND_EVENTS,
  START_EVENTS,
  TRIAL_END_EVENTS,
  TRIAL_EVENTS,
} from '../../events/event-roles.js';
import { ROLE } from '../../events/role-bits.js';

/** The roles that an event has by its name, with their bit and the names that have them everywhere; a risk is named by its flag alone. */
export const NAMED_ROLES = [
  { role: 'purchase', bit: ROLE.purchase, names: PURCHASE_EVENTS },
  { role: 'refund', bit: ROLE.refund, names: REFUND_EVENTS },
  { role: 'churn', bit: ROLE.churn, names: CHURN_EVENTS },
  { role: 'passive', bit: ROLE.passive, names: PASSIVE_EVENTS },
  { role: 'risk', bit: ROLE.risk, names: [] },
  { role: 'start', bit: ROLE.start, names: START_EVENTS },
  { role: 'cancel', bit: ROLE.cancel, names: CANCEL_EVENTS },
  { role: 'trial', bit: ROLE.trial, names: TRIAL_EVENTS },
  { role: 'trial_end', bit: ROLE.trialEnd, names: TRIAL_END_EVENTS },
] as const;

export type NamedRole = (typeof NAMED_ROLES)[number]['role'];
