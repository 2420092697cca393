import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { SHELL_NAMES } from '../../src/cli/completion/completion-tree.js';
import { TOPIC_NAMES } from '../../src/cli/help-command.js';
import { flagOf, OPTION_NAMES, optionOf } from '../../src/config/options.js';
import { RECIPES } from '../../src/config/recipes/index.js';
import { PRESETS } from '../../src/input/presets/index.js';
import { STATUSES } from '../../src/segmentation/status/status.js';
import { PARAMETER_NAMES } from '../../src/segmentation/status/status-parameters.js';
import { runCli } from '../support/run-cli.js';

const has = (shell: string): boolean => spawnSync('which', [shell]).status === 0;
const COMMAND_NAMES = [...COMMANDS.map(({ name }) => name), 'help'].sort();
const STATUS_NAMES = STATUSES.map(({ name }) => name).sort();

let folder = '';
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'segment-completion-')));
  for (const shell of SHELL_NAMES) writeFileSync(join(folder, `segment.${shell}`), (await runCli(['completion', shell])).stdout);
  mkdirSync(join(folder, 'work', 'out dir'), { recursive: true });
  for (const name of ['my events.csv', "it's $HOME.csv", '[1]*.csv', 'seg.yaml']) writeFileSync(join(folder, 'work', name), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILES = ["it's $HOME.csv", '[1]*.csv', 'my events.csv', 'out dir', 'seg.yaml'].sort();

function run(shell: string, argv: readonly string[], input: string): string {
  const { stdout, stderr, status } = spawnSync(shell, argv, {
    cwd: join(folder, 'work'),
    input,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, LC_ALL: 'C', TERM: 'dumb' },
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

/** What bash offers when the last of its words is being typed; it splits a word at `=`. */
function bash(...typed: string[]): string[] {
  const quoted = typed.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const script = `source ../segment.bash; COMP_WORDS=(${quoted}); COMP_CWORD=${typed.length - 1}; _segment 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return lines(run('bash', ['--norc', '--noprofile', '-c', script], ''));
}

/** What fish offers after a text, without the descriptions. */
function fish(text: string): string[] {
  const offered = run('fish', ['--no-config', '-c', `source ../segment.fish; complete -C '${text}'`], '');
  return lines(offered.replaceAll(/\t.*/g, '').replaceAll(/\/$/gm, ''));
}

/** What zsh shows when Tab is pressed twice after a text, in a terminal of its own. */
function zsh(text: string): string {
  const script = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PROMPT=""; stty -echo; stty cols 200; autoload -Uz compinit; compinit -D -u; source ../segment.zsh; bindkey "^I" complete-word; LISTMAX=10000; unsetopt auto_menu; print READY-""NOW'
local line
while zpty -r z line; do [[ $line == *READY-NOW* ]] && break; done
zpty -n -w z '${text}'$'\\t\\t'
sleep 2
zpty -n -w z $'\\C-u\\nprint DONE-""NOW\\n'
while zpty -r z line; do print -r -- "$line"; [[ $line == *DONE-NOW* ]] && break; done
zpty -d z`;
  writeFileSync(join(folder, 'drive.zsh'), script);
  const { stdout } = spawnSync('zsh', ['-f', '../drive.zsh'], {
    cwd: join(folder, 'work'),
    encoding: 'utf8',
    timeout: 20_000,
    env: { PATH: process.env['PATH'], HOME: folder, LC_ALL: 'C', TERM: 'xterm' },
  });
  return stdout;
}

describe.skipIf(!has('bash'))('in bash', () => {
  it('commands, then their options, are offered', () => {
    expect(bash('segment', '')).toEqual([...COMMAND_NAMES, '--help', '--version', '-h'].sort());
    expect(bash('segment', 'expl')).toEqual(['explain']);
    expect(bash('segment', 'explain', '--stat')).toEqual(['--status']);
    expect(bash('segment', 'classify', 'a.csv', '--dry')).toEqual(['--dry-run']);
    expect(bash('segment', 'params', '--freeze')).toEqual([]);
  });

  it('values are offered: names, none and today, files and folders', () => {
    expect(bash('segment', 'explain', 'a.csv', '--status', '')).toEqual(STATUS_NAMES);
    expect(bash('segment', 'explain', '--status', '=', 'at')).toEqual(['at_risk']);
    expect(bash('segment', 'explain', '--status', '=')).toEqual(STATUS_NAMES);
    expect(bash('segment', 'classify', '--format', '')).toEqual(['arrow', 'csv', 'jsonl', 'parquet']);
    expect(bash('segment', 'classify', '--preset', 'cd')).toEqual(['cdnow']);
    expect(bash('segment', 'classify', '--as-of', '')).toEqual(['today']);
    expect(bash('segment', 'classify', '--pause', '')).toEqual(['none']);
    expect(bash('segment', 'classify', '--set', 'new')).toEqual(['new.days=']);
    expect(bash('segment', 'classify', '--set', '')).toEqual(PARAMETER_NAMES.map((name) => `${name}=`).sort());
    expect(bash('segment', 'classify', '--config', '')).toEqual([...FILES, 'none'].sort());
    expect(bash('segment', 'classify', '--freeze', 'se')).toEqual(['seg.yaml']);
    expect(bash('segment', 'classify', '--out', '')).toEqual(['out dir']);
    expect(bash('segment', 'demo', '--out', 'my')).toEqual(['my events.csv']);
    // After what can be anything no option follows; a switch takes nothing.
    expect(bash('segment', 'classify', '--user-column', '--st')).toEqual([]);
    expect(bash('segment', 'classify', '--json', 'se')).toEqual(['seg.yaml']);
  });

  it('arguments are offered', () => {
    expect(bash('segment', 'classify', '')).toEqual(FILES);
    expect(bash('segment', 'help', '')).toEqual([...TOPIC_NAMES, ...COMMAND_NAMES].sort());
    expect(bash('segment', 'presets', '')).toEqual(PRESETS.map(({ name }) => name).sort());
    expect(bash('segment', 'recipes', '')).toEqual(RECIPES.map(({ name }) => name).sort());
    expect(bash('segment', 'completion', '')).toEqual([...SHELL_NAMES].sort());
    expect(bash('segment', 'params', '')).toEqual([]);
    expect(bash('segment', 'unheard-of', '')).toEqual([]);
  });
});

describe.skipIf(!has('fish'))('in fish', () => {
  it('commands, options, values and files are offered', () => {
    expect(fish('segment ')).toEqual(COMMAND_NAMES);
    expect(fish('segment explain --stat')).toEqual(['--status']);
    expect(fish('segment explain --status ')).toEqual(STATUS_NAMES);
    expect(fish('segment explain --status=at')).toEqual(['--status=at_risk']);
    expect(fish('segment help ')).toEqual([...TOPIC_NAMES, ...COMMAND_NAMES].sort());
    expect(fish('segment help explain --stat')).toEqual([]);
    expect(fish('segment classify --config ')).toEqual([...FILES, 'none'].sort());
    expect(fish('segment classify --out ')).toEqual(['out dir']);
    expect(fish('segment classify m')).toEqual(['my events.csv']);
    expect(fish('segment params ')).toEqual([]);
  });
});

describe.skipIf(!has('zsh'))('in zsh', () => {
  it('commands, values and files are offered', () => {
    const commands = zsh('segment ');
    for (const { name, summary } of COMMANDS) expect(commands).toMatch(new RegExp(`${name} +-- ${summary.slice(0, 20)}`));
    const statuses = zsh('segment explain --status ');
    for (const name of STATUS_NAMES) expect(statuses).toContain(name);
    expect(statuses).not.toContain('seg.yaml');
    const files = zsh('segment classify --config ');
    for (const name of ['none', 'seg.yaml', 'my\\ events.csv']) expect(files).toContain(name);
  }, 60_000);
});

describe('the scripts', () => {
  it.each(SHELL_NAMES)('of %s name every command and option, the same bytes every time', async (shell) => {
    const { stdout, stderr, exitCode } = await runCli(['completion', shell]);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect((await runCli(['completion', shell])).stdout).toBe(stdout);
    for (const name of COMMAND_NAMES) expect(stdout, name).toMatch(new RegExp(`\\b${name}\\b`));
    for (const name of OPTION_NAMES) {
      const { isArgument } = optionOf(name);
      const flag = flagOf(name);
      if (isArgument) continue;
      expect(stdout, flag).toContain(shell === 'fish' ? `-l '${flag.slice(2)}'` : flag);
    }
  });

  it.each(SHELL_NAMES)('of %s are read by their shell', (shell) => {
    if (!has(shell)) return;
    expect(spawnSync(shell, ['-n', join(folder, `segment.${shell}`)], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  it('of other shells are refused', async () => {
    const { stderr, exitCode } = await runCli(['completion', 'power;shell']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('There is no completion for "power;shell". [unknown-shell]');
    expect((await runCli(['completion'])).stderr).toContain('[missing-argument]');
  });
});
