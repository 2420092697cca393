import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest, verifyOutputs } from '../../src/membership/publish/manifest.js';
import { STATUSES } from '../../src/segmentation/status/status.js';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';

const SHOP = join(import.meta.dirname, '../../fixtures/shop.csv');
const FROM = '2026-04-28';

type Row = Readonly<Record<string, string>>;

let folder: ReturnType<typeof makeRunFolder>;
let out: string;
beforeAll(async () => {
  folder = makeRunFolder();
  out = join(folder.path, 'out');
  expect(await run('transitions', SHOP, '--from', FROM, '--out', out)).toMatchObject({ exitCode: 0 });
  expect(await run('classify', SHOP, '--as-of', FROM, '--out', join(folder.path, 'before'))).toMatchObject({ exitCode: 0 });
  const frozen = ['--freeze', join(folder.path, 'before', 'manifest.json')];
  expect(await run('classify', SHOP, ...frozen, '--out', join(folder.path, 'after'))).toMatchObject({ exitCode: 0 });
});
afterAll(() => folder.remove());

const run = (...argv: string[]): ReturnType<typeof runCli> => runCli(argv, { cwd: folder.path });
const rowsOf = (...path: string[]): Row[] => parse(readFileSync(join(folder.path, ...path)), { columns: true });
const idsOf = (...path: string[]): string[] => rowsOf(...path).map((row) => row['user_id'] ?? '');

describe('the files of who moved', () => {
  it('moves.csv has everybody of either date once, with the statuses that two runs of classify give them', () => {
    const statuses = (name: string): Map<string, Row> => new Map(rowsOf(name, 'members.csv').map((row) => [row['user_id'] ?? '', row]));
    const [before, after] = [statuses('before'), statuses('after')];
    const moves = rowsOf('out', 'moves.csv');
    expect(moves.map((row) => row['user_id'])).toEqual([...new Set([...before.keys(), ...after.keys()])].sort());
    for (const move of moves) {
      const [earlier, later] = [before.get(move['user_id'] ?? ''), after.get(move['user_id'] ?? '')];
      expect(move).toMatchObject({
        from_segment: earlier?.['status'] ?? '',
        to_segment: later?.['status'] ?? '',
        reason_before: earlier?.['status_reason'] ?? '',
        reason_after: later?.['status_reason'] ?? '',
      });
      const change =
        earlier === undefined ? 'entered' : later === undefined ? 'left' : earlier['status'] === later['status'] ? 'stayed' : 'moved';
      expect(move['change']).toBe(change);
      expect(move['flipped'] === '').toBe(change !== 'moved');
    }
  });

  it('entered and left are the differences of the segment files of two runs of classify', () => {
    for (const { name } of STATUSES) {
      const [before, after] = [idsOf('before', 'status', `${name}.csv`), idsOf('after', 'status', `${name}.csv`)];
      expect(idsOf('out', 'entered', `${name}.csv`), name).toEqual(after.filter((id) => !before.includes(id)));
      expect(idsOf('out', 'left', `${name}.csv`), name).toEqual(before.filter((id) => !after.includes(id)));
    }
    expect(readdirSync(join(out, 'entered'))).toHaveLength(STATUSES.length);
  });

  it('the set is whole, and its manifest has the scale of the later date', async () => {
    expect(await verifyOutputs(out)).toEqual([]);
    expect(readManifest(join(out, 'manifest.json'))).toEqual(readManifest(join(folder.path, 'before', 'manifest.json')));
    const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as Record<string, unknown>;
    expect(summary).toMatchObject({ from: FROM, to: '2026-06-30', scale: 'frozen', users: { before: 194, after: 240 } });
  });

  it('says where they are; refuses a folder of others and leaves it as it was', async () => {
    const { stdout } = await run('transitions', SHOP, '--from', FROM, '--out', 'out');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`${2 + 2 * STATUSES.length} files in out`);
    const refused = await run('transitions', SHOP, '--from', FROM, '--out', '.');
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).toContain('[output-');
    expect(readdirSync(folder.path).sort()).toEqual(['after', 'before', 'out']);
  });

  it('is published with a scale measured anew too', async () => {
    expect(await run('transitions', SHOP, '--from', FROM, '--refit', '--out', 'refit')).toMatchObject({ exitCode: 0 });
    expect(await run('classify', SHOP, '--out', 'measured')).toMatchObject({ exitCode: 0 });
    expect(readManifest(join(folder.path, 'refit', 'manifest.json'))).toEqual(readManifest(join(folder.path, 'measured', 'manifest.json')));
  });
});
