import type { Recipe } from './recipe.js';

export const activation: Recipe = {
  name: 'activation',
  title: 'signed up without the key action, active, stopped',
  yaml: `# A product comes alive with one key action: the first contest joined, the first
# project made, the first order. Until then a person has only signed up; later
# they go on with it, or stop.
#
# key_action stands for yours: put its name there.
# Seasons: with --pause 2026-06-01..2026-08-10 (or pause: in the config file)
# these days are not counted, so that nobody has stopped for a closed season.
segments:
  signed_up_only:
    description: signed up, and never did the key action
    goal: first key action
    where:
      all:
        - did: { event: [sign_up, signup, signed_up, registered, registration_completed] }
        - did_not: { event: [key_action, onboarding_completed, contest_joined, project_created] }

  activated:
    description: key action in 2 or more of the last 4 weeks
    goal: keep
    where:
      regularly: { event: [key_action, onboarding_completed, contest_joined, project_created], in: 2 of last 4 weeks }

  key_action_stopped:
    description: key action in the 56 days before the last 28, and none in these
    goal: come back
    where:
      stopped: { event: [key_action, onboarding_completed, contest_joined, project_created], in: last 28 days, before_that: 56 days }
`,
};
