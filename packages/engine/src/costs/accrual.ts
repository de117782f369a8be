import type { Costs } from '@simcash/protocol';
import { IN_QUEUE1, NONE } from '../payments/payments.js';
import type { World } from '../world.js';
import { singleCost } from './accounts.js';

/** Detects late payments and charges every bank for the tick (tick phase 15; spec 05 §3). Returns the cents charged. */
export function accrueCosts(world: World): number {
  const { banks, clock, deadlines, payments } = world;
  const late = deadlines.newlyOverdue(clock.tick);
  let next = 0;
  let total = 0;
  for (let b = 0; b < banks.count; b++) {
    let penalties = 0;
    for (; next < late.length && payments.sender[late[next]!] === b; next++) penalties += announceOverdue(world, late[next]!);
    total += chargeTick(world, b, penalties);
  }
  return total;
}

/** Marks and logs one late payment; returns its penalty. */
function announceOverdue(world: World, p: number): number {
  const { clock, deadlines, formulas, log, payments, statistics } = world;
  statistics.wentOverdue++;
  if (payments.place[p] === IN_QUEUE1) deadlines.markQueue1(p, clock.tick);
  const amount = payments.amount[p]!;
  const deadline = payments.deadlineTick[p]!;
  const penalty = formulas.deadlinePenalty(amount);
  log.transactionWentOverdue(
    payments.number[p]!,
    payments.sender[p]!,
    payments.receiver[p]!,
    amount,
    payments.remaining[p]!,
    deadline,
    clock.tick - deadline,
    penalty,
  );
  return penalty;
}

const tickCosts: Costs = { ...singleCost('penalty_cost', 0) };

/** Charges one bank: overdraft, delay (late payments already count as overdue), collateral, opportunity, penalties. */
function chargeTick(world: World, b: number, penalties: number): number {
  const { banks, costs, formulas, log, queue1, queue2, waiting } = world;
  const waits = queue1.size[b]! > 0 || queue2.countOfSender[b]! > 0;
  const balance = banks.balance[b]!;
  tickCosts.liquidity_cost = formulas.overdraft(balance);
  tickCosts.delay_cost = waits ? formulas.delay(waiting, b) : 0;
  tickCosts.collateral_cost = formulas.collateral(banks.postedCollateral[b]!);
  tickCosts.penalty_cost = penalties;
  tickCosts.liquidity_opportunity_cost = formulas.opportunity(banks.allocatedLiquidity[b]!);
  const total =
    tickCosts.liquidity_cost +
    tickCosts.delay_cost +
    tickCosts.collateral_cost +
    penalties +
    tickCosts.liquidity_opportunity_cost;
  tickCosts.total = total;
  if (balance < costs.peakNetDebit[b]!) costs.peakNetDebit[b] = balance;
  // Negative penalties may make up for the rest: every part counts, but only a sum above 0 is logged (spec 05 §3).
  costs.charge(b, 'liquidity_cost', tickCosts.liquidity_cost);
  costs.charge(b, 'delay_cost', tickCosts.delay_cost);
  costs.charge(b, 'collateral_cost', tickCosts.collateral_cost);
  costs.charge(b, 'penalty_cost', penalties);
  costs.charge(b, 'liquidity_opportunity_cost', tickCosts.liquidity_opportunity_cost);
  if (total > 0) log.costAccrual(b, tickCosts);
  return total;
}

/** Charges the penalty for late payments that are still waiting at the end of the day (tick phase 16.1). Returns the cents. */
export function chargeEndOfDayPenalties(world: World): number {
  const { banks, costs, log } = world;
  let total = 0;
  for (let b = 0; b < banks.count; b++) {
    const { count, penalty } = endOfDayPenalty(world, b);
    if (count === 0) continue;
    costs.charge(b, 'penalty_cost', penalty);
    log.costAccrual(b, singleCost('penalty_cost', penalty));
    total += penalty;
  }
  return total;
}

function endOfDayPenalty(world: World, b: number): { count: number; penalty: number } {
  const { clock, formulas, payments, queue1, queue2 } = world;
  let count = 0;
  let penalty = 0;
  const check = (p: number): void => {
    if (payments.deadlineTick[p]! >= clock.tick) return;
    count++;
    penalty += formulas.endOfDayPenalty(payments.remaining[p]!);
  };
  for (let p = queue1.first(b); p !== NONE; p = queue1.after(p)) check(p);
  for (let p = queue2.firstOfSender(b); p !== NONE; p = payments.nextOfSender[p]!) check(p);
  return { count, penalty };
}
