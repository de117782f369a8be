import { TRANSACTION_OUTCOMES, type PaymentOrder, type RtgsPriority } from '@simcash/protocol';
import { SettlementError, SimulationError, Simulation, type ScenarioInput, type SimulationOptions } from './engine.js';
import type { AgentState, SimulationEvent, TickResult, TransactionDetails } from './engine.js';
import type { Call, Workload } from './scenarios.js';

/** The state between two ticks, as queries tell it. */
export interface Observation {
  agents: Map<string, AgentState>;
  queue1: Map<string, string[]>;
  queue2: string[];
  transactions: Map<string, TransactionDetails>;
  registers: Map<string, [string, number][]>;
}

/** One tick of a run. */
export interface ObservedTick {
  tick: number;
  day: number;
  /** First and last of its day. */
  startsDay: boolean;
  endsDay: boolean;
  /** Before the calls that precede the tick, before the tick itself, and after it. */
  beforeCalls: Observation;
  before: Observation;
  after: Observation;
  /** Events of calls before the tick; in tick 0 those of construction, too. */
  callEvents: SimulationEvent[];
  /** Events of the tick itself. */
  events: SimulationEvent[];
  /** Collateral movements among them that the strategic trees decided; the end-of-tick trees log the same events. */
  strategicMoves: number;
  result: TickResult;
}

export interface Run {
  workload: Workload;
  simulation: Simulation;
  ticks: ObservedTick[];
}

/** Runs a workload to its end and notes everything. No generated workload may fail. */
export function observe(workload: Workload): Run {
  const simulation = create(workload);
  const { ticks_per_day: ticksPerDay } = workload.scenario.simulation;
  const ticks: ObservedTick[] = [];
  let after = look(simulation);
  while (simulation.currentTick < simulation.totalTicks) {
    const tick = simulation.currentTick;
    const beforeCalls = after;
    makeCalls(simulation, workload.calls);
    const before = look(simulation);
    simulation.flush();
    const prior = simulation.events.ofTick(tick).length;
    const result = simulation.tick();
    after = look(simulation);
    const log = simulation.events.ofTick(tick);
    const day = Math.floor(tick / ticksPerDay);
    const strategic = simulation.collateralRecords(day).filter((record) => record.tick === tick && record.layer === 'strategic');
    ticks.push({
      tick,
      day,
      startsDay: tick % ticksPerDay === 0,
      endsDay: tick % ticksPerDay === ticksPerDay - 1,
      beforeCalls,
      before,
      after,
      callEvents: log.slice(0, prior),
      events: log.slice(prior),
      strategicMoves: strategic.filter(({ action }) => action !== 'hold').length,
      result,
    });
  }
  return { workload, simulation, ticks };
}

export function create({ scenario }: Workload, options?: SimulationOptions): Simulation {
  return Simulation.create(scenario as unknown as ScenarioInput, options);
}

/** Runs a workload without looking at anything; returns the simulation. */
export function runThrough(workload: Workload, options?: SimulationOptions): Simulation {
  const simulation = create(workload, options);
  while (simulation.currentTick < simulation.totalTicks) {
    makeCalls(simulation, workload.calls);
    simulation.tick();
  }
  return simulation;
}

/** Makes the calls that precede the tick that is about to run. */
export function makeCalls(simulation: Simulation, calls: readonly Call[]): void {
  for (const call of calls) if (call.before_tick === simulation.currentTick) makeCall(simulation, call);
}

export function makeCall(simulation: Simulation, call: Call): void {
  switch (call.call) {
    case 'submit': {
      const { amount, due_in, priority, receiver, rtgs_priority, sender } = call;
      const deadline_tick = simulation.currentTick + due_in;
      const order = { sender, receiver, amount, deadline_tick, priority, divisible: amount % 2 === 0 };
      simulation.submitTransaction((rtgs_priority === undefined ? order : { ...order, rtgs_priority }) as PaymentOrder);
      return;
    }
    case 'withdraw': {
      // Every eleventh choice is an id that is not there.
      const queue = simulation.queue2();
      const id = queue.length === 0 || call.pick % 11 === 10 ? 'T99999999' : queue[call.pick % queue.length]!;
      refusable(() => simulation.withdrawFromRtgs(id));
      return;
    }
    case 'resubmit': {
      // Counted back from the latest payment, so that the choice does not depend on how much of the past is kept.
      const number = simulation.transactionCounts().total_transactions - call.pick;
      const id = number > 0 ? `T${String(number).padStart(8, '0')}` : 'nothing';
      refusable(() => simulation.resubmitToRtgs(id, call.rtgs_priority as RtgsPriority));
      return;
    }
    case 'revive': {
      const dropped = droppedPayments(simulation);
      if (dropped.length > 0)
        refusable(() => simulation.resubmitToRtgs(dropped[call.pick % dropped.length]!, call.rtgs_priority as RtgsPriority));
      return;
    }
    case 'post_collateral':
      simulation.postCollateral(call.agent, call.amount);
      return;
    case 'withdraw_collateral':
      simulation.withdrawCollateral(
        call.agent,
        call.amount === 'all' ? simulation.agent(call.agent).posted_collateral : call.amount,
      );
      return;
    case 'update_policy':
      simulation.updateAgentPolicy(call.agent, JSON.stringify(call.policy));
  }
}

/** Payments that their policies have dropped and that are in no queue since, nor were brought back and split, in creation order. */
function droppedPayments(simulation: Simulation): string[] {
  const { columns, length } = simulation.openTransactions();
  const waiting = new Set([...simulation.queue2(), ...simulation.agentIds.flatMap((id) => simulation.queue1(id))]);
  const parents = new Set(columns.parent_tx);
  const dropped = Array.from({ length }, (_, i) => i).filter(
    (i) => columns.status[i] === TRANSACTION_OUTCOMES.indexOf('dropped') && !parents.has(columns.tx[i]!),
  );
  return dropped.map((i) => `T${String(columns.tx[i]).padStart(8, '0')}`).filter((id) => !waiting.has(id));
}

/** Some withdrawals and resubmissions are refused, and have then done nothing. */
function refusable(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof SettlementError) || !(error instanceof SimulationError)) throw error;
  }
}

export function look(simulation: Simulation): Observation {
  const ids = simulation.agentIds;
  return {
    agents: new Map(simulation.agents().map((agent) => [agent.agent_id, agent])),
    queue1: new Map(ids.map((id) => [id, simulation.queue1(id)])),
    queue2: simulation.queue2(),
    transactions: new Map(simulation.transactions().map((transaction) => [transaction.tx_id, transaction])),
    registers: new Map(ids.map((id) => [id, simulation.agentRegisters(id)])),
  };
}
