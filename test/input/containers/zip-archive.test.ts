import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SegmentError } from '../../../src/errors/segment-error.js';
import { openContainers } from '../../../src/input/containers/open-containers.js';
import { findInputFiles } from '../../../src/input/sources.js';
import { runCli } from '../../support/run-cli.js';
import { failureOf, useFolder } from '../../support/text-files.js';
import { type ZipEntry, zipArchive } from '../../support/zip-archive.js';

const folder = useFolder();
const AMPLITUDE = readFileSync(fileURLToPath(new URL('../../../fixtures/presets/amplitude.jsonl', import.meta.url)), 'utf8');
const HEADER = 'user_id,time,event\n';
const A = `${HEADER}u1,2024-01-01,visit\nu2,2024-01-02,visit\n`;
const B = `${HEADER}u3,2024-01-03,visit\n`;

/** What is read in place of an archive: the name and the bytes of every file in it. */
async function unzipped(archive: Buffer, name = 'archive.zip', maxExpand = 200): Promise<(readonly [string, string])[]> {
  await writeFile(join(folder.path, name), archive);
  const found = await findInputFiles([name], folder.path);
  const opened = await openContainers(found, { spoolDirectory: folder.spool, maxExpand, openStdin: undefined });
  return Promise.all(opened.map(async (file) => [file.name, await readFile(file.path, 'latin1')] as const));
}

const refusalOf = (entries: readonly ZipEntry[]) => failureOf(() => unzipped(zipArchive(entries)));

describe('what is read', () => {
  it('every data file, sorted by name, whatever order and method; names are those in the archive', async () => {
    const entries: ZipEntry[] = [
      { name: 'b/', content: '', method: 0 },
      { name: 'b/b.csv', content: B, method: 0 },
      { name: 'a.csv', content: A },
    ];
    expect(await unzipped(zipArchive(entries))).toEqual([
      ['archive.zip!a.csv', A],
      ['archive.zip!b/b.csv', B],
    ]);
  });

  it.each(['archive.json.gz', 'archive.gz', 'archive.csv', 'archive'])('whatever its name: %s', async (name) => {
    expect(await unzipped(zipArchive([{ name: 'a.csv', content: A }]), name)).toEqual([[`${name}!a.csv`, A]]);
  });

  it('folders of the system, hidden names and folders are no files of it', async () => {
    const others = ['__MACOSX/._a.csv', '.hidden.csv', '.git/a.csv', '_SUCCESS'].map((name) => ({ name, content: 'x,y\n1,2\n' }));
    expect(await unzipped(zipArchive([...others, { name: 'a.csv', content: A }]))).toEqual([['archive.zip!a.csv', A]]);
  });

  it('other names are left out and said, but the only file is read under any name', async () => {
    expect(await unzipped(zipArchive([{ name: 'export', content: A }]))).toEqual([['archive.zip!export', A]]);
    const archive = zipArchive([
      { name: 'a.csv', content: A },
      { name: 'read.me', content: 'Hello' },
      { name: 'x/schema.pdf', content: 'Hello' },
    ]);
    await writeFile(join(folder.path, 'left.zip'), archive);
    const { stderr, exitCode } = await runCli(['classify', 'left.zip', '--dry-run', '--quiet'], { cwd: folder.path });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      '2 of the files in left.zip are not read, as the name is none of a data file: read.me, x/schema.pdf [left_out_files]',
    );
  });

  it('archives of a folder, too', async () => {
    await mkdir(join(folder.path, 'exports'));
    await writeFile(join(folder.path, 'exports', 'a.zip'), zipArchive([{ name: 'a.csv', content: A }]));
    await writeFile(join(folder.path, 'exports', 'b.ZIP'), zipArchive([{ name: 'b.csv', content: B }]));
    expect((await findInputFiles(['exports'], folder.path)).map(({ name, format }) => [name, format])).toEqual([
      ['exports/a.zip', 'zip'],
      ['exports/b.ZIP', 'zip'],
    ]);
  });
});

describe('an export of Amplitude: a zip archive, named .json.gz, around a gzip file an hour', () => {
  const lines = AMPLITUDE.trimEnd().split('\n');
  const archive = zipArchive([
    { name: '187520/187520_2026-03-01_9#0.json.gz', content: gzipSync(`${lines.slice(0, 2).join('\n')}\n`), method: 0 },
    { name: '187520/187520_2026-03-02_0#0.json.gz', content: gzipSync(`${lines.slice(2, 4).join('\n')}\n`) },
    { name: '187520/187520_2026-03-05_23#0.json.gz', content: gzipSync(`${lines.slice(4).join('\n')}\n`) },
  ]);

  it('gives the members of the same lines in one file, and the manifest names the archive', async () => {
    const cwd = join(folder.path, 'amplitude');
    await mkdir(cwd);
    await writeFile(join(cwd, 'export.json.gz'), archive);
    await writeFile(join(cwd, 'plain.jsonl'), AMPLITUDE);
    for (const [input, out] of [
      ['export.json.gz', 'zipped'],
      ['plain.jsonl', 'plain'],
    ] as const) {
      expect(await runCli(['classify', input, '--out', out, '--quiet'], { cwd })).toMatchObject({ exitCode: 0 });
    }
    expect(await readFile(join(cwd, 'zipped/members.csv'), 'utf8')).toBe(await readFile(join(cwd, 'plain/members.csv'), 'utf8'));
    const summary = JSON.parse(await readFile(join(cwd, 'zipped/summary.json'), 'utf8')) as Record<string, unknown>;
    // The hand-worked answer of the fixture: test/input/presets/fixtures.test.ts.
    expect(summary).toMatchObject({ preset: 'amplitude', as_of: '2026-03-05', users: 3, value_total: '12.50' });
    expect(summary).toMatchObject({ rows: { total: 5, used: 4, duplicate: 1 } });
    const manifest = JSON.parse(await readFile(join(cwd, 'zipped/manifest.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest['inputs']).toEqual([
      { name: 'export.json.gz', size: archive.length, sha256: createHash('sha256').update(archive).digest('hex') },
    ]);
  });

  it('rejects name the file within the archive, and its own line', async () => {
    const broken = zipArchive([{ name: 'x/a.csv', content: `${A}u9,yesterday,visit\n` }]);
    await writeFile(join(folder.path, 'broken.zip'), broken);
    const { stdout } = await runCli(['classify', 'broken.zip', '--dry-run', '--json'], { cwd: folder.path });
    expect(JSON.parse(stdout)).toMatchObject({ rejects: [{ file: 'broken.zip!x/a.csv', line: 4, reason: 'unreadable_time' }] });
  });

  it('the printed script says how to take them out', async () => {
    await writeFile(join(folder.path, 'export.zip'), archive);
    const { stdout } = await runCli(['sql', 'export.zip'], { cwd: folder.path });
    expect(stdout).toContain(
      `unzip -p ${folder.path}/export.zip '187520/187520_2026-03-01_9#0.json.gz' | gzip -dc > '${folder.path}/export.zip.187520-187520_2026-03-01_9#0.json.gz.jsonl'`,
    );
    expect(stdout).not.toContain(folder.spool);
  });
});

describe('refused', () => {
  it.each<[string, string, readonly ZipEntry[]]>([
    [
      'zip-damaged',
      'two of its files have the name a.csv',
      [
        { name: 'a.csv', content: A },
        { name: 'a.csv', content: B },
      ],
    ],
    ['zip-damaged', 'leads out of it (../a.csv)', [{ name: '../a.csv', content: A }]],
    ['zip-damaged', 'leads out of it (x/../../a.csv)', [{ name: 'x/../../a.csv', content: A }]],
    ['zip-damaged', 'leads out of it (/etc/a.csv)', [{ name: '/etc/a.csv', content: A }]],
    ['zip-damaged', 'leads out of it (C:/a.csv)', [{ name: 'C:\\a.csv', content: A }]],
    ['zip-damaged', 'archive.zip!a.csv is damaged', [{ name: 'a.csv', content: A, crc: 1 }]],
    ['zip-unsupported', 'archive.zip!a.csv is encrypted', [{ name: 'a.csv', content: A, flags: 1 }]],
    ['zip-unsupported', 'packed by bzip2', [{ name: 'a.csv', content: A, method: 12 }]],
    ['zip-unsupported', 'packed by method 77', [{ name: 'a.csv', content: A, method: 77 }]],
    ['zip-unsupported', 'a link to another file', [{ name: 'a.csv', content: '/etc/passwd', mode: 0o120777 }]],
    ['zip-without-files', 'is a zip archive without files', []],
    ['zip-without-files', 'is a zip archive without files', [{ name: '__MACOSX/a.csv', content: A }]],
    [
      'zip-without-files',
      'there is a.pdf, b.pdf',
      [
        { name: 'b.pdf', content: 'b' },
        { name: 'a.pdf', content: 'a' },
      ],
    ],
    ['unsupported-format', 'a zip archive within a zip archive', [{ name: 'a.csv', content: zipArchive([{ name: 'a.csv', content: A }]) }]],
    ['file-empty', 'archive.zip!a.csv is empty', [{ name: 'a.csv', content: '' }]],
    ['not-as-named', 'archive.zip!a.parquet is named as Parquet', [{ name: 'a.parquet', content: A }]],
    ['not-as-named', 'archive.zip!a.csv.gz is named as gzip', [{ name: 'a.csv.gz', content: A }]],
    ['zip-expands', '--max-expand', [{ name: 'a.csv', content: `${A}${'0'.repeat(300_000)}` }]],
  ])('%s: %s', async (code, words, entries) => {
    const error = await refusalOf(entries);
    expect(error).toMatchObject({ code, kind: 'input' });
    expect(error.message).toContain(words);
  });

  it('a bomb within a bomb: gzip that was packed again is measured by what it takes in the archive', async () => {
    // 60 MB of zeros are 58 kB of gzip, which are 300 bytes in the archive: the outer bound holds, and so does the inner one.
    const inner = gzipSync(Buffer.concat([Buffer.from(A), Buffer.alloc(60e6, '0')]));
    await writeFile(join(folder.path, 'bomb.zip'), zipArchive([{ name: 'a.csv.gz', content: inner }]));
    const flags = ['--dry-run', '--quiet', '--max-expand', '500'];
    const { stderr, exitCode } = await runCli(['classify', 'bomb.zip', ...flags], { cwd: folder.path });
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining('bomb.zip!a.csv.gz is a gzip file that holds more than 500 times its own size'),
    ]);
  });

  it('files that overlap in the archive', async () => {
    const one = zipArchive([{ name: 'a.csv', content: A, method: 0 }]);
    const two = zipArchive([
      { name: 'a.csv', content: A, method: 0 },
      { name: 'b.csv', content: A, method: 0 },
    ]);
    // The list of two files over the content of the first alone, both at its beginning.
    const list = Buffer.from(two.subarray(two.indexOf('PK\x01\x02')));
    const body = one.subarray(0, one.indexOf('PK\x01\x02'));
    const second = list.indexOf('PK\x01\x02', 4);
    list.writeUInt32LE(0, second + 42);
    list.writeUInt32LE(body.length, list.length - 6);
    expect(await failureOf(() => unzipped(Buffer.concat([body, list])))).toMatchObject({ code: 'zip-damaged', kind: 'input' });
  });

  it('cut anywhere, and flipped anywhere: refused, or every byte and name of it is as it was', async () => {
    const archive = zipArchive([
      { name: 'a.csv', content: A },
      { name: 'b.csv', content: B, method: 0 },
    ]);
    const whole = await unzipped(archive);
    for (let length = 0; length < archive.length; length += 1) {
      const read = await unzipped(archive.subarray(0, length)).catch((error: unknown) => error);
      if (length < 4) expect(read).toBeInstanceOf(SegmentError);
      else expect(read, `cut to ${length}`).toMatchObject({ kind: 'input', code: 'zip-damaged' });
    }
    let refused = 0;
    for (let at = 4; at < archive.length; at += 1) {
      for (const bit of [1, 128]) {
        const flipped = Buffer.from(archive);
        flipped[at] = (flipped[at] ?? 0) ^ bit;
        const read = await unzipped(flipped).catch((error: unknown) => error);
        if (Array.isArray(read)) expect(read, `bit ${bit} of byte ${at}`).toEqual(whole);
        else {
          expect(read, `bit ${bit} of byte ${at}`).toMatchObject({ kind: 'input' });
          refused += 1;
        }
      }
    }
    // The rest are dates, versions and modes, which say nothing about the content.
    expect(refused).toBeGreaterThan(archive.length);
  });

  it('leaves nothing in the spool of a file that was refused', async () => {
    const before = await readdir(folder.spool);
    await refusalOf([{ name: 'a.csv', content: A, crc: 1 }]);
    expect(await readdir(folder.spool)).toEqual(before);
  });
});

it('a stream that is no terminal and gives an archive', async () => {
  const [stdin] = await findInputFiles(['-'], folder.path);
  if (stdin === undefined) throw new Error('no standard input');
  const archive = zipArchive([{ name: 'a.csv', content: A }]);
  const opened = await openContainers([stdin], { spoolDirectory: folder.spool, maxExpand: 200, openStdin: () => Readable.from([archive]) });
  expect(opened).toMatchObject([{ name: 'stdin!a.csv', format: 'csv', origin: { name: 'stdin', size: archive.length, isStdin: true } }]);
});
