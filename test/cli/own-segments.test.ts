import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSegmentText } from '../../src/config/parse-segment-text.js';
import { dayOfIso, instantOfWallClock } from '../oracle/calendar.js';
import { type RuleEvent, type RuleUser, segmentsOf } from '../oracle/rules.js';
import { classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';
import { runScript } from '../support/run-script.js';

const SHOP = fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url));
const folder = makeRunFolder();
afterAll(() => folder.remove());

const inFolder = (name: string): string => join(folder.path, name);

/** As of 30 June 2024, whose last instant is the midnight after it. */
const EVENTS = `user_id,timestamp,event,revenue,plan,event_id
ada,2024-06-30 10:00:00,add_to_cart,,pro,1
ada,2024-06-30 09:00:00,purchase,40.00,pro,2
ada,2024-06-01 09:00:00,purchase,70.00,free,3
ada,2024-06-01 09:00:00,purchase,70.00,free,3
ben,2024-06-30 10:00:00,Add to Cart,,,4
ben,2024-06-30 10:00:01,purchase,5.50,pro,5
cyd,2024-06-29 23:59:59.999999,add_to_cart,,,6
cyd,2024-01-02 12:00:00,email_sent,,,7
`;
const USERS = 'user_id,signup_date,country\nada,2024-05-01,DE\nben,2024-06-30,AT\ndot,2024-02-01,DE\n';

const CONFIG = `segments:
  spender:
    description: Paid 100 or more
    goal: early access
    min_size: 2
    where: sum(amount of purchase) >= 100
  cart:
    goal: recover carts
    where:
      all:
        - did: { event: add_to_cart, in: last 24 hours }
        - did_not: { event: purchase, after: last add_to_cart }
  never_bought:
    where: { did_not: { event: purchase } }
  from_de:
    where: { property: { country: DE } }
  nobody:
    where: did(login) >= 1
  either:
    where: segment(cart) or segment(spender)
`;

beforeAll(() => {
  writeFileSync(inFolder('events.csv'), EVENTS);
  writeFileSync(inFolder('users.csv'), USERS);
  writeFileSync(inFolder('own.yaml'), CONFIG);
  writeFileSync(inFolder('patterns.yaml'), 'segments:\n  odd:\n    where:\n      property: { plan: { matches: "[z" } }\n');
});

const GIVEN = ['events.csv', '--users', 'users.csv', '--as-of', '2024-06-30', '--config', 'own.yaml'];
const run = (...argv: readonly string[]): ReturnType<typeof runCli> => runCli(argv, { cwd: folder.path });

async function membersOf(argv: readonly string[], out: string): Promise<Record<string, string>[]> {
  const result = await classifyOnce(argv, inFolder(out), { cwd: folder.path });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return result.members;
}

describe('own segments', () => {
  it('are columns of members, files, and sizes in the summary', async () => {
    const result = await classifyOnce([...GIVEN, '--keep', 'plan', '--by', 'property:plan', '--segment-files', 'ids'], inFolder('out'), {
      cwd: folder.path,
    });
    expect(result.exitCode, result.stderr).toBe(0);
    const [first] = result.members;
    // After the further segmentations, before the kept columns, in the order of the definitions.
    expect(Object.keys(first ?? {}).slice(-8)).toEqual([
      'property:plan',
      'spender',
      'cart',
      'never_bought',
      'from_de',
      'nobody',
      'either',
      'plan',
    ]);
    const held = (name: string): (string | undefined)[] =>
      result.members.filter((member) => member[name] === 'true').map((member) => member['user_id']);
    // 40 + 70: the row that repeats event id 3 is none.
    expect(held('spender')).toEqual(['ada']);
    // Ada bought an hour before, Ben a second after; Cyd's cart is one microsecond older than 24 hours.
    expect(held('cart')).toEqual(['ada']);
    // Dot is in the users file alone: nothing is 0 for her too.
    expect(held('never_bought')).toEqual(['cyd', 'dot']);
    expect(held('from_de')).toEqual(['ada', 'dot']);
    expect(held('nobody')).toEqual([]);
    expect(held('either')).toEqual(['ada']);
    expect(new Set(result.members.flatMap((member) => [member['cart'], member['nobody']]))).toEqual(new Set(['true', 'false']));
    expect(readFileSync(inFolder('out/rules/from_de.csv'), 'utf8')).toBe('user_id,plan\nada,pro\ndot,\n');
    expect(readFileSync(inFolder('out/rules/nobody.csv'), 'utf8')).toBe('user_id,plan\n');
    const { segmentations } = JSON.parse(result.stdout) as { segmentations: Record<string, Record<string, unknown>> };
    // 115.50 in all, of which Ada's 110.
    expect(segmentations['rules']).toEqual({
      spender: { users: 1, share: 0.25, revenue: '110.00', revenue_share: 0.952381 },
      cart: { users: 1, share: 0.25, revenue: '110.00', revenue_share: 0.952381 },
      never_bought: { users: 2, share: 0.5, revenue: '0.00', revenue_share: 0 },
      from_de: { users: 2, share: 0.5, revenue: '110.00', revenue_share: 0.952381 },
      nobody: { users: 0, share: 0, revenue: '0.00', revenue_share: 0 },
      either: { users: 1, share: 0.25, revenue: '110.00', revenue_share: 0.952381 },
      overlapping: true,
      // Ben.
      in_none: 1,
    });
    expect(result.codes).toContain('unknown_events');
    expect(result.stdout).toContain('segment nobody, event login: no row holds an event of that name');
  });

  it('show goal, and who is too small, in the summary for people', async () => {
    const { stdout } = await run('classify', ...GIVEN, '--dry-run');
    expect(stdout).toContain('Paid 100 or more → early access');
    expect(stdout).toContain('! fewer than its min_size of 2 users');
    expect(stdout).toContain('Own segments may overlap: shares do not add up to 100 %. In none of these: 25 %');
  });

  it.each(['parquet', 'jsonl', 'arrow'])('are written as %s', async (format) => {
    const result = await classifyOnce([...GIVEN, '--format', format, '--segment-files', 'ids'], inFolder(`out-${format}`), {
      cwd: folder.path,
    });
    expect(result.exitCode, result.stderr).toBe(0);
    expect(existsSync(inFolder(`out-${format}/rules/spender.${format}`))).toBe(true);
    if (format === 'jsonl') {
      const rows = readFileSync(inFolder('out-jsonl/members.jsonl'), 'utf8').trimEnd().split('\n');
      expect(rows.map((row) => (JSON.parse(row) as Record<string, unknown>)['from_de'])).toEqual([true, false, false, true]);
    }
  });

  it('decide the settings hash by what they say, not by how it is written', async () => {
    const hash = async (...rules: readonly string[]): Promise<string> => {
      const argv = ['events.csv', ...rules.flatMap((rule) => ['--segment', rule])];
      const result = await classifyOnce(argv, inFolder('hash'), { cwd: folder.path });
      if (result.exitCode !== 0) throw new Error(result.stderr);
      return (JSON.parse(readFileSync(inFolder('hash/manifest.json'), 'utf8')) as { settings_hash: string }).settings_hash;
    };
    const one = await hash('vip: did(purchase, last 30d) >= 2 and status in (new, active)');
    expect(await hash('vip:   status in (active, new) and did( purchase ,last 30 days)>=2')).toBe(one);
    expect(await hash('vip: did(purchase, last 31d) >= 2 and status in (new, active)')).not.toBe(one);
    expect(await hash()).not.toBe(one);
  });

  it('count no event that does not count', async () => {
    const bought = async (...argv: readonly string[]): Promise<string | undefined> => {
      const members = await membersOf(
        ['events.csv', '--as-of', '2024-06-30', '--segment', 'bought: did(purchase) >= 2', ...argv],
        'counted',
      );
      return members.find((member) => member['user_id'] === 'ada')?.['bought'];
    };
    expect(await bought()).toBe('true');
    // The purchase of 1 June: before the first day, after the last one, or on another plan.
    expect(await bought('--since', '2024-06-02')).toBe('false');
    expect(await bought('--as-of', '2024-06-29')).toBe('false');
    expect(await bought('--where', 'plan=pro')).toBe('false');
    writeFileSync(inFolder('only.txt'), 'user_id\nada\n');
    const alone = await membersOf(['events.csv', '--only', 'only.txt', '--segment', 'bought: did(purchase) >= 2'], 'only');
    expect(alone.map((member) => [member['user_id'], member['bought']])).toEqual([['ada', 'true']]);
  });

  it('are listed by name, and compared with the rest', async () => {
    const ids = async (...argv: readonly string[]): Promise<string> =>
      (await run('list', ...GIVEN, '--columns', 'user_id', ...argv)).stdout;
    expect(await ids('spender')).toBe('user_id\nada\n');
    expect(await ids('rules=spender,never_bought')).toBe('user_id\nada\ncyd\ndot\n');
    expect(await ids('rules!=spender,never_bought')).toBe('user_id\nben\n');
    expect(await ids('from_de=false')).toBe('user_id\nben\ncyd\n');
    expect(await ids('from_de', 'never_bought')).toBe('user_id\ndot\n');
    const wrong = await run('list', ...GIVEN, 'rules=spendr');
    expect(wrong.stderr).toContain('spender');
    expect(wrong.exitCode).toBe(2);
    const compared = async (...flags: readonly string[]): Promise<string> => {
      const { stdout, exitCode, stderr } = await run('compare', ...GIVEN, ...flags, '--json');
      expect(exitCode, stderr).toBe(0);
      // The flags themselves are settings.
      return stdout.replace(/"settings_hash": "[0-9a-f]+"/, '"settings_hash": ""');
    };
    const by = await compared('--by', 'rules:from_de');
    const a = await compared('--a', 'from_de');
    const named = await compared('--a', 'rules=from_de');
    expect(a).toBe(by);
    expect(named).toBe(by);
    expect((JSON.parse(by) as { groups: { name: string; users: number }[] }).groups.map(({ users }) => users)).toEqual([2, 2]);
    // Who was in them on an earlier day nobody worked out; other ways of that day do without them.
    for (const landmark of ['14d', '2026-01-20']) {
      const refused = await run('compare', ...GIVEN, '--a', 'from_de', '--landmark', landmark);
      expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('own segments: who is in them')]);
    }
    const then = await run('compare', ...GIVEN, '--by', 'status', '--landmark', '2024-06-15', '--json');
    expect(then.stderr).not.toContain('error');
    expect(then.exitCode).toBe(0);
  });

  it('print SQL that a stock DuckDB runs to the same members', async () => {
    const rules = [
      'then: did(add_to_cart then purchase within 2 minutes) and not did(purchase where hours 22 to 4 and plan = pro, last 2 months)',
      'paced: regularly(purchase, 1 of last 3 weeks, each <= 1) and average(amount of purchase) between 5.5 and 40',
      'early: did(purchase, within 40 days of first seen) and property(plan, any) = pro and property(plan, first) != pro',
    ];
    const flags = ['--timezone', 'America/New_York', '--pause', '2024-06-10..2024-06-12', ...rules.flatMap((rule) => ['--segment', rule])];
    const { stdout, exitCode, stderr } = await run('sql', ...GIVEN, ...flags);
    expect(exitCode, stderr).toBe(0);
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      const scripted = await runScript(stdout, folder.path);
      const members = await membersOf([...GIVEN, ...flags], 'scripted');
      const names = ['then', 'paced', 'early', 'spender', 'cart', 'never_bought', 'from_de', 'nobody', 'either'];
      expect(scripted.map((row) => names.map((name) => String(row[name])))).toEqual(
        members.map((member) => names.map((name) => member[name])),
      );
    } finally {
      process.chdir(before);
    }
  });

  it('are explained leaf by leaf, with the value of the user', async () => {
    const { stdout, exitCode, stderr } = await run('explain', ...GIVEN, '--user', 'ada', '--json');
    expect(exitCode, stderr).toBe(0);
    const [ada] = (JSON.parse(stdout) as { users: { own_segments: Record<string, unknown> }[] }).users;
    expect(ada?.own_segments).toMatchObject({
      spender: { holds: true, conditions: [{ rule: 'sum(amount of purchase) >= 100', value: '110', holds: true }] },
      // A cart in the last 24 hours, and no purchase after it: the second holds by not holding.
      cart: {
        holds: true,
        rule: 'did(add_to_cart, last 24 hours) and not did(purchase, after last add_to_cart)',
        conditions: [
          { rule: 'did(add_to_cart, last 24 hours)', value: '1', holds: true },
          { rule: 'did(purchase, after last add_to_cart)', value: '0', holds: false },
        ],
      },
      never_bought: { holds: false, conditions: [{ value: '2', holds: true }] },
      from_de: { holds: true, conditions: [{ rule: 'property(country) = DE', value: 'DE', holds: true }] },
      nobody: { holds: false, conditions: [{ value: '0', holds: false }] },
      either: {
        holds: true,
        conditions: [
          { rule: 'segment(cart)', value: null, holds: true },
          { rule: 'segment(spender)', value: null, holds: true },
        ],
      },
    });
    // Dot has no events at all.
    const dot = await run('explain', ...GIVEN, '--user', 'dot');
    expect(dot.stdout).toContain('> from_de: property(country) = DE: DE? yes');
    expect(dot.stdout).toContain('  spender: sum(amount of purchase) >= 100: 0? no');
    const forWhom = await run('explain', ...GIVEN, '--user', 'ada', '--segment', 'old: monetary > 5 and property(country) is set');
    expect(forWhom.stdout).toContain('monetary > 5: 110? yes');
  });

  it('refuse what cannot be', async () => {
    const code = async (rule: string, ...argv: readonly string[]): Promise<[number, string]> => {
      const { exitCode, stderr } = await run('classify', 'events.csv', '--dry-run', '--segment', rule, ...argv);
      return [exitCode, stderr];
    };
    // A column that does not exist decides nothing: exit 3 with the nearest name. [rule-column-unknown]
    const [missing, asked] = await code('x: did(purchase where plam = pro)');
    expect([missing, asked]).toEqual([3, expect.stringContaining('segment x asks for the property plam')]);
    expect(asked).toMatch(/Did you mean "plan"\?.*\[rule-column-unknown\]/s);
    // All patterns at once, each where it stands.
    expect(
      await code(`x: did(purchase where plan matches "(a") or did(login where plan matches 'b"[')`, '--config', 'patterns.yaml'),
    ).toEqual([
      2,
      `error: Own segments have 3 problems; nothing was run. [segment-problems]
  patterns.yaml:4:37: this is no regular expression as RE2 reads them (missing ]: [z); contains looks for a plain text
  4 |       property: { plan: { matches: "[z" } }
    |                                     ^^
  --segment:1:37: this is no regular expression as RE2 reads them (missing ): (a); contains looks for a plain text
  1 | x: did(purchase where plan matches "(a") or did(login where plan matches 'b"[')
    |                                     ^^
  --segment:1:75: this is no regular expression as RE2 reads them (missing ]: [); contains looks for a plain text
  1 |  "(a") or did(login where plan matches 'b"[')
    |                                         ^^^
hint: segment help rules shows what a rule can say.
`,
    ]);
    expect(await code('x: sum(amount of purchase) > 3', '--value-column', 'none')).toEqual([
      3,
      expect.stringContaining('[rule-without-amounts]'),
    ]);
    expect(await code('x: did(purchase')).toEqual([2, expect.stringContaining('[segment-problems]')]);
    expect(await code('plan: did(purchase)', '--keep', 'plan')).toEqual([2, expect.stringContaining('[segment-problems]')]);
  });

  it('take hostile names and values as they are', async () => {
    const rules = [
      `a: did("pur""chase'; drop table members; --") >= 1`,
      `b: did(purchase where plan in ("pro'); --", "%", "_")) or property(plan) contains "'"`,
      'c: did("\u{1f600}") or did(anything where plan = pro)',
    ];
    const members = await membersOf(['events.csv', ...rules.flatMap((rule) => ['--segment', rule])], 'hostile');
    expect(members.map(({ user_id: id, a, b, c }) => [id, a, b, c])).toEqual([
      ['ada', 'false', 'false', 'true'],
      ['ben', 'false', 'false', 'true'],
      ['cyd', 'false', 'false', 'false'],
    ]);
  });

  it('stand on masks of more than 62 selections', async () => {
    const rules = Array.from(
      { length: 130 },
      (_, index) => `s${index}: did(purchase where amount = ${index}) or did(add_to_cart, last ${index + 1} days)`,
    );
    const members = await membersOf(['events.csv', '--as-of', '2024-06-30', ...rules.flatMap((rule) => ['--segment', rule])], 'many');
    const [ada, ben, cyd] = members;
    // Ada's amounts are 40 and 70, and her cart is of the as-of day; Cyd's of the day before.
    expect([ada?.['s0'], ada?.['s40'], ada?.['s129'], ben?.['s0'], cyd?.['s0'], cyd?.['s1'], cyd?.['s129']]).toEqual([
      'true',
      'true',
      'true',
      'true',
      'false',
      'true',
      'true',
    ]);
  });
});

describe('own segments of the fixture, against rules walked over its rows', () => {
  const RULES = [
    'a: did(purchase, last 90 days) >= 2',
    'b: did(view_item where device = android and hours 20 to 2, last 12 weeks) >= 3',
    'c: did(add_to_cart then purchase within 1 hour)',
    'd: did(add_to_cart then not purchase within 24 hours, last 6 months)',
    'e: sum(amount of purchase, last 365 days) > 2 x sum(amount of purchase, between 365 and 180 days ago)',
    'f: distinct(weeks of anything, last 12 weeks) >= 6',
    'g: regularly(session_start, 3 of last 8 weeks, each >= 2)',
    'h: stopped(anything, last 30 days, before that 60 days)',
    'i: restarted(anything, last 30 days, before that 30 days)',
    'j: idle > 2 x usual_interval and not status = churned',
    'k: nth(2, purchase, within 60 days of first seen)',
    'l: average(amount of purchase) >= 30 and did(search) < did(view_item)',
    'm: did(purchase, within 2 days after first add_to_cart)',
    'n: property(country) in (US, DE) and property(device, any) = ios and not property(device, first) = ios',
    'o: did(anything where weekdays (sat, sun), last 3 months) >= 5',
    'p: distinct(country of anything) >= 2 or greatest(amount of purchase) > 90',
    'q: (segment(a) and not segment(f)) or segment(c)',
  ];

  it('agree in every one of them', async () => {
    const written = RULES.map(parseSegmentText);
    expect(written.flatMap(({ problems }) => problems)).toEqual([]);
    const definitions = written.flatMap(({ definition }) => definition ?? []);
    const timezone = 'America/New_York';
    const flags = ['--timezone', timezone, '--pause', '2026-01-05..2026-01-20', ...RULES.flatMap((rule) => ['--segment', rule])];
    const result = await classifyOnce([SHOP, ...flags], inFolder('shop'));
    expect(result.exitCode, result.stderr).toBe(0);
    const rows = parse(readFileSync(SHOP), { columns: true }) as Record<string, string>[];
    const events = new Map<string, RuleEvent[]>();
    for (const row of rows) {
      const own = events.get(row['user_id'] ?? '') ?? [];
      events.set(row['user_id'] ?? '', own);
      const event = row['event'] ?? '';
      own.push({
        atMicros: instantOfWallClock(BigInt(Date.parse(row['timestamp'] ?? '')) * 1000n, 'UTC'),
        event,
        amount: row['revenue'] || null,
        isActivity: !['email_sent', 'push_sent', 'uninstall', 'refund'].includes(event),
        properties: { country: row['country'] || null, device: row['device'] || null },
      });
    }
    const world = {
      asOfDay: dayOfIso(result.summary.as_of),
      timezone,
      pauses: [{ first: dayOfIso('2026-01-05'), last: dayOfIso('2026-01-20') }],
    };
    const wrong: string[] = [];
    const met = new Map<string, number>();
    for (const member of result.members) {
      const features = Object.fromEntries(Object.entries(member).map(([name, text]) => [name, text === '' ? null : text]));
      const user: RuleUser = {
        events: events.get(member['user_id'] ?? '') ?? [],
        firstDay: dayOfIso(member['first_seen'] ?? ''),
        properties: {},
        features,
      };
      for (const [name, holds] of segmentsOf(definitions, user, world)) {
        if (holds) met.set(name, (met.get(name) ?? 0) + 1);
        if (member[name] !== String(holds)) wrong.push(`${member['user_id']}.${name} is ${member[name]}`);
      }
    }
    expect(wrong).toEqual([]);
    // Every rule holds for somebody.
    expect(definitions.filter(({ name }) => !met.has(name)).map(({ name }) => name)).toEqual([]);
  });
});
