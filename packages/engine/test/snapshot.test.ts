import { describe, expect, it } from 'vitest';
import { readScenario, Simulation, SnapshotError } from '../src/index.js';
import { action, HOLD, policyDocument } from './support/policies.js';
import { payment, scenario } from './support/scenarios.js';

/** Three payments of A: the first settles, the second waits centrally; B holds the third back. */
const SCENARIO = scenario({
  banks: { A: { opening_balance: 100 }, B: { policy: HOLD } },
  scenario_events: [payment(0, 'A', 'B', 100), payment(0, 'A', 'B', 70), payment(1, 'B', 'A', 5)],
  simulation: { ticks_per_day: 4, num_days: 2, rng_seed: 18446744073709551615n },
});

function run(ticks: number): Simulation {
  const simulation = Simulation.create(readScenario(SCENARIO));
  simulation.run({ untilTick: ticks });
  return simulation;
}

/** The parts of a snapshot that these tests read or break. */
interface State {
  state_format: number;
  current_tick: number;
  current_day: number;
  rng_seed: string;
  config_hash: string;
  agents: { queue1: number[] }[];
  queue2: number[];
}

const stateOf = (simulation: Simulation): State => JSON.parse(simulation.snapshot()) as State;

describe('a snapshot (spec 03 §12.1)', () => {
  it('tells where the run stands', () => {
    expect(stateOf(run(5))).toMatchObject({ current_tick: 5, current_day: 1, rng_seed: '18446744073709551615' });
    expect(stateOf(run(5)).config_hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same text for equal states', () => {
    expect(run(3).snapshot()).toBe(run(3).snapshot());
    expect(run(3).snapshot()).not.toBe(run(4).snapshot());
  });

  it('is the same text after restoring', () => {
    for (let tick = 0; tick < 8; tick++) {
      const text = run(tick).snapshot();
      expect(Simulation.restore(readScenario(SCENARIO), text).snapshot()).toBe(text);
    }
  });

  it('does not change the run', () => {
    const simulation = run(3);
    simulation.snapshot();
    simulation.run();
    expect(simulation.events.toNdjson()).toBe(run(8).events.toNdjson());
  });
});

describe('a restored simulation', () => {
  it('has the events since then and counts all of them', () => {
    const whole = run(8);
    const restored = Simulation.restore(readScenario(SCENARIO), run(3).snapshot());
    expect([...restored.events]).toEqual([]);
    restored.run();
    expect([...restored.events]).toEqual([...whole.events].filter(({ tick }) => tick >= 3));
    expect(restored.eventCount).toBe(whole.eventCount);
  });

  it('answers as the other one does', () => {
    const original = run(5);
    const restored = Simulation.restore(readScenario(SCENARIO), original.snapshot());
    expect(restored.agents()).toEqual(original.agents());
    expect(restored.transactions()).toEqual(original.transactions());
    expect(restored.systemMetrics()).toEqual(original.systemMetrics());
    expect(restored.transactionCounts()).toEqual(original.transactionCounts());
    expect(restored.agentRunCounters('A')).toEqual(original.agentRunCounters('A'));
    expect(restored.agentDayCounters('A')).toEqual(original.agentDayCounters('A'));
    expect({ tick: restored.currentTick, day: restored.currentDay, rng: restored.rngState }).toEqual({
      tick: 5,
      day: 1,
      rng: 2n ** 64n - 1n,
    });
  });

  it('calls new payments by the next ids', () => {
    const restored = Simulation.restore(readScenario(SCENARIO), run(5).snapshot());
    const order = { sender: 'A', receiver: 'B', amount: 1, deadline_tick: 8, priority: 5, divisible: false };
    expect(restored.submitTransaction(order)).toBe('T00000004');
  });
});

describe('restoring is refused (spec 03 §12.2)', () => {
  const restore = (text: string, document: Record<string, unknown> = SCENARIO): (() => Simulation) => {
    return () => Simulation.restore(readScenario(document), text);
  };

  /** A snapshot after three ticks, changed by hand. */
  const changed = (change: (state: State) => void): string => {
    const state = stateOf(run(3));
    change(state);
    return JSON.stringify(state);
  };

  it('for another configuration', () => {
    const other = scenario({ banks: { A: {}, B: {} } });
    const hashOf = (simulation: Simulation): string => stateOf(simulation).config_hash;
    const text = `Config mismatch: expected hash ${hashOf(run(3))}, got ${hashOf(Simulation.create(readScenario(other)))}`;
    expect(restore(run(3).snapshot(), other)).toThrow(new SnapshotError(text));
  });

  it('for another seed only', () => {
    const other = { ...SCENARIO, simulation: { ticks_per_day: 4, num_days: 2, rng_seed: 18446744073709551614n } };
    expect(restore(run(3).snapshot(), other)).toThrow(/^Config mismatch: /);
  });

  it('but not because a policy was updated during the run', () => {
    const simulation = run(3);
    const { config_hash } = stateOf(simulation);
    simulation.updateAgentPolicy('A', JSON.stringify(policyDocument({ payment_tree: action('Hold') })));
    expect(stateOf(simulation).config_hash).toBe(config_hash);
    expect(restore(simulation.snapshot())).not.toThrow();
  });

  it.each(['', '{', 'no snapshot'])('for %j, which is no JSON', (text) => {
    expect(restore(text)).toThrow(SnapshotError);
    expect(restore(text)).toThrow(/^Deserialization error: Failed to parse state JSON: ./);
  });

  it.each(['null', '[]', '{}', '7', '{"state_format": 999}'])('for %s, which is no snapshot', (text) => {
    expect(restore(text)).toThrow(SnapshotError);
    expect(restore(text)).toThrow(/^Deserialization error: ./);
  });

  it('for a queued payment that does not exist', () => {
    const inOwnQueue = changed(({ agents }) => agents[1]!.queue1.push(77));
    expect(restore(inOwnQueue)).toThrow(
      new SnapshotError('State validation error: Orphaned transaction in agent B queue: T00000077 ($.agents[1].queue1[1])'),
    );
    const inCentralQueue = changed(({ queue2 }) => queue2.push(77));
    expect(restore(inCentralQueue)).toThrow(
      new SnapshotError('State validation error: Orphaned transaction in RTGS queue: T00000077 ($.queue2[1])'),
    );
  });

  it('for a payment in two queues', () => {
    const duplicate = 'State validation error: Duplicate transaction T00000002 in multiple queues';
    const ownAndCentral = changed(({ agents }) => agents[0]!.queue1.push(2));
    expect(restore(ownAndCentral)).toThrow(new SnapshotError(`${duplicate}: agent A and RTGS queue ($.queue2[0])`));
    const centralTwice = changed(({ queue2 }) => queue2.push(2));
    expect(restore(centralTwice)).toThrow(new SnapshotError(`${duplicate}: RTGS queue and RTGS queue ($.queue2[1])`));
  });
});
