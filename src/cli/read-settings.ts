import { relative, resolve } from 'node:path';
import { environmentLayer } from '../config/environment.js';
import { findConfigFile } from '../config/find-config-file.js';
import { type CommandName, flagName, OPTIONS, type OptionName, optionsOf } from '../config/options.js';
import { type Given, type Layer, resolveSettings, type Settings } from '../config/settings.js';
import type { CliIo } from './io.js';

/** What commander collected: text, lists of text and switches by camel-case name. */
export type Flags = Readonly<Record<string, unknown>>;

type World = Pick<CliIo, 'now' | 'env' | 'cwd'>;

/** The settings of a command from its command line, the environment and the config file, the strongest first. Fails with what is wrong in them. */
export async function readSettings(command: CommandName, flags: Flags, io: World, files: readonly string[] = []): Promise<Settings> {
  const { layers } = await readLayers(command, flags, io, files);
  return settingsOf(command, layers, io);
}

/** The settings that were given to a command; it needs files if it takes any. */
export async function settingsOf(command: CommandName, layers: readonly Layer[], io: Pick<CliIo, 'now'>): Promise<Settings> {
  const settings = resolveSettings(command, layers, io.now());
  if (settings.inputs.length === 0 && settings.ids === undefined && optionsOf(command).includes('inputs')) {
    const { fail } = await import('../errors/segment-error.js');
    fail('inputs-missing', { command: `segment ${command}` });
  }
  return settings;
}

export interface GivenLayers {
  /** The strongest first: command line, environment, config file. */
  readonly layers: readonly Layer[];
  /** The config file that was read, as the user would name it. */
  readonly configFile: string | undefined;
}

/** Everything that was given to a command. */
export async function readLayers(command: CommandName, flags: Flags, io: World, files: readonly string[]): Promise<GivenLayers> {
  const typed = flagLayer(command, flags, files);
  const environment = environmentLayer(io.env);
  const named = (typed.get('config') ?? environment.get('config'))?.[0]?.texts.at(-1);
  if (!optionsOf(command).includes('config')) return { layers: [typed, environment], configFile: undefined };
  const path = named === 'none' ? undefined : configPath(named, io);
  if (path === undefined) return { layers: [typed, environment], configFile: undefined };
  const { loadConfigFile } = await import('./load-config-file.js');
  const configFile = named ?? relative(io.cwd, path);
  return { layers: [typed, environment, loadConfigFile(path, configFile, io.cwd)], configFile };
}

/** The path of the config file of a command; `none` where it is to read none, undefined where there is none. */
export function configPathOf(command: CommandName, flags: Flags, io: World): string | undefined {
  const named = (flagLayer(command, flags, []).get('config') ?? environmentLayer(io.env).get('config'))?.[0]?.texts.at(-1);
  return named === 'none' ? named : configPath(named, io);
}

/** The config file that was named, or the one that lies nearest; a working folder that is gone lies nowhere. */
function configPath(named: string | undefined, { cwd, env }: World): string | undefined {
  if (named !== undefined) return resolve(cwd, named);
  return cwd === '' ? undefined : findConfigFile(cwd, env['HOME'] ?? env['USERPROFILE']);
}

/** What was typed, by option. */
export function flagLayer(command: CommandName, flags: Flags, files: readonly string[]): Layer {
  const layer = new Map<OptionName, readonly Given[]>();
  for (const name of optionsOf(command)) {
    const found = name === 'inputs' ? (files.length === 0 ? undefined : files) : flags[attributeOf(name)];
    if (found === undefined) continue;
    const isOff = found === false && OPTIONS[name].value.kind !== 'switch';
    const texts = Array.isArray(found) ? found.map(String) : [isOff ? 'none' : String(found)];
    layer.set(name, [{ texts, origin: { kind: 'flag' } }]);
  }
  return layer;
}

/** The name under which commander keeps an option: `no-` is not part of it. */
function attributeOf(name: OptionName): string {
  return flagName(name).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
