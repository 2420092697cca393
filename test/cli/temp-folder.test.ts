import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTempFolder } from '../../src/cli/temp-folder.js';

let parent: string;
beforeEach(() => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), 'segment-test-')));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('the temporary folder', () => {
  it('is private, named for the process, and goes with what is in it', () => {
    const folder = openTempFolder(parent);
    expect(folder.path.startsWith(join(parent, `segment-${process.pid}-`))).toBe(true);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    mkdirSync(join(folder.path, 'spill'));
    writeFileSync(join(folder.path, 'spill', 'block.tmp'), 'x');
    folder.remove();
    folder.remove();
    expect(existsSync(folder.path)).toBe(false);
  });

  it('is in the place of the system when none is named', () => {
    const folder = openTempFolder(undefined);
    expect(folder.path.startsWith(realpathSync(tmpdir()))).toBe(true);
    folder.remove();
  });

  it('of a dead run goes at the next start; living ones, others and links stay', () => {
    const dead = openTempFolder(parent);
    const alive = openTempFolder(parent);
    const owner = join(dead.path, 'owner.json');
    writeFileSync(owner, readFileSync(owner, 'utf8').replace(/"pid":\d+/, '"pid":4194399'));
    writeFileSync(join(dead.path, 'block.tmp'), 'x');
    const foreign = join(parent, 'segment-4194399-0123456789abcdef');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'thesis.tex'), 'mine');
    symlinkSync(foreign, join(parent, 'segment-4194399-fedcba9876543210'));
    writeFileSync(join(parent, 'segment-4194399-0000000000000000'), 'a file');
    const folder = openTempFolder(parent);
    expect(existsSync(dead.path)).toBe(false);
    expect(existsSync(alive.path)).toBe(true);
    expect(readFileSync(join(foreign, 'thesis.tex'), 'utf8')).toBe('mine');
    expect(existsSync(join(parent, 'segment-4194399-fedcba9876543210'))).toBe(true);
    expect(existsSync(join(parent, 'segment-4194399-0000000000000000'))).toBe(true);
    folder.remove();
  });

  it('of a run that a power cut ended goes too, though its name was lost', () => {
    const dead = join(parent, 'segment-4194399-0123456789abcdef');
    const alive = join(parent, `segment-${process.pid}-0123456789abcdef`);
    for (const path of [dead, alive]) {
      mkdirSync(path);
      writeFileSync(join(path, 'owner.json'), '\0\0\0');
      writeFileSync(join(path, 'spilled'), '\0');
    }
    openTempFolder(parent).remove();
    expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
  });

  it('of a run that was killed before it wrote its name goes too, unless that run lives', () => {
    const dead = join(parent, 'segment-4194399-0123456789abcdef');
    const alive = join(parent, `segment-${process.pid}-0123456789abcdef`);
    for (const path of [dead, alive]) mkdirSync(path);
    openTempFolder(parent).remove();
    expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
  });

  it('says why none can be made', () => {
    expect(() => openTempFolder(join(parent, 'nowhere'))).toThrow('does not exist');
    writeFileSync(join(parent, 'file'), '');
    expect(() => openTempFolder(join(parent, 'file'))).toThrow('not a folder');
  });
});
