/** The roles a name can play, one bit each; a name may have several (PRODUCT §1). */
export const ROLE = { passive: 1, churn: 2, purchase: 4, refund: 8, risk: 16, named: 32 } as const;
