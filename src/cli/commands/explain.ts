import type { CliIo } from '../io.js';
import { addDecisionOptions, addInputOptions, addRunOptions } from '../options.js';
import type { Command } from './command.js';

export const explain: Command = {
  name: 'explain',
  group: 'segment',
  summary: 'why a user has their status and RFM segment',
  register(program, io) {
    const command = program
      .command(explain.name)
      .summary(explain.summary)
      .description('Shows every value, threshold and rule that decided on a user, the next change without activity, and their lifeline.')
      .argument('<files...>', 'CSV, TSV or Parquet files, globs or folders')
      .optionsGroup('Whom:')
      .option('--user <id>', 'the user with this id')
      .option('--status <name>', 'three typical users of a status and the one nearest to a border');
    addInputOptions(command);
    addDecisionOptions(command);
    addRunOptions(command);
    command.action((files: string[], flags: Record<string, unknown>) => runExplain(io, files, flags));
  },
};

async function runExplain(io: CliIo, files: readonly string[], flags: Record<string, unknown>): Promise<void> {
  const { parseDecisionOptions, parseInputOptions, parseRunOptions } = await import('../parse-options.js');
  const { parseSubject } = await import('../parse-subject.js');
  const subject = parseSubject(flags, files);
  const input = parseInputOptions(flags);
  const decision = parseDecisionOptions(flags, io);
  const run = parseRunOptions(flags);
  const { explainUsers } = await import('../explain-users.js');
  await explainUsers(io, files, { subject, input, decision, run });
}
