import type { EngineConfig } from '../properties/engine.js';
import { FIELDS } from './snapshot-alterations.js';

/**
 * What a snapshot must satisfy, worked out from the model (spec 01 §4 and §5, spec 03 §12) and not from the code that reads it.
 *
 * Only what follows from the snapshot itself and its scenario: a consistent lie, such as money moved from one bank to another, is
 * none that anybody could see.
 */

interface Agent {
  id: string;
  balance: number;
  unsecured_cap: number;
  posted_collateral: number;
  collateral_posted_at_tick: number;
  allocated_liquidity: number;
  queue1: number[];
  outflows: [number, number][];
  timers: [number, { amount: number; reason: string; postedAt: number }[]][];
  registers: [string, number | string][];
  policy: string | null;
  queue2_index: number[];
  queue2_index_deadline: number | null;
  day_costs: number[];
  run_costs: number[];
  peak_net_debit: number;
  day_counters: number[];
  past_counters: number[];
  open_day: number[];
  created_amount: number;
  settled_amount: number;
}

interface State {
  state_format: number;
  current_tick: number;
  current_day: number;
  rng_seed: string;
  random_streams?: string[];
  event_count: number;
  last_transaction: number;
  agents: Agent[];
  transactions: { number: number; parent: number; entered_queue_tick: number; fields: number[] }[];
  queue2: number[];
  arrivals: { rate: number; base_rate: number; weights: [string, number][]; deadline_min: number; deadline_max: number }[][];
  statistics: number[];
  cancelled?: [count: number, cents: number];
  stress?: Stress;
}

interface Stress {
  outages: { bank: number; since: number; exposure: number[]; reacted: number[]; told: number[] }[];
  system_outage: number | null;
  shocks: {
    bank: number;
    until: number;
    balance: number;
    unsecured_cap: number;
    posted_collateral: number;
    collateral_haircut: number | null;
  }[];
  shocked: number[];
  haircuts: number[];
  delayed: [number: number, until: number][];
}

type StressEvent = Extract<EngineConfig['scenario_events'][number], { until_tick?: number }>;
type Outage = Extract<StressEvent, { type: 'ParticipantOutage' }>;

type Payment = { number: number; parent: number; entered: number } & Record<string, number>;

const PENDING = 0;
const SETTLED = 1;
const OVERDUE = 2;
const NONE = -1;
const DROPPED = 1;
const CANCELLED = 2;

const sum = (list: readonly number[]): number => list.reduce((total, x) => total + x, 0);
const isWhole = (x: unknown, min = 0, max = Number.MAX_SAFE_INTEGER): boolean =>
  Number.isSafeInteger(x) && (x as number) >= min && (x as number) <= max;

/** All contradictions of a snapshot's text that was accepted for a scenario; none if it is sound. */
export function contradictions(text: string, config: EngineConfig): string[] {
  const state = JSON.parse(text) as State;
  const found: string[] = [];
  const check = (holds: boolean, message: string): void => {
    if (!holds) found.push(message);
  };
  try {
    new Audit(state, config, check).run();
  } catch (error) {
    found.push(`it has not the form of a snapshot: ${String(error)}`);
  }
  return found;
}

class Audit {
  readonly #payments = new Map<number, Payment>();
  readonly #children = new Map<number, Payment[]>();
  readonly #queues = new Map<number, string>();

  constructor(
    private readonly state: State,
    private readonly config: EngineConfig,
    private readonly check: (holds: boolean, message: string) => void,
  ) {
    for (const { entered_queue_tick: entered, fields, number, parent } of state.transactions) {
      const named = Object.fromEntries(FIELDS.map((name, i) => [name, fields[i]!]));
      this.#payments.set(number, { ...named, number, parent, entered });
    }
    for (const payment of this.#payments.values())
      if (payment.parent !== 0) this.#children.set(payment.parent, [...(this.#children.get(payment.parent) ?? []), payment]);
  }

  run(): void {
    this.#clock();
    this.#list();
    this.#queued();
    for (const payment of this.#payments.values()) this.#payment(payment);
    this.state.agents.forEach((agent, b) => this.#agent(agent, b));
    this.#arrivals();
    this.#statistics();
    this.#money();
    this.#stress();
    this.#cancelled();
  }

  get #tick(): number {
    return this.state.current_tick;
  }

  #clock(): void {
    const { current_day, event_count, last_transaction, random_streams, rng_seed } = this.state;
    const { ticks_per_day } = this.config;
    // Ticking on after the configured run is allowed.
    this.check(isWhole(this.#tick), `current_tick ${this.#tick}`);
    this.check(current_day === Math.floor(this.#tick / ticks_per_day), `current_day ${current_day} in tick ${this.#tick}`);
    const isState = (state: string): boolean =>
      /^[1-9][0-9]*$/.test(state) && BigInt(state) < 2n ** (this.config.rng === undefined ? 64n : 128n);
    this.check(isState(rng_seed), `rng_seed ${rng_seed}`);
    const own = this.config.random_streams === 'per_bank' ? this.state.agents.length : undefined;
    this.check(random_streams?.length === own && (random_streams ?? []).every(isState), 'random_streams');
    this.check(isWhole(event_count) && isWhole(last_transaction), 'counts');
    this.check(event_count >= last_transaction, 'every payment has arrived with an event');
  }

  #list(): void {
    const { last_transaction, transactions } = this.state;
    let previous = 0;
    for (const { fields, number } of transactions) {
      this.check(isWhole(number, previous + 1, last_transaction), `payment ${number} after ${previous}`);
      this.check(fields.length === FIELDS.length, `fields of ${number}`);
      previous = number;
    }
  }

  #queued(): void {
    const { agents, queue2 } = this.state;
    const enter = (number: number, queue: string): Payment | undefined => {
      this.check(this.#payments.has(number), `${number} of ${queue} exists`);
      this.check(!this.#queues.has(number), `${number} is in ${queue} and ${this.#queues.get(number)}`);
      this.#queues.set(number, queue);
      return this.#payments.get(number);
    };
    agents.forEach(({ id, queue1 }, b) => {
      for (const number of queue1) this.check(enter(number, id)?.sender === b, `${number} is the payment of ${id}`);
    });
    const bands = queue2.map((number) => {
      const payment = enter(number, 'the central queue');
      const priority = payment?.rtgsPriority ?? NONE;
      return priority === NONE ? 3 : priority;
    });
    if (this.config.priority_mode)
      this.check(
        bands.every((band, i) => i === 0 || band >= bands[i - 1]!),
        'bands are in order',
      );
  }

  #payment(payment: Payment): void {
    const { number } = payment;
    const check = (holds: boolean, message: string): void => this.check(holds, `payment ${number}: ${message}`);
    const { amount, arrivalTick, createdTick, givenUp, entered, overdueSince, remaining, settlementTick, status } = payment;
    const banks = this.config.agent_configs.length;
    const tick = this.#tick;
    check(isWhole(payment.sender, 0, banks - 1) && isWhole(payment.receiver, 0, banks - 1), 'banks');
    check(isWhole(amount, 1) && isWhole(remaining, 0, amount), 'amounts');
    check(isWhole(createdTick, 0, tick) && isWhole(arrivalTick, 0, createdTick), 'ticks of arrival');
    check(isWhole(payment.deadlineTick), 'deadline');
    check(isWhole(payment.priority, 0, 10) && isWhole(payment.originalPriority, 0, 10), 'priorities');
    for (const flag of ['divisible', 'offset']) check(isWhole(payment[flag], 0, 1), flag);
    check(isWhole(givenUp, 0, this.config.end_of_day ? CANCELLED : DROPPED), 'given up');
    check(givenUp !== CANCELLED || (this.#queues.get(number) === undefined && status !== SETTLED), 'cancelled for good');
    for (const name of ['rtgsPriority', 'declaredPriority']) check(isWhole(payment[name], NONE, 2), name);
    check(isWhole(payment.rtgsSubmissionTick, NONE, tick), 'submission');
    check((payment.rtgsSubmissionTick === NONE) === (payment.rtgsPriority === NONE), 'submission and its priority');
    check(isWhole(payment.scheduledRelease, NONE), 'scheduled release');
    check(isWhole(payment.queue1Ticks, 0, tick) && isWhole(payment.queue2Ticks, 0, tick), 'ticks in queues');
    check(isWhole(status, PENDING, OVERDUE), 'status');
    check((status === SETTLED) === (remaining === 0), 'settled means nothing is left');
    check(isWhole(settlementTick, NONE, tick - 1) && (settlementTick === NONE) === (status !== SETTLED), 'settlement tick');
    check(status !== SETTLED || settlementTick! >= createdTick!, 'settled after it came');
    check(isWhole(overdueSince, NONE, tick) && (status !== OVERDUE || overdueSince! >= 0), 'overdue since');
    check(status !== PENDING || overdueSince === NONE, 'a pending payment is not overdue');
    const queue = this.#queues.get(number);
    check(queue === undefined ? entered === NONE : isWhole(entered, createdTick, tick), `entered a queue in ${entered}`);
    check(queue === undefined || (status !== SETTLED && payment.parts === 0), 'a waiting payment is open');
    check(queue !== undefined || status === SETTLED || payment.parts! > 0 || givenUp !== 0, 'an open payment waits somewhere');
    check(queue === undefined || queue === 'the central queue' || payment.rtgsPriority === NONE, 'not submitted in Queue 1');
    this.#family(payment, check);
  }

  #family(payment: Payment, check: (holds: boolean, message: string) => void): void {
    const { arrivalSeq, number, parent: parentNumber, parts, splitIndex } = payment;
    const parent = this.#payments.get(parentNumber);
    if (parentNumber === 0) {
      check(splitIndex === 0, 'an original is no part');
      check(isWhole(arrivalSeq, 1, this.state.statistics[0]), 'number of arrival');
    } else {
      check(parent !== undefined && parentNumber < number, 'the parent is older');
      const same = ['sender', 'receiver', 'deadlineTick', 'arrivalTick', 'arrivalSeq'];
      check(parent !== undefined && same.every((name) => parent[name] === payment[name]), 'is like its parent');
      check(payment.offset === 0, 'only originals count as offset');
      check(isWhole(splitIndex, 1, parent?.parts ?? 0), 'a part of its parent');
    }
    const children = this.#children.get(number) ?? [];
    check(isWhole(parts) && isWhole(payment.openParts, 0, parts), 'parts');
    check(parts !== 1, 'one part is none');
    if (parts === 0) {
      check(children.length === 0, 'has parts after all');
      check(payment.remaining === 0 || payment.remaining === payment.amount, 'paid in full or not at all');
      check((payment.settlementType === NONE) === (payment.status !== SETTLED), 'how it settled');
      check(isWhole(payment.settlementType, NONE, 5), 'kind of settlement');
      return;
    }
    check(payment.settlementType === NONE, 'a split payment does not settle itself');
    if (!this.#complete) return;
    check(children.length === parts, 'all parts exist');
    check(new Set(children.map((child) => child.splitIndex)).size === children.length, 'each part once');
    check(sum(children.map(({ amount }) => amount!)) === payment.amount, 'the parts make the whole');
    check(payment.openParts === children.filter((child) => !this.#done(child)).length, 'open parts');
    const paid = sum(children.filter((child) => child.settlementType !== NONE).map(({ amount }) => amount!));
    check(payment.remaining === payment.amount! - paid, 'what the parts have not paid is left');
  }

  /** Whether all payments of the run are there: then sums over them are known. */
  get #complete(): boolean {
    return this.state.transactions.length === this.state.last_transaction;
  }

  #done(payment: Payment): boolean {
    return payment.parts! > 0 ? payment.openParts === 0 : payment.status === SETTLED;
  }

  #agent(agent: Agent, b: number): void {
    const { id } = agent;
    const check = (holds: boolean, message: string): void => this.check(holds, `bank ${id}: ${message}`);
    const config = this.config.agent_configs.find((one) => one.id === id);
    const tick = this.#tick;
    check(config !== undefined, 'unknown');
    check(isWhole(agent.balance, -Number.MAX_SAFE_INTEGER), 'balance');
    for (const name of ['unsecured_cap', 'posted_collateral', 'allocated_liquidity', 'created_amount', 'settled_amount'] as const)
      check(isWhole(agent[name]), name);
    check(agent.allocated_liquidity <= (config?.liquidity_pool ?? 0), 'allocated from its pool');
    check(isWhole(agent.collateral_posted_at_tick, NONE, tick), 'tick of posting');
    let previous = -1;
    for (const [counterparty, cents] of agent.outflows) {
      check(isWhole(counterparty, previous + 1, this.state.agents.length - 1) && isWhole(cents, 1), 'outflows');
      previous = counterparty;
    }
    if (this.#complete) {
      const today = tick - (tick % this.config.ticks_per_day);
      const expected = new Map<number, number>();
      for (const p of this.#payments.values()) {
        if (p.sender !== b || p.settlementType === NONE || p.settlementTick! < today) continue;
        expected.set(p.receiver!, (expected.get(p.receiver!) ?? 0) + p.amount!);
      }
      check(JSON.stringify([...expected].sort(([x], [y]) => x - y)) === JSON.stringify(agent.outflows), 'outflows of today');
    }
    previous = -1;
    for (const [due, timers] of agent.timers) {
      check(isWhole(due, previous + 1) && timers.length > 0, 'timers in order');
      previous = due;
      for (const { amount, postedAt, reason } of timers)
        check(isWhole(amount, 1) && typeof reason === 'string' && isWhole(postedAt, 0, Math.min(due, tick - 1)), 'timer');
    }
    const keys = agent.registers.map(([key]) => key);
    check(new Set(keys).size === keys.length && keys.length <= 10, 'registers');
    for (const [key, value] of agent.registers) {
      check(typeof key === 'string' && key.startsWith('bank_state_'), `register ${key}`);
      check(
        Number.isFinite(value) || ['NaN', 'Infinity', '-Infinity', '-0'].includes(value as string),
        `register ${key} = ${value}`,
      );
    }
    check(agent.policy === null || typeof agent.policy === 'string', 'policy');
    this.#index(agent, b, check);
    this.#accounts(agent, b, check);
  }

  #index(agent: Agent, b: number, check: (holds: boolean, message: string) => void): void {
    const { queue2_index: index, queue2_index_deadline: deadline } = agent;
    check(new Set(index).size === index.length, 'index once');
    const mine = index.map((number) => this.#payments.get(number));
    check(
      mine.every((p) => p !== undefined && p.sender === b && p.status !== SETTLED),
      'index of open payments of its own',
    );
    const queued = this.state.queue2.filter((number) => this.#payments.get(number)?.sender === b);
    const listed = index.filter((number) => this.#queues.get(number) === 'the central queue');
    check(JSON.stringify(queued) === JSON.stringify(listed), 'index in queue order');
    check(
      index.every((number) => this.#queues.has(number)),
      'what left the queue since waits at home',
    );
    const earliest = mine.length === 0 ? null : Math.min(...mine.map((p) => p?.deadlineTick ?? NaN));
    check(deadline === earliest, `earliest deadline ${deadline} is ${earliest}`);
  }

  #accounts(agent: Agent, b: number, check: (holds: boolean, message: string) => void): void {
    const { day_costs, day_counters, open_day, past_counters, run_costs } = agent;
    check(day_costs.length === 6 && run_costs.length === 6, 'cost components');
    check(day_costs.every((cents, i) => isWhole(cents, 0, run_costs[i])) && run_costs.every((cents) => isWhole(cents)), 'costs');
    const { ticks_per_day } = this.config;
    if (this.#tick <= ticks_per_day)
      check(
        run_costs.every((cents, i) => cents === day_costs[i]),
        'costs of the first day',
      );
    check(isWhole(agent.peak_net_debit, -Number.MAX_SAFE_INTEGER, 0), 'peak net debit');
    check(day_counters.length === 8 && past_counters.length === 8, 'counters');
    check(
      [...day_counters, ...past_counters].every((count) => isWhole(count)),
      'counters are counts',
    );
    if (this.#tick < ticks_per_day)
      check(
        past_counters.every((count) => count === 0),
        'no day is over',
      );
    if (this.#complete) {
      const all = [...this.#payments.values()];
      const mine = all.filter((p) => p.sender === b);
      const total = (i: number): number => day_counters[i]! + past_counters[i]!;
      const legs = all.filter((p) => p.settlementType !== NONE);
      check(total(0) === mine.filter((p) => p.parent === 0).length, 'arrivals');
      check(total(1) === legs.filter((p) => p.sender === b).length, 'sent');
      check(total(2) === legs.filter((p) => p.receiver === b).length, 'received');
      check(total(3) === mine.filter((p) => p.parent === 0 && this.#done(p)).length, 'settled');
      check(total(4) >= mine.filter((p) => p.givenUp === DROPPED).length, 'dropped');
      check(total(7) >= sum(mine.filter((p) => p.givenUp === DROPPED).map((p) => p.amount!)), 'dropped value');
      const today = this.#tick - (this.#tick % ticks_per_day);
      const isToday = (tick: number): boolean => tick >= today;
      check(day_counters[0] === mine.filter((p) => p.parent === 0 && isToday(p.createdTick!)).length, 'arrivals of today');
      check(day_counters[1] === legs.filter((p) => p.sender === b && isToday(p.settlementTick!)).length, 'sent today');
      check(day_counters[2] === legs.filter((p) => p.receiver === b && isToday(p.settlementTick!)).length, 'received today');
      check(agent.created_amount === sum(mine.map((p) => p.amount!)), 'created amount');
      check(agent.settled_amount === sum(mine.map((p) => p.amount! - p.remaining!)), 'settled amount');
    }
    check(open_day.length === 11 && open_day.every((x) => isWhole(x, -Number.MAX_SAFE_INTEGER)), 'the open day');
    const [opening, min, max, cap, capacity, openingCollateral, peakCollateral, peak1, peak2, allocation, lowest] =
      open_day as number[];
    check(min! <= opening! && opening! <= max!, 'opening balance between extremes');
    check(
      [cap, capacity, openingCollateral, peakCollateral, peak1, peak2, allocation].every((x) => isWhole(x)),
      'of the open day',
    );
    check(peakCollateral! >= openingCollateral!, 'peak of collateral');
    check(this.#tick % ticks_per_day === 0 || (min! <= agent.balance && agent.balance <= max!), 'balance between extremes');
    check(this.#tick === 0 ? lowest === Number.MAX_SAFE_INTEGER : lowest! <= agent.balance, 'lowest balance');
    check(allocation! >= agent.allocated_liquidity, 'allocation of the day');
  }

  #arrivals(): void {
    const { agents, arrivals } = this.state;
    this.check(arrivals.length === agents.length, 'arrivals of every bank');
    agents.forEach(({ id }, b) => {
      const config = this.config.agent_configs.find((one) => one.id === id);
      const bands = config?.arrival_bands;
      const streams = bands ? Object.values(bands).filter((band) => band !== undefined).length : config?.arrival_config ? 1 : 0;
      this.check(arrivals[b]?.length === streams, `streams of ${id}`);
      for (const { base_rate, deadline_max, deadline_min, rate, weights } of arrivals[b] ?? []) {
        this.check(rate <= 100_000 && [rate, base_rate].every((x) => Number.isFinite(x) && x >= 0), `rate of ${id}`);
        this.check(isWhole(deadline_min) && isWhole(deadline_max, deadline_min), `deadlines of ${id}`);
        const ids = weights.map(([counterparty]) => counterparty);
        this.check(ids.every((one) => typeof one === 'string') && new Set(ids).size === ids.length, `weights of ${id}`);
        this.check(
          weights.every(([, weight]) => Number.isFinite(weight)),
          `weights of ${id} are numbers`,
        );
      }
    });
  }

  /** Windows of a type that were open in the last tick. */
  #open<T extends StressEvent['type']>(type: T): { event: Extract<StressEvent, { type: T }>; from: number; to: number }[] {
    const tick = this.#tick - 1;
    const events = this.config.scenario_events.filter((event) => event.type === type) as Extract<StressEvent, { type: T }>[];
    return events.flatMap((event) => {
      const starts = [event.schedule === 'OneTime' ? event.tick : event.start_tick];
      if (event.schedule === 'Repeating') while (starts.at(-1)! <= tick) starts.push(starts.at(-1)! + event.interval);
      const windows = starts.map((from) => ({ event, from, to: event.until_tick ?? from + (event.ticks ?? Infinity) }));
      return windows.filter(({ from, to }) => from <= tick && tick < to);
    });
  }

  #stress(): void {
    const { stress } = this.state;
    const types = ['ParticipantOutage', 'SystemOutage', 'LiquidityShock', 'PaymentDelay'];
    const events = this.config.scenario_events.filter(({ type }) => types.includes(type)) as StressEvent[];
    this.check((stress !== undefined) === events.length > 0, 'stress goes with stress events');
    if (stress === undefined) return;
    const ids = this.state.agents.map(({ id }) => id);
    const outages = this.#open('ParticipantOutage');
    const found = stress.outages.map(({ bank, since }) => `${ids[bank]} ${since}`).sort();
    this.check(String(found) === String(outages.map(({ event, from }) => `${event.agent} ${from}`).sort()), 'outages in force');
    this.check(stress.system_outage === (this.#open('SystemOutage')[0]?.from ?? null), 'outage of the system');
    for (const outage of stress.outages) {
      const { event } = outages.find(({ event }) => event.agent === ids[outage.bank])!;
      this.#outage(outage, event, ids);
    }
    this.#shocks(stress, events, ids);
    this.#delayed(stress.delayed, ids);
  }

  #outage({ bank, exposure, reacted, told }: Stress['outages'][number], event: Outage, ids: string[]): void {
    const check = (holds: boolean, message: string): void => this.check(holds, `outage of ${ids[bank]}: ${message}`);
    const { reaction } = event;
    check(exposure.length === ids.length && exposure.every((cents) => isWhole(cents, -Number.MAX_SAFE_INTEGER)), 'exposures');
    check(exposure[bank] === 0, 'none to itself');
    const mayReact = (b: number): boolean =>
      reaction !== undefined && b !== bank && (reaction.banks === 'all' || reaction.banks.includes(ids[b]!));
    check(
      reacted.every((b, i) => isWhole(b, i === 0 ? 0 : reacted[i - 1]! + 1, ids.length - 1) && mayReact(b)),
      'banks that may react',
    );
    told.forEach((number, i) => {
      const payment = this.#payments.get(number);
      check(isWhole(number, i === 0 ? 1 : told[i - 1]! + 1, this.state.last_transaction), 'payments that are told');
      if (payment) check(payment.receiver === bank && reacted.includes(payment.sender!), 'are to it, of those that reacted');
    });
  }

  #shocks({ haircuts, shocked, shocks }: Stress, events: StressEvent[], ids: string[]): void {
    const all = events.filter((event) => event.type === 'LiquidityShock');
    const open = this.#open('LiquidityShock');
    const pending = open.filter(({ to }) => to !== Infinity).map(({ event, to }) => `${event.agent} ${to}`);
    this.check(String(shocks.map(({ bank, until }) => `${ids[bank]} ${until}`).sort()) === String(pending.sort()), 'shocks');
    const between = (moved: number, delta = 0): boolean => isWhole(moved, Math.min(delta, 0), Math.max(delta, 0));
    for (const { balance, bank, collateral_haircut, posted_collateral, unsecured_cap } of shocks) {
      const { event } = open.find(({ event }) => event.agent === ids[bank])!;
      const check = (holds: boolean, message: string): void => this.check(holds, `shock of ${ids[bank]}: ${message}`);
      if (event.balance_factor === undefined) check(balance === (event.balance_delta ?? 0), 'moved its delta');
      else check(isWhole(balance, -Number.MAX_SAFE_INTEGER, 0), 'took something');
      check(between(unsecured_cap, event.unsecured_cap_delta), 'cap within its delta');
      check(between(posted_collateral, event.posted_collateral_delta), 'collateral within its delta');
      check((collateral_haircut === null) === (event.collateral_haircut === undefined), 'haircut to come back');
    }
    const isStruck = (id: string, key: 'balance' | 'haircut'): boolean =>
      all.some((event) => {
        const first = event.schedule === 'OneTime' ? event.tick : event.start_tick;
        const what = key === 'haircut' ? event.collateral_haircut : (event.balance_delta ?? event.balance_factor);
        return event.agent === id && first < this.#tick && what !== undefined;
      });
    ids.forEach((id, b) => {
      const configured = this.config.agent_configs.find((one) => one.id === id)?.collateral_haircut ?? 0.02;
      const now = open.find(({ event }) => event.agent === id && event.collateral_haircut !== undefined);
      if (now) this.check(haircuts[b] === now.event.collateral_haircut, `haircut of ${id} in its shock`);
      else if (!isStruck(id, 'haircut')) this.check(haircuts[b] === configured, `haircut of ${id}`);
      if (!isStruck(id, 'balance')) this.check(shocked[b] === 0, `no shock of ${id}`);
    });
  }

  #delayed(delayed: Stress['delayed'], ids: string[]): void {
    const events = this.config.scenario_events.filter((event) => event.type === 'PaymentDelay');
    delayed.forEach(([number, until], i) => {
      const payment = this.#payments.get(number);
      const check = (holds: boolean, message: string): void => this.check(holds, `delay of ${number}: ${message}`);
      check(isWhole(number, i === 0 ? 1 : delayed[i - 1]![0] + 1, this.state.last_transaction), 'in order');
      check(until >= this.#tick, 'is not over');
      if (payment === undefined) return;
      const { createdTick, givenUp, sender } = payment;
      check(payment.parent === 0, 'not of a part');
      check(
        events.some(
          ({ agent, delay_ticks }) => (agent === 'all' || agent === ids[sender!]) && until === createdTick! + delay_ticks,
        ),
        'is that of an event',
      );
      check(givenUp === CANCELLED || this.#queues.get(number) === ids[sender!], 'has not been released');
    });
  }

  #cancelled(): void {
    const { cancelled } = this.state;
    this.check((cancelled !== undefined) === (this.config.end_of_day !== undefined), 'cancellations');
    if (cancelled === undefined || !this.#complete) return;
    const all = [...this.#payments.values()].filter(({ givenUp }) => givenUp === CANCELLED);
    this.check(cancelled[0] === all.length && cancelled[1] === sum(all.map(({ amount }) => amount!)), 'what was cancelled');
  }

  #statistics(): void {
    const { last_transaction, statistics } = this.state;
    this.check(statistics.length === 14 && statistics.every((x) => isWhole(x)), 'statistics');
    const [arrivals, children, settledArrivals, settledChildren, settled, delay, maxDelay, offset, settledValue, ...more] =
      statistics;
    const [dropped, droppedValue, arrivedValue, offsetOperations, wentOverdue] = more;
    this.check(last_transaction === arrivals! + children!, 'every payment is an original or a part');
    this.check(delay! >= maxDelay! && delay! <= maxDelay! * settled!, 'delays');
    this.check(offsetOperations! >= 0 && (offset === 0 || offsetOperations! > 0), 'offsets');
    const counted = (i: number): number =>
      sum(this.state.agents.map(({ day_counters, past_counters }) => day_counters[i]! + past_counters[i]!));
    this.check(arrivals === counted(0), 'arrivals of all banks');
    this.check(settled === counted(3), 'settled of all banks');
    this.check(dropped === counted(4), 'dropped of all banks');
    this.check(droppedValue === counted(7), 'dropped value of all banks');
    if (!this.#complete) return;
    const all = [...this.#payments.values()];
    const originals = all.filter((p) => p.parent === 0);
    const value = (list: readonly Payment[]): number => sum(list.map(({ amount }) => amount!));
    this.check(arrivals === originals.length, 'arrivals');
    this.check(settledArrivals === originals.filter((p) => p.remaining === 0).length, 'settled arrivals');
    this.check(settledChildren === all.filter((p) => p.parent !== 0 && p.remaining === 0).length, 'settled parts');
    this.check(settled === originals.filter((p) => this.#done(p)).length, 'effectively settled');
    this.check(offset === originals.filter((p) => p.offset === 1).length, 'offset');
    this.check(settledValue === value(all.filter((p) => p.settlementType !== NONE)), 'settled value');
    this.check(arrivedValue === value(originals), 'arrived value');
    this.check(wentOverdue! >= all.filter((p) => p.status === OVERDUE && p.givenUp === 0).length, 'went overdue');
    const delays = originals.filter((p) => this.#done(p)).map((p) => this.#settlementTick(p) - p.arrivalTick!);
    this.check(delay === sum(delays) && maxDelay === Math.max(0, ...delays), 'delays of the payments');
  }

  /** Tick in which a payment, or the last of its parts, settled. */
  #settlementTick(payment: Payment): number {
    if (payment.parts === 0) return payment.settlementTick!;
    return Math.max(...(this.#children.get(payment.number) ?? []).map((child) => this.#settlementTick(child)));
  }

  /** Payments, transfers and offsets only move money; what pools have brought in is the only other source. */
  #money(): void {
    const opened = sum(this.config.agent_configs.map((agent) => agent.opening_balance));
    const allocated = sum(this.state.agents.map((agent) => agent.allocated_liquidity));
    const held = sum(this.state.agents.map((agent) => agent.balance));
    const ids = this.state.agents.map(({ id }) => id);
    const shocked = sum(this.state.stress?.shocked ?? []);
    this.check(held === opened + allocated + shocked, `all banks hold ${held} of ${opened} + ${allocated} + ${shocked}`);
    this.check(ids.length === this.config.agent_configs.length && new Set(ids).size === ids.length, 'each bank once');
  }
}
