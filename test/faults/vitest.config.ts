import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The faults that the nightly job has to bear: `npm run test:faults`. Takes `--shard 1/3`, and names of files. */
export default defineConfig({
  root,
  test: {
    globalSetup: ['test/support/compile-sources.ts'],
    // Before any module of the program, for those that keep a function of Node at once.
    setupFiles: ['test/support/watched-files.ts'],
    include: ['test/faults/**/*.faults.ts'],
    maxWorkers: 2,
    pool: 'forks',
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
    env: { TZ: 'Asia/Kathmandu', NO_COLOR: '1' },
  },
});
