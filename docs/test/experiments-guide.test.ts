import { it } from 'vitest';
import { expectOutputsOf, PATIENCE } from './support/guide.js';

/** `npx vitest run docs/test/experiments-guide.test.ts -u` writes the outputs into the page. */
it(
  'the guide to experiments shows below each block what it prints',
  () => expectOutputsOf('experiments.md', { examples: true }),
  PATIENCE,
);
