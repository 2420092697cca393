import type { Recipe } from './recipe.js';

export const subscription: Recipe = {
  name: 'subscription',
  title: 'trials, free users, subscribers slipping and lost',
  yaml: `# Where people stand on the way to a subscription, and out of it: those who try
# it, those whose trial is about to end, those who use what is free and stay
# there, subscribers whose use falls, and subscribers who left.
#
# A trial of 14 days is assumed: change both windows where it is another.
# Use falls when there were more than twice as many active days in the 28 days
# before the last 28 as in these. For time watched: sum: minutes, of your event.
# A subscription that lapses without an event is not seen here; the status of
# such people tells it.
segments:
  on_trial:
    description: began a trial in the last 14 days, no subscription since
    goal: show the value
    where:
      all:
        - did: { event: [trial_started, free_trial_started, subscription_trial_started], in: last 14 days }
        - did_not:
            event: [subscription_started, subscription_created, subscription_activated, subscription_reactivated, subscription_renewed]
            after: last (trial_started or free_trial_started or subscription_trial_started)

  trial_ending:
    description: on the last 3 days of a trial of 14 days, no subscription since
    goal: subscribe before it ends
    where:
      all:
        - did: { event: [trial_started, free_trial_started, subscription_trial_started], in: between 13 and 11 days ago }
        - did_not:
            event: [subscription_started, subscription_created, subscription_activated, subscription_reactivated, subscription_renewed]
            after: last (trial_started or free_trial_started or subscription_trial_started)

  active_free:
    description: active on 4 or more of the last 28 days, never subscribed, not on trial
    goal: first subscription
    where:
      all:
        - did: { event: anything, distinct: days, at_least: 4, in: last 28 days }
        - did_not: { event: [subscription_started, subscription_created, subscription_activated, subscription_reactivated, subscription_renewed] }
        - not: { segment: on_trial }

  subscriber_slipping:
    description: subscribed, and active on less than half as many days as in the 28 days before
    goal: use it again
    where:
      all:
        - did: { event: [subscription_started, subscription_created, subscription_activated, subscription_reactivated, subscription_renewed] }
        - did_not:
            event: [subscription_cancelled, subscription_canceled, subscription_expired, subscription_ended]
            after: last (subscription_started or subscription_created or subscription_activated or subscription_reactivated or subscription_renewed)
        - did:
            event: anything
            distinct: days
            in: between 55 and 28 days ago
            more_than: { event: anything, times: 2, in: last 28 days }

  subscriber_lost:
    description: cancelled or ran out, and did not subscribe again
    goal: win back, ask why
    where:
      did:
        event: [subscription_cancelled, subscription_canceled, subscription_expired, subscription_ended]
        after: last (subscription_started or subscription_created or subscription_activated or subscription_reactivated or subscription_renewed)
`,
};
