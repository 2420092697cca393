import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ClassifyRun, classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';

/** The engine reads a text file in pieces of 8,000,000 bytes; what begins or ends at their borders must not get lost. */
const folder = makeRunFolder();
afterAll(folder.remove);
let runs = 0;

const HEADER = 'user_id,timestamp,event';
const ROW = 'u1,2024-01-01 00:00:00,view';
/** Rows of 28 bytes that fill nearly three pieces. */
const MANY = 800_000;

function write(lines: readonly string[], name = 'events.csv'): string {
  runs += 1;
  const path = join(folder.path, String(runs), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${HEADER}\n${lines.join('\n')}\n`);
  return path;
}

async function classify(...argv: string[]): Promise<ClassifyRun> {
  runs += 1;
  return classifyOnce(argv, join(folder.path, `out${runs}`));
}

describe('records that do not fit', () => {
  it('are all counted, also where a piece holds no others', async () => {
    const lines = Array.from({ length: MANY }, (_, index) => (index < 400_000 ? ROW : `${ROW},more`));
    const { summary } = await classify(write(lines), '--max-rejects', '100%');
    expect(summary.rows).toMatchObject({ total: MANY, used: 400_000, rejected: 400_000 });
  });

  it('cost no record beside them, wherever a piece begins', async () => {
    // Every second record is short: at a border the engine would begin with the next one that fits, and forget those between.
    const lines = Array.from({ length: MANY }, (_, index) => (index % 2 === 0 ? ROW : 'u1,2024-01-01 00:00:00'));
    const { summary } = await classify(write(lines), '--max-rejects', '100%');
    expect(summary.rows).toMatchObject({ total: MANY, used: MANY / 2, rejected: MANY / 2 });
  });

  it('with very many fields take no memory to speak of', async () => {
    const wide = `${ROW}${',x'.repeat(2000)}`;
    const lines = Array.from({ length: 40_000 }, (_, index) => (index % 8 === 0 ? wide : ROW));
    const before = process.resourceUsage().maxRSS;
    const { summary } = await classify(write(lines), '--max-rejects', '100%');
    expect(summary.rows).toMatchObject({ total: 40_000, used: 35_000, rejected: 5000 });
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(600 * 1024);
  });
});

describe('a field over several lines', () => {
  it('is one field, also when its lines look like records', async () => {
    const field = `"view${`\n${ROW}`.repeat(20)}"`;
    const lines = Array.from({ length: 40_000 }, (_, index) => `u${index % 100},2024-01-02,${field}`);
    const { summary, members } = await classify(write(lines));
    expect(summary.rows).toMatchObject({ total: 40_000, used: 40_000 });
    expect(summary.period).toEqual({ first: '2024-01-02', last: '2024-01-02' });
    expect(members).toHaveLength(100);
  });

  it('that is too long for a record is one reject', async () => {
    const field = `"view${`\n${ROW}`.repeat(90_000)}"`;
    const lines = Array.from({ length: 600_000 }, (_, index) => (index === 280_000 ? `u1,2024-01-01,${field}` : ROW));
    const { summary } = await classify(write(lines));
    expect(summary.rows).toMatchObject({ total: 600_000, used: 599_999, rejected: 1 });
    expect(summary.rejects).toMatchObject([{ line: 280_002, reason: 'line_too_long' }]);
  });
});

describe('a quote that never closes', () => {
  const open = 'u1,2024-01-01,"view';

  it('refuses the file, also behind more rejects than are listed', async () => {
    const lines = Array.from({ length: 60_000 }, (_, index) => (index === 50_000 ? open : index < 300 ? `${ROW},more` : ROW));
    const { exitCode, stderr } = await classify(write(lines));
    expect(exitCode).toBe(3);
    expect(stderr).toContain(':50002:');
    expect(stderr).toContain('[unterminated-quote]');
  });

  it('refuses the input, also in a file after one with many rejects', async () => {
    const first = write(
      Array.from({ length: 30_000 }, (_, index) => (index < 200 ? `${ROW},more` : ROW)),
      'a.csv',
    );
    const second = write([...Array.from({ length: 20_000 }, () => ROW), open, ROW], 'b.csv');
    const { exitCode, stderr } = await classify(first, second);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`${second}:20002:`);
  });
});

it('the printed SQL reads such files in one piece, too', async () => {
  const path = write([`u1,2024-01-01,"a\nb"`, ROW]);
  const { stdout } = await runCli(['sql', path]);
  expect(stdout).toContain('parallel = false');
});
