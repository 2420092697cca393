import type { Command } from 'commander';
import { type CliIo, reportWidth } from './io.js';

/** The names of HELP_TOPICS, so that help need not load the texts. */
export const TOPIC_NAMES: readonly string[] = ['statuses', 'pauses', 'rfm', 'as-of', 'rules', 'lint-codes', 'columns'];

export const HELP = 'help';

/** Adds `segment help [topic]`: the help of a command, or one of the texts on how users are judged. */
export function registerHelp(program: Command, io: CliIo): void {
  program
    .command(HELP)
    .summary('help on a command or a topic')
    .description('Shows the help of a command, or explains a topic.')
    .argument('[topic]', `a command, or one of: ${TOPIC_NAMES.join(', ')}`)
    .action(async (name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find((known) => known.name() === name);
      if (command !== undefined) return command.outputHelp();
      const { HELP_TOPICS } = await import('../report/help-topics/index.js');
      const topic = HELP_TOPICS.find((known) => known.name === name);
      if (topic !== undefined) return io.stdout.write(topic.render(reportWidth(io.stdout)));
      return refuseTopic(name ?? '', [...TOPIC_NAMES, ...program.commands.map((known) => known.name())]);
    });
  program.addHelpText('after', `\nsegment help TOPIC explains the rules: ${TOPIC_NAMES.join(', ')}.`);
}

async function refuseTopic(topic: string, names: readonly string[]): Promise<never> {
  const { nearest } = await import('../errors/nearest.js');
  const { fail } = await import('../errors/segment-error.js');
  return fail('unknown-help-topic', { topic, topics: TOPIC_NAMES, nearest: nearest(topic, names) });
}
