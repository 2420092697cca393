import type { Recipe } from './recipe.js';

export const occasion: Recipe = {
  name: 'occasion',
  title: 'buy in a season, or out of habit',
  yaml: `# People buy for an occasion: a season, a birthday, or just because it is a day
# like any other. Who comes for the season is written to before the next one;
# who comes out of habit needs no occasion.
#
# The season is two dates: change them every year.
# Left out: purchases around a birthday. A rule cannot compare the day of a
# purchase with the same day of another year.
segments:
  season_buyers:
    description: bought from 15 November to 24 December 2025, and at no other time
    goal: write before the next season
    where:
      all:
        - did: { event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded], in: between 2025-11-15 and 2025-12-24 }
        - did_not: { event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded], before: 2025-11-15 }
        - did_not: { event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded], after: 2025-12-24 }

  habit_buyers:
    description: bought in each of the last 3 months
    goal: keep the habit
    where:
      regularly: { event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded], in: 3 of last 3 months }
`,
};
