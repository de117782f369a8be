import type { TickResult } from '@simcash/protocol';
import { accrueCosts } from './costs/accrual.js';
import { endDay } from './end-of-day.js';
import { withdrawTimedCollateral } from './ledger/collateral-timers.js';
import { allocateLiquidity } from './ledger/liquidity-pool.js';
import { decideBanks } from './policy/bank-decisions.js';
import { decideCollateral } from './policy/collateral-decisions.js';
import { decideQueue1, decideQueue2 } from './policy/payment-decisions.js';
import { escalatePriorities } from './queues/escalation.js';
import { executeScenarioEvents } from './scenario-events/execute.js';
import { applyDeferredCredits } from './settlement/deferred-credits.js';
import { settleReleased } from './settlement/immediate.js';
import { runLsm } from './settlement/lsm.js';
import { retryQueue2 } from './settlement/retry.js';
import type { World } from './world.js';

/** Parts of a tick whose duration can be measured. */
export type TickPart = 'arrivals' | 'policy_eval' | 'rtgs_settlement' | 'rtgs_queue' | 'lsm' | 'cost_accrual';

/** One tick, step by step in the order of spec 03 §4. `measure` is told which part begins. */
export function runTick(world: World, measure: (part: TickPart) => void): TickResult {
  world.released = [];
  world.tickFriction = 0;

  measure('arrivals');
  beginDay(world);
  executeScenarioEvents(world);
  const arrivals = generateArrivals(world);

  measure('policy_eval');
  decideCollateral(world, 'strategic');
  decideBanks(world);
  withdrawTimedCollateral(world);
  decidePayments(world);

  measure('rtgs_settlement');
  const immediate = settleReleased(world);
  measure('rtgs_queue');
  const retried = retryQueue2(world);
  measure('lsm');
  const lsm = runLsm(world);
  world.queue2.publishIndex();

  measure('cost_accrual');
  decideCollateral(world, 'end_of_tick');
  applyDeferredCredits(world);
  const costs = accrueCosts(world);
  const penalties = world.clock.endsDay ? endDay(world) : 0;
  world.daily.sample(world);

  return {
    tick: world.clock.tick,
    num_arrivals: arrivals,
    num_settlements: immediate + retried.settlements + lsm.pairs + lsm.cycles + lsm.released,
    num_lsm_releases: lsm.pairs + lsm.cycles,
    total_cost: world.tickFriction + costs + penalties,
  };
}

/** A new day: costs start from zero, banks bring in liquidity (phases 1 and 2; day 0 does so at construction). */
function beginDay(world: World): void {
  if (!world.clock.startsDay) return;
  world.costs.resetDay();
  if (world.config.daily_liquidity_reallocation) allocateLiquidity(world);
}

/** Draws the tick's payments and logs them when all banks have had theirs (phase 4). */
function generateArrivals(world: World): number {
  const { arrivals, clock, log, payments, queue1 } = world;
  const created: number[] = [];
  arrivals.generate(clock.tick, (sender, receiver, amount, deadline, priority) => {
    const p = world.createPayment(sender, receiver, amount, deadline, priority);
    queue1.append(p, clock.tick);
    created.push(p);
  });
  for (const p of created) {
    const { amount, deadlineTick, number, priority, receiver, sender } = payments;
    log.arrival(number[p]!, sender[p]!, receiver[p]!, amount[p]!, deadlineTick[p]!, priority[p]!, false);
  }
  return created.length;
}

/** Banks decide about their waiting payments, in their own queues and in the central one (phase 8). */
function decidePayments(world: World): void {
  const { banks, config, queue1 } = world;
  const withPayments: number[] = [];
  for (let b = 0; b < banks.count; b++) if (queue1.size[b]! > 0) withPayments.push(b);
  escalatePriorities(world);
  if (config.queue1_ordering === 'priority_deadline') for (const b of withPayments) queue1.sortByPriorityAndDeadline(b);
  decideQueue1(world, withPayments);
  decideQueue2(world);
}
