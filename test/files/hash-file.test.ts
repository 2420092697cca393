import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashFile } from '../../src/files/hash-file.js';
import { useFolder } from '../support/text-files.js';

const folder = useFolder();

it('hashes files of any size', async () => {
  const path = join(folder.path, 'file');
  for (const size of [0, 1, 4 * 1024 * 1024, 9 * 1024 * 1024 + 7]) {
    const bytes = Buffer.alloc(size, 'segment');
    await writeFile(path, bytes);
    expect(await hashFile(path)).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});

it('agrees with the published digest of "abc"', async () => {
  const path = join(folder.path, 'abc');
  await writeFile(path, 'abc');
  // FIPS 180-2, appendix B.1.
  expect(await hashFile(path)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
