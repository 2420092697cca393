import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Warning } from '../analysis/classify/classify-result.js';
import { PSEUDONYM_KEY_VARIABLE } from '../config/environment.js';
import type { Settings } from '../config/settings.js';
import { fail, SegmentError } from '../errors/segment-error.js';
import { systemReason } from '../errors/system-error.js';
import { PseudonymKey } from '../membership/pseudonyms.js';
import type { CliIo } from './io.js';

/** Shorter keys can be guessed. */
const LEAST_BYTES = 32;
const MOST_BYTES = 4096;
/** May be read or written by others than the owner. */
const OTHERS = 0o077;

/** The key of pseudonyms, and what is to be said about where it lies. */
export interface GivenKey {
  readonly key: PseudonymKey | undefined;
  readonly warnings: readonly Warning[];
}

/**
 * The key that a file or the environment gives; its bytes without one line end. Errors: `pseudonym-key-twice`, `pseudonym-key-unreadable`,
 * `pseudonym-key-short`.
 */
export function readPseudonymKey(io: Pick<CliIo, 'env' | 'cwd'>, { pseudonymKeyFile: file }: Pick<Settings, 'pseudonymKeyFile'>): GivenKey {
  const text = io.env[PSEUDONYM_KEY_VARIABLE] ?? '';
  if (text !== '' && file !== undefined) fail('pseudonym-key-twice', { file, variable: PSEUDONYM_KEY_VARIABLE });
  if (text !== '') return { key: keyOf(Buffer.from(text, 'utf8'), `$${PSEUDONYM_KEY_VARIABLE}`), warnings: [] };
  if (file === undefined) return { key: undefined, warnings: [] };
  const { bytes, mode } = readKeyFile(resolve(io.cwd, file), file);
  const isOpen = process.platform !== 'win32' && (mode & OTHERS) !== 0;
  const warning = {
    code: 'open_key_file',
    message: `${file} can be read or changed by others than its owner; chmod 600 keeps the key secret`,
  };
  return { key: keyOf(bytes, file), warnings: isOpen ? [warning] : [] };
}

function keyOf(bytes: Buffer, where: string): PseudonymKey {
  const key = bytes.subarray(0, bytes.length - lineEndOf(bytes));
  if (key.length < LEAST_BYTES) fail('pseudonym-key-short', { where, bytes: key.length, least: LEAST_BYTES });
  return new PseudonymKey(key);
}

function lineEndOf(bytes: Buffer): number {
  if (bytes.at(-1) !== 0x0a) return 0;
  return bytes.at(-2) === 0x0d ? 2 : 1;
}

function readKeyFile(path: string, shown: string): { readonly bytes: Buffer; readonly mode: number } {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) return fail('pseudonym-key-unreadable', { file: shown, reason: 'it is no regular file' });
      if (stats.size > MOST_BYTES) return fail('pseudonym-key-unreadable', { file: shown, reason: `it has more than ${MOST_BYTES} bytes` });
      const buffer = Buffer.alloc(MOST_BYTES);
      return { bytes: buffer.subarray(0, readSync(descriptor, buffer)), mode: stats.mode };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof SegmentError) throw error;
    return fail('pseudonym-key-unreadable', { file: shown, reason: systemReason(error) }, { cause: error });
  }
}

/**
 * The key to use on members that were published: none where they have pseudonyms of it already. Error: `pseudonyms-differ` where these are of
 * another key.
 */
export function keyForPublished(
  key: PseudonymKey | undefined,
  { directory, pseudonyms }: { readonly directory: string; readonly pseudonyms: string | null },
): PseudonymKey | undefined {
  if (key === undefined || pseudonyms === null) return key;
  if (key.fingerprint !== pseudonyms) {
    fail('pseudonyms-differ', { before: `the ids in ${directory}`, after: 'those asked for', fingerprints: [pseudonyms, key.fingerprint] });
  }
  return undefined;
}

/** Errors: `pseudonyms-differ` where one set of members has other pseudonyms than another, or only one has any. */
export function refuseOtherPseudonyms(
  before: { readonly directory: string; readonly pseudonyms: string | null },
  after: { readonly directory: string; readonly pseudonyms: string | null },
): void {
  if (before.pseudonyms === after.pseudonyms) return;
  fail('pseudonyms-differ', {
    before: `the ids in ${before.directory}`,
    after: `those in ${after.directory}`,
    fingerprints: [before.pseudonyms, after.pseudonyms],
  });
}
