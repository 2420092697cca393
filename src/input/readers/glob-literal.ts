/** A path that DuckDB, which expands bound paths too, reads as itself. */
export function globLiteral(path: string): string {
  return path.replaceAll(/[[*?]/g, (character) => `[${character}]`);
}
