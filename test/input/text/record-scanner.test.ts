import { describe, expect, it } from 'vitest';
import { RecordScanner, type ScanOptions } from '../../../src/input/text/record-scanner.js';

function scan(text: string | Buffer, options: Partial<ScanOptions> = {}, chunkBytes = Number.POSITIVE_INFINITY) {
  const bytes = Buffer.from(text);
  const scanner = new RecordScanner({ delimiter: ',', ...options });
  const records = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) records.push(...scanner.push(bytes.subarray(at, at + chunkBytes), false));
  records.push(...scanner.push(Buffer.alloc(0), true));
  return { records, unterminatedLine: scanner.unterminatedLine };
}

function fieldsOf(text: string, options: Partial<ScanOptions> = {}): (readonly string[])[] {
  return scan(text, options).records.map((record) => record.fields);
}

describe('reading of quotes', () => {
  it.each([
    ['"x""y","z"""', ['x"y', 'z"']],
    ['"""",""""""', ['"', '""']],
    ['"",""', ['', '']],
    ['x"y"z,4"', ['x"y"z', '4"']],
    ['"a,b","c\nd"', ['a,b', 'c\nd']],
    ['"a\r\nb","c\rd"', ['a\r\nb', 'c\rd']],
    [' a , b ', [' a ', ' b ']],
  ])('%j', (text, fields) => {
    expect(fieldsOf(`${text}\n`)).toEqual([fields]);
    expect(fieldsOf(text)).toEqual([fields]);
  });

  // What DuckDB 1.5 does in strict mode: one blank before a quote and any number after it are not content.
  it.each([
    ['1, "x"', ['1', 'x']],
    ['1,  "x"', ['1', '  "x"']],
    ['"1"  ,x', ['1', 'x']],
    ['"x" "z",2', ['x z', '2']],
  ])('blanks around quotes: %j', (text, fields) => {
    expect(fieldsOf(`${text}\n`)).toEqual([fields]);
  });

  it('marks text after a closing quote and reads on', () => {
    const { records } = scan('"x"y,2\n3,4\n"x"\t,2\n', { fieldCount: 2 });
    expect(records.map((record) => [record.line, record.problem])).toEqual([
      [1, 'text-after-quote'],
      [2, undefined],
      [3, 'text-after-quote'],
    ]);
  });

  it('names the line of the record whose quote never closes', () => {
    const { records, unterminatedLine } = scan('a,b\n"1\n2",3\n4,"5\n6,7\n');
    expect(records.map((record) => record.line)).toEqual([1, 2]);
    expect(unterminatedLine).toBe(4);
  });
});

describe('counting', () => {
  it('gives no records, and the same number', () => {
    for (const text of ['a,b\n\n1\n"2\n3",4\n', 'a,b\r\n"x" y,2\r\n\r\n3,"4"', '']) {
      const scanner = new RecordScanner({ delimiter: ',', isCounting: true });
      expect(scanner.push(Buffer.from(text), true)).toEqual([]);
      expect(scanner.count).toBe(scan(text).records.length);
    }
  });

  it.each([
    ['a,b\n1,"2"\n', false],
    ['a,b\n1,x"y\n"z",2\n', false],
    ['a,b\r\n"1","""2"\r\n', false],
    ['a,b\n1,"2\n"\n', true],
    ['"a\nb",c\n', true],
    ['a,b\n1,"2\r\n3"\n', true],
    ['a,b\n1,"2\r3"\n', true],
  ])('notes whether a field goes over a line end, cut anywhere: %j', (text, expected) => {
    const bytes = Buffer.from(text);
    for (const size of [1, 2, 3, 50]) {
      const scanner = new RecordScanner({ delimiter: ',', isCounting: true });
      for (let at = 0; at < bytes.length; at += size) scanner.push(bytes.subarray(at, at + size), false);
      scanner.push(Buffer.alloc(0), true);
      expect(scanner.hasQuotedLineEnd).toBe(expected);
    }
  });
});

describe('records', () => {
  it('counts physical lines: LF, CRLF and a lone CR each end one, within quotes too', () => {
    const { records } = scan('a\r\n"b\nc"\n"d\r\ne"\r\n"f\rg"\rh\n\n\ni');
    expect(records.map((record) => [record.line, ...record.fields])).toEqual([
      [1, 'a'],
      [2, 'b\nc'],
      [4, 'd\r\ne'],
      [6, 'f\rg'],
      [8, 'h'],
      [11, 'i'],
    ]);
  });

  it('tells too few and too many fields; empty ones beyond the last column are dropped, as DuckDB does', () => {
    const { records } = scan('1\n1,2\n1,2,\n1,2,,""\n1,2,3\n1,2, \n', { fieldCount: 2 });
    expect(records.map((record) => record.problem)).toEqual([
      'too-few-fields',
      undefined,
      undefined,
      undefined,
      'too-many-fields',
      'too-many-fields',
    ]);
    expect(records[3]?.fields).toEqual(['1', '2']);
  });

  it('keeps NUL and marks the record when the file has any', () => {
    const { records } = scan('a,x\0y\n"b\0",c\nd,e\n', { fieldCount: 2, hasNul: true });
    expect(records.map((record) => [record.fields, record.problem])).toEqual([
      [['a', 'x\0y'], 'nul-byte'],
      [['b\0', 'c'], 'nul-byte'],
      [['d', 'e'], undefined],
    ]);
  });

  it('takes delimiters of several bytes, from the left', () => {
    expect(fieldsOf('1||2\n1|||2\n"1||2"||3\n|\n', { delimiter: '||' })).toEqual([['1', '2'], ['1', '|2'], ['1||2', '3'], ['|']]);
    expect(fieldsOf('a§é§b\n"x"§y\n', { delimiter: '§' })).toEqual([
      ['a', 'é', 'b'],
      ['x', 'y'],
    ]);
  });

  it('a record is too long from 2,000,001 bytes on, its LF counted', () => {
    const record = (length: number) => `${'x'.repeat(length - 2)},y`;
    const { records } = scan(`a,b\n${record(1_999_999)}\n${record(2_000_000)}\n"${record(2_100_000)}\n"\n1,2\n`, { fieldCount: 2 });
    expect(records.map((found) => [found.line, found.problem, found.fields.length])).toEqual([
      [1, undefined, 2],
      [2, undefined, 2],
      [3, 'line-too-long', 0],
      [4, 'line-too-long', 0],
      [6, undefined, 2],
    ]);
  });

  it('holds little of a record without end, and gives up on a quote open for 16 MB', () => {
    const chunk = Buffer.alloc(1024 * 1024, 'y');
    const plain = new RecordScanner({ delimiter: ',' });
    for (let i = 0; i < 40; i++) expect(plain.push(chunk, false)).toEqual([]);
    expect(plain.push(Buffer.from('\n1,2\n'), true).map((record) => [record.line, record.problem])).toEqual([
      [1, 'line-too-long'],
      [2, undefined],
    ]);
    const quoted = new RecordScanner({ delimiter: ',' });
    quoted.push(Buffer.from('1,2\n3,"'), false);
    let chunks = 0;
    while (quoted.unterminatedLine === undefined && chunks < 40) {
      quoted.push(chunk, false);
      chunks += 1;
    }
    expect([quoted.unterminatedLine, chunks]).toEqual([2, 16]);
  });
});

describe('chunk borders', () => {
  const texts = [
    'id,text\r\n1,"a ""quoted""\r\nfield"\r\n2,"é€😀"\r\n\r\n3,x"y\r\n',
    'id,text\n"1" ,"""" \n "2","a" "b"\n"x"y,2\n3,"open\n4,5\n',
    'a||b\r1||"2\r3"\r|||4\r',
  ];
  it.each(texts)('cut anywhere, the records are the same: %j', (text) => {
    const delimiter = text.includes('||') ? '||' : ',';
    const whole = scan(text, { delimiter, fieldCount: 2 });
    for (let bytes = 1; bytes <= Buffer.byteLength(text); bytes++) {
      expect(scan(text, { delimiter, fieldCount: 2 }, bytes)).toEqual(whole);
    }
  });
});
