import type { World } from '../world.js';

/** A posting that is to be withdrawn by itself. */
export interface CollateralTimer {
  amount: number;
  reason: string;
  postedAt: number;
}

const HOLDING_TICKS = 5;
const BUFFER_CENTS = 100;

/** Timers by the tick at which they are due. */
export class CollateralTimers {
  readonly #due = new Map<number, { bank: number; timer: CollateralTimer }[]>();

  add(bank: number, due: number, timer: CollateralTimer): void {
    const others = this.#due.get(due);
    if (others) others.push({ bank, timer });
    else this.#due.set(due, [{ bank, timer }]);
  }

  /** Hands over the timers of a tick: bank by bank, those of a bank in the order in which they were set. */
  take(tick: number): readonly { bank: number; timer: CollateralTimer }[] {
    const due = this.#due.get(tick);
    if (due === undefined) return [];
    this.#due.delete(tick);
    return due.sort((x, y) => x.bank - y.bank);
  }

  /** The tick is closed: its timers are for the next one, before those that are there. */
  defer(tick: number): void {
    const due = this.#due.get(tick);
    if (due === undefined) return;
    this.#due.delete(tick);
    this.#due.set(tick + 1, [...due, ...(this.#due.get(tick + 1) ?? [])]);
  }

  /** A bank's timers by tick, for snapshots. */
  ofBank(bank: number): [tick: number, timers: CollateralTimer[]][] {
    return [...this.#due]
      .map(([tick, due]): [number, CollateralTimer[]] => [tick, due.filter((one) => one.bank === bank).map(({ timer }) => timer)])
      .filter(([, timers]) => timers.length > 0)
      .sort(([x], [y]) => x - y);
  }
}

/** Withdraws the collateral whose timer is up (tick phase 7; spec 03 §7.2, spec 01 §4.5.4). */
export function withdrawTimedCollateral(world: World): void {
  for (const { bank, timer } of world.timers.take(world.clock.tick)) withdrawTimed(world, bank, timer);
}

function withdrawTimed(world: World, b: number, timer: CollateralTimer): void {
  const { banks, log } = world;
  const { tick } = world.clock;
  const postedAt = banks.postedAtTick[b]!;
  const withdrawable = banks.maxWithdrawableCollateral(b, BUFFER_CENTS);
  let refusal: string | null = null;
  if (postedAt >= 0 && tick < postedAt + HOLDING_TICKS) {
    refusal = `Minimum holding period not met: ${HOLDING_TICKS - (tick - postedAt)} tick(s) remaining (posted at tick ${postedAt})`;
  } else if (withdrawable <= 0) {
    refusal = `No headroom available for withdrawal: credit_used=${banks.creditUsed(b)}, allowed_limit=${banks.overdraftLimit[b]}, headroom=${banks.headroom(b)}`;
  }
  if (refusal !== null) {
    log.collateralTimerBlocked(b, timer.amount, refusal, timer.reason, timer.postedAt);
    return;
  }
  const posted = banks.postedCollateral[b]!;
  const amount = Math.min(timer.amount, withdrawable, posted);
  banks.setPostedCollateral(b, posted - amount);
  if (posted === amount) banks.postedAtTick[b] = -1;
  world.counters.collateralWithdrawals[b]!++;
  world.recordCollateral(b, 'withdraw', amount, timer.reason, 'timer', posted);
  log.collateralTimerWithdrawn(b, amount, timer.reason, timer.postedAt, posted - amount);
}
