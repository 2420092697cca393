import { closeSync, openSync, readSync } from 'node:fs';
import { systemReason } from '../errors/system-error.js';

/** What the parser of YAML still handles in a moment, whatever stands in the file. */
export const MOST_BYTES = 65_536;

/** Why a file gives no text. */
export type TextFault =
  | { readonly kind: 'missing'; readonly cause: unknown }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly cause: unknown }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'encoding'; readonly line: number; readonly problem: string };

/** The text of a small UTF-8 file that people write, without a byte order mark, or why there is none. A file that may not be read throws. */
export function readSmallText(path: string): string | TextFault {
  const bytes = readBytes(path);
  if (!(bytes instanceof Uint8Array)) return bytes;
  if (bytes.length > MOST_BYTES) return { kind: 'too-large' };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { kind: 'encoding', line: 1, problem: 'it is UTF-16' };
  }
  const text = decode(bytes);
  return typeof text === 'string' && text.trim() === '' ? { kind: 'empty' } : text;
}

function readBytes(path: string): Uint8Array | TextFault {
  const buffer = new Uint8Array(MOST_BYTES + 1);
  let length = 0;
  try {
    const file = openSync(path, 'r');
    try {
      for (let read = -1; read !== 0 && length < buffer.length; length += read) {
        read = readSync(file, buffer, length, buffer.length - length, null);
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing', cause: error };
    return { kind: 'unreadable', reason: systemReason(error), cause: error };
  }
  return buffer.subarray(0, length);
}

function decode(bytes: Uint8Array): string | TextFault {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const before = bytes.subarray(0, firstInvalid(bytes)).filter((byte) => byte === 0x0a).length;
    return { kind: 'encoding', line: before + 1, problem: 'it is not UTF-8' };
  }
}

/** Where the longest prefix that is UTF-8 ends. */
function firstInvalid(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let index = 0; index < bytes.length; index++) {
    try {
      decoder.decode(bytes.subarray(index, index + 1), { stream: true });
    } catch {
      return index;
    }
  }
  return bytes.length;
}
