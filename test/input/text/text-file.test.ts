import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { readHead } from '../../../src/input/text/read-head.js';
import { scanRecords } from '../../../src/input/text/scan-records.js';
import type { TextFile } from '../../../src/input/text/text-file.js';
import { corpusPath, hasCorpora } from '../../support/shared-corpora.js';
import { failureOf, prepare, prepareExisting, spooled, useFolder } from '../../support/text-files.js';

const folder = useFolder();
let spoolBefore = 0;
beforeEach(async () => {
  spoolBefore = (await spooled(folder)).length;
});

async function read(file: TextFile): Promise<string> {
  return readFile(file.readPath, 'utf8');
}

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

describe('a plain UTF-8 file', () => {
  it('is read where it stands', async () => {
    const text = 'id,name\n1,é\n';
    const file = await prepare(folder, text);
    expect(file).toMatchObject({
      sha256: sha256(text),
      encoding: 'utf-8',
      delimiter: ',',
      header: ['id', 'name'],
      headerLine: 1,
      blankLinesBeforeHeader: 0,
      hasNul: false,
      hasMixedLineEndings: false,
      isSpooled: false,
    });
    expect(file.readPath).toBe(file.source.path);
    expect(await spooled(folder)).toHaveLength(spoolBefore);
  });

  it.each([
    ['CRLF', 'id,name\r\n1,a\r\n'],
    ['CRLF within quotes', 'id,name\n1,"a\r\nb"\n'],
    ['a lone CR within quotes', 'id,name\n1,"a\rb"\n'],
    ['LF within quotes of a CRLF file', 'id,name\r\n1,"a\nb"\r\n'],
  ])('%s is left alone', async (_, text) => {
    expect(await prepare(folder, text)).toMatchObject({ isSpooled: false, hasMixedLineEndings: false });
  });

  it('keeps NUL and says so; the mark is no part of the first name', async () => {
    expect(await prepare(folder, 'id,name\n1,a\0b\n')).toMatchObject({ hasNul: true, isSpooled: false });
    expect(await prepare(folder, '\ufeff"id",name\n1,a\n')).toMatchObject({ header: ['id', 'name'], isSpooled: false });
  });

  it('reads a header as it is: over two lines, with blanks, after blank lines', async () => {
    expect(await prepare(folder, ' \n\n User ID ,"two\nlines","a ""b"""\n1,2,3\n')).toMatchObject({
      header: [' User ID ', 'two\nlines', 'a "b"'],
      headerLine: 3,
      blankLinesBeforeHeader: 2,
    });
    const crlf = await prepare(folder, '\r\n\r\nid,name\r\n1,a\r\n');
    expect(crlf).toMatchObject({ header: ['id', 'name'], headerLine: 3, blankLinesBeforeHeader: 2, isSpooled: false });
  });

  it.each(["it's.csv", 'a "b".csv', 'new\nline.csv', 'we[1]rd*?.csv', '日本 é.csv', '-dash.csv'])('may be called %j', async (name) => {
    expect(await prepare(folder, 'id,name\n1,a\n', {}, name)).toMatchObject({ header: ['id', 'name'] });
  });

  it('may be larger than a chunk, with characters and quotes over the borders', async () => {
    const border = 4 * 1024 * 1024;
    const header = 'id,name\n';
    for (const shift of [0, 1, 2, 3]) {
      const filler = `1,${'x'.repeat(1021)}\n`.repeat(4096).slice(0, border - header.length - 8 - shift);
      const text = `${header}${filler.slice(0, filler.lastIndexOf('\n') + 1)}`;
      const pad = border - Buffer.byteLength(text) - 6 - shift;
      const crossing = `${text}2,"${'y'.repeat(Math.max(0, pad))}€😀\nz"\n3,b\n`;
      const file = await prepare(folder, crossing);
      expect(file).toMatchObject({ isSpooled: false, sha256: sha256(crossing) });
      const last: string[][] = [];
      for await (const batch of scanRecords(file)) last.push(...batch.map((record) => [...record.fields]));
      expect(last.slice(-2)).toEqual([
        ['2', `${'y'.repeat(Math.max(0, pad))}€😀\nz`],
        ['3', 'b'],
      ]);
    }
  });
});

describe('record ends', () => {
  it('mixed: the copy has LF, quoted ones stay, lines keep their numbers', async () => {
    const file = await prepare(folder, 'id,name\r\n1,"a\r\nb"\n2,c\r\n');
    expect(file).toMatchObject({ isSpooled: true, hasMixedLineEndings: true, sha256: sha256('id,name\r\n1,"a\r\nb"\n2,c\r\n') });
    expect(await read(file)).toBe('id,name\n1,"a\r\nb"\n2,c\n');
    expect((await stat(file.readPath)).mode & 0o777).toBe(0o600);
  });

  it('a lone CR ends a record: everywhere, or once', async () => {
    const everywhere = await prepare(folder, 'id,name\r1,"a\rb"\r');
    expect([await read(everywhere), everywhere.hasMixedLineEndings]).toEqual(['id,name\n1,"a\rb"\n', false]);
    const once = await prepare(folder, 'id,name\n1,a\r2,b\n');
    expect([await read(once), once.hasMixedLineEndings]).toEqual(['id,name\n1,a\n2,b\n', true]);
  });

  it('a quote in the middle of a field opens nothing', async () => {
    expect(await read(await prepare(folder, 'id,name\n1,5" tape\r\n2,b\n'))).toBe('id,name\n1,5" tape\n2,b\n');
  });

  it('a CR at the very border of a chunk', async () => {
    const header = 'id,name\r\n';
    for (const shift of [0, 1]) {
      const text = `${header}1,${'x'.repeat(4 * 1024 * 1024 - header.length - 3 + shift)}\r\n2,b\r\n`;
      expect(await prepare(folder, text)).toMatchObject({ isSpooled: false });
      const mixed = await prepare(folder, `${text}3,c\n`);
      expect([mixed.hasMixedLineEndings, await read(mixed)]).toEqual([true, `${text}3,c\n`.replaceAll('\r\n', '\n')]);
    }
  });
});

describe('encodings', () => {
  const text = 'id,name\nü,€ 😀\n';

  it('UTF-16 by its mark', async () => {
    for (const [bytes, encoding] of [
      [Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
      [utf16be(`\ufeff${text}`), 'utf-16be'],
    ] as const) {
      const file = await prepare(folder, bytes);
      expect(file).toMatchObject({ encoding, isSpooled: true, header: ['id', 'name'], sha256: sha256(bytes), hasNul: false });
      expect(await read(file)).toBe(text);
    }
  });

  it('UTF-16 without a mark: told, or refused with the name to give', async () => {
    expect(await read(await prepare(folder, Buffer.from(text, 'utf16le'), { encoding: 'UTF-16LE' }))).toBe(text);
    expect(await read(await prepare(folder, utf16be(text), { encoding: 'utf-16be' }))).toBe(text);
    const plain = 'id,name\n1,anna\n';
    expect(await failureOf(() => prepare(folder, Buffer.from(plain, 'utf16le')))).toMatchObject({
      code: 'encoding',
      hint: expect.stringContaining('--encoding utf-16le'),
    });
    expect(await failureOf(() => prepare(folder, utf16be(plain)))).toMatchObject({ hint: expect.stringContaining('--encoding utf-16be') });
  });

  it('latin-1 is ISO-8859-1, windows-1252 has its own signs', async () => {
    const bytes = Buffer.concat([Buffer.from('id,name\njos'), Buffer.from([0xe9, 0x2c, 0x80, 0x93, 0xff, 0x81]), Buffer.from('\n')]);
    for (const encoding of ['latin1', 'latin-1', 'ISO-8859-1']) {
      const file = await prepare(folder, bytes, { encoding });
      expect([file.encoding, await read(file)]).toEqual(['iso-8859-1', 'id,name\njosé,\u0080\u0093ÿ\u0081\n']);
    }
    const file = await prepare(folder, bytes, { encoding: 'windows-1252' });
    expect([file.encoding, await read(file), file.sha256]).toEqual(['windows-1252', 'id,name\njosé,€“ÿ\u0081\n', sha256(bytes)]);
  });

  it('every byte of windows-1252 is what the standard table says', async () => {
    const bytes = Buffer.from(Array.from({ length: 128 }, (_, index) => index + 128));
    const file = await prepare(folder, Buffer.concat([Buffer.from('id,x\n1,'), bytes, Buffer.from('\n')]), { encoding: 'cp1252' });
    const signs = [...(await read(file)).slice(7, -1)];
    expect(signs.slice(0, 32).join('')).toBe('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ');
    expect(signs.slice(32).join('')).toBe(bytes.subarray(32).toString('latin1'));
  });

  it('other encodings, over piece borders', async () => {
    const rows = '1,日本\n'.repeat(30_000);
    const shiftJis = Buffer.concat(Array.from({ length: 30_000 }, () => Buffer.from([0x31, 0x2c, 0x93, 0xfa, 0x96, 0x7b, 0x0a])));
    const file = await prepare(folder, Buffer.concat([Buffer.from('id,x\n'), shiftJis]), { encoding: 'shift_jis' });
    expect(await read(file)).toBe(`id,x\n${rows}`);
  });

  it('refuses bytes that the encoding does not know, naming the line', async () => {
    const latin = Buffer.concat([Buffer.from('id,name\r\n"1\r\n2",a\r\n'), Buffer.from([0x62, 0xe9, 0x0a])]);
    expect(await failureOf(() => prepare(folder, latin))).toMatchObject({
      code: 'encoding',
      message: expect.stringContaining('events.csv:4: '),
      hint: expect.stringContaining('--encoding windows-1252'),
    });
    const far = Buffer.concat([Buffer.from('id,name\n'), Buffer.from('1,a\n'.repeat(1_200_000)), Buffer.from([0xe9])]);
    expect((await failureOf(() => prepare(folder, far))).message).toContain('events.csv:1200002: ');
    const cut = Buffer.from(`\ufeff${'id,name\n'.repeat(20_000)}`, 'utf16le').subarray(0, -1);
    expect(await failureOf(() => prepare(folder, cut))).toMatchObject({
      code: 'encoding',
      message: expect.stringContaining('events.csv:20000: '),
    });
    const surrogate = Buffer.concat([
      Buffer.from(`\ufeffid,name\n${'1,a\n'.repeat(30_000)}`, 'utf16le'),
      Buffer.from([0x00, 0xd8, 0x0a, 0x00]),
    ]);
    expect((await failureOf(() => prepare(folder, surrogate))).message).toContain('events.csv:30002: ');
    expect(await failureOf(() => prepare(folder, 'id\n', { encoding: 'klingon' }))).toMatchObject({
      code: 'bad-option-value',
      kind: 'usage',
    });
    expect(await spooled(folder)).toHaveLength(spoolBefore);
  });

  it('record ends of a decoded file are LF as well', async () => {
    const file = await prepare(folder, Buffer.from('\ufeffid;name\r1;"a\rb"\r\n2;c\n', 'utf16le'));
    expect([await read(file), file.hasMixedLineEndings, file.delimiter]).toEqual(['id;name\n1;"a\rb"\n2;c\n', true, ';']);
    expect(await spooled(folder)).toHaveLength(spoolBefore + 1);
  });
});

describe('gzip', () => {
  const text = `id,name\n${randomTable()}`;
  const packed = gzipSync(text);

  it('is unpacked into a private copy, members one after the other', async () => {
    const bytes = Buffer.concat([packed, gzipSync('3,c\n'), Buffer.alloc(512)]);
    const file = await prepare(folder, bytes, {}, 'events.csv.gz');
    expect(file).toMatchObject({ isSpooled: true, sha256: sha256(bytes), header: ['id', 'name'] });
    expect(await read(file)).toBe(`${text}3,c\n`);
    expect((await stat(file.readPath)).mode & 0o777).toBe(0o600);
    expect(file.readPath.startsWith(folder.spool)).toBe(true);
  });

  it('is known by content under another name, and may hold UTF-16 or mixed line ends', async () => {
    expect(await read(await prepare(folder, packed, {}, 'events.csv'))).toBe(text);
    const wide = await prepare(folder, gzipSync(Buffer.from('\ufeffid,name\r\n1,a\n', 'utf16le')), {}, 'events.csv.gz');
    expect([await read(wide), wide.encoding]).toEqual(['id,name\n1,a\n', 'utf-16le']);
    expect(await spooled(folder)).toHaveLength(spoolBefore + 2);
  });

  it.each([1, 10, 18, 30, Math.floor(packed.length / 2), packed.length - 9, packed.length - 8, packed.length - 4, packed.length - 1])(
    'cut after %i bytes is refused',
    async (length) => {
      const error = await failureOf(() => prepare(folder, packed.subarray(0, length), {}, 'events.csv.gz'));
      expect(error.message.toLowerCase()).toContain('gzip');
      expect(error.code).toBe(length === 1 ? 'not-as-named' : 'gzip-damaged');
      expect(await spooled(folder)).toHaveLength(spoolBefore);
    },
  );

  it('with a flipped byte is refused, or reads the same', async () => {
    const random = gzipSync(text, { strategy: constants.Z_HUFFMAN_ONLY });
    const whole = await read(await prepare(folder, random, {}, 'events.csv.gz'));
    let refused = 0;
    for (let at = 0; at < random.length; at += Math.ceil(random.length / 60)) {
      const hurt = Buffer.from(random);
      hurt[at] = (hurt[at] ?? 0) ^ 0x10;
      try {
        expect(await read(await prepare(folder, hurt, {}, 'events.csv.gz'))).toBe(whole);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(?:gzip-damaged|not-as-named)$/) });
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(50);
  });

  it.each(['hello', '\0\0hello', '\x1f\x8bxx'])('with %j after its end is refused', async (tail) => {
    const bytes = Buffer.concat([packed, Buffer.from(tail, 'latin1')]);
    expect(await failureOf(() => prepare(folder, bytes, {}, 'events.csv.gz'))).toMatchObject({ code: 'gzip-damaged' });
  });

  it('that expands too far is refused early; --max-expand allows it', async () => {
    const bomb = gzipSync(`id,name\n${'1,a\n'.repeat(3_000_000)}`);
    const started = process.memoryUsage().rss;
    const error = await failureOf(() => prepare(folder, bomb, {}, 'bomb.csv.gz'));
    expect(error).toMatchObject({ code: 'gzip-expands', message: expect.stringContaining('--max-expand') });
    expect(process.memoryUsage().rss - started).toBeLessThan(200 * 1024 * 1024);
    expect(await spooled(folder)).toHaveLength(spoolBefore);
    expect(await prepare(folder, bomb, { maxExpand: 5000 }, 'bomb.csv.gz')).toMatchObject({ header: ['id', 'name'] });
  });
});

describe('delimiter', () => {
  it.each([
    [',', 'a,b\n1,2\n'],
    [';', 'a;b\n1,5;2,5\n1,5;2\n'],
    ['\t', 'name, first\tid\n"x"\t2\n'],
    ['|', 'a|b,c|d\n1|2|3\n'],
    ['^', 'a^b\n1^2\n'],
    ['~', 'a~b\n1~2\n'],
    [':', 'a:b\n1:2\n'],
    [',', 'a,b'],
    [';', 'a;b;c,d\n'],
    [',', '"a;b",c\n1,2\n'],
    [',', 'a,b\n"x;y;z",1\n"1;2;3",4\n'],
    [',', 'time,note\n10:20:30,a;b\n'],
    [';', '"a,b";c\n"1,2,3";4\n'],
    [',', 'a,b,c\n1,2\n'],
  ])('%j from %j', async (delimiter, text) => {
    expect((await prepare(folder, text)).delimiter).toBe(delimiter);
  });

  it('one column is one column', async () => {
    expect((await prepare(folder, 'user_id\n1\n2\n')).header).toEqual(['user_id']);
    expect((await prepare(folder, 'at: time\n10:20:30\n')).header).toEqual(['at: time']);
    expect((await prepare(folder, 'note\nhe said;"well\n')).header).toEqual(['note']);
  });

  it('may be named by a first line, as spreadsheets write it', async () => {
    for (const text of ['sep=;\na;b,c\n1;2\n', '\ufeffsep=;\r\na;b,c\r\n1;2\r\n', 'sep=;\n\na;b,c\n1;2\n']) {
      const file = await prepare(folder, text);
      expect(file).toMatchObject({ delimiter: ';', header: ['a', 'b,c'], records: 1 });
      expect(await readHead(file, 10)).toEqual([['1', '2']]);
    }
    expect(await prepare(folder, 'sep=;\na;b,c\n1;2,3\n', { delimiter: ',' })).toMatchObject({ header: ['a;b', 'c'], headerLine: 2 });
    expect((await prepare(folder, 'sep=,b\n1,2\n')).header).toEqual(['sep=', 'b']);
  });

  it('may be told', async () => {
    expect((await prepare(folder, 'a;b,c\n1;2,3\n', { delimiter: ',' })).header).toEqual(['a;b', 'c']);
    expect((await prepare(folder, 'a b\n1 2\n', { delimiter: ' ' })).header).toEqual(['a', 'b']);
    expect((await prepare(folder, 'a\tb\n', { delimiter: 'tab' })).header).toEqual(['a', 'b']);
    expect((await prepare(folder, 'a\tb\n', { delimiter: '\\t' })).header).toEqual(['a', 'b']);
    expect((await prepare(folder, 'a::b\n', { delimiter: '::' })).header).toEqual(['a', 'b']);
    for (const delimiter of ['', '"', '\n', '12345', 'x"']) {
      expect(await failureOf(() => prepare(folder, 'a,b\n', { delimiter }))).toMatchObject({ code: 'bad-option-value' });
    }
  });
});

describe('refused', () => {
  it.each([
    ['html-page', '\n <!DOCTYPE html>\n<html></html>\n'],
    ['file-empty', '\n\n  \n\r\n'],
    ['file-empty', '\ufeff'],
    ['header-nul', 'user_id,eve\0nt,timestamp\nu1,view,2024-01-01\n'],
    ['header-empty', ',,,\n1,2,3\n'],
    ['header-empty', '"","  "\n1,2\n'],
    ['unterminated-quote', 'id,"name\n1,a\n'],
    ['unterminated-quote', `id,name\n${'1,a\n'.repeat(300_000)}2,"open\n3,b\n`],
    ['too-many-columns', `${'a,'.repeat(2001)}b\n`],
    ['line-too-long', `${'a'.repeat(3_000_000)}\n1\n`],
    ['unsupported-format', '[["user_id"]]'],
  ])('%s', async (code, text) => {
    const error = await failureOf(() => prepare(folder, text));
    expect(error).toMatchObject({ code, kind: 'input', message: expect.stringContaining('events.csv') });
    expect(error.message.length).toBeLessThan(500);
  });

  it('markup and JSON lists within gzip or another encoding too', async () => {
    expect((await failureOf(() => prepare(folder, gzipSync('<html></html>'), {}, 'x.csv.gz'))).code).toBe('html-page');
    expect((await failureOf(() => prepare(folder, Buffer.from('\ufeff<html></html>', 'utf16le')))).code).toBe('html-page');
    expect((await failureOf(() => prepare(folder, '<html>\xe9</html>', { encoding: 'latin1' }))).code).toBe('html-page');
    expect((await failureOf(() => prepare(folder, gzipSync('[1]\n'), {}, 'x.csv.gz'))).message).toContain('within gzip');
  });

  it('a header like <DATE>,<TIME> is no markup', async () => {
    expect((await prepare(folder, '<DATE>,<TIME>\n1,2\n')).header).toEqual(['<DATE>', '<TIME>']);
  });

  it('an open quote of 20 MB near the beginning, without reading on for ever', async () => {
    const row = `${'x'.repeat(1023)}\n`;
    const text = `id,name\n1,a\n2,"${row.repeat(20 * 1024)}`;
    expect(await failureOf(() => prepare(folder, text))).toMatchObject({
      code: 'unterminated-quote',
      message: expect.stringContaining('events.csv:3:'),
    });
    expect((await failureOf(() => prepare(folder, `"${row.repeat(20 * 1024)}`))).message).toContain('events.csv:1:');
  });

  it('a line over 16 MB far down: the engine would drop it without a word', async () => {
    const text = `id,name\n${'1,a\n'.repeat(100)}2,${'x'.repeat(21 * 1024 * 1024)}\n3,b\n`;
    expect(await failureOf(() => prepare(folder, text))).toMatchObject({
      code: 'line-too-long',
      message: expect.stringContaining('events.csv:102 '),
    });
  });

  it('random bytes: an answer or a clear refusal', async () => {
    for (let round = 0; round < 30; round++) {
      const bytes = Buffer.concat([Buffer.from('id,name\n'), randomBytes(200)]);
      await prepare(folder, bytes, round % 2 === 0 ? {} : { encoding: 'latin1' })
        .then((file) => readHead(file, 100))
        .catch((error: unknown) => expect(error).toHaveProperty('code'));
    }
  });

  it('a spool folder that is not there', async () => {
    await expect(prepare(folder, gzipSync('a,b\n'), { spoolDirectory: join(folder.path, 'absent') }, 'x.csv.gz')).rejects.toMatchObject({
      code: 'system-failed',
    });
  });
});

describe.skipIf(!hasCorpora)('shared/corpora/bad-inputs', () => {
  it.each([
    ['windows-1252.csv', 'encoding', ':2: '],
    ['one-bad-byte.csv', 'encoding', ':3: '],
    ['unterminated-quote.csv', 'unterminated-quote', ':3:'],
    ['empty.csv', 'file-empty', 'empty'],
    ['html-login-page.csv', 'html-page', 'HTML'],
    ['truncated.csv.gz', 'gzip-damaged', 'gzip'],
    ['plain-text.csv.gz', 'not-as-named', 'gzip'],
    ['bomb.csv.gz', 'gzip-expands', '--max-expand'],
    ['csv-named.parquet', 'not-as-named', 'Parquet'],
  ])('%s is refused: %s', async (name, code, words) => {
    const error = await failureOf(() => prepareExisting(folder, corpusPath(`bad-inputs/${name}`)));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(await spooled(folder)).toHaveLength(spoolBefore);
  });

  it.each([
    ['bom-utf8.csv', { isSpooled: false, header: ['user_id', 'event', 'timestamp', 'revenue'] }],
    ['cr-only.csv', { isSpooled: true, hasMixedLineEndings: false }],
    ['mixed-line-endings.csv', { isSpooled: true, hasMixedLineEndings: true }],
    ['embedded-newlines.csv', { isSpooled: false, hasMixedLineEndings: false }],
    ['semicolon-decimal-comma.csv', { delimiter: ';' }],
    ['tab-separated.csv', { delimiter: '\t' }],
    ['report-preamble.csv', { header: ['Events export'] }],
    ['nul-bytes.csv', { hasNul: true }],
    ['good.csv.gz', { isSpooled: true }],
    ['hostile-columns.csv', { header: expect.arrayContaining(['ev"ent', '__proto__', 'a b\nc', '']) }],
  ])('%s', async (name, expected) => {
    expect(await prepareExisting(folder, corpusPath(`bad-inputs/${name}`))).toMatchObject(expected);
  });

  it('windows-1252.csv when told', async () => {
    const file = await prepareExisting(folder, corpusPath('bad-inputs/windows-1252.csv'), { encoding: 'windows-1252' });
    expect((await readHead(file, 2)).map(([id, event]) => [id, event])).toEqual([
      ['josé', 'café_visit'],
      ['anna', '“smart”'],
    ]);
  });

  it('every text file: never anything but an answer or a named refusal', async () => {
    const base = corpusPath('bad-inputs/');
    const names = (await readdir(base)).filter((name) => /\.csv(?:\.gz)?$/.test(name));
    expect(names.length).toBeGreaterThan(40);
    for (const name of names) {
      await prepareExisting(folder, `${base}${name}`)
        .then((file) => readHead(file, 1000))
        .catch((error: unknown) => expect(error).toHaveProperty('kind', 'input'));
    }
  });
});

/** Rows that compress badly; the same every time. */
function randomTable(): string {
  let state = 7;
  const rows: string[] = [];
  for (let row = 0; row < 500; row++) {
    state = (state * 48271) % 2147483647;
    rows.push(`${state},${state % 977}\n`);
  }
  return rows.join('');
}
