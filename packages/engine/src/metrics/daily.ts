import type { DailyAgentMetrics } from '@simcash/protocol';
import { MAX_CENTS } from '../numeric/integers.js';
import type { World } from '../world.js';

/** The day of every bank as it unfolds, and the finished days that nobody has taken yet (spec 03 §10). */
export class DailyMetrics {
  readonly openingBalance: Float64Array;
  readonly minBalance: Float64Array;
  readonly maxBalance: Float64Array;
  readonly unsecuredCap: Float64Array;
  readonly capacity: Float64Array;
  readonly openingCollateral: Float64Array;
  readonly peakCollateral: Float64Array;
  readonly queue1Peak: Int32Array;
  readonly queue2Peak: Int32Array;
  /** Lowest balance at the end of a tick of the run. */
  readonly lowest: Float64Array;
  /** Latest allocation from the liquidity pool. */
  readonly allocation: Float64Array;
  #finished: DailyAgentMetrics[] = [];

  constructor(banks: number) {
    this.openingBalance = new Float64Array(banks);
    this.minBalance = new Float64Array(banks);
    this.maxBalance = new Float64Array(banks);
    this.unsecuredCap = new Float64Array(banks);
    this.capacity = new Float64Array(banks);
    this.openingCollateral = new Float64Array(banks);
    this.peakCollateral = new Float64Array(banks);
    this.queue1Peak = new Int32Array(banks);
    this.queue2Peak = new Int32Array(banks);
    this.lowest = new Float64Array(banks).fill(MAX_CENTS);
    this.allocation = new Float64Array(banks);
  }

  /** What is known of the open day, for snapshots. */
  get openColumns(): (Float64Array | Int32Array)[] {
    return [
      ...[this.openingBalance, this.minBalance, this.maxBalance, this.unsecuredCap, this.capacity],
      ...[this.openingCollateral, this.peakCollateral, this.queue1Peak, this.queue2Peak, this.allocation, this.lowest],
    ];
  }

  /** Opens a day with the state before its first event. */
  open({ banks }: World): void {
    for (let b = 0; b < banks.count; b++) {
      const balance = banks.balance[b]!;
      this.openingBalance[b] = this.minBalance[b] = this.maxBalance[b] = balance;
      this.unsecuredCap[b] = banks.unsecuredCap[b]!;
      this.capacity[b] = banks.maxCollateralCapacity(b);
      this.openingCollateral[b] = this.peakCollateral[b] = banks.postedCollateral[b]!;
    }
    this.queue1Peak.fill(0);
    this.queue2Peak.fill(0);
  }

  /** Takes the state at the end of a tick into account. */
  sample({ banks, queue1, queue2 }: World): void {
    for (let b = 0; b < banks.count; b++) {
      const balance = banks.balance[b]!;
      if (balance < this.minBalance[b]!) this.minBalance[b] = balance;
      if (balance > this.maxBalance[b]!) this.maxBalance[b] = balance;
      if (balance < this.lowest[b]!) this.lowest[b] = balance;
      if (banks.postedCollateral[b]! > this.peakCollateral[b]!) this.peakCollateral[b] = banks.postedCollateral[b]!;
      if (queue1.size[b]! > this.queue1Peak[b]!) this.queue1Peak[b] = queue1.size[b]!;
      if (queue2.countOfSender[b]! > this.queue2Peak[b]!) this.queue2Peak[b] = queue2.countOfSender[b]!;
    }
  }

  /** Files the records of the day that ends. */
  close(world: World): void {
    for (let b = 0; b < world.banks.count; b++) this.#finished.push(this.#record(world, b));
  }

  ofDay(day: number): DailyAgentMetrics[] {
    return this.#finished.filter((record) => record.day === day);
  }

  /** Hands over the finished days and forgets them. */
  take(): DailyAgentMetrics[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  #record({ banks, clock, costs, counters, queue1, queue2 }: World, b: number): DailyAgentMetrics {
    const charged = costs.dayCosts(b);
    return {
      agent_id: banks.ids[b]!,
      day: clock.day,
      opening_balance: this.openingBalance[b]!,
      closing_balance: banks.balance[b]!,
      min_balance: this.minBalance[b]!,
      max_balance: this.maxBalance[b]!,
      unsecured_cap: this.unsecuredCap[b]!,
      peak_overdraft: Math.max(0, -this.minBalance[b]!),
      opening_posted_collateral: this.openingCollateral[b]!,
      closing_posted_collateral: banks.postedCollateral[b]!,
      peak_posted_collateral: this.peakCollateral[b]!,
      collateral_capacity: this.capacity[b]!,
      ...counters.ofDay(b),
      queue1_peak_size: this.queue1Peak[b]!,
      queue1_eod_size: queue1.size[b]!,
      queue2_peak_size: this.queue2Peak[b]!,
      queue2_eod_size: queue2.countOfSender[b]!,
      liquidity_cost: charged.liquidity_cost,
      delay_cost: charged.delay_cost,
      collateral_cost: charged.collateral_cost,
      split_friction_cost: charged.split_friction_cost,
      deadline_penalty_cost: charged.deadline_penalty,
      liquidity_opportunity_cost: charged.liquidity_opportunity_cost,
      total_cost: charged.total_cost,
      allocated_liquidity: this.allocation[b]!,
    };
  }
}
