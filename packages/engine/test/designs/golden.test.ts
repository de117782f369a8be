import { describe, expect, it } from 'vitest';
import { difference, INSTANCES, runInstance, settlementOf } from './support/golden.js';

/** Every golden instance under every design: settled sets in order, balances, and listed events with all their fields. */

const families = [...new Set(INSTANCES.map(({ family }) => family))];

describe.each(families)('golden instances of family %s', (family) => {
  const instances = INSTANCES.filter((instance) => instance.family === family);
  it.each(instances.map((instance) => [instance.name, instance] as const))('%s', (_, instance) => {
    const differences = Object.entries(instance.designs).flatMap(([design, expected]) => {
      const different = difference(runInstance(instance, settlementOf(instance, design)), expected);
      return different === null ? [] : [`${design}: ${different}`];
    });
    expect(differences).toEqual([]);
  });
});

it('golden instances are all there', () => {
  expect(INSTANCES.reduce((sum, { designs }) => sum + Object.keys(designs).length, 0)).toBe(6789);
});
