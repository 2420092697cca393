import { closeSync, openSync, readSync } from 'node:fs';
import { fail } from '../errors/segment-error.js';

/** What the parser of YAML still handles in a moment, whatever stands in the file. */
const MOST_BYTES = 65_536;

/**
 * The text of a config file, without a byte order mark. Errors: `config-missing`, `config-unreadable`, `config-too-large`,
 * `config-encoding`, `config-empty`. `name` is the file as the user knows it.
 */
export function readConfigFile(path: string, name: string): string {
  const bytes = readBytes(path, name);
  if (bytes.length > MOST_BYTES) fail('config-too-large', { file: name, limit: MOST_BYTES });
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    fail('config-encoding', { file: name, line: 1, problem: 'it is UTF-16' });
  }
  const text = decode(bytes, name);
  if (text.trim() === '') fail('config-empty', { file: name });
  return text;
}

function readBytes(path: string, name: string): Uint8Array {
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
    if (code === 'ENOENT' || code === 'ENOTDIR') fail('config-missing', { file: name }, { cause: error });
    fail('config-unreadable', { file: name, reason: code === 'EISDIR' ? 'it is a folder' : String(code) }, { cause: error });
  }
  return buffer.subarray(0, length);
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const before = bytes.subarray(0, firstInvalid(bytes)).filter((byte) => byte === 0x0a).length;
    return fail('config-encoding', { file: name, line: before + 1, problem: 'it is not UTF-8' }, { cause: error });
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
