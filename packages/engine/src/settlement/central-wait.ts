import { RTGS_PRIORITIES, type RtgsPriority } from '@simcash/protocol';
import { IN_QUEUE2, NONE } from '../payments/payments.js';
import { CLASSES } from '../scenario/settlement/config.js';
import { transactionNumber } from '../payments/identifiers.js';
import type { World } from '../world.js';
import { isDue } from './central.js';
import { availableFor, bilateralPosition, multilateralPosition } from './constraints.js';
import { mayOvertake } from './discipline.js';
import { ringAttempts, type RingAttempt } from './rings/ring-attempts.js';

/**
 * What keeps a payment in the central queue from settling on its own (spec 04 §5, spec 12 §3–§4): its bank has too little, or enough only
 * with what it keeps for more urgent payments; a limit; a payment of its bank that it may not overtake; an outage.
 */
export const WAIT_CAUSES = ['liquidity', 'reservation', 'bilateral_limit', 'multilateral_limit', 'order', 'outage'] as const;
/** One of them. */
export type WaitCause = (typeof WAIT_CAUSES)[number];

/** A cap on what a bank may pay out in a day, in cents. */
export interface LimitUse {
  /** In cents. */
  limit: number;
  /** Paid out today; where limits are net, less what was received. */
  used: number;
  /** By how much the payment would exceed it; 0 if it fits. */
  excess: number;
}

/** All queued payments between two banks, set off against each other (spec 04 §9). Money is cents. */
export interface PairOffset {
  /** Payments in the direction of the one that waits. */
  payments: number;
  /** Their value, in cents. */
  value: number;
  /** Payments of the opposite direction. */
  opposite_payments: number;
  /** Their value, in cents. */
  opposite_value: number;
  /** Who would pay the difference; null if there is none. */
  payer_id: string | null;
  /** What the payer lacks for that, in cents. */
  shortfall: number;
}

/** Why a payment waits in the central queue. Money is cents. */
export interface CentralWait {
  /** The payment's id. */
  tx_id: string;
  /** The bank that pays. */
  sender_id: string;
  /** The bank that is paid. */
  receiver_id: string;
  /** In cents. */
  amount: number;
  /** The priority in the central settlement; null if none was declared. */
  rtgs_priority: RtgsPriority | null;
  /** Tick in which it joined. */
  since_tick: number;
  /** From 0, in the whole queue. */
  position: number;
  /** From 0, among the payments of its bank. */
  own_position: number;
  /** Payments in the queue. */
  queue_size: number;
  /** In cents; below 0, credit is in use. */
  balance: number;
  /** Balance and unused credit together. */
  available: number;
  /** What its bank keeps for more urgent payments. */
  reserved: number;
  /** What is missing besides; 0 if the bank could pay. */
  shortfall: number;
  /** Null where there is no such limit. */
  bilateral_limit: LimitUse | null;
  /** The bank's limit against all others; null without one. */
  multilateral_limit: LimitUse | null;
  /** What would happen if all queued payments between the two banks were set off; null if none goes the other way. */
  offset: PairOffset | null;
  /** Rings with it that would be attempted now, at most three; null if the central system looks for none. */
  rings: RingAttempt[] | null;
  /** Whether more rings are there than are attempted (`max_cycles_per_tick`). */
  rings_cut_off: boolean;
  /** The payment of its bank that comes first and that it may not overtake; null if none keeps it. */
  blocked_by: string | null;
  /** The next run of the central system today that considers it; null if there is none. */
  next_run: { name: string; tick: number } | null;
  /** All that stands against it; nothing if it would settle as soon as the queue is looked through. */
  causes: WaitCause[];
}

/** Null if the payment does not wait in the central queue. */
export function centralWait(world: World, txId: string): CentralWait | null {
  const { banks, limits, payments, queue2, stress, system } = world;
  const p = payments.rowOf(transactionNumber(txId));
  if (p === NONE || payments.place[p] !== IN_QUEUE2) return null;
  const [sender, receiver, amount] = [payments.sender[p]!, payments.receiver[p]!, payments.remaining[p]!];
  const priority = payments.rtgsPriority[p]!;
  const available = banks.available(sender);
  const reserved = system.reservations?.before(sender, system.classes.of(p)) ?? 0;
  const shortfall = Math.max(0, amount - availableFor(world, sender, system.classes.of(p)));
  const use = (limit: number, used: number): LimitUse | null =>
    limit === Infinity || (system.netLimits && sender === receiver)
      ? null
      : { limit, used, excess: Math.max(0, used + amount - limit) };
  const bilateral = use(limits.bilateralLimit(sender, receiver), bilateralPosition(world, sender, receiver));
  const multilateral = use(limits.multilateralLimit(sender), multilateralPosition(world, sender));
  const isBlocked = !mayOvertake(world, p);
  const isAgainst: Readonly<Record<WaitCause, boolean>> = {
    liquidity: amount > available,
    reservation: amount <= available && shortfall > 0,
    bilateral_limit: (bilateral?.excess ?? 0) > 0,
    multilateral_limit: (multilateral?.excess ?? 0) > 0,
    order: isBlocked,
    outage: stress?.outages.letsSettle(world, p) === false,
  };
  const rings = ringAttempts(world, p);
  const queue = queue2.list();
  return {
    tx_id: payments.id(p),
    sender_id: banks.ids[sender]!,
    receiver_id: banks.ids[receiver]!,
    amount,
    rtgs_priority: priority === NONE ? null : RTGS_PRIORITIES[priority]!,
    since_tick: payments.enteredQueueTick[p]!,
    position: queue.indexOf(p),
    own_position: queue2.listOfSender(sender).indexOf(p),
    queue_size: queue.length,
    balance: banks.balance[sender]!,
    available,
    reserved,
    shortfall,
    bilateral_limit: bilateral,
    multilateral_limit: multilateral,
    offset: pairOffset(world, queue, sender, receiver),
    rings: rings?.attempts ?? null,
    rings_cut_off: rings?.isCutOff ?? false,
    blocked_by: isBlocked ? payments.id(queue2.firstOfSender(sender)) : null,
    next_run: nextRun(world, p),
    causes: WAIT_CAUSES.filter((cause) => isAgainst[cause]),
  };
}

function pairOffset({ banks, payments }: World, queue: readonly number[], sender: number, receiver: number): PairOffset | null {
  if (sender === receiver) return null;
  let [count, value, oppositeCount, oppositeValue] = [0, 0, 0, 0];
  for (const p of queue) {
    const [from, to] = [payments.sender[p]!, payments.receiver[p]!];
    if (from === sender && to === receiver) [count, value] = [count + 1, value + payments.remaining[p]!];
    if (from === receiver && to === sender)
      [oppositeCount, oppositeValue] = [oppositeCount + 1, oppositeValue + payments.remaining[p]!];
  }
  if (oppositeCount === 0) return null;
  const payer = value > oppositeValue ? sender : receiver;
  const net = Math.abs(value - oppositeValue);
  return {
    payments: count,
    value,
    opposite_payments: oppositeCount,
    opposite_value: oppositeValue,
    payer_id: net === 0 ? null : banks.ids[payer]!,
    shortfall: Math.max(0, net - banks.available(payer)),
  };
}

/** Runs of the ticks that are left of the day, the one about to run included. */
function nextRun({ clock, config, system }: World, p: number): CentralWait['next_run'] {
  const { openTicksOfDay, tick, tickOfDay } = clock;
  if (tick >= config.num_days * config.ticks_per_day) return null;
  const own = system.runs.filter(({ config }) => config.classes.includes(CLASSES[system.classes.of(p)]!));
  for (let t = tickOfDay; t < openTicksOfDay; t++) {
    const run = own.find(({ config }) => isDue(config.when, { openTicksOfDay, tickOfDay: t }));
    if (run !== undefined) return { name: run.config.name, tick: tick + t - tickOfDay };
  }
  return null;
}
