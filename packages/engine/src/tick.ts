import type { TickResult } from '@simcash/protocol';
import { accrueCosts } from './costs/accrual.js';
import { endDay } from './end-of-day.js';
import { withdrawTimedCollateral } from './ledger/collateral-timers.js';
import { applyDailyChanges } from './ledger/daily-changes.js';
import { allocateLiquidity } from './ledger/liquidity-pool.js';
import { decideBanks } from './policy/bank-decisions.js';
import { decideCollateral } from './policy/collateral-decisions.js';
import { decideQueue1, decideQueue2 } from './policy/payment-decisions.js';
import { escalatePriorities } from './queues/escalation.js';
import { executeScenarioEvents } from './scenario-events/execute.js';
import { applyDeferredCredits } from './settlement/deferred-credits.js';
import { settleQueued } from './settlement/central.js';
import { settleReleased } from './settlement/entry.js';
import type { World } from './world.js';

/** Parts of a tick whose duration can be measured. */
export type TickPart = 'arrivals' | 'policy_eval' | 'rtgs_settlement' | 'rtgs_queue' | 'lsm' | 'cost_accrual';

/**
 * One tick, step by step in the order of spec 03 §4, cut where banks begin to decide about their own queues: up to there (phases 1 to
 * 8b). Returns the number of payments that arrived; null outside the opening hours. `measure` is told which part begins.
 */
export function beginTick(world: World, measure: (part: TickPart) => void): number | null {
  world.released = [];
  world.tickFriction = 0;

  measure('arrivals');
  beginDay(world);
  executeScenarioEvents(world);
  if (world.clock.isClosed) return null;
  let arrivals = 0;
  for (const source of world.sources) arrivals += source.arrive(world);

  measure('policy_eval');
  decideCollateral(world, 'strategic');
  decideBanks(world);
  withdrawTimedCollateral(world);
  world.stress?.outages.react(world);
  escalatePriorities(world);
  orderQueues(world);
  return arrivals;
}

/** The rest of the tick, from the banks' decisions on (phases 8c to 16). */
export function finishTick(world: World, arrivals: number | null, measure: (part: TickPart) => void): TickResult {
  if (arrivals === null) return closedTick(world, measure);
  decidePayments(world);

  measure('rtgs_settlement');
  const atEntry = settleReleased(world);
  const central = settleQueued(world, measure);

  measure('cost_accrual');
  decideCollateral(world, 'end_of_tick');
  applyDeferredCredits(world);
  const costs = accrueCosts(world);
  const penalties = world.clock.endsDay ? endDay(world) : 0;
  world.daily.sample(world);

  return {
    tick: world.clock.tick,
    num_arrivals: arrivals,
    num_settlements: atEntry + central.released + central.sets,
    num_lsm_releases: central.sets,
    total_cost: world.tickFriction + costs + penalties,
  };
}

/** Outside the opening hours nothing arrives, nobody decides, nothing settles and nothing costs; a day may end (spec 13 §2.2). */
function closedTick(world: World, measure: (part: TickPart) => void): TickResult {
  const { clock, deadlines, timers } = world;
  timers.defer(clock.tick);
  deadlines.defer(clock.tick);
  measure('cost_accrual');
  const penalties = clock.endsDay ? endDay(world) : 0;
  world.daily.sample(world);
  return { tick: clock.tick, num_arrivals: 0, num_settlements: 0, num_lsm_releases: 0, total_cost: penalties };
}

/** A new day: costs start from zero, banks bring in liquidity (phases 1 and 2; day 0 does so at construction). */
function beginDay(world: World): void {
  if (world.clock.startsDay) {
    world.costs.resetDay();
    applyDailyChanges(world);
    if (world.config.daily_liquidity_reallocation) allocateLiquidity(world);
  }
  world.system.beginTick(world);
}

/** The banks' own queues as the scenario has them ordered (phase 8b). */
function orderQueues({ banks, config, queue1 }: World): void {
  if (config.queue1_ordering !== 'priority_deadline') return;
  for (let b = 0; b < banks.count; b++) queue1.sortByPriorityAndDeadline(b);
}

/** Banks decide about their waiting payments, in their own queues and in the central one (phases 8c and 8d). */
function decidePayments(world: World): void {
  const { banks, queue1, stress } = world;
  if (stress?.outages.ofSystem) return;
  const withPayments: number[] = [];
  for (let b = 0; b < banks.count; b++) if (queue1.size[b]! > 0) withPayments.push(b);
  decideQueue1(world, withPayments);
  world.releaseChoices.clear();
  decideQueue2(world);
}
