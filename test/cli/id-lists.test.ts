import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classifyPeople } from '../support/classify-people.js';
import { runCli } from '../support/run-cli.js';

const EVENTS = `user_id,time,event,amount
ann,2024-01-01,purchase,10
ann,2024-06-01,purchase,20
bob,2024-03-01,view,
007,2024-06-10,purchase,30
7,2024-06-20,view,
`;

describe('--only and --exclude', () => {
  it('leave people out, and nothing about the input changes', async () => {
    const files = { 'e.csv': EVENTS, 'ids.csv': 'user_id\nbob\n007\nnobody\n' };
    const all = await classifyPeople(files, ['e.csv']);
    const only = await classifyPeople(files, ['e.csv', '--only', 'ids.csv'], { withScript: true });
    expect(only.members.map(({ user_id }) => user_id)).toEqual(['007', 'bob']);
    expect(only.scripted.map(({ user_id }) => user_id)).toEqual(['007', 'bob']);
    // Rows of ann and 7: three.
    expect(only.summary.rows).toEqual({ total: 5, used: 2, rejected: 0, duplicate: 0, filtered: 3, after_as_of: 0, without_user: 0 });
    expect([only.summary.as_of, only.summary.history_days, only.summary.period]).toEqual([
      '2024-06-20',
      all.summary.history_days,
      all.summary.period,
    ]);
    expect(only.summary.filters).toEqual({
      where: [],
      only: { file: 'ids.csv', column: 'user_id', ids: 3, rejected: 0, without_user: 0, absent: 1 },
      exclude: null,
    });
    expect(only.summary.warnings.map(({ code }) => code)).toContain('unmatched_ids');
    // What is about each of them alone is as it was.
    for (const user of only.members) {
      const before = all.members.find(({ user_id }) => user_id === user['user_id']);
      for (const column of ['first_seen', 'last_seen', 'tenure_days', 'idle_days', 'events', 'orders', 'monetary', 'frequency']) {
        expect(user[column]).toBe(before?.[column]);
      }
    }
    const rest = await classifyPeople(files, ['e.csv', '--exclude', 'ids.csv'], { withScript: true });
    expect(rest.members.map(({ user_id }) => user_id)).toEqual(['7', 'ann']);
    expect(rest.scripted.map(({ user_id }) => user_id)).toEqual(['7', 'ann']);
    expect(rest.summary.rows).toMatchObject({ used: 3, filtered: 2 });
    // An id of --exclude that nobody has is as good as excluded.
    expect(rest.summary.warnings.map(({ code }) => code)).not.toContain('unmatched_ids');
  });

  it('hold together: those of one list without those of the other', async () => {
    const files = { 'e.csv': EVENTS, 'a.csv': 'user_id\nann\nbob\n', 'b.csv': 'user_id\nbob\n' };
    const run = await classifyPeople(files, ['e.csv', '--only', 'a.csv', '--exclude', 'b.csv']);
    expect(run.members.map(({ user_id }) => user_id)).toEqual(['ann']);
    const nobody = await classifyPeople(files, ['e.csv', '--only', 'b.csv', '--exclude', 'b.csv']);
    expect([nobody.exitCode, nobody.stderr]).toEqual([3, expect.stringContaining('[nobody-left]')]);
  });

  it('leave out people of the users file too, and count them', async () => {
    const files = { 'e.csv': EVENTS, 'u.csv': 'user_id\nann\nbob\ncid\ndan\n', 'a.csv': 'user_id\nann\ncid\n' };
    const run = await classifyPeople(files, ['e.csv', '--users', 'u.csv', '--only', 'a.csv']);
    expect(run.members.map(({ user_id, status }) => [user_id, status])).toEqual([
      ['ann', 'occasional'],
      ['cid', 'never_active'],
    ]);
    expect(run.summary.users_file?.rows).toMatchObject({ total: 4, used: 2, filtered: 2 });
  });

  it('count a row as what it is before it counts as filtered', async () => {
    const events = `${EVENTS}bob,2024-07-30,view,\n,2024-06-01,view,\nbob,never,view,\n`;
    const run = await classifyPeople({ 'e.csv': events, 'ids.csv': 'user_id\nann\n' }, [
      'e.csv',
      '--only',
      'ids.csv',
      '--as-of',
      '2024-06-20',
    ]);
    expect(run.summary.rows).toEqual({ total: 8, used: 2, rejected: 1, duplicate: 0, filtered: 3, after_as_of: 1, without_user: 1 });
  });

  it('take a segment file of an earlier run in any format', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'segment-lists-'));
    try {
      writeFileSync(join(cwd, 'e.csv'), EVENTS);
      for (const format of ['csv', 'parquet', 'jsonl']) {
        const first = await runCli(['classify', 'e.csv', '--out', format, '--format', format, '--quiet'], { cwd });
        expect(first.exitCode).toBe(0);
        const list = `${format}/status/dormant.${format}`;
        const { stdout } = await runCli(['classify', 'e.csv', '--only', list, '--dry-run', '--json'], { cwd });
        expect(JSON.parse(stdout)).toMatchObject({ filters: { only: { column: 'user_id', absent: 0 } } });
      }
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });

  it('read the first column when none is named like an id, and say so', async () => {
    const files = { 'e.csv': EVENTS, 'ids.csv': 'ann,x\nbob,y\n' };
    const run = await classifyPeople(files, ['e.csv', '--only', 'ids.csv']);
    expect(run.members.map(({ user_id }) => user_id)).toEqual(['bob']);
    expect(run.summary.warnings.find(({ code }) => code === 'list_column')?.message).toContain('its first line, "ann"');
  });

  it('count rows without an id, and refuse a list that is mostly broken', async () => {
    const files = { 'e.csv': EVENTS, 'ids.csv': 'user_id,x\nann,\n,1\n', 'bad.csv': 'user_id\nann,1\nbob,2\n' };
    const run = await classifyPeople(files, ['e.csv', '--only', 'ids.csv']);
    expect(run.summary.warnings.find(({ code }) => code === 'list_rows')?.message).toContain('0 could not be read, 1 without an id');
    const bad = await classifyPeople(files, ['e.csv', '--exclude', 'bad.csv']);
    expect([bad.exitCode, bad.stderr]).toEqual([3, expect.stringContaining('[side-rejects]')]);
  });

  it('are told by explain, also about somebody who was left out', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'segment-lists-'));
    try {
      writeFileSync(join(cwd, 'e.csv'), EVENTS);
      writeFileSync(join(cwd, 'ids.csv'), 'user_id\nann\n');
      const ann = await runCli(['explain', 'e.csv', '--only', 'ids.csv', '--user', 'ann'], { cwd });
      expect(ann.stdout).toContain('among only those in ids.csv');
      const bob = await runCli(['explain', 'e.csv', '--only', 'ids.csv', '--user', 'bob'], { cwd });
      expect([bob.exitCode, bob.stderr]).toEqual([3, expect.stringContaining('[user-filtered]')]);
      const json = await runCli(['explain', 'e.csv', '--only', 'ids.csv', '--user', 'ann', '--json'], { cwd });
      expect(JSON.parse(json.stdout)).toMatchObject({ filters: { only: { file: 'ids.csv' } } });
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});
