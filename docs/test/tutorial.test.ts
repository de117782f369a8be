import { it } from 'vitest';
import { expectOutputsOf, PATIENCE } from './support/guide.js';

/** `npx vitest run docs/test/tutorial.test.ts -u` writes the outputs into the page. */
it(
  'the tutorial shows below each command what it prints',
  () => {
    // The address has another key every time, and nobody presses Ctrl-C.
    const asRun = (script: string): string => script.replace(/ explore .*/, '$& --time-limit 1 > /dev/null');
    return expectOutputsOf('tutorial.md', { asRun });
  },
  PATIENCE,
);
