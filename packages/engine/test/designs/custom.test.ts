import { afterEach, describe, expect, it } from 'vitest';
import { readScenario, InvalidConfigError, Simulation } from '../../src/index.js';
import { runCustom, SCENARIO, type CustomRun, type Plugin } from './support/plugins.js';

/** Settlement algorithms of the user's own (spec 12 §9). */

type View = Parameters<Plugin['select']>[0];
const plugin = (select: (view: View, options: unknown) => unknown): Plugin => ({
  name: 'mine',
  select: select as Plugin['select'],
});

const RING = [0, 2, 4];
const PAIR = [1, 5];

/** Two payments between the same banks, if they fit together; then whatever nets out by the engine's own rules. */
const PAIRS_FIRST: Plugin = {
  name: 'pairs first',
  select(view) {
    const taken = new Set<number>();
    const sets: number[][] = [];
    for (const p of view.payments)
      for (const q of view.payments) {
        const isPair = p.sender === q.receiver && p.receiver === q.sender && p.index < q.index;
        if (!isPair || taken.has(p.index) || taken.has(q.index) || !view.feasible([p.index, q.index])) continue;
        sets.push([p.index, q.index]);
        taken.add(p.index).add(q.index);
      }
    const rest = view.partialNetting().filter((i) => !taken.has(i));
    return rest.length > 0 && view.feasible(rest) ? [...sets, rest] : sets;
  },
};

describe('an algorithm of twenty lines', () => {
  it('settles its sets in its order', () => {
    const { error, reports, sets, simulation } = runCustom(PAIRS_FIRST);
    expect(error).toBeNull();
    expect(sets).toEqual([PAIR, [3, 6], RING]);
    expect(simulation.queue2()).toEqual([]);
    expect(reports).toMatchObject([{ sets: 3, payments: 7, settled_value: 200, truncated: null, skipped: 0 }]);
  });

  it('settles a set in the order in which it names the payments', () => {
    expect(runCustom(plugin(({ payments }) => (payments.length === 7 ? [[4, 0, 2]] : []))).sets).toEqual([[4, 0, 2]]);
  });

  it('may have nothing to settle', () => {
    const { error, reports, sets } = runCustom(plugin(() => []));
    expect([error, sets]).toEqual([null, []]);
    expect(reports).toMatchObject([
      { sets: 0, skipped: 0 },
      { sets: 0, skipped: 0 },
    ]);
  });

  it('gets its options', () => {
    let got: unknown;
    runCustom(
      plugin((_, options) => {
        got = options;
        return [];
      }),
      { options: { depth: 3, words: ['a'] } },
    );
    expect(got).toEqual({ depth: 3, words: ['a'] });
  });

  it('answers the same with and without the check of determinism, and when it is resumed', () => {
    const plain = runCustom(PAIRS_FIRST);
    const checked = runCustom(PAIRS_FIRST, {}, { checkDeterminism: true });
    expect(checked.simulation.events.toNdjson()).toBe(plain.simulation.events.toNdjson());
    const settlement = { runs: [{ algorithms: [{ type: 'custom', module: 'own.js' }] }], report: 'all' };
    const options = { algorithms: { 'own.js': PAIRS_FIRST } };
    const first = Simulation.create(readScenario({ ...SCENARIO, settlement }), options);
    const second = Simulation.restore(readScenario({ ...SCENARIO, settlement }), first.snapshot(), options);
    first.run();
    second.run();
    expect(second.events.toNdjson()).toBe(first.events.toNdjson());
  });

  it('is never run unless its code is handed over under the text of module', () => {
    const settlement = { runs: [{ algorithms: [{ type: 'custom', module: './own.js' }] }] };
    const handedOver: Record<string, Plugin>[] = [{}, { 'own.js': PAIRS_FIRST }, { './own.js': {} as Plugin }];
    for (const algorithms of handedOver)
      expect(() => Simulation.create(readScenario({ ...SCENARIO, settlement }), { algorithms })).toThrow(InvalidConfigError);
    expect(() =>
      Simulation.create(
        readScenario({ ...SCENARIO, settlement: { runs: [{ algorithms: [{ type: 'custom', module: 'toString' }] }] } }),
      ),
    ).toThrow(InvalidConfigError);
  });
});

describe('what an algorithm sees', () => {
  let view: View;
  runCustom(
    plugin((seen) => {
      view ??= seen;
      return [];
    }),
  );

  it('is the moment, the banks by id and the payments in queue order', () => {
    expect(view).toMatchObject({ tick: 0, tickOfDay: 0, ticksPerDay: 2, run: 'own', iteration: 1 });
    expect(view.banks.map(({ id }) => id)).toEqual(['A', 'B', 'C', 'D']);
    expect(view.banks[0]).toEqual({
      id: 'A',
      balance: 0,
      available: 0,
      overdraftLimit: 0,
      reserved: [0, 0],
      multilateralRoom: null,
      bilateralRooms: {},
      outflow: {},
      received: 0,
    });
    expect(view.payments.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(view.payments[3]).toMatchObject({
      ...{ index: 3, sender: 'B', receiver: 'D', amount: 40, class: 'normal' },
      ...{ priority: 5, arrivalTick: 0, deadlineTick: 2, queuedTick: 0, overdue: false },
    });
  });

  it('is frozen in depth', () => {
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen));
    expect(isFrozen(view)).toBe(true);
  });

  it('has the rules of the engine as functions', () => {
    expect([view.feasible([]), view.feasible(RING), view.feasible([0, 2])]).toEqual([true, true, false]);
    expect([view.lack('A', [0, 2]), view.lack('B', [0, 2]), view.lack('C', [0, 2])]).toEqual([20, 0, -20]);
    expect(view.shortfalls([0, 2])).toEqual([20, 0, 0, 0]);
    const all = [0, 1, 2, 3, 4, 5, 6];
    for (const found of [
      view.partialNetting(),
      view.partialNetting({ drop: 'best_fit', refill: true }),
      view.search(),
      view.optimal(),
    ])
      expect(found).toEqual(all);
  });
});

/** Ways in which an answer as a whole is refused, or asking fails: nothing moves. */
const REFUSED: [string, (view: View) => unknown, RegExp][] = [
  [
    'throws',
    () => {
      throw new Error('no idea');
    },
    /no idea/,
  ],
  ['answers with a promise', () => Promise.resolve([RING]), /no list of sets/],
  ['is an async function', async () => [RING], /no list of sets/],
  ['is an async function that fails', () => Promise.reject(new Error('later')), /no list of sets/],
  ['answers with nothing', () => undefined, /no list of sets/],
  ['answers with an object', () => ({ sets: [RING] }), /no list of sets/],
  ['answers with a set that is no list', () => [new Set(RING)], /set 0 is no list/],
  ['answers with payments in place of sets', () => RING, /set 0 is no list/],
  ['names an index that is too large', () => [RING, [7]], /7/],
  ['names a negative index', () => [RING, [-1]], /-1/],
  ['names a fraction', () => [RING, [1.5]], /1\.5/],
  ['names a payment by its id', ({ payments }) => [RING, [payments[1]!.id]], /T0/],
  ['names an index twice in a set', () => [RING, [1, 1]], /twice/],
  ['names an index in two sets', () => [RING, [1, 5, 0]], /twice/],
  ['answers with an empty set', () => [RING, []], /empty/],
  ['asks for chance', () => (Math.random() < 2 ? [RING] : []), /Math\.random/],
  ['asks for the time with new', () => (new Date().getTime() > 0 ? [RING] : []), /Date/],
  ['asks for the time by now', () => [Date.now() > 0 ? RING : []], /Date/],
  ['asks for the time by a call', () => [Date() === '' ? [] : RING], /Date/],
  [
    'changes an amount of the view',
    (view) => {
      (view.payments[0] as { amount: number }).amount = 1;
      return [RING];
    },
    /./,
  ],
  [
    'adds money to a bank of the view',
    (view) => {
      (view.banks[0] as { available: number }).available = 99;
      return [RING];
    },
    /./,
  ],
  [
    'sorts the payments of the view',
    (view) => {
      (view.payments as unknown[]).reverse();
      return [RING];
    },
    /./,
  ],
];

describe.each(REFUSED)('an algorithm that %s', (_, select, reason) => {
  it('settles nothing, and the run ends with an error that names it and the tick', () => {
    const { error, sets, simulation } = runCustom(plugin(select));
    expect(error).toBeInstanceOf(InvalidConfigError);
    expect(error!.message).toMatch(/^Invalid config: Settlement algorithm 'mine' at tick 0: /);
    expect(error!.message).toMatch(reason);
    expect(sets).toEqual([]);
    expect(simulation.agents().map(({ balance }) => balance)).toEqual([0, 0, 0, 0]);
    expect(simulation.queue2()).toHaveLength(7);
  });

  it('is passed over with on_error: skip, and the report says so', () => {
    const { error, reports, sets } = runCustom(plugin(select), { on_error: 'skip' });
    expect([error, sets]).toEqual([null, []]);
    expect(reports).toMatchObject([0, 1].map(() => ({ truncated: 'rejected', skipped: 1, sets: 0 })));
  });
});

describe('an algorithm that names an infeasible set after a feasible one', () => {
  const select = plugin(({ payments }) => (payments.length === 7 ? [RING, [1], PAIR.filter((i) => i !== 1), [3, 6]] : []));
  const check = ({ sets, simulation }: CustomRun): void => {
    expect(sets).toEqual([RING]);
    expect(simulation.queue2()).toHaveLength(4);
    expect(simulation.agents().map(({ balance }) => balance)).toEqual([0, 0, 0, 0]);
  };

  it('settles the sets before it, neither itself nor later ones, and the run ends with an error', () => {
    const run = runCustom(select, { name: 'called so' });
    check(run);
    expect(run.error).toBeInstanceOf(InvalidConfigError);
    expect(run.error!.message).toMatch(/^Invalid config: Settlement algorithm 'called so' at tick 0: .*set 1/);
  });

  it('is reported with the number of rejected sets with on_error: skip', () => {
    const run = runCustom(select, { on_error: 'skip' });
    check(run);
    expect(run.error).toBeNull();
    expect(run.reports[0]).toMatchObject({ truncated: 'rejected', skipped: 3, sets: 1, payments: 3 });
  });

  it('is judged in the state that the earlier sets left', () => {
    // With 30 units A can pay D, or with what D pays back, B; each alone would be covered.
    const agents = SCENARIO.agents.map((agent) => (agent.id === 'A' ? { ...agent, opening_balance: 30 } : agent));
    const settlement = {
      entry: { gross: false },
      runs: [{ algorithms: [{ type: 'custom', module: 'm', on_error: 'skip' }], retry_after: false }],
    };
    const select: Plugin = { name: 'm', select: ({ payments }) => (payments.length === 7 ? [[1], [0]] : []) };
    const simulation = Simulation.create(readScenario({ ...SCENARIO, agents, settlement }), { algorithms: { m: select } });
    simulation.tick();
    expect(simulation.agent('A').balance).toBe(0);
    expect(simulation.queue2()).toHaveLength(6);
  });
});

describe('an algorithm that remembers', () => {
  const forgetful = (): Plugin => {
    let calls = 0;
    return plugin(() => (calls++ === 0 ? [RING] : []));
  };

  it('passes unnoticed, but for the check of determinism', () => {
    expect(runCustom(forgetful()).sets).toEqual([RING]);
    const { error, sets } = runCustom(forgetful(), {}, { checkDeterminism: true });
    expect(error?.message).toMatch(/^Invalid config: Settlement algorithm 'mine' at tick 0: .*differ/);
    expect(sets).toEqual([]);
  });
});

describe('a time limit', () => {
  const slow = (): { now: () => number } => {
    let time = 0;
    return { now: () => (time += 50) };
  };

  it('that is kept changes nothing; without a clock it is not measured', () => {
    expect(runCustom(PAIRS_FIRST, { options: { time_limit_ms: 60_000 } }, slow()).error).toBeNull();
    expect(runCustom(PAIRS_FIRST, { options: { time_limit_ms: 0 } }).error).toBeNull();
  });

  it('that is exceeded ends the run with an error', () => {
    const { error, sets } = runCustom(PAIRS_FIRST, { options: { time_limit_ms: 10 } }, slow());
    expect(error?.message).toMatch(/^Invalid config: Settlement algorithm 'pairs first' at tick 0: .*10 ms/);
    expect(sets).toEqual([]);
  });
});

describe('chance and clocks', () => {
  const before = [Math.random, Date];
  afterEach(() => expect([Math.random, Date]).toEqual(before));

  it('are there again afterwards, also after an error', () => {
    runCustom(plugin(() => []));
    runCustom(
      plugin(() => {
        throw new Error('x');
      }),
    );
    expect(Math.random()).toBeLessThan(1);
    expect(new Date().getTime()).toBeGreaterThan(0);
  });
});

describe('code that misbehaves', () => {
  it('exceeding time_limit_ms is an error of the run also with on_error: skip', () => {
    let time = 0;
    const entry = { options: { time_limit_ms: 10 }, on_error: 'skip' } as const;
    expect(
      runCustom(
        plugin(() => [RING]),
        entry,
        { now: () => (time += 50) },
      ).error,
    ).not.toBeNull();
  });

  it('what is thrown without being an error is told', () => {
    const thrower = plugin(() => {
      // oxlint-disable-next-line no-throw-literal
      throw 'a text';
    });
    expect(runCustom(thrower).error?.message).toContain('a text');
  });

  it('on_error: skip covers a thrown null', () => {
    const thrower = plugin(() => {
      // oxlint-disable-next-line no-throw-literal
      throw null;
    });
    expect(runCustom(thrower, { on_error: 'skip' }).error).toBeNull();
  });

  it('options that user code changes are a copy', () => {
    const counting = plugin((_, options) => {
      (options as { calls: number }).calls++;
      return [];
    });
    const settlement = {
      runs: [{ algorithms: [{ type: 'custom', module: 'own.js', options: { calls: 0 }, on_error: 'skip' }] }],
    };
    const scenario = { ...SCENARIO, settlement };
    const options = { algorithms: { 'own.js': counting } };
    const simulation = Simulation.create(readScenario(structuredClone(scenario)), options);
    simulation.tick();
    const restored = Simulation.restore(readScenario(structuredClone(scenario)), simulation.snapshot(), options);
    for (const { config } of [simulation, restored])
      expect(config.settlement!.runs[0]!.algorithms[0]).toMatchObject({ options: { calls: 0 } });
  });

  it('an answer that changes while it is read is read once', () => {
    let reads = 0;
    const set = new Proxy(RING, { get: (list, key) => (key === '1' && reads++ > 0 ? 99 : Reflect.get(list, key)) });
    const { error, simulation } = runCustom(
      plugin(() => (reads === 0 ? [set] : [])),
      { on_error: 'skip' },
    );
    expect(error).toBeNull();
    expect(simulation.agents().map(({ balance }) => balance)).toEqual([0, 0, 0, 0]);
  });
});

describe('spec 12 §9: the functions of the view use the rules of the engine', () => {
  it('what is no payment of the view is refused', () => {
    const { error } = runCustom({
      name: 'mine',
      select: (view) => {
        view.feasible([99]);
        return [];
      },
    });
    expect(error?.message).toContain('99 is no payment of the view');
  });
});
