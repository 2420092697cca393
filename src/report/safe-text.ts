// Controls (C0, C1, DEL), unpaired surrogates, line and paragraph separators, and everything drawn without
// width or turning the reading direction (bidi controls, joiners, variation selectors, tag characters, fillers).
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffb}]/gu;

/**
 * Text from data made safe for a terminal: one line, nothing invisible, nothing a terminal obeys.
 * Unsafe characters become visible: `\x1b`, `\u202e`, `\u{e0041}`.
 */
export function safeText(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** A JSON document with the same characters as `\u` escapes: equal once parsed, harmless when printed. */
export function safeJson(json: string): string {
  return json.replace(UNSAFE, (character) => (character === '\n' ? character : escapeUnits(character)));
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  if (code <= 0xffff) return `\\u${hex(code, 4)}`;
  return `\\u{${hex(code, 0)}}`;
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
    .join('');
}

function hex(code: number, length: number): string {
  return code.toString(16).padStart(length, '0');
}
