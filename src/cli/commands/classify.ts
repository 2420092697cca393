import type { CliIo } from '../io.js';
import { addDecisionOptions, addInputOptions, addOutputOptions, addRunOptions } from '../options.js';
import type { Command } from './command.js';

export const classify: Command = {
  name: 'classify',
  group: 'segment',
  summary: 'status and RFM segment of every user: files and a summary',
  register(program, io) {
    const command = program
      .command(classify.name)
      .summary(classify.summary)
      .description('Gives every user a status and an RFM segment, writes the membership files and prints a summary.')
      .argument('<files...>', 'CSV, TSV or Parquet files, globs or folders');
    addInputOptions(command);
    addDecisionOptions(command);
    addOutputOptions(command);
    addRunOptions(command);
    command.action((files: string[], flags: Record<string, unknown>) => runClassify(io, files, flags));
  },
};

async function runClassify(io: CliIo, files: readonly string[], flags: Record<string, unknown>): Promise<void> {
  const { parseDecisionOptions, parseInputOptions, parseOutputOptions, parseRunOptions } = await import('../parse-options.js');
  const input = parseInputOptions(flags);
  const decision = parseDecisionOptions(flags, io);
  const output = parseOutputOptions(flags);
  const run = parseRunOptions(flags);
  const { classifyToFiles } = await import('../classify-to-files.js');
  await classifyToFiles(io, files, { input, decision, output, run });
}
