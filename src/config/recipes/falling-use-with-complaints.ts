import type { Recipe } from './recipe.js';

export const fallingUseWithComplaints: Recipe = {
  name: 'falling-use-with-complaints',
  title: 'use falls, and they complained',
  yaml: `# Less use alone may be a holiday, a complaint alone may be a keen user. Both
# together come before somebody leaves.
#
# Use falls when there were more than twice as many active days in the 28 days
# before the last 28 as in these. Complaints are the events named below, also
# from another file: give it with the first one.
segments:
  unhappy_and_slipping:
    description: less than half as many active days as in the 28 days before, and a complaint
    goal: solve what is wrong
    where:
      all:
        - did:
            event: anything
            distinct: days
            in: between 55 and 28 days ago
            more_than: { event: anything, times: 2, in: last 28 days }
        - did:
            event: [complaint, complaint_filed, support_ticket, ticket_created, bad_review]
            in: last 56 days
`,
};
