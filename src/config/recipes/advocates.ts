import type { Recipe } from './recipe.js';

export const advocates: Recipe = {
  name: 'advocates',
  title: 'bring others: referrals, shares, reviews',
  yaml: `# Some people bring others: they refer a friend, share what they found, or write
# a review. They are asked for more, and thanked.
#
# Left out: whether a review was good, as its name is in every app another; add
# where: { rating: { at_least: 4 } } to the reviews if you have that column.
segments:
  referrers:
    description: referred somebody in the last 180 days
    goal: thank, ask for another
    where:
      did: { event: [referral, referral_sent, invite_sent, friend_invited], in: last 180 days }

  sharers:
    description: shared something in the last 180 days
    goal: offer things worth sharing
    where:
      did: { event: [share, shared, content_shared, product_shared], in: last 180 days }

  reviewers:
    description: wrote a review in the last 180 days
    goal: thank, ask for a referral
    where:
      did: { event: [review, review_submitted, review_written, rating_submitted], in: last 180 days }

  advocates:
    description: referred, shared or reviewed in the last 180 days, and active in the last 30
    goal: invite to a programme
    where:
      all:
        - any:
            - segment: referrers
            - segment: sharers
            - segment: reviewers
        - did: { event: anything, in: last 30 days }
`,
};
