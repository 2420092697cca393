import { safeText } from './safe-text.js';

/** The text of a workflow command of GitHub. */
export function annotationMessage(text: string): string {
  return safeText(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The value of a property of a workflow command. */
export function annotationProperty(text: string): string {
  return annotationMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** A line of plain output: one that began with two colons would be a command. */
export function plainLine(line: string): string {
  return safeText(line).replace(/^\s*:/, ' \\:');
}
