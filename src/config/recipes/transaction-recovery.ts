import type { Recipe } from './recipe.js';

/** What starts and what completes a transaction. */
export const STARTED_EVENTS = ['checkout_started', 'begin_checkout', 'payment_started', 'transaction_started'] as const;
export const COMPLETED_EVENTS = [
  'purchase',
  'purchased',
  'order',
  'order_completed',
  'order_placed',
  'checkout_completed',
  'payment_succeeded',
] as const;

export const transactionRecovery: Recipe = {
  name: 'transaction-recovery',
  title: 'payments not finished within 2 minutes',
  yaml: `# Many payments that are not finished at once are never finished. Who is spoken
# to within minutes can still be helped. An export is not live: these segments
# tell how many there are, and whom to write to the next day.
#
# segment suggest draws how many finish by which minute; a rule tells one number
# of minutes, and the curve says which is worth to be told.
segments:
  not_done_in_time:
    description: started a payment in the last 7 days, not finished within 2 minutes
    goal: help at once
    where:
      did:
        event: [${STARTED_EVENTS.join(', ')}]
        then_not: { event: [${COMPLETED_EVENTS.join(', ')}] }
        within: 2 minutes
        in: last 7 days

  payment_open:
    description: started a payment in the last 24 hours, and none finished after the last start
    goal: finish the payment
    where:
      all:
        - did: { event: [${STARTED_EVENTS.join(', ')}], in: last 24 hours }
        - did_not:
            event: [${COMPLETED_EVENTS.join(', ')}]
            after: last (${STARTED_EVENTS.join(' or ')})
`,
};
