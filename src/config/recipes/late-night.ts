import type { Recipe } from './recipe.js';

export const lateNight: Recipe = {
  name: 'late-night',
  title: 'order from 22:00 to 4:00',
  yaml: `# Some people order when others sleep: snacks late at night are the known case.
# They want another offer, and want it in the evening.
#
# Hours are those of the report: say --timezone, or they are those of UTC. One
# zone for everybody: the local time of each person is not asked for.
segments:
  late_night_buyers:
    description: 2 or more orders from 22 to 4 in the last 90 days, and more than half of all
    goal: offers in the evening
    where:
      all:
        - did: { event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded], hours: 22 to 4, at_least: 2, in: last 90 days }
        - did:
            event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded]
            hours: 22 to 4
            in: last 90 days
            more_than: { event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded], times: 0.5 }
`,
};
