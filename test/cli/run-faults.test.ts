import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../src/cli/read-settings.js';
import { runNightly } from '../../src/cli/run-nightly.js';
import { SegmentError } from '../../src/errors/segment-error.js';
import type { FileOperations } from '../../src/membership/publish/file-operations.js';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import { faultyOperations } from '../membership/publish/faulty-operations.js';
import { silentIo } from '../support/silent-io.js';

const HEAD = 'event_id,user_id,occurred_at,event\n';
const NOW = new Date('2026-06-03T02:00:00Z');
/** Every call is tried with `SEGMENT_EVERY_CALL=1`; otherwise a part of them, the last ones, at which sets and links change, all. */
const STRIDE = process.env['SEGMENT_EVERY_CALL'] === undefined ? 29 : 1;
const ALL_OF_THE_LAST = 5;
/** Larger than any that a system gives. */
const DEAD_PID = 2 ** 30;
const CODES = ['EIO', 'ENOSPC', 'EDQUOT', 'EMFILE', 'EACCES', 'EROFS'] as const;

let root = '';
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'segment-faults-'));
  const first = join(root, 'first');
  mkdirSync(join(first, 'in'), { recursive: true });
  writeFileSync(join(first, 'segment.yaml'), 'inputs: [in]\nout: out\nproof: false\nsegment_files: none\n');
  writeFileSync(join(first, 'in', 'day-1.csv'), `${HEAD}e1,ann,2026-06-01T08:00:00Z,login\ne2,bob,2026-06-01T09:00:00Z,login\n`);
  await night(first);
  writeFileSync(join(first, 'in', 'day-2.csv'), `${HEAD}e2,bob,2026-06-01T09:00:00Z,login\ne3,bob,2026-06-02T09:00:00Z,uninstall\n`);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function night(cwd: string, files?: FileOperations): Promise<void> {
  const io = silentIo(cwd, NOW);
  const settings = await readSettings('run', { config: join(cwd, 'segment.yaml') }, io);
  await runNightly(io, settings, { whole: 'segment run', withoutColumns: 'segment run', typed: [] }, files);
}

/** Lets every lock be that of a process that has ended. */
function killOwners(cwd: string): void {
  for (const entry of readdirSync(cwd, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !['.segment.lock', 'owner.json'].includes(entry.name)) continue;
    const text = readFileSync(path, 'utf8');
    if (text !== '') writeFileSync(path, JSON.stringify({ ...JSON.parse(text), pid: DEAD_PID, boot_id: null, started: null }));
  }
}

/** A copy of the state after the first night, with the files of the second one. */
function copyOfFirst(name: string): string {
  const cwd = join(root, name);
  cpSync(join(root, 'first'), cwd, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  return cwd;
}

const entries = (cwd: string, folder: string): string[] => readdirSync(join(cwd, folder)).sort();
const published = (cwd: string): string => readFileSync(join(cwd, 'out', 'current', 'members.csv'), 'utf8');

describe.each(['once', 'from-then-on'] as const)('a night in which a call on a file fails, %s', (mode) => {
  it('leaves the old or the new set whole, and the next run puts everything right', { timeout: 600_000 }, async () => {
    const whole = copyOfFirst(`${mode}-whole`);
    const counting = faultyOperations({ at: Number.POSITIVE_INFINITY, code: 'EIO', mode });
    await night(whole, counting.files);
    const all = counting.calls.length;
    const [before, after] = [published(join(root, 'first')), published(whole)];
    expect(after).not.toBe(before);
    const numbers = Array.from({ length: all }, (_, index) => index + 1);
    const tried = numbers.filter((number) => number % STRIDE === 1 % STRIDE || number > all - ALL_OF_THE_LAST);
    for (const at of tried) {
      const code = CODES[at % CODES.length] ?? 'EIO';
      const cwd = copyOfFirst(`${mode}-${at}`);
      const what = `${code} at call ${at} of ${all}: ${counting.calls[at - 1]}`;
      const failure = await night(cwd, faultyOperations({ at, code, mode }).files).then(
        () => undefined,
        (error: unknown) => error,
      );
      // What only tidies up may fail in silence; a process that is gone says nothing.
      if (failure !== undefined && mode === 'once') expect(failure, what).toBeInstanceOf(SegmentError);
      expect([before, after], what).toContain(published(cwd));
      expect(await verifyOutputs(join(cwd, 'out', 'current')), what).toEqual([]);

      killOwners(cwd);
      await night(cwd);
      expect(published(cwd), what).toBe(after);
      const { runs, published: id, inputs } = JSON.parse(readFileSync(join(cwd, 'state', 'current.json'), 'utf8'));
      const ids: string[] = runs.map((run: { id: string }) => run.id).sort();
      expect(readlinkSync(join(cwd, 'out', 'current')), what).toBe(join('sets', id));
      expect(entries(cwd, 'state/runs'), what).toEqual(ids);
      expect(entries(cwd, 'state/inputs'), what).toEqual(inputs.map((input: { folder: string }) => input.folder).sort());
      expect(entries(cwd, 'state/days'), what).toEqual([...new Set(inputs.map((input: { days: string }) => input.days))].sort());
      expect(entries(cwd, 'state'), what).toEqual(['.gitignore', 'current.json', 'days', 'inputs', 'runs']);
      expect(entries(cwd, 'out'), what).toEqual(['.gitignore', 'current', 'latest.json', 'sets']);
      expect(entries(cwd, 'out/sets'), what).toEqual(ids.slice(-2));
      rmSync(cwd, { recursive: true });
    }
  });
});
