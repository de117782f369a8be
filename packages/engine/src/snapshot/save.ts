import { canonicalJson, COST_COMPONENTS } from '@simcash/protocol';
import { configHash } from '../scenario/config-hash.js';
import type { World } from '../world.js';
import { STATE_FORMAT, type AgentState, type State } from './state.js';

/** The complete state between two ticks as text; equal states give equal texts (spec 03 §12.1). */
export function snapshotWorld(world: World): string {
  return canonicalJson(stateOf(world, configHash(world.config)));
}

/** The same as data, of a configuration with this hash. */
export function stateOf(world: World, hash: string): State {
  const { arrivals, banks, clock, log, payments, queue2, statistics } = world;
  return {
    state_format: STATE_FORMAT,
    current_tick: clock.tick,
    current_day: clock.day,
    rng_seed: String(arrivals.rng.state),
    config_hash: hash,
    event_count: log.total,
    last_transaction: payments.lastNumber,
    agents: banks.ids.map((_, b) => agentState(world, b)),
    transactions: [...payments.rows()].map((p) => payments.record(p)),
    queue2: queue2.list().map((p) => payments.number[p]!),
    arrivals: arrivals.save(),
    ...(arrivals.ownStates === null ? {} : { random_streams: arrivals.ownStates }),
    ...(world.config.settlement === undefined ? {} : { settlement: world.system.save() }),
    ...(world.listed === null ? {} : { listed: world.listed.save([...payments.rows()].map((p) => payments.arrivalSeq[p]!)) }),
    ...(world.stress === null ? {} : { stress: world.stress.save(world) }),
    ...(world.config.end_of_day === undefined ? {} : { cancelled: [statistics.cancelled, statistics.cancelledValue] }),
    ...optionalChoices(world),
    statistics: statistics.save(),
  };
}

function optionalChoices({ releaseChoices }: World): Pick<State, 'release_choices'> {
  const saved = releaseChoices.save();
  return saved.length === 0 ? {} : { release_choices: saved };
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
    ...valuesOf(statistics, b),
  };
}

/** Not known where the simulation goes on from a snapshot of an earlier version. */
function valuesOf({ arrivedValueOf, settledValueOf }: World['statistics'], b: number): Partial<AgentState> {
  return Number.isNaN(arrivedValueOf[b]) ? {} : { arrived_value: arrivedValueOf[b]!, settled_value: settledValueOf[b]! };
}

/** Registers may hold numbers that JSON does not know. */
function numberText(value: number): AgentState['registers'][number][1] {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : (String(value) as 'NaN');
}
