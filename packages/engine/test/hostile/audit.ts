import { isSynthetic, LogFold, settledIds } from '../properties/fold.js';
import type { AgentCosts, EventOf, Simulation, SimulationEvent } from '../properties/engine.js';
import type { ScenarioDocument } from '../properties/scenarios.js';

/** Costs by name as events have them, and as queries do. */
const COSTS = {
  liquidity_cost: 'liquidity_cost',
  delay_cost: 'delay_cost',
  collateral_cost: 'collateral_cost',
  penalty_cost: 'deadline_penalty',
  split_friction_cost: 'split_friction_cost',
  liquidity_opportunity_cost: 'liquidity_opportunity_cost',
} as const satisfies Record<string, keyof AgentCosts>;
type Cost = keyof typeof COSTS;
const COST_NAMES = Object.keys(COSTS) as Cost[];

/**
 * Goes through the log of a run by itself and compares what follows from it with what the engine says. The fold refuses payments
 * that settle twice, and those that leave a queue in which they are not.
 */
export class Audit {
  readonly #fold: LogFold;
  readonly #opening: number;
  readonly #costs: Map<string, Record<Cost, number>>;
  readonly #arrived = new Set<string>();

  constructor(private readonly scenario: ScenarioDocument) {
    this.#fold = new LogFold(scenario);
    this.#opening = scenario.agents.reduce((sum, agent) => sum + agent.opening_balance, 0);
    const none = (): Record<Cost, number> => Object.fromEntries(COST_NAMES.map((name) => [name, 0])) as Record<Cost, number>;
    this.#costs = new Map(scenario.agents.map(({ id }) => [id, none()]));
  }

  /** Takes the events of a tick, and of the calls before it. */
  take(events: readonly SimulationEvent[]): void {
    this.#fold.announce(events);
    for (const event of events) {
      this.#before(event);
      this.#fold.apply(event);
      this.#after(event);
    }
    this.#fold.endTick();
  }

  #before(event: SimulationEvent): void {
    if (event.event_type === 'Arrival') {
      require(!this.#arrived.has(event.tx_id), `${event.tx_id} arrives once`);
      this.#arrived.add(event.tx_id);
      require(Number.isSafeInteger(event.amount) && event.amount > 0, `${event.tx_id} is worth something`);
    }
    const isGross =
      event.event_type === 'Queue2LiquidityRelease' || (event.event_type === 'RtgsImmediateSettlement' && !isSynthetic(event));
    if (isGross) {
      const { amount, sender } = this.#fold.payment(event.tx_id);
      require(amount <= this.#fold.available(sender), `${sender} can pay ${event.tx_id}`);
    }
    // A ring judges each payment by itself, so two of one bank may pass its limit together (spec 04 Q414).
    if (event.event_type === 'LsmCycleSettlement')
      for (const id of settledIds(event)) this.#limits(id, this.#fold.payment(id).amount);
    for (const id of settledIds(event)) require(!this.#fold.payment(id).dropped, `${id} was dropped before it settles`);
  }

  #after(event: SimulationEvent): void {
    if (event.event_type === 'CostAccrual') this.#charge(event);
    if (event.event_type !== 'LsmCycleSettlement') for (const id of settledIds(event)) this.#limits(id, 0);
  }

  #charge({ agent_id, costs }: EventOf<'CostAccrual'>): void {
    const sums = this.#costs.get(agent_id)!;
    let total = 0;
    for (const name of COST_NAMES) {
      require(Number.isSafeInteger(costs[name]) && costs[name] >= 0, `${name} of ${agent_id} is a cost`);
      sums[name] += costs[name];
      total += costs[name];
    }
    require(costs.total === total, `costs of ${agent_id} add up`);
  }

  /** With `more` cents paid, too: no mechanism pays out more in a day than a bank's caps allow; receipts give no room back (spec 04 §3). */
  #limits(id: string, more: number): void {
    const { receiver, sender } = this.#fold.payment(id);
    const { bilateralOutflows, document, totalOutflow } = this.#fold.bank(sender);
    const bilateral = document.limits?.bilateral_limits?.[receiver] ?? Infinity;
    const multilateral = document.limits?.multilateral_limit ?? Infinity;
    require((bilateralOutflows.get(receiver) ?? 0) + more <= bilateral, `${id}: bilateral limit of ${sender}`);
    require(totalOutflow + more <= multilateral, `${id}: multilateral limit of ${sender}`);
  }

  /** The engine between two ticks has what the log tells. */
  compare(simulation: Simulation): void {
    let held = 0;
    let allocated = 0;
    for (const agent of simulation.agents()) {
      const { agent_id: id } = agent;
      const bank = this.#fold.bank(id);
      held += agent.balance;
      allocated += agent.allocated_liquidity;
      same(agent.balance, bank.balance, `balance of ${id}`);
      same(agent.posted_collateral, bank.posted, `collateral of ${id}`);
      same(agent.unsecured_cap, bank.unsecuredCap, `cap of ${id}`);
      same(agent.collateral_haircut, bank.haircut, `haircut of ${id}`);
      same(agent.allocated_liquidity, bank.allocated, `liquidity of ${id}`);
      same([...simulation.queue1(id)].sort().join(), [...bank.queue1].sort().join(), `queue of ${id}`);
      const charged = simulation.agentRunCosts(id);
      for (const name of COST_NAMES) same(charged[COSTS[name]], this.#costs.get(id)![name], `${name} of ${id}`);
      same(simulation.agentOutflows(id).total_outflow, bank.totalOutflow, `outflow of ${id}`);
    }
    same(held, this.#opening + allocated + this.#fold.shocked, 'all money');
    same(simulation.queue2().join(), this.#fold.queue2.join(), 'the central queue');
    require(this.#fold.storeIsEmpty, 'no credit is left over');
    require(this.#fold.pending.length === 0, 'what was released settles or waits');
  }

  /** The end of the run: what became of every payment. */
  finish(simulation: Simulation): void {
    const transactions = simulation.transactions();
    same(transactions.length, this.#arrived.size, 'number of payments');
    for (const { remaining_amount, settlement_tick, status, tx_id } of transactions) {
      const { cancelled, children, settledTick } = this.#fold.payment(tx_id);
      if (cancelled) require(status !== 'Settled', `${tx_id} was cancelled`);
      if (children.length > 0) continue;
      same(status === 'Settled', settledTick !== null, `whether ${tx_id} settled`);
      same(settlement_tick, settledTick, `when ${tx_id} settled`);
      same(remaining_amount === 0, settledTick !== null, `what is left of ${tx_id}`);
    }
    same(simulation.totalTicks, this.scenario.simulation.ticks_per_day * this.scenario.simulation.num_days, 'ticks');
    same(simulation.currentTick, simulation.totalTicks, 'the end');
  }
}

function require(holds: boolean, rule: string): void {
  if (!holds) throw new Error(`Broken: ${rule}`);
}

function same(found: unknown, expected: unknown, what: string): void {
  if (!Object.is(found, expected)) throw new Error(`${what}: ${String(found)} instead of ${String(expected)}`);
}
