import { AgentNotFoundError, InvalidConfigError } from '../errors.js';
import { submitPayment } from '../payments/submission.js';
import type { ScenarioEvent } from '../scenario/config.js';
import type { World } from '../world.js';
import { detailsJson, Double } from './details.js';

type EventOf<T extends ScenarioEvent['type']> = Extract<ScenarioEvent, { type: T }>;

/** Executes the scenario events due in this tick, in the order of the scenario (tick phase 3; spec 02 Part B). */
export function executeScenarioEvents(world: World): void {
  world.stress?.endWindows(world);
  for (const event of world.scenarioEvents.due(world.clock.tick)) execute(world, event);
}

function execute(world: World, event: ScenarioEvent): void {
  switch (event.type) {
    case 'DirectTransfer':
      return transfer(world, event);
    case 'CustomTransactionArrival':
      return submitCustomTransaction(world, event);
    case 'CollateralAdjustment':
      return adjustUnsecuredCap(world, event);
    case 'GlobalArrivalRateChange':
      return changeAllRates(world, event);
    case 'AgentArrivalRateChange':
      return changeAgentRate(world, event);
    case 'CounterpartyWeightChange':
      return changeWeight(world, event);
    case 'DeadlineWindowChange':
      return changeDeadlineWindow(world, event);
    case 'ScheduledSettlement':
      return settleScheduled(world, event);
    case 'ParticipantOutage':
    case 'SystemOutage':
    case 'LiquidityShock':
    case 'PaymentDelay':
      return world.stress!.begin(world, event);
  }
}

/** Moves a balance unconditionally: no liquidity or limit check, never deferred (spec 02 §12.1). */
function transfer(world: World, { from_agent, to_agent, amount }: EventOf<'DirectTransfer'>): void {
  const from = existingAgent(world, from_agent);
  const to = existingAgent(world, to_agent);
  world.banks.adjust(from, -amount);
  world.banks.adjust(to, amount);
  world.log.scenarioEventExecuted('direct_transfer', detailsJson({ amount, from_agent, to_agent }));
}

/** Submits a payment; the logged deadline is the uncapped one (Quirk Q205). */
function submitCustomTransaction(world: World, event: EventOf<'CustomTransactionArrival'>): void {
  const { from_agent, to_agent, amount, priority = 5, is_divisible = false } = event;
  const { clock } = world;
  const deadline = clock.tick + (event.deadline ?? Math.max(Math.floor(clock.ticksPerDay / 10), 5));
  const p = submitPayment(world, {
    sender: from_agent,
    receiver: to_agent,
    amount,
    deadline_tick: deadline,
    priority,
    divisible: is_divisible,
  });
  const details = { amount, deadline, from_agent, is_divisible, priority, to_agent, tx_id: world.payments.id(p) };
  world.log.scenarioEventExecuted('custom_transaction_arrival', detailsJson(details));
}

/** Despite its name this changes the unsecured cap (Quirk Q206). */
function adjustUnsecuredCap(world: World, { agent, delta }: EventOf<'CollateralAdjustment'>): void {
  const { banks } = world;
  const b = existingAgent(world, agent);
  const cap = banks.unsecuredCap[b]!;
  if (cap + delta < 0) {
    throw new InvalidConfigError(`Scenario event failed: Credit limit cannot go negative (current: ${cap}, delta: ${delta})`);
  }
  const posted = banks.postedCollateral[b]!;
  banks.setUnsecuredCap(b, cap + delta);
  // No collateral moves, only the capacity that follows the cap: a `hold` record keeps the trace.
  world.recordCollateral(b, 'hold', 0, 'CollateralAdjustment', 'scenario', posted);
  world.log.scenarioEventExecuted('collateral_adjustment', detailsJson({ agent, delta }));
}

function changeAllRates(world: World, { multiplier }: EventOf<'GlobalArrivalRateChange'>): void {
  checkRateMultiplier(multiplier);
  if (!world.arrivals.exists) return;
  world.arrivals.multiplyAllRates(multiplier);
  world.log.scenarioEventExecuted('global_arrival_rate_change', detailsJson({ multiplier: new Double(multiplier) }));
}

function changeAgentRate(world: World, { agent, multiplier }: EventOf<'AgentArrivalRateChange'>): void {
  checkRateMultiplier(multiplier);
  const b = world.banks.indexOf(agent);
  const oldRate = b < 0 ? null : world.arrivals.rate(b);
  if (oldRate === null) return;
  world.arrivals.scaleRate(b, multiplier);
  const details = {
    agent,
    multiplier: new Double(multiplier),
    new_rate: new Double(world.arrivals.rate(b)!),
    old_rate: new Double(oldRate),
  };
  world.log.scenarioEventExecuted('agent_arrival_rate_change', detailsJson(details));
}

/** Logged even when the bank has no weights to change; `auto_balance_others` has no effect (Quirk Q208). */
function changeWeight(world: World, event: EventOf<'CounterpartyWeightChange'>): void {
  const { agent, counterparty, new_weight, auto_balance_others } = event;
  if (new_weight < 0) throw new InvalidConfigError('Counterparty weight cannot be negative');
  if (!world.arrivals.exists) return;
  const b = world.banks.indexOf(agent);
  if (b >= 0) world.arrivals.setWeight(b, counterparty, new_weight);
  const details = { agent, auto_balance_others, counterparty, new_weight: new Double(new_weight) };
  world.log.scenarioEventExecuted('counterparty_weight_change', detailsJson(details));
}

function changeDeadlineWindow(world: World, event: EventOf<'DeadlineWindowChange'>): void {
  const { min_ticks_multiplier: min, max_ticks_multiplier: max } = event;
  if ((min !== undefined && min <= 0) || (max !== undefined && max <= 0)) {
    throw new InvalidConfigError('Deadline multiplier must be positive');
  }
  if (!world.arrivals.exists) return;
  world.arrivals.scaleDeadlines(min, max);
  const asDouble = (x: number | undefined): Double | null => (x === undefined ? null : new Double(x));
  const details = { max_ticks_multiplier: asDouble(max), min_ticks_multiplier: asDouble(min) };
  world.log.scenarioEventExecuted('deadline_window_change', detailsJson(details));
}

/** A settlement without transaction: bypasses limits, outflows and deferral (Quirk Q211). */
function settleScheduled(world: World, { from_agent, to_agent, amount }: EventOf<'ScheduledSettlement'>): void {
  const { banks, clock, log } = world;
  const from = banks.indexOf(from_agent);
  const to = banks.indexOf(to_agent);
  if (from < 0) throw new AgentNotFoundError(from_agent);
  if (to < 0) throw new AgentNotFoundError(to_agent);
  if (amount <= 0) throw new InvalidConfigError(`ScheduledSettlement amount must be positive, got ${amount}`);
  const reason = whyNotScheduled(world, from, to, amount);
  if (reason !== null) {
    const details = { amount, from_agent, reason, settled: false, to_agent };
    log.scenarioEventExecuted('scheduled_settlement', detailsJson(details));
    return;
  }
  const before = banks.balance[from]!;
  banks.adjust(from, -amount);
  banks.adjust(to, amount);
  const id = `scheduled_settlement_${from_agent}_${to_agent}_${amount}_${clock.tick}`;
  log.scheduledSettlement(id, from, to, amount, before, banks.balance[from]!);
  log.scenarioEventExecuted('scheduled_settlement', detailsJson({ amount, from_agent, settled: true, to_agent }));
}

/** What keeps a scheduled settlement from taking place; null if nothing does. */
function whyNotScheduled({ banks, clock, stress }: World, from: number, to: number, amount: number): string | null {
  if (stress?.outages.isSystemOut(clock.tick)) return 'system_outage';
  if (stress?.outages.isBlocking(banks.ids[to]!, clock.tick)) return 'participant_outage';
  return banks.canPay(from, amount) ? null : 'insufficient_liquidity';
}

function existingAgent(world: World, id: string): number {
  const b = world.banks.indexOf(id);
  if (b < 0) throw new InvalidConfigError(`Scenario event failed: Agent not found: ${id}`);
  return b;
}

function checkRateMultiplier(multiplier: number): void {
  if (multiplier <= 0) throw new InvalidConfigError('Arrival rate multiplier must be positive');
}
