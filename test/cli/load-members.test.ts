import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadMembers, prepareMembers } from '../../src/cli/load-members.js';
import { withSession } from '../../src/cli/session.js';
import type { Row } from '../../src/engine/database.js';
import { findInputFiles } from '../../src/input/sources.js';
import { sql } from '../../src/sql/sql.js';
import { runCli } from '../support/run-cli.js';
import { silentIo } from '../support/silent-io.js';

const EVENTS = [
  'user_id,event,occurred_at,revenue,city',
  '007,signup,2026-01-05,,Köln',
  '007,purchase,2026-02-10,10.5,"a ""quoted"", one"',
  '=1+1,login,2026-06-01,,',
  "'kept,login,2026-06-20,,-5",
  '1e5,purchase,2026-06-29,1234567.25,@x',
  '1e5,refund,2026-06-30,4.1,',
].join('\n');

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-load-members-'));
  writeFileSync(join(cwd, 'events.csv'), `${EVENTS}\n`);
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const SETTINGS = {
  threads: 1,
  memoryLimit: 1e9,
  tempDir: undefined,
  maxExpand: 200,
  quiet: true,
  json: false,
  verbose: false,
  color: false,
  progress: 'none',
} as const;

/** The table of a file of members as text cells, and the types of its columns. */
async function loaded(path: string, isSpreadsheetSafe = false): Promise<{ readonly rows: readonly Row[]; readonly types: Row }> {
  const members = await findInputFiles([join(cwd, path)], cwd);
  return withSession(silentIo(cwd), SETTINGS, { inputs: [], members, output: undefined }, async (session) => {
    const [file] = members;
    if (file === undefined) throw new Error('no file');
    await loadMembers(session, 'members_before', await prepareMembers(session, file, { maxExpand: 200 }), { isSpreadsheetSafe });
    const described = await session.database.rows<{ column_name: string; column_type: string }>(sql`describe members_before`);
    return {
      rows: await session.database.rows(sql`select columns(*)::varchar from members_before order by user_id`),
      types: Object.fromEntries(described.map(({ column_name: name, column_type: type }) => [name, type])),
    };
  });
}

const classify = (...argv: string[]) => runCli(['classify', 'events.csv', '--keep', 'city', '--out', 'out', '--quiet', ...argv], { cwd });

describe('a members file read back', () => {
  it.each(['csv', 'parquet', 'jsonl', 'arrow'])('has every cell as the CSV has it, in the types of members: %s', async (format) => {
    expect((await classify('--format', 'csv')).exitCode).toBe(0);
    const written = parse(readFileSync(join(cwd, 'out', 'members.csv'), 'utf8'), { columns: true }) as Record<string, string>[];
    expect(written.map((row) => row['user_id'])).toEqual(["'kept", '007', '1e5', '=1+1']);
    expect((await classify('--format', format)).exitCode).toBe(0);
    const { rows, types } = await loaded(`out/members.${format}`);
    expect(rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell ?? ''])))).toEqual(written);
    expect(types).toMatchObject({ user_id: 'VARCHAR', orders: 'BIGINT', last_seen: 'DATE', monetary: 'DECIMAL(38,2)', city: 'VARCHAR' });
  });

  it('loses the sign that kept a spreadsheet from running it', async () => {
    expect((await classify('--spreadsheet-safe')).exitCode).toBe(0);
    const { rows } = await loaded('out/members.csv', true);
    expect(rows.map((row) => row['user_id'])).toEqual(["'kept", '007', '1e5', '=1+1']);
    expect(rows.map((row) => row['city'])).toEqual(['-5', 'a "quoted", one', '@x', null]);
  });

  it('fills what it lacks, and keeps what else it has', async () => {
    writeFileSync(join(cwd, 'few.csv'), 'team,Status,user_id,rfm_segment\nred,new,b,prospects\nblue,loyal,a,champions\n');
    const { rows, types } = await loaded('few.csv');
    expect(rows.map(({ user_id, status, rfm_segment, orders, team }) => [user_id, status, rfm_segment, orders, team])).toEqual([
      ['a', 'loyal', 'champions', null, 'blue'],
      ['b', 'new', 'prospects', null, 'red'],
    ]);
    expect(types).toMatchObject({ monetary: 'DECIMAL(38,2)', idle_days: 'BIGINT', team: 'VARCHAR' });
  });

  it.each([
    ['without what members have', 'user_id,status\na,new\n', 'members-column-missing'],
    ['with a status that there is not', 'user_id,status,rfm_segment\na,fresh,prospects\n', 'members-unreadable'],
    ['without a status', 'user_id,status,rfm_segment\na,,prospects\n', 'members-unreadable'],
    ['without a user', 'user_id,status,rfm_segment\n,new,prospects\n', 'members-unreadable'],
    ['with a word for a number', 'user_id,status,rfm_segment,idle_days\na,new,prospects,few\n', 'members-unreadable'],
    ['with a user twice', 'user_id,status,rfm_segment\na,new,prospects\na,loyal,prospects\n', 'members-repeated'],
    ['with a record that does not fit', 'user_id,status,rfm_segment\na,new,prospects\nb,new\n', 'members-rows'],
  ])('is refused %s', async (_what, text, code) => {
    writeFileSync(join(cwd, 'bad.csv'), text);
    await expect(loaded('bad.csv')).rejects.toMatchObject({ code, kind: 'input' });
  });
});
