import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
const manifest = read('package.json') as Record<'dependencies' | 'devDependencies', Record<string, string>>;
const lock = (read('package-lock.json') as { packages: Record<string, LockEntry> }).packages;

describe('the package', () => {
  it('pins every dependency', () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('locks no download address', () => {
    expect(Object.keys(lock).filter((path) => lock[path]?.resolved !== undefined)).toEqual([]);
  });

  // npm forgets the other platforms when it writes a lock file where they can't be downloaded; `npm ci` then fails.
  it('locks every platform of every package', () => {
    const missing = Object.entries(lock).flatMap(([path, entry]) =>
      Object.entries(entry.optionalDependencies ?? {}).flatMap(([name, version]) => {
        const locked = lock[`${path}/node_modules/${name}`] ?? lock[`node_modules/${name}`];
        return locked === undefined ? [`${name}@${version}`] : [];
      }),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(lock).filter((path) => path.startsWith('node_modules/@duckdb/node-bindings-'))).toHaveLength(8);
  });
});
