import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOfInstant, dayOfIso, isoOfDay } from '../oracle/calendar.js';
import { engagementOf } from '../oracle/engagement.js';
import { classify, type OracleAnswer, type OracleEvent, type OraclePeople, type OracleSettings } from '../oracle/oracle.js';
import { type OracleColumns, readEvents } from '../oracle/read-events.js';
import { classifyByCommand, flagsOf, NO_SEGMENT_FILES } from '../support/classify-both-ways.js';
import { expectSameMembers, expectSameSummary } from '../support/compare-with-oracle.js';
import { writeFormat } from '../support/formats.js';
import { randomHistory } from '../support/random-history.js';
import { runCli } from '../support/run-cli.js';
import { runScript } from '../support/run-script.js';

const SEED = 20241125;
/** Of each kind of users. */
const RUNS = 15;
const MINUTES = 60_000;
const COUNTRIES = ['DE', 'FR', '', 'AT', 'other', 'DE', 'ch'];
const MAX_VALUES = 2;
const WINDOW = { days: 28, powerDays: 12, casualDays: 2, gapMinutes: 30 };

/** Which options a run has at once, and what they say of each user or row in turn. */
const draws = fc.record({
  since: fc.option(fc.constantFrom(0, 1, 10, 20, 27, 28, 60, 100, 300), { nil: undefined }),
  where: fc.constantFrom(undefined, undefined, 'country=DE', 'country!=DE', 'country='),
  asOf: fc.constantFrom('given', 'given', 'newest'),
  users: fc.boolean(),
  meets: fc.boolean(),
  identity: fc.boolean(),
  only: fc.boolean(),
  exclude: fc.boolean(),
  model: fc.constantFrom('grid' as const, 'thirds' as const, 'map125' as const),
  by: fc.constantFrom<string[]>(
    [],
    ['engagement'],
    ['property:country'],
    ['property:country', 'engagement'],
    ['property:tier', 'engagement'],
  ),
  hasSessions: fc.boolean(),
  format: fc.constantFrom('csv', 'csv', 'csv', 'jsonl', 'parquet', 'arrow'),
  signUps: fc.array(fc.constantFrom(undefined, -1, 0, 13, 14, 27, 28, 60, 400), { minLength: 5, maxLength: 11 }),
  roles: fc.array(fc.constantFrom('alias', 'listed', 'listed', 'unlisted', 'excluded'), { minLength: 7, maxLength: 13 }),
});
type Draw = typeof draws extends fc.Arbitrary<infer T> ? T : never;

interface World {
  readonly header: readonly string[];
  readonly rows: readonly string[][];
  readonly columns: OracleColumns;
  readonly events: readonly OracleEvent[];
}

/** The history with a country, and perhaps a session, on each row. */
function worldOf(csv: string, columns: OracleColumns, timezone: string, { hasSessions, where }: Draw): World {
  const [head = [], ...records]: string[][] = parse(csv);
  const header = [...head, 'country', ...(hasSessions ? ['session_id'] : [])];
  const rows = records.map((record, index) => [
    ...record,
    COUNTRIES[(index * 5) % COUNTRIES.length] ?? '',
    ...(hasSessions ? [index % 3 === 0 ? '' : `s${index % 4}`] : []),
  ]);
  const all = { ...columns, sessionId: hasSessions ? 'session_id' : undefined };
  const events = readEvents([header, ...rows].map(lineOf).join('\n'), all, timezone).map((event, index) => {
    const country = rows[index]?.[head.length] ?? '';
    return { ...event, others: [country], isFiltered: where !== undefined && !meetsWhere(country, where) };
  });
  return { header, rows, columns: all, events };
}

function meetsWhere(country: string, where: string): boolean {
  if (where === 'country=') return country === '';
  return where === 'country=DE' ? country === 'DE' : country !== 'DE';
}

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const lineOf = (cells: readonly string[]): string => cells.map(cell).join(',');
const TIERS = ['gold', 'silver', '', 'wood', 'gold'];

interface People extends OraclePeople {
  readonly tierOf: (userId: string) => string;
}

function peopleOf(draw: Draw, events: readonly OracleEvent[], asOfDay: number): People {
  const ids = [...new Set(events.map(({ userId }) => userId)), 'nobody', '0', 'who else'];
  const roleOf = (index: number): string => draw.roles[index % draw.roles.length] ?? '';
  const identity = new Map<string, string>();
  if (draw.identity) {
    for (const [index, id] of ids.entries()) {
      const to = ids[(index * 7) % Math.max(index, 1)];
      if (index > 0 && to !== undefined && roleOf(index) === 'alias') identity.set(id, to);
    }
  }
  const users = ids.flatMap((userId, index) => {
    const daysAgo = draw.signUps[index % draw.signUps.length];
    if (roleOf(index) === 'unlisted' || identity.has(userId)) return [];
    return [{ userId, signUpDay: daysAgo === undefined ? undefined : asOfDay - daysAgo }];
  });
  const tiers = new Map(users.map(({ userId }, index) => [userId, TIERS[index % TIERS.length] ?? '']));
  const tierOf = (userId: string): string => (draw.users ? (tiers.get(userId) ?? '') : '');
  return {
    identity,
    users: draw.users ? users : undefined,
    only: draw.only ? ids.filter((_, index) => index % 4 !== 0) : undefined,
    exclude: draw.exclude ? ids.filter((_, index) => roleOf(index) === 'excluded') : undefined,
    meets: draw.meets && draw.users ? (userId) => tierOf(userId) !== 'wood' : undefined,
    tierOf,
  };
}

/** By user: the segment of a property, from the latest value of each; two values at most, the rest are `other`. */
function segmentsOf(values: ReadonlyMap<string, string>): Map<string, string> {
  const named = new Map([...values].map(([userId, value]) => [userId, value === 'other' ? 'other (value)' : value]));
  const counts = new Map<string, number>();
  for (const value of named.values()) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  const kept = [...counts]
    .sort(([left, most], [right, count]) => count - most || (left < right ? -1 : 1))
    .slice(0, MAX_VALUES)
    .map(([value]) => value);
  return new Map([...named].map(([userId, value]) => [userId, value === '' ? 'unknown' : kept.includes(value) ? value : 'other']));
}

function latestCountries({ users, doings }: OracleAnswer): Map<string, string> {
  return new Map(
    users.map(({ user_id }) => {
      const own = doings.filter(({ userId, others }) => userId === user_id && others[0] !== '');
      const latest = own.reduce<(typeof own)[number] | undefined>((best, one) => {
        if (best === undefined || one.atMicros > best.atMicros) return one;
        return one.atMicros === best.atMicros && (one.others[0] ?? '') > (best.others[0] ?? '') ? one : best;
      }, undefined);
      return [user_id, latest?.others[0] ?? ''];
    }),
  );
}

/** What stands in a column of `--by`, by user. */
function furtherOf(name: string, answer: OracleAnswer, people: People, timezone: string): Map<string, string> {
  if (name === 'property:country') return segmentsOf(latestCountries(answer));
  if (name === 'property:tier') return segmentsOf(new Map(answer.users.map(({ user_id }) => [user_id, people.tierOf(user_id)])));
  return engagementOf([...answer.doings], { ...WINDOW, asOf: answer.asOf, timezone, place: answer.place });
}

describe('several options at once, the command line against the oracle', () => {
  let folder = '';
  let run = 0;
  const met = new Set<string>();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'segment-combined-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function write(name: string, lines: readonly string[]): Promise<string> {
    const path = join(folder, `${run}-${name}.csv`);
    await writeFile(path, lines.map((line) => `${line}\n`).join(''));
    return path;
  }

  async function peopleFlags(people: People): Promise<string[]> {
    const { identity, users, only, exclude } = people;
    const flags: string[] = [];
    if (identity.size > 0) flags.push('--identity', await write('map', ['from,to', ...[...identity].map(lineOf)]));
    if (users !== undefined) {
      const lines = users.map(({ userId, signUpDay }) =>
        lineOf([userId, signUpDay === undefined ? '' : isoOfDay(signUpDay), people.tierOf(userId)]),
      );
      flags.push('--users', await write('users', ['user_id,signed_up_at,tier', ...lines]));
    }
    if (only !== undefined) flags.push('--only', await write('only', ['user_id', ...only.map(cell)]));
    if (exclude !== undefined) flags.push('--exclude', await write('exclude', ['user_id', ...exclude.map(cell)]));
    return flags;
  }

  function note(flags: readonly string[], answer: OracleAnswer, draw: Draw): void {
    const words = flags.filter((word) => word.startsWith('--'));
    for (const word of words) met.add(word);
    met.add(draw.format);
    if (words.length >= 5) met.add('five at once');
    for (const [name, rows] of Object.entries(answer.rows)) if (rows > 0) met.add(`rows ${name}`);
    if (draw.since !== undefined && answer.pausedDays > 0) met.add('since with a pause');
    if (draw.since !== undefined && answer.rows.duplicate > 0) met.add('since with duplicates');
    if (draw.since !== undefined && draw.since < WINDOW.days && draw.by.includes('engagement')) met.add('since within the window');
  }

  it.each(['any', 'any, paused', 'paced, paused', 'subscribed, paused'] as const)(
    '%s users agree in every column, and in a stock engine',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(randomHistory(kind), draws, async ({ csv, columns, settings: drawn }, draw) => {
          run += 1;
          const world = worldOf(csv, columns, drawn.timezone, draw);
          const days = world.events.map(({ atMicros }) => dayOfInstant(atMicros, drawn.timezone));
          const newest = drawn.asOf === undefined ? Math.max(...days) - 2 : dayOfIso(drawn.asOf);
          const settings: OracleSettings = {
            ...drawn,
            model: draw.model,
            asOf: draw.asOf === 'given' ? isoOfDay(newest) : undefined,
            since: draw.since === undefined ? undefined : isoOfDay(newest - draw.since),
          };
          const people = peopleOf(draw, world.events, newest);
          const answer = tryClassify(world.events, settings, people);
          if (answer === undefined) return;
          // The models of money have nothing to say where there is none.
          if (draw.model === 'map125' && (answer.basis === 'activity' || columns.amount === undefined)) return;
          const by = draw.by.filter((name) => draw.users || name !== 'property:tier');
          const flags = [
            ...(await peopleFlags(people)),
            ...(draw.where === undefined ? [] : ['--where', draw.where]),
            ...(people.meets === undefined ? [] : ['--where', 'tier!=wood']),
            ...(by.length === 0 ? [] : ['--by', by.join(','), '--max-values', String(MAX_VALUES)]),
          ];
          const file = join(folder, `${run}.${draw.format}`);
          await writeFormat(draw.format, { columns: [...world.header], rows: world.rows.map((row) => [...row]) }, file, folder);
          const further = new Map(by.map((name) => [name, furtherOf(name, answer, people, settings.timezone)]));
          await classifyByCommand(
            file,
            settings,
            async (read) => {
              expectSameMembers(await read('members.csv'), answer);
              expectSameSummary(await read('summary.json'), answer);
              const members: Record<string, string>[] = parse(await read('members.csv'), { columns: true });
              for (const [name, wanted] of further) {
                const found = members.map((user) => [user['user_id'], user[name]]);
                expect(found, name).toEqual(members.map((user) => [user['user_id'], wanted.get(user['user_id'] ?? '') ?? '']));
              }
              // A stock engine reads a copy of Arrow only.
              if (run % 4 === 0 && draw.format !== 'arrow') {
                const argv = ['sql', file, ...flagsOf(settings), ...flags];
                const { stdout } = await runCli(argv, { now: new Date(Number(settings.nowMicros / 1000n)) });
                const told = ({ user_id, status, status_reason, rfm_segment, ...rest }: Record<string, unknown>): unknown[] => [
                  user_id,
                  status,
                  status_reason,
                  rfm_segment,
                  ...by.map((name) => rest[name] || null),
                ];
                const scripted = (await runScript(stdout, folder)).map(told);
                expect(scripted.sort()).toEqual(members.map(told).sort());
              }
            },
            [...flags, ...NO_SEGMENT_FILES, '--no-proof'],
          );
          note([...flags, ...flagsOf(settings)], answer, draw);
        }),
        { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: 3 * MINUTES, markInterruptAsFailure: false },
      );
    },
    5 * MINUTES,
  );

  it('met every option with others', () => {
    const wanted = [
      ...'--since --where --users --identity --only --exclude --by --pause --rfm --set'.split(' '),
      ...'csv jsonl parquet arrow'.split(' '),
      ...'used beforeSince afterAsOf duplicate filtered'.split(' ').map((name) => `rows ${name}`),
      'five at once',
      'since with a pause',
      'since with duplicates',
      'since within the window',
    ];
    expect(wanted.filter((thing) => !met.has(thing))).toEqual([]);
  });
});

/** Undefined where nobody is left to classify, or no day of the history counts. */
function tryClassify(events: readonly OracleEvent[], settings: OracleSettings, people: OraclePeople): OracleAnswer | undefined {
  const { since } = settings;
  const isIn = ({ atMicros }: OracleEvent): boolean => {
    const day = isoOfDay(dayOfInstant(atMicros, settings.timezone));
    return (since === undefined || day >= since) && (settings.asOf === undefined || day <= settings.asOf);
  };
  const isPlausible = ({ atMicros }: OracleEvent): boolean => atMicros <= settings.nowMicros;
  if (!events.some((event) => isIn(event) && isPlausible(event))) return undefined;
  const answer = classify([...events], settings, people);
  return answer.users.length === 0 || answer.historyDays < 1 ? undefined : answer;
}
