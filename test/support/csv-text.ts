/** Rows as CSV with LF, quoted where they need it. */
export function stringify(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(cellText).join(',')}\n`).join('');
}

function cellText(text: string): string {
  return /[",\r\n]/.test(text) || /^ | $/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}
