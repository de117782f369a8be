import fc from 'fast-check';
import { expect, it } from 'vitest';
import { References } from '../src/references.js';

it('tells which references were there before, in whatever order they come', () => {
  const rising = fc.array(fc.nat(40)).map((numbers) => numbers.sort((a, b) => a - b).map(String));
  fc.assert(
    fc.property(fc.oneof(rising, fc.array(fc.string({ maxLength: 2 }), { maxLength: 50 })), (list) => {
      const references = new References();
      const before = new Set<string>();
      for (const reference of list) {
        expect(references.add(reference)).toBe(before.has(reference));
        before.add(reference);
      }
    }),
    { numRuns: 500, seed: 13 },
  );
});
