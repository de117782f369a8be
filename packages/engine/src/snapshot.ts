import { canonicalJson, COST_COMPONENTS } from '@simcash/protocol';
import type { StreamState } from './arrivals/generator.js';
import { createWorld } from './creation.js';
import { SnapshotError } from './errors.js';
import type { CollateralTimer } from './ledger/collateral-timers.js';
import type { PaymentRecord } from './payments/payments.js';
import { IN_QUEUE1, IN_QUEUE2, NONE } from './payments/payments.js';
import { transactionId } from './payments/identifiers.js';
import { loadPolicy } from './policy/bank-policy.js';
import { configHash } from './scenario/config-hash.js';
import type { EngineConfig } from './scenario/config.js';
import type { World } from './world.js';

/** Version of the layout below. Format 1 knew neither arrival numbers nor what was dropped. */
const STATE_FORMAT = 2;

/** Everything that influences any later event or number (spec 01 §8). Payments are named by their creation numbers. */
interface State {
  state_format: number;
  current_tick: number;
  current_day: number;
  /** State of the random number generator, decimal. */
  rng_seed: string;
  config_hash: string;
  event_count: number;
  last_transaction: number;
  agents: AgentState[];
  transactions: PaymentRecord[];
  queue2: number[];
  arrivals: StreamState[][];
  statistics: StatisticsState;
}

interface AgentState {
  id: string;
  balance: number;
  unsecured_cap: number;
  posted_collateral: number;
  collateral_posted_at_tick: number;
  allocated_liquidity: number;
  queue1: number[];
  outflows: [counterparty: number, cents: number][];
  timers: [tick: number, timers: CollateralTimer[]][];
  registers: [key: string, value: number | string][];
  /** Document that replaced the configured policy during the run. */
  policy: string | null;
  /** The central queue's index as last published: payments in order. */
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

type StatisticsState = [
  arrivals: number,
  children: number,
  settledArrivals: number,
  settledChildren: number,
  settled: number,
  delay: number,
  maxDelay: number,
  offset: number,
  settledValue: number,
  dropped: number,
  droppedValue: number,
  arrivedValue: number,
  offsetOperations: number,
  wentOverdue: number,
];

/** The complete state between two ticks as text; equal states give equal texts (spec 03 §12.1). */
export function snapshotWorld(world: World): string {
  const { arrivals, banks, clock, log, payments, queue2, statistics: s } = world;
  const state: State = {
    state_format: STATE_FORMAT,
    current_tick: clock.tick,
    current_day: clock.day,
    rng_seed: String(arrivals.rng.state),
    config_hash: configHash(world.config),
    event_count: log.total,
    last_transaction: payments.lastNumber,
    agents: banks.ids.map((_, b) => agentState(world, b)),
    transactions: [...payments.rows()].map((p) => payments.record(p)),
    queue2: queue2.list().map((p) => payments.number[p]!),
    arrivals: arrivals.save(),
    statistics: [
      s.arrivals,
      s.children,
      s.settledArrivals,
      s.settledChildren,
      s.effectivelySettled,
      s.totalDelay,
      s.maxDelay,
      s.offsetPayments,
      s.settledValue,
      s.dropped,
      s.droppedValue,
      s.arrivedValue,
      s.offsetOperations,
      s.wentOverdue,
    ],
  };
  return canonicalJson(state);
}

function agentState(world: World, b: number): AgentState {
  const { banks, config, costs, counters, daily, limits, payments, policies, queue1, queue2, registers, statistics, timers } =
    world;
  const numbers = (rows: readonly number[]): number[] => rows.map((p) => payments.number[p]!);
  const { config: policy } = policies.of(b);
  const configured = config.agent_configs.find((agent) => agent.id === banks.ids[b])!.policy;
  const deadline = queue2.publishedDeadline[b]!;
  return {
    id: banks.ids[b]!,
    balance: banks.balance[b]!,
    unsecured_cap: banks.unsecuredCap[b]!,
    posted_collateral: banks.postedCollateral[b]!,
    collateral_posted_at_tick: banks.postedAtTick[b]!,
    allocated_liquidity: banks.allocatedLiquidity[b]!,
    queue1: numbers(queue1.list(b)),
    outflows: [...limits.outflows(b)].sort(([x], [y]) => x - y),
    timers: timers.ofBank(b),
    registers: [...registers[b]!].map(([key, value]) => [key, numberText(value)]),
    policy: policy === configured || policy.type !== 'FromJson' ? null : policy.json,
    queue2_index: numbers(queue2.publishedList(b)),
    queue2_index_deadline: deadline === Infinity ? null : deadline,
    day_costs: COST_COMPONENTS.map((component) => costs.day[component][b]!),
    run_costs: COST_COMPONENTS.map((component) => costs.run[component][b]!),
    peak_net_debit: costs.peakNetDebit[b]!,
    day_counters: counters.columns.map((column) => column[b]!),
    past_counters: counters.past.map((column) => column[b]!),
    open_day: daily.openColumns.map((column) => column[b]!),
    created_amount: statistics.createdAmount[b]!,
    settled_amount: statistics.settledAmount[b]!,
  };
}

/**
 * Rebuilds the state; what follows equals never having stopped (spec 01 §8).
 *
 * @throws SnapshotError
 */
export function restoreWorld(config: EngineConfig, text: string, warn: (message: string) => void): World {
  const state = readState(text);
  const given = configHash(config);
  if (state.config_hash !== given) throw new SnapshotError(`Config mismatch: expected hash ${state.config_hash}, got ${given}`);
  checkQueues(state);
  const world = createWorld(config, warn);
  // Creation logged the allocations of day 0, which have been handed over long since.
  world.log.close(0);
  world.log.total = state.event_count;
  world.clock.tick = state.current_tick;
  world.arrivals.load(state.arrivals, BigInt(state.rng_seed));
  restorePayments(world, state);
  state.agents.forEach((agent, b) => restoreAgent(world, b, agent));
  restoreStatistics(world, state.statistics);
  return world;
}

function readState(text: string): State {
  let state: State;
  try {
    state = JSON.parse(text) as State;
  } catch (error) {
    throw new SnapshotError(`Deserialization error: Failed to parse state JSON: ${(error as Error).message}`);
  }
  const format = (state as State | null)?.state_format;
  if (format === 1)
    throw new SnapshotError(
      'State validation error: this state was saved by an earlier version and does not say enough to go on; run the scenario again from the start',
    );
  if (format !== STATE_FORMAT) throw new SnapshotError(`Deserialization error: Unknown state_format ${JSON.stringify(format)}`);
  return state;
}

function checkQueues(state: State): void {
  const known = new Set(state.transactions.map((payment) => payment.number));
  const places = new Map<number, string>();
  const check = (number: number, place: string, orphan: string): void => {
    const id = transactionId(number);
    if (!known.has(number)) throw new SnapshotError(`State validation error: Orphaned transaction in ${orphan}: ${id}`);
    const other = places.get(number);
    if (other !== undefined)
      throw new SnapshotError(`State validation error: Duplicate transaction ${id} in multiple queues: ${other} and ${place}`);
    places.set(number, place);
  };
  for (const agent of state.agents)
    for (const number of agent.queue1) check(number, `agent ${agent.id}`, `agent ${agent.id} queue`);
  for (const number of state.queue2) check(number, 'RTGS queue', 'RTGS queue');
}

function restorePayments(world: World, state: State): void {
  const { clock, deadlines, payments, queue1, queue2 } = world;
  for (const record of state.transactions) payments.load(record);
  payments.lastNumber = state.last_transaction;
  const places = new Map(state.transactions.map(({ number, entered_queue_tick: entered }) => [number, entered]));
  const row = (number: number): number => payments.rowOf(number);
  for (const agent of state.agents) for (const number of agent.queue1) queue1.append(row(number), places.get(number)!);
  for (const number of state.queue2) queue2.append(row(number), places.get(number)!);
  queue2.sort();
  for (const p of payments.rows())
    if (payments.place[p] === IN_QUEUE1 || payments.place[p] === IN_QUEUE2) deadlines.add(p, clock.tick);
}

function restoreAgent(world: World, b: number, agent: AgentState): void {
  const { banks, costs, counters, daily, limits, payments, policies, queue2, registers, statistics, timers } = world;
  banks.setUnsecuredCap(b, agent.unsecured_cap);
  banks.setPostedCollateral(b, agent.posted_collateral);
  banks.balance[b] = agent.balance;
  banks.postedAtTick[b] = agent.collateral_posted_at_tick;
  banks.allocatedLiquidity[b] = agent.allocated_liquidity;
  for (const [counterparty, cents] of agent.outflows) limits.recordOutflow(b, counterparty, cents);
  for (const [tick, due] of agent.timers) for (const timer of due) timers.add(b, tick, timer);
  for (const [key, value] of agent.registers) registers[b]!.set(key, Number(value));
  if (agent.policy !== null) policies.replace(b, loadPolicy({ type: 'FromJson', json: agent.policy }));
  queue2.restoreIndex(
    b,
    agent.queue2_index.map((number) => payments.rowOf(number)).filter((p) => p !== NONE),
    agent.queue2_index_deadline ?? Infinity,
  );
  COST_COMPONENTS.forEach((component, i) => {
    costs.day[component][b] = agent.day_costs[i]!;
    costs.run[component][b] = agent.run_costs[i]!;
  });
  costs.peakNetDebit[b] = agent.peak_net_debit;
  counters.columns.forEach((column, i) => (column[b] = agent.day_counters[i]!));
  counters.past.forEach((column, i) => (column[b] = agent.past_counters[i]!));
  daily.openColumns.forEach((column, i) => (column[b] = agent.open_day[i]!));
  statistics.createdAmount[b] = agent.created_amount;
  statistics.settledAmount[b] = agent.settled_amount;
}

function restoreStatistics({ statistics }: World, state: StatisticsState): void {
  const [arrivals, children, settledArrivals, settledChildren, effectivelySettled, ...others] = state;
  const [totalDelay, maxDelay, offsetPayments, settledValue, dropped, droppedValue, arrivedValue, offsetOperations, wentOverdue] =
    others;
  Object.assign(statistics, { arrivals, children, settledArrivals, settledChildren, effectivelySettled });
  Object.assign(statistics, { totalDelay, maxDelay, offsetPayments, settledValue, dropped, droppedValue });
  Object.assign(statistics, { arrivedValue, offsetOperations, wentOverdue });
}

/** Registers may hold numbers that JSON does not know. */
function numberText(value: number): number | string {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value);
}
