import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { SegmentError } from '../../src/errors/segment-error.js';
import { findInputFiles } from '../../src/input/sources.js';
import type { TextOptions } from '../../src/input/text/plain-text.js';
import { prepareTextFile, type TextFile } from '../../src/input/text/text-file.js';

/** A folder of its own for the tests of a file, with a spool folder beside it. */
export interface Folder {
  path: string;
  spool: string;
}

export function useFolder(): Folder {
  const folder: Folder = { path: '', spool: '' };
  beforeAll(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'segment-input-'));
    folder.spool = await mkdtemp(join(tmpdir(), 'segment-spool-'));
  });
  afterAll(async () => {
    await rm(folder.path, { recursive: true, force: true });
    await rm(folder.spool, { recursive: true, force: true });
  });
  return folder;
}

/** Writes a file into the folder and prepares it. */
export async function prepare(
  folder: Folder,
  content: string | Uint8Array,
  options: Partial<TextOptions> = {},
  name = 'events.csv',
): Promise<TextFile> {
  await writeFile(join(folder.path, name), content);
  return prepareExisting(folder, join(folder.path, name), options);
}

export async function prepareExisting(folder: Folder, path: string, options: Partial<TextOptions> = {}): Promise<TextFile> {
  const [file] = await findInputFiles([path], folder.path);
  if (file === undefined) throw new Error('no file found');
  return prepareTextFile(file, { maxExpand: 200, spoolDirectory: folder.spool, ...options });
}

export async function spooled(folder: Folder): Promise<string[]> {
  return readdir(folder.spool);
}

/** The error an action ends in. */
export async function failureOf(action: () => Promise<unknown>): Promise<SegmentError> {
  try {
    await action();
  } catch (error) {
    expect(error).toBeInstanceOf(SegmentError);
    if (error instanceof SegmentError) return error;
  }
  throw new Error('nothing failed');
}
