import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { property } from '../properties/property.js';
import { subsets } from './support/rules.js';
import { problems, select, setOf, type Selected } from './support/selected.js';
import type { Small } from './support/small.js';

/**
 * What one algorithm selects from a queue, against enumeration of all sets by spec 12 §4: everything waits in one tick, and nothing
 * else settles.
 */

const ascending = (set: readonly number[]): number[] => set.toSorted((x, y) => x - y);

const LAST = { type: 'partial_netting', drop: 'last' };

describe('partial_netting, drop: last (spec 12 §6.8)', () => {
  const noPairLimits = problems({ limits: 'multilateral', payments: { min: 1, max: 9 } });

  property(
    'is the union of all feasible sets in which every bank keeps a prefix of its queue',
    450,
    noPairLimits,
    ([scenario, block]) => {
      const selected = select(scenario, { ...block, limits: block.limits }, LAST);
      const { feasible, queue } = selected;
      const isPrefix = (set: readonly number[]): boolean =>
        set.every((i) => queue.every(({ from }, j) => j > i || from !== queue[i]!.from || set.includes(j)));
      const union = new Set<number>();
      for (const set of subsets(queue.length)) if (isPrefix(set) && feasible(set)) for (const i of set) union.add(i);
      expect(setOf(selected)).toEqual(ascending([...union]));
    },
  );

  property('is the same whatever the banks are called', 250, noPairLimits, ([scenario, block]) => {
    const names: Record<string, string> = { A: 'Z', B: 'M', C: 'Y', D: 'N' };
    const renamed: Small = {
      ...scenario,
      agents: scenario.agents.map((agent) => ({ ...agent, id: names[agent.id]! })),
      scenario_events: scenario.scenario_events.map((event) => ({
        ...event,
        from_agent: names[event.from_agent]!,
        to_agent: names[event.to_agent]!,
      })),
    };
    const plain = { ...block, reservations: [] };
    const chosen = (one: Selected): string[] =>
      setOf(one)
        .map((i) => one.queue[i]!.id)
        .sort();
    expect(chosen(select(renamed, plain, LAST))).toEqual(chosen(select(scenario, plain, LAST)));
  });
});

describe('refill (spec 12 §6.8)', () => {
  const forms = fc.record(
    {
      drop: fc.constantFrom('last', 'best_fit'),
      refill: fc.constantFrom('single', 'chain'),
      refill_order: fc.constantFrom('queue', 'value', 'priority'),
    },
    { noNullPrototype: true },
  );

  property(
    'keeps what it started from, and leaves no payment that fits alone',
    450,
    fc.tuple(problems(), forms),
    ([[scenario, block], form]) => {
      const before = select(scenario, block, { type: 'partial_netting', drop: form.drop });
      const after = select(scenario, block, { type: 'partial_netting', ...form });
      const [start, filled] = [setOf(before), setOf(after)];
      expect(filled).toEqual(expect.arrayContaining(start));
      expect(after.report!.refilled).toBe(filled.length - start.length);
      expect(after.report!.dropped).toBe(after.queue.length - start.length);
      const fits = after.queue.map((_, i) => i).filter((i) => !filled.includes(i) && after.feasible([...filled, i]));
      expect(fits).toEqual([]);
    },
  );
});

describe('search (spec 12 §6.9)', () => {
  property(
    'is at least as good as every partial netting that fills by value',
    250,
    fc.tuple(problems(), fc.integer({ min: 1, max: 8 }), fc.constantFrom(1, 3, 500)),
    ([[scenario, block], max_chain, max_starts]) => {
      const found = select(scenario, block, { type: 'search', max_chain, max_starts });
      const score = [found.amount(setOf(found)), setOf(found).length];
      for (const drop of ['last', 'best_fit'])
        for (const refill of ['none', 'chain']) {
          const other = select(scenario, block, { type: 'partial_netting', drop, refill, refill_order: 'value', max_chain });
          const [value, number] = [other.amount(setOf(other)), setOf(other).length];
          expect(score[0]! > value || (score[0] === value && score[1]! >= number)).toBe(true);
        }
    },
  );
});

describe('optimal (spec 12 §6.11)', () => {
  property(
    'is the best of all feasible sets: by its objective, then the other score, then the order of the queue',
    350,
    fc.tuple(problems({ payments: { min: 1, max: 12 } }), fc.constantFrom('value' as const, 'number' as const)),
    ([[scenario, block], objective]) => {
      const found = select(scenario, block, { type: 'optimal', objective });
      const { amount, feasible, queue, report } = found;
      const isBetter = (set: readonly number[], than: readonly number[]): boolean => {
        const scores = [amount(set) - amount(than), set.length - than.length];
        const [first, second] = objective === 'value' ? scores : scores.toReversed();
        if (first !== 0 || second !== 0) return (first || second)! > 0;
        const i = queue.findIndex((_, i) => set.includes(i) !== than.includes(i));
        return i >= 0 && set.includes(i);
      };
      let best: number[] = [];
      for (const set of subsets(queue.length)) if (isBetter(set, best) && feasible(set)) best = set;
      expect(setOf(found)).toEqual(best);
      expect(report).toMatchObject({ proof: 'full', truncated: null, bound: objective === 'value' ? amount(best) : best.length });
    },
  );

  property(
    'stopped early is not worse than search with its defaults, and says what it has not proven',
    250,
    fc.tuple(problems({ payments: { min: 1, max: 12 } }), fc.constantFrom(1, 5, 20)),
    ([[scenario, block], node_limit]) => {
      const stopped = select(scenario, block, { type: 'optimal', node_limit });
      const exact = select(scenario, block, 'optimal');
      const search = select(scenario, block, 'search');
      const [value, optimum] = [stopped, exact].map((one) => one.amount(setOf(one)));
      expect(value).toBeGreaterThanOrEqual(search.amount(setOf(search)));
      expect(stopped.report!.bound).toBeGreaterThanOrEqual(optimum!);
      if (stopped.report!.proof === 'full') expect(setOf(stopped)).toEqual(setOf(exact));
      else expect(stopped.report!.truncated).toBe('node_limit');
      if (stopped.report!.proof === 'value') expect(value).toBe(optimum);
    },
  );
});

describe('all of a queue that is feasible as a whole', () => {
  const algorithms = fc.constantFrom<unknown>(
    'multilateral',
    ...['drop', 'exclude', 'unwind'].map((on_shortfall) => ({ type: 'multilateral', on_shortfall })),
    LAST,
    { type: 'partial_netting', drop: 'best_fit' },
    'search',
    'local_search',
    'optimal',
  );
  property(
    'settles at once; batches settle it or nothing',
    700,
    fc.tuple(problems({ payments: { min: 1, max: 4 } }), algorithms),
    ([[scenario, block], algorithm]) => {
      const selected = select(scenario, block, algorithm);
      const whole = selected.queue.map((_, i) => i);
      if (selected.feasible(whole)) expect(setOf(selected)).toEqual(whole);
      else {
        expect(setOf(selected).length).toBeLessThan(whole.length);
        if (algorithm === 'multilateral' || JSON.stringify(algorithm).includes('unwind')) expect(setOf(selected)).toEqual([]);
      }
    },
  );
});

describe('two banks (spec 12 §14.8)', () => {
  const pairs = problems({ self: false, banks: { min: 2, max: 2 }, payments: { min: 2, max: 8 } });
  property(
    'a pair minus its ends is the partial netting of the two; a feasible pair settles as a whole',
    450,
    pairs,
    ([scenario, block]) => {
      const [whole, partial, netting] = ['bilateral', 'bilateral_partial', LAST].map((one) => select(scenario, block, one));
      const { feasible, queue } = whole!;
      if (new Set(queue.map(({ from }) => from)).size < 2) return;
      const all = queue.map((_, i) => i);
      if (feasible(all)) expect([setOf(partial!), setOf(netting!), ascending(setOf(whole!))]).toEqual([all, all, all]);
      // A set of one direction is nothing that a pair could settle.
      const settled = setOf(netting!);
      const isPair = new Set(settled.map((i) => queue[i]!.from)).size === 2;
      expect(setOf(partial!)).toEqual(isPair ? settled : []);
    },
  );
});
