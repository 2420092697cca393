import { safeText } from './safe-text.js';

/** A spreadsheet would run a name that begins like a formula. */
const FORMULA = /^[=@+]|^-(?!\d)/;

/** One line of a report for spreadsheets. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

function csvCell(text: string): string {
  const shown = safeText(text);
  const safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
