const SIGNS = /[*?[\]{}()!+@]/g;

/** Whether a path may be meant as a pattern. */
export function hasPatternSigns(path: string): boolean {
  return path.search(SIGNS) !== -1;
}

/** A path as a part of a pattern that stands for itself. */
export function escapePattern(path: string): string {
  return path.replaceAll(SIGNS, '\\$&');
}
