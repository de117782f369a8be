import type { Simulation } from '@simcash/engine';
import { COST_COMPONENTS, type Costs } from '@simcash/protocol';

/** The figures of a run: the same for one that has just ended and for the stored one. Money is cents, delays are ticks. */
export interface RunFigures {
  /** Ticks that were executed. */
  ticks_executed: number;
  /** Ticks that the scenario has. */
  total_ticks: number;
  /** Payments that are no parts of others. */
  total_arrivals: number;
  /** Value that arrived, in cents. */
  total_arrived_value: number;
  /** Payments that settled. */
  total_settlements: number;
  /** Value that settled, in cents. */
  total_settled_value: number;
  /** Payments that offsets or cycles settled, whole or in part. */
  total_lsm_releases: number;
  /** Offsets and cycles. */
  lsm_operations: number;
  /** Payments that were found overdue. */
  overdue: number;
  /** Payments and parts that policies gave up. */
  dropped: number;
  /** Value of dropped payments, in cents. */
  dropped_value: number;
  /** Payments and parts that waited at the end of a day and were cancelled; absent where none are. */
  cancelled?: number;
  /** Value of cancelled payments, in cents. */
  cancelled_value?: number;
  /** Payments and parts that wait in a queue at the end. */
  unsettled: number;
  /** Value that did not settle, in cents. */
  unsettled_value: number;
  /** Mean over the settled payments; 0 if there are none. */
  avg_delay_ticks: number;
  /** All costs, in cents. */
  total_cost: number;
  /** In agent order. */
  agents: readonly BankFigures[];
}

/** The figures of a bank at the end of a run; amounts are cents. */
export interface BankFigures {
  /** As the scenario names the bank. */
  id: string;
  /** The balance at the end, in cents. */
  final_balance: number;
  /** Lowest at the end of a tick; below level FULL the store knows the ends of days and the lowest within them. */
  min_balance: number;
  /** Payments in the bank's own queue. */
  queue1_size: number;
  /** Payments in the central queue. */
  queue2_size: number;
  /** Payments that were dropped. */
  dropped: number;
  /** Value of dropped payments, in cents. */
  dropped_value: number;
  /** Costs by component, in cents. */
  costs: Omit<Costs, 'total'> & { total_cost: number };
}

export const mean = (sum: number, count: number): number => (count === 0 ? 0 : sum / count);

/** Reads the figures off a simulation. */
export function runFigures(simulation: Simulation): RunFigures {
  const totals = simulation.runTotals();
  const { columns } = simulation.agentColumns();
  const agents = simulation.agentIds.map((id, b): BankFigures => {
    const { deadline_penalty, total_cost, ...costs } = simulation.agentRunCosts(id);
    const { dropped_value, num_dropped } = simulation.agentRunCounters(id);
    return {
      id,
      final_balance: columns.balance[b]!,
      min_balance: simulation.agentLowestBalance(id),
      queue1_size: columns.queue1_size[b]!,
      queue2_size: columns.queue2_size[b]!,
      dropped: num_dropped,
      dropped_value,
      costs: inOrder({ ...costs, penalty_cost: deadline_penalty }, total_cost),
    };
  });
  return {
    ticks_executed: simulation.currentTick,
    total_ticks: simulation.totalTicks,
    total_arrivals: totals.arrivals,
    total_arrived_value: totals.arrived_value,
    total_settlements: totals.settlements,
    total_settled_value: totals.settled_value,
    total_lsm_releases: totals.lsm_releases,
    lsm_operations: totals.lsm_operations,
    overdue: totals.overdue,
    dropped: totals.dropped,
    dropped_value: totals.dropped_value,
    ...(simulation.config.end_of_day === undefined
      ? {}
      : { cancelled: totals.cancelled, cancelled_value: totals.cancelled_value }),
    unsettled: totals.unsettled,
    unsettled_value: totals.unsettled_value,
    avg_delay_ticks: mean(totals.delay_ticks, totals.settlements),
    total_cost: agents.reduce((sum, { costs }) => sum + costs.total_cost, 0),
    agents,
  };
}

export function inOrder(costs: Omit<Costs, 'total'>, total_cost: number): BankFigures['costs'] {
  return { ...(Object.fromEntries(COST_COMPONENTS.map((name) => [name, costs[name]])) as Omit<Costs, 'total'>), total_cost };
}
