import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { presentError } from '../../src/cli/present-error.js';
import { type Database, EngineError } from '../../src/engine/database.js';
import { findInputFiles, type InputFile } from '../../src/input/sources.js';
import { whileReadable } from '../../src/input/while-readable.js';
import { makeRunFolder } from '../support/classify-once.js';

const folder = makeRunFolder();
afterAll(folder.remove);

const fault = (code: string): Error => Object.assign(new Error(`${code}: boom, read`), { code, syscall: 'read' });
const database = {} as Database;

async function inputs(): Promise<InputFile[]> {
  writeFileSync(join(folder.path, 'good.csv'), 'user_id,timestamp\nu1,2024-01-01\n');
  const [good] = await findInputFiles(['good.csv'], folder.path);
  if (good === undefined) throw new Error('no input');
  // Reading a folder fails as reading a bad disk does.
  mkdirSync(join(folder.path, 'bad.csv'), { recursive: true });
  return [good, { ...good, path: join(folder.path, 'bad.csv'), name: 'bad.csv' }];
}

describe('a file that cannot be read', () => {
  it.each([
    ['the system', fault('EIO')],
    ['the engine', new EngineError('io', 'Could not read from file "x": Input/output error', 'select 1')],
  ])('is named when %s fails: exit 3', async (_, error) => {
    const files = await inputs();
    const failure = await whileReadable(database, files, () => Promise.reject(error)).catch((reason: unknown) => reason);
    expect(presentError(failure)).toEqual({
      exitCode: 3,
      text: expect.stringMatching(/^error: bad\.csv cannot be read: it is a folder\. \[input-unreadable\]\nhint: /),
    });
  });

  it('is not blamed for what fails elsewhere: exit 4', async () => {
    const files = (await inputs()).slice(0, 1);
    const failure = await whileReadable(database, files, () => Promise.reject(fault('EIO'))).catch((reason: unknown) => reason);
    expect(presentError(failure)).toEqual({
      exitCode: 4,
      text: 'error: The system failed at a file operation: the disk reports an error. [system-failed]\nhint: look whether the disk, or the network it is reached by, is well; then run again.\n',
    });
  });
});

describe('a system without means', () => {
  it.each(['EMFILE', 'ENFILE'])('%s is not the fault of the input: exit 4', async (code) => {
    vi.resetModules();
    vi.doMock('node:fs/promises', async (original) => ({
      ...(await original<typeof import('node:fs/promises')>()),
      realpath: () => Promise.reject(Object.assign(new Error(`${code}: too many open files, open 'x'`), { code, syscall: 'open' })),
    }));
    const { findInputFiles: find } = await import('../../src/input/sources.js');
    await inputs();
    const failure = await find(['good.csv'], folder.path).catch((reason: unknown) => reason);
    vi.doUnmock('node:fs/promises');
    expect(presentError(failure)).toMatchObject({ exitCode: 4, text: expect.stringContaining('[too-many-open-files]') });
  });
});
