import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests of what happens between two commits, which come by the clock: they want a process that is as slow as a fresh one. */
const FRESH = ['packages/persistence/test/disk-full.test.ts', 'packages/persistence/test/failing-runs.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A third of the tests waits for other processes, clocks or disks: half as many workers again as there are cores.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    projects: [
      { extends: true, test: { name: 'fresh', include: FRESH } },
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'docs/test/**/*.test.ts'],
          exclude: FRESH,
          // Loading modules anew for each of 240 files takes as long as a fifth of the tests.
          isolate: false,
        },
      },
    ],
  },
});
