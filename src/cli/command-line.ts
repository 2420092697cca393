/** A command that can be pasted into a shell. */
export function commandLine(command: string, files: readonly string[]): string {
  return ['segment', command, ...files.map(shellWord)].join(' ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
