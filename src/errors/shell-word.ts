const PLAIN = /^[\w@%+:,./-][\w@%+=:,./-]*$/;
/** What no terminal shows as it is: such a word is spelled in escapes, or the command that is shown is not the one that is meant. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A text as one word of a command that can be pasted into a shell (bash, zsh, ksh). */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text;
  if (text.search(UNSEEN) === -1) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${text.replaceAll(/[\\']/g, '\\$&').replaceAll(UNSEEN, escapes)}'`;
}

function escapes(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return [...Buffer.from(character, 'utf8')].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
