import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder, as relative path → content; folders end in `/` and hold ''. */
export function filesBelow(folder: string, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true }).sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) Object.assign(found, { [`${name}/`]: '' }, filesBelow(folder, `${name}/`));
    else found[name] = readFileSync(join(folder, name), 'latin1');
  }
  return found;
}

/** The same without the manifest, whose timings differ between equal runs. */
export function setBelow(folder: string): Record<string, string> {
  const { 'manifest.json': _manifest, ...set } = filesBelow(folder);
  return set;
}
