import type { AccountChange, LimitChange } from '@simcash/payments/schema';
import { InvalidConfigError } from '../errors.js';
import type { World } from '../world.js';

/** Sets what accounts and limits say of the day that begins, banks in id order (phase 2; spec 13 §10). */
export function applyDailyChanges(world: World): void {
  const { accounts, limits } = world.config;
  const { day } = world.clock;
  for (const change of accounts?.rows ?? []) if (change.day === day) adjustAccount(world, change);
  for (const change of limits?.rows ?? []) if (change.day === day) setLimit(world, change);
}

/** What earlier days have set and a snapshot does not have: limits, haircuts, capacities and pools. */
export function repeatDailyChanges(world: World): void {
  const { accounts, limits } = world.config;
  const { tick, ticksPerDay } = world.clock;
  const isPast = ({ day }: { day: number }): boolean => day * ticksPerDay < tick;
  for (const change of accounts?.rows ?? []) if (isPast(change)) setTerms(world, bankOf(world, change.bank), change);
  for (const change of limits?.rows ?? []) if (isPast(change)) setLimit(world, change);
}

function adjustAccount(world: World, change: AccountChange): void {
  const { banks, clock, log } = world;
  const b = bankOf(world, change.bank);
  const delta = change.opening_balance === undefined ? 0 : change.opening_balance - banks.balance[b]!;
  if (delta !== 0) banks.adjust(b, delta);
  setTerms(world, b, change);
  banks.setPostedCollateral(b, change.posted_collateral ?? banks.postedCollateral[b]!);
  banks.setUnsecuredCap(b, change.unsecured_cap ?? banks.unsecuredCap[b]!);
  log.rare('AccountAdjustment', {
    day: clock.day,
    agent_id: b,
    balance_delta: delta,
    balance_after: banks.balance[b]!,
    unsecured_cap_after: banks.unsecuredCap[b]!,
    posted_collateral_after: banks.postedCollateral[b]!,
    collateral_haircut_after: banks.haircut[b]!,
  });
}

function setTerms(world: World, b: number, change: AccountChange): void {
  const { banks } = world;
  if (change.collateral_haircut !== undefined) banks.haircut[b] = change.collateral_haircut;
  if (change.max_collateral_capacity !== undefined) banks.configuredCapacity[b] = change.max_collateral_capacity;
  if (change.liquidity_pool !== undefined) world.liquidityPool[b] = change.liquidity_pool;
}

function setLimit(world: World, { bank, counterparty, limit }: LimitChange): void {
  const { limits } = world;
  const b = bankOf(world, bank);
  const bilateral = new Map(limits.bilateralLimits(b));
  let multilateral = limits.multilateralLimit(b);
  if (counterparty === null) multilateral = limit ?? Infinity;
  else if (limit === null) bilateral.delete(bankOf(world, counterparty));
  else bilateral.set(bankOf(world, counterparty), limit);
  limits.configure(b, bilateral, multilateral);
}

function bankOf(world: World, id: string): number {
  const b = world.banks.indexOf(id);
  if (b < 0) throw new InvalidConfigError(`accounts or limits name ${id}, which is no bank of the scenario`);
  return b;
}
