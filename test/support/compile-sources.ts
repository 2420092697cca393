import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder with the sources and the scripts beside this file as JavaScript, laid out as in the checkout. */
    compiledSources: string;
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Compiles the sources once a run: a program that the tests start as a process would compile them each time it starts. */
export default async function compileSources(project: TestProject): Promise<() => void> {
  const folder = join(ROOT, `dist-tests-${process.pid}.tmp`);
  const scripts = ['src', 'test/support'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' }).flatMap((name) =>
      name.endsWith('.ts') ? [join(ROOT, top, name)] : [],
    ),
  );
  await build({
    entryPoints: scripts,
    outdir: folder,
    outbase: ROOT,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    logLevel: 'warning',
  });
  // The program reads its version there.
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  project.provide('compiledSources', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
