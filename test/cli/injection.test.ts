import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasHarmfulSigns, hasNaughtyStrings, readNaughtyStrings } from '../report/naughty-strings.js';
import { classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { stringify } from '../support/csv-text.js';
import { type RunResult, runCli } from '../support/run-cli.js';
import { corpusPath } from '../support/shared-corpora.js';

/** What a terminal, a spreadsheet, a shell, SQL, JSON, HTML or JavaScript may take for its own. */
const OWN = [
  "'; drop table members; --",
  '" or 1=1; --',
  "' or '1'='1",
  "\"; copy (select 1) to 'made.csv'; --",
  "x') as t; attach '/tmp/x.db'; --",
  '$1',
  `\${process.exit(9)}`,
  "getvariable('as_of')",
  '%s%n%x',
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  '\u009b31m',
  '\u202egpj.exe',
  'a\rb\nc\td',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '=1+1',
  '+49',
  '-5',
  '@SUM(1)',
  '\t=1',
  '＝1',
  '<script>alert(1)</script>',
  '"><img src=x>',
  'a,b;c|d\te"f\'g',
  '*',
  'user_id',
  'select',
  'NaN',
  '\u0001\u0008\u007f',
  '\ufeffx',
  '\u200b',
  ' ',
];
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

const folder = makeRunFolder();
let strings: string[] = [];
let count = 0;

beforeAll(() => {
  const payloads = hasNaughtyStrings ? readFileSync(corpusPath('csv-injection-payloads/Intruder/csv-payload.txt'), 'utf8').split('\n') : [];
  strings = [...new Set([...OWN, ...(hasNaughtyStrings ? readNaughtyStrings() : []), ...payloads])].filter((text) => text !== '');
});
afterAll(folder.remove);

function write(rows: readonly (readonly string[])[], name = 'events.csv'): string {
  count += 1;
  const path = join(folder.path, String(count));
  mkdirSync(path);
  writeFileSync(join(path, name), stringify(rows));
  return join(path, name);
}

function freshOut(): string {
  count += 1;
  return join(folder.path, `out${count}`);
}

/** No bug of ours, and nothing on a stream that a terminal would obey. */
function expectHarmless({ exitCode, stdout, stderr }: RunResult, what: string): void {
  expect(exitCode, `${what}: ${stderr}`).not.toBe(70);
  expect(hasHarmfulSigns(stdout), `${what}: stdout`).toBe(false);
  expect(hasHarmfulSigns(stderr), `${what}: stderr`).toBe(false);
}

function membersOf(out: string): Record<string, string>[] {
  return parse(readFileSync(join(out, 'members.csv')), { columns: true });
}

describe('as values', () => {
  const rowsOf = (): string[][] =>
    strings.map((text, index) => [
      text,
      strings[(index + 7) % strings.length] ?? '',
      '2024-01-01',
      '1',
      strings[(index + 13) % strings.length] ?? '',
    ]);

  it('ids, events and kept columns come out byte by byte, and the streams stay clean', async () => {
    const path = write([['user_id', 'event', 'timestamp', 'revenue', 'note'], ...rowsOf()]);
    const before = readdirSync(folder.path);
    const out = freshOut();
    expectHarmless(await runCli(['classify', path, '--keep', 'note', '--out', out, '--max-rejects', '100%']), 'the summary');
    expect(membersOf(out).map((user) => user['user_id'])).toEqual(
      [...strings].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))),
    );
    expect(new Map(membersOf(out).map((user) => [user['user_id'], user['note']]))).toEqual(
      new Map(rowsOf().map(([id, , , , note]) => [id, note])),
    );
    expect(readdirSync(folder.path).filter((name) => !before.includes(name))).toEqual([out.slice(folder.path.length + 1)]);
    expect(readdirSync(out).sort()).toEqual(['.gitignore', 'manifest.json', 'members.csv', 'rfm', 'status', 'summary.json']);
  });

  it('as JSON too, in every segment file, in colour', async () => {
    const path = write([['user_id', 'event', 'timestamp', 'revenue', 'note'], ...rowsOf()]);
    const out = freshOut();
    const run = await classifyOnce([path, '--segment-files', 'full', '--files', 'all', '--keep', 'note'], out);
    expectHarmless(run, 'the JSON');
    expect(run.summary.users).toBe(strings.length);
    const listed = readdirSync(join(out, 'status')).flatMap((name) => {
      const users: Record<string, string>[] = parse(readFileSync(join(out, 'status', name)), { columns: true });
      return users.map((user) => user['user_id'] ?? '');
    });
    expect(listed.sort()).toEqual([...strings].sort());
    const color = await runCli(['classify', path, '--dry-run'], { isTty: true, env: { FORCE_COLOR: '1', TERM: 'xterm-256color' } });
    expectHarmless({ ...color, stdout: withoutColor(color.stdout), stderr: withoutColor(color.stderr) }, 'in colour');
  });

  it('--spreadsheet-safe defuses what a spreadsheet would run, and nothing else', async () => {
    const path = write([['user_id', 'event', 'timestamp', 'revenue', 'note'], ...rowsOf()]);
    const out = freshOut();
    await classifyOnce([path, '--spreadsheet-safe', '--keep', 'note'], out);
    const safe = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
    expect(new Map(membersOf(out).map((user) => [user['user_id'], user['note']]))).toEqual(
      new Map(rowsOf().map(([id = '', , , , note = '']) => [safe(id), safe(note)])),
    );
    for (const user of membersOf(out)) for (const cell of Object.values(user)) expect(cell).not.toMatch(FORMULA);
  });

  it('explain answers for each, without a harmful sign', async () => {
    const path = write([['user_id', 'event', 'timestamp', 'revenue', 'note'], ...rowsOf()]);
    for (const id of OWN.filter((_, index) => index % 4 === 1)) {
      const result = await runCli(['explain', path, `--user=${id}`]);
      expectHarmless(result, id);
      expect(result.exitCode, `${id}: ${result.stderr}`).toBe(0);
    }
  });

  it('in a time, an amount and an event id: counted, never run', async () => {
    const rows = strings.map((text) => ['u1', text, text, text]);
    const path = write([['user_id', 'timestamp', 'revenue', 'event_id'], ['u1', '2024-01-01', '1', ''], ...rows]);
    const run = await classifyOnce([path, '--max-rejects', '100%', '--decimal', '.', '--currency', 'USD'], freshOut());
    expectHarmless(run, 'times');
    expect(run.summary.rows.total).toBe(strings.length + 1);
  });
});

describe('as currencies', () => {
  it.each(['\\X', '.', '.*', '[', '(', 'a|b', '^', '$', '\\', '{2}', '?', "'; drop table members; --"])(
    '%j in the currency column: text, never a pattern',
    async (currency) => {
      const path = write([
        ['user_id', 'timestamp', 'revenue', 'currency'],
        ['u1', '2024-01-01', '5', currency],
        ['u1', '2024-01-02', '7', currency],
        ['u1', '2024-01-03', 'xx9', currency],
      ]);
      const run = await classifyOnce([path, '--max-rejects', '100%'], freshOut());
      expectHarmless(run, currency);
      // 5 + 7; xx9 is no amount in any currency.
      expect([run.exitCode, run.summary.value_total, run.summary.bad_amounts], run.stderr).toEqual([0, '12.00', 1]);
    },
  );
});

describe('as names of columns', () => {
  it('hundreds in one header', async () => {
    const path = write([
      ['user_id', 'timestamp', ...strings],
      ['u1', '2024-01-01', ...strings],
    ]);
    const result = await runCli([
      'classify',
      path,
      '--dry-run',
      '--event-column',
      'none',
      '--value-column',
      'none',
      '--user-column',
      'user_id',
    ]);
    expectHarmless(result, 'a wide header');
  });

  it.each(OWN.filter((text) => text.trim() !== '' && text !== '\u200b'))('%j for the user, the event and a kept column', async (name) => {
    const [user, event, kept] = [`${name} u`, `${name} e`, `${name} k`];
    const path = write([
      ['timestamp', user, event, kept],
      ['2024-01-01', 'u1', 'view', 'kept'],
      ['2024-01-02', 'u2', 'purchase', 'kept'],
    ]);
    // A comma separates the names of --keep.
    const keep = kept.includes(',') ? [] : [`--keep=${kept}`];
    const out = freshOut();
    const run = await classifyOnce([path, `--user-column=${user}`, `--event-column=${event}`, ...keep], out);
    expectHarmless(run, name);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.summary.columns).toMatchObject({ user, event });
    expect(membersOf(out).map((member) => member['user_id'])).toEqual(['u1', 'u2']);
    if (keep.length > 0) expect(membersOf(out).map((member) => member[kept.trim()])).toEqual(['kept', 'kept']);
  });

  it.each<[string, string, number]>([
    ['status', 'keep-taken', 2],
    ['STATUS', 'keep-taken', 2],
    ['user_id', 'keep-taken', 2],
    ['year_revenue', 'keep-taken', 2],
    ['Plan,plan', 'keep-alike', 2],
  ])('--keep %s: two columns of one name would be a riddle', async (keep, code, exitCode) => {
    const path = write([
      ['customer_id', 'timestamp', ...keep.split(',')],
      ['u1', '2024-01-01', 'kept', 'kept'],
    ]);
    const run = await classifyOnce([path, '--user-column', 'customer_id', '--keep', keep], freshOut());
    expect(run).toMatchObject({ exitCode, stdout: '' });
    expect(run.stderr).toContain(`[${code}]`);
  });

  it('names we use within are free', async () => {
    const names = ['revenue', 'day', 'property_0', 'property_1', 'members', 'monetary_units', 'kind', 'other_columns', 'users', 'roles'];
    const path = write([
      ['customer_id', 'timestamp', ...names],
      ['u1', '2024-01-01', ...names.map((name) => `the ${name}`)],
    ]);
    const out = freshOut();
    const run = await classifyOnce([path, '--value-column', 'none', '--keep', names.join(',')], out);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(membersOf(out)).toMatchObject([Object.fromEntries(names.map((name) => [name, `the ${name}`]))]);
  });
});

describe('as names of files', () => {
  const isLegal = (name: string): boolean => {
    const bytes = Buffer.byteLength(name);
    return bytes <= 255 && !/[/\0]/.test(name) && name !== '.' && name !== '..' && !(/\\/.test(name) && /[*?[]/.test(name));
  };

  it('all of them in one run', async () => {
    count += 1;
    const base = join(folder.path, `names${count}`);
    mkdirSync(base);
    const names = strings.filter(isLegal).filter((name) => !/\.(?:jsonl|gz|zst|parquet|arrow)$/i.test(name));
    for (const [index, name] of names.entries()) writeFileSync(join(base, name), `user_id,timestamp\nu${index},2024-01-01\nu${index},x\n`);
    const made = readdirSync(base).length;
    const paths = names.map((name) => join(base, name));
    const run = await classifyOnce([...paths, '--max-rejects', '100%'], freshOut());
    expectHarmless(run, 'names of files');
    expect(run.summary.rows).toMatchObject({ used: made, rejected: made });
    expect(readdirSync(base)).toHaveLength(made);
    expectHarmless(await runCli(['classify', ...paths, '--dry-run', '--strict']), 'names of files in an error');
  });

  it('an output folder may be called anything a system takes', async () => {
    const path = write([
      ['user_id', 'timestamp'],
      ['u1', '2024-01-01'],
    ]);
    for (const name of ['o\'u"t; drop table members; --', '\u001b[31mout', '$(touch made)', '-rf', '[*?]', 'new\nline', '日本']) {
      count += 1;
      const out = join(folder.path, `odd${count}`, name);
      const result = await runCli(['classify', path, '--out', out]);
      expectHarmless(result, name);
      expect(result.exitCode, result.stderr).toBe(0);
      expect(membersOf(out)).toHaveLength(1);
    }
  });

  it('the printed SQL holds them as text', async () => {
    const path = write(
      [
        ['user_id', 'timestamp', '\u001b[31mred'],
        ['u1', '2024-01-01', ''],
      ],
      "it's\n; drop table members; --\u001b[31m.csv",
    );
    const piped = await runCli(['sql', path]);
    expect(piped.exitCode).toBe(0);
    expect(piped.stdout).not.toMatch(/^; drop table/m);
    expect(piped.stdout).toContain("it''s' || chr(10) || '; drop table members; --' || chr(27) || '[");
    expectHarmless(await runCli(['sql', path], { isTty: true }), 'sql on a terminal');
  });
});

describe('as values of flags', () => {
  const FLAGS = [
    ...['--user-column', '--event-column', '--time-column', '--value-column', '--order-column', '--event-id-column', '--currency-column'],
    ...[
      '--time-format',
      '--timezone',
      '--encoding',
      '--delimiter',
      '--decimal',
      '--currency',
      '--value-event',
      '--churn-event',
      '--risk-event',
    ],
    ...[
      '--passive-event',
      '--as-of',
      '--lookback',
      '--scoring',
      '--freeze',
      '--set',
      '--keep',
      '--max-rejects',
      '--threads',
      '--memory-limit',
    ],
    ...['--format', '--segment-files', '--files', '--temp-dir', '--progress', '--max-expand', '--rejects'],
  ];
  const VALUES = ["'; drop table members; --", "\"; attach 'x.db'; --\u001b[31m\u202e\u009b", '__proto__', '日本\n%Q'];

  it.each(FLAGS)('%s', async (flag) => {
    const path = write([
      ['user_id', 'event', 'timestamp', 'revenue'],
      ['u1', 'purchase', '2024-01-01', '1'],
    ]);
    for (const value of VALUES) {
      // A rejects file is made where it is told: in a folder of the test.
      const given = flag === '--rejects' ? join(folder.path, `r${value.replaceAll(/[/\0]/g, '')}`) : value;
      const result = await runCli(['classify', path, `${flag}=${given}`, '--dry-run'], { cwd: folder.path });
      expectHarmless(result, `${flag} ${JSON.stringify(value)}`);
      expect([0, 2, 3, 4], result.stderr).toContain(result.exitCode);
    }
  });
});

describe('SQL in names changes no answer', () => {
  it('the same members whatever events, columns and files are called', async () => {
    const histories = [0, 3, 9, 40, 80].flatMap((gap, user) => Array.from({ length: 5 }, (_, index) => [user, gap * index] as const));
    const exportOf = (columns: readonly string[], event: string): string[][] => [
      [...columns],
      ...histories.map(([user, day]) => [`u${user}`, new Date(Date.UTC(2024, 0, 1 + day)).toISOString(), event, String(user + 1)]),
    ];
    const answers = new Set<string>();
    for (const text of ['plain', "'; drop table members; --", '" union select * from members; --', '$1', "getvariable('as_of_day')"]) {
      const columns = [`user ${text}`, `time ${text}`, `event ${text}`, `value ${text}`];
      const path = write(exportOf(columns, text), `${text.replaceAll('/', '')}.csv`);
      const out = freshOut();
      const flags = ['user', 'time', 'event', 'value'].map((role, index) => `--${role}-column=${columns[index]}`);
      const run = await classifyOnce([path, ...flags, `--value-event=${text}`, '--as-of', '2024-12-31'], out);
      expect(run.exitCode, run.stderr).toBe(0);
      answers.add(readFileSync(join(out, 'members.csv'), 'utf8'));
    }
    expect(answers.size).toBe(1);
  });
});

function withoutColor(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is taken out
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '');
}
