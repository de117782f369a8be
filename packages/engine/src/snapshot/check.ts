import { generatorOf } from '../arrivals/generator.js';
import { CEILINGS } from '../ceilings.js';
import { byCodePoint } from '@simcash/protocol';
import { STATISTICS } from '../metrics/statistics.js';
import type { AgentConfig, EngineConfig } from '../scenario/config.js';
import { checkPayments, field, isOpen, type HeldPayments } from './check-payments.js';
import { checkStress } from './check-stress.js';
import { checkSums } from './check-sums.js';
import { refuse } from './read.js';
import type { AgentState, State } from './state.js';

/**
 * Checks what the parts of a snapshot say of each other and of the configuration: references, queues, families of split payments,
 * sums, and that no money came or went. One pass over each part.
 *
 * @throws SnapshotError naming the place
 */
export function checkState(state: State, config: EngineConfig): void {
  checkHeader(state, config);
  checkGenerators(state, config);
  const payments = checkPayments(state);
  const configured = new Map(config.agent_configs.map((agent) => [agent.id, agent]));
  state.agents.forEach((agent, b) => checkAgent(state, configured.get(agent.id)!, config.ticks_per_day, agent, b, payments));
  checkArrivals(state, config);
  checkSettlement(state, config);
  checkStress(state, config);
  checkStatistics(state);
  checkSums(state, config);
  checkConservation(state, config);
}

function checkHeader(state: State, config: EngineConfig): void {
  const { agents, arrivals, current_day: day, current_tick: tick } = state;
  if (day !== Math.floor(tick / config.ticks_per_day)) refuse(['current_day'], `is not the day of tick ${tick}`);
  const ids = config.agent_configs.map(({ id }) => id).sort(byCodePoint);
  if (agents.length !== ids.length) refuse(['agents'], `has ${agents.length} banks where the scenario has ${ids.length}`);
  agents.forEach(({ id }, b) => id === ids[b] || refuse(['agents', b, 'id'], `must be ${ids[b]}`));
  if (arrivals.length !== ids.length) refuse(['arrivals'], `has ${arrivals.length} banks where the scenario has ${ids.length}`);
}

function checkGenerators({ agents, random_streams: own, rng_seed: shared }: State, config: EngineConfig): void {
  const { stateBits } = generatorOf(config);
  const check = (state: string, where: (string | number)[]): void => {
    if (BigInt(state) >= 2n ** BigInt(stateBits)) refuse(where, `is more than ${stateBits} bits`);
  };
  check(shared, ['rng_seed']);
  const expected = config.random_streams === 'per_bank' ? agents.length : undefined;
  if (own?.length !== expected) refuse(['random_streams'], `must have ${expected ?? 'no'} states`);
  own?.forEach((state, b) => check(state, ['random_streams', b]));
}

function checkAgent(
  state: State,
  configured: AgentConfig,
  ticksPerDay: number,
  agent: AgentState,
  b: number,
  payments: HeldPayments,
): void {
  const about = (key: keyof AgentState, why: string): never => refuse(['agents', b, key], why);
  const { current_tick: tick } = state;
  if (agent.collateral_posted_at_tick > tick) about('collateral_posted_at_tick', 'is in the future');
  const partners = agent.outflows.map(([counterparty]) => counterparty);
  if (partners.some((partner, i) => partner >= state.agents.length || (i > 0 && partner <= partners[i - 1]!)))
    about('outflows', 'must name banks in ascending order');
  if (!Number.isSafeInteger(sum(agent.outflows.map(([, cents]) => cents)))) about('outflows', 'are out of range');
  const due = agent.timers.map(([at]) => at);
  if (due.some((at, i) => i > 0 && at <= due[i - 1]!)) about('timers', 'must be in ascending order');
  if (agent.timers.some(([, timers]) => timers.some(({ postedAt }) => postedAt > tick)))
    about('timers', 'were set in the future');
  if (new Set(agent.registers.map(([key]) => key)).size < agent.registers.length) about('registers', 'name one key twice');
  checkIndex(agent, b, payments);
  const firstDay = tick <= ticksPerDay;
  agent.day_costs.forEach(
    (cents, i) => !firstDay || cents === agent.run_costs[i]! || about('run_costs', 'are not those of the first day'),
  );
  if (tick < ticksPerDay && agent.past_counters.some((n) => n > 0)) about('past_counters', 'count days that are not over');
  agent.day_costs.forEach((cents, i) => cents <= agent.run_costs[i]! || about('day_costs', 'are more than the costs of the run'));
  const [opening, lowest, highest] = agent.open_day as [number, number, number];
  if (!agent.open_day.every(Number.isInteger)) about('open_day', 'must be whole numbers');
  // Before tick 0 a pool has brought in money since the day was opened.
  const balance = tick === 0 ? opening : agent.balance;
  if (!(lowest <= Math.min(opening, balance) && Math.max(opening, balance) <= highest))
    about('open_day', 'does not span the balance');
  const capacity = configured.max_collateral_capacity ?? agent.open_day[3]! * 10;
  if (agent.open_day[4] !== capacity) about('open_day', 'has another capacity for collateral than the scenario');
  if (!agent.open_day.every((value, i) => i === 4 || Number.isSafeInteger(value))) about('open_day', 'is out of range');
  if (agent.open_day.slice(3, 10).some((value) => value < 0)) about('open_day', 'must not be negative');
  if (tick === 0 ? agent.open_day[10] !== Number.MAX_SAFE_INTEGER : agent.open_day[10]! > agent.balance)
    about('open_day', 'has a lowest balance above the balance');
  if (agent.open_day[6]! < agent.open_day[5]!) about('open_day', 'has a peak of collateral below the opening');
  if (agent.open_day[9]! < agent.allocated_liquidity) about('allocated_liquidity', 'is more than was brought in');
  if (agent.settled_amount > agent.created_amount) about('settled_amount', 'is more than created_amount');
}

/** The central queue's index lists open payments of its bank, those that wait there in their order. */
function checkIndex(agent: AgentState, b: number, payments: HeldPayments): void {
  const { queue2_index: index, queue2_index_deadline: deadline } = agent;
  const about = (why: string): never => refuse(['agents', b, 'queue2_index'], why);
  if (new Set(index).size < index.length) about('names a payment twice');
  const listed = index.map((number) => payments.get(number));
  if (listed.some((payment) => payment === undefined || field(payment, 'sender') !== b || !isOpen(payment)))
    about('must name open payments of this bank');
  const earliest = listed.reduce((first, payment) => Math.min(first, field(payment!, 'deadlineTick')), Infinity);
  if (earliest !== (deadline ?? Infinity))
    refuse(['agents', b, 'queue2_index_deadline'], 'is not the earliest deadline of the index');
}

/** The memory of the central system fits the settlement design. */
function checkSettlement({ agents, current_tick: tick, settlement }: State, config: EngineConfig): void {
  const design = config.settlement;
  if ((settlement === undefined) !== (design === undefined)) return refuse(['settlement'], 'goes with a settlement design');
  if (settlement === undefined || design === undefined) return;
  const about =
    (...path: PropertyKey[]): ((why: string) => never) =>
    (why) =>
      refuse(['settlement', ...path], why);
  if ((settlement.reserved === null) !== (design.reservations.length === 0)) about('reserved')('goes with reservations');
  settlement.reserved?.forEach(
    (column, k) => column.length === agents.length || about('reserved', k)('must have one entry per bank'),
  );
  const windows = new Set(
    design.runs.flatMap(({ algorithms }) => algorithms.flatMap((one) => (one.type === 'receipt_reactive' ? [one.window] : []))),
  );
  if (JSON.stringify([...windows]) !== JSON.stringify(settlement.receipts.map(({ window }) => window)))
    return about('receipts')('must be the windows of the design');
  settlement.receipts.forEach(({ entries, room, window }, i) => {
    if (room.length !== agents.length) about('receipts', i, 'room')('must have one entry per bank');
    if (entries.some(([at, bank], k) => at >= tick || bank >= agents.length || (k > 0 && at < entries[k - 1]![0])))
      about('receipts', i, 'entries')('must be of past ticks, in order');
    const sums = new Array<number>(agents.length).fill(0);
    for (const [, bank, amount] of entries) sums[bank]! += amount;
    if (window !== 'day' && sums.some((sum, b) => sum !== room[b]))
      about('receipts', i, 'room')('is not what its entries come to');
  });
}

function checkArrivals(state: State, config: EngineConfig): void {
  const agents = new Map(config.agent_configs.map((agent) => [agent.id, agent]));
  state.arrivals.forEach((streams, b) => {
    const { arrival_bands: bands, arrival_config: single } = agents.get(state.agents[b]!.id)!;
    const expected = bands ? Object.values(bands).filter((band) => band !== undefined).length : single ? 1 : 0;
    if (streams.length !== expected) refuse(['arrivals', b], `must have ${expected} streams`);
    streams.forEach((stream, i) => {
      const path = ['arrivals', b, i];
      if (stream.rate > CEILINGS.arrivals_per_bank_and_tick) refuse([...path, 'rate'], 'is more than may be');
      if (stream.deadline_min < 0 || stream.deadline_max < stream.deadline_min) refuse(path, 'has no window of deadlines');
    });
  });
}

/** The counts of the run against those of the banks and the payments that are held. */
function checkStatistics(state: State): void {
  const about = (name: (typeof STATISTICS)[number], why: string): never =>
    refuse(['statistics', STATISTICS.indexOf(name)], `${name} ${why}`);
  const of = (name: (typeof STATISTICS)[number]): number => state.statistics[STATISTICS.indexOf(name)]!;
  const { agents, last_transaction: last, transactions } = state;
  if (of('arrivals') + of('children') !== last) about('arrivals', `and children are not the ${last} payments of the run`);
  for (const [part, whole] of [
    ['settledArrivals', 'arrivals'],
    ['settledChildren', 'children'],
    ['effectivelySettled', 'arrivals'],
    ['offsetPayments', 'arrivals'],
    ['maxDelay', 'totalDelay'],
  ] as const)
    if (of(part) > of(whole)) about(part, `is more than ${whole}`);
  if (of('totalDelay') > of('maxDelay') * of('effectivelySettled')) about('totalDelay', 'is more than maxDelay each');
  if (of('offsetPayments') > 0 && of('offsetOperations') === 0) about('offsetOperations', 'have settled payments');
  if (state.event_count < last) refuse(['event_count'], 'is less than the number of payments');
  if (of('maxDelay') > state.current_tick) about('maxDelay', 'is longer than the run');
  // Day by day: arrivals, sent, received, settled, dropped, two of collateral, dropped value.
  const counted = (i: number): number =>
    sum(agents.map(({ day_counters, past_counters }) => day_counters[i]! + past_counters[i]!));
  if (counted(0) !== of('arrivals')) about('arrivals', 'is not the sum of the banks’ counters');
  if (counted(1) !== counted(2)) refuse(['agents'], 'have sent and received different numbers of payments');
  if (counted(3) !== of('effectivelySettled')) about('effectivelySettled', 'is not the sum of the banks’ counters');
  if (counted(4) !== of('dropped')) about('dropped', 'is not the sum of the banks’ counters');
  if (counted(7) !== of('droppedValue')) about('droppedValue', 'is not the sum of the banks’ counters');
  for (const [column, total] of [
    ['arrived_value', 'arrivedValue'],
    ['settled_value', 'settledValue'],
  ] as const) {
    const known = agents.map((agent) => agent[column]).filter((value) => value !== undefined);
    if (known.length > 0 && (known.length < agents.length || sum(known) !== of(total)))
      refuse(['agents'], `have ${column} that do not add up to ${total}`);
  }
  // What was let go had been paid; what is held and unpaid must be among what was created and not settled.
  const unpaid = new Array<number>(agents.length).fill(0);
  for (const payment of transactions) unpaid[field(payment, 'sender')]! += field(payment, 'remaining');
  agents.forEach(({ created_amount: created, settled_amount: settled }, b) => {
    if (created - settled < unpaid[b]!) refuse(['agents', b, 'created_amount'], 'is less than what is paid and open');
  });
}

/** Payments and transfers move money; nothing makes it but what banks bring in from their pools, and shocks. */
function checkConservation(state: State, config: EngineConfig): void {
  // Balances that accounts have set on a later day say nothing about what there was before.
  const isPast = (day: number): boolean => day * config.ticks_per_day < state.current_tick;
  if (config.accounts?.rows.some(({ day, opening_balance: set }) => set !== undefined && isPast(day))) return;
  const expected =
    config.agent_configs.reduce((total, { opening_balance }) => total + BigInt(opening_balance), 0n) +
    state.agents.reduce((total, { allocated_liquidity }) => total + BigInt(allocated_liquidity), 0n) +
    (state.stress?.shocked ?? []).reduce((total, cents) => total + BigInt(cents), 0n);
  const found = state.agents.reduce((total, { balance }) => total + BigInt(balance), 0n);
  if (found !== expected) refuse(['agents'], `hold ${found} cents together where ${expected} came in`);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
