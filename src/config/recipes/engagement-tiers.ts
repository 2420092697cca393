import type { Recipe } from './recipe.js';

export const engagementTiers: Recipe = {
  name: 'engagement-tiers',
  title: 'power, regular and casual users by active days',
  yaml: `# How often somebody comes says how much a product means to them. What power
# users like is shown to the regular ones; casual ones first need a reason.
#
# Every activity event counts, once a day. The bounds are days of the last 28;
# nobody is in two of these groups, and who was not there at all is in none.
# segment classify --by engagement does it by shares of your own users instead.
segments:
  power_users:
    description: active on 16 or more of the last 28 days
    goal: new features first
    where:
      did: { event: anything, distinct: days, at_least: 16, in: last 28 days }

  regular_users:
    description: active on 4 to 15 of the last 28 days
    goal: one more reason a week
    where:
      did: { event: anything, distinct: days, between: [4, 15], in: last 28 days }

  casual_users:
    description: active on 1 to 3 of the last 28 days
    goal: a habit
    where:
      did: { event: anything, distinct: days, between: [1, 3], in: last 28 days }
`,
};
