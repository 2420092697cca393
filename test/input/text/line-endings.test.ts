import { describe, expect, it } from 'vitest';
import { RecordEndScanner } from '../../../src/input/text/line-endings.js';

function convert(text: string, delimiter = ',', chunkBytes = 1000) {
  const bytes = Buffer.from(text);
  const scanner = new RecordEndScanner(delimiter);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) pieces.push(Buffer.from(scanner.push(bytes.subarray(at, at + chunkBytes), false)));
  pieces.push(scanner.push(Buffer.alloc(0), true));
  const { lf, crLf, cr } = scanner;
  return { text: Buffer.concat(pieces).toString(), ends: [lf && 'LF', crLf && 'CRLF', cr && 'CR'].filter(Boolean).join(' ') };
}

describe('record ends', () => {
  it.each([
    ['a,b\r\n1,2\n', 'a,b\n1,2\n', 'LF CRLF'],
    ['a,b\r1,2\r', 'a,b\n1,2\n', 'CR'],
    ['a,b\r\r\n1,2\r\n', 'a,b\n\n1,2\n', 'CRLF CR'],
    ['a,b\n1,"x\r\ny"\n', 'a,b\n1,"x\r\ny"\n', 'LF'],
    ['a,b\n1,"x\ry"\n', 'a,b\n1,"x\ry"\n', 'LF'],
    ['a,b\r\n1,"x\ny"\r\n', 'a,b\n1,"x\ny"\n', 'CRLF'],
    // The quote in the middle of a field is text: the CR after it ends the record.
    ['a,b"\r1,"c"\n', 'a,b"\n1,"c"\n', 'LF CR'],
    ['a, "x\ry"\n', 'a, "x\ry"\n', 'LF'],
    ['a,"x"" \r\n",1\r', 'a,"x"" \r\n",1\n', 'CR'],
    ['a||"x\ry"||b\r1|"\r', 'a||"x\ry"||b\n1|"\n', 'CR', '||'],
    ['\r\na\r\n', '\na\n', 'CRLF'],
    ['a\r\n', 'a\n', 'CRLF'],
    ['a\r', 'a\n', 'CR'],
    ['', '', ''],
  ])('%j', (text, converted, ends, delimiter = ',') => {
    for (let bytes = 1; bytes <= Math.max(1, text.length); bytes++)
      expect(convert(text, delimiter, bytes)).toEqual({ text: converted, ends });
  });
});
