import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { sql } from '../../src/sql/sql.js';
import { hasHarmfulSigns } from '../report/naughty-strings.js';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';
import { spawnCli } from '../support/spawn-cli.js';

const CLASSIFY_MANY = fileURLToPath(new URL('../support/classify-many.ts', import.meta.url));
const folder = makeRunFolder();
afterAll(folder.remove);

const ROWS = Array.from(
  { length: 300 },
  (_, index) => `u${index % 40},"view, ""x""\n${index}",2024-0${(index % 9) + 1}-15 10:00:00,${index}.50`,
);
const CSV = Buffer.from(`user_id,event,timestamp,revenue\n${ROWS.join('\n')}\n`);

/** What can happen to bytes on the way: some changed, some lost, the end cut off, a piece twice. */
const damage = fc.record({
  kind: fc.constantFrom('change', 'lose', 'cut', 'repeat', 'fill'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 64 }),
  byte: fc.integer({ min: 0, max: 255 }),
});
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(bytes: Buffer, { kind, at, length, byte }: Damage): Buffer {
  const from = Math.min(Math.floor(at * bytes.length), bytes.length - 1);
  const to = Math.min(from + length, bytes.length);
  const [before, piece, after] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
  if (kind === 'cut') return Buffer.from(before);
  if (kind === 'lose') return Buffer.concat([before, after]);
  if (kind === 'repeat') return Buffer.concat([before, piece, piece, after]);
  if (kind === 'fill') return Buffer.concat([before, Buffer.alloc(piece.length, byte), after]);
  return Buffer.concat([before, piece.map((old) => old ^ (byte || 1)), after]);
}

function expectClearEnd({ exitCode, stderr }: { exitCode: number; stderr: string }): void {
  expect([0, 3, 4], stderr).toContain(exitCode);
  if (exitCode !== 0) expect(stderr).toMatch(/^error: [\s\S]+ \[[a-z0-9-]+\]\n/);
  expect(hasHarmfulSigns(stderr)).toBe(false);
}

describe('a file that was damaged on the way', () => {
  it.each([
    ['CSV', CSV, 'events.csv'],
    ['gzip', gzipSync(CSV), 'events.csv.gz'],
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(CSV.toString(), 'utf16le')]), 'events.csv'],
  ] as const)('%s: an answer or a clear refusal', async (_, bytes, name) => {
    const path = join(folder.path, name);
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
        writeFileSync(
          path,
          damages.reduce<Buffer>((left, one) => damaged(left, one), Buffer.from(bytes)),
        );
        expectClearEnd(await runCli(['classify', path, '--dry-run', '--json', '--max-rejects', '100%']));
      }),
      { numRuns: 20 },
    );
  });

  // What the engine does in native code could end its process: these have one of their own.
  it('Parquet: an answer or a clear refusal, and never the end of the process', async () => {
    const options = {
      threads: 1,
      memoryLimitBytes: 2 ** 28,
      tempDirectory: folder.path,
      allowedPaths: [],
      allowedDirectories: [folder.path],
    };
    const engine = await openDuckDb(options);
    const good = join(folder.path, 'good.parquet');
    const rows = sql`
      select 'user' || (i % 50) as user_id,
             timestamp '2024-01-01' + interval (i) hour as "timestamp",
             (i % 7)::decimal(10, 2) as revenue,
             {'plan': 'p' || i % 3} as props
      from range(3000) as numbers(i)`;
    await engine.copy(rows, good, { format: 'parquet' });
    engine.close();
    const bytes = readFileSync(good);
    mkdirSync(join(folder.path, 'damaged'));
    const argvs = fc.sample(fc.array(damage, { minLength: 1, maxLength: 3 }), { numRuns: 40, seed: 20240115 }).map((damages, index) => {
      const path = join(folder.path, 'damaged', `${index}.parquet`);
      writeFileSync(
        path,
        damages.reduce<Buffer>((left, one) => damaged(left, one), bytes),
      );
      return ['classify', path, '--dry-run', '--max-rejects', '100%', '--memory-limit', '256MB'];
    });
    const { stdout, exitCode } = await spawnCli([JSON.stringify(argvs)], { script: CLASSIFY_MANY });
    const ends = stdout.trim().split('\n');
    expect(exitCode, `ended at number ${ends.length}`).toBe(0);
    expect(ends).toHaveLength(argvs.length);
    for (const end of ends) expectClearEnd(JSON.parse(end));
  });
});
