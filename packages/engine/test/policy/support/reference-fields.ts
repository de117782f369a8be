import type { AgentState, TransactionDetails } from '@simcash/protocol';
import type { EngineConfig, Simulation } from '../../../src/index.js';
import type { TreeKind } from '../../../src/policy/document.js';
import { expOfMinus } from './numbers.js';

/** What can be asked of a simulation from outside at one moment, copied. */
export interface State {
  tick: number;
  config: EngineConfig;
  agents: Map<string, AgentState>;
  queue1: Map<string, TransactionDetails[]>;
  queue2: TransactionDetails[];
  /** The central queue as it was when its index was last published. */
  index: TransactionDetails[];
  transactions: TransactionDetails[];
  registers: Map<string, Map<string, number>>;
}

/** Reads the state between two ticks; `tick` is the one that its reader is in. */
export function stateOf(simulation: Simulation, tick = simulation.currentTick): State {
  const transactions = simulation.transactions();
  const byId = new Map(transactions.map((transaction) => [transaction.tx_id, transaction]));
  const details = (ids: readonly string[]): TransactionDetails[] => ids.map((id) => byId.get(id)!);
  const { agentIds } = simulation;
  const queue2 = details(simulation.queue2());
  return {
    tick,
    config: simulation.config,
    agents: new Map(agentIds.map((id) => [id, simulation.agent(id)])),
    queue1: new Map(agentIds.map((id) => [id, details(simulation.queue1(id))])),
    queue2,
    index: queue2,
    transactions,
    registers: new Map(agentIds.map((id) => [id, new Map(simulation.agentRegisters(id))])),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);
const flag = (condition: boolean): number => (condition ? 1 : 0);

/** `pen(mode, x)` of spec 06 §6.1. */
function penalty(rule: EngineConfig['cost_rates']['deadline_penalty'], x: number): number {
  if (rule.mode === 'fixed') return rule.amount;
  const bps = rule.bps_per_event;
  if (!Number.isFinite(bps) || bps < 0) return 0;
  return Number((BigInt(Math.abs(x)) * BigInt(Math.trunc(bps * 1e6))) / 10n ** 10n);
}

/** FNV-1a of 64 bits over the UTF-8 bytes, as a double. */
export function fnv1a(text: string): number {
  let hash = 14695981039346656037n;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 1099511628211n) % 2n ** 64n;
  return Number(hash);
}

/** The pressure index for `n` queued payments of `banks` banks. */
export function pressureIndex(n: number, banks: number): number {
  if (n === 0 || banks === 0) return 0;
  const x = n / (10 * banks);
  return Math.min(1 / (1 + expOfMinus(2 * x)), 1);
}

/** All fields of a kind of tree, computed from the formulas of spec 06 §6.2 alone. */
export function referenceFields(state: State, agentId: string, kind: TreeKind, txId?: string): Map<string, number> {
  const fields = new Map<string, number>();
  const set = (values: Record<string, number>): void =>
    Object.entries(values).forEach(([name, value]) => fields.set(name, value));
  set(commonFields(state, agentId, kind, txId));
  if (kind === 'payment') set(paymentFields(state, agentId, txId!));
  if (kind !== 'bank') set(rankedFields(state, agentId));
  for (const [key, value] of state.registers.get(agentId)!) fields.set(key, value);
  return fields;
}

function paymentFields(state: State, agentId: string, txId: string): Record<string, number> {
  const { config, queue2, tick } = state;
  const rates = config.cost_rates;
  const tx = state.transactions.find(({ tx_id }) => tx_id === txId)!;
  const out = sum(
    queue2.filter((q) => q.sender_id === agentId && q.receiver_id === tx.receiver_id).map((q) => q.remaining_amount),
  );
  const incoming = sum(
    queue2.filter((q) => q.sender_id === tx.receiver_id && q.receiver_id === agentId).map((q) => q.remaining_amount),
  );
  const overdue = tx.status === 'Overdue';
  return {
    amount: tx.amount,
    remaining_amount: tx.remaining_amount,
    settled_amount: tx.amount - tx.remaining_amount,
    arrival_tick: tx.arrival_tick,
    deadline_tick: tx.deadline_tick,
    priority: tx.priority,
    is_split: flag(tx.parent_tx_id !== null),
    is_past_deadline: flag(tick > tx.deadline_tick),
    is_overdue: flag(overdue),
    overdue_duration: overdue ? Math.max(tick - tx.overdue_since_tick!, 0) : 0,
    is_in_queue2: flag(tx.rtgs_priority !== null),
    ticks_to_deadline: tx.deadline_tick - tick,
    queue_age: Math.max(tick - tx.arrival_tick, 0),
    is_time_critical: 0,
    counterparty_in_outage: 0,
    ticks_since_counterparty_outage: -1,
    exposure_to_counterparty: 0,
    cost_delay_this_tx_one_tick: tx.remaining_amount * rates.delay_cost_per_tick_per_cent,
    cost_overdraft_this_amount_one_tick: (rates.overdraft_bps_per_tick / 10000.0) * tx.remaining_amount,
    my_q2_out_value_to_counterparty: out,
    my_q2_in_value_from_counterparty: incoming,
    my_bilateral_net_q2: out - incoming,
    tx_counterparty_id: fnv1a(tx.receiver_id),
    tx_is_top_counterparty: 0,
  };
}

function commonFields(state: State, agentId: string, kind: TreeKind, txId: string | undefined): Record<string, number> {
  const { config, index, queue2, tick } = state;
  const rates = config.cost_rates;
  const agent = state.agents.get(agentId)!;
  const settings = config.agent_configs.find(({ id }) => id === agentId)!;
  const bal = agent.balance;
  const cap = agent.unsecured_cap;
  const post = agent.posted_collateral;
  const h = settings.collateral_haircut ?? 0.02;
  const k = Math.max(1.0 - h, 0.0);
  const used = Math.max(-bal, 0);
  const coll = Math.floor(post * k);
  const limit = coll + cap;
  const avail = Math.max(bal, 0) + Math.max(cap + coll - used, 0);
  const maxcap = settings.max_collateral_capacity ?? 10 * cap;
  const queue1 = state.queue1.get(agentId)!;
  const q1val = sum(queue1.map((q) => q.remaining_amount));
  const own = index.filter((q) => q.sender_id === agentId);
  const nearest = Math.min(...own.map((q) => q.deadline_tick));
  const total = bal + cap + post;
  const required = h < 1 ? Math.ceil((used - Math.min(cap, used)) / k) : 0;
  const tpd = config.ticks_per_day;
  const tid = tick % tpd;
  const progress = tid / tpd;
  const sent = state.transactions.filter((tx) => tx.sender_id === agentId);
  const created = sum(sent.map((tx) => tx.amount));
  const settled = sum(sent.map((tx) => tx.amount - tx.remaining_amount));
  const throughput = created === 0 ? 0 : settled / created;
  const tx = txId === undefined ? undefined : state.transactions.find(({ tx_id }) => tx_id === txId);
  const penalised = { payment: [tx?.amount, tx?.remaining_amount], collateral: [1, 1], bank: [0, 0] }[kind] as [number, number];
  return {
    balance: bal,
    credit_limit: cap,
    unsecured_cap: cap,
    credit_used: used,
    credit_headroom: cap - used,
    effective_liquidity: bal + (cap - used),
    available_liquidity: avail,
    is_using_credit: flag(bal < 0),
    liquidity_buffer: 0,
    liquidity_pressure: total === 0 ? 1.0 : 1.0 - Math.max(bal, 0) / total,
    is_overdraft_capped: 1,
    incoming_expected_count: 0,
    outgoing_queue_size: queue1.length,
    queue1_total_value: q1val,
    queue1_liquidity_gap: Math.max(q1val - avail, 0),
    headroom: avail - q1val,
    rtgs_queue_size: queue2.length,
    queue2_size: queue2.length,
    rtgs_queue_value: sum(queue2.map((q) => q.remaining_amount)),
    queue2_count_for_agent: own.length,
    queue2_nearest_deadline: own.length === 0 ? 18446744073709551616 : nearest,
    ticks_to_nearest_queue2_deadline: own.length === 0 ? Infinity : Math.max(nearest - tick, 0),
    system_queue2_pressure_index: pressureIndex(queue2.length, config.agent_configs.length),
    posted_collateral: post,
    max_collateral_capacity: maxcap,
    remaining_collateral_capacity: maxcap - post,
    collateral_utilization: maxcap > 0 ? post / maxcap : 0,
    collateral_haircut: h,
    allowed_overdraft_limit: limit,
    overdraft_headroom: limit - used,
    overdraft_utilization: limit > 0 ? used / limit : 0,
    required_collateral_for_usage: required,
    excess_collateral: Math.max(post - required, 0),
    cost_overdraft_bps_per_tick: rates.overdraft_bps_per_tick,
    cost_delay_per_tick_per_cent: rates.delay_cost_per_tick_per_cent,
    cost_collateral_bps_per_tick: rates.collateral_cost_per_tick_bps,
    cost_split_friction: rates.split_friction_cost,
    cost_deadline_penalty: penalty(rates.deadline_penalty, penalised[0]),
    cost_eod_penalty: penalty(rates.eod_penalty, penalised[1]),
    current_tick: tick,
    total_agents: config.agent_configs.length,
    system_ticks_per_day: tpd,
    system_current_day: Math.floor(tick / tpd),
    system_tick_in_day: tid,
    ticks_remaining_in_day: Math.max(tpd - tid - 1, 0),
    day_progress_fraction: progress,
    is_eod_rush: flag(progress >= config.eod_rush_threshold),
    my_throughput_fraction_today: throughput,
    expected_throughput_fraction_by_now: progress,
    throughput_gap: throughput - progress,
  };
}

function rankedFields({ queue2 }: State, agentId: string): Record<string, number> {
  const outgoing = new Map<string, number>();
  const incoming = new Map<string, number>();
  const net = new Map<string, number>();
  const add = (map: Map<string, number>, id: string, value: number): void => void map.set(id, (map.get(id) ?? 0) + value);
  for (const { sender_id: from, receiver_id: to, remaining_amount: value } of queue2) {
    if (from === agentId) {
      add(outgoing, to, value);
      add(net, to, value);
    }
    if (to === agentId) {
      add(incoming, from, value);
      add(net, from, -value);
    }
  }
  const ranked = (map: Map<string, number>): [string, number][] =>
    [...map].sort(([a, x], [b, y]) => Math.abs(y) - Math.abs(x) || (a < b ? -1 : 1));
  const [out, into, netted] = [ranked(outgoing), ranked(incoming), ranked(net)];
  const fields: Record<string, number> = { lsm_run_rate_last_10_ticks: 0, system_throughput_guidance_fraction_by_tick: 0 };
  for (let rank = 1; rank <= 5; rank++) {
    const first = out[rank - 1];
    fields[`my_q2_out_value_top_${rank}`] = first?.[1] ?? 0;
    fields[`top_cpty_${rank}_id_hash`] = first === undefined ? 0 : fnv1a(first[0]);
    fields[`my_q2_in_value_top_${rank}`] = into[rank - 1]?.[1] ?? 0;
    fields[`my_bilateral_net_q2_top_${rank}`] = netted[rank - 1]?.[1] ?? 0;
  }
  return fields;
}
