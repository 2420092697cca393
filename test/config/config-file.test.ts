import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findConfigFile } from '../../src/config/find-config-file.js';
import { readConfigFile } from '../../src/config/read-config-file.js';

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'segment-config-')));
  mkdirSync(join(root, 'home/project/sub/deep'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (path: string): string => join(root, path);

function write(path: string, content: string | Uint8Array): string {
  writeFileSync(at(path), content);
  return at(path);
}

const find = (from: string): string | undefined => findConfigFile(at(from), at('home'));

describe('the search for segment.yaml', () => {
  it('takes the nearest one, from the working folder upwards', () => {
    const outer = write('home/segment.yaml', 'out: a');
    expect(find('home/project/sub/deep')).toBe(outer);
    const inner = write('home/project/sub/segment.yaml', 'out: b');
    expect(find('home/project/sub/deep')).toBe(inner);
    expect(find('home/project/sub')).toBe(inner);
    expect(find('home/project')).toBe(outer);
  });

  it('ends at the home folder', () => {
    write('segment.yaml', 'out: a');
    expect(find('home/project/sub')).toBeUndefined();
    expect(findConfigFile(at('home/project/sub'), undefined)).toBe(at('segment.yaml'));
  });

  it.each(['folder', 'file'])('ends at the folder of a repository (.git is a %s)', (kind) => {
    write('home/segment.yaml', 'out: a');
    if (kind === 'folder') mkdirSync(at('home/project/.git'));
    else write('home/project/.git', 'gitdir: elsewhere');
    expect(find('home/project/sub')).toBeUndefined();
    const own = write('home/project/segment.yaml', 'out: b');
    expect(find('home/project/sub')).toBe(own);
  });

  it('takes links, and passes folders of that name', () => {
    mkdirSync(at('home/project/sub/segment.yaml'));
    write('home/project/real.yaml', 'out: a');
    symlinkSync(at('home/project/real.yaml'), at('home/project/segment.yaml'));
    expect(find('home/project/sub')).toBe(at('home/project/segment.yaml'));
  });

  it.each(['segment.yml', '.segment.yaml'])('says that %s is not read', (name) => {
    write(`home/project/${name}`, 'out: a');
    expect(() => find('home/project/sub')).toThrow(
      expect.objectContaining({
        code: 'config-name',
        message: `${at(`home/project/${name}`)} is not read: a config file is called segment.yaml.`,
      }),
    );
    write('home/project/segment.yaml', 'out: a');
    expect(find('home/project')).toBe(at('home/project/segment.yaml'));
  });
});

describe('a config file as it lies on the disk', () => {
  const read = (content: string | Uint8Array): string => readConfigFile(write('c.yaml', content), 'c.yaml');

  it('is text, with or without a byte order mark', () => {
    expect(read('out: größe\n')).toBe('out: größe\n');
    expect(read('\ufeffout: x\n')).toBe('out: x\n');
  });

  it.each([
    ['nothing', '', 'config-empty', 'The config file c.yaml is empty.'],
    ['blanks', '\ufeff \n\t\n', 'config-empty', 'The config file c.yaml is empty.'],
    ['UTF-16', Buffer.from('\ufeffout: x\n', 'utf16le'), 'config-encoding', 'c.yaml:1: it is UTF-16, and a config file is UTF-8.'],
    [
      'Latin-1',
      Buffer.from('out: x\nkeep: gr\u00f6\u00dfe\n', 'latin1'),
      'config-encoding',
      'c.yaml:2: it is not UTF-8, and a config file is UTF-8.',
    ],
    [
      'a cut character',
      Buffer.from('out: x\nkeep: ö').subarray(0, -1),
      'config-encoding',
      'c.yaml:2: it is not UTF-8, and a config file is UTF-8.',
    ],
    ['data', 'x'.repeat(65_537), 'config-too-large', 'c.yaml has more than 65536 bytes, which is no config file.'],
  ])('%s is refused', (_name, content, code, message) => {
    expect(() => read(content)).toThrow(expect.objectContaining({ code, message, kind: 'usage' }));
  });

  it('may have 65,536 bytes', () => {
    expect(read(`# ${'x'.repeat(65_533)}\n`)).toHaveLength(65_536);
  });

  it('has to be there, and a file', () => {
    expect(() => readConfigFile(at('none.yaml'), 'none.yaml')).toThrow(
      expect.objectContaining({ code: 'config-missing', message: 'There is no config file none.yaml.' }),
    );
    expect(() => readConfigFile(at('home'), 'home')).toThrow(
      expect.objectContaining({ code: 'config-unreadable', message: 'The config file home cannot be read: it is a folder.' }),
    );
    expect(() => readConfigFile(write('f', 'x'), 'f')).not.toThrow();
    expect(() => readConfigFile(at('f/x.yaml'), 'f/x.yaml')).toThrow(expect.objectContaining({ code: 'config-missing' }));
  });

  it.skipIf(process.platform === 'win32')('never ends, and is refused all the same', () => {
    expect(() => readConfigFile('/dev/zero', '/dev/zero')).toThrow(expect.objectContaining({ code: 'config-too-large' }));
  });
});
