import { it } from 'vitest';
import { expectOutputsOf, PATIENCE } from './support/guide.js';

/** `npx vitest run docs/test/cookbook.test.ts -u` writes the outputs into the page. */
it('the recipes show below each command what it prints', () => expectOutputsOf('cookbook.md'), PATIENCE);
