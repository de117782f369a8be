import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { property } from '../properties/property.js';
import { PlainNetting, type PlainDrop, type PlainOrder } from './support/plain-netting.js';
import { problems, select, setOf } from './support/selected.js';
import type { Block, Small } from './support/small.js';

/** Extraction, filling and searches skip much of what the specification tells them to do. What they find must be the same. */

const ascending = (set: readonly number[]): number[] => set.toSorted((x, y) => x - y);

const IDS = 'ABCDEFGHI'.split('');

/** Many poor banks and long queues, where chains go on for long and most of them fail; with or without limits. */
const gridlocks: fc.Arbitrary<[Small, Block]> = fc
  .record({
    balances: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: IDS.length }),
    payments: fc.array(fc.record({ from: fc.nat(), step: fc.nat(), amount: fc.integer({ min: 1, max: 15 }) }), {
      minLength: 4,
      maxLength: 40,
    }),
    limit: fc.option(fc.integer({ min: 5, max: 60 }), { freq: 3 }),
  })
  .map(({ balances, limit, payments }) => {
    const ids = IDS.slice(0, balances.length);
    const scenario: Small = {
      simulation: { ticks_per_day: 1, num_days: 1, rng_seed: 1 },
      agents: balances.map((opening_balance, b) => ({
        id: ids[b]!,
        opening_balance,
        policy: { type: 'Fifo' },
        ...(limit !== null && b === 0 ? { limits: { multilateral_limit: limit } } : {}),
      })),
      scenario_events: payments.map(({ amount, from, step }) => ({
        type: 'CustomTransactionArrival' as const,
        from_agent: ids[from % ids.length]!,
        to_agent: ids[((from % ids.length) + 1 + (step % (ids.length - 1))) % ids.length]!,
        amount,
        priority: 5,
        deadline: 50,
        schedule: { type: 'OneTime' as const, tick: 0 },
      })),
    };
    return [scenario, {}];
  });

const cases = fc.oneof(gridlocks, problems({ payments: { min: 1, max: 24 } }));
const drops = fc.constantFrom<PlainDrop>('last', 'best_fit');
const orders = fc.constantFrom<PlainOrder>('queue', 'value', 'priority');
const chains = fc.constantFrom(1, 2, 3, 8, 100);

describe('extraction, filling and searches are those of the specification, word for word', () => {
  property(
    'partial_netting (spec 12 §6.8)',
    600,
    fc.tuple(cases, drops, orders, chains),
    ([[scenario, block], drop, order, max_chain]) => {
      const form = { type: 'partial_netting', drop, refill: 'chain', refill_order: order, max_chain };
      const selected = select(scenario, block, form);
      const plain = new PlainNetting(selected);
      const expected = plain.refill(plain.extraction(drop)!, { maxChain: max_chain, order });
      expect(ascending(setOf(selected))).toEqual(ascending(expected));
    },
  );

  property(
    'search (spec 12 §6.9)',
    120,
    fc.tuple(cases, orders, chains, fc.constantFrom(1, 7, 60)),
    ([[scenario, block], order, max_chain, max_starts]) => {
      const selected = select(scenario, block, { type: 'search', refill_order: order, max_chain, max_starts });
      const [expected, truncated] = new PlainNetting(selected).search({ maxChain: max_chain, maxStarts: max_starts, order });
      expect(ascending(setOf(selected))).toEqual(ascending(expected));
      if (selected.report !== null) expect(selected.report.truncated).toBe(truncated ? 'max_starts' : null);
    },
  );

  property(
    'local_search (spec 12 §6.13)',
    250,
    fc.tuple(cases, fc.constantFrom(1, 7, 60, 500)),
    ([[scenario, block], max_steps]) => {
      const selected = select(scenario, block, { type: 'local_search', max_steps });
      const [expected, truncated] = new PlainNetting(selected).localSearch(max_steps);
      expect(ascending(setOf(selected))).toEqual(ascending(expected));
      if (selected.report !== null) expect(selected.report.truncated).toBe(truncated ? 'max_steps' : null);
    },
  );
});
