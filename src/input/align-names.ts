import { normaliseName } from '../events/normalise-name.js';
import type { ReadableFile } from './readers/reader.js';

/**
 * The files with one spelling for a column whose name differs between them in case, blanks or punctuation only: that of the first
 * file. Names that stand in one file together are two columns.
 */
export function alignNames<F extends ReadableFile>(files: readonly F[]): F[] {
  const spellings = new Map<string, Set<string>>();
  return files.map((file) => {
    const here = new Map<string, number>();
    for (const { name } of file.columns) here.set(normaliseName(name), (here.get(normaliseName(name)) ?? 0) + 1);
    const columns = file.columns.map((column) => {
      const normal = normaliseName(column.name);
      const known = spellings.get(normal) ?? new Set();
      const [first] = known;
      const isOther = !column.isNested && normal !== '' && first !== undefined && !known.has(column.name);
      if (isOther && known.size === 1 && here.get(normal) === 1) return { ...column, name: first };
      spellings.set(normal, known.add(column.name));
      return column;
    });
    return { ...file, columns };
  });
}
