import { reportWidth } from '../io.js';
import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const presets: Command = {
  name: 'presets',
  group: 'automate',
  summary: 'the exports that are known, and how each is read',
  register(program, io) {
    const command = program
      .command(presets.name)
      .summary(presets.summary)
      .description('Lists the exports that are recognised by their columns; with a name, all that is known of one.')
      .argument('[name]', 'a preset');
    addOptions(command, 'presets').action(async (name: string | undefined, flags: Record<string, unknown>) => {
      const { PRESETS } = await import('../../input/presets/index.js');
      const { presetNamed } = await import('../../input/presets/choose-preset.js');
      const { readSettings } = await import('../read-settings.js');
      const { presetJson, renderPreset, renderPresetList } = await import('../../report/presets/preset-text.js');
      const named = name === undefined ? undefined : presetNamed(name);
      const { json } = await readSettings('presets', flags, io);
      const width = reportWidth(io.stdout);
      const shown = named === undefined ? PRESETS : [named];
      const text = json
        ? JSON.stringify(shown.map(presetJson), undefined, 2)
        : (named === undefined ? renderPresetList(PRESETS, width) : renderPreset(named, width)).join('\n');
      io.stdout.write(`${text}\n`);
    });
  },
};
