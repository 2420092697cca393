import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMAND_GROUPS } from '../../src/cli/commands/command.js';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { TOPIC_NAMES } from '../../src/cli/help-command.js';
import { presentError } from '../../src/cli/present-error.js';
import { EngineError, type EngineErrorKind } from '../../src/engine/database.js';
import { segmentError } from '../../src/errors/segment-error.js';
import { HELP_TOPICS } from '../../src/report/help-topics/index.js';
import { runCli } from '../support/run-cli.js';

describe('every command', () => {
  it.each(COMMANDS.map((command) => command.name))(
    '%s refuses an unknown flag with exit code 2 and writes nothing on stdout',
    async (name) => {
      const { stdout, stderr, exitCode } = await runCli([name, '--no-such-flag']);
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
      expect(stderr).toMatch(
        new RegExp(`^error: segment ${name} has no option --no-such-flag\\..* \\[unknown-option\\]\nhint: segment ${name} --help lists`),
      );
    },
  );

  it.each(COMMANDS.map((command) => command.name))('%s has help on stdout, at most 80 columns wide', async (name) => {
    const { stdout, stderr, exitCode } = await runCli([name, '--help']);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toContain(`Usage: segment ${name}`);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(await runCli(['help', name])).toEqual({ stdout, stderr, exitCode });
  });

  it('stands in the list of commands, in the order of the groups, with a summary that fits', async () => {
    const { stdout } = await runCli([]);
    const names = [...stdout.matchAll(/^ {2}([A-Za-z]+) /gm)].map((match) => match[1]);
    const ordered = COMMAND_GROUPS.flatMap((group) => COMMANDS.filter((command) => command.group === group));
    expect(names).toEqual([...ordered.map((command) => command.name), 'help']);
    for (const { summary } of COMMANDS) expect(stdout).toContain(summary);
  });
});

describe('help', () => {
  it('is the same bare, by flag and by command', async () => {
    const bare = await runCli([]);
    expect(bare).toMatchObject({ stderr: '', exitCode: 0 });
    for (const argv of [['--help'], ['-h'], ['help']]) expect(await runCli(argv)).toEqual(bare);
  });

  it.each(HELP_TOPICS.map((topic) => topic.name))('explains %s, at most 80 columns wide', async (name) => {
    const { stdout, stderr, exitCode } = await runCli(['help', name]);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toContain(HELP_TOPICS.find((topic) => topic.name === name)?.title);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('knows every topic, and no topic has the name of a command', async () => {
    expect(TOPIC_NAMES).toEqual(HELP_TOPICS.map((topic) => topic.name));
    for (const { name } of COMMANDS) expect(TOPIC_NAMES).not.toContain(name);
    expect((await runCli([])).stdout).toContain(TOPIC_NAMES.join(', '));
  });

  it('names the nearest topic', async () => {
    const { stderr, exitCode } = await runCli(['help', 'parms']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('error: There is no help on parms. Did you mean "params"? [unknown-help-topic]');
  });

  it('shows the version', async () => {
    expect(await runCli(['--version'])).toMatchObject({ stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), exitCode: 0 });
  });
});

describe('errors', () => {
  it('takes control characters and line ends out of what the user typed', async () => {
    const { stderr } = await runCli(['\u001b[31mred\nerror: fake']);
    expect(stderr).not.toContain('\u001b');
    expect(stderr).not.toMatch(/^error: fake/m);
  });

  it('ends in the exit code of its kind', () => {
    expect(presentError(segmentError('stdout-failed', { reason: 'gone' }))).toEqual({
      text: 'error: The result could not be written to stdout: gone. [stdout-failed]\nhint: send stdout somewhere with room for it.\n',
      exitCode: 4,
    });
    expect(presentError(segmentError('missing-option', { option: '--user', command: 'segment explain' })).exitCode).toBe(2);
  });

  it.each([
    [
      'disk-full',
      'Could not write all bytes to file "/scratch/spill.tmp": No space left',
      4,
      /\/scratch\/spill\.tmp .*\[disk-full\]\nhint: .*--temp-dir/,
    ],
    ['io', 'Could not read from file "/x": Input/output error', 4, /failed at a file operation: .*\/x.* \[system-failed\]\nhint: /],
    ['permission', 'Cannot open file "/a b": Permission denied', 4, /access to \/a b\. \[no-permission\]/],
    ['other', 'Binder Error: no column x', 70, /This is a bug\. \[internal\][\s\S]*select x[\s\S]*hint: report it/],
  ] as const)('puts an engine failure (%s) into words', (kind, message, exitCode, text) => {
    const presented = presentError(new EngineError(kind satisfies EngineErrorKind, message, 'select x'));
    expect(presented.exitCode).toBe(exitCode);
    expect(presented.text).toMatch(text);
  });

  it.each([
    ['ENOSPC', '[disk-full]', 4],
    ['EROFS', '[no-permission]', 4],
    ['EACCES', '[no-permission]', 4],
    ['EMFILE', '[too-many-open-files]', 4],
    ['EIO', '[system-failed]', 4],
    ['ESTALE', '[system-failed]', 4],
    ['EBADF', '[internal]', 70],
    ['ENOENT', '[internal]', 70],
  ])('knows the system error %s', (code, mark, exitCode) => {
    const presented = presentError(Object.assign(new Error(`${code}: boom`), { code, syscall: 'open', path: '/data/x' }));
    expect(presented.exitCode).toBe(exitCode);
    expect(presented.text).toContain(mark);
  });

  it('knows an engine that was left out at installation', () => {
    const missing = Object.assign(new Error("Cannot find module '@duckdb/node-bindings-linux-x64/duckdb.node'"), {
      code: 'MODULE_NOT_FOUND',
    });
    expect(presentError(missing)).toEqual({
      text: `error: The database engine for ${process.platform} ${process.arch} is not installed. [engine-missing]\nhint: install again without --omit=optional: npm ci.\n`,
      exitCode: 4,
    });
  });

  it('shows the stack of a bug, and anything thrown', () => {
    expect(presentError(new TypeError('x is not a function')).text).toMatch(/TypeError: x is not a function\n\s+at /);
    expect(presentError('just text')).toMatchObject({ exitCode: 70, text: expect.stringContaining('just text') });
  });
});

describe('runCli', () => {
  it('stands in the folder of the case and comes back', async () => {
    const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-cwd-')));
    const before = process.cwd();
    await runCli(['params'], { cwd });
    expect(process.cwd()).toBe(before);
    rmSync(cwd, { recursive: true });
  });
});
