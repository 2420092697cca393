import { STATUSES } from '../../segmentation/status/status.js';
import { STATUS_PARAMETERS } from '../../segmentation/status/status-parameters.js';
import { defineTopic } from './help-topic.js';

const P = STATUS_PARAMETERS;

/** `segment help statuses` */
export const statuses = defineTopic({
  name: 'statuses',
  title: 'Statuses: when to speak to someone',
  blocks: [
    {
      kind: 'text',
      text: 'Every user has exactly one status. The ten rules below are tried in their order; the first that holds decides, and `status_reason` says which it was. `segment explain FILES --user ID` shows every number behind one decision.',
    },
    {
      kind: 'terms',
      heads: ['status', 'who'],
      items: STATUSES.map(({ name, group, meaning }) => [`\`${name}\``, `${meaning} (${group})`] as const),
    },
    { kind: 'heading', text: 'Words' },
    {
      kind: 'terms',
      heads: ['word', 'meaning'],
      items: [
        ['activity', 'every event except churn events, passive events (sent to the user, not done by them) and refunds'],
        ['active day', 'a calendar day, in the report time zone, with at least one activity event'],
        [
          'subscription',
          'open while the latest event that starts or renews one (`subscription_started`, `subscription_renewed` ... or `--start-event`) is no earlier than the latest that ends one (`subscription_cancelled`, `subscription_expired` ... or `--cancel-event`); at one instant the start comes last',
        ],
        ['the last N days', 'the as-of day and the N - 1 days before it'],
        ['gap', 'days between two active days of a user that follow each other'],
        ['idle', 'as-of day minus last active day'],
        ['tenure', 'as-of day minus the day first seen (the first event of any kind)'],
        ['history', 'as-of day minus the day of the earliest event in the input, plus 1'],
        ['paused', 'days of `--pause` count in none of these lengths and windows: `segment help pauses`'],
      ],
    },
    { kind: 'heading', text: 'The pace of everybody, and of each' },
    {
      kind: 'text',
      text: `The population's gaps: over all users with a gap, each user counting once (each of their n gaps weighs 1/n), P50, P75 and P90 are the smallest gaps that at least 50, 75 and 90 % of the weight do not exceed. With fewer than ${P['population.min_users'].default} such users there is no pace to measure: ${P['population.default'].default}, ${2 * P['population.default'].default} and ${4 * P['population.default'].default} days are assumed, with the warning \`no_cadence\`.`,
    },
    {
      kind: 'text',
      text: 'Three lengths follow for each user with n gaps. All comparisons are exact and strict: a user idle for exactly `dormant_after` days is not dormant yet.',
    },
    {
      kind: 'list',
      items: [
        '`usual_interval` = (n x own median gap + 2 x P50) / (n + 2), rounded half up to 0.01 days. A user without gaps is measured by P50, one with many by their own pace.',
        `\`dormant_after\` = the greatest of ${P['dormant.multiple'].default} x \`usual_interval\`, P75 and ${P['dormant.min'].default} days, but at most ${P['dormant.max'].default}.`,
        `\`churned_after\` = the greatest of ${P['churned.multiple'].default} x \`usual_interval\`, P90, ${P['churned.min'].default} days and (with two gaps or more) 1.5 x the longest own gap, but at most ${P['churned.max'].default}; then at least 1.5 x \`dormant_after\`.`,
      ],
    },
    { kind: 'heading', text: 'The rules' },
    {
      kind: 'terms',
      heads: ['rule', 'holds when'],
      items: [
        [
          '1 `churned`',
          `There is a churn event (\`uninstall\`, \`account_closed\`, \`subscription_cancelled\` ...) and no activity later than ${P['churned.grace_hours'].default} hours after the latest one. Reason: the event's name (of several at one instant, the least).`,
        ],
        ['2 `never_active`', 'There is no activity at all. Reason: `no_activity`.'],
        [
          '3 `churned`',
          `History is at least ${P['churned.history'].default} days, and idle > \`churned_after\`. Reason: \`inactivity\`. While a subscription is open the user is \`dormant\` in its place; reason: \`paying_but_idle\`.`,
        ],
        [
          '4 `new`',
          `Tenure is below ${P['new.days'].default} days, and the sign-up day is known or the user was first seen at least max(${P['new.days'].default}, 2 x P50) days after the input's first day: earlier than that, somebody old and somebody new look the same. Reason: \`first_seen\`.`,
        ],
        ['5 `dormant`', 'Idle > `dormant_after`. Reason: `idle`.'],
        [
          '6 `reactivated`',
          `On one of the last ${P['reactivated.days'].default} days the user came back after a gap > \`dormant_after\` that was longer than every earlier gap of theirs. Reason: \`returned\`.`,
        ],
        [
          '7 `at_risk`',
          `Any of four. A risk event (named with \`--risk-event\`; none by default) in the last ${P['at_risk.window'].default} days; reason: the latest one's name. Or at least ${P['at_risk.baseline_days'].default} active days in the ${P['at_risk.baseline'].default} days before the last ${P['at_risk.window'].default}, and 6 x the active days of the last ${P['at_risk.window'].default} < the active days of those ${P['at_risk.baseline'].default} (less than half the pace); reason: \`declining\`. Or at least 2 gaps, and idle > ${P['at_risk.overdue'].default} x \`dormant_after\`; reason: \`overdue\`. Or a subscription cancelled in the last ${P['at_risk.window'].default} days and not started again since (rule 1 has taken whoever also left); reason: \`cancelling\`.`,
        ],
        [
          '8 `loyal`',
          `Tenure is at least ${P['loyal.tenure'].default} days, and one of two. Active in at least ${P['loyal.weeks'].default} of the last 12 weeks (seven days each, the last one ends on the as-of day); reason: \`consistent\`. Or order days in the last 365 days at least max(${P['loyal.orders'].default}, the 60 % quantile of that number over users with any); reason: \`repeat_buyer\`.`,
        ],
        ['9 `occasional`', `Fewer than ${P['occasional.days'].default} active days. Reason: \`few_days\`.`],
        ['10 `active`', 'Everyone else. Reason: `active`.'],
      ],
    },
    { kind: 'heading', text: 'An example' },
    {
      kind: 'text',
      text: 'The population has P50 = 7, P75 = 16, P90 = 41. Ana was active on 1, 8, 15 and 29 March: gaps of 7, 7 and 14 days, median 7.',
    },
    {
      kind: 'lines',
      lines: [
        'usual_interval = (3 x 7 + 2 x 7) / (3 + 2)       =  7 days',
        'dormant_after  = max(2 x 7, 16, 14)              = 16 days',
        'churned_after  = max(4 x 7, 41, 30, 1.5 x 14)    = 41 days',
        '',
        'as of 29 March   idle  0                          active',
        'as of 10 April   idle 12, not above 0.75 x 16     active',
        'as of 11 April   idle 13 > 12                     at_risk (overdue)',
        'as of 14 April   idle 16, not above 16            at_risk (overdue)',
        'as of 15 April   idle 17 > 16                     dormant (idle)',
        'as of 10 May     idle 42 > 41                     churned (inactivity)',
      ],
    },
    {
      kind: 'text',
      text: 'She was not `loyal` (tenure below 60 days, four active days), and `reactivated` on 29 March would have taken a gap above 16. With a history below 90 days she would still be `dormant` on 10 May.',
    },
    { kind: 'heading', text: 'Whether they mean something' },
    {
      kind: 'text',
      text: 'With 120 days of history the summary also shows, for each status, who came back: of those who had it at the end of the day 30 days before the as-of day, the share with activity on one of the last 30 days, and of how many. That status is the one `segment classify` gives as of that day, by its own gaps whatever `--freeze` says; paused days are not among the 30. Statuses that mean something fall from the engaged to the gone. When more come back of the churned than of the dormant or the active, or of the dormant than of the active, beyond chance (99 %, 20 users in both), the warning `status_order` says so and names the parameter that widens the border. `--no-proof` leaves all that out; members and files of the segments are the same either way.',
    },
    { kind: 'heading', text: 'Short exports' },
    {
      kind: 'text',
      text: `What an export cannot know is not guessed. A short history switches rules off, and the summary says which and why: rule 3 below ${P['churned.history'].default} days; without sign-up dates also rule 8 below ${P['loyal.tenure'].default + 1} days and rule 4 below max(${P['new.days'].default}, 2 x P50) + 1 days. When over 60 % of the users have one active day, a status says little: use RFM and \`buyer_type\`.`,
    },
    {
      kind: 'text',
      text: 'Every number above is a parameter: `segment params` lists them, `--set new.days=7` changes one.',
    },
  ],
});
