import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandFromSources } from '../support/spawn-cli.js';

const PRELOADED = fileURLToPath(new URL('../support/no-network.cjs', import.meta.url));
const SHOP = fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url));
/** Also of the engine, which Node does not see: calls of the system for sockets of the internet. */
const STRACE = ['strace', '-f', '-e', 'trace=socket', '-o'];
const hasStrace = spawnSync('strace', ['-f', '-e', 'trace=socket', 'true']).status === 0;
/** A call for a socket of a network that the kernel offers. */
const REACHES_OUT = /socket\(AF_INET6?,/;

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-network-'));
  mkdirSync(join(cwd, 'in'));
  copyFileSync(SHOP, join(cwd, 'in', 'shop.csv'));
  writeFileSync(join(cwd, 'segment.yaml'), 'inputs: [in]\nnotify_file: note.md\n');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

describe('the program', () => {
  it('reaches for no network: a night in which every call for one is refused', () => {
    const calls = join(cwd, 'calls');
    const [node, script] = commandFromSources();
    const trace = join(cwd, 'trace');
    const argv = [node, '--require', PRELOADED, script, 'run', '--quiet'];
    const [file = '', ...args] = hasStrace ? [...STRACE, trace, ...argv] : argv;
    const run = spawnSync(file, args, { cwd, encoding: 'utf8', env: { PATH: process.env['PATH'], SEGMENT_TEST_CALLS: calls } });
    expect(run.stderr.split('\n').filter((line) => !line.startsWith('warning: '))).toEqual(['']);
    expect(run.status).toBe(0);
    expect(readFileSync(calls, 'utf8')).toBe('loaded\n');
    expect(existsSync(join(cwd, 'segments/current/members.csv'))).toBe(true);
    if (hasStrace) expect(readFileSync(trace, 'utf8')).not.toMatch(REACHES_OUT);
    // What stands guard does: the same call by a script is seen.
    const guarded = spawnSync(node, ['--require', PRELOADED, '-e', "require('net').connect(9)"], {
      env: { PATH: process.env['PATH'], SEGMENT_TEST_CALLS: calls },
    });
    expect(guarded.status).not.toBe(0);
    expect(readFileSync(calls, 'utf8')).toBe('loaded\nloaded\nnet.connect\n');
  });
});
