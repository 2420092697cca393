/** What we keep in an output folder besides the files of the set. */
export const MANIFEST_NAME = 'manifest.json';
export const LOCK_NAME = '.segment.lock';
export const GITIGNORE_NAME = '.gitignore';
export const GITIGNORE_TEXT = '*\n';

/** Whether a relative, `/`-separated name stays inside the folder and off the names we keep for ourselves. */
export function isOutputName(name: string): boolean {
  if (/[\0\\:]/.test(name) || name.toLowerCase() === MANIFEST_NAME || name.toLowerCase().startsWith('.segment')) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Every folder a name lies in, the outermost first: `a/b/c.csv` gives `a`, `a/b`. */
export function parentFolders(name: string): string[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
