import type { Recipe } from './recipe.js';

export const reachability: Recipe = {
  name: 'reachability',
  title: 'who may be written to, and on which channel',
  yaml: `# A message needs a way to its reader: one they agreed to, best the one they
# open most.
#
# email_opt_in, push_opt_in and sms_opt_in are columns of the file of --users, or
# properties of events: a channel that you do not have is taken out, as a
# property that no file has is an error.
# Who opens two channels equally often prefers none. What was sent on each is
# not weighed: the channel that you use most is opened most.
segments:
  reachable_by_email:
    description: agreed to be written to by mail
    goal: may be written to by mail
    where:
      property: { email_opt_in: ["true", "yes", "1", "t", "y", "True", "TRUE", "Yes"] }

  reachable_by_push:
    description: agreed to be written to by push
    goal: may be written to by push
    where:
      property: { push_opt_in: ["true", "yes", "1", "t", "y", "True", "TRUE", "Yes"] }

  reachable_by_sms:
    description: agreed to be written to by text message
    goal: may be written to by text message
    where:
      property: { sms_opt_in: ["true", "yes", "1", "t", "y", "True", "TRUE", "Yes"] }

  prefers_email:
    description: opened more of email in the last 180 days than of each other channel
    goal: email first
    where:
      all:
        - did:
            event: [email_opened, email_open]
            in: last 180 days
            more_than: { event: [push_opened, push_open, notification_opened] }
        - did:
            event: [email_opened, email_open]
            in: last 180 days
            more_than: { event: [sms_clicked, sms_opened] }

  prefers_push:
    description: opened more of push in the last 180 days than of each other channel
    goal: push first
    where:
      all:
        - did:
            event: [push_opened, push_open, notification_opened]
            in: last 180 days
            more_than: { event: [email_opened, email_open] }
        - did:
            event: [push_opened, push_open, notification_opened]
            in: last 180 days
            more_than: { event: [sms_clicked, sms_opened] }

  prefers_sms:
    description: opened more of sms in the last 180 days than of each other channel
    goal: sms first
    where:
      all:
        - did:
            event: [sms_clicked, sms_opened]
            in: last 180 days
            more_than: { event: [email_opened, email_open] }
        - did:
            event: [sms_clicked, sms_opened]
            in: last 180 days
            more_than: { event: [push_opened, push_open, notification_opened] }
`,
};
