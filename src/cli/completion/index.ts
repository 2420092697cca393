import { bashScript } from './bash-script.js';
import type { CompletionTree, ShellName } from './completion-tree.js';
import { fishScript } from './fish-script.js';
import { zshScript } from './zsh-script.js';

/** What each shell loads to complete command lines. */
export const COMPLETION_SCRIPTS: Readonly<Record<ShellName, (tree: CompletionTree) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};
