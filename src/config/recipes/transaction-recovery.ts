import type { Recipe } from './recipe.js';

export const transactionRecovery: Recipe = {
  name: 'transaction-recovery',
  title: 'payments not finished within 2 minutes',
  yaml: `# Many payments that are not finished at once are never finished. Who is spoken
# to within minutes can still be helped. An export is not live: these segments
# tell how many there are, and whom to write to the next day.
#
# Left out: the curve of how many finish by which minute. A rule tells one
# number of minutes; change it, and run again, to see another point of it.
segments:
  not_done_in_time:
    description: started a payment in the last 7 days, not finished within 2 minutes
    goal: help at once
    where:
      did:
        event: [checkout_started, begin_checkout, payment_started, transaction_started]
        then_not: { event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded] }
        within: 2 minutes
        in: last 7 days

  payment_open:
    description: started a payment in the last 24 hours, and none finished after the last start
    goal: finish the payment
    where:
      all:
        - did: { event: [checkout_started, begin_checkout, payment_started, transaction_started], in: last 24 hours }
        - did_not:
            event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded]
            after: last (checkout_started or begin_checkout or payment_started or transaction_started)
`,
};
