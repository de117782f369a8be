import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { readScenario, Simulation, type SimulationEvent } from './engine.js';
import {
  compareIds,
  SETTLEMENT_EVENTS,
  SettlementModel,
  type ModelBank,
  type ModelPayment,
  type RtgsPriority,
} from './oracle.js';
import { property } from './property.js';

/** Document order is not id order. */
const IDS = ['C', 'A', 'G', 'B', 'F', 'D', 'E'];

interface InstanceBank {
  balance: number;
  cap: number;
  posted?: number;
  bilateral?: [bank: number, limit: number][];
  multilateral?: number;
}

interface Submission {
  from: number;
  to: number;
  amount: number;
  dueIn?: number;
  priority?: RtgsPriority;
}

/** What happens before and at the beginning of one tick. */
interface Step {
  submit: Submission[];
  /** Positions in the central queue. */
  withdraw?: number[];
  post?: [bank: number, cents: number][];
  transfer?: [from: number, to: number, cents: number][];
}

interface Instance {
  banks: InstanceBank[];
  ticks_per_day?: number;
  deferred_crediting?: boolean;
  priority_mode?: boolean;
  entry_disposition_offsetting?: boolean;
  algorithm_sequencing?: boolean;
  enable_bilateral?: boolean;
  enable_cycles?: boolean;
  max_cycle_length?: number;
  max_cycles_per_tick?: number;
  steps: Step[];
}

const NO_COSTS = {
  overdraft_bps_per_tick: 0,
  delay_cost_per_tick_per_cent: 0,
  collateral_cost_per_tick_bps: 0,
  liquidity_cost_per_tick_bps: 0,
  eod_penalty: 0,
  deadline_penalty: 0,
  split_friction_cost: 0,
};

/** Both sides of the comparison, in step. */
class Comparison {
  readonly #simulation: Simulation;
  readonly #model: SettlementModel;
  readonly #payments = new Map<string, ModelPayment>();
  readonly #declared = new Map<string, RtgsPriority>();
  readonly #queue1: Map<string, string[]>;
  readonly #ids: string[];
  readonly #ticksPerDay: number;

  constructor(private readonly instance: Instance) {
    this.#ids = instance.banks.map((_, i) => IDS[i]!);
    this.#queue1 = new Map([...this.#ids].sort(compareIds).map((id) => [id, []]));
    this.#ticksPerDay = instance.ticks_per_day ?? 3;
    this.#simulation = Simulation.create(readScenario(this.#configuration()));
    this.#model = new SettlementModel(
      instance.banks.map((bank, i) => this.#modelBank(bank, IDS[i]!)),
      {
        ticksPerDay: this.#ticksPerDay,
        deferredCrediting: instance.deferred_crediting ?? false,
        priorityMode: instance.priority_mode ?? false,
        entryDisposition: instance.entry_disposition_offsetting ?? false,
        algorithmSequencing: instance.algorithm_sequencing ?? false,
        enableBilateral: instance.enable_bilateral ?? true,
        enableCycles: instance.enable_cycles ?? true,
        maxCycleLength: instance.max_cycle_length ?? 4,
        maxCyclesPerTick: instance.max_cycles_per_tick ?? 10,
        deadlinePenalty: () => 0,
        estimatedDelay: () => 0,
      },
    );
  }

  run(): void {
    this.instance.steps.forEach((step, tick) => this.#step(step, tick));
  }

  #id(bank: number): string {
    return this.#ids[bank % this.#ids.length]!;
  }

  #configuration(): Record<string, unknown> {
    const { banks, steps } = this.instance;
    const {
      deferred_crediting = false,
      priority_mode = false,
      entry_disposition_offsetting = false,
      algorithm_sequencing = false,
    } = this.instance;
    const { enable_bilateral = true, enable_cycles = true, max_cycle_length = 4, max_cycles_per_tick = 10 } = this.instance;
    return {
      ticks_per_day: this.#ticksPerDay,
      num_days: 10,
      rng_seed: 1,
      deferred_crediting,
      priority_mode,
      entry_disposition_offsetting,
      algorithm_sequencing,
      lsm_config: { enable_bilateral, enable_cycles, max_cycle_length, max_cycles_per_tick },
      cost_rates: NO_COSTS,
      agent_configs: banks.map(({ balance, cap, posted = 0, bilateral = [], multilateral = null }, i) => ({
        id: IDS[i],
        opening_balance: balance,
        unsecured_cap: cap,
        posted_collateral: posted,
        policy: { type: 'Fifo' },
        limits: {
          bilateral_limits: Object.fromEntries(bilateral.map(([b, limit]) => [this.#id(b), limit])),
          multilateral_limit: multilateral,
        },
      })),
      scenario_events: steps.flatMap(({ transfer = [] }, tick) =>
        transfer.map(([from, to, amount]) => ({
          type: 'DirectTransfer',
          schedule: 'OneTime',
          tick,
          from_agent: this.#id(from),
          to_agent: this.#id(to),
          amount,
        })),
      ),
    };
  }

  #modelBank({ balance, cap, posted = 0, bilateral = [], multilateral }: InstanceBank, id: string): ModelBank {
    return {
      id,
      balance,
      unsecuredCap: cap,
      postedCollateral: posted,
      haircut: 0.02,
      bilateralLimits: new Map(bilateral.map(([b, limit]) => [this.#id(b), limit])),
      multilateralLimit: multilateral ?? null,
      bilateralOutflows: new Map(),
      totalOutflow: 0,
    };
  }

  #step({ submit, withdraw = [], post = [], transfer = [] }: Step, tick: number): void {
    for (const position of withdraw) this.#withdraw(position);
    for (const order of submit) this.#submit(order, tick);
    for (const [bank, cents] of post) {
      this.#simulation.postCollateral(this.#id(bank), cents);
      this.#model.banks.get(this.#id(bank))!.postedCollateral += cents;
    }
    const result = this.#simulation.tick();
    for (const [from, to, cents] of transfer) {
      this.#model.banks.get(this.#id(from))!.balance -= cents;
      this.#model.banks.get(this.#id(to))!.balance += cents;
    }
    const events = this.#model.run(tick, this.#release(tick));
    this.#compare(tick, events, result);
    if (tick % this.#ticksPerDay === this.#ticksPerDay - 1) this.#model.clearOutflows();
  }

  #submit({ from, to, amount, dueIn = 9, priority }: Submission, tick: number): void {
    const sender = this.#id(from);
    const receiver = this.#id(to);
    const order = { sender, receiver, amount, deadline_tick: tick + dueIn, priority: 5, divisible: false };
    const id = this.#simulation.submitTransaction(priority ? { ...order, rtgs_priority: priority } : order);
    const payment = { id, sender, receiver, amount, arrivalTick: tick, deadlineTick: tick + dueIn };
    this.#payments.set(id, { ...payment, overdueSince: null, settled: false, rtgsPriority: null, submissionTick: null });
    if (priority) this.#declared.set(id, priority);
    this.#queue1.get(sender)!.push(id);
  }

  #withdraw(position: number): void {
    const { queue } = this.#model;
    if (queue.length === 0) return;
    const payment = queue[position % queue.length]!;
    this.#simulation.withdrawFromRtgs(payment.id);
    this.#model.queue = queue.filter((queued) => queued !== payment);
    payment.rtgsPriority = payment.submissionTick = null;
    this.#queue1.get(payment.sender)!.push(payment.id);
  }

  /** Every bank releases everything, banks by id. */
  #release(tick: number): ModelPayment[] {
    const released = [...this.#queue1.values()].flat().map((id) => this.#payments.get(id)!);
    for (const payment of released) {
      payment.rtgsPriority = this.#declared.get(payment.id) ?? 'Normal';
      payment.submissionTick = tick;
    }
    for (const list of this.#queue1.values()) list.length = 0;
    return released;
  }

  #compare(tick: number, expected: object[], result: { num_settlements: number; num_lsm_releases: number }): void {
    const isSettlement = ({ event_type }: SimulationEvent): boolean => SETTLEMENT_EVENTS.has(event_type);
    const events = this.#simulation.events.ofTick(tick).filter(isSettlement);
    expect(events.map((event) => JSON.stringify(event))).toEqual(expected.map((event) => JSON.stringify(event)));
    expect(this.#simulation.queue2()).toEqual(this.#model.queue.map((payment) => payment.id));
    const banks = [...this.#model.banks.values()];
    expect(this.#simulation.agents().map((agent) => [agent.agent_id, agent.balance])).toEqual(
      banks.map((bank) => [bank.id, bank.balance]),
    );
    expect({ settlements: result.num_settlements, lsm: result.num_lsm_releases }).toEqual({
      settlements: this.#model.numSettlements,
      lsm: this.#model.numLsmReleases,
    });
    const endsDay = tick % this.#ticksPerDay === this.#ticksPerDay - 1;
    for (const bank of banks) {
      const outflows = { bilateral_outflows: Object.fromEntries([...bank.bilateralOutflows]), total_outflow: bank.totalOutflow };
      expect(this.#simulation.agentOutflows(bank.id)).toEqual(endsDay ? { bilateral_outflows: {}, total_outflow: 0 } : outflows);
    }
    const day = Math.floor(tick / this.#ticksPerDay);
    const rows = this.#simulation.lsmRecords(day).filter((record) => record.tick === tick);
    expect(rows).toMatchObject(this.#model.rows);
    expect(rows).toHaveLength(this.#model.rows.length);
    for (const payment of this.#payments.values()) {
      const { overdue_since_tick, status } = this.#simulation.transaction(payment.id)!;
      expect(status === 'Settled').toBe(payment.settled);
      if (!payment.settled) expect(overdue_since_tick).toBe(payment.overdueSince);
    }
  }
}

// --- instances -------------------------------------------------------------------------------------------------------------

const bank = fc.nat({ max: 6 });
const nothing = fc.constant(undefined);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: nothing }, { weight: 1, arbitrary });

function record<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K] | undefined> }): fc.Arbitrary<T> {
  const present = (members: object): T =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
  return fc.record(model as never, { noNullPrototype: true }).map((members) => present(members as object));
}

/** Few different amounts: equal totals decide most about the order of candidates. */
const tied = fc.constantFrom(100, 200, 300);
const anyAmount = fc.oneof({ weight: 3, arbitrary: tied }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 350 }) });
const rtgsPriority = fc.constantFrom<RtgsPriority>('HighlyUrgent', 'Urgent', 'Normal');

/** Payments along a ring of banks, as many as given, with equal or different amounts. */
function ring(amount: fc.Arbitrary<number>, banks = [0, 1, 2, 3, 4, 5, 6], minLength = 2): fc.Arbitrary<Submission[]> {
  return fc
    .tuple(fc.shuffledSubarray(banks, { minLength, maxLength: 6 }), fc.array(amount, { minLength: 1, maxLength: 6 }))
    .map(([members, amounts]) =>
      members.map((from, i) => ({ from, to: members[(i + 1) % members.length]!, amount: amounts[i % amounts.length]! })),
    );
}

function submissions(
  amount: fc.Arbitrary<number>,
  limits: { maxLength: number; priorities?: boolean },
): fc.Arbitrary<Submission[]> {
  const single = record<Submission>({
    from: bank,
    to: bank,
    amount,
    dueIn: maybe(fc.integer({ min: 1, max: 4 })),
    priority: limits.priorities ? fc.oneof(nothing, rtgsPriority) : nothing,
  });
  const order = fc.array(fc.oneof({ weight: 6, arbitrary: single.map((s) => [s]) }, { weight: 1, arbitrary: ring(amount) }), {
    maxLength: limits.maxLength,
    size: 'max',
  });
  return order.map((lists) => lists.flat().slice(0, limits.maxLength + 2));
}

const poorBank = record<InstanceBank>({
  balance: fc.constantFrom(0, 0, 0, 0, 100, 50, 200, -100, -250),
  cap: fc.constantFrom(0, 0, 0, 100, 300),
  posted: maybe(fc.constantFrom(100, 103, 205)),
  bilateral: maybe(fc.array(fc.tuple(bank, fc.constantFrom(-1, 0, 100, 200, 300, 400)), { maxLength: 3 })),
  multilateral: maybe(fc.constantFrom(0, 100, 300, 500, 800)),
});

const brokeBank = record<InstanceBank>({ balance: fc.constantFrom(0, 0, 0, 0, 0, 0, 100), cap: fc.constant(0) });

const step = (amount: fc.Arbitrary<number>, maxLength: number, priorities = false): fc.Arbitrary<Step> =>
  record<Step>({
    submit: submissions(amount, { maxLength, priorities }),
    withdraw: maybe(fc.array(fc.nat({ max: 12 }), { maxLength: 3 })),
    post: maybe(fc.array(fc.tuple(bank, fc.constantFrom(50, 103, 308)), { maxLength: 2 })),
    transfer: maybe(fc.array(fc.tuple(bank, bank, fc.constantFrom(50, 100, 200)), { maxLength: 2 })),
  });

const anyInstance = record<Instance>({
  banks: fc.array(poorBank, { minLength: 2, maxLength: 7, size: 'max' }),
  ticks_per_day: fc.integer({ min: 1, max: 4 }),
  deferred_crediting: fc.boolean(),
  priority_mode: fc.boolean(),
  entry_disposition_offsetting: fc.boolean(),
  algorithm_sequencing: fc.boolean(),
  enable_bilateral: fc.boolean(),
  enable_cycles: fc.boolean(),
  max_cycle_length: fc.integer({ min: 1, max: 6 }),
  max_cycles_per_tick: fc.nat({ max: 10 }),
  steps: fc.array(step(anyAmount, 8, true), { minLength: 1, maxLength: 5 }),
});

/** Every bank broke, everything queued at once: the ranking of candidates decides who gets on. */
const gridlock = record<Instance>({
  banks: fc.array(brokeBank, { minLength: 4, maxLength: 7, size: 'max' }),
  enable_bilateral: fc.constantFrom(false, false, true),
  deferred_crediting: maybe(fc.boolean()),
  priority_mode: maybe(fc.boolean()),
  max_cycle_length: fc.integer({ min: 3, max: 6 }),
  max_cycles_per_tick: fc.integer({ min: 1, max: 5 }),
  steps: fc.tuple(step(tied, 14, true), step(tied, 3)).map((steps) => steps),
});

/** Triangles and parallel payments only, so that ties between triangles decide. */
const triangles = record<Instance>({
  banks: fc.array(brokeBank, { minLength: 3, maxLength: 7, size: 'max' }),
  enable_bilateral: fc.constant(false),
  max_cycle_length: fc.integer({ min: 1, max: 3 }),
  max_cycles_per_tick: fc.integer({ min: 1, max: 4 }),
  steps: fc.array(record<Step>({ submit: submissions(fc.constantFrom(100, 200), { maxLength: 14 }) }), {
    minLength: 1,
    maxLength: 2,
  }),
});

/** Long cycles among few banks with parallel payments: rotations and combinations compete for attempts. */
const rings = record<Instance>({
  banks: fc.array(brokeBank, { minLength: 4, maxLength: 5, size: 'max' }),
  enable_bilateral: fc.constant(false),
  max_cycle_length: fc.integer({ min: 4, max: 6 }),
  max_cycles_per_tick: fc.integer({ min: 1, max: 10 }),
  steps: fc
    .tuple(ring(tied), ring(tied), submissions(tied, { maxLength: 6 }))
    .map(([first, second, others]) => [{ submit: [...first, ...others, ...second] }, { submit: [] }]),
});

/** Queues around the length beyond which long cycles are not searched: a ring, others, and payments that nothing can settle. */
const longQueue = fc
  .record(
    {
      length: fc.integer({ min: 99, max: 102 }),
      ring: ring(fc.constantFrom(100, 200), [0, 1, 2, 3, 4, 5], 4),
      others: submissions(tied, { maxLength: 10 }),
      cap: fc.integer({ min: 1, max: 8 }),
    },
    { noNullPrototype: true },
  )
  .map(({ cap, length, others, ring }): Instance => {
    // Bank 6 pays nobody but bank 5, and gets nothing.
    const submit = [...ring, ...others.filter(({ from, to }) => from < 6 && to < 6)];
    const blocked = Array.from({ length: length - submit.length }, () => ({ from: 6, to: 5, amount: 100 }));
    return {
      banks: Array.from({ length: 7 }, () => ({ balance: 0, cap: 0 })),
      enable_bilateral: false,
      max_cycle_length: 6,
      max_cycles_per_tick: cap,
      steps: [{ submit: [...submit, ...blocked] }, { submit: [] }],
    };
  });

describe('settlement agrees with the plain model', () => {
  property('any small instance over several ticks', 600, anyInstance, (instance) => new Comparison(instance).run());
  property('gridlock: ties, low caps, long cycles', 600, gridlock, (instance) => new Comparison(instance).run());
  property('triangles with equal totals and low caps', 400, triangles, (instance) => new Comparison(instance).run());
  property('long cycles with parallel payments', 400, rings, (instance) => new Comparison(instance).run());
  property('queues of about a hundred payments', 80, longQueue, (instance) => new Comparison(instance).run());
});
