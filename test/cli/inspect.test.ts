import { cpSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunOptions, type RunResult, runCli } from '../support/run-cli.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const SHARED = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'segment-inspect-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runCli([...argv, '--progress', 'none'], { cwd: root, ...options });
}

function write(path: string, content: string | Uint8Array): string {
  writeFileSync(join(root, path), content);
  return path;
}

interface Problem {
  readonly severity: string;
  readonly code: string;
  readonly assumed: readonly string[];
}

interface Report {
  readonly sample: boolean;
  readonly records: number;
  readonly files: readonly Record<string, unknown>[];
  readonly preset: { readonly name: string } | null;
  readonly roles: readonly {
    readonly role: string;
    readonly column: string;
    readonly reason: string;
    readonly values: readonly string[];
  }[];
  readonly columns: readonly {
    readonly column: string;
    readonly role: string | null;
    readonly filled: number;
    readonly fill_rate: number;
    readonly distinct: number;
  }[];
  readonly rows: Record<string, number> | null;
  readonly users: number | null;
  readonly times: { readonly span: { readonly first: string; readonly last: string } } | null;
  readonly ids: readonly { readonly kind: string; readonly ids: number; readonly examples: readonly string[] }[];
  readonly events: readonly {
    readonly event: string | null;
    readonly events: number;
    readonly users: number;
    readonly reach: number;
    readonly roles: readonly { readonly role: string; readonly reason: string }[];
    readonly may_mean_churn: boolean;
  }[];
  readonly calendar: {
    readonly days: readonly { readonly day: string; readonly users: number }[];
    readonly missing: readonly unknown[];
  } | null;
  readonly problems: readonly Problem[];
  readonly command: string | null;
}

async function report(...argv: string[]): Promise<Report> {
  const { stdout, exitCode, stderr } = await run(['inspect', ...argv, '--json']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

const errorsOf = ({ problems }: Report): Pick<Problem, 'code' | 'assumed'>[] =>
  problems.filter(({ severity }) => severity === 'error').map(({ code, assumed }) => ({ code, assumed }));

/** `event` → its roles with their reasons, as `role:reason`. */
const rolesOf = ({ events }: Report): Record<string, string[]> =>
  Object.fromEntries(events.map(({ event, roles }) => [event ?? '', roles.map(({ role, reason }) => `${role}:${reason}`)]));

const PLAIN = `user_id,timestamp,event,amount,plan,empty
007,2024-01-01 10:00:00,purchase,10.00,pro,
007,2024-01-02 10:00:00,view,,pro,
7,2024-01-03 10:00:00,refund,3.00,,
7,2024-01-04 10:00:00,email_sent,,free,
u3,2024-01-05 10:00:00,uninstall,,,
NULL,2024-01-05 11:00:00,plan_cancel,,,
,2024-01-05 12:00:00,view,,free,
u3,yesterday,view,,,
`;

describe('what stands in a file', () => {
  it('counts rows, fill, values, events, reach and roles as they can be counted by hand', async () => {
    const found = await report(write('events.csv', PLAIN));
    expect(found).toMatchObject({ sample: false, records: 8, users: 4, command: 'segment classify events.csv' });
    // Eight records: one without a user, one whose time is none; too few rejects to refuse.
    expect(found.rows).toEqual({ total: 8, used: 6, rejected: 1, duplicate: 0, after_as_of: 0, without_user: 1 });
    expect(found.files).toEqual([
      {
        file: 'events.csv',
        bytes: Buffer.byteLength(PLAIN),
        format: 'delimited text',
        compression: 'none',
        encoding: 'utf-8',
        delimiter: ',',
        header_line: 1,
        columns: 6,
        records: 8,
        sample: false,
      },
    ]);
    const columns = Object.fromEntries(
      found.columns.map(({ column, role, filled, fill_rate, distinct }) => [column, [role, filled, fill_rate, distinct]]),
    );
    expect(columns).toEqual({
      // 007, 7, u3, NULL; one record has none: 7 of 8.
      user_id: ['user', 7, 0.875, 4],
      timestamp: ['time', 8, 1, 8],
      event: ['event', 8, 1, 6],
      amount: ['value', 2, 0.25, 2],
      plan: [null, 4, 0.5, 2],
      empty: [null, 0, 0, 0],
    });
    expect(found.roles.map(({ role, column, reason, values }) => [role, column, reason, values])).toEqual([
      ['user', 'user_id', 'name', ['007', '7', 'u3']],
      ['time', 'timestamp', 'name', ['2024-01-01 10:00:00', '2024-01-02 10:00:00', '2024-01-03 10:00:00']],
      ['event', 'event', 'name', ['purchase', 'view', 'refund']],
      ['value', 'amount', 'name', ['10.00', '3.00']],
    ]);
    // The two views that are not used are in no count.
    expect(found.events.map(({ event, events, users, reach }) => [event, events, users, reach])).toEqual(
      ['email_sent', 'plan_cancel', 'purchase', 'refund', 'uninstall', 'view'].map((event) => [event, 1, 1, 0.25]),
    );
    expect(rolesOf(found)).toEqual({
      email_sent: ['passive:list'],
      plan_cancel: ['activity:default'],
      purchase: ['purchase:list', 'value:list', 'activity:default'],
      refund: ['refund:list', 'value:list'],
      uninstall: ['churn:list'],
      view: ['activity:default'],
    });
    expect(found.events.filter(({ may_mean_churn }) => may_mean_churn).map(({ event }) => event)).toEqual(['plan_cancel']);
    expect(found.times?.span).toEqual({ first: '2024-01-01 10:00:00', last: '2024-01-05 11:00:00' });
    expect(found.ids).toEqual([
      { kind: 'placeholder', ids: 1, examples: ['NULL'] },
      { kind: 'leading_zero', ids: 1, examples: ['007'] },
    ]);
    expect(found.calendar?.days).toEqual([
      { day: '2024-01-01', users: 1 },
      { day: '2024-01-02', users: 1 },
      { day: '2024-01-03', users: 0 },
      { day: '2024-01-04', users: 0 },
      { day: '2024-01-05', users: 1 },
    ]);
    expect(found.calendar?.missing).toEqual([{ first: '2024-01-03', last: '2024-01-04', days: 2 }]);
  });

  it('gives the roles that flags say, and says so', async () => {
    const found = await report(write('events.csv', PLAIN), '--churn-event', 'plan_cancel', '--risk-event', 'view', '--value-event', 'view');
    expect(rolesOf(found)).toMatchObject({
      // The flag replaces the list: an uninstall is activity now.
      uninstall: ['activity:default'],
      plan_cancel: ['churn:flag'],
      view: ['risk:flag', 'value:flag', 'activity:default'],
      purchase: ['purchase:list', 'activity:default'],
      refund: ['refund:list', 'value:list'],
    });
    expect(found.command).toBe('segment classify events.csv --value-event view --churn-event plan_cancel --risk-event view');
  });

  it('knows value by amounts, and refunds by negative ones', async () => {
    const rows = 'u1,2024-01-01,deposit,5\nu1,2024-01-02,deposit,-2\nu1,2024-01-03,withdrawal,-1\nu2,2024-01-04,login,\n';
    const found = await report(write('e.csv', `user_id,date,event,amount\n${rows}`));
    expect(rolesOf(found)).toEqual({
      deposit: ['value:amount', 'refund:negative_amount', 'activity:default'],
      // Every row of it is a refund, which is no activity.
      withdrawal: ['value:amount', 'refund:negative_amount'],
      login: ['activity:default'],
    });
  });

  it('drops repeated event ids before it counts', async () => {
    const rows = 'a,u1,2024-01-01,view\na,u1,2024-01-01,view\nb,u2,2024-01-02,view\n';
    const found = await report(write('e.csv', `event_id,user_id,date,event\n${rows}`));
    expect(found.rows).toMatchObject({ total: 3, used: 2, duplicate: 1 });
    expect(found.events).toMatchObject([{ event: 'view', events: 2, users: 2, reach: 1 }]);
  });

  it('shows ids that look alike side by side', async () => {
    const ids = ['Ann', 'ann', 'ＡＮＮ', 'bob', '12.0', '1.5E+10'];
    const found = await report(write('e.csv', `user_id,date\n${ids.map((id) => `${id},2024-01-01\n`).join('')}`));
    expect(found.ids).toEqual([
      { kind: 'near_duplicate', ids: 3, examples: ['Ann', 'ann', 'ＡＮＮ'] },
      { kind: 'mangled', ids: 1, examples: ['1.5E+10'] },
      { kind: 'numeric_float', ids: 1, examples: ['12.0'] },
    ]);
  });
});

describe('closed seasons', () => {
  /** Ten users on each of the weekdays of 2025; 2025-12-22 to 2025-12-31 nobody; the year after goes on. */
  const rows: string[] = [];
  for (let day = Date.UTC(2025, 8, 1); day < Date.UTC(2026, 2, 1); day += 86_400_000) {
    const iso = new Date(day).toISOString().slice(0, 10);
    const weekday = new Date(day).getUTCDay();
    const isOpen = weekday !== 0 && weekday !== 6 && (iso < '2025-12-22' || iso > '2025-12-31');
    if (isOpen) for (let user = 0; user < 10; user += 1) rows.push(`u${user},${iso},view`);
  }
  const text = `user_id,date,event\n${rows.join('\n')}\n`;

  it('are suggested with the flag, the weekend before them included', async () => {
    const { problems } = await report(write('e.csv', text));
    // 2025-12-20 is the Saturday before; 8 weekdays are empty where 10 users usually come.
    expect(problems.filter(({ code }) => code === 'closed_season')).toMatchObject([
      {
        severity: 'note',
        message:
          'activity fell 100 % for 12 days, 2025-12-20 to 2025-12-31; if that was a closed season, --pause 2025-12-20..2025-12-31 counts those days for nobody',
      },
    ]);
  });

  it('are not suggested once they are pauses', async () => {
    const { problems, command } = await report(write('e.csv', text), '--pause', '2025-12-20..2025-12-31');
    expect(problems.map(({ code }) => code)).not.toContain('closed_season');
    expect(command).toBe('segment classify e.csv --pause 2025-12-20..2025-12-31');
  });
});

describe('users who are left out', () => {
  it('are in no count', async () => {
    write('only.csv', 'user_id\n7\nu3\n');
    const found = await report(write('events.csv', PLAIN), '--only', 'only.csv');
    expect(found.users).toBe(2);
    expect(found.events.map(({ event }) => event)).toEqual(['email_sent', 'refund', 'uninstall']);
    expect(found.events.reduce((sum, { events }) => sum + events, 0)).toBe(found.rows?.['used']);
  });
});

describe('what stands in the way', () => {
  it('shows dates that can be read in two ways as with one of them, and says which', async () => {
    const found = await report(write('e.csv', 'user_id,date\nu1,03/04/2024\nu2,05/06/2024\n'));
    expect(errorsOf(found)).toEqual([{ code: 'date-order-ambiguous', assumed: ['--time-format %d/%m/%Y'] }]);
    expect(found.times?.span).toEqual({ first: '2024-04-03 00:00:00', last: '2024-06-05 00:00:00' });
    expect(found.command).toBe('segment classify e.csv --time-format %d/%m/%Y');
  });

  it('goes on after several problems, each with its own answer', async () => {
    const text = 'nutzer;datum;betrag;amount\nm\u00fcller;2024-01-02;1;1,234\nanna;2024-01-03;2;2,345\n';
    const found = await report(write('e.csv', Buffer.from(text, 'latin1')));
    expect(errorsOf(found)).toEqual([
      { code: 'encoding', assumed: ['--encoding windows-1252'] },
      { code: 'columns-missing', assumed: ['--user-column nutzer'] },
      { code: 'decimal-ambiguous', assumed: ['--decimal ,'] },
    ]);
    expect(found.roles.map(({ role, reason }) => [role, reason])).toEqual([
      ['user', 'assumed'],
      ['time', 'only_time'],
      ['value', 'name'],
    ]);
    expect(found.roles[0]?.values).toEqual(['müller', 'anna']);
    const command = found.command?.split(' ').slice(1) ?? [];
    expect((await run([...command, '--dry-run', '--quiet'])).exitCode).toBe(0);
  });

  it('says what columns there are where nothing can be a user', async () => {
    const found = await report(write('e.csv', '"",2024-01-01\n1,2024-01-02\n'));
    expect(errorsOf(found)).toMatchObject([{ code: 'columns-missing', assumed: [] }]);
    expect(found).toMatchObject({ rows: null, users: null, events: [], command: null, roles: [] });
    expect(found.columns.map(({ column, filled }) => [column, filled])).toEqual([
      ['', 1],
      ['2024-01-01', 1],
    ]);
  });

  it('counts one of several currencies', async () => {
    const found = await report(write('e.csv', 'user_id,date,amount,currency\nu1,2024-01-01,1,EUR\nu1,2024-01-02,2,USD\n'));
    expect(errorsOf(found)).toEqual([{ code: 'currencies-mixed', assumed: ['--currency EUR'] }]);
    expect(found.problems.map(({ code }) => code)).toContain('other_currency');
  });

  it('accepts more rejects than classify does', async () => {
    const found = await report(write('e.csv', 'user_id,date\nu1,2024-01-01\nu1,never\nu1,x\nu2,y\n'), '--strict');
    expect(errorsOf(found)).toEqual([{ code: 'too-many-rejects', assumed: ['--max-rejects 100%'] }]);
    expect(found.rows).toMatchObject({ total: 4, used: 1, rejected: 3 });
  });

  it('takes the nearest column for one that is not there', async () => {
    const found = await report(write('e.csv', 'user_id,date\nu1,2024-01-01\n'), '--user-column', 'usr_id');
    expect(errorsOf(found)).toEqual([{ code: 'column-absent', assumed: ['--user-column user_id'] }]);
    expect(found.command).toBe('segment classify e.csv --user-column user_id');
  });

  it('still shows columns and events where nobody is left', async () => {
    const found = await report(write('e.csv', 'user_id,date\nu1,2024-01-05\n'), '--as-of', '2024-01-01');
    expect(errorsOf(found)).toEqual([{ code: 'nobody-before-as-of', assumed: [] }]);
    expect(found.roles.map(({ column }) => column)).toEqual(['user_id', 'date']);
    expect(found.rows).toBeNull();
  });

  it.each([
    ['is not there', 'none.csv', 3],
    ['is empty', 'empty.csv', 3],
    ['is damaged', 'cut.csv.gz', 3],
    ['is no table', 'page.csv', 3],
  ])('refuses a file that %s', async (_name, path, exitCode) => {
    write('empty.csv', '');
    write('cut.csv.gz', gzipSync(PLAIN).subarray(0, 60));
    write('page.csv', '<!DOCTYPE html><html></html>');
    expect(await run(['inspect', path])).toMatchObject({ exitCode, stdout: '' });
  });
});

describe('a sample', () => {
  const ROWS = 200_000;
  const FIRST_LATE = 170_000;
  const header = 'user_id,time,event,note\n';
  const line = (row: number): string =>
    `u${row % 1000},2024-01-01 ${String(row % 24).padStart(2, '0')}:00:00,${row < FIRST_LATE ? 'view' : 'late'},"a, note\nof two lines ${row}"\n`;
  const large = `${header}${Array.from({ length: ROWS }, (_, row) => line(row)).join('')}`;

  it('takes the first whole records of a long file and says so everywhere; --full reads it all', async () => {
    const path = write('large.csv', large);
    const sample = await report(path);
    expect(sample.sample).toBe(true);
    // 8 MiB of whole records.
    let bytes = header.length;
    let records = 0;
    while (bytes + line(records).length <= 8 * 1024 * 1024) bytes += line(records++).length;
    expect(sample.records).toBe(records);
    expect(sample.rows).toMatchObject({ total: records, used: records, rejected: 0 });
    expect(sample.events.map(({ event }) => event)).toEqual(['view']);
    expect(sample.calendar).toBeNull();
    const text = (await run(['inspect', path])).stdout;
    for (const title of ['Events', 'Other columns'])
      expect(text).toMatch(new RegExp(`^${title}, of the first [\\d,]+ records, a sample$`, 'm'));
    const full = await report(path, '--full');
    expect(full).toMatchObject({ sample: false, records: ROWS, rows: { total: ROWS, used: ROWS } });
    expect(full.events.map(({ event, events }) => [event, events])).toEqual([
      ['view', FIRST_LATE],
      ['late', ROWS - FIRST_LATE],
    ]);
    expect(full.calendar?.days).toEqual([{ day: '2024-01-01', users: 1000 }]);
  });

  it.each([
    ['gzip', 'large.csv.gz', (): Uint8Array => gzipSync(large)],
    ['UTF-16', 'large16.csv', (): Uint8Array => Buffer.from(`\uFEFF${large}`, 'utf16le')],
    ['CRLF', 'crlf.csv', (): Uint8Array => Buffer.from(large.replaceAll('"\n', '"\r\n').replace('\n', '\r\n'))],
    [
      'JSON Lines',
      'large.jsonl',
      (): Uint8Array =>
        Buffer.from(
          Array.from({ length: 150_000 }, (_, row) => `{"user_id":"u${row % 9}","time":"2024-01-01","event":"view","n":${row}}\n`).join(''),
        ),
    ],
    [
      'a JSON list',
      'large.json',
      (): Uint8Array =>
        Buffer.from(
          JSON.stringify(
            Array.from({ length: 150_000 }, (_, row) => ({ user_id: `u${row % 9}`, time: '2024-01-01', event: 'view', n: row })),
          ),
        ),
    ],
  ])('has whole records of %s', async (_name, path, content) => {
    const found = await report(write(path, content()));
    expect(found.sample).toBe(true);
    expect(found.rows).toMatchObject({ used: found.records, rejected: 0 });
    expect(found.records).toBeGreaterThan(10_000);
    expect(found.problems.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });
});

describe('agreement', () => {
  const presets = readdirSync(join(FIXTURES, 'presets')).filter((name) => name !== 'cdnow.txt');

  it.each(presets)('reads %s as classify does', async (name) => {
    cpSync(join(FIXTURES, 'presets', name), join(root, name));
    const found = await report(name, '--full');
    const summary = JSON.parse((await run(['classify', name, '--dry-run', '--no-proof', '--json'])).stdout) as Record<string, unknown>;
    expect(found.rows).toEqual(summary['rows']);
    expect(found.users).toBe(summary['users']);
    expect(found.preset?.name ?? null).toBe(summary['preset']);
    expect(found.events.reduce((sum, { events }) => sum + events, 0)).toBe(found.rows?.['used']);
    expect(found.command).toBe(`segment classify ${name}`);
  });

  const real = [
    'rfm-orders/rfm_data_orders.csv',
    'cdnow/cdnow_sample.csv',
    'retentioneering-ecom/ecom.csv',
    'rees46-head/2019-Oct-head.csv',
  ];
  it.each(real.map((path) => join(SHARED, path)).filter((path) => existsSync(path)))(
    'counts the rows of %s as classify does',
    async (path) => {
      const found = await report(path, '--full');
      const summary = JSON.parse((await run(['classify', path, '--dry-run', '--no-proof', '--json'])).stdout) as Record<string, unknown>;
      expect(found.rows).toEqual(summary['rows']);
      expect(found.users).toBe(summary['users']);
    },
  );
  it.skipIf(existsSync(SHARED))(`is not compared with real data: ${SHARED} is absent`, () => undefined);
});

describe('files where a command belongs', () => {
  it('shows the headline and the summary of classify, and writes nothing', async () => {
    write('events.csv', PLAIN);
    const bare = await run(['events.csv']);
    const classified = await run(['classify', 'events.csv', '--dry-run']);
    expect(bare).toMatchObject({ exitCode: 0, stderr: '' });
    expect(bare.stdout).toBe(`events.csv: delimited text, 8 records, 4 users, 1 January to 5 January 2024.\n\n${classified.stdout}`);
    expect(readdirSync(root)).toEqual(['events.csv']);
  });

  it('takes the options of classify, also before the files, and --json', async () => {
    write('events.csv', PLAIN);
    const summary = (await run(['classify', 'events.csv', '--dry-run', '--json', '--timezone', 'Asia/Tokyo'])).stdout;
    expect((await run(['events.csv', '--json', '--timezone', 'Asia/Tokyo'])).stdout).toBe(summary);
    expect((await run(['--json', '--timezone', 'Asia/Tokyo', 'events.csv'])).stdout).toBe(summary);
  });

  it('is the command where a file is called like one', async () => {
    write('params', PLAIN);
    expect((await run(['./params'])).stdout).toContain('4 users');
    expect((await runCli(['params'], { cwd: root })).stdout).toContain('new.days');
  });

  it.each([
    ['evnts', 'segment has no command evnts. [unknown-command]', 'to read the file: segment events.csv'],
    ['clasify', 'Did you mean "classify"?', 'segment --help lists the commands.'],
    ['none.csv', 'there is no such file', 'check the path'],
    ['*.parquet', 'no file matches this pattern', 'quote the pattern'],
  ])('says of %s what is wrong', async (word, sentence, hint) => {
    write('events.csv', PLAIN);
    const { stderr, stdout, exitCode } = await runCli([word], { cwd: root });
    expect(stdout).toBe('');
    expect(exitCode).toBeGreaterThan(1);
    expect(stderr).toContain(sentence);
    expect(stderr).toContain(hint);
  });
});
