import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson, type JsonObject } from '../../src/membership/publish/canonical-json.js';
import { runCli } from '../support/run-cli.js';
import { zipArchive } from '../support/zip-archive.js';

const NOW = new Date('2026-06-10T02:00:00Z');

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-days-'));
  mkdirSync(join(cwd, 'in'));
  settings('');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function settings(more: string): void {
  const text = `inputs: [in]\nproof: false\nsegment_files: none\nmax_rejects: 100%\n${more}`;
  writeFileSync(join(cwd, 'segment.yaml'), `${text}publish: always\nout: out\n`);
  writeFileSync(join(cwd, 'once.yaml'), `${text.replace(/(dedup_days|retain): .+\n/g, '')}out: once\n`);
}

const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');
const write = (name: string, text: string): void => writeFileSync(join(cwd, 'in', name), text);
const pointer = () => JSON.parse(read('state/current.json'));

/** A night; returns what it says on stderr. */
async function night(now: Date = NOW): Promise<string> {
  const { exitCode, stderr } = await runCli(['run', '--quiet'], { cwd, now });
  expect(exitCode, stderr).toBeLessThan(2);
  return stderr;
}

/** A night and one classification of all files agree in every cell and count. */
async function nightAsOnce(now: Date = NOW): Promise<void> {
  await night(now);
  const once = await runCli(['classify', '--config', 'once.yaml', '--quiet'], { cwd, now });
  expect(once.exitCode, once.stderr).toBe(0);
  const rows = read('out/current/members.csv')
    .split('\n')
    .map((line) => line.split(','));
  const isHistory = rows[0]?.map((name) => name === 'status_since' || name === 'previous_status');
  expect(rows.map((cells) => cells.filter((_, index) => !isHistory?.[index]).join(','))).toEqual(read('once/members.csv').split('\n'));
  const summary = (folder: string) => JSON.parse(read(`${folder}/summary.json`));
  const { rows: counts, period, as_of: asOf } = summary('once');
  expect(summary('out/current')).toMatchObject({ rows: counts, period, as_of: asOf });
}

describe('a night gives what one classification of all files gives', () => {
  const HEAD = 'event_id,user_id,occurred_at,event,amount\n';

  it('where a later file tells which events carry value', async () => {
    write('1.csv', `${HEAD}a,ann,2026-06-01T08:00:00Z,add_to_cart,9\nb,bob,2026-06-01T09:00:00Z,add_to_cart,5\n`);
    await nightAsOnce();
    // Without a purchase every amount counts; with one, only those of purchases.
    write('2.csv', `${HEAD}c,ann,2026-06-02T08:00:00Z,purchase,3\n`);
    await nightAsOnce();
    expect(read('out/current/members.csv')).toMatch(/^ann,.*,3\.00,/m);
    write('3.csv', `${HEAD}d,bob,2026-06-03T08:00:00Z,purchase,4\n`);
    await nightAsOnce();
    expect(pointer().value_rule).toBe('purchases');
  });

  it('where the settings name the events that carry value, and no longer do', async () => {
    write('1.csv', `${HEAD}a,ann,2026-06-01T08:00:00Z,booked,9\nb,ann,2026-06-01T09:00:00Z,purchase,5\nc,bob,2026-06-01T09:00:00Z,tip,2\n`);
    await nightAsOnce();
    settings('value_event: [booked]\n');
    await nightAsOnce();
    expect(read('out/current/members.csv')).toMatch(/^ann,.*,9\.00,/m);
    settings('');
    await nightAsOnce();
    expect(read('out/current/members.csv')).toMatch(/^ann,.*,5\.00,/m);
  });

  it('where files reach into tomorrow, and the next night too', async () => {
    write('1.csv', `${HEAD}a,ann,2026-06-09T08:00:00Z,login,\nb,bob,2026-06-10T01:00:00Z,login,\n`);
    await nightAsOnce();
    // A day after the clock is 2026-06-11T02:00Z: what is later cannot be.
    write('2.csv', `${HEAD}c,ann,2026-06-11T01:00:00Z,login,\nd,cid,2026-06-11T03:00:00Z,login,\ne,dan,2026-06-12T09:00:00Z,login,\n`);
    await nightAsOnce();
    await nightAsOnce(new Date('2026-06-12T02:00:00Z'));
  });

  it('where what was taken for an event id turns out to be none', async () => {
    const head = 'id,user_id,occurred_at,event\n';
    write('1.csv', `${head}1,ann,2026-06-01T08:00:00Z,login\n2,bob,2026-06-01T09:00:00Z,login\n`);
    await nightAsOnce();
    write('2.csv', `${head}1,ann,2026-06-02T08:00:00Z,login\n2,ann,2026-06-02T09:00:00Z,login\n`);
    await nightAsOnce();
    write('3.csv', `${head}3,cid,2026-06-03T08:00:00Z,login\n`);
    await nightAsOnce();
  });

  it('with ids that are one person, days that do not count and events that are left out', async () => {
    writeFileSync(join(cwd, 'same.csv'), 'alias,user_id\nann2,ann\n');
    settings('identity: same.csv\nsince: 2026-06-02\nwhere: [event != ping]\nby: [engagement]\n');
    write('1.csv', `${HEAD}a,ann,2026-06-01T08:00:00Z,login,\nb,bob,2026-06-02T09:00:00Z,login,\nc,ann2,2026-06-02T09:00:00Z,login,\n`);
    await nightAsOnce();
    write('2.csv', `${HEAD}b,bob,2026-06-02T09:00:00Z,login,\nc,ann,2026-06-02T09:00:00Z,login,\nd,ann2,2026-06-03T09:00:00Z,ping,\n`);
    await nightAsOnce();
  });

  it('with what only some rows have: no user, no time, other decimals, a second copy with another amount', async () => {
    settings('keep: [plan]\n');
    const head = 'event_id,user_id,occurred_at,event,amount,plan\n';
    write('1.csv', `${head}a,ann,2026-06-01T08:00:00Z,purchase,1.5,free\nb,,2026-06-01T09:00:00Z,purchase,2,\nc,bob,never,login,,\n`);
    await nightAsOnce();
    write(
      '2.csv',
      `${head}a,ann,2026-06-01T08:00:00Z,purchase,1.123456,pro\nb,,2026-06-01T09:00:00Z,purchase,2,\nc,bob,2026-06-02,login,,\n`,
    );
    await nightAsOnce();
    write('3.csv', `${head}d,ann,2026-06-03T08:00:00Z,purchase,2.25,pro\n`);
    await nightAsOnce();
    // The copy of "a" goes: the first one is what stays.
    rmSync(join(cwd, 'in', '1.csv'));
    write('1.csv', `${head}e,bob,2026-06-01T08:00:00Z,purchase,7,free\n`);
    await nightAsOnce();
  });
});

describe('the events of one id', () => {
  const HEAD = 'event_id,user_id,occurred_at,event,amount\n';
  const spent = (): string[] =>
    [...read('out/current/members.csv').matchAll(/^(\w+),.*?,(\d+\.\d\d),/gm)].map((match) => `${match[1]} ${match[2]}`);

  it('count once where their days follow each other within dedup_days, in whatever order they come', async () => {
    settings('dedup_days: 5\n');
    const day = (id: string, name: string, number: number): void =>
      write(name, `${HEAD}${id},ann,2026-05-${String(number).padStart(2, '0')}T08:00:00Z,purchase,10\n`);
    day('x', '1.csv', 1);
    await night();
    day('x', '2.csv', 7);
    await night();
    // Six days apart: two events.
    expect(spent()).toEqual(['ann 20.00']);
    day('x', '3.csv', 4);
    await night();
    // 1, 4, 7: each within five days of the next, so all are one.
    expect(spent()).toEqual(['ann 10.00']);
    day('x', '4.csv', 20);
    await night();
    expect(spent()).toEqual(['ann 20.00']);
    // In one go it is the same.
    rmSync(join(cwd, 'state'), { recursive: true });
    rmSync(join(cwd, 'out'), { recursive: true });
    await night();
    expect(spent()).toEqual(['ann 20.00']);
    settings('dedup_days: 13\n');
    await night();
    expect(spent()).toEqual(['ann 10.00']);
  });
});

describe('the days that are kept', () => {
  const HEAD = 'user_id,occurred_at,event\n';
  beforeEach(async () => {
    write('1.csv', `${HEAD}ann,2026-06-01T08:00:00Z,login\n`);
    await night();
    write('2.csv', `${HEAD}bob,2026-06-02T08:00:00Z,login\n`);
    await night();
  });
  const piece = (): string => join(cwd, 'state/days', pointer().inputs[0].days);

  it('are counted again, with a warning, where a byte is another one or a file is gone', async () => {
    const members = read('out/current/members.csv');
    const path = join(piece(), 'days.parquet');
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(await night()).toContain(
      'the days that were kept of one file are damaged; they were counted again from the events [damaged_days]',
    );
    rmSync(join(piece(), 'piece.json'));
    expect(await night()).toContain('[damaged_days]');
    expect(await night()).not.toContain('damaged');
    expect(read('out/current/members.csv')).toBe(members);
    expect(readdirSync(join(cwd, 'state/days'))).toHaveLength(2);
  });

  it('are made for a state folder of format 1, which had none', async () => {
    const members = read('out/current/members.csv');
    const { format_version: _version, checksum: _checksum, value_rule: _rule, ...content } = pointer();
    const inputs = content.inputs.map(({ first_day: _first, last_day: _last, days: _days, ...input }: JsonObject) => input);
    const old = { ...content, inputs };
    const checksum = createHash('sha256').update(canonicalJson(old), 'utf8').digest('hex');
    writeFileSync(join(cwd, 'state/current.json'), JSON.stringify({ format_version: 1, checksum, ...old }));
    rmSync(join(cwd, 'state/days'), { recursive: true });
    expect(await night()).not.toContain('damaged');
    expect(read('out/current/members.csv')).toBe(members);
    expect(pointer()).toMatchObject({ format_version: 2, value_rule: 'amounts', inputs: [{ first_day: 20605 }, { first_day: 20606 }] });
  });
});

describe('raw_days of retain', () => {
  const HEAD = 'event_id,user_id,occurred_at,event,amount\n';
  const RETAIN = 'retain: { raw_days: 3 }\ndedup_days: 1\n';
  const rule = (window: string): string => `segments:\n  buyers: { where: 'did(purchase, last ${window}) >= 1' }\n`;
  const nightOf = async (day: number): Promise<void> => {
    write(`${day}.csv`, `${HEAD}e${day},ann,2026-06-0${day}T08:00:00Z,purchase,${day}\n`);
    await nightAsOnce();
  };
  const withEvents = (): boolean[] => pointer().inputs.map((input: { has_events: boolean }) => input.has_events);
  const tables = (): number =>
    readdirSync(join(cwd, 'state/inputs'), { recursive: true }).filter((name) => String(name).endsWith('events.parquet')).length;

  it('lets the events of older days go, whose days go on counting', async () => {
    settings(RETAIN);
    for (const day of [1, 2, 3, 4]) await nightOf(day);
    expect(withEvents()).toEqual([true, true, true, true]);
    await nightOf(5);
    // Of the 1st, more than 3 days before the 5th.
    expect(withEvents()).toEqual([false, true, true, true, true]);
    expect(tables()).toBe(4);
    await nightOf(6);
    expect(tables()).toBe(4);
    // A day after the clock is 2026-06-11T02:00Z: of the two, one event can be. All purchases are counted, those of days without events too.
    write('11.csv', `${HEAD}e11,ann,2026-06-11T01:00:00Z,purchase,1\nf,cid,2026-06-11T03:00:00Z,login,\n`);
    await nightAsOnce();
    const { published } = pointer();
    expect(JSON.parse(read(`state/runs/${published}/baseline.json`)).runs.at(-1)).toMatchObject({
      as_of: '2026-06-11',
      health: { events: { purchase: 7 } },
    });
    rmSync(join(cwd, 'in', '11.csv'));
    // A later copy of a day that was let go cannot be compared: said, not guessed.
    write('7.csv', `${HEAD}e1,ann,2026-06-01T08:00:00Z,purchase,1\nx,bob,2026-06-06T08:00:00Z,login,\n`);
    expect(await night()).toContain(
      'one file to load reaches into days whose events were let go, by raw_days of retain: event ids are not compared with those [ids_not_compared]',
    );
  });

  it('keeps what a rule reads, and says which; a rule that comes later has the files loaded again, or is told that they are gone', async () => {
    settings(`${RETAIN}${rule('2d')}`);
    for (const day of [1, 2, 3, 4, 5]) await nightOf(day);
    expect(withEvents()).toEqual([false, true, true, true, true]);
    settings(`${RETAIN}${rule('30d')}`);
    expect(await night()).toContain('events older than raw_days (3) stay, as segment buyers reads them [raw_days_kept]');
    expect(withEvents()).toEqual([true, true, true, true, true]);
    await nightAsOnce();
    settings(`${RETAIN}${rule('2d')}`);
    await nightAsOnce();
    expect(withEvents()).toEqual([false, true, true, true, true]);
    rmSync(join(cwd, 'in', '1.csv'));
    await night();
    settings(`${RETAIN}${rule('30d')}`);
    const refused = await runCli(['run', '--quiet'], { cwd, now: NOW });
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('segment buyers reads events whose files are gone') });
    expect(refused.stderr).toContain('[state-events-gone]');
    expect(refused.stderr).toContain('in/1.csv');
  });

  it('has files of archives loaded again too, and lets nothing go for a date far in the future', async () => {
    settings(RETAIN);
    const days = [1, 2, 3, 4, 5].map((day) => ({
      name: `${day}.csv`,
      content: `${HEAD}e${day},ann,2026-06-0${day}T08:00:00Z,purchase,${day}\n`,
    }));
    writeFileSync(join(cwd, 'in', 'all.zip'), zipArchive(days));
    expect((await runCli(['run', '--quiet', '--as-of', '2036-01-01'], { cwd, now: NOW })).exitCode).toBeLessThan(2);
    expect(withEvents()).toEqual([false, true, true, true, true]);
    for (const folder of ['state', 'out']) rmSync(join(cwd, folder), { recursive: true });
    await nightAsOnce();
    expect(withEvents()).toEqual([false, true, true, true, true]);
    settings(`${RETAIN}${rule('30d')}`.replace('>= 1', '>= 5'));
    await nightAsOnce();
    expect(read('out/current/members.csv')).toMatch(/^ann,.*,true/m);
  });
});
