import { defineConfig } from 'vitest/config';

/**
 * `npm run test:fast`, while one works: golden logs, worked examples, the policy language, properties of money and settlement, the
 * figures that other programs computed, and the rules of the house. It takes less than a minute on two processors, and is
 * no substitute for `npm test`.
 */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    maxWorkers: '100%',
    isolate: false,
    // Properties are tried on a quarter of their cases.
    env: { SIMCASH_PROPERTY_RUNS: process.env.SIMCASH_PROPERTY_RUNS ?? '0.25' },
    include: [
      'packages/engine/test/{golden-logs,worked-examples,event-batch,code-point-order}.test.ts',
      'packages/engine/test/designs/golden.test.ts',
      'packages/engine/test/policy/{actions,built-in,fields,library,operators,parse,validate}.test.ts',
      'packages/engine/test/properties/{events,ledger,settlement}.test.ts',
      'packages/{indicators,payments,statistics}/test/golden.test.ts',
      'packages/random/test/*.test.ts',
      'docs/test/{exports-report,exports,references,tidy}.test.ts',
    ],
  },
});
