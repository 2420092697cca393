import { type CommandName, flagName, isOnByDefault, OPTIONS, type OptionName, optionsOf } from '../config/options.js';
import { type Given, type Layer, resolveSettings, type Settings } from '../config/settings.js';
import type { CliIo } from './io.js';

/** What commander collected: text, lists of text and switches by camel-case name. */
export type Flags = Readonly<Record<string, unknown>>;

/** The settings of a command. Fails with what is wrong on its command line. */
export function readSettings(command: CommandName, flags: Flags, io: Pick<CliIo, 'now'>): Settings {
  return resolveSettings([flagLayer(command, flags)], io.now());
}

/** What was typed, by option. */
export function flagLayer(command: CommandName, flags: Flags): Layer {
  const layer = new Map<OptionName, Given>();
  for (const name of optionsOf(command)) {
    const found = flags[attributeOf(name)];
    if (found === undefined) continue;
    // A switch that is on by default is true in commander when nobody typed it.
    if (found === true && OPTIONS[name].value.kind === 'switch' && isOnByDefault(name)) continue;
    layer.set(name, { texts: Array.isArray(found) ? found.map(String) : [String(found)] });
  }
  return layer;
}

/** The name under which commander keeps an option: `no-` is not part of it. */
function attributeOf(name: OptionName): string {
  return flagName(name).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
