import type { CliIo } from '../io.js';
import { addDecisionOptions, addInputOptions, addRunOptions } from '../options.js';
import type { Command } from './command.js';

export const sql: Command = {
  name: 'sql',
  group: 'segment',
  summary: 'the SQL behind every number, runnable in stock DuckDB',
  register(program, io) {
    const command = program
      .command(sql.name)
      .summary(sql.summary)
      .description('Reads the files and prints the SQL of every relation from them to the members, with the parameters as variables.')
      .argument('<files...>', 'CSV, TSV or Parquet files, globs or folders');
    addInputOptions(command);
    addDecisionOptions(command);
    addRunOptions(command);
    command.action((files: string[], flags: Record<string, unknown>) => printSql(io, files, flags));
  },
};

async function printSql(io: CliIo, files: readonly string[], flags: Record<string, unknown>): Promise<void> {
  const { parseDecisionOptions, parseInputOptions, parseRunOptions } = await import('../parse-options.js');
  const input = parseInputOptions(flags);
  const decision = parseDecisionOptions(flags, io);
  const run = parseRunOptions(flags);
  const { printScript } = await import('../print-script.js');
  await printScript(io, files, { input, decision, run });
}
