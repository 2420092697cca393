import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { instantOfWallClock } from '../oracle/calendar.js';
import { type EngagementEvent, engagementOf } from '../oracle/engagement.js';
import { classifyOnce, makeRunFolder } from '../support/classify-once.js';

const folder = makeRunFolder();
afterAll(() => folder.remove());

interface Visit {
  readonly user: string;
  /** Wall clock. */
  readonly at: string;
  readonly event?: string;
  readonly session?: string;
  readonly id?: string;
}

let runs = 0;
async function classify(visits: readonly Visit[], flags: readonly string[] = [], hasSessions = false): Promise<Record<string, string>> {
  runs += 1;
  const path = join(folder.path, `${runs}.csv`);
  const header = ['user_id', 'occurred_at', 'event', 'event_id', ...(hasSessions ? ['session_id'] : [])];
  const lines = visits.map(({ user, at, event = 'view', session = '', id }, index) =>
    [user, at, event, id ?? `e${index}`, ...(hasSessions ? [session] : [])].join(','),
  );
  writeFileSync(path, `${[header.join(','), ...lines].join('\n')}\n`);
  const run = await classifyOnce([path, '--by', 'engagement', '--as-of', '2024-06-30', ...flags], join(folder.path, `out-${runs}`));
  if (run.exitCode !== 0) throw new Error(run.stderr);
  return Object.fromEntries(run.members.map((member) => [member['user_id'] ?? '', member['engagement'] ?? '']));
}

const day = (number: number): string => `2024-06-${String(number).padStart(2, '0')}`;

/** On each of the days a session from the first clock to the last. */
function daily(user: string, days: readonly number[], clocks: readonly string[], session?: string): Visit[] {
  return days.flatMap((number) =>
    clocks.map((clock) => ({ user, at: `${day(number)} ${clock}`, ...(session === undefined ? {} : { session: `${session}-${number}` }) })),
  );
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => 30 - index);

describe('engagement', () => {
  it('is power from 12 active days of the last 28, casual up to 2, regular between, and empty for the others', async () => {
    // Nobody has any time, so the 80 % quantile is 0 and everybody reaches it: days alone decide.
    expect(
      await classify([
        ...daily('twelve', upTo(12), ['12:00:00']),
        ...daily('eleven', upTo(11), ['12:00:00']),
        // 3 June is the first of the 28 days, 2 June the day before.
        ...daily('eleven and the day before', [...upTo(11), 2], ['12:00:00']),
        ...daily('eleven and the first day', [...upTo(11), 3], ['12:00:00']),
        ...daily('three', [30, 29, 28], ['12:00:00']),
        ...daily('two', [30, 3], ['12:00:00']),
        ...daily('one and the day before', [30, 29, 2], ['12:00:00']),
        ...daily('before', [2], ['12:00:00']),
        { user: 'only written to', at: day(30), event: 'email_sent' },
      ]),
    ).toEqual({
      twelve: 'power',
      eleven: 'regular',
      'eleven and the day before': 'regular',
      'eleven and the first day': 'power',
      three: 'regular',
      two: 'casual',
      'one and the day before': 'casual',
      before: '',
      'only written to': '',
    });
  });

  it('asks power for the 80 % quantile of session time', async () => {
    // Minutes of six users: 12 · (1, 2, 3, 4, 5, 6); position 5 · 0.8 = 4, so the quantile is the fifth, 60 minutes.
    const visits = [1, 2, 3, 4, 5, 6].flatMap((minutes) => daily(`m${minutes}`, upTo(12), ['12:00:00', `12:0${minutes}:00`]));
    expect(await classify(visits)).toEqual({ m1: 'regular', m2: 'regular', m3: 'regular', m4: 'regular', m5: 'power', m6: 'power' });
    // With a casual seventh of no time: position 6 · 0.8 = 4.8 of 0, 12 … 72: 48 + 0.8 · 12 = 57.6 minutes, still under 60.
    expect(await classify([...visits, { user: 'seventh', at: day(30) }])).toMatchObject({ m4: 'regular', m5: 'power', seventh: 'casual' });
    // Two microseconds less than the quantile between neighbours: (48 · 0.2 + 60 · 0.8) with one user at 57.599…
    const near = daily('near', upTo(12), ['12:00:00', '12:04:48']);
    // Eight users: 0, 12, 24, 36, 48, 57.6, 60, 72; position 5.6: 57.6 + 0.6 · 2.4 = 59.04.
    expect(await classify([...visits, { user: 'seventh', at: day(30) }, ...near])).toMatchObject({ near: 'regular', m5: 'power' });
  });

  /** Users with sessions of 1 minute on 12 days, in number enough to set the edge at 12 minutes. */
  const minute = (count: number): Visit[] =>
    Array.from({ length: count }, (_, index) => daily(`minute ${index}`, upTo(12), ['12:00:00', '12:01:00'])).flat();

  it('ends a session after a pause of more than 30 minutes', async () => {
    const found = await classify([
      ...minute(10),
      // 30 minutes on one day: one session of 30 minutes, more than 12.
      ...daily('exactly', upTo(12), ['11:00:00']),
      { user: 'exactly', at: `${day(30)} 11:30:00` },
      // A microsecond more: two sessions of one event, no time at all.
      ...daily('longer', upTo(12), ['11:00:00']),
      { user: 'longer', at: `${day(30)} 11:30:00.000001` },
      // 23:50 to 00:10 is one session of 20 minutes over midnight.
      ...daily('midnight', upTo(12), ['09:00:00']),
      { user: 'midnight', at: `${day(29)} 23:50:00` },
      { user: 'midnight', at: `${day(30)} 00:10:00` },
    ]);
    expect(found).toMatchObject({ exactly: 'power', longer: 'regular', midnight: 'power', 'minute 0': 'power' });
  });

  it('takes the sessions of the session column, and pauses where it is empty', async () => {
    const withSessions = [
      ...minute(10),
      // Two hours apart, but one session.
      ...daily('named', upTo(12), ['10:00:00', '12:00:00'], 's'),
      // 5 minutes apart, but each a session of its own.
      ...upTo(12).flatMap((number) => [
        { user: 'single', at: `${day(number)} 10:00:00`, session: `a${number}` },
        { user: 'single', at: `${day(number)} 10:05:00`, session: `b${number}` },
      ]),
      ...daily('unnamed', upTo(12), ['10:00:00', '10:05:00']),
    ];
    expect(await classify(withSessions, [], true)).toMatchObject({ named: 'power', single: 'regular', unnamed: 'power' });
    expect(await classify(withSessions, ['--session-column', 'none'], true)).toMatchObject({
      named: 'regular',
      single: 'power',
      unnamed: 'power',
    });
    expect(await classify(withSessions)).toMatchObject({ named: 'regular', single: 'power', unnamed: 'power' });
  });

  it('counts no duplicate, churn event, refund or passive event', async () => {
    const twice = daily('twice', upTo(12), ['10:00:00']);
    const repeated = { user: 'twice', at: `${day(30)} 10:29:00`, id: 'same' };
    const found = await classify([
      ...minute(10),
      ...twice,
      // Of one event id the earliest row stays: the session would be 29 minutes with the other.
      { ...repeated, at: `${day(30)} 10:00:00` },
      repeated,
      ...daily('passive', upTo(12), ['10:00:00']),
      { user: 'passive', at: `${day(30)} 10:29:00`, event: 'push_sent' },
      { user: 'passive', at: `${day(29)} 10:29:00`, event: 'refund' },
      { user: 'passive', at: `${day(28)} 10:29:00`, event: 'uninstall' },
    ]);
    expect(found).toMatchObject({ twice: 'regular', passive: 'regular' });
  });

  it('takes other numbers', async () => {
    const visits = [
      ...daily('a', [30, 29, 28], ['12:00:00', '12:08:00']),
      ...daily('b', [30, 29], ['12:00:00', '12:04:00']),
      ...daily('c', [23], ['12:00:00']),
    ];
    const flags = ['engagement.days=7', 'engagement.power_days=3', 'engagement.casual_days=1', 'engagement.session_gap_minutes=5'];
    expect(await classify(visits)).toEqual({ a: 'regular', b: 'casual', c: 'casual' });
    // 24 to 30 June; pauses of 8 minutes end a session, so a has no time, b has 8 minutes, and the quantile is 0.8 · 8 = 6.4.
    expect(
      await classify(
        visits,
        flags.flatMap((set) => ['--set', set]),
      ),
    ).toEqual({ a: 'regular', b: 'regular', c: '' });
  });

  it('agrees with a second reckoning on random histories', async () => {
    const visit = fc.record({
      user: fc.integer({ min: 0, max: 7 }),
      daysAgo: fc.oneof(fc.integer({ min: -1, max: 8 }), fc.constantFrom(26, 27, 28)),
      minute: fc.constantFrom(0, 1, 29, 30, 31, 60, 61, 600, 629, 630, 631, 1439),
      extra: fc.constantFrom('', '', '.000001', '.999999'),
      event: fc.constantFrom('view', 'view', 'view', 'email_sent', 'uninstall'),
      session: fc.constantFrom('', '', 's1', 's2'),
    });
    const met = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(visit, { minLength: 1, maxLength: 120, size: 'max' }),
        fc.boolean(),
        fc.constantFrom('UTC', 'America/New_York'),
        async (visits, hasSessions, timezone) => {
          const base = Date.UTC(2024, 5, 30);
          const seen = visits.map(({ user, daysAgo, minute: minutes, extra, event, session }) => {
            const wall = new Date(base - daysAgo * 86_400_000 + minutes * 60_000).toISOString().slice(0, 19);
            return { user: `u${user}`, at: `${wall.replace('T', ' ')}${extra}`, event, session };
          });
          // Somebody is always there before the as-of instant.
          const rows = [...seen, { user: 'first', at: '2024-06-30 08:00:00', event: 'view', session: '' }];
          const events = rows.map(({ user, at, event, session }): EngagementEvent => {
            const [seconds = '', fraction = ''] = at.split('.');
            const wall = BigInt(Date.parse(`${seconds.replace(' ', 'T')}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
            return {
              userId: user,
              atMicros: instantOfWallClock(wall, timezone),
              isActivity: event === 'view',
              sessionId: hasSessions ? session : '',
            };
          });
          const wanted = engagementOf(events, { asOf: '2024-06-30', timezone, days: 28, powerDays: 4, casualDays: 2, gapMinutes: 30 });
          const flags = ['--set', 'engagement.power_days=4', '--timezone', timezone];
          expect(await classify(rows, flags, hasSessions)).toEqual(Object.fromEntries(wanted));
          for (const segment of wanted.values()) met.add(segment);
        },
      ),
      { seed: 20240630, numRuns: 16 },
    );
    expect([...met].sort()).toEqual(['', 'casual', 'power', 'regular']);
  }, 120_000);
});
