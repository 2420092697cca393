import type { Command as CommanderCommand } from 'commander';
import type { CliIo } from '../io.js';

/** The headings of the command list, in order. */
export const COMMAND_GROUPS = ['look', 'segment', 'understand', 'automate'] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** One command of the program. Its work is imported inside the action, so that help loads nothing but commander. */
export interface Command {
  readonly name: string;
  readonly group: CommandGroup;
  /** One line of the command list. */
  readonly summary: string;
  /** Adds the command with `program.command(…)`: one attached by `addCommand` would not inherit how the program exits and writes. */
  register(program: CommanderCommand, io: CliIo): void;
}
