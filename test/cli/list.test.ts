import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEMBER_COLUMNS } from '../../src/membership/members-query.js';
import { textWidth } from '../../src/report/text-width.js';
import { segmentationsOf } from '../../src/segmentation/index.js';
import { DEFAULT_RFM_MODEL } from '../../src/segmentation/rfm/models/index.js';
import { makeRunFolder } from '../support/classify-once.js';
import { type RunOptions, type RunResult, runCli } from '../support/run-cli.js';
import { spawnCli } from '../support/spawn-cli.js';

const SHOP = fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url));
const SEGMENTATIONS = segmentationsOf(DEFAULT_RFM_MODEL);

const folder = makeRunFolder();
const cwd = folder.path;
let members = '';
beforeAll(async () => {
  const classified = await runCli(['classify', SHOP, '--out', 'all', '--files', 'all', '--quiet'], { cwd });
  expect(classified.exitCode, classified.stderr).toBe(0);
  members = readFileSync(join(cwd, 'all', 'members.csv'), 'utf8');
});
afterAll(folder.remove);

function list(argv: readonly string[], options: Partial<RunOptions> = {}): Promise<RunResult> {
  return runCli(['list', ...argv], { cwd, ...options });
}

async function listed(...argv: string[]): Promise<Record<string, string>[]> {
  const { stdout, stderr, exitCode } = await list([SHOP, ...argv]);
  expect(exitCode, stderr).toBe(0);
  return parse(stdout, { columns: true });
}

const ids = (rows: readonly Record<string, string>[]): string[] => rows.map((row) => row['user_id'] ?? '');

describe('in a pipe', () => {
  it('without conditions: members.csv, byte by byte', async () => {
    expect((await list([SHOP])).stdout).toBe(members);
  });

  it('with --json: members.jsonl, byte by byte', async () => {
    await runCli(['classify', SHOP, '--out', 'lines', '--format', 'jsonl', '--quiet'], { cwd });
    const lines = readFileSync(join(cwd, 'lines', 'members.jsonl'), 'utf8');
    expect((await list([SHOP, '--json'])).stdout).toBe(lines);
    expect((await list([SHOP, '--format', 'jsonl'])).stdout).toBe(lines);
  });

  it.each(SEGMENTATIONS.map(({ name, column, segments }) => [name, column, segments.map((segment) => segment.name)] as const))(
    '%s=: the lines of members.csv, as many of each segment as the summary counts',
    async (segmentation, column, names) => {
      const [head = '', ...lines] = members.trimEnd().split('\n');
      const place = head.split(',').indexOf(column);
      const linesOf = (chosen: readonly string[]): string[] => lines.filter((line) => chosen.includes(line.split(',')[place] ?? ''));
      // No two segments are named in the same runs: those of the first run have an odd number, those of the next a 2 in it, and so on.
      for (let bit = 1; bit <= names.length; bit *= 2) {
        const chosen = names.filter((_, index) => ((index + 1) & bit) > 0);
        const { stdout } = await list([SHOP, `${segmentation}=${chosen.join(',')}`]);
        expect(stdout, chosen.join()).toBe([head, ...linesOf(chosen)].map((line) => `${line}\n`).join(''));
      }
      const summary = JSON.parse(readFileSync(join(cwd, 'all', 'summary.json'), 'utf8')) as {
        readonly segmentations: Readonly<Record<string, Readonly<Record<string, { readonly users: number }>>>>;
      };
      for (const name of names) expect(linesOf([name]), name).toHaveLength(summary.segmentations[segmentation]?.[name]?.users ?? -1);
    },
  );

  it('warnings go to stderr, nothing but members to stdout', async () => {
    const { stdout, stderr } = await list([SHOP, 'status=loyal', '--columns', 'user_id']);
    expect(stdout).toMatch(/^user_id\n(u\d{7}\n){14}$/);
    expect(stderr).toContain('[refunds]');
  });

  it('nobody: the heads alone, and no line of JSON', async () => {
    expect((await list([SHOP, 'paying=trial', '--columns', 'user_id,paying'])).stdout).toBe('user_id,paying\n');
    const nobody = 'Nobody of 240 users, as of 30 June 2026 (UTC).\n';
    const json = await list([SHOP, 'paying=trial', '--json']);
    expect(json).toMatchObject({ stdout: '', exitCode: 0 });
    for (const run of [json, await list([SHOP, 'paying=trial'])]) expect(run.stderr.startsWith(nobody)).toBe(true);
    expect((await list([SHOP, 'paying=trial', '--quiet'])).stderr).not.toContain('Nobody');
    expect((await list([SHOP, 'loyal'])).stderr).not.toContain('Nobody');
  });

  it('a reader that goes away is no error', async () => {
    const users = Array.from({ length: 30_000 }, (_, index) => `user-${String(index).padStart(6, '0')},2026-06-30,1`);
    writeFileSync(join(cwd, 'many.csv'), `user_id,order_date,amount\n${users.join('\n')}\n`);
    const run = await spawnCli(['list', 'many.csv'], {
      cwd,
      meanwhile: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
    });
    expect(run.exitCode, run.stderr).toBe(0);
  });
});

describe('conditions', () => {
  it('all hold; values of one are alternatives', async () => {
    const rows = await listed('status=at_risk,dormant', 'buyer_type=repeat', 'monetary>=90');
    expect(rows.length).toBeGreaterThan(3);
    const all: Record<string, string>[] = parse(members, { columns: true });
    expect(ids(rows)).toEqual(
      ids(
        all.filter(
          ({ status, buyer_type, monetary }) =>
            ['at_risk', 'dormant'].includes(status ?? '') && buyer_type === 'repeat' && Number(monetary) >= 90,
        ),
      ),
    );
  });

  it('!= takes users in none of the segments too', async () => {
    const [isNew, others, empty] = [await listed('visitor=new'), await listed('visitor!=new'), await listed('visitor!=new,returning')];
    expect(isNew.length + others.length).toBe(240);
    expect(new Set(empty.map(({ visitor }) => visitor))).toEqual(new Set(['']));
    expect(empty).toHaveLength(166);
  });

  it('an empty cell meets no comparison', async () => {
    const [near, far, without] = [await listed('recency_days<40'), await listed('recency_days>=40'), await listed('frequency=0')];
    expect(near.length + far.length + without.length).toBe(240);
    expect(near.every(({ recency_days }) => Number(recency_days) < 40)).toBe(true);
  });

  it('dates, numbers with decimals, texts', async () => {
    expect((await listed('last_seen>=2026-06-30')).every(({ idle_days }) => idle_days === '0')).toBe(true);
    const days = await listed('usual_interval_days<=4.23', 'usual_interval_days>4.2');
    expect(days.length).toBeGreaterThan(0);
    expect(days.every((row) => /^4\.2[123]$/.test(row['usual_interval_days'] ?? ''))).toBe(true);
    expect(new Set((await listed('status_reason=declining')).map(({ status }) => status))).toEqual(new Set(['at_risk']));
    expect((await listed('rfm_score=555,554')).every(({ rfm_score }) => rfm_score === '555' || rfm_score === '554')).toBe(true);
    expect(ids(await listed('user_id=u1533078'))).toEqual(['u1533078']);
  });

  it('a segment alone, where one segmentation has it; the column of a segmentation by either name', async () => {
    expect(ids(await listed('at_risk'))).toEqual(ids(await listed('status=at_risk')));
    expect(ids(await listed('rfm_segment=champions'))).toEqual(ids(await listed('rfm=champions')));
  });

  it('segments of another RFM model, and kept columns', async () => {
    const rows = await listed('rfm=inactive_customers', '--rfm', 'thirds', '--keep', 'country', 'country=DE');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ rfm_segment, country }) => rfm_segment === 'inactive_customers' && country === 'DE')).toBe(true);
  });

  it('files come before, between and after them, or from the config file', async () => {
    mkdirSync(join(cwd, 'conf'), { recursive: true });
    writeFileSync(join(cwd, 'conf', 'segment.yaml'), `inputs: ${JSON.stringify(SHOP)}\n`);
    const { stdout } = await list(['loyal', '--columns', 'user_id'], { cwd: join(cwd, 'conf') });
    expect((await list(['loyal', SHOP, '--columns', 'user_id', 'paying=paid'])).stdout).toBe(
      (await list([SHOP, 'paying=paid', 'loyal', '--columns', 'user_id'])).stdout,
    );
    expect(stdout).toBe((await list([SHOP, 'loyal', '--columns', 'user_id'])).stdout);
  });

  it('a file that is called like one: a condition wins by its name, a file over a segment’s name', async () => {
    const here = join(cwd, 'names');
    mkdirSync(here, { recursive: true });
    for (const name of ['status=loyal', 'loyal', 'plan=x']) writeFileSync(join(here, name), 'user_id,order_date\nzoe,2026-06-30\n');
    const only = async (...argv: string[]): Promise<string> => (await list([...argv, '--columns', 'user_id'], { cwd: here })).stdout;
    expect(await only('./status=loyal')).toBe('user_id\nzoe\n');
    expect(await only('loyal')).toBe('user_id\nzoe\n');
    expect(await only('plan=x')).toBe('user_id\nzoe\n');
    expect(await only('loyal', 'status=loyal')).toBe('user_id\n');
  });

  it.each([
    ['new', 'segment-ambiguous', 'status=new, visitor=new'],
    ['at_rsk', 'segment-unknown', 'did you mean status=at_risk?'],
    ['status=at_rsk', 'condition-segment', 'did you mean status=at_risk?'],
    ['status=at_risk,zzz', 'condition-segment', 'status has no segment zzz'],
    ['status=', 'condition-segment', 'status has no segment without a name'],
    ['rfm=inactive_customers', 'condition-segment', 'rfm has no segment inactive_customers'],
    ['statsu=at_risk', 'condition-unknown', 'did you mean status=at_risk?'],
    ['wrong!=x', 'condition-unknown', 'segmentations are status, rfm, value_tier, buyer_type, paying'],
    ['status>new', 'condition-value', 'expected status= or status!= and a text'],
    ['monetary>many', 'condition-value', 'expected a number, with up to 4 decimals'],
    ['monetary>1e3', 'condition-value', 'expected a number'],
    ['monetary>1,2', 'condition-value', 'expected one number after >'],
    ['first_seen<june', 'condition-value', 'expected a day as YYYY-MM-DD'],
    ['first_seen<2026-02-30', 'condition-value', 'expected a day as YYYY-MM-DD'],
  ])('%s is refused', async (condition, code, text) => {
    const { stderr, stdout, exitCode } = await list([SHOP, condition]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`[${code}]`);
    expect(stderr).toContain(text);
  });

  it('what is neither is a file that is not there', async () => {
    for (const argument of ['quite_another_thing', 'parts/country=DE', 'no.csv']) {
      expect((await list([SHOP, argument])).stderr, argument).toContain('[input-not-found]');
    }
  });

  it('hostile values stay values', async () => {
    const { stdout, exitCode } = await list([SHOP, `user_id=x' or '1'='1`, '--columns', 'user_id']);
    expect({ stdout, exitCode }).toEqual({ stdout: 'user_id\n', exitCode: 0 });
  });
});

describe('segmentations of --by', () => {
  const EVENTS = [
    // ann: 12 days of June, an hour each; bob: one view; cid: two days, plan changed; dee: long ago.
    ...Array.from({ length: 12 }, (_, day) => [
      `ann,2026-06-${String(10 + day)}T10:00:00,view,pro`,
      ...[20, 40, 59].map((minute) => `ann,2026-06-${String(10 + day)}T10:${minute}:00,view,pro`),
    ]).flat(),
    'bob,2026-06-30T10:00:00,view,team',
    'cid,2026-06-20T10:00:00,view,team',
    'cid,2026-06-21T10:00:00,view,pro',
    'dee,2026-01-01T10:00:00,view,',
  ];
  beforeAll(() => writeFileSync(join(cwd, 'plans.csv'), `user_id,time,event,plan\n${EVENTS.join('\n')}\n`));
  const users = async (...argv: string[]): Promise<string> => (await list(['plans.csv', ...argv, '--columns', 'user_id'])).stdout;

  it('can be asked for by name, and their segments alone', async () => {
    expect(await users('--by', 'engagement', 'engagement=power')).toBe('user_id\nann\n');
    expect(await users('--by', 'engagement', 'power')).toBe('user_id\nann\n');
    expect(await users('--by', 'engagement', 'engagement=casual')).toBe('user_id\nbob\ncid\n');
    expect(await users('--by', 'engagement', 'engagement!=casual,power')).toBe('user_id\ndee\n');
    expect(await users('--by', 'property:plan', 'property:plan=pro')).toBe('user_id\nann\ncid\n');
    expect(await users('--by', 'property:plan', 'property:plan!=pro,team')).toBe('user_id\ndee\n');
    expect(await users('--by', 'property:plan', '--max-values', '1', 'property:plan=other')).toBe('user_id\nbob\n');
    expect(await users('--by', 'property:plan,engagement', 'property:plan=pro', 'power')).toBe('user_id\nann\n');
  });

  it('are columns to show and to sort by; without conditions the lines of members.csv', async () => {
    const argv = ['plans.csv', '--by', 'property:plan,engagement', '--keep', 'plan'];
    await runCli(['classify', ...argv, '--out', 'by', '--quiet'], { cwd });
    expect((await list(argv)).stdout).toBe(readFileSync(join(cwd, 'by', 'members.csv'), 'utf8'));
    const columns = ['--columns', 'user_id,property:plan', '--sort', '-property:plan'];
    expect((await list(['plans.csv', '--by', 'property:plan', ...columns])).stdout).toBe(
      'user_id,property:plan\ndee,unknown\nbob,team\nann,pro\ncid,pro\n',
    );
    const onTerminal = await list(['plans.csv', '--by', 'engagement', 'power'], { isTty: true, columns: 80, env: { NO_COLOR: '1' } });
    expect(onTerminal.stdout).toMatch(/^user_id +engagement +status/);
  });

  it.each([
    [['engagement=power'], 'condition-without-by', 'add --by engagement.'],
    [['property:plan=pro'], 'condition-without-by', 'add --by property:plan.'],
    [['property:my plan=pro'], 'condition-without-by', "add --by 'property:my plan'."],
    [['--by', 'property:plan', 'property:plna=pro'], 'condition-unknown', 'did you mean property:plan=pro?'],
    [['--by', 'engagement', 'engagement=powr'], 'condition-segment', 'did you mean engagement=power?'],
    [['--by', 'engagement', 'powr'], 'segment-unknown', 'did you mean engagement=power?'],
    [['--by', 'engagement', 'engagement>power'], 'condition-value', 'expected engagement= or engagement!= and a text'],
  ])('%j is refused', async (argv, code, text) => {
    const { stderr, stdout, exitCode } = await list(['plans.csv', ...argv]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`[${code}]`);
    expect(stderr).toContain(text);
  });
});

describe('order and columns', () => {
  it('the greatest first, empty cells last, ties by id', async () => {
    const rows = await listed('--sort', '-recency_days,frequency', '--columns', 'user_id,recency_days,frequency');
    const wanted = (parse(members, { columns: true }) as Record<string, string>[]).toSorted((left, right) => {
      const days = (row: Record<string, string>): number => (row['recency_days'] === '' ? -1 : Number(row['recency_days']));
      const orders = Number(left['frequency']) - Number(right['frequency']);
      return days(right) - days(left) || orders || ((left['user_id'] ?? '') < (right['user_id'] ?? '') ? -1 : 1);
    });
    expect(ids(rows)).toEqual(ids(wanted));
  });

  it('the least first has empty cells last too', async () => {
    const rows = await listed('--sort', 'recency_days', '--columns', 'recency_days');
    const values = rows.map(({ recency_days }) => recency_days ?? '');
    const filled = values.filter((value) => value !== '').map(Number);
    expect(filled).toEqual(filled.toSorted((left, right) => left - right));
    expect(values.indexOf('')).toBe(filled.length);
  });

  it('some of them, in the order that is asked for, each once', async () => {
    const { stdout } = await list([SHOP, '--columns', 'status,user_id,status', '--limit', '1']);
    expect(stdout.split('\n')[0]).toBe('status,user_id');
    expect((await list([SHOP, '--columns', 'all', '--limit', '1'])).stdout.split('\n')[0]).toBe(MEMBER_COLUMNS.join(','));
  });

  it.each([
    [['--columns', 'usr_id'], '--columns: members has no column usr_id. [member-column-unknown]', 'did you mean user_id?'],
    [['--sort', '-monetry'], '--sort: members has no column monetry. [member-column-unknown]', 'did you mean monetary?'],
    [['--columns', 'xyz'], '--columns: members has no column xyz.', 'segment help columns lists them'],
    [['--limit', '0'], 'bad-option-value', ''],
    [['--format', 'parquet'], 'bad-option-value', ''],
  ])('%j is refused', async (flags, text, hint) => {
    const { stderr, exitCode } = await list([SHOP, ...flags]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(text);
    expect(stderr).toContain(hint);
  });

  it('defuses formulas where it is asked to, as the files do', async () => {
    writeFileSync(join(cwd, 'formulas.csv'), 'user_id,order_date\n=1+1,2026-06-30\nb,2026-06-30\n');
    const safe = await list(['formulas.csv', '--spreadsheet-safe', '--columns', 'user_id']);
    expect(safe.stdout).toBe("user_id\n'=1+1\nb\n");
    expect((await list(['formulas.csv', '--columns', 'user_id'])).stdout).toBe('user_id\n=1+1\nb\n');
  });
});

describe('on a terminal', () => {
  const onTerminal = (argv: readonly string[], columns = 80): Promise<RunResult> =>
    list(argv, { isTty: true, columns, env: { NO_COLOR: '1' } });

  it.each([40, 80, 120, 160])('is a table of %i columns, with how many there are', async (columns) => {
    const { stdout } = await onTerminal([SHOP], columns);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.every((line) => textWidth(line) <= columns)).toBe(true);
    expect(lines[0]).toMatch(/^user_id +status/);
    expect(lines.indexOf('')).toBe(51);
    expect(lines.slice(52).join(' ')).toBe('240 users, as of 30 June 2026 (UTC). 50 of them stand here; --limit all shows every one.');
  });

  it('shows all where it may, the sorted column beside the id', async () => {
    const { stdout } = await onTerminal([SHOP, 'at_risk', '--sort', '-monetary']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^user_id +monetary +status/);
    expect(lines[1]).toMatch(/^u1451723 +249\.00 +at_risk +declining/);
    expect(lines).toHaveLength(1 + 7 + 1 + 1);
    expect(lines.at(-1)).toBe('7 users of 240, as of 30 June 2026 (UTC).');
    expect((await onTerminal([SHOP, '--limit', 'all'])).stdout.split('\n').length).toBe(240 + 1 + 3);
    expect((await onTerminal([SHOP, 'paying=trial'])).stdout).toBe('Nobody of 240 users, as of 30 June 2026 (UTC).\n');
  });

  it('the columns that are asked for, however wide', async () => {
    const { stdout } = await onTerminal([SHOP, '--columns', 'all', '--limit', '1']);
    expect(stdout.split('\n')[0]?.trim().split(/ +/)).toEqual([...MEMBER_COLUMNS]);
  });

  it('with --quiet the members alone; with --format what a pipe gets', async () => {
    const quiet = await onTerminal([SHOP, 'loyal', '--quiet']);
    expect(quiet.stdout.trimEnd().split('\n')).toHaveLength(15);
    expect((await onTerminal([SHOP, '--format', 'csv'])).stdout).toBe(members);
  });

  it('texts from data obey nobody, and push nothing off the screen', async () => {
    const hostile = ['\u001b[31mred', 'a\u0007b', '漢字かな', 'x'.repeat(200), '\u202eevil', '👩‍👩‍👧', '"quoted"'];
    const rows = hostile.map((id) => `"${id.replaceAll('"', '""')}",2026-06-30,5`);
    writeFileSync(join(cwd, 'hostile.csv'), `user_id,order_date,amount\n${rows.join('\n')}\n`);
    for (const argv of [['hostile.csv'], ['hostile.csv', '--format', 'csv'], ['hostile.csv', '--json']]) {
      const { stdout, exitCode } = await onTerminal(argv);
      expect(exitCode).toBe(0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    const { stdout } = await onTerminal(['hostile.csv']);
    expect(stdout.split('\n').every((line) => textWidth(line) <= 80)).toBe(true);
    // In a pipe the id stays as it is.
    expect((await list(['hostile.csv', '--columns', 'user_id'])).stdout).toContain('\u001b[31mred\n');
  });

  it('many users come in their order, under one line of heads', async () => {
    const days = Array.from({ length: 5_000 }, (_, index) => `user-${String(index).padStart(5, '0')},2026-06-30,${(index * 7919) % 5_003}`);
    writeFileSync(join(cwd, 'thousands.csv'), `user_id,order_date,amount\n${days.join('\n')}\n`);
    const { stdout } = await onTerminal(['thousands.csv', '--sort', '-monetary', '--limit', 'all', '--columns', 'user_id,monetary']);
    const lines = stdout.split('\n').slice(1, 5_001);
    const amounts = lines.map((line) => Number(line.split(/ +/)[1]));
    expect(amounts).toHaveLength(5_000);
    expect(amounts).toEqual(amounts.toSorted((left, right) => right - left));
    expect(stdout.match(/user_id/g)).toHaveLength(1);
  });
});
