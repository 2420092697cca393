/**
 * The roles a name can play, one bit each; a name may have several (PRODUCT §1). `hint` is the name without a role that may
 * mean churn. Between them lie the bits of `kind` in `user_days`.
 */
export const ROLE = { passive: 1, churn: 2, purchase: 4, refund: 8, risk: 16, named: 32, hint: 2048 } as const;
