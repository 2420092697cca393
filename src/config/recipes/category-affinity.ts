import type { Recipe } from './recipe.js';

export const categoryAffinity: Recipe = {
  name: 'category-affinity',
  title: 'buy mostly of one category, such as baby products',
  yaml: `# What people buy most says who they are: parents buy things for babies. A group
# of such people needs no question about their family.
#
# The property category says what a purchase is of: put your column and your
# categories there, as they stand in the file. One group a category: which of
# all categories is a person's first cannot be asked for at once.
# What counts are purchases, not what they cost.
segments:
  baby_buyers:
    description: 2 or more purchases for babies in the last 180 days, and more than half of all
    goal: next size, next age
    where:
      all:
        - did:
            event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded]
            where: { category: [baby, Baby, baby_products, Baby Products] }
            at_least: 2
            in: last 180 days
        - did:
            event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded]
            where: { category: [baby, Baby, baby_products, Baby Products] }
            in: last 180 days
            more_than: { event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded], times: 0.5 }
`,
};
