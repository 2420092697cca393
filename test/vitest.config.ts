import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** Where `.ci/run` wants the results as JSON. */
const results = process.env['SEGMENT_TEST_RESULTS'];

/** They measure the memory of their process, or replace modules in it. */
const OWN_PROCESS = ['test/input/large-text.test.ts', 'test/input/text/text-file.test.ts', 'test/input/while-readable.test.ts'];

const root = fileURLToPath(new URL('..', import.meta.url));
const common = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // A command case stands in its own folder: only a process can change its working directory.
  pool: 'forks',
  env: { TZ: 'Asia/Kathmandu', NO_COLOR: '1' },
} satisfies TestProjectInlineConfiguration['test'];

export default defineConfig({
  root,
  test: {
    globalSetup: ['test/support/compile-sources.ts'],
    // More than the two processors of a small machine: each waits for the disk a fifth of its time.
    maxWorkers: 3,
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
    projects: [
      // The files of a process share its modules, which take half a second to load.
      { root, test: { ...common, name: 'shared', include: ['test/**/*.test.ts'], exclude: OWN_PROCESS, isolate: false } },
      { root, test: { ...common, name: 'alone', include: OWN_PROCESS } },
    ],
  },
});
