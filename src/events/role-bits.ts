/**
 * The roles a name can play, one bit each; a name may have several (PRODUCT §1). `hint` is the name without a role that may
 * mean churn. Between them lie the bits of `kind` in `user_days`.
 */
export const ROLE = {
  passive: 1,
  churn: 2,
  purchase: 4,
  refund: 8,
  risk: 16,
  named: 32,
  hint: 2048,
  start: 8192,
  cancel: 16_384,
  trial: 32_768,
  trialEnd: 65_536,
} as const;

/** What makes an event one of a subscription or a trial. */
export const PLAN_ROLES = ROLE.start | ROLE.cancel | ROLE.trial | ROLE.trialEnd;
