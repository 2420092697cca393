import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import { differenceFromClean, type Members, publishedMembers } from '../support/clean-members.js';
import { seeded } from '../support/messy-export.js';
import { killOwners, makeWorld, runIn, runNight } from '../support/nightly-world.js';
import { isoDay, morningAfter, SHOP_HEAD, SimulatedShop } from '../support/simulated-shop.js';
import { type FaultCode, watchFiles } from '../support/watched-files.js';

const SEED = Number(process.env['SEGMENT_FAULT_SEED'] ?? 20_260);
const NIGHTS = Number(process.env['SEGMENT_SOAK_NIGHTS'] ?? 400);
const USERS = 40;
const CHECK_EVERY = 20;
/** Days of the first export: enough history for every status. */
const FIRST_DAYS = 100;
/** Files that are gone cannot be read anew, so what they are read by changes only before the first of them goes. */
const FIRST_GONE = NIGHTS / 2;
const CODES = ['EIO', 'ENOSPC', 'EDQUOT', 'EMFILE', 'EACCES', 'EROFS'] as const;
const OWN_RULES = [
  'buyers: { goal: sell, where: { did: { event: purchase, in: last 60 days } } }',
  'buyers: { goal: sell, where: { did: { event: purchase, at_least: 2, in: last 90 days } } }',
  'quiet: { goal: wake, where: { not: { did: { event: login, in: last 30 days } } } }',
];
const READING_RULES = ['special: { goal: sell, where: { did: { event: purchase, where: { plan: p1 } } } }', ''];
const LOOKBACKS = ['365', '180', 'all'];

let cwd: string;
beforeAll(() => {
  cwd = realpathSync(mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'segment-soak-')));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface StatusRow {
  readonly status: string;
  readonly since: string;
  readonly before: string;
}
/** What runs said of users, by as-of date: from it follows what the next one has to say. */
type Told = ReadonlyMap<string, StatusRow>;

/** What the history columns have to be, worked out from the published members alone. */
function historyOf(members: Members, asOf: string, earlier: Told | undefined): Told {
  return new Map(
    [...members].map(([user, { status = '' }]) => {
      const known = earlier?.get(user);
      if (earlier === undefined) return [user, { status, since: '', before: '' }];
      if (known?.status === status) return [user, known];
      return [user, { status, since: asOf, before: known?.status ?? '' }];
    }),
  );
}

it(`${NIGHTS} nights of faults, late and corrected files, changed rules and seasons end as one clean classification`, async () => {
  process.stdout.write(`SEGMENT_FAULT_SEED=${SEED}\n`);
  const random = seeded(SEED);
  const chance = (share: number): boolean => random() < share;
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];
  const shop = new SimulatedShop(random, USERS, FIRST_DAYS + NIGHTS);
  const rules = { own: OWN_RULES[0], reading: '', lookback: '365' };
  const configure = (): void => {
    const own = [rules.own, rules.reading].filter((rule) => rule !== '').map((rule) => `  ${rule}\n`);
    makeWorld(
      cwd,
      `proof: false\nsegment_files: none\npublish: always\nlookback: ${rules.lookback}\nmax_rejects: 100%\nsegments:\n${own.join('')}`,
    );
  };
  configure();

  /** What counts, by the name of the file: what is gone still does. */
  const counted = new Map<string, Buffer>();
  const put = (name: string, content: string | Buffer): void => {
    const bytes = Buffer.from(content);
    writeFileSync(join(cwd, 'in', name), name.endsWith('.gz') ? gzipSync(bytes) : bytes);
    counted.set(name, bytes);
  };
  const text = (name: string): string => counted.get(name)?.toString() ?? SHOP_HEAD;
  put(
    'start.csv',
    SHOP_HEAD +
      Array.from({ length: FIRST_DAYS }, (_, day) => shop.linesOf(day))
        .flat()
        .join(''),
  );

  const told = new Map<string, Told>();
  let late: string[] = [];
  let recent: string[] = [];
  const seen = { failed: 0, faults: 0, checks: 0, copies: 0, corrected: 0, gone: 0, pointers: 0 };
  for (let night = 0; night < NIGHTS; night++) {
    const day = FIRST_DAYS + night;
    const now = morningAfter(day);
    const what = `night ${night}, the export of ${isoDay(day)}`;

    // Some lines come days later, in the file of another day; some come twice.
    const lines = shop.linesOf(day);
    const held = lines.filter(() => chance(0.05));
    const repeated = recent.filter(() => chance(0.05));
    const fresh = [...lines.filter((line) => !held.includes(line)), ...late.filter(() => chance(0.3)), ...repeated];
    late = [...late.filter((line) => !fresh.includes(line)), ...held];
    recent = [...recent, ...lines].slice(-200);
    const month = `${isoDay(day).slice(0, 7)}.csv`;
    if (Math.floor(day / 60) % 2 === 0) put(`${isoDay(day)}.csv${chance(0.2) ? '.gz' : ''}`, SHOP_HEAD + fresh.join(''));
    else put(month, text(month) + fresh.join(''));

    const there = readdirSync(join(cwd, 'in'));
    const newest = there.filter((name) => counted.has(name)).slice(-10);
    const chosen = pick(newest) ?? 'start.csv';
    for (const name of there.filter((one) => one.startsWith('copy-'))) rmSync(join(cwd, 'in', name));
    const turn = random();
    if (turn < 0.05) {
      put(
        chosen,
        `${text(chosen)
          .split('\n')
          .filter((_, index) => index === 0 || !chance(0.1))
          .join('\n')}`,
      );
      seen.corrected += 1;
    } else if (turn < 0.1) {
      copyFileSync(join(cwd, 'in', chosen), join(cwd, 'in', `copy-${chosen}`));
      seen.copies += 1;
    } else if (turn < 0.13) {
      utimesSync(join(cwd, 'in', chosen), now, now);
    } else if (turn < 0.16) {
      const renamed = `again-${night}-${chosen}`;
      renameSync(join(cwd, 'in', chosen), join(cwd, 'in', renamed));
      const bytes = counted.get(chosen);
      counted.delete(chosen);
      if (bytes !== undefined) counted.set(renamed, bytes);
    } else if (night > FIRST_GONE && turn < 0.26) {
      // An export job that keeps two months.
      const oldest = there.find((name) => counted.has(name) && !newest.includes(name));
      if (oldest !== undefined) {
        rmSync(join(cwd, 'in', oldest));
        seen.gone += 1;
      }
    }
    if (chance(0.05)) Object.assign(rules, { own: pick(OWN_RULES), lookback: pick(LOOKBACKS) });
    if (night < FIRST_GONE && chance(0.02)) Object.assign(rules, { reading: pick(READING_RULES) });
    configure();
    if (night > 0 && chance(0.02)) {
      truncateSync(join(cwd, 'state', 'current.json'), 100);
      seen.pointers += 1;
    }

    // A night may fail at any call on a file, once or twice, and is run again; or not before the next one.
    let result = { exitCode: 4, stdout: '', stderr: '' };
    const faults = chance(0.25) ? 1 + Math.floor(random() * 2) : 0;
    for (let attempt = 0; attempt <= faults && result.exitCode > 1; attempt++) {
      const isDisturbed = attempt < faults;
      result = isDisturbed ? await disturbed(now, Math.floor(random() * 900), pick(CODES) ?? 'EIO') : await runNight(cwd, { now });
      seen.faults += isDisturbed ? 1 : 0;
      if (isDisturbed) killOwners(cwd);
      else expect(result.exitCode, `${what}: ${result.stderr}`).toBeLessThan(2);
      expect([0, 1, 2, 3, 4], `${what}: ${result.stderr}`).toContain(result.exitCode);
      if (isDisturbed && chance(0.3)) break;
    }
    expect(await verifyOutputs(join(cwd, 'out', 'current')), what).toEqual(night === 0 && result.exitCode > 1 ? undefined : []);
    if (result.exitCode > 1) {
      seen.failed += 1;
      continue;
    }
    const { as_of: asOf } = JSON.parse(readFileSync(join(cwd, 'out', 'latest.json'), 'utf8')) as { as_of: string };
    const members = publishedMembers(cwd);
    const before = [...told.keys()]
      .filter((date) => date < asOf)
      .sort()
      .at(-1);
    told.set(asOf, historyOf(members, asOf, before === undefined ? undefined : told.get(before)));
    const history = [...members].map(([user, row]) => [user, row['status'], row['status_since'], row['previous_status']]);
    const wanted = [...(told.get(asOf) ?? [])].map(([user, { status, since, before: previous }]) => [user, status, since, previous]);
    expect(history, what).toEqual(wanted);
    if (night % CHECK_EVERY === 0 || night === NIGHTS - 1) {
      seen.checks += 1;
      expect(await differenceFromClean(cwd, distinct(counted), now), what).toEqual([]);
    }
  }
  process.stdout.write(`${JSON.stringify(seen)}\n`);
  const last = await runNight(cwd, { now: morningAfter(FIRST_DAYS + NIGHTS - 1) });
  expect(last.exitCode, last.stderr).toBeLessThan(2);
  expect(await differenceFromClean(cwd, distinct(counted), morningAfter(FIRST_DAYS + NIGHTS))).toEqual([]);
  await expectWhole();
  const verified = await runIn(cwd, ['runs', 'verify', '--config', join(cwd, 'segment.yaml')], { now: morningAfter(FIRST_DAYS + NIGHTS) });
  expect(verified, verified.stderr).toMatchObject({ exitCode: 0 });
});

/** Files of one content count once. Packed ones lie unpacked where everything is classified at once. */
function distinct(counted: ReadonlyMap<string, Buffer>): Map<string, Buffer> {
  const names = new Map([...counted].map(([name, bytes]) => [bytes.toString('latin1'), name]));
  return new Map([...names].map(([content, name]) => [name.replace(/\.gz$/, ''), Buffer.from(content, 'latin1')]));
}

async function disturbed(now: Date, at: number, code: FaultCode): Promise<Awaited<ReturnType<typeof runNight>>> {
  let count = 0;
  const done = watchFiles({
    root: cwd,
    judge: () => {
      count += 1;
      return count === at ? code : undefined;
    },
  });
  return runNight(cwd, { now }).finally(done);
}

/** Every run that the pointer names is whole, and nothing else is there. */
async function expectWhole(): Promise<void> {
  const { runs, inputs } = JSON.parse(readFileSync(join(cwd, 'state', 'current.json'), 'utf8')) as {
    runs: readonly { id: string }[];
    inputs: readonly { folder: string }[];
  };
  expect(readdirSync(join(cwd, 'state', 'runs')).sort()).toEqual(runs.map(({ id }) => id).sort());
  expect(readdirSync(join(cwd, 'state', 'inputs')).sort()).toEqual([...new Set(inputs.map(({ folder }) => folder))].sort());
  for (const { id } of runs) {
    expect(await verifyOutputs(join(cwd, 'state', 'runs', id)), id).toEqual([]);
    expect(readdirSync(join(cwd, 'state', 'runs', id)).filter((name) => name.startsWith('.segment'))).toEqual([]);
  }
  expect(readdirSync(join(cwd, 'tmp'))).toEqual([]);
  expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['.gitignore', 'current', 'latest.json', 'sets']);
}
