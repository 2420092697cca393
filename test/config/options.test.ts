import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { createProgram } from '../../src/cli/program.js';
import {
  type CommandName,
  changesMembers,
  ENVIRONMENT_OPTIONS,
  FILE_OPTIONS,
  flagOf,
  isList,
  keyOf,
  OPTION_NAMES,
  OPTIONS,
  oppositeFlagOf,
  optionOf,
  optionsOf,
  variableOf,
} from '../../src/config/options.js';
import { resolveSettings } from '../../src/config/settings.js';
import { silentIo } from '../support/silent-io.js';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const COMMAND_NAMES = COMMANDS.map(({ name }) => name) as CommandName[];

function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

function commandOf(name: string): Command {
  const found = createProgram(silentIo()).commands.find((command) => command.name() === name);
  if (found === undefined) throw new Error(`no command ${name}`);
  return found;
}

const termOf = ({ flags }: Option): string => flags;

describe('the table of options', () => {
  it('gives an option one name of each sort', () => {
    expect(repeated(OPTION_NAMES.map(keyOf))).toEqual([]);
    for (const command of COMMAND_NAMES) expect(repeated(optionsOf(command).map(flagOf)), command).toEqual([]);
  });

  it('knows every command, and no other', () => {
    const named = new Set(OPTION_NAMES.flatMap((name) => optionOf(name).commands));
    expect([...named].sort()).toEqual([...COMMAND_NAMES].sort());
  });

  it.each(COMMAND_NAMES)('is all that %s takes', (name) => {
    const command = commandOf(name);
    const terms = optionsOf(name).map((option) => {
      const { value, isArgument } = optionOf(option);
      return isArgument ? [] : [value.kind === 'switch' ? flagOf(option) : `${flagOf(option)} <${value.shown}>`, oppositeFlagOf(option)];
    });
    expect(command.options.map(termOf).sort()).toEqual(
      terms
        .flat()
        .filter((term) => term !== undefined)
        .sort(),
    );
    const shown = command
      .createHelp()
      .visibleOptions(command)
      .map(({ long }) => long);
    expect(shown.filter((flag) => flag?.startsWith('--no-'))).toEqual([
      ...(optionsOf(name).includes('proof') ? ['--no-proof'] : []),
      ...(name === 'trend' ? ['--no-refit'] : []),
      ...(optionsOf(name).includes('cache') ? ['--no-cache'] : []),
      ...(optionsOf(name).includes('config') ? ['--no-config'] : []),
      '--no-color',
    ]);
    const takesFiles = optionsOf(name).some((option) => optionOf(option).isArgument);
    const others = { presets: ['name'], recipes: ['name'], completion: ['shell'], runs: ['words'], why: ['runs'] }[name as string] ?? [];
    expect(command.registeredArguments.map((argument) => argument.name())).toEqual(takesFiles ? ['files'] : others);
  });

  it('gives every option of a run on files a place in config files and an environment variable', () => {
    const own = optionsOf('classify').filter((name) => name !== 'config');
    expect(own.filter((name) => !FILE_OPTIONS.includes(name))).toEqual([]);
    expect(optionsOf('config').filter((name) => !FILE_OPTIONS.includes(name))).toEqual(['schema', 'config']);
    expect(own.filter((name) => !ENVIRONMENT_OPTIONS.includes(name))).toEqual([]);
    for (const name of ['user', 'status', 'schema', 'demoOut'] as const)
      expect([...FILE_OPTIONS, ...ENVIRONMENT_OPTIONS]).not.toContain(name);
    expect(repeated(ENVIRONMENT_OPTIONS.map(variableOf))).toEqual([]);
  });

  it('is the only place that makes options', () => {
    const makers = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
      (path) =>
        path.endsWith('.ts') &&
        /\.(?:option|requiredOption|addOption|createOption)\(|new Option\(/.test(readFileSync(join(SRC, path), 'utf8')),
    );
    expect(makers).toEqual([join('cli', 'options.ts')]);
  });

  it('has defaults that its own rules take, and says either a default or what happens without', () => {
    expect(() => resolveSettings('classify', [], new Date(0))).not.toThrow();
    for (const name of OPTION_NAMES) {
      const { default: usual, otherwise, help } = optionOf(name);
      expect(usual === undefined || otherwise === undefined, name).toBe(true);
      expect(help, name).not.toMatch(/\(default|\.$/);
    }
  });

  it('names opposites that there are, and lists as lists', () => {
    for (const name of OPTION_NAMES) {
      const { excludes, value } = optionOf(name);
      if (excludes !== undefined) expect(OPTION_NAMES).toContain(excludes);
      const lists = ['event', 'property', 'further', 'parameters', 'input', 'pause', 'condition', 'segment', 'size-limit', 'destination'];
      expect(isList(name), name).toBe(lists.includes(value.kind) || ['excludeDate', 'recipes', 'audience'].includes(name));
    }
  });

  it('gives the commands that classify the same options for reading and deciding', () => {
    const ofGroups = (command: CommandName): string[] =>
      optionsOf(command).filter((name) => ['read', 'decide'].includes(OPTIONS[name].group));
    // Looks at files list no rejects.
    for (const command of ['list', 'explain', 'sql'] as const) expect(ofGroups(command), command).toEqual(ofGroups('classify'));
    expect(ofGroups('FILES')).toEqual(ofGroups('classify').filter((name) => name !== 'rejects'));
    // And know nobody's segment.
    expect(ofGroups('inspect')).toEqual(ofGroups('classify').filter((name) => !['rejects', 'segments', 'recipes'].includes(name)));
    expect(ofGroups('classify')).toEqual(
      expect.arrayContaining([
        'by',
        'maxValues',
        'window',
        'planColumn',
        'freePlan',
        'trialPlan',
        'since',
        'pause',
        'where',
        'users',
        'only',
      ]),
    );
  });

  it('knows what can change the members', () => {
    const others = optionsOf('classify').filter((name) => !changesMembers(name) && OPTIONS[name].group !== 'run');
    // Pseudonyms are other names of the same people: the manifest has the fingerprint of their key.
    // The contents of users, identity, only and exclude stand in the manifest's settings, the segments of recipes among one's own.
    expect(others).toEqual([
      'proof',
      'overlaps',
      'inputs',
      'users',
      'identity',
      'maxRejects',
      'maxExpand',
      'strict',
      'rejects',
      'only',
      'exclude',
      'freeze',
      'recipes',
      'out',
      'pseudonymKeyFile',
      'mode',
      'force',
      'dryRun',
    ]);
  });
});
