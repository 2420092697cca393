import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presentError } from '../../src/cli/present-error.js';
import { EngineError } from '../../src/engine/database.js';
import { SegmentError } from '../../src/errors/segment-error.js';
import { FILE_OPERATIONS } from '../../src/membership/publish/file-operations.js';
import { makePlace, publishSet } from '../membership/publish/output-sets.js';
import { runCli } from '../support/run-cli.js';

let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-refusals-'));
  writeFileSync(join(cwd, 'orders.csv'), 'user_id,timestamp,revenue\nann,2024-01-05,10\nbob,2024-01-09,20\n');
  writeFileSync(join(cwd, 'visits.csv'), 'user_id,event,timestamp\nann,view,2024-01-05\nbob,view,2024-01-09\n');
  expect((await runCli(['classify', 'orders.csv'], { cwd })).exitCode).toBe(0);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('refused with 3', () => {
  it('nobody before the as-of day: the rows are accounted for', async () => {
    const { exitCode, stderr } = await runCli(['classify', 'orders.csv', '--as-of', '2024-01-04', '--dry-run'], { cwd });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('[nobody-before-as-of]');
    expect(stderr).toContain('of 2 rows, 2 lie later');
  });

  it.each([
    ['a manifest that is not there', 'orders.csv', 'nowhere.json', 'manifest-unreadable'],
    ['edges of orders for an input without orders', 'visits.csv', 'segments/manifest.json', 'frozen-basis'],
    ['an edge with more decimals than an edge can have', 'orders.csv', 'edited.json', 'frozen-edge'],
  ])('--freeze: %s', async (_, input, manifest, code) => {
    const text = readFileSync(join(cwd, 'segments', 'manifest.json'), 'utf8');
    const edited = JSON.parse(text) as { edges: { recency_days: string[] } };
    edited.edges.recency_days[0] = '1.123456789012345';
    writeFileSync(join(cwd, 'edited.json'), JSON.stringify(edited));
    const { exitCode, stderr } = await runCli(['classify', input, '--freeze', manifest, '--dry-run'], { cwd });
    expect(stderr).toContain(`[${code}]`);
    expect(exitCode).toBe(3);
  });
});

describe('refused with 4', () => {
  it('too many open files, from the engine or the system', () => {
    const expected = { exitCode: 4, text: expect.stringContaining('[too-many-open-files]') };
    expect(presentError(new EngineError('io', 'IO Error: Cannot open file "x": Too many open files', 'select 1'))).toMatchObject(expected);
    expect(presentError(Object.assign(new Error('open'), { code: 'EMFILE' }))).toMatchObject(expected);
  });

  it('a disk that fails in the exchange of files and again in taking it back', async () => {
    const place = makePlace(true);
    try {
      const out = `${place.path}/out`;
      await publishSet(out, { 'members.csv': 'user_id\na\n', 'summary.json': '{}' });
      let renames = 0;
      const rename = (from: string, to: string): void => {
        renames += 1;
        if (renames > 2) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO', path: from });
        FILE_OPERATIONS.rename(from, to);
      };
      const error = await publishSet(
        out,
        { 'members.csv': 'user_id\na\nb\n', 'summary.json': '{}' },
        { files: { ...FILE_OPERATIONS, rename } },
      ).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(SegmentError);
      expect((error as SegmentError).code).toBe('output-broken-off');
    } finally {
      place.remove();
    }
  });
});
