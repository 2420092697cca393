import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOfInstant, isoOfDay } from '../oracle/calendar.js';
import { classify, type OracleEvent, type OraclePeople } from '../oracle/oracle.js';
import { readEvents } from '../oracle/read-events.js';
import { classifyByCommand, NO_SEGMENT_FILES } from '../support/classify-both-ways.js';
import { expectSameProof } from '../support/compare-proof.js';
import { expectSameMembers, expectSameSummary } from '../support/compare-with-oracle.js';
import { randomHistory } from '../support/random-history.js';

/** With so many runs it meets every flag and kind of user below. */
const SEED = 8;
const RUNS = 18;
const MINUTES = 60_000;

/** What is drawn for people: for each of them in turn, and which files there are. */
const draws = fc.record({
  roles: fc.array(fc.constantFrom('alias', 'listed', 'listed', 'unlisted', 'excluded'), { minLength: 7, maxLength: 13 }),
  signUps: fc.array(fc.constantFrom(undefined, -1, 0, 12, 13, 14, 59, 60, 61, 400), { minLength: 5, maxLength: 11 }),
  files: fc.record({ identity: fc.boolean(), users: fc.boolean(), only: fc.boolean(), exclude: fc.boolean() }),
});

type Draw = typeof draws extends fc.Arbitrary<infer T> ? T : never;

/** Made of a draw, of the ids of the events and of three more. */
function peopleOf({ roles, signUps, files }: Draw, events: readonly OracleEvent[], asOfDay: number): OraclePeople {
  const ids = [...new Set(events.map(({ userId }) => userId)), 'nobody', '0', 'who else'];
  const roleOf = (index: number): string => roles[index % roles.length] ?? '';
  const identity = new Map<string, string>();
  // To an id before it, which may be an alias itself: chains, and no circles.
  if (files.identity) {
    for (const [index, id] of ids.entries()) {
      const to = ids[(index * 7) % Math.max(index, 1)];
      if (index > 0 && to !== undefined && roleOf(index) === 'alias') identity.set(id, to);
    }
  }
  const signUpOf = (index: number): number | undefined => {
    const daysAgo = signUps[index % signUps.length];
    return daysAgo === undefined ? undefined : asOfDay - daysAgo;
  };
  const users = ids.flatMap((userId, index) =>
    roleOf(index) === 'unlisted' || identity.has(userId) ? [] : [{ userId, signUpDay: signUpOf(index) }],
  );
  return {
    identity,
    users: files.users ? users : undefined,
    only: files.only ? ids.filter((_, index) => index % 3 !== 0) : undefined,
    exclude: files.exclude ? ids.filter((_, index) => roleOf(index) === 'excluded') : undefined,
  };
}

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

describe('random files of people, the command line against the oracle', () => {
  let folder = '';
  let run = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'segment-people-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it(
    'agree in every column',
    async () => {
      const met = new Set<string>();
      await fc.assert(
        fc.asyncProperty(randomHistory('any'), draws, async ({ csv, columns, settings }, draw) => {
          run += 1;
          const write = async (name: string, header: string, lines: readonly string[]): Promise<string> => {
            const path = join(folder, `${run}-${name}.csv`);
            await writeFile(path, [header, ...lines].map((line) => `${line}\n`).join(''));
            return path;
          };
          const events = readEvents(csv, columns, settings.timezone);
          const asOfDay = Math.max(...events.map(({ atMicros }) => dayOfInstant(atMicros, settings.timezone))) - 2;
          const asOf = isoOfDay(asOfDay);
          const people = peopleOf(draw, events, asOfDay);
          if (!events.some(({ atMicros }) => dayOfInstant(atMicros, settings.timezone) <= asOfDay)) return;
          const answer = classify(events, { ...settings, asOf }, people);
          if (answer.users.length === 0) return;
          const file = join(folder, `${run}.csv`);
          await writeFile(file, csv);
          const flags: string[] = [];
          if (people.identity.size > 0) {
            flags.push(
              '--identity',
              await write(
                'map',
                'from,to',
                [...people.identity].map((pair) => pair.map(cell).join(',')),
              ),
            );
          }
          if (people.users !== undefined) {
            const lines = people.users.map(
              ({ userId, signUpDay }) => `${cell(userId)},${signUpDay === undefined ? '' : isoOfDay(signUpDay)}`,
            );
            flags.push('--users', await write('users', 'user_id,signed_up_at', lines));
          }
          if (people.only !== undefined) flags.push('--only', await write('only', 'user_id', people.only.map(cell)));
          if (people.exclude !== undefined) flags.push('--exclude', await write('exclude', 'user_id', people.exclude.map(cell)));
          await classifyByCommand(
            file,
            { ...settings, asOf },
            async (read) => {
              expectSameMembers(await read('members.csv'), answer);
              expectSameSummary(await read('summary.json'), answer);
              expectSameProof(await read('summary.json'), answer, events, settings, people);
            },
            [...flags, ...NO_SEGMENT_FILES],
          );
          for (const flag of flags.filter((word) => word.startsWith('--'))) met.add(flag);
          if (answer.rows.filtered > 0) met.add('filtered');
          for (const user of answer.users) {
            if (user.events === '0') met.add(user.first_seen === '' ? 'nothing known' : 'only a sign-up');
            if (user.status === 'new') met.add('new');
            if (user.status === 'loyal') met.add('loyal');
          }
          if (answer.rulesOff.length > 0) met.add('rules off');
        }),
        { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: 4 * MINUTES, markInterruptAsFailure: false },
      );
      const wanted = [
        '--identity',
        '--users',
        '--only',
        '--exclude',
        'filtered',
        'nothing known',
        'only a sign-up',
        'new',
        'loyal',
        'rules off',
      ];
      expect(wanted.filter((thing) => !met.has(thing))).toEqual([]);
    },
    6 * MINUTES,
  );
});
