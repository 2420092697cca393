import type { Recipe } from './recipe.js';

export const sixSegments: Recipe = {
  name: 'six-segments',
  title: 'app users, from the first launch to coming back',
  yaml: `# Six groups that an app writes to, each for one reason: bring newcomers to a
# first success, turn regular use into a first payment, turn rare use into a
# habit, sell more to those who buy little, let the keenest speak for you, and
# bring back those who have gone quiet.
#
# Launches and purchases are the events named below: leave in those of your app.
# Who installed and never launched is seen when the install is an event, or the
# person stands in the file of --users.
# The groups may overlap: somebody can need a habit and be a small buyer.
# Left out: how long sessions last (a rule cannot ask for it, so the keenest are
# those who come often), and the average order (an order may be several rows:
# the RFM scores stand for often and for much in all).
segments:
  activate_new:
    description: launched for the first time in the last 7 days, or never yet
    goal: first success
    where:
      any:
        - first: { event: [app_open, app_opened, app_launched, launch, session_start, login], in: last 7 days }
        - did_not: { event: [app_open, app_opened, app_launched, launch, session_start, login] }

  monetise_active:
    description: launch in 3 of the last 4 weeks, never bought
    goal: first purchase
    where:
      all:
        - regularly: { event: [app_open, app_opened, app_launched, launch, session_start, login], in: 3 of last 4 weeks }
        - did_not: { event: [purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded] }

  build_habits:
    description: launched in the last 14 days, but not in 3 of the last 4 weeks
    goal: weekly use
    where:
      all:
        - did: { event: [app_open, app_opened, app_launched, launch, session_start, login], in: last 14 days }
        - not:
            regularly: { event: [app_open, app_opened, app_launched, launch, session_start, login], in: 3 of last 4 weeks }

  upsell_converted:
    description: buyers of the last year who are in the lower two fifths by orders or by money
    goal: more orders, or larger ones
    where:
      any:
        - frequency_score: { at_most: 2 }
        - monetary_score: { at_most: 2 }

  loyal_to_advocates:
    description: launch on 4 days a week or more, on average of the last 4 weeks
    goal: invitations and reviews
    where:
      did: { event: [app_open, app_opened, app_launched, launch, session_start, login], distinct: days, at_least: 16, in: last 28 days }

  reengage_dormant:
    description: away for more than twice their usual interval, but not gone
    goal: come back
    where:
      all:
        - idle: { more_than: 2 x usual_interval }
        - not: { status: churned }
`,
};
