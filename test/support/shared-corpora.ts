import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../shared/corpora/', import.meta.url);

/** Whether the folder of other people's test files stands beside this project; tests that need it are skipped by name without it. */
export const hasCorpora = existsSync(ROOT);

export function corpusPath(name: string): string {
  return fileURLToPath(new URL(name, ROOT));
}
