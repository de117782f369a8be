import { COST_COMPONENTS, type PaymentList } from '@simcash/protocol';
import type { ListedArrivals } from '../arrivals/listed.js';
import { createWorld } from '../creation.js';
import { SnapshotError } from '../errors.js';
import { IN_QUEUE1, IN_QUEUE2, NONE } from '../payments/payments.js';
import { repeatDailyChanges } from '../ledger/daily-changes.js';
import { loadPolicy, type BankPolicy } from '../policy/bank-policy.js';
import { PolicyDocumentError } from '../policy/issues.js';
import { configHash } from '../scenario/config-hash.js';
import type { EngineConfig } from '../scenario/config.js';
import type { Plugins } from '../settlement/algorithms/index.js';
import type { World } from '../world.js';
import { checkState } from './check.js';
import { readState, refuse } from './read.js';
import { snapshotWorld, stateOf } from './save.js';
import type { AgentState, State } from './state.js';

/**
 * Rebuilds the state; what follows equals never having stopped (spec 01 §8).
 *
 * @throws SnapshotError
 */
export function restoreWorld(
  config: EngineConfig,
  text: string,
  warn: (message: string) => void,
  plugins?: Plugins,
  list: PaymentList | null = null,
): World {
  const state = readState(text);
  const given = configHash(config);
  if (state.config_hash !== given) throw new SnapshotError(`Config mismatch: expected hash ${state.config_hash}, got ${given}`);
  checkState(state, config);
  const world = worldOf(config, state, savedPolicy, { warn, plugins, list });
  checkNothingIsLeft(text, snapshotWorld(world));
  return world;
}

/** A simulation in the same state as another one, in a tick that stands still, too, which shares nothing with it that changes. */
export function copyWorld(world: World, warn: (message: string) => void, plugins: Plugins): World {
  const { listed, policies } = world;
  // The configuration is the same object: its hash would say nothing.
  const copy = worldOf(world.config, stateOf(world, ''), (_, b) => policies.of(b), { warn, plugins, list: listed?.list ?? null });
  copy.continueTick(world);
  return copy;
}

interface Surroundings {
  readonly warn: (message: string) => void;
  readonly plugins: Plugins | undefined;
  readonly list: PaymentList | null;
}

function worldOf(
  config: EngineConfig,
  state: State,
  policyOf: (json: string, b: number) => BankPolicy,
  { list, plugins, warn }: Surroundings,
): World {
  const world = createWorld(config, warn, plugins, list);
  // Creation logged the allocations of day 0, which have been handed over long since.
  world.log.close(0);
  world.log.total = state.event_count;
  world.clock.tick = state.current_tick;
  world.arrivals.load(state.arrivals, BigInt(state.rng_seed), state.random_streams);
  restorePayments(world, state);
  repeatDailyChanges(world);
  if (state.stress) world.stress?.load(world, state.stress);
  state.agents.forEach((agent, b) => restoreAgent(world, b, agent, policyOf));
  world.statistics.load(state.statistics);
  if (state.cancelled) [world.statistics.cancelled, world.statistics.cancelledValue] = state.cancelled;
  for (const [b, choice] of state.release_choices ?? []) {
    if (b >= world.banks.count) refuse(['release_choices'], `there is no bank ${b}`);
    world.releaseChoices.set(b, choice);
  }
  if (state.settlement) world.system.load(state.settlement);
  if (state.listed && world.listed) restoreListed(world, world.listed, state.listed);
  return world;
}

/** What has been taken of the list follows from the tick, and payments are those of their places. */
function restoreListed({ banks, clock, payments }: World, listed: ListedArrivals, saved: NonNullable<State['listed']>): void {
  if (saved.taken !== listed.countBefore(clock.tick))
    refuse(['listed', 'taken'], 'is not the number of payments before this tick');
  listed.load(saved);
  let before = -1;
  for (const [seq, place] of [...saved.places].sort(([a], [b]) => a - b)) {
    if (place <= before || place >= saved.taken) refuse(['listed', 'places'], `payment ${seq} is at no place of its own`);
    before = place;
  }
  for (const p of payments.rows()) {
    const place = payments.parent[p] === NONE ? listed.indexOf(payments.arrivalSeq[p]!) : -1;
    if (place < 0) continue;
    const { amount, receiver_id, sender_id } = listed.list.at(place);
    const isSame =
      amount === payments.amount[p] &&
      sender_id === banks.ids[payments.sender[p]!] &&
      receiver_id === banks.ids[payments.receiver[p]!];
    if (!isSame) refuse(['listed', 'places'], `payment ${payments.arrivalSeq[p]!} is not the one at its place`);
  }
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

function restoreAgent(world: World, b: number, agent: AgentState, policyOf: (json: string, b: number) => BankPolicy): void {
  const { banks, costs, counters, daily, limits, payments, policies, queue2, registers, statistics, timers } = world;
  banks.setUnsecuredCap(b, agent.unsecured_cap);
  banks.setPostedCollateral(b, agent.posted_collateral);
  banks.balance[b] = agent.balance;
  banks.postedAtTick[b] = agent.collateral_posted_at_tick;
  banks.allocatedLiquidity[b] = agent.allocated_liquidity;
  for (const [counterparty, cents] of agent.outflows) limits.recordOutflow(b, counterparty, cents);
  for (const [tick, due] of agent.timers) for (const timer of due) timers.add(b, tick, timer);
  for (const [key, value] of agent.registers) registers[b]!.set(key, Number(value));
  if (agent.policy !== null) policies.replace(b, policyOf(agent.policy, b));
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
  // Snapshots of earlier versions do not know.
  statistics.arrivedValueOf[b] = agent.arrived_value ?? NaN;
  statistics.settledValueOf[b] = agent.settled_value ?? NaN;
}

function savedPolicy(json: string, b: number): BankPolicy {
  try {
    return loadPolicy({ type: 'FromJson', json });
  } catch (error) {
    if (!(error instanceof PolicyDocumentError)) throw error;
    return refuse(['agents', b, 'policy'], error.message);
  }
}

/** Whatever a snapshot says has become state: nothing was overlooked, nothing taken for something else. */
function checkNothingIsLeft(text: string, saved: string): void {
  if (saved === text) return;
  const path = differing(JSON.parse(text), JSON.parse(saved));
  if (path !== null) refuse(path, 'is not what follows from the rest');
  const at = [...text].findIndex((character, i) => character !== saved[i]);
  throw new SnapshotError(
    `State validation error: not as \`snapshot()\` writes it: a key twice or in another place (character ${at})`,
  );
}

/** Path at which two values of JSON differ first. */
function differing(x: unknown, y: unknown): PropertyKey[] | null {
  if (typeof x !== 'object' || typeof y !== 'object' || x === null || y === null) return Object.is(x, y) ? null : [];
  if (Array.isArray(x) !== Array.isArray(y)) return [];
  for (const key of new Set([...Object.keys(x), ...Object.keys(y)])) {
    const path = differing((x as Record<string, unknown>)[key], (y as Record<string, unknown>)[key]);
    if (path !== null) return [Array.isArray(x) ? Number(key) : key, ...path];
  }
  return null;
}
