import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { WRITERS } from '../../support/formats.js';
import { loadRows } from '../../support/load-rows.js';
import { runCli } from '../../support/run-cli.js';
import { failureOf, useFolder } from '../../support/text-files.js';

const folder = useFolder();

/** Writes lines to a file and returns its path. */
async function file(content: string | Buffer | readonly string[], name = 'events.jsonl'): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : content.map((line) => `${line}\n`).join(''));
  return path;
}

/** The user ids of a file, in the order of the ids. */
async function users(content: string | Buffer | readonly string[], options: Parameters<typeof loadRows>[1] = {}, name?: string) {
  return (await loadRows([await file(content, name)], options)).rows.map(({ user }) => user);
}

/** A line with a value as it is written in JSON for the user. */
const user = (json: string): string => `{"user_id":${json},"time":"2024-01-01"}`;

describe('values', () => {
  it.each([
    ['a 19-digit number', '1234567890123456789', '1234567890123456789'],
    ['the largest of 64 bits', '18446744073709551615', '18446744073709551615'],
    ['a number beyond 64 bits', '123456789012345678901234567890', '123456789012345678901234567890'],
    ['trailing zeros', '1.50', '1.50'],
    ['a whole number with a point', '1.0', '1.0'],
    ['an exponent', '1e5', '1e5'],
    ['a capital exponent', '1E+5', '1E+5'],
    ['a negative one', '-12.50', '-12.50'],
    ['minus zero', '-0', '-0'],
    ['zero', '0', '0'],
    ['more digits than a double holds', '0.12345678901234567890123', '0.12345678901234567890123'],
    ['a number too large for a double', '1e400', '1e400'],
    ['digits in quotes', '"007"', '007'],
    ['a decimal in quotes', '"1.50"', '1.50'],
    ['an exponent in quotes', '"1e5"', '1e5'],
    ['blanks around a number in quotes', '" 1.50 "', ' 1.50 '],
    ['true', 'true', 'true'],
    ['unicode escapes', '"\\u00e9\\u20ac"', 'é€'],
    ['a surrogate pair', '"\\ud83d\\ude00"', '😀'],
    ['escapes', '"a\\"b\\\\c\\/d\\te\\nf"', 'a"b\\c/d\te\nf'],
    ['text as it is', '" É "', ' É '],
    ['an object', '{"b" : 1, "a": [2]}', '{"b":1,"a":[2]}'],
  ])('%s', async (_, json, text) => {
    const twice = `{"x":{"user_id":9.50},"user_id":${json},"time":"2024-01-01"}`;
    const spaced = ` {"time" : "2024-01-01" , "user_id" : ${json} } `;
    expect(await users([user(json), user(json), twice, spaced, user('"z"')], { columns: { user: 'user_id' } })).toEqual([
      ...[text, text, text, text].filter((value) => value < 'z'),
      'z',
      ...[text, text, text, text].filter((value) => value > 'z'),
    ]);
  });

  it('null, missing and empty are alike: no user', async () => {
    expect(await users([user('null'), '{"time":"2024-01-01"}', user('""'), user('"a"')])).toEqual([null, null, null, 'a']);
  });

  it('a key that repeats: its first value', async () => {
    expect(await users(['{"user_id":"a","user_id":"b","time":"2024-01-01"}'])).toEqual(['a']);
  });

  it('amounts keep every digit', async () => {
    const { rows } = await loadRows(
      [
        await file([
          '{"user_id":"a","time":"2024-01-01","event":"purchase","amount":9007199254740993.25}',
          '{"user_id":"b","time":"2024-01-01","event":"purchase","amount":1.10}',
          '{"user_id":"c","time":"2024-01-01","event":"purchase","amount":"2,5"}',
          '{"user_id":"d","time":"2024-01-01","event":"purchase","amount":NaN}',
        ]),
      ],
      { decimal: '.' },
    );
    expect(rows.map(({ amount }) => amount)).toEqual(['9007199254740993.2500', '1.1000', null, null]);
  });
});

describe('keys', () => {
  it('dotted names lead to fields of objects, at any depth; a key with dots in its name comes first', async () => {
    const lines = [
      '{"user":{"id":"a","more":{"x":{"y":{"z":{"deep":"d1"}}}}},"time":"2024-01-01"}',
      '{"user.id":"b","user":{"id":"c"},"time":"2024-01-01"}',
      '{"user":{"id":"d","more":{"x.y":{"z.deep":"d4"}}},"time":"2024-01-01"}',
    ];
    expect(await users(lines, { columns: { user: 'user.id' } })).toEqual(['a', 'b', 'd']);
    const deep = await users([...lines], { columns: { user: 'user.more.x.y.z.deep' } });
    expect(deep).toEqual([null, 'd1', 'd4']);
    expect(await users(lines, { columns: { user: 'user.more.x.y.z.deep', event: 'none' } })).toHaveLength(3);
    expect(await users(lines.slice(2), { columns: { user: 'user.more.x.y.z.deep' } })).toEqual(['d4']);
  });

  it('strange names: blanks, slashes, tildes, quotes, dollars, percent signs, an empty one, other scripts', async () => {
    for (const name of [
      'user name',
      'a/b',
      'a~b',
      'a"b',
      '$id',
      '100%',
      '',
      'ключ',
      "o'clock",
      'a\\b',
      '__proto__',
      '0',
      'problem',
      'line',
      '*',
    ]) {
      const line = JSON.stringify({ k: 1.5 }).replace('"k":1.5', `${JSON.stringify(name)}:1.50,"time":"2024-01-01"`);
      expect(await users([line], { columns: { user: name } }), name).toEqual(['1.50']);
    }
  });

  it('names that differ in case only are two', async () => {
    const lines = ['{"ID":"a","id":"b","Id":"c","time":"2024-01-01"}'];
    for (const [name, value] of [
      ['ID', 'a'],
      ['id', 'b'],
      ['Id', 'c'],
    ] as const) {
      expect(await users(lines, { columns: { user: name, eventId: 'none' } })).toEqual([value]);
    }
  });

  it('objects with different keys are rows of one table', async () => {
    const { rows, loaded } = await loadRows([
      await file([
        '{"time":"2024-01-01","user_id":"a"}',
        '{"user_id":"b","revenue":5,"time":"2024-01-01"}',
        '{"user_id":"c","other":[1,2],"time":"2024-01-01"}',
      ]),
    ]);
    expect(rows.map(({ user, amount }) => [user, amount])).toEqual([
      ['a', null],
      ['b', '5.0000'],
      ['c', null],
    ]);
    expect(loaded.mapping.columns).toMatchObject({ user: 'user_id', time: 'time', value: 'revenue' });
  });

  it('a key first seen after the head is found by its name, a field there when it is named', async () => {
    const plain = '{"user_id":"a","time":"2024-01-01","properties":{"x":1}}\n'.repeat(10_000);
    const late = '{"user_id":"b","time":"2024-01-01","revenue":7.50,"properties":{"account":"late","x":1}}\n';
    const { rows, loaded } = await loadRows([await file(plain + late)]);
    expect(loaded.mapping.columns.value).toBe('revenue');
    expect(rows.find(({ user }) => user === 'b')?.amount).toBe('7.5000');
    expect(rows).toHaveLength(10_001);
    const named = await users(plain + late, { columns: { user: 'properties.account' } });
    expect(named.filter((value) => value !== null)).toEqual(['late']);
    expect(await failureOf(() => users(plain + late, { columns: { user: 'properties.acount' } }))).toMatchObject({ code: 'column-absent' });
  });

  it('a field that only one of two files has', async () => {
    const first = await file(['{"user_id":"a","time":"2024-01-01","p":{"x":1}}'], 'first.jsonl');
    const second = await file(['{"user_id":"b","time":"2024-01-01","p":{"amount":2.50}}'], 'second.jsonl');
    const { rows } = await loadRows([first, second], { columns: { value: 'p.amount' } });
    expect(rows.map(({ user, amount }) => [user, amount])).toEqual([
      ['a', null],
      ['b', '2.5000'],
    ]);
  });

  it('an object or a list is no candidate by name', async () => {
    const lines = [
      '{"user":{"name":"x"},"uid":"a","time":"2024-01-01","amount":[1]}',
      '{"user":null,"uid":"b","time":"2024-01-01","amount":null}',
    ];
    const { loaded } = await loadRows([await file(lines)]);
    expect(loaded.mapping.columns).toMatchObject({ user: 'uid', value: null });
    expect(await failureOf(() => users(lines, { columns: { user: 'user' } }))).toMatchObject({
      code: 'column-absent',
      message: expect.stringContaining('user.name'),
    });
  });

  it('too many different keys are refused', async () => {
    const lines = Array.from({ length: 2001 }, (_, index) => `{"user_id":"a","time":"2024-01-01","key${index}":1}`);
    expect(await failureOf(() => users(lines))).toMatchObject({ code: 'too-many-columns' });
  });
});

describe('JSON in a text column', () => {
  const properties = '{"plan":"pro","price":1.50,"a":{"b":"c"}}';

  it.each([
    ['events.csv', `user_id,time,properties\na,2024-01-01,"${properties.replaceAll('"', '""')}"\nb,2024-01-01,no json\nc,2024-01-01,\n`],
    [
      'events.jsonl',
      `${JSON.stringify({ user_id: 'a', time: '2024-01-01', properties })}\n{"user_id":"b","time":"2024-01-01","properties":"no json"}\n{"user_id":"c","time":"2024-01-01"}\n`,
    ],
  ])('%s', async (name, content) => {
    for (const [column, value] of [
      ['properties.plan', 'pro'],
      ['properties.price', '1.50'],
      ['properties.a.b', 'c'],
    ] as const) {
      expect(await users(content, { columns: { user: column } }, name)).toEqual([null, null, value]);
    }
    expect(await failureOf(() => users(content, { columns: { user: 'properties.nothing' } }, name))).toMatchObject({
      code: 'column-absent',
    });
  });

  it('the place of a reject is found by a time within it', async () => {
    const rows = ['2024-01-01', 'yesterday', '2024-01-02'].map((at, index) => `u${index},"{""at"":""${at}""}"`);
    await file(`user_id,properties\n${rows.join('\n')}\n`, 'within.csv');
    const { stdout } = await runCli(['classify', 'within.csv', '--time-column', 'properties.at', '--dry-run', '--json'], {
      cwd: folder.path,
    });
    expect(JSON.parse(stdout).rejects).toEqual([{ file: 'within.csv', line: 3, reason: 'unreadable_time' }]);
  });

  it('in Parquet', async () => {
    const bytes = await WRITERS['parquet']?.(
      {
        columns: ['user_id', 'time', 'properties'],
        rows: [
          ['a', '2024-01-01', properties],
          ['b', '2024-01-01', 'no json'],
          ['c', '2024-01-01', ''],
        ],
      },
      folder.spool,
    );
    expect(await users(bytes ?? '', { columns: { user: 'properties.price' } }, 'events.parquet')).toEqual([null, null, '1.50']);
  });
});

describe('lines', () => {
  /** The summary of classifying a file. */
  async function summary(content: string | Buffer | readonly string[], name = 'events.jsonl', ...flags: readonly string[]) {
    await file(content, name);
    const { stdout, stderr, exitCode: code } = await runCli(['classify', name, '--dry-run', '--json', ...flags], { cwd: folder.path });
    return { code, stderr, ...(stdout === '' ? {} : JSON.parse(stdout)) };
  }
  const good = user('"a"');

  it('what is no JSON, or no object, is a reject with its physical line; blank lines are none', async () => {
    const lines = [
      good,
      '',
      '{"user_id":',
      '   ',
      good,
      '[1]',
      '5',
      'null',
      'text',
      '{"user_id":"b","time":"yesterday"}',
      good,
      good,
      good,
      good,
      good,
      good,
    ];
    const { rows, rejects } = await summary(lines);
    expect(rows).toMatchObject({ total: 14, used: 8, rejected: 6 });
    expect(rejects).toEqual([
      { file: 'events.jsonl', line: 3, reason: 'not_json' },
      { file: 'events.jsonl', line: 6, reason: 'not_an_object' },
      { file: 'events.jsonl', line: 7, reason: 'not_an_object' },
      { file: 'events.jsonl', line: 8, reason: 'not_an_object' },
      { file: 'events.jsonl', line: 9, reason: 'not_json' },
      { file: 'events.jsonl', line: 10, reason: 'unreadable_time' },
    ]);
  });

  it('a record over several lines is several rejects', async () => {
    const { rows } = await summary([good, good, good, good, '{"user_id":', '"b"}']);
    expect(rows).toMatchObject({ total: 6, used: 4, rejected: 2 });
  });

  it('a byte order mark, CRLF and a last line without an end change nothing', async () => {
    const { rows } = await summary(`\ufeff${good}\r\n${good}\r\n\r\n${good}`);
    expect(rows).toMatchObject({ total: 3, used: 3 });
  });

  it('a file cut off in the middle of a line: that line is a reject', async () => {
    const { rows, rejects, warnings } = await summary(`${good}\n${good}\n${good}\n{"user_id":"b","ti`);
    expect(rows).toMatchObject({ total: 4, used: 3, rejected: 1 });
    expect(rejects).toEqual([{ file: 'events.jsonl', line: 4, reason: 'cut_off' }]);
    expect(warnings.map(({ code }: { code: string }) => code)).toContain('rejects');
  });

  it('NUL bytes and their escapes are rejects', async () => {
    const { rows, rejects } = await summary([good, good, good, good, user('"x\0y"'), user('"x\\u0000y"'), user('"x\\\\u0000y"')]);
    expect(rows).toMatchObject({ total: 7, used: 5, rejected: 2 });
    expect(rejects.map(({ line, reason }: { line: number; reason: string }) => [line, reason])).toEqual([
      [5, 'not_json'],
      [6, 'nul_byte'],
    ]);
  });

  it('half a surrogate pair is a reject', async () => {
    expect((await summary([good, good, user('"\\ud83d"')])).rejects).toMatchObject([{ line: 3, reason: 'not_json' }]);
  });

  it('bytes that are not UTF-8 refuse the file with the line', async () => {
    const { code, stderr } = await summary(Buffer.concat([Buffer.from(`${good}\n`), Buffer.from([0x7b, 0xff, 0x7d, 0x0a])]));
    expect(code).toBe(3);
    expect(stderr).toContain('events.jsonl:2');
  });

  it('other encodings are read when they are marked or named', async () => {
    const text = `${user('"é"')}\n`;
    expect((await summary(Buffer.from(`\ufeff${text}`, 'utf16le'))).users).toBe(1);
    expect((await summary(Buffer.from(text, 'latin1'), 'latin.jsonl', '--encoding', 'latin1')).users).toBe(1);
  });

  it('a line of 3 MB is read, one of 17 MB refused', async () => {
    const long = (length: number): string => `{"user_id":"b","time":"2024-01-01","x":"${'x'.repeat(length)}"}`;
    expect((await summary([good, long(3_000_000), good])).rows).toMatchObject({ used: 3 });
    const { code, stderr } = await summary([good, long(17 * 1024 * 1024), good]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('line-too-long')]);
  });

  it('deep nesting is no trouble', async () => {
    const deep = `{"user_id":"b","time":"2024-01-01","x":${'['.repeat(500)}${']'.repeat(500)},"y":${'{"y":'.repeat(500)}1${'}'.repeat(500)}}`;
    expect((await summary([good, deep])).rows).toMatchObject({ used: 2 });
  });

  it('a file without any object is refused, with a command', async () => {
    const { code, stderr } = await summary('{\n  "user_id": "a",\n  "time": "2024-01-01"\n}\n', 'pretty.json');
    expect(code).toBe(3);
    expect(stderr).toContain('no-json-objects');
    expect(stderr).toContain('jq -c . pretty.json');
  });

  it('JSON Lines under the name of CSV, and packed with gzip, are read by their content', async () => {
    expect((await summary([good, good], 'events.csv')).rows).toMatchObject({ used: 2 });
    expect((await summary(gzipSync(`${good}\n`), 'events.json.gz')).rows).toMatchObject({ used: 1 });
    expect(await summary(gzipSync(`${good}\n`).subarray(0, 30), 'cut.json.gz')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('gzip-damaged'),
    });
  });

  it('CSV under the name of JSON Lines is refused', async () => {
    expect(await summary('user_id,time\na,2024-01-01\n', 'table.jsonl')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('not-as-named'),
    });
  });
});

describe('a list of objects', () => {
  it.each([
    ['on one line', `[${user('"a"')},${user('1.50')}]`],
    ['an element a line', `[\n${user('"a"')},\n${user('1.50')}\n]\n`],
    [
      'written with indents',
      JSON.stringify(
        [
          { user_id: 'a', time: '2024-01-01', x: ['[', '"}', '\\'] },
          { user_id: 'b', time: '2024-01-01' },
        ],
        undefined,
        2,
      ).replace('"b"', '1.50'),
    ],
    ['with a mark and CRLF', `\ufeff\r\n[ ${user('"a"')} ,\r\n ${user('1.50')} ]\r\n`],
  ])('%s', async (_, text) => {
    expect(await users(text, {}, 'list.json')).toEqual(['1.50', 'a']);
  });

  it.each([
    ['cut off', `[${user('"a"')},${user('"b"')}`, 1, 'never ends'],
    ['cut off within a string', `[\n${user('"a"')},\n{"user_id":"b`, 3, 'never ends'],
    ['more after its end', `[${user('"a"')}]\n[${user('"b"')}]`, 2, 'after the end'],
    ['an element missing', `[${user('"a"')},\n,${user('"b"')}]`, 2, 'missing'],
    ['a comma before its end', `[${user('"a"')},\n]`, 2, 'missing'],
    ['brackets that do not match', `[{"user_id":"a"}},\n{}]`, 1, 'never opened'],
  ])('%s is refused', async (_, text, line, words) => {
    const error = await failureOf(() => users(text, {}, 'list.json'));
    expect(error).toMatchObject({ code: 'json-list-damaged', message: expect.stringContaining(`list.json:${line}:`) });
    expect(error.message).toContain(words);
  });

  it('an empty one is refused as empty', async () => {
    expect(await failureOf(() => users('[ ]', {}, 'list.json'))).toMatchObject({ code: 'file-empty' });
  });

  it('elements that are no readable objects are rejects with their number', async () => {
    await file(`[${user('"a"')}, 5, ${user('"b"')}, {"user_id": "a\nb"}, ${user('"c"')}, ${user('"d"')}]`, 'list.json');
    const { stdout } = await runCli(['classify', 'list.json', '--dry-run', '--json'], { cwd: folder.path });
    const { rows, rejects } = JSON.parse(stdout);
    expect(rows).toMatchObject({ total: 6, used: 4, rejected: 2 });
    expect(rejects).toEqual([
      { file: 'list.json', line: 2, reason: 'not_an_object' },
      { file: 'list.json', line: 4, reason: 'not_json' },
    ]);
  });
});
