import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { FUZZ_SEED, fuzz, Random, type Finding } from '../hostile/fuzz.js';
import { designed, type Small } from '../designs/support/small.js';
import { alter } from '../hostile/snapshot-alterations.js';
import { create, makeCalls, observe, runThrough } from '../properties/drive.js';
import {
  readScenario,
  MoneyRangeError,
  Simulation,
  SnapshotError,
  type ScenarioInput,
  type SimulationEvent,
} from '../properties/engine.js';
import { isSynthetic, LogFold, partsOf, settledIds } from '../properties/fold.js';
import { property } from '../properties/property.js';
import {
  workload,
  type EventDocument,
  type ScenarioDocument,
  type StressDocument,
  type Workload,
} from '../properties/scenarios.js';
import { endingWindows, openWindows } from '../properties/windows.js';

/** Invariants of stress events over random scenarios (spec 15 §15). */

const STRESS: readonly string[] = ['ParticipantOutage', 'SystemOutage', 'LiquidityShock', 'PaymentDelay'];
const isStress = (event: EventDocument): event is StressDocument & EventDocument => STRESS.includes(event.type);

const stressed = workload({ minBanks: 2, large: false, stress: true });

const ticksOf = ({ simulation }: ScenarioDocument): number => simulation.num_days * simulation.ticks_per_day;
const withEvents = ({ calls, scenario }: Workload, scenario_events: EventDocument[]): Workload => ({
  calls,
  scenario: { ...scenario, scenario_events },
});
const logOf = (work: Workload): SimulationEvent[] => [...runThrough(work).events];
const withoutStress = (work: Workload): Workload => {
  const events = (work.scenario.scenario_events ?? []).filter((event) => !isStress(event));
  const { end_of_day: _, ...scenario } = work.scenario;
  return withEvents({ ...work, scenario }, events);
};

/** A stress event so many ticks later. */
function later(event: StressDocument & EventDocument, ticks: number): EventDocument {
  const { schedule, until_tick } = event;
  return {
    ...event,
    ...(until_tick === undefined ? {} : { until_tick: until_tick + ticks }),
    schedule:
      schedule.type === 'OneTime'
        ? { ...schedule, tick: schedule.tick + ticks }
        : { ...schedule, start_tick: schedule.start_tick + ticks },
  };
}

describe('stress events', () => {
  property('beyond the end of the run change nothing at all', 60, stressed, (work) => {
    const ticks = ticksOf(work.scenario);
    const events = (work.scenario.scenario_events ?? []).map((event) => (isStress(event) ? later(event, ticks) : event));
    const plain = (work.scenario.scenario_events ?? []).filter((event) => !isStress(event));
    expect(runThrough(withEvents(work, events)).events.toNdjson()).toBe(runThrough(withEvents(work, plain)).events.toNdjson());
  });

  property('leave all arrivals as they are, number by number', 100, stressed, (work) => {
    const arrivals = (log: readonly SimulationEvent[]): unknown[] => {
      const parts = partsOf(log);
      return log.flatMap((event) => {
        if (event.event_type !== 'Arrival' || parts.has(event.tx_id)) return [];
        const { tx_id: _, ...rest } = event;
        return [rest];
      });
    };
    expect(arrivals(logOf(work))).toEqual(arrivals(logOf(withoutStress(work))));
  });

  property('change the sum of all balances by what shocks moved, and each balance by what the log says', 80, stressed, (work) => {
    const opening = work.scenario.agents.reduce((sum, agent) => sum + agent.opening_balance, 0);
    const fold = new LogFold(work.scenario);
    let moved = 0;
    for (const { after, callEvents, events } of observe(work).ticks) {
      fold.applyAll([...callEvents, ...events]);
      for (const event of events)
        if (event.event_type === 'ScenarioEventExecuted')
          moved += (JSON.parse(event.details_json) as { balance_moved?: number }).balance_moved ?? 0;
      const agents = [...after.agents.values()];
      const allocated = agents.reduce((sum, agent) => sum + agent.allocated_liquidity, 0);
      expect(agents.reduce((sum, agent) => sum + agent.balance, 0)).toBe(opening + allocated + moved);
      for (const { agent_id, balance } of agents) expect(balance).toBe(fold.bank(agent_id).balance);
    }
  });

  property('are cut by a snapshot in any tick without any trace', 80, fc.tuple(stressed, fc.nat()), ([work, pick]) => {
    const whole = runThrough(work);
    const first = create(work);
    const cut = pick % (first.totalTicks + 1);
    const goOn = (simulation: Simulation, until: number): void => {
      while (simulation.currentTick < until) {
        makeCalls(simulation, work.calls);
        simulation.tick();
      }
    };
    goOn(first, cut);
    const second = Simulation.restore(work.scenario as unknown as ScenarioInput, first.snapshot());
    goOn(second, second.totalTicks);
    expect(first.events.toNdjson() + second.events.toNdjson()).toBe(whole.events.toNdjson());
    expect(second.snapshot()).toBe(whole.snapshot());
  });
});

describe('an outage', () => {
  // Policies may ask whether the receiver of a payment is in an outage, so that they may do something else.
  const plain = workload({ minBanks: 2, large: false, stress: true, policies: 'fifo' });
  property('of a bank without payments changes nothing but its own events', 60, plain, ({ calls, scenario: document }) => {
    const work = { calls: calls.filter(({ call }) => call !== 'update_policy'), scenario: document };
    const scenario = { ...work.scenario, agents: [...work.scenario.agents, { id: 'idle', opening_balance: 7 }] };
    const others = (work.scenario.scenario_events ?? []).map((event) =>
      event.type === 'ParticipantOutage' ? { ...event, reaction: undefined } : event,
    ) as EventDocument[];
    const outage: EventDocument = {
      ...{ type: 'ParticipantOutage', agent: 'idle', ticks: 3 },
      schedule: { type: 'Repeating', start_tick: 1, interval: 4 },
    };
    const isOfIdle = (event: SimulationEvent): boolean =>
      event.event_type === 'OutageEnded'
        ? event.agent_id === 'idle'
        : event.event_type === 'ScenarioEventExecuted' && event.details_json.includes('"agent":"idle"');
    const log = logOf(withEvents({ ...work, scenario }, [outage, ...others]));
    expect(log.filter((event) => !isOfIdle(event))).toEqual(logOf(withEvents({ ...work, scenario }, others)));
  });

  /** Events that a bank alone brings about, and the key that names it. */
  const OWN: Partial<Record<SimulationEvent['event_type'], string>> = {
    ...{ RtgsSubmission: 'sender', PolicySubmit: 'agent_id', PolicySplit: 'agent_id', PolicyHold: 'agent_id' },
    ...{ PolicyDrop: 'agent_id', TransactionReprioritized: 'agent_id', RtgsResubmission: 'sender', BankBudgetSet: 'agent_id' },
    ...{ CollateralPost: 'agent_id', CollateralWithdraw: 'agent_id' },
  };

  property('keeps its bank from deciding and sending anything', 120, stressed, (work) => {
    for (const event of logOf(work)) {
      const key = OWN[event.event_type];
      const register = event.event_type === 'StateRegisterSet' && event.decision_path !== null ? 'agent_id' : undefined;
      const bank = (event as unknown as Record<string, string>)[key ?? register ?? ''];
      const out = openWindows(work.scenario, 'ParticipantOutage', event.tick).map(({ event: { agent } }) => agent);
      if (bank !== undefined && out.includes(bank)) throw new Error(`${bank} is out: ${JSON.stringify(event)}`);
    }
  });

  property('keeps the system from settling and queueing anything', 80, stressed, (work) => {
    for (const event of logOf(work)) {
      if (openWindows(work.scenario, 'SystemOutage', event.tick).length === 0) continue;
      // An order that stands before the outage in its first tick is carried out before it.
      if (event.event_type === 'RtgsImmediateSettlement' && isSynthetic(event)) continue;
      expect([]).toEqual(settledIds(event));
      expect(['QueuedRtgs', 'RtgsSubmission', 'PolicyHold', 'AlgorithmExecution']).not.toContain(event.event_type);
    }
  });

  property('that ends in the run ends once, the system’s first, with what waits then', 120, stressed, (work) => {
    const found: unknown[] = [];
    const expected: unknown[] = [];
    for (const { before, events, tick } of observe(work).ticks) {
      const unsent = (banks: Iterable<string>): [number, number] => {
        const ids = [...banks].flatMap((bank) => before.queue1.get(bank)!);
        return [ids.length, ids.reduce((sum, id) => sum + before.transactions.get(id)!.amount, 0)];
      };
      for (const event of events)
        if (event.event_type === 'OutageEnded')
          found.push([tick, event.scope, event.agent_id, event.started_tick, event.unsent_count, event.unsent_value]);
      for (const { from } of endingWindows(work.scenario, 'SystemOutage', tick))
        expected.push([tick, 'system', null, from, ...unsent(before.queue1.keys())]);
      const ended = endingWindows(work.scenario, 'ParticipantOutage', tick).map(
        ({ event, from }) => [event.agent, from] as const,
      );
      for (const bank of before.queue1.keys())
        for (const [id, from] of ended) if (id === bank) expected.push([tick, 'participant', id, from, ...unsent([id])]);
    }
    expect(found).toEqual(expected);
  });

  property('over, everything that waits is decided at once', 100, stressed, (work) => {
    const DECISIONS = ['PolicySubmit', 'PolicySplit', 'PolicyHold', 'PolicyDrop', 'TransactionReprioritized', 'RtgsResubmission'];
    const fold = new LogFold(work.scenario);
    for (const { before, callEvents, events, tick } of observe(work).ticks) {
      fold.applyAll([...callEvents, ...events]);
      if (openWindows(work.scenario, 'SystemOutage', tick).length > 0) continue;
      const out = openWindows(work.scenario, 'ParticipantOutage', tick).map(({ event }) => event.agent);
      const back = endingWindows(work.scenario, 'ParticipantOutage', tick).map(({ event }) => event.agent);
      const decided = new Set(
        events.flatMap((event) => (DECISIONS.includes(event.event_type) && 'tx_id' in event ? [event.tx_id] : [])),
      );
      for (const bank of back.filter((id) => !out.includes(id)))
        for (const id of before.queue1.get(bank)!) {
          const { scheduled_release_tick: scheduled } = before.transactions.get(id)!;
          if ((scheduled === null || scheduled <= tick) && !fold.isWithheld(id, tick)) expect(decided).toContain(id);
        }
    }
  });
});

describe('reactions', () => {
  property(
    'are those that time and exposure call for, in order, each once, with what the log itself adds up to',
    150,
    stressed,
    (work) => {
      const { scenario } = work;
      const ids = [...new LogFold(scenario).banks.keys()];
      const payments = new Map<string, { sender: string; receiver: string; amount: number }>();
      /** Legs settled in earlier ticks. */
      const settled: { tick: number; sender: string; receiver: string; amount: number }[] = [];
      const done = new Set<string>();
      for (const { callEvents, events, tick } of observe(work).ticks) {
        const expected: unknown[] = [];
        const outages = openWindows(scenario, 'ParticipantOutage', tick);
        for (const k of ids)
          for (const { event, from } of outages) {
            if (event.agent !== k || event.reaction === undefined) continue;
            const { after_ticks: after = Infinity, banks = 'all', exposure: most = Infinity } = event.reaction;
            for (const j of ids) {
              const key = JSON.stringify([j, k, from]);
              if (j === k || done.has(key) || (banks !== 'all' && !banks.includes(j))) continue;
              const sum = (sender: string, receiver: string): number =>
                settled
                  .filter((leg) => leg.tick >= from && leg.sender === sender && leg.receiver === receiver)
                  .reduce((total, { amount }) => total + amount, 0);
              const exposure = sum(j, k) - sum(k, j);
              if (tick < from + after && exposure < most) continue;
              done.add(key);
              expected.push([j, k, tick >= from + after ? 'time' : 'exposure', exposure]);
            }
          }
        const found = events.flatMap((event) =>
          event.event_type === 'CounterpartyReaction'
            ? [[event.agent_id, event.counterparty_id, event.trigger, event.exposure]]
            : [],
        );
        expect(found).toEqual(expected);
        for (const event of [...callEvents, ...events]) {
          if (event.event_type === 'Arrival')
            payments.set(event.tx_id, { sender: event.sender_id, receiver: event.receiver_id, amount: event.amount });
          for (const id of settledIds(event)) settled.push({ tick, ...payments.get(id)! });
        }
      }
    },
  );

  property('keep payments back from then to the end of the outage, and from no earlier', 150, stressed, (work) => {
    const { scenario } = work;
    /** What was told to be withheld in an outage. */
    const told = new Set<string>();
    const reacted = new Map<string, number>();
    const receivers = new Map<string, string>();
    for (const event of logOf(work)) {
      const outageOf = (bank: string): number | undefined =>
        openWindows(scenario, 'ParticipantOutage', event.tick).find((window) => window.event.agent === bank)?.from;
      const hasReacted = (j: string, k: string): boolean =>
        outageOf(k) !== undefined && reacted.get(JSON.stringify([j, k])) === outageOf(k);
      if (event.event_type === 'Arrival') receivers.set(event.tx_id, event.receiver_id);
      if (event.event_type === 'CounterpartyReaction') {
        const { agent_id, counterparty_id } = event;
        expect(hasReacted(agent_id, counterparty_id)).toBe(false);
        reacted.set(JSON.stringify([agent_id, counterparty_id]), outageOf(counterparty_id)!);
      }
      if (event.event_type === 'RtgsSubmission') expect(hasReacted(event.sender, event.receiver)).toBe(false);
      if (event.event_type !== 'PolicyHold' || event.reason !== 'CounterpartyOutage') continue;
      const k = receivers.get(event.tx_id)!;
      expect(hasReacted(event.agent_id, k)).toBe(true);
      const key = JSON.stringify([event.tx_id, outageOf(k)]);
      expect(told.has(key)).toBe(false);
      told.add(key);
    }
  });
});

describe('a delay', () => {
  property('keeps a payment back from its arrival for its ticks, which is told once', 120, stressed, (work) => {
    const { scenario } = work;
    const parts = partsOf(logOf(work));
    const until = new Map<string, number>();
    const told = new Set<string>();
    for (const event of logOf(work)) {
      if (event.event_type === 'Arrival' && !parts.has(event.tx_id)) {
        const { amount, receiver_id, sender_id, tick, tx_id } = event;
        const delays = openWindows(scenario, 'PaymentDelay', tick).filter(
          ({ event: { agent, min_amount = 0, receiver = receiver_id } }) =>
            (agent === 'all' || agent === sender_id) && receiver === receiver_id && amount >= min_amount,
        );
        if (delays.length > 0) until.set(tx_id, tick + Math.max(...delays.map(({ event: { delay_ticks } }) => delay_ticks)));
      }
      if (event.event_type === 'RtgsSubmission' && until.has(event.tx_id))
        expect(event.tick).toBeGreaterThanOrEqual(until.get(event.tx_id)!);
      if (event.event_type !== 'PolicyHold' || !event.reason.startsWith('Delayed')) continue;
      expect(event.reason).toBe(`Delayed { tick: ${until.get(event.tx_id)} }`);
      expect(told.has(event.tx_id)).toBe(false);
      told.add(event.tx_id);
    }
  });
});

describe('a shock', () => {
  property('that ends gives back the balance that it moved, and the haircut of before', 150, stressed, (work) => {
    const struck = new Map<string, { moved: number; haircut: number }>();
    const fold = new LogFold(work.scenario);
    const note = (event: SimulationEvent): void => {
      if (event.event_type !== 'ScenarioEventExecuted') return;
      const details = JSON.parse(event.details_json) as { [key: string]: number | string | null } & { agent: string };
      const { agent } = details;
      if (event.scenario_event_type === 'liquidity_shock' && details.until_tick !== null)
        struck.set(agent, { moved: details.balance_moved as number, haircut: fold.bank(agent).haircut });
      if (event.scenario_event_type !== 'liquidity_restored') return;
      const { haircut, moved } = struck.get(agent)!;
      struck.delete(agent);
      expect([details.balance_moved, details.collateral_haircut_after]).toEqual([0 - moved, haircut]);
    };
    const log = logOf(work);
    fold.announce(log);
    for (const event of log) {
      note(event);
      fold.apply(event);
    }
    const open = openWindows(work.scenario, 'LiquidityShock', ticksOf(work.scenario) - 1).filter(({ to }) => to !== Infinity);
    expect([...struck.keys()].sort()).toEqual(open.map(({ event }) => event.agent).sort());
  });
});

describe('under any settlement design', () => {
  const bank = fc.constantFrom('A', 'B');
  const events = fc.record(
    {
      stricken: fc.record(
        {
          agent: bank,
          incoming: fc.constantFrom('accept', 'block'),
          central_queue: fc.constantFrom('process', 'freeze'),
          ticks: fc.integer({ min: 1, max: 4 }),
          from: fc.nat({ max: 4 }),
          after_ticks: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
        },
        { noNullPrototype: true },
      ),
      system: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
      cancel: fc.boolean(),
    },
    { noNullPrototype: true },
  );
  const cases = fc.tuple(designed({ banks: { min: 2, max: 4 } }), events).map(([small, { cancel, stricken, system }]) => {
    const { after_ticks, from, ...outage } = stricken;
    const reaction = after_ticks === undefined ? {} : { reaction: { after_ticks } };
    return {
      ...small,
      ...(cancel ? { end_of_day: { unsettled: 'cancel' } } : {}),
      scenario_events: [
        { type: 'ParticipantOutage', ...outage, ...reaction, schedule: { type: 'OneTime', tick: from } },
        ...(system === undefined ? [] : [{ type: 'SystemOutage', ticks: 2, schedule: { type: 'OneTime', tick: system } }]),
        ...small.scenario_events,
      ],
    } as unknown as Small;
  });
  property('nothing settles to a bank that blocks, from one that is frozen, or while the system is out', 500, cases, (small) => {
    const document = small as unknown as ScenarioDocument;
    const simulation = Simulation.create(document as unknown as ScenarioInput);
    simulation.run();
    for (const { receiver_id, sender_id, settlement_tick: tick, tx_id } of simulation.transactions()) {
      if (tick === null || simulation.transactions().some(({ parent_tx_id }) => parent_tx_id === tx_id)) continue;
      const outages = openWindows(document, 'ParticipantOutage', tick);
      const isOut = (id: string, key: 'incoming' | 'central_queue', value: string): boolean =>
        outages.some(({ event }) => event.agent === id && event[key] === value);
      expect([tx_id, isOut(receiver_id, 'incoming', 'block')]).toEqual([tx_id, false]);
      expect([tx_id, isOut(sender_id, 'central_queue', 'freeze')]).toEqual([tx_id, false]);
      expect([tx_id, openWindows(document, 'SystemOutage', tick)]).toEqual([tx_id, []]);
    }
    const held = simulation.agents().reduce((sum, { balance }) => sum + balance, 0);
    expect(held).toBe(small.agents.reduce((sum, { opening_balance }) => sum + opening_balance, 0));
  });

  property('a snapshot in any tick leaves no trace', 200, fc.tuple(cases, fc.nat()), ([small, pick]) => {
    const input = small as unknown as ScenarioInput;
    const whole = Simulation.create(input);
    whole.run();
    const first = Simulation.create(input);
    first.run({ untilTick: pick % (first.totalTicks + 1) });
    const second = Simulation.restore(input, first.snapshot());
    second.run();
    expect(first.events.toNdjson() + second.events.toNdjson()).toBe(whole.events.toNdjson());
  });
});

describe('two windows', () => {
  interface Pair {
    from: number;
    ticks: number | null;
    interval: number | null;
  }
  const one: fc.Arbitrary<Pair> = fc.record(
    {
      from: fc.nat({ max: 30 }),
      ticks: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 6 }),
      interval: fc.option(fc.integer({ min: 1, max: 6 })),
    },
    { noNullPrototype: true },
  );
  const HORIZON = 200;
  const covered = ({ from, interval, ticks }: Pair): Set<number> => {
    const found = new Set<number>();
    for (let begin = from; begin < HORIZON; begin += interval ?? HORIZON)
      for (let tick = begin; tick < Math.min(begin + (ticks ?? HORIZON), HORIZON); tick++) found.add(tick);
    return found;
  };

  property('of one kind and bank are refused exactly if they meet', 600, fc.tuple(one, one), (pair) => {
    const windows = pair.map((window) =>
      window.interval === null ? window : { ...window, ticks: Math.min(window.ticks ?? 1, window.interval) },
    );
    const scenario = {
      simulation: { ticks_per_day: HORIZON, num_days: 1, rng_seed: 1 },
      agents: [{ id: 'A', opening_balance: 0 }],
      scenario_events: windows.map(({ from, interval, ticks }) => ({
        ...{ type: 'ParticipantOutage', agent: 'A', ...(ticks === null ? {} : { ticks }) },
        schedule: interval === null ? { type: 'OneTime', tick: from } : { type: 'Repeating', start_tick: from, interval },
      })),
    };
    const [first, second] = windows.map(covered);
    const meet = [...first!].some((tick) => second!.has(tick));
    const act = (): unknown => Simulation.create(readScenario(scenario));
    if (!meet) return void act();
    expect(act).toThrow(/ParticipantOutage of A overlaps scenario_events\[0\] \(this is scenario_events\[1\]\)/);
  });
});

describe('a snapshot whose part about stress events was altered', () => {
  const bases = fc
    .sample(workload({ minBanks: 2, stress: true }), { numRuns: 60, seed: FUZZ_SEED })
    .map((work): { scenario: ScenarioInput; text: string } => {
      const simulation = create(work);
      while (simulation.currentTick < Math.ceil(simulation.totalTicks / 2)) {
        makeCalls(simulation, work.calls);
        simulation.tick();
      }
      return { scenario: work.scenario as unknown as ScenarioInput, text: simulation.snapshot() };
    });

  fuzz('is refused as a snapshot, with its place, or runs to the end', 1000, new Set(), (random: Random): Finding | null => {
    const { scenario, text } = random.pick(bases);
    const { kind, pattern, text: altered } = alter(text, random, /^\$\.(stress|cancelled)/);
    const found = (message: string): Finding => ({ key: pattern, message: `${kind}: ${message}` });
    let simulation: Simulation;
    try {
      simulation = Simulation.restore(scenario, altered);
    } catch (error) {
      if (!(error instanceof SnapshotError)) return found(`restoring throws ${String(error)}`);
      return /\$(\.|\[|$)|\(character \d+\)/.test(error.message) ? null : found(`refused without place: ${error.message}`);
    }
    try {
      simulation.run();
      Simulation.restore(scenario, simulation.snapshot());
    } catch (error) {
      if (!(error instanceof MoneyRangeError)) return found(`accepted, but then ${String(error)}`);
    }
    return null;
  });
});
