import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findInputFiles } from '../../../src/input/sources.js';
import { unzstdFile } from '../../../src/input/text/unzstd-file.js';
import { runCli } from '../../support/run-cli.js';
import { runScript } from '../../support/run-script.js';
import { failureOf } from '../../support/text-files.js';
import { zipArchive } from '../../support/zip-archive.js';
import { packedFrame, rawFrame, repeatFrame, skippableFrame } from '../../support/zstd-file.js';

const SHOP = readFileSync(fileURLToPath(new URL('../../../fixtures/shop.csv', import.meta.url)), 'utf8');
const FEW = SHOP.split('\n').slice(0, 40).join('\n');
const hasZstd = spawnSync('zstd', ['--version']).status === 0;

let cwd = '';
let expected = '';
beforeAll(async () => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-zstd-')));
  writeFileSync(join(cwd, 'shop.csv'), SHOP);
  expect(await runCli(['classify', 'shop.csv', '--out', 'plain', '--quiet'], { cwd })).toMatchObject({ exitCode: 0 });
  expected = readFileSync(join(cwd, 'plain/members.csv'), 'utf8');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** What a file of these bytes holds. */
async function unzstd(bytes: Buffer, maxExpand = 200): Promise<string> {
  const path = join(cwd, 'file.zst');
  writeFileSync(path, bytes);
  const pieces: Buffer[] = [];
  for await (const piece of unzstdFile({ path, name: 'file.zst', size: bytes.length }, maxExpand)) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
}

describe('what is read', () => {
  it.each<[string, () => Promise<Buffer>, string]>([
    ['nothing', () => rawFrame(''), ''],
    ['one byte', () => rawFrame('x'), 'x'],
    ['one byte that says its length', () => rawFrame('x', { hasSize: true }), 'x'],
    ['one byte without a checksum', () => rawFrame('x', { hasChecksum: false }), 'x'],
    ['many blocks', () => rawFrame(FEW, { block: 7 }), FEW],
    ['a block of equal bytes', async () => repeatFrame('z', 1500), 'z'.repeat(1500)],
    ['a frame of the engine', () => packedFrame(SHOP, cwd), SHOP],
    [
      'frames, and frames to skip around them',
      async () =>
        Buffer.concat([
          skippableFrame('abc'),
          await rawFrame('a'),
          skippableFrame('', 15),
          await packedFrame(SHOP, cwd),
          await rawFrame('b', { hasChecksum: false }),
          skippableFrame('x'.repeat(5000)),
        ]),
      `a${SHOP}b`,
    ],
  ])('%s', async (_, make, content) => {
    expect(await unzstd(await make())).toBe(content);
  });

  it
    .runIf(hasZstd)
    .each([
      ['-1'],
      ['-3', '--no-check'],
      ['-9'],
      ['-19'],
      ['--ultra', '-22'],
      ['--long=27'],
      ['--fast=5'],
      ['-T2', '-B100KB'],
      ['--no-content-size'],
    ])('zstd %s %s', async (...flags) => {
    const { stdout } = spawnSync('zstd', ['-q', '-c', ...flags.filter(Boolean), join(cwd, 'shop.csv')], { maxBuffer: 1e8 });
    expect(await unzstd(stdout)).toBe(SHOP);
  });
});

describe('refused', () => {
  it.each<[string, string, string, () => Promise<Buffer>]>([
    ['zstd-damaged', 'no zstd', 'it begins with other bytes', async () => Buffer.from('user_id,time\n')],
    ['zstd-damaged', 'bytes after the end', 'other bytes follow', async () => Buffer.concat([await rawFrame(FEW), Buffer.from('more')])],
    ['zstd-damaged', 'zeros after the end', 'other bytes follow', async () => Buffer.concat([await rawFrame(FEW), Buffer.alloc(8)])],
    [
      'zstd-damaged',
      'another frame that is cut',
      'ends in the middle',
      async () => Buffer.concat([await rawFrame(FEW), (await rawFrame(FEW)).subarray(0, 3)]),
    ],
    [
      'zstd-damaged',
      'a wrong length',
      'its length',
      async () => {
        const frame = await rawFrame('abc', { hasSize: true });
        frame[5] = 4;
        return frame;
      },
    ],
    ['zstd-unsupported', 'a dictionary', 'dictionary', async () => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 0x38, 7, 1, 0, 0])],
    ['zstd-unsupported', 'a window of 2 TB', '128 MB', () => rawFrame(FEW, { windowByte: 0xf8 })],
    ['zstd-expands', 'a bomb', '--max-expand', async () => Buffer.concat(Array.from({ length: 100 }, () => repeatFrame('0', 131_072)))],
  ])('%s: %s', async (code, _, words, make) => {
    const bytes = await make();
    const error = await failureOf(() => unzstd(bytes));
    expect(error).toMatchObject({ code, kind: 'input' });
    expect(error.message).toContain(words);
  });

  it('cut anywhere, with and without a checksum', async () => {
    for (const hasChecksum of [true, false]) {
      const whole = await packedFrame(SHOP, cwd, { hasChecksum });
      for (let length = 1; length < whole.length; length += length < 40 || length > whole.length - 40 ? 1 : 3907) {
        const error = await failureOf(() => unzstd(whole.subarray(0, length)));
        expect(error, `cut to ${length} of ${whole.length}`).toMatchObject({ code: 'zstd-damaged', kind: 'input' });
      }
    }
  });

  it('flipped anywhere: refused, or every byte is as it was', async () => {
    const whole = await packedFrame(SHOP, cwd);
    let refused = 0;
    let tried = 0;
    for (let at = 0; at < whole.length; at += at < 40 || at > whole.length - 40 ? 1 : 2003) {
      for (const bit of [1, 16]) {
        const flipped = Buffer.from(whole);
        flipped[at] = (flipped[at] ?? 0) ^ bit;
        const read = await unzstd(flipped).catch((error: unknown) => error);
        tried += 1;
        if (typeof read === 'string') expect(read, `bit ${bit} of byte ${at}`).toBe(SHOP);
        else {
          expect(read, `bit ${bit} of byte ${at}`).toMatchObject({ kind: 'input', code: expect.stringMatching(/^zstd-/) });
          refused += 1;
        }
      }
    }
    // A larger window, or a bit that nothing uses, changes nothing.
    expect(refused).toBeGreaterThan(0.95 * tried);
  });
});

describe('as an input', () => {
  it.each([
    ['a.csv.zst', FEW, 'csv'],
    ['a.zst', FEW, 'csv'],
    ['a.csv', FEW, 'csv'],
    ['a.json.zst', '{"a": 1}\n', 'jsonl'],
  ])('%s is told by its content', async (name, content, format) => {
    writeFileSync(join(cwd, name), await rawFrame(content));
    expect(await findInputFiles([name], cwd)).toMatchObject([{ format, compression: 'zstd' }]);
    rmSync(join(cwd, name));
  });

  it.each<[string, string, string, () => Promise<Buffer>]>([
    ['not-as-named', 'a.csv.zst', 'zstd', async () => Buffer.from(FEW)],
    ['not-as-named', 'a.csv.zst', 'gzip', async () => gzipSync(FEW)],
    ['not-as-named', 'a.csv.gz', 'zstd', () => rawFrame(FEW)],
    ['unsupported-format', 'a.csv.zst', 'gzip within zstd', () => rawFrame(gzipSync(FEW))],
    ['unsupported-format', 'a.parquet.zst', 'Parquet within zstd', () => rawFrame('PAR1 and more PAR1')],
    ['html-page', 'a.csv.zst', 'HTML', () => rawFrame('<html></html>')],
    ['file-empty', 'a.csv.zst', 'zstd around nothing', () => rawFrame('')],
  ])('%s: %s, %s', async (code, name, words, make) => {
    writeFileSync(join(cwd, name), await make());
    const error = await failureOf(() => findInputFiles([name], cwd));
    expect(error).toMatchObject({ code, kind: 'input' });
    expect(error.message).toContain(words);
    rmSync(join(cwd, name));
  });

  it('gives the members of the plain file: by itself, from stdin, in a folder, within a zip archive; CSV and JSON Lines', async () => {
    const packed = await packedFrame(SHOP, cwd);
    const [header = '', ...lines] = SHOP.trimEnd().split('\n');
    const keys = header.split(',');
    const json = `${lines.map((line) => JSON.stringify(Object.fromEntries(line.split(',').map((cell, at) => [keys[at], cell])))).join('\n')}\n`;
    writeFileSync(join(cwd, 'shop.csv.zst'), packed);
    writeFileSync(join(cwd, 'shop.jsonl.zst'), await packedFrame(json, cwd));
    writeFileSync(join(cwd, 'shop.zip'), zipArchive([{ name: 'shop.csv.zst', content: packed, method: 0 }]));
    for (const input of ['shop.csv.zst', 'shop.jsonl.zst', 'shop.zip', '-']) {
      const run = await runCli(['classify', input, '--out', 'out', '--quiet'], { cwd, stdin: packed });
      expect([input, run.exitCode, run.stderr.includes('unchecked_files')]).toEqual([input, 0, false]);
      expect(readFileSync(join(cwd, 'out/members.csv'), 'utf8')).toBe(expected);
    }
  });

  it('a flipped file ends the run and leaves the earlier output', async () => {
    const packed = await packedFrame(SHOP, cwd);
    packed[packed.length - 1] = (packed.at(-1) ?? 0) ^ 1;
    writeFileSync(join(cwd, 'flipped.csv.zst'), packed);
    const before = readFileSync(join(cwd, 'plain/manifest.json'), 'utf8');
    const { exitCode, stderr } = await runCli(['classify', 'flipped.csv.zst', '--out', 'plain'], { cwd });
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining('flipped.csv.zst is a damaged zstd file: its checksum does not match its content. [zstd-damaged]'),
    ]);
    expect(readFileSync(join(cwd, 'plain/manifest.json'), 'utf8')).toBe(before);
  });

  it('says when nothing in the file tells whether it is whole', async () => {
    writeFileSync(join(cwd, 'unchecked.csv.zst'), await packedFrame(SHOP, cwd, { hasChecksum: false }));
    const { stdout } = await runCli(['classify', 'unchecked.csv.zst', '--dry-run', '--json'], { cwd });
    const { warnings } = JSON.parse(stdout) as { readonly warnings: readonly { readonly code: string; readonly message: string }[] };
    expect(warnings.filter(({ code }) => code === 'unchecked_files').map(({ message }) => message)).toEqual([
      expect.stringContaining('unchecked.csv.zst'),
    ]);
  });

  it.runIf(hasZstd)('the printed script names a copy, and its command makes it', async () => {
    const { stdout } = await runCli(['sql', 'shop.csv.zst'], { cwd });
    const command = /for example: (.*)/.exec(stdout)?.[1] ?? '';
    expect(command).toBe(`zstd -dc < ${cwd}/shop.csv.zst > ${cwd}/shop.csv.zst.utf8.csv`);
    expect(spawnSync('sh', ['-c', command]).status).toBe(0);
    expect((await runScript(stdout, cwd)).map((row) => `${String(row['user_id'])},${String(row['status'])}`).sort()).toEqual(
      expected
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').slice(0, 2).join(','))
        .sort(),
    );
  });
});
