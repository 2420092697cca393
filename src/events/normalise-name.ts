/**
 * A name as it is compared: lower-cased, every run of anything but a–z and 0–9 turned into `_`, none at
 * either end. `App Uninstalled!` and `app_uninstalled` are one name.
 */
export function normaliseName(name: string): string {
  return lowerCase(name)
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
}

/** Each character by itself, as the engine's `lower` does it: İ is i, and Σ at the end of a word is σ. */
export function lowerCase(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return Array.from(text, (character) => String.fromCodePoint(character.toLowerCase().codePointAt(0) ?? 0)).join('');
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
