import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { runScript } from '../../support/run-script.js';
import { hasSharedData, sharedFile } from '../../support/shared-data.js';
import { profile, profileJson, shareOf, withFiles } from './run-profile.js';

const SHOP = 'fixtures/shop.csv';
const ESCAPE = String.fromCharCode(27);

describe('a segment that', () => {
  it('nobody is in has a card that says so', async () => {
    const json = await profileJson(['monetary>=100000', SHOP]);
    expect(json).toMatchObject({ members: 0, share: 0, share_interval: { low: 0 }, favourites: [], tests: 0 });
    expect(json.revenue?.members).toBe('0.00');
    expect(json.shares.every(({ members, difference }) => members.value === null && difference === null)).toBe(true);
    expect(json.hours).toMatchObject({ members: 0, shares: [], best: null, why: 'too few' });
    const { stdout, exitCode } = await profile(['monetary>=100000', SHOP]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Nobody is in it as of 2026-06-30.');
    expect(stdout).not.toContain('Typical');
  });

  it('everybody is in has no rest, and no difference', async () => {
    const json = await profileJson(['active_days>=0', SHOP]);
    expect(json).toMatchObject({ users: 240, members: 240, share: 1, share_interval: { high: 1 }, tests: 0 });
    expect(json.shares.every(({ rest, difference }) => rest.value === null && difference === null)).toBe(true);
    expect(json.hours.shares.every(({ rest }) => rest === null)).toBe(true);
    expect((await profile(['active_days>=0', SHOP])).stdout).toContain('Everybody is in it');
  });

  it('one user is in is described, and not tested', async () => {
    await withFiles({ 'one.csv': ['user_id,event,timestamp', 'ada,open,2026-01-05T09:00:00Z'] }, async (folder) => {
      const json = await profileJson(['active_days=1', join(folder, 'one.csv')]);
      expect(json).toMatchObject({ users: 1, members: 1, tests: 0, revenue: null, worth: [] });
      expect(json.typical.find(({ name }) => name === 'idle_days')).toMatchObject({
        members: { users: 1, low: '0', median: '0', high: '0' },
      });
      expect(json.favourites).toMatchObject([{ event: 'open', members: 1, rest: null }]);
      expect((await profile(['active_days=1', join(folder, 'one.csv')])).exitCode).toBe(0);
    });
  });

  it('is misspelt is refused with what was probably meant', async () => {
    for (const [argv, code, hint] of [
      [['at_rsk', SHOP], 'segment-unknown', 'status=at_risk'],
      [['status=at_rsk', SHOP], 'condition-segment', 'status=at_risk'],
      [['rules=vipp', SHOP, '--segment', 'vip: orders >= 3'], 'condition-segment', 'rules=vip'],
      [['whoever', SHOP], 'profile-nobody', 'called whoever'],
      [[SHOP], 'profile-nobody', 'none was named'],
      [['new', SHOP], 'segment-ambiguous', 'visitor=new'],
    ] as const) {
      const { stdout, stderr, exitCode } = await profile(argv);
      expect({ stdout, exitCode }, argv.join(' ')).toEqual({ stdout: '', exitCode: 2 });
      expect(stderr).toContain(`[${code}]`);
      expect(stderr).toContain(hint);
    }
  });

  it('has events and values with markup and control characters in their names keeps them apart and harmless', async () => {
    const names = [`<b>|x|</b>${ESCAPE}[31m`, '*bold*', "o'hara\u202e", ' ', 'event'];
    const rows = names.flatMap((name, place) =>
      Array.from({ length: 20 }, (_, k) => `u${k},"${name}",2026-01-0${place + 1}T09:00:00Z,"${name}"`),
    );
    const rest = Array.from({ length: 20 }, (_, k) => `r${k},open,2026-01-01T09:00:00Z,`);
    await withFiles({ 'odd.csv': ['user_id,event,timestamp,event_kind', ...rows, ...rest] }, async (folder) => {
      const argv = ['active_days>=2', join(folder, 'odd.csv'), '--keep', 'event_kind'];
      const json = await profileJson(argv);
      for (const name of names) expect(shareOf(json, 'event', name)).toMatchObject({ members: { value: 1 }, rest: { value: 0 } });
      for (const reporter of ['terminal', 'markdown', 'json']) {
        const { stdout } = await profile([...argv, '--reporter', reporter], { columns: 80, isTty: reporter === 'terminal' });
        expect(stdout).not.toContain(`${ESCAPE}[31m`);
        expect(stdout).not.toContain('\u202e');
        expect(stdout).not.toContain('\\x01');
        if (reporter === 'markdown') expect(stdout).not.toMatch(/<b>|[^\\]\*bold/);
      }
    });
  });
});

describe('a users file', () => {
  it('may call its columns like ours, and like each other but for case', async () => {
    const people = Array.from({ length: 40 }, (_, k) => `u${k},${k % 2 === 0 ? 'vip' : 'std'},${k < 20 ? 'A' : 'B'},b,"x"`);
    const events = Array.from({ length: 20 }, (_, k) => `u${k},open,2026-01-05T09:00:00Z`);
    await withFiles(
      { 'people.csv': ['id,status,Plan,plan,"a""b"', ...people], 'e.csv': ['user_id,event,timestamp', ...events] },
      async (folder) => {
        const json = await profileJson(['status!=never_active', join(folder, 'e.csv'), '--users', join(folder, 'people.csv')]);
        const column = (name: string, value: string): unknown =>
          json.shares.find((share) => share.column === name && share.value === value)?.members.value;
        expect([column('users.status', 'vip'), column('Plan', 'A'), column('plan', 'b'), column('a"b', 'x')]).toEqual([0.5, 1, 1, 1]);
        // What the file calls status is no finding by definition; what we call so is.
        expect(json.shares.find((share) => share.column === 'users.status')?.verdict).toBe('no clear difference');
        expect(json.shares.find((share) => share.kind === 'status')?.verdict).toBe('differs by definition');
      },
    );
  });
});

describe('the card on a screen', () => {
  it.each([
    [80, 40],
    [160, 30],
  ])('of %d columns takes at most %d lines, none too long', async (columns, most) => {
    const { stdout } = await profile(['buyer_type=repeat', SHOP, '--keep', 'country,device', '--no-color'], { columns, isTty: true });
    const lines = stdout.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(columns);
    expect(lines.findIndex((line) => line.startsWith('Read:'))).toBeGreaterThan(10);
    expect(lines.length).toBeLessThanOrEqual(most);
  });
});

describe('the printed SQL of a card, run by stock DuckDB', () => {
  it('gives its counts', async () => {
    const argv = [
      'rules=big',
      SHOP,
      '--segment',
      'big: did(purchase) >= 2',
      '--by',
      'engagement,property:country',
      '--timezone',
      'Asia/Tokyo',
    ];
    const json = await profileJson(argv);
    const { stdout, exitCode } = await profile([...argv, '--sql']);
    expect(exitCode).toBe(0);
    const counts = await withFiles({}, (folder) => runScript(stdout, folder));
    const counted = new Map(counts.map(({ of_what, value, members, rest }) => [`${of_what}=${value}`, [Number(members), Number(rest)]]));
    expect(counted.size).toBeGreaterThan(30);
    for (const { kind, column, value, members, rest } of json.shares) {
      const key = kind === 'event' ? `event=${value}` : `column:${column ?? kind}=${value}`;
      const [a = -1, b = -1] = counted.get(key) ?? [];
      expect([a / members.n, b / rest.n], key).toEqual([expect.closeTo(members.value ?? -1, 8), expect.closeTo(rest.value ?? -1, 8)]);
    }
    // The rule is about purchases: that its members bought is no finding.
    expect(shareOf(json, 'event', 'purchase').verdict).toBe('differs by definition');
  });
});

describe.skipIf(!hasSharedData)('on a real export (retentioneering-ecom)', () => {
  it('agrees with a direct count of users by event, channel and hour', async () => {
    const file = sharedFile('retentioneering-ecom/ecom.csv');
    const rows = parse(readFileSync(file, 'utf8'), { columns: true }) as Record<string, string>[];
    const json = await profileJson(['events>=20', file, '--lookback', 'all', '--keep', 'acquisition_channel']);
    const byUser = new Map<string, Record<string, string>[]>();
    for (const row of rows) byUser.set(row['user_id'] ?? '', [...(byUser.get(row['user_id'] ?? '') ?? []), row]);
    const members = [...byUser.values()].filter((all) => all.length >= 20);
    const rest = [...byUser.values()].filter((all) => all.length < 20);
    expect([json.members, json.users]).toEqual([members.length, byUser.size]);
    const share = (users: Record<string, string>[][], is: (all: Record<string, string>[]) => boolean): number =>
      users.filter(is).length / users.length;
    const events = [...new Set(rows.map((row) => row['event'] ?? ''))];
    expect(json.events).toEqual({ names: events.length, compared: events.length });
    for (const event of events) {
      const did = (all: Record<string, string>[]): boolean => all.some((row) => row['event'] === event);
      const found = shareOf(json, 'event', event);
      expect([found.members.value, found.rest.value], event).toEqual([
        expect.closeTo(share(members, did), 8),
        expect.closeTo(share(rest, did), 8),
      ]);
    }
    const channels = [...new Set(rows.map((row) => row['acquisition_channel'] ?? ''))];
    for (const channel of channels) {
      const latest = (all: Record<string, string>[]): boolean =>
        all.toSorted((left, right) => ((left['timestamp'] ?? '') < (right['timestamp'] ?? '') ? 1 : -1))[0]?.['acquisition_channel'] ===
        channel;
      expect(shareOf(json, 'column', channel).members.value, channel).toBeCloseTo(share(members, latest), 8);
    }
    const evening = members.reduce(
      (sum, all) => sum + all.filter((row) => row['timestamp']?.slice(11, 13) === '19').length / all.length,
      0,
    );
    expect(json.hours.shares[19]?.members).toBeCloseTo(evening / members.length, 6);
  });
});

describe('the best hour in words', () => {
  const rows = (late: number): string[] => [
    ...Array.from({ length: 30 }, (_, k) => `a${k},open,2026-01-05T${k < late ? '23' : '08'}:10:00Z,a`),
    'b1,open,2026-01-06T12:10:00Z,b',
  ];
  it.each([
    // Thirty times the same: nothing varies.
    [30, 'Best hour: 23:00 to 00:00 (UTC), 100.0 % of what they do (100.0 to 100.0 %), surely more than any other hour.'],
    // Mean ⅔, standard error √((⅔ · ⅓) · 30/29 ÷ 30) = 0.0875, t = 2.045 with 29 degrees of freedom.
    [20, 'Best hour: 23:00 to 00:00 (UTC), 66.7 % of what they do (48.8 to 84.6 %); 08:00 to 09:00 may be as good.'],
  ])('of %i of thirty', async (late, words) => {
    await withFiles({ 'hours.csv': ['user_id,event,timestamp,team', ...rows(late)] }, async (folder) => {
      const argv = ['team=a', '--keep', 'team', join(folder, 'hours.csv')];
      const { stdout } = await profile(argv, { columns: 160 });
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(words);
      expect((await profile([...argv, '--reporter', 'markdown'])).stdout.replaceAll('\\', '')).toContain(words);
    });
  });
});
