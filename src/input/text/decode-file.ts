import { segmentError } from '../../errors/segment-error.js';
import { readChunks } from '../../files/read-chunks.js';
import type { Decoder, Encoding } from './encoding.js';
import { LineCounter } from './physical-line.js';

const PIECE_BYTES = 64 * 1024;

/**
 * The UTF-8 of a file in another encoding, piece by piece, without its byte order mark; `onRaw` sees the bytes as they were.
 * Errors: `encoding`, naming the physical line.
 */
export async function* decodeFile(path: string, name: string, encoding: Encoding, onRaw: (bytes: Buffer) => void): AsyncGenerator<Buffer> {
  const decoder = openDecoder(encoding);
  let piece = 0;
  for await (const raw of readChunks(path, PIECE_BYTES)) {
    onRaw(raw);
    yield await tryDecode(decoder, raw, false, async () => badBytes(path, name, encoding, piece));
    piece += 1;
  }
  yield await tryDecode(decoder, Buffer.alloc(0), true, async () => badBytes(path, name, encoding, piece));
}

function openDecoder(encoding: Encoding): Decoder {
  if (encoding.open === undefined) throw new TypeError(`${encoding.name} is not decoded`);
  return encoding.open();
}

async function tryDecode(decoder: Decoder, bytes: Buffer, isLast: boolean, explain: () => Promise<Error>): Promise<Buffer> {
  try {
    return Buffer.from(decoder.decode(bytes, isLast), 'utf8');
  } catch {
    throw await explain();
  }
}

/** A decoder does not tell where it failed: decodes again, the failing piece byte by byte. */
async function badBytes(path: string, name: string, encoding: Encoding, failing: number): Promise<Error> {
  const decoder = openDecoder(encoding);
  const lines = new LineCounter();
  let piece = 0;
  try {
    for await (const raw of readChunks(path, PIECE_BYTES)) {
      const step = piece < failing ? raw.length : 1;
      for (let at = 0; at < raw.length; at += step) lines.push(Buffer.from(decoder.decode(raw.subarray(at, at + step), false), 'utf8'));
      piece += 1;
    }
  } catch {
    // The line reached is the answer.
  }
  return segmentError('encoding', { file: name, line: lines.line, encoding: encoding.name });
}
