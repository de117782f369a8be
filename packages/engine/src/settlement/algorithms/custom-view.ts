import { CLASSES, type ClassName, type RefillOrder } from '../../scenario/settlement/config.js';
import { OVERDUE } from '../../payments/payments.js';
import type { World } from '../../world.js';
import type { Scope } from '../algorithm.js';
import { bilateralPosition, multilateralPosition } from '../constraints.js';
import { attemptsAmong, STARTS } from '../netting/attempts.js';
import { extracted } from '../netting/extraction.js';
import { optimalSet } from '../netting/optimal.js';
import { refill, refillOrder } from '../netting/refill.js';
import { searchBest } from '../netting/search.js';
import { Selection } from '../netting/selection.js';

/** A bank as user code sees it. Money is cents. */
export interface BankView {
  /** As the scenario names the bank. */
  readonly id: string;
  /** In cents; below 0, credit is in use. */
  readonly balance: number;
  /** Money and unused credit. */
  readonly available: number;
  /** The most that the balance may be below 0, in cents. */
  readonly overdraftLimit: number;
  /** Kept for highly urgent and for urgent payments. */
  readonly reserved: readonly [highlyUrgent: number, urgent: number];
  /** Room below the multilateral limit, null without one. */
  readonly multilateralRoom: number | null;
  /** Room below bilateral limits by counterparty; banks without an entry have none. */
  readonly bilateralRooms: Readonly<Record<string, number>>;
  /** Paid out today by counterparty. */
  readonly outflow: Readonly<Record<string, number>>;
  /** Received today. */
  readonly received: number;
}

/** A payment that is considered. */
export interface PaymentView {
  /** The position by which an algorithm answers. */
  readonly index: number;
  /** `T` and the number of its creation. */
  readonly id: string;
  /** The bank that pays. */
  readonly sender: string;
  /** The bank that is paid. */
  readonly receiver: string;
  /** In cents. */
  readonly amount: number;
  /** The class in the central queue. */
  readonly class: ClassName;
  /** From 0 to 10; the higher, the more urgent. */
  readonly priority: number;
  /** The tick in which the payment arrived. */
  readonly arrivalTick: number;
  /** The last tick in which the payment is in time. */
  readonly deadlineTick: number;
  /** The tick in which it entered the central queue. */
  readonly queuedTick: number;
  /** Whether it is past its deadline. */
  readonly overdue: boolean;
}

/** This moment, frozen, as user code sees it: plain data, and functions that apply the engine's own rules (spec 12 §9). */
export interface SettlementView {
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** The tick within the day. */
  readonly tickOfDay: number;
  /** Ticks of a day. */
  readonly ticksPerDay: number;
  /** The settlement run by name. */
  readonly run: string;
  /** The repetition within the run. */
  readonly iteration: number;
  /** Whether limits count what is paid less what is received. */
  readonly netLimits: boolean;
  /** In id order. */
  readonly banks: readonly BankView[];
  /** In queue order. */
  readonly payments: readonly PaymentView[];
  /** Whether a set may settle now (spec 12 §4). */
  feasible(indices: readonly number[]): boolean;
  /** What a bank would lack for a set; negative if something is left. */
  lack(bank: string, indices: readonly number[]): number;
  /** What every bank would be short of, in the order of `banks`. */
  shortfalls(indices: readonly number[]): number[];
  /** Positions that partial netting would settle. */
  partialNetting(options?: {
    drop?: 'last' | 'best_fit';
    refill?: boolean;
    refillOrder?: RefillOrder;
    maxChain?: number;
  }): number[];
  /** Positions that a search from several starts would settle. */
  search(options?: { maxStarts?: number; refillOrder?: RefillOrder; maxChain?: number }): number[];
  /** Positions of a best set, as far as it could be found. */
  optimal(options?: { objective?: 'value' | 'number'; nodeLimit?: number }): number[];
}

/** The view of the payments of a scope. */
export function customView(world: World, scope: Scope): SettlementView {
  const { clock } = world;
  const { banks: involved, problem, rows } = scope.problem(world);
  const place = new Map(involved.map((b, i) => [b, i]));
  const select = (indices: readonly number[]): Selection => {
    const foreign = indices.find((i) => rows[i] === undefined);
    if (foreign !== undefined) throw new RangeError(`${foreign} is no payment of the view`);
    return Selection.of(problem, indices);
  };
  return deepFreeze({
    ...{ tick: clock.tick, tickOfDay: clock.tickOfDay, ticksPerDay: clock.ticksPerDay },
    ...{ run: scope.run, iteration: scope.iteration, netLimits: world.system.netLimits },
    banks: world.banks.ids.map((_, b) => bankView(world, b)),
    payments: rows.map((p, index) => paymentView(world, p, index)),
    feasible: (indices) => select(indices).isFeasible(),
    lack: (bank, indices) => {
      const b = world.banks.indexOf(bank);
      const i = place.get(b);
      return i === undefined ? -world.banks.available(b) : select(indices).lack(i);
    },
    shortfalls: (indices) => {
      const selection = select(indices);
      return world.banks.ids.map((_, b) => (place.has(b) ? selection.shortfall(place.get(b)!) : 0));
    },
    partialNetting: ({ drop = 'last', maxChain = 8, refill: fills = false, refillOrder: order = 'queue' } = {}) => {
      const selection = extracted(problem, drop);
      if (fills) refill(selection, { order: refillOrder(problem, order), maxChain });
      return selection.list();
    },
    search: ({ maxChain = 8, maxStarts = attemptsAmong(rows.length, 'auto', STARTS), refillOrder: order = 'value' } = {}) =>
      searchBest(problem, { maxChain, maxStarts, refillOrder: order }).best.list(),
    optimal: ({ nodeLimit = 200_000, objective = 'value' } = {}) => optimalSet(problem, { nodeLimit, objective }).best.list(),
  } satisfies SettlementView);
}

function bankView(world: World, b: number): BankView {
  const { banks, limits, system } = world;
  const room = (limit: number, position: number): number => Math.max(limit - position, 0);
  const multilateral = limits.multilateralLimit(b);
  return {
    id: banks.ids[b]!,
    balance: banks.balance[b]!,
    available: banks.available(b),
    overdraftLimit: banks.overdraftLimit[b]!,
    reserved: [system.reservations?.reserved[0][b] ?? 0, system.reservations?.reserved[1][b] ?? 0],
    multilateralRoom: multilateral === Infinity ? null : room(multilateral, multilateralPosition(world, b)),
    bilateralRooms: Object.fromEntries(
      [...limits.bilateralLimits(b)].map(([other, limit]) => [
        banks.ids[other]!,
        room(limit, bilateralPosition(world, b, other)),
      ]),
    ),
    outflow: Object.fromEntries([...limits.outflows(b)].map(([other, cents]) => [banks.ids[other]!, cents])),
    received: limits.totalInflow[b]!,
  };
}

function paymentView({ banks, payments, system }: World, p: number, index: number): PaymentView {
  return {
    index,
    id: payments.id(p),
    sender: banks.ids[payments.sender[p]!]!,
    receiver: banks.ids[payments.receiver[p]!]!,
    amount: payments.remaining[p]!,
    class: CLASSES[system.classes.of(p)]!,
    priority: payments.priority[p]!,
    arrivalTick: payments.arrivalTick[p]!,
    deadlineTick: payments.deadlineTick[p]!,
    queuedTick: payments.enteredQueueTick[p]!,
    overdue: payments.status[p] === OVERDUE,
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
