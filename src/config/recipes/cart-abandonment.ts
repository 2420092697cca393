import type { Recipe } from './recipe.js';

export const cartAbandonment: Recipe = {
  name: 'cart-abandonment',
  title: 'something in the cart, and nothing bought since',
  yaml: `# Who put something into the cart and bought nothing since wanted it: a reminder
# within a day is welcome, later another reason is needed.
#
# Left out: whether the cart was emptied again, and what it is worth; rules do
# not follow single products.
segments:
  cart_left_today:
    description: filled a cart in the last 24 hours, bought nothing since
    goal: finish the order
    where:
      all:
        - did: { event: [add_to_cart, added_to_cart, product_added, cart_add], in: last 24 hours }
        - did_not:
            event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded]
            after: last (add_to_cart or added_to_cart or product_added or cart_add)

  cart_left_this_week:
    description: filled a cart 1 to 7 days ago, none later, bought nothing since
    goal: another reason to come back
    where:
      all:
        - did: { event: [add_to_cart, added_to_cart, product_added, cart_add], in: between 7 and 1 days ago }
        - did_not: { event: [add_to_cart, added_to_cart, product_added, cart_add], in: last 1 day }
        - did_not:
            event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded]
            after: last (add_to_cart or added_to_cart or product_added or cart_add)
`,
};
