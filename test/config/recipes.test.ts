import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../src/config/parse-config-file.js';
import { parseSegmentText } from '../../src/config/parse-segment-text.js';
import { recipeNamed, recipeSegments, withRecipes } from '../../src/config/recipe-segments.js';
import { RECIPES } from '../../src/config/recipes/index.js';
import { SegmentError } from '../../src/errors/segment-error.js';
import { RFM_MODELS } from '../../src/segmentation/rfm/models/index.js';
import { checkSegments } from '../../src/segmentation/rules/check-segments.js';
import { classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { stringify } from '../support/csv-text.js';
import { runCli } from '../support/run-cli.js';

const folder = makeRunFolder();
afterAll(() => folder.remove());

type Row = readonly [user: string, time: string, event: string, ...more: string[]];

/** One event a day, from one day of a month to another. */
function daily(user: string, event: string, month: string, from: number, to: number): Row[] {
  return Array.from({ length: to - from + 1 }, (_, index): Row => [user, `${month}-${String(from + index).padStart(2, '0')}`, event]);
}

const each = (user: string, event: string, ...times: string[]): Row[] => times.map((time): Row => [user, time, event]);

interface Worked {
  readonly recipe: string;
  readonly more?: readonly string[];
  readonly flags?: readonly string[];
  readonly rows: readonly Row[];
  readonly members: Readonly<Record<string, readonly string[]>>;
}

// As of 30 June 2026: the last 7 days begin on 24 June, the last 14 on 17 June, the last 28 on 3 June; 55 days ago is 6 May.
const WORKED: readonly Worked[] = [
  {
    recipe: 'six-segments',
    more: ['amount'],
    rows: [
      ...each('fresh', 'app_open', '2026-06-28'), // first launch 2 days ago, one week of four
      ...each('installed', 'app_installed', '2026-06-01'), // no launch at all
      ...each('looker', 'App Open', '2026-06-11', '2026-06-18', '2026-06-25'), // 3 weeks of four, no purchase
      ...each('big', 'app_open', '2026-06-11', '2026-06-18', '2026-06-25'), // the same, and buys most
      ...['12', '13', '14', '15', '16'].map((day): Row => ['big', `2026-06-${day}`, 'purchase', '100']),
      ...each('small', 'app_open', '2026-05-01'), // one order of 10 beside five of 100: both scores are 1
      ['small', '2026-06-01', 'purchase', '10'],
      ...daily('keen', 'login', '2026-06', 15, 30), // 16 days, 3 weeks, no purchase
      ...daily('less', 'login', '2026-06', 16, 30), // 15 days, 3 weeks, no purchase
      ...daily('quiet', 'app_open', '2026-04', 20, 29), // 62 days away; usual interval (9 × 1 + 2 × 30) / 11 = 6.27 days
      ...daily('gone', 'app_open', '2026-04', 20, 29), // the same, and uninstalled
      ...each('gone', 'uninstall', '2026-04-30'),
    ],
    members: {
      activate_new: ['fresh', 'installed'],
      monetise_active: ['keen', 'less', 'looker'],
      build_habits: ['fresh'],
      upsell_converted: ['small'],
      loyal_to_advocates: ['keen'],
      reengage_dormant: ['quiet'],
    },
  },
  {
    recipe: 'subscription',
    rows: [
      ...each('trying', 'trial_started', '2026-06-25'), // 5 days ago
      ...each('trying', 'view', '2026-06-26', '2026-06-27', '2026-06-28', '2026-06-29'), // often here, but on trial
      ...each('ending', 'trial_started', '2026-06-17'), // 13 days ago: the last day of 14
      ...each('middle', 'trial_started', '2026-06-20'), // 10 days ago
      ...each('over', 'trial_started', '2026-06-16'), // 14 days ago
      ...each('convinced', 'trial_started', '2026-06-18'),
      ...each('convinced', 'subscription_started', '2026-06-20'),
      ...each('free_4', 'view', '2026-06-03', '2026-06-10', '2026-06-15', '2026-06-20'), // 4 days
      ...each('free_3', 'view', '2026-06-02', '2026-06-10', '2026-06-15', '2026-06-20'), // 3 days: 2 June is 28 days ago
      ...each('slipping', 'subscription_started', '2026-05-06'), // 7 days then, 3 now: 7 > 2 × 3
      ...daily('slipping', 'view', '2026-05', 7, 12),
      ...daily('slipping', 'view', '2026-06', 10, 12),
      ...each('steady', 'subscription_started', '2026-05-06'), // 6 days then, 3 now: 6 is not more than 2 × 3
      ...daily('steady', 'view', '2026-05', 7, 11),
      ...daily('steady', 'view', '2026-06', 10, 12),
      ...each('left', 'subscription_started', '2026-05-06'), // as slipping, and cancelled
      ...daily('left', 'view', '2026-05', 7, 12),
      ...daily('left', 'view', '2026-06', 10, 12),
      ...each('left', 'subscription_cancelled', '2026-06-15'),
      ...each('again', 'subscription_started', '2026-05-01'), // cancelled, and came back
      ...each('again', 'subscription_cancelled', '2026-05-10'),
      ...each('again', 'subscription_reactivated', '2026-06-20'),
    ],
    members: {
      on_trial: ['ending', 'middle', 'trying'],
      trial_ending: ['ending'],
      active_free: ['free_4'],
      subscriber_slipping: ['slipping'],
      subscriber_lost: ['left'],
    },
  },
  {
    recipe: 'activation',
    rows: [
      ...each('only', 'sign_up', '2026-06-01'),
      ...each('passer', 'view', '2026-06-01'), // never signed up
      ...each('playing', 'sign_up', '2026-05-01'),
      ...each('playing', 'contest_joined', '2026-06-20', '2026-06-29'), // two weeks of four
      ...each('once', 'contest_joined', '2026-06-28', '2026-06-29'), // one week
      ...each('stopped', 'contest_joined', '2026-06-02'), // 28 days ago
      ...each('long_ago', 'contest_joined', '2026-04-07'), // 84 days ago: before the 56 days
    ],
    members: { signed_up_only: ['only'], activated: ['playing'], key_action_stopped: ['stopped'] },
  },
  {
    // From 3 to 29 June nothing counts: 2 June was yesterday, 7 April 57 days ago.
    recipe: 'activation',
    flags: ['--pause', '2026-06-03..2026-06-29'],
    rows: [
      ...each('only', 'sign_up', '2026-06-01'),
      ...each('in_season', 'contest_joined', '2026-06-02'),
      ...each('before', 'contest_joined', '2026-04-07'),
    ],
    members: { signed_up_only: ['only'], activated: [], key_action_stopped: ['before'] },
  },
  {
    recipe: 'engagement-tiers',
    rows: [
      ...daily('d16', 'view', '2026-06', 15, 30),
      ...daily('d15', 'view', '2026-06', 16, 30),
      ...daily('d4', 'view', '2026-06', 1, 6), // 3 to 6 June
      ...daily('d3', 'view', '2026-06', 1, 5),
      ...each('d1', 'view', '2026-06-30', '2026-06-30 12:00:00'),
      ...daily('d0', 'view', '2026-06', 1, 2),
    ],
    members: { power_users: ['d16'], regular_users: ['d15', 'd4'], casual_users: ['d1', 'd3'] },
  },
  {
    recipe: 'cart-abandonment',
    rows: [
      ...each('today', 'Add to Cart', '2026-06-30 10:00:00'),
      ...each('bought', 'add_to_cart', '2026-06-30 10:00:00'),
      ...each('bought', 'purchase', '2026-06-30 11:00:00'),
      ...each('again', 'purchase', '2026-06-30 09:00:00'), // bought before, not since
      ...each('again', 'add_to_cart', '2026-06-30 10:00:00'),
      ...each('twice', 'add_to_cart', '2026-06-25', '2026-06-30'), // the last one counts
      ...each('week', 'cart_add', '2026-06-23'), // 7 days ago
      ...each('longer', 'cart_add', '2026-06-22'), // 8 days ago
      ...each('week_bought', 'add_to_cart', '2026-06-25'),
      ...each('week_bought', 'order_placed', '2026-06-26'),
    ],
    members: { cart_left_today: ['again', 'today', 'twice'], cart_left_this_week: ['week'] },
  },
  {
    recipe: 'transaction-recovery',
    rows: [
      ...each('quick', 'checkout_started', '2026-06-29 10:00:00'), // done after 2 minutes to the second
      ...each('quick', 'purchase', '2026-06-29 10:02:00'),
      ...each('slow', 'checkout_started', '2026-06-29 10:00:00'), // a second later
      ...each('slow', 'purchase', '2026-06-29 10:02:01'),
      ...each('open', 'begin_checkout', '2026-06-30 10:00:00'),
      ...each('second', 'begin_checkout', '2026-06-30 10:00:00', '2026-06-30 12:00:00'), // the first one done, the second not
      ...each('second', 'purchase', '2026-06-30 10:01:00'),
      ...each('old', 'begin_checkout', '2026-06-20 10:00:00'),
    ],
    members: { not_done_in_time: ['open', 'second', 'slow'], payment_open: ['open', 'second'] },
  },
  {
    // Berlin is 2 hours ahead of UTC in June: night is 20:00 to 2:00 UTC.
    recipe: 'late-night',
    flags: ['--timezone', 'Europe/Berlin'],
    rows: [
      ...each('night', 'purchase', '2026-06-20T20:00:00Z', '2026-06-21T01:59:59Z'),
      ...each('edges', 'purchase', '2026-06-20T19:59:59Z', '2026-06-21T02:00:00Z'), // 21:59:59 and 4:00
      ...each('half', 'purchase', '2026-06-20T20:30:00Z', '2026-06-21T21:00:00Z', '2026-06-22T10:00:00Z', '2026-06-23T10:00:00Z'), // 2 of 4
      ...each('mostly', 'purchase', '2026-06-20T20:30:00Z', '2026-06-21T21:00:00Z', '2026-06-22T10:00:00Z'), // 2 of 3
      ...each('single', 'purchase', '2026-06-20T20:30:00Z'),
    ],
    members: { late_night_buyers: ['mostly', 'night'] },
  },
  {
    recipe: 'category-affinity',
    more: ['category'],
    rows: [
      ['parent', '2026-06-01', 'purchase', 'baby'], // 2 of 3
      ['parent', '2026-06-02', 'purchase', 'Baby Products'],
      ['parent', '2026-06-03', 'purchase', 'shoes'],
      ['aunt', '2026-06-01', 'purchase', 'baby'], // 2 of 4
      ['aunt', '2026-06-02', 'purchase', 'baby'],
      ['aunt', '2026-06-03', 'purchase', 'shoes'],
      ['aunt', '2026-06-04', 'purchase', 'shoes'],
      ['guest', '2026-06-01', 'purchase', 'baby'], // one
      ['looker', '2026-06-01', 'view', 'baby'], // looked only
      ['looker', '2026-06-02', 'view', 'baby'],
    ],
    members: { baby_buyers: ['parent'] },
  },
  {
    recipe: 'occasion',
    rows: [
      ...each('first_day', 'purchase', '2025-11-15'),
      ...each('last_day', 'purchase', '2025-12-24 23:59:59'),
      ...each('early', 'purchase', '2025-11-14', '2025-12-01'),
      ...each('late', 'purchase', '2025-12-01', '2025-12-25'),
      ...each('habit', 'purchase', '2026-04-15', '2026-05-15', '2026-06-15'),
      ...each('two', 'purchase', '2026-05-15', '2026-06-15'),
    ],
    members: { season_buyers: ['first_day', 'last_day'], habit_buyers: ['habit'] },
  },
  {
    recipe: 'falling-use-with-complaints',
    rows: [
      ...daily('unhappy', 'view', '2026-05', 6, 12), // 7 days then, 3 now
      ...daily('unhappy', 'view', '2026-06', 10, 12),
      ...each('unhappy', 'complaint', '2026-06-11'),
      ...daily('silent', 'view', '2026-05', 6, 12), // the same without a complaint
      ...daily('silent', 'view', '2026-06', 10, 12),
      ...daily('keen', 'view', '2026-05', 6, 11), // 6 days then, 3 now
      ...daily('keen', 'view', '2026-06', 10, 12),
      ...each('keen', 'support_ticket', '2026-06-11'),
    ],
    members: { unhappy_and_slipping: ['unhappy'] },
  },
  {
    recipe: 'advocates',
    rows: [
      ...each('referrer', 'referral_sent', '2026-06-20'),
      ...each('sharer', 'share', '2026-01-02'), // 179 days ago, and not here since
      ...each('earlier', 'share', '2026-01-01'), // 180 days ago
      ...each('reviewer', 'review', '2026-03-01'),
      ...each('reviewer', 'view', '2026-06-01'), // 29 days ago
    ],
    members: { referrers: ['referrer'], sharers: ['sharer'], reviewers: ['reviewer'], advocates: ['referrer', 'reviewer'] },
  },
  {
    recipe: 'reachability',
    more: ['email_opt_in', 'push_opt_in', 'sms_opt_in'],
    rows: [
      ['mail', '2026-06-01', 'email_opened', 'true', 'false', ''], // 2 of mail, 1 of push
      ['mail', '2026-06-02', 'email_opened', 'true', 'false', ''],
      ['mail', '2026-06-03', 'push_opened', 'true', 'false', ''],
      ['tie', '2026-06-01', 'email_opened', '', 'yes', ''], // one of each
      ['tie', '2026-06-02', 'push_opened', '', 'yes', ''],
      ['text', '2026-06-01', 'sms_clicked', '0', 'no', '1'],
      ['push', '2026-06-01', 'notification_opened', 'true', 'true', ''], // agreed to mail once, not any more
      ['push', '2026-06-02', 'view', 'false', 'true', ''],
    ],
    members: {
      reachable_by_email: ['mail'],
      reachable_by_push: ['push', 'tie'],
      reachable_by_sms: ['text'],
      prefers_email: ['mail'],
      prefers_push: ['push'],
      prefers_sms: ['text'],
    },
  },
];

describe('recipes', () => {
  it.each(RECIPES.map((recipe) => [recipe.name, recipe] as const))(
    '%s is a config file without problems, each segment with its goal',
    (_, recipe) => {
      const { layer, problems } = parseConfigFile(recipe.yaml, 'segment.yaml', (path) => path);
      expect(problems).toEqual([]);
      expect([...layer.keys()]).toEqual(['segments']);
      const definitions = recipeSegments(recipe).flatMap(({ definition }) => definition ?? []);
      for (const rfmModel of RFM_MODELS) expect(checkSegments(definitions, { rfmModel, columns: [] })).toEqual([]);
      expect(definitions.filter(({ goal, description }) => goal === '' || description === '')).toEqual([]);
    },
  );

  it('have no name of a segment in common', () => {
    const names = RECIPES.flatMap(recipeSegments).map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it('all have a worked answer', () => {
    expect([...new Set(WORKED.map(({ recipe }) => recipe))].sort()).toEqual(RECIPES.map(({ name }) => name).sort());
  });

  it('give way to an own segment of the same name', () => {
    const own = parseSegmentText('sharers: did(post)');
    const merged = withRecipes([own], ['advocates', 'advocates']);
    expect(merged.map(({ name, recipe }) => [name, recipe])).toEqual([
      ['referrers', 'advocates'],
      ['reviewers', 'advocates'],
      ['advocates', 'advocates'],
      ['sharers', undefined],
    ]);
  });

  it('of another name are refused with the nearest', () => {
    expect(() => recipeNamed('advocate')).toThrow(SegmentError);
    expect(() => recipeNamed('advocate')).toThrow('There is no recipe advocate. Did you mean "advocates"?');
  });
});

describe('who is in the segments of a recipe', () => {
  it.each(WORKED.map((worked, index) => [worked.recipe, index, worked] as const))('%s (%i)', async (recipe, index, worked) => {
    const place = join(folder.path, String(index));
    mkdirSync(place);
    const width = 3 + (worked.more?.length ?? 0);
    const rows = worked.rows.map((row) => [...row, ...Array<string>(width - row.length).fill('')]);
    writeFileSync(join(place, 'events.csv'), stringify([['user_id', 'occurred_at', 'event', ...(worked.more ?? [])], ...rows]));
    const flags = ['--recipe', recipe, '--as-of', '2026-06-30', ...(worked.flags ?? [])];
    const run = await classifyOnce([join(place, 'events.csv'), ...flags], join(place, 'out'));
    expect(run.summary.rows).toMatchObject({ total: rows.length, used: rows.length });
    const found = Object.keys(worked.members).map((segment) => [
      segment,
      run.members
        .filter((member) => member[segment] === 'true')
        .map((member) => member['user_id'] ?? '')
        .sort(),
    ]);
    expect(Object.fromEntries(found)).toEqual(worked.members);
    expect(Object.keys(worked.members)).toEqual(recipeSegments(recipeNamed(recipe)).map(({ name }) => name));
  });
});

describe('--recipe', () => {
  it('counts in the settings hash by what its segments say, and warns only where no name of a place is there', async () => {
    const file = join(folder.path, 'shop.csv');
    writeFileSync(
      file,
      stringify([['user_id', 'occurred_at', 'event'], ...each('a', 'add_to_cart', '2026-06-30'), ...each('b', 'view', '2026-06-29')]),
    );
    const run = await classifyOnce([file, '--config', 'none', '--recipe', 'cart-abandonment'], join(folder.path, 'by-recipe'));
    expect(run.summary.warnings.filter(({ code }) => code === 'unknown_events').map(({ message }) => message)).toEqual([
      'recipe cart-abandonment, events purchase, purchased, order, order_completed, order_placed, checkout_completed, payment_succeeded: no row holds an event of one of these names',
    ]);
    const config = join(folder.path, 'own.yaml');
    writeFileSync(config, recipeNamed('cart-abandonment').yaml);
    const own = await classifyOnce([file, '--config', config], join(folder.path, 'by-config'));
    const without = await classifyOnce([file, '--config', 'none'], join(folder.path, 'without'));
    const hashOf = (name: string): string =>
      (JSON.parse(readFileSync(join(folder.path, name, 'manifest.json'), 'utf8')) as { settings_hash: string }).settings_hash;
    expect([own.exitCode, without.exitCode]).toEqual([0, 0]);
    expect(hashOf('by-recipe')).toMatch(/^[0-9a-f]{8,}/);
    expect(hashOf('by-recipe')).toBe(hashOf('by-config'));
    expect(hashOf('by-recipe')).not.toBe(hashOf('without'));
  });

  it('refuses a name that is none, with exit code 2', async () => {
    const bad = await runCli(['recipes', 'six-segment']);
    expect(bad).toMatchObject({ exitCode: 2, stdout: '' });
    expect(bad.stderr).toContain('[unknown-recipe]');
    const flag = await runCli(['classify', 'none.csv', '--recipe', 'six-segment']);
    expect(flag).toMatchObject({ exitCode: 2, stdout: '' });
    expect(flag.stderr).toContain('(did you mean six-segments?)');
  });

  it('prints the file that can be edited', async () => {
    for (const { name, yaml } of RECIPES) expect((await runCli(['recipes', name])).stdout).toBe(yaml);
  });
});
