import { chmod, mkdir, readdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { findInputFiles } from '../../src/input/sources.js';
import { corpusPath, hasCorpora } from '../support/shared-corpora.js';
import { failureOf, useFolder } from '../support/text-files.js';

const CSV = 'id,name\n1,a\n';
const PARQUET = Buffer.from('PAR1....PAR1');

const folder = useFolder();
let root = '';
let round = 0;
beforeEach(async () => {
  round += 1;
  root = join(folder.path, `r${round}`);
  await mkdir(root);
});

async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
}

async function names(...inputs: string[]): Promise<string[]> {
  return (await findInputFiles(inputs, root)).map((file) => file.name);
}

describe('what an argument leads to', () => {
  it('a file, with its size and time', async () => {
    await write({ 'a.csv': CSV });
    const [file] = await findInputFiles(['a.csv'], root);
    expect(file).toMatchObject({ path: join(root, 'a.csv'), name: 'a.csv', size: 12, format: 'csv', compression: 'none' });
    expect(Number.isInteger(file?.modifiedMs)).toBe(true);
    expect(await names(join(root, 'a.csv'))).toEqual([join(root, 'a.csv')]);
    expect(await names('./a.csv')).toEqual(['./a.csv']);
  });

  it.each(['we[1]rd*?.csv', "it's.csv", 'a "b".csv', 'new\nline.csv', '日本 é.csv', '{a,b}.csv', '!x.csv', '(a|b).csv', 'back\\slash.csv'])(
    'the file that is called %j, literally',
    async (name) => {
      await write({ [name]: CSV, 'we1rdab.csv': CSV, 'a.csv': CSV, 'b.csv': CSV, 'x.csv': CSV });
      expect(await names(name)).toEqual([name]);
    },
  );

  it('a pattern, otherwise', async () => {
    await write({
      'b.csv': CSV,
      'a.csv': CSV,
      'c.tsv': CSV,
      '.hidden.csv': CSV,
      'deep/d.csv': CSV,
      'x.dat': CSV,
      'readme.md': '# x',
      '_tmp.csv': CSV,
    });
    expect(await names('*.csv')).toEqual(['a.csv', 'b.csv']);
    expect(await names('**/*.csv')).toEqual(['a.csv', 'b.csv', 'deep/d.csv']);
    expect(await names('{a,c}.*')).toEqual(['a.csv', 'c.tsv']);
    expect(await names('[ab].csv')).toEqual(['a.csv', 'b.csv']);
    expect(await names('*.dat')).toEqual(['x.dat']);
    expect(await names('_*.csv')).toEqual(['_tmp.csv']);
    expect(await names(join(root, 'deep', '*.csv'))).toEqual([join(root, 'deep/d.csv')]);
    // A star alone leads to what a folder would, the folders in it too.
    expect(await names('*')).toEqual(['a.csv', 'b.csv', 'c.tsv', 'deep/d.csv']);
  });

  it('a pattern that goes up, from a folder whose name looks like a pattern', async () => {
    await write({ 'in[1]/a.csv': CSV, 'other/b.csv': CSV });
    const files = await findInputFiles(['../other/*.csv', '*.csv'], join(root, 'in[1]'));
    expect(files.map((file) => file.name)).toEqual(['a.csv', '../other/b.csv']);
  });

  it('a pattern below a folder whose name looks like one, with its signs escaped', async () => {
    await write({ 'in [1]/a.csv': CSV, 'in [1]/b.csv': CSV });
    expect(await names('in \\[1\\]/*.csv')).toEqual(['in [1]/a.csv', 'in [1]/b.csv']);
  });

  it('a folder, through all that is in it, hidden and underscored entries left out', async () => {
    await write({
      'in/b.csv': CSV,
      'in/a.TSV': CSV,
      'in/c.txt': CSV,
      'in/d.parquet': PARQUET,
      'in/e.csv.gz': gzipSync(CSV),
      'in/sub/f.csv': CSV,
      'in/.g.csv': CSV,
      'in/_SUCCESS': '',
      'in/_temporary/h.csv': CSV,
      'in/.git/i.csv': CSV,
      'in/notes.md': 'x',
      'in/j.json': '{}',
    });
    expect(await names('in')).toEqual(['in/a.TSV', 'in/b.csv', 'in/c.txt', 'in/d.parquet', 'in/e.csv.gz', 'in/j.json', 'in/sub/f.csv']);
    expect(await findInputFiles(['in/'], root)).toEqual(await findInputFiles(['in'], root));
  });

  it('sorted bytewise, each real file once, whatever the order of the arguments', async () => {
    // U+FF21 is before U+1F600 in bytes, after it in UTF-16 units.
    await write({ 'a.csv': CSV, 'B.csv': CSV, '\u{ff21}.csv': CSV, '\u{1f600}.csv': CSV, 'in/a.csv': CSV });
    await symlink('../a.csv', join(root, 'in/link.csv'));
    const expected = ['B.csv', 'a.csv', 'in/a.csv', '\u{ff21}.csv', '\u{1f600}.csv'];
    expect(await names('in', '*.csv', 'a.csv')).toEqual(expected);
    expect(await names('\u{1f600}.csv', 'a.csv', 'B.csv', 'in', '\u{ff21}.csv', 'a.csv')).toEqual(expected);
  });

  it('links: to files, to folders, in a circle, to nowhere', async () => {
    await write({ 'real/a.csv': CSV, 'in/b.csv': CSV });
    await symlink('../real', join(root, 'in/linked'));
    await symlink('..', join(root, 'in/circle'));
    expect((await names('in')).sort()).toEqual(['in/b.csv', 'in/circle/real/a.csv']);
    await symlink('absent.csv', join(root, 'nowhere.csv'));
    await symlink('self.csv', join(root, 'self.csv'));
    expect(await failureOf(() => names('nowhere.csv'))).toMatchObject({
      code: 'input-unreadable',
      message: expect.stringContaining('nowhere.csv'),
    });
    expect((await failureOf(() => names('self.csv'))).code).toBe('input-unreadable');
  });

  it('hundreds of files', async () => {
    await write(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`in/f${index}.csv`, CSV])));
    expect(await names('in')).toHaveLength(300);
  });
});

describe('partitions', () => {
  it('are the key=value folders below the one that was named', async () => {
    await write({
      'x=1/in/dt=2024-01-31/city=S%C3%A3o%20Paulo%2FBR/a=b=c/%zz=50%25/part.parquet': PARQUET,
      'x=1/in/dt=__HIVE_DEFAULT_PARTITION__/b.parquet': PARQUET,
    });
    const expected = [{ dt: 4, city: 3, a: 2, '%zz': 1 }, { dt: 1 }];
    for (const input of ['x=1/in', 'x=1/in/**/*.parquet', join(root, 'x=1/in/dt=*')]) {
      expect((await findInputFiles([input], root)).map((file) => Object.fromEntries(file.partitions))).toEqual(expected);
    }
    expect((await findInputFiles(['x=1/in/dt=2024-01-31'], root)).map((file) => [...file.partitions.keys()])).toEqual([
      ['city', 'a', '%zz'],
    ]);
    expect((await findInputFiles(['x=1/in/dt=__HIVE_DEFAULT_PARTITION__/b.parquet'], root))[0]?.partitions).toEqual(new Map());
  });

  it('may be called __proto__', async () => {
    await write({ 'in/__proto__=x/constructor=y/a.csv': CSV });
    // Entries that begin with an underscore are left out of a folder; a pattern may name them.
    const [file] = await findInputFiles(['in/__proto__*/*/*.csv'], root);
    expect([...(file?.partitions ?? [])]).toEqual([
      ['__proto__', 2],
      ['constructor', 1],
    ]);
  });
});

const ZIP_HEAD = Buffer.from('PK\x03\x04\x14\x00');

describe('format', () => {
  it.each([
    ['text.csv', CSV, 'csv', 'none'],
    ['text.json', CSV, 'csv', 'none'],
    ['text', CSV, 'csv', 'none'],
    ['text.log', CSV, 'csv', 'none'],
    ['quoted.csv', '"id","name"\n', 'csv', 'none'],
    ['brackets.csv', '[id],[name]\n', 'csv', 'none'],
    ['tags.csv', '<DATE>,<TIME>\n', 'csv', 'none'],
    ['packed.csv', gzipSync(CSV), 'csv', 'gzip'],
    ['packed.csv.gz', gzipSync(CSV), 'csv', 'gzip'],
    ['packed.GZ', gzipSync(CSV), 'csv', 'gzip'],
    ['objects.csv', '{"user_id": 1}\n', 'jsonl', 'none'],
    ['objects.jsonl', '\ufeff\n {"user_id": 1}\n', 'jsonl', 'none'],
    ['objects.NDJSON', '{\n', 'jsonl', 'none'],
    ['objects', '{ }', 'jsonl', 'none'],
    ['list.json', '[\n  {"user_id": 1}]', 'jsonl', 'none'],
    ['list.json', '[]', 'jsonl', 'none'],
    ['packed.json.gz', gzipSync('{"a": 1}\n'), 'jsonl', 'gzip'],
    ['wide.json', Buffer.from('\ufeff{"a": 1}\n', 'utf16le'), 'jsonl', 'none'],
    ['wide-unmarked.json', Buffer.from('{"a": 1}\n', 'utf16le').swap16(), 'jsonl', 'none'],
    ['columns.csv', PARQUET, 'parquet', 'none'],
    ['columns.parquet', PARQUET, 'parquet', 'none'],
    ['wide.csv', Buffer.from('\ufeffid,name\n', 'utf16le'), 'csv', 'none'],
    ['damaged.csv.gz', gzipSync(CSV).subarray(0, 12), 'csv', 'gzip'],
    // What cannot be unpacked is told when it is read.
    ['damaged.csv.zst', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), 'csv', 'zstd'],
    // What is in an archive is looked at when it is unpacked.
    ['archive.zip', ZIP_HEAD, 'zip', 'none'],
    ['archive.csv', ZIP_HEAD, 'zip', 'none'],
    ['archive.json.gz', ZIP_HEAD, 'zip', 'none'],
  ])('%s', async (name, content, format, compression) => {
    await write({ [name]: content });
    expect(await findInputFiles([name], root)).toMatchObject([{ format, compression }]);
  });

  it.each([
    ['not-as-named', 'a.parquet', CSV, 'Parquet'],
    ['not-as-named', 'a.parquet', gzipSync(CSV), 'gzip'],
    ['not-as-named', 'a.PARQUET', '{"a": 1}', 'JSON'],
    ['parquet-cut', 'a.parquet', 'PAR1 and some more', 'cut off'],
    ['parquet-cut', 'a.csv', 'PAR1', 'cut off'],
    ['not-as-named', 'a.csv.gz', CSV, 'gzip'],
    ['not-as-named', 'a.zip', CSV, 'named as a zip archive, but it holds delimited text'],
    ['not-as-named', 'a.parquet', ZIP_HEAD, 'a zip archive'],
    ['not-as-named', 'a.csv.gz', PARQUET, 'Parquet'],
    ['unsupported-format', 'a.parquet.gz', gzipSync(PARQUET), 'Parquet within gzip'],
    ['unsupported-format', 'a.csv.gz', gzipSync(gzipSync(CSV)), 'gzip within gzip'],
    ['unsupported-format', 'a.json', '["user_id", "time"]\n', 'other things than objects'],
    ['unsupported-format', 'a.csv.gz', gzipSync('[1, 2]'), 'other things than objects within gzip'],
    ['not-as-named', 'a.jsonl', CSV, 'named as JSON Lines, but it holds delimited text'],
    ['not-as-named', 'a.ndjson', CSV, 'JSON Lines'],
    ['not-as-named', 'a.jsonl', PARQUET, 'Parquet'],
    ['not-as-named', 'a.jsonl', '<html></html>', 'HTML'],
    ['not-as-named', 'a.arrow', CSV, 'Arrow'],
    ['not-as-named', 'a.feather', PARQUET, 'Arrow'],
    ['unsupported-format', 'a.arrow.gz', gzipSync('ARROW1\0\0'), 'Arrow within gzip'],
    ['unsupported-format', 'a.xlsx', ZIP_HEAD, 'Excel'],
    ['unsupported-format', 'a.csv', Buffer.concat([ZIP_HEAD, Buffer.from('[Content_Types].xml')]), 'Excel'],
    ['unsupported-format', 'a.parquet', 'PARE....PARE', 'encrypted Parquet'],
    ['unsupported-format', 'a.csv', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'UTF-32'],
    ['html-page', 'a.csv', '\ufeff \n<!doctype html>', 'HTML'],
    ['html-page', 'a.csv', '<?xml version="1.0"?>', 'HTML or XML'],
    ['html-page', 'a.csv.gz', gzipSync('<html>'), 'HTML'],
    ['file-empty', 'a.csv', '', 'empty'],
    ['file-empty', 'a.csv.gz', gzipSync(''), 'empty'],
    ['file-empty', 'a.parquet', '', 'empty'],
  ])('%s: %s', async (code, name, content, words) => {
    await write({ [name]: content });
    const error = await failureOf(() => findInputFiles([name], root));
    expect(error).toMatchObject({ code, kind: 'input' });
    expect(error.message).toContain(words);
    expect(error.message).toContain(name);
  });

  it('one bad file in a folder refuses it: the first by name', async () => {
    await write({ 'in/a.csv': CSV, 'in/b.csv': '', 'in/c.parquet': CSV });
    expect(await failureOf(() => names('in'))).toMatchObject({ code: 'file-empty', message: expect.stringContaining('in/b.csv') });
  });
});

describe('refused', () => {
  it('nothing there, with the nearest name', async () => {
    await write({ 'in/events.csv': CSV, 'in/zebra.csv': CSV });
    expect(await failureOf(() => names('in/event.csv'))).toMatchObject({ code: 'input-not-found', kind: 'input' });
    expect((await failureOf(() => names('in/event.csv'))).message).toContain('Did you mean "events.csv"?');
    expect((await failureOf(() => names('in/nothing-like-it.csv'))).message).not.toContain('Did you mean');
    for (const input of ['', 'absent/x.csv', 'in/events.csv/x', 'x'.repeat(300)]) {
      expect((await failureOf(() => names(input))).code).toBe('input-not-found');
    }
  });

  it('a folder or pattern without files, with what is there instead', async () => {
    await write({ 'in/a.log': '{}', 'in/b.md': 'x', 'empty/.keep': '' });
    expect(await failureOf(() => names('in'))).toMatchObject({ code: 'no-input-files', message: expect.stringContaining('a.log, b.md') });
    expect((await failureOf(() => names('empty'))).message).toContain('holds no files');
    expect((await failureOf(() => names('in/*.csv'))).message).toContain('no file matches');
    expect((await failureOf(() => names('in/*'))).message).toContain('a.log');
  });

  it.each(['http://example.com/a.csv', 'https://x/y', 's3://bucket/a.parquet', 'gs://b/*.csv', 'HTTP://X'])('%s', async (input) => {
    expect(await failureOf(() => names(input))).toMatchObject({ code: 'input-is-url', message: expect.stringContaining(input) });
  });

  it('devices, sockets', async () => {
    expect(await failureOf(() => names('/dev/null'))).toMatchObject({
      code: 'input-not-a-file',
      message: expect.stringContaining('a device'),
    });
    const server = createServer();
    await new Promise<void>((listening) => {
      server.listen(join(root, 's.csv'), listening);
    });
    expect(await failureOf(() => names('s.csv'))).toMatchObject({ code: 'input-not-a-file', message: expect.stringContaining('a socket') });
    await new Promise((closed) => server.close(closed));
  });

  it('no permission', async () => {
    await write({ 'a.csv': CSV, 'in/b.csv': CSV });
    await chmod(folder.path, 0o755);
    await chmod(join(root, 'a.csv'), 0);
    await chmod(join(root, 'in'), 0);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      for (const input of ['a.csv', 'in', 'in/b.csv']) {
        expect(await failureOf(() => names(input))).toMatchObject({
          code: 'input-unreadable',
          message: expect.stringContaining('does not permit'),
        });
      }
    } finally {
      if (isRoot) process.seteuid?.(0);
      await chmod(join(root, 'in'), 0o700);
    }
  });

  it('a sparse file of 3 TB is not read to be recognised', async () => {
    await write({ 'big.csv': CSV });
    await truncate(join(root, 'big.csv'), 3e12).catch(() => truncate(join(root, 'big.csv'), 3e9));
    expect(await names('big.csv')).toEqual(['big.csv']);
  });
});

describe.skipIf(!hasCorpora)('shared/corpora', () => {
  it('parquet-testing: every file is taken as Parquet or refused by name', async () => {
    for (const part of ['data', 'bad_data']) {
      const base = corpusPath(`parquet-testing/${part}/`);
      for (const name of (await readdir(base)).filter((entry) => entry.endsWith('.parquet'))) {
        const found = await findInputFiles([`${base}${name}`], root).catch((error: unknown) => error);
        if (found instanceof Error) expect(found).toHaveProperty('kind', 'input');
        else expect(found).toMatchObject([{ format: 'parquet' }]);
      }
    }
  });
});
