import type { EventOf, EventType, RtgsPriority, SimulationEvent } from '@simcash/protocol';
import { createWorld } from '../../../src/creation.js';
import { readScenario, Simulation, type PolicyConfig, type SimulationOptions } from '../../../src/index.js';
import type { PolicyDocument } from '../../../src/policy/document.js';
import { resolvedScenario } from '../../../src/scenario/resolve.js';
import type { World } from '../../../src/world.js';
import { HOLD, RELEASE, paying } from './documents.js';

/** A bank of a small scenario. */
export interface Bank {
  id: string;
  balance?: number;
  cap?: number;
  policy?: PolicyDocument | PolicyConfig;
  posted?: number;
  haircut?: number;
  capacity?: number;
  arrivals?: Record<string, unknown>;
  pool?: number;
}

/** An engine configuration: no liquidity saving and no costs unless asked for. */
export function scenario(banks: readonly Bank[], settings: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ticks_per_day: 10,
    num_days: 10,
    rng_seed: 7,
    cost_rates: {
      overdraft_bps_per_tick: 0,
      delay_cost_per_tick_per_cent: 0,
      collateral_cost_per_tick_bps: 0,
      eod_penalty: 0,
      deadline_penalty: 0,
      split_friction_cost: 0,
    },
    lsm_config: { enable_bilateral: false, enable_cycles: false },
    ...settings,
    agent_configs: banks.map(agentConfig),
  };
}

function agentConfig(bank: Bank): Record<string, unknown> {
  return {
    id: bank.id,
    opening_balance: bank.balance ?? 0,
    unsecured_cap: bank.cap ?? 0,
    policy: policyConfig(bank.policy ?? paying(HOLD)),
    ...(bank.posted === undefined ? {} : { posted_collateral: bank.posted }),
    ...(bank.haircut === undefined ? {} : { collateral_haircut: bank.haircut }),
    ...(bank.capacity === undefined ? {} : { max_collateral_capacity: bank.capacity }),
    ...(bank.arrivals === undefined ? {} : { arrival_config: bank.arrivals }),
    ...(bank.pool === undefined ? {} : { liquidity_pool: bank.pool }),
  };
}

export function policyConfig(policy: PolicyDocument | PolicyConfig): PolicyConfig {
  return 'type' in policy ? policy : { type: 'FromJson', json: JSON.stringify(policy) };
}

/** A simulation of such a scenario. */
export function simulate(
  banks: readonly Bank[],
  settings: Record<string, unknown> = {},
  options: SimulationOptions = {},
): Simulation {
  return Simulation.create(readScenario(scenario(banks, settings)), options);
}

/** A simulation together with the state that policy contexts read. */
export function openWorld(config: Record<string, unknown>): { simulation: Simulation; world: World } {
  const world = createWorld(resolvedScenario(readScenario(config)).config, () => {});
  return { simulation: Reflect.construct(Simulation, [world, {}]) as Simulation, world };
}

/** Bank A with a policy and a counterparty B that pays everything at once. */
export function pair(
  policy: PolicyDocument | PolicyConfig,
  a: Partial<Bank> = {},
  settings: Record<string, unknown> = {},
): Simulation {
  return simulate(
    [
      { id: 'A', balance: 1_000_000, ...a, policy },
      { id: 'B', policy: paying(RELEASE) },
    ],
    settings,
  );
}

/** Submits a payment; the deadline is absolute. */
export function pay(
  simulation: Simulation,
  sender: string,
  receiver: string,
  amount: number,
  {
    deadline = simulation.currentTick + 50,
    priority = 5,
    rtgs,
  }: { deadline?: number; priority?: number; rtgs?: RtgsPriority } = {},
): string {
  return simulation.submitTransaction({
    sender,
    receiver,
    amount,
    deadline_tick: deadline,
    priority,
    divisible: false,
    ...(rtgs === undefined ? {} : { rtgs_priority: rtgs }),
  });
}

/** Events of a type, in log order. */
export function eventsOf<T extends EventType>(simulation: Simulation, type: T): EventOf<T>[] {
  return [...simulation.events].filter((event): event is SimulationEvent & EventOf<T> => event.event_type === type);
}

/** Runs a tick and returns its events, what was submitted before it included. */
export function tickEvents(simulation: Simulation): SimulationEvent[] {
  const { tick } = simulation.tick();
  return simulation.events.ofTick(tick);
}

/** Events of a tick without the arrivals submitted before it and the day's end. */
export function decisions(simulation: Simulation): SimulationEvent[] {
  const events = tickEvents(simulation);
  const first = events.findIndex(({ event_type }) => event_type !== 'Arrival');
  return first < 0 ? [] : events.slice(first).filter(({ event_type }) => event_type !== 'EndOfDay');
}

/** Types of events. */
export const types = (events: readonly SimulationEvent[]): EventType[] => events.map(({ event_type }) => event_type);

/** The message of the error that a tick fails with, null if it does not fail. */
export function failureOf(simulation: Simulation): string | null {
  try {
    simulation.tick();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
