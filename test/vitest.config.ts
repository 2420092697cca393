import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Where `.ci/run` wants the results as JSON. */
const results = process.env['SEGMENT_TEST_RESULTS'];

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    globalSetup: ['test/support/compile-sources.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // More than the two processors of a small machine: each waits for the disk a fifth of its time.
    maxWorkers: 3,
    // A command case stands in its own folder: only a process can change its working directory.
    pool: 'forks',
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
    env: { TZ: 'Asia/Kathmandu', NO_COLOR: '1' },
  },
});
