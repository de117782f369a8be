import { detailsJson, Double } from '../scenario-events/details.js';
import type { World } from '../world.js';
import type { ShockState, StressState } from './state.js';
import { endOf, type StressEvent } from './windows.js';

type LiquidityShock = Extract<StressEvent, { type: 'LiquidityShock' }>;

/** What a shock moved, in cents, and what comes back when its window ends. */
interface Restoration extends ShockState {
  readonly bank: number;
}

/** Liquidity that is taken from banks or given to them, for a while or for good (spec 15 §3). */
export class Shocks {
  /** What comes back later, in the order of the shocks. */
  #pending: Restoration[] = [];
  /** Cents that shocks have brought to each bank so far, less what they took. */
  readonly #moved: Float64Array;

  constructor(banks: number) {
    this.#moved = new Float64Array(banks);
  }

  strike(world: World, event: LiquidityShock): void {
    const { banks, clock, log } = world;
    const { agent, balance_factor: factor, collateral_haircut: haircut } = event;
    const b = banks.indexOf(agent);
    const until = endOf(event, clock.tick);
    const balance = banks.balance[b]!;
    const before = banks.haircut[b]!;
    const delta = factor === undefined || balance <= 0 ? (event.balance_delta ?? 0) : Math.floor(balance * factor) - balance;
    const moved = this.#move(world, b, delta, event.unsecured_cap_delta ?? 0, event.posted_collateral_delta ?? 0, haircut);
    if (until !== Infinity)
      this.#pending.push({ bank: b, until, ...moved, collateral_haircut: haircut === undefined ? null : before });
    const orNull = (x: number | undefined): number | null => x ?? null;
    const doubleOrNull = (x: number | undefined): Double | null => (x === undefined ? null : new Double(x));
    const details = {
      agent,
      balance_after: banks.balance[b]!,
      balance_delta: orNull(event.balance_delta),
      balance_factor: doubleOrNull(factor),
      balance_moved: moved.balance,
      collateral_haircut: doubleOrNull(haircut),
      collateral_haircut_after: new Double(banks.haircut[b]!),
      posted_collateral_after: banks.postedCollateral[b]!,
      posted_collateral_delta: orNull(event.posted_collateral_delta),
      posted_collateral_moved: moved.posted_collateral,
      unsecured_cap_after: banks.unsecuredCap[b]!,
      unsecured_cap_delta: orNull(event.unsecured_cap_delta),
      unsecured_cap_moved: moved.unsecured_cap,
      until_tick: until === Infinity ? null : until,
    };
    log.scenarioEventExecuted('liquidity_shock', detailsJson(details));
  }

  /** What shocks whose windows are over really moved comes back, banks in id order. */
  restore(world: World): void {
    const { banks, clock, log } = world;
    const due = this.#pending.filter(({ until }) => until <= clock.tick).sort((x, y) => x.bank - y.bank);
    if (due.length === 0) return;
    this.#pending = this.#pending.filter(({ until }) => until > clock.tick);
    for (const { balance, bank: b, collateral_haircut: haircut, posted_collateral: posted, unsecured_cap: cap } of due) {
      const moved = this.#move(world, b, -balance, -cap, -posted, haircut ?? undefined);
      const details = {
        agent: banks.ids[b]!,
        balance_after: banks.balance[b]!,
        balance_moved: moved.balance,
        collateral_haircut_after: new Double(banks.haircut[b]!),
        posted_collateral_after: banks.postedCollateral[b]!,
        posted_collateral_moved: moved.posted_collateral,
        unsecured_cap_after: banks.unsecuredCap[b]!,
        unsecured_cap_moved: moved.unsecured_cap,
      };
      log.scenarioEventExecuted('liquidity_restored', detailsJson(details));
    }
  }

  /** Moves balance, credit and collateral; the latter two never below 0. Answers what was really moved. */
  #move(
    { banks }: World,
    b: number,
    balance: number,
    capDelta: number,
    postedDelta: number,
    haircut: number | undefined,
  ): Omit<ShockState, 'until' | 'collateral_haircut'> {
    const [cap, posted] = [banks.unsecuredCap[b]!, banks.postedCollateral[b]!];
    if (balance !== 0) banks.adjust(b, balance);
    this.#moved[b]! += balance;
    if (haircut !== undefined) banks.haircut[b] = haircut;
    banks.setUnsecuredCap(b, Math.max(cap + capDelta, 0));
    banks.setPostedCollateral(b, Math.max(posted + postedDelta, 0));
    return {
      balance,
      unsecured_cap: banks.unsecuredCap[b]! - cap,
      posted_collateral: banks.postedCollateral[b]! - posted,
    };
  }

  save({ banks }: World): Pick<StressState, 'shocks' | 'shocked' | 'haircuts'> {
    return { shocks: [...this.#pending], shocked: [...this.#moved], haircuts: [...banks.haircut] };
  }

  load({ banks }: World, state: StressState): void {
    this.#pending = [...state.shocks];
    this.#moved.set(state.shocked);
    state.haircuts.forEach((haircut, b) => (banks.haircut[b] = haircut));
  }
}
