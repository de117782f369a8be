import { COST_COMPONENTS, type AgentCosts, type CostComponent, type Costs } from '@simcash/protocol';
import { guard } from '../numeric/integers.js';

/** Six cost components of every bank, for the day and for the run (spec 05 §8). */
export class CostAccounts {
  readonly day: Record<CostComponent, Float64Array>;
  readonly run: Record<CostComponent, Float64Array>;
  /** Most negative balance seen when costs were charged today, ≤ 0. */
  readonly peakNetDebit: Float64Array;

  constructor(banks: number) {
    const columns = (): Record<CostComponent, Float64Array> =>
      Object.fromEntries(COST_COMPONENTS.map((component) => [component, new Float64Array(banks)])) as Record<
        CostComponent,
        Float64Array
      >;
    this.day = columns();
    this.run = columns();
    this.peakNetDebit = new Float64Array(banks);
  }

  /** Charges a bank, for the day and for the run. */
  charge(b: number, component: CostComponent, cents: number): void {
    if (cents === 0) return;
    this.day[component][b]! += cents;
    this.run[component][b] = guard(this.run[component][b]! + cents, 'a bank’s costs');
  }

  /** A new day begins: day totals are zero again. */
  resetDay(): void {
    for (const component of COST_COMPONENTS) this.day[component].fill(0);
    this.peakNetDebit.fill(0);
  }

  dayCosts(b: number): AgentCosts {
    return record(this.day, b);
  }

  runCosts(b: number): AgentCosts {
    return record(this.run, b);
  }
}

/** Costs with nothing but one component. */
export function singleCost(component: CostComponent, cents: number): Costs {
  return { ...NO_COSTS, [component]: cents, total: cents };
}

const NO_COSTS: Costs = {
  liquidity_cost: 0,
  delay_cost: 0,
  collateral_cost: 0,
  penalty_cost: 0,
  split_friction_cost: 0,
  liquidity_opportunity_cost: 0,
  total: 0,
};

function record(columns: Record<CostComponent, Float64Array>, b: number): AgentCosts {
  const liquidity_cost = columns.liquidity_cost[b]!;
  const collateral_cost = columns.collateral_cost[b]!;
  const delay_cost = columns.delay_cost[b]!;
  const split_friction_cost = columns.split_friction_cost[b]!;
  const deadline_penalty = columns.penalty_cost[b]!;
  const liquidity_opportunity_cost = columns.liquidity_opportunity_cost[b]!;
  return {
    liquidity_cost,
    collateral_cost,
    delay_cost,
    split_friction_cost,
    deadline_penalty,
    liquidity_opportunity_cost,
    total_cost:
      liquidity_cost + collateral_cost + delay_cost + split_friction_cost + deadline_penalty + liquidity_opportunity_cost,
  };
}
