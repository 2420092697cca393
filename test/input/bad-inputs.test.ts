import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapshot } from '../membership/publish/output-sets.js';
import { hasHarmfulSigns } from '../report/naughty-strings.js';
import { type ClassifyRun, classifyOnce, makeRunFolder, sumOfRows } from '../support/classify-once.js';
import { loadRows } from '../support/load-rows.js';
import { corpusPath, hasCorpora } from '../support/shared-corpora.js';
import { spawnCli } from '../support/spawn-cli.js';

interface BadInput {
  readonly file: string;
  readonly must: 'accept' | 'warn' | 'refuse';
  readonly expect: Readonly<Record<string, unknown>>;
}

const CASES = hasCorpora ? (JSON.parse(readFileSync(corpusPath('bad-inputs/manifest.json'), 'utf8')) as BadInput[]) : [];
const EARLIER = 'user_id,event,timestamp,revenue\nearlier,purchase,2024-01-01,5\n';

const folder = makeRunFolder();
afterAll(folder.remove);
let runs = 0;

async function run(file: string, ...flags: string[]): Promise<ClassifyRun> {
  runs += 1;
  const asOf = flags.includes('--as-of') ? [] : ['--as-of', '2024-03-28'];
  return classifyOnce([corpusPath(`bad-inputs/${file}`), ...asOf, ...flags], join(folder.path, `out${runs}`));
}

function output(): Record<string, string> {
  return snapshot(join(folder.path, `out${runs}`));
}

async function instants(file: string, timezone = 'UTC'): Promise<(string | null)[]> {
  const { rows } = await loadRows([corpusPath(`bad-inputs/${file}`)], { timezone });
  return rows.map(({ at }) => at);
}

/** What the README beside the manifest says about each counted key. */
const NUMBERS: Readonly<Record<string, (run: ClassifyRun) => number>> = {
  rows_total: ({ summary }) => summary.rows.total,
  rows_used: ({ summary }) => summary.rows.used,
  rows_rejected: ({ summary }) => summary.rows.rejected,
  duplicates: ({ summary }) => summary.rows.duplicate,
  missing_id_rows: ({ summary }) => summary.rows.without_user,
  future_rows: ({ summary }) => summary.rows.after_as_of,
  bad_revenue: ({ summary }) => summary.bad_amounts,
  users: ({ summary }) => summary.users,
  revenue_total: ({ summary }) => Number(summary.value_total),
  distinct_F_scores: ({ members }) => new Set(members.map((user) => user['frequency_score'])).size,
  distinct_M_scores: ({ members }) => new Set(members.map((user) => user['monetary_score'])).size,
  u1_monetary: ({ members }) => Number(members.find((user) => user['user_id'] === 'u1')?.['monetary']),
  u2_monetary: ({ members }) => Number(members.find((user) => user['user_id'] === 'u2')?.['monetary']),
};

/** Keys that are no number; those of one file alone stand in the tests below. */
const OTHERS: Readonly<Record<string, (run: ClassifyRun, expected: never) => void>> = {
  exit: ({ exitCode }) => expect(exitCode).not.toBe(0),
  message_mentions: ({ stderr }, words: readonly string[]) => {
    for (const word of words) expect(stderr).toMatch(new RegExp(word, 'i'));
  },
  max_message_bytes: ({ stderr }, bytes: number) => expect(Buffer.byteLength(stderr)).toBeLessThanOrEqual(bytes),
  rejected_lines: ({ summary }, lines: readonly number[]) => expect(summary.rejects.map(({ line }) => line)).toEqual(lines),
  rows_used_min: ({ summary }, rows: number) => expect(summary.rows.used).toBeGreaterThanOrEqual(rows),
  output_contains: ({ members }, ids: readonly string[]) =>
    expect(members.map((user) => user['user_id'])).toEqual(expect.arrayContaining([...ids])),
};

const OF_ONE_FILE = [
  'all_used_rows_at',
  'bad_lines',
  'distinct_plans',
  'first_timestamp',
  'max_rss_mb',
  'max_seconds',
  'mapping',
  'negative_rows',
  'utc_instants',
  'with_tz',
  'zero_rows',
  'as_of',
  'csv_for_spreadsheets',
  'terminal',
];
/** Prose; `html` has to wait for the report. */
const SAID_ELSEWHERE = ['alt', 'html', 'never', 'note', 'why'];

describe.skipIf(!hasCorpora)('shared/corpora/bad-inputs', () => {
  beforeAll(async () => {
    writeFileSync(join(folder.path, 'earlier.csv'), EARLIER);
    expect(await classifyOnce([join(folder.path, 'earlier.csv')], join(folder.path, 'earlier'))).toMatchObject({ exitCode: 0 });
  });

  it('every key of the manifest is known', () => {
    const known = new Set([...Object.keys(NUMBERS), ...Object.keys(OTHERS), ...OF_ONE_FILE, ...SAID_ELSEWHERE]);
    expect(CASES.flatMap((one) => Object.keys(one.expect)).filter((key) => !known.has(key))).toEqual([]);
    expect(CASES).toHaveLength(50);
  });

  it.each(CASES)('$file: $must', async ({ file, must, expect: expected }) => {
    const out = join(folder.path, `out${runs + 1}`);
    if (must === 'refuse') cpSync(join(folder.path, 'earlier'), out, { recursive: true });
    const result = await run(file, ...(must === 'warn' ? ['--max-rejects', '100%'] : []));
    for (const [key, number] of Object.entries(NUMBERS))
      if (key in expected) expect([key, number(result)]).toEqual([key, Number(expected[key])]);
    for (const [key, check] of Object.entries(OTHERS)) if (key in expected) check(result, expected[key] as never);
    if (must === 'refuse') {
      expect(result.exitCode).toBe(3);
      expect(result.stdout).toBe('');
      expect(output()).toEqual(snapshot(join(folder.path, 'earlier')));
    } else {
      expect(result.exitCode).toBe(0);
      expect(result.summary.rows.total).toBe(sumOfRows(result.summary));
      if (must === 'warn') expect(result.summary.warnings).not.toEqual([]);
    }
  });

  it('windows-1252.csv when told its encoding', async () => {
    const { summary, members } = await run('windows-1252.csv', '--encoding', 'windows-1252');
    expect(summary).toMatchObject({ rows: { used: 3 }, users: 3 });
    expect(members.map((user) => user['user_id'])).toContain('josé');
  });

  it('nul-bytes.csv: the record is rejected, not cut at the NUL', async () => {
    const { summary, members } = await run('nul-bytes.csv', '--max-rejects', '100%');
    expect(summary.rejects).toMatchObject([{ line: 2, reason: 'nul_byte' }]);
    expect(members).toHaveLength(1);
  });

  it('non-finite.csv: no such number in any output', async () => {
    await run('non-finite.csv', '--max-rejects', '100%');
    expect(JSON.stringify(output())).not.toMatch(/\b(?:nan|infinity|inf)\b/i);
  });

  it('mixed-line-endings.csv: a plan has no carriage return', async () => {
    const { members } = await run('mixed-line-endings.csv', '--keep', 'plan');
    expect(new Set(members.map((user) => user['plan']))).toEqual(new Set(['free', 'pro']));
  });

  it('mixed-epoch-iso.csv: every row that is used is the same instant, the other unit is rejected', async () => {
    expect(new Set(await instants('mixed-epoch-iso.csv'))).toEqual(new Set([null, '2024-01-01 00:00:00']));
    const { summary } = await run('mixed-epoch-iso.csv', '--max-rejects', '100%');
    expect(summary.rejects).toMatchObject([{ line: 3, reason: 'other_time_unit' }]);
  });

  it('offsets.csv: offsets are applied', async () => {
    expect([...(await instants('offsets.csv'))].sort()).toEqual([
      '2023-12-31 22:30:00',
      '2024-01-01 00:00:00',
      '2024-01-01 00:00:00',
      '2024-01-01 01:30:00',
    ]);
  });

  it('dst-local.csv in New York: forward in the gap, the earlier instant in the overlap', async () => {
    // 02:30 on 10 March becomes 03:30 (UTC-4); 01:30 on 3 November is first read at UTC-4.
    expect(await instants('dst-local.csv', 'America/New_York')).toEqual(
      expect.arrayContaining(['2024-03-10 07:30:00', '2024-11-03 05:30:00']),
    );
    const zone = ['--timezone', 'America/New_York'];
    expect((await run('dst-local.csv', ...zone)).summary.rows).toMatchObject({ total: 4, used: 2, after_as_of: 2 });
    expect((await run('dst-local.csv', ...zone, '--as-of', '2024-11-03')).summary.rows.used).toBe(4);
  });

  it('future-dates.csv: the year 9999 does not become the as-of date', async () => {
    runs += 1;
    const result = await classifyOnce([corpusPath('bad-inputs/future-dates.csv')], join(folder.path, `out${runs}`));
    expect(result.summary.as_of).toBe('2024-02-01');
  });

  it('refunds.csv: a refund is none of the orders, and lowers the sum', async () => {
    const { members } = await run('refunds.csv');
    expect(members.find((user) => user['user_id'] === 'u1')).toMatchObject({ monetary: '0.00' });
  });

  it.each([
    ['--decimal .', ['--decimal', '.'], 0],
    ['without the flag', [], 0],
  ])('semicolon-decimal-comma.csv %s: never read a hundred times too much', async (_, flags, exitCode) => {
    const result = await run('semicolon-decimal-comma.csv', '--max-rejects', '100%', ...flags);
    expect(result.exitCode).toBe(exitCode);
    expect(Number(result.summary.value_total)).toBeLessThanOrEqual(1254.55);
  });

  it('currency-symbols.csv with a currency: only its amounts, the others counted', async () => {
    const { summary, codes } = await run('currency-symbols.csv', '--currency', 'EUR', '--max-rejects', '100%');
    expect(codes).toContain('other_currency');
    expect(summary.bad_amounts).toBe(0);
    expect(Number(summary.value_total)).toBeGreaterThan(0);
  });

  it('ids-case-whitespace.csv, unicode-lookalike-ids.csv, nullish-ids.csv: told apart, and said so', async () => {
    for (const file of ['ids-case-whitespace.csv', 'unicode-lookalike-ids.csv'])
      expect((await run(file)).codes).toContain('near_duplicate_ids');
    expect((await run('nullish-ids.csv')).codes).toContain('placeholder_id');
  });

  it('duplicate-event-ids.csv without its id column: every row counts', async () => {
    const { summary } = await run('duplicate-event-ids.csv', '--event-id-column', 'none');
    expect(summary.rows).toMatchObject({ total: 6, used: 6, duplicate: 0 });
  });

  it('ties-out-of-order.csv: the same files whatever the order of the rows', async () => {
    const [header = '', ...rows] = readFileSync(corpusPath('bad-inputs/ties-out-of-order.csv'), 'utf8').trim().split('\n');
    const members = new Set<string>();
    for (const order of [rows, rows.toReversed()]) {
      const path = join(folder.path, 'ties.csv');
      writeFileSync(path, [header, ...order, ''].join('\n'));
      for (const threads of ['1', '4']) {
        await classifyOnce([path, '--as-of', '2024-03-28', '--threads', threads], join(folder.path, 'ties'));
        members.add(readFileSync(join(folder.path, 'ties/members.csv'), 'utf8'));
      }
    }
    expect(members.size).toBe(1);
  });

  it('frequency-60-percent-one.csv: who bought once has one score', async () => {
    const { members } = await run('frequency-60-percent-one.csv');
    const once = members.filter((user) => user['frequency'] === '1');
    expect(once).toHaveLength(60);
    expect(new Set(once.map((user) => user['frequency_score'])).size).toBe(1);
  });

  it('all-frequency-one.csv: coinciding edges are said', async () => {
    expect((await run('all-frequency-one.csv')).codes).toContain('collapsed_edges');
  });

  it('hostile-columns.csv: no event column unless it is named', async () => {
    expect((await run('hostile-columns.csv')).summary.columns['event']).toBeNull();
    const { summary } = await run('hostile-columns.csv', '--event-column', 'ev"ent');
    expect(summary.columns['event']).toBe('ev"ent');
  });

  it('injection.csv: ids as they are, or neutralised when told; nothing reaches the terminal', async () => {
    const ids = ["=cmd|' /C calc'!A0", '+1+1', '-2+3', '@SUM(1+1)', '\t=1+1'];
    const raw = await run('injection.csv');
    expect(raw.members.map((user) => user['user_id'])).toEqual(expect.arrayContaining(ids));
    const safe = await run('injection.csv', '--spreadsheet-safe');
    expect(safe.members.map((user) => user['user_id'])).toEqual(expect.arrayContaining(ids.map((id) => `'${id}`)));
    for (const { stdout, stderr } of [raw, safe]) expect(hasHarmfulSigns(stdout + stderr)).toBe(false);
  });

  it('nested.parquet when told where the fields are', async () => {
    const { summary } = await run('nested.parquet', '--user-column', 'user.id', '--time-column', 'ts');
    expect(summary).toMatchObject({ rows: { used: 50 }, users: 7 });
  });

  it('bigint-ids-epoch-ms.parquet: ids beyond 2^53 stay apart, milliseconds are told', async () => {
    const at = await instants('bigint-ids-epoch-ms.parquet');
    expect([...at].sort()[0]).toBe('2024-01-01 00:00:00');
  });

  it.skipIf(process.platform !== 'linux')('bomb.csv.gz: refused soon, with little memory', async () => {
    let peak = 0;
    let timer: NodeJS.Timeout | undefined;
    const started = performance.now();
    const { exitCode } = await spawnCli(['classify', corpusPath('bad-inputs/bomb.csv.gz'), '--out', join(folder.path, 'bomb')], {
      meanwhile: (child) => {
        timer = setInterval(() => {
          peak = Math.max(peak, peakMemory(child.pid));
        }, 20);
      },
    });
    clearInterval(timer);
    expect(exitCode).toBe(3);
    expect(performance.now() - started).toBeLessThan(30_000);
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(1024 * 1024);
  });
});

/** KiB the process has held at most; 0 when it is gone. */
function peakMemory(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
