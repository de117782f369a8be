import { getDailyCosts, type DailyCosts, type SimCashDatabase } from '@simcash/persistence';
import type { AgentTickState } from '@simcash/protocol';
import { inOrder, mean, runFigures, type BankFigures, type RunFigures } from './figures.js';
import { Reexecution } from './reexecution.js';
import type { StoredRun } from './stored-run.js';

/** The figures of a stored run, as they were when it ran. */
export async function storedFigures(database: SimCashDatabase, run: StoredRun): Promise<RunFigures> {
  const { scenario, simulation, views } = run;
  const { config } = scenario;
  const { simulation_id: id } = simulation;
  const executed = (simulation.last_tick ?? -1) + 1;
  // Below level FULL nothing is stored of banks within a day.
  const hasStates = simulation.persistence_level === 'FULL';
  if (!hasStates && executed % config.ticks_per_day !== 0)
    return runFigures(new Reexecution(run, { write: () => undefined }).runTo(executed));
  const states = new Map<string, AgentTickState>();
  if (hasStates && executed > 0)
    for await (const { agents } of views.views(executed - 1, executed - 1))
      for (const state of agents ?? []) states.set(state.agent_id, state);
  const costs = new Map((await getDailyCosts(database, id, 'bank')).map((row) => [row.agent_id, row]));
  const days = new Map((await daysOf(database, id)).map((row) => [row.agent_id, row]));
  const settlements = simulation.total_settlements ?? 0;
  return {
    ticks_executed: executed,
    total_ticks: config.ticks_per_day * config.num_days,
    total_arrivals: simulation.total_arrivals ?? 0,
    total_arrived_value: simulation.total_arrived_value ?? 0,
    total_settlements: settlements,
    total_settled_value: simulation.total_settled_value ?? 0,
    total_lsm_releases: simulation.total_lsm_releases ?? 0,
    lsm_operations: simulation.total_lsm_operations ?? 0,
    overdue: simulation.total_overdue ?? 0,
    dropped: simulation.total_dropped ?? 0,
    dropped_value: simulation.total_dropped_value ?? 0,
    ...(config.end_of_day === undefined
      ? {}
      : { cancelled: simulation.total_cancelled ?? 0, cancelled_value: simulation.total_cancelled_value ?? 0 }),
    unsettled: simulation.unsettled_count ?? 0,
    unsettled_value: simulation.unsettled_value ?? 0,
    avg_delay_ticks: mean(simulation.total_delay_ticks ?? 0, settlements),
    total_cost: simulation.total_cost_cents ?? 0,
    agents: simulation.agent_ids.map((agent): BankFigures => {
      const paid = costs.get(agent) ?? NO_COSTS;
      const state = states.get(agent);
      const day = days.get(agent);
      return {
        id: agent,
        final_balance: state?.balance ?? day?.closing ?? 0,
        min_balance: day?.lowest ?? 0,
        queue1_size: state?.queue1_size ?? day?.queue1 ?? 0,
        queue2_size: state?.queue2_size ?? day?.queue2 ?? 0,
        dropped: paid.num_dropped,
        dropped_value: paid.dropped_value ?? 0,
        costs: inOrder({ ...paid, penalty_cost: paid.deadline_penalty_cost }, paid.total_cost),
      };
    }),
  };
}

/** Of a bank of which no day is known. */
const NO_COSTS: Omit<DailyCosts, 'agent_id' | 'day'> = {
  ...{ liquidity_cost: 0, delay_cost: 0, collateral_cost: 0, deadline_penalty_cost: 0, split_friction_cost: 0 },
  ...{ liquidity_opportunity_cost: 0, total_cost: 0, num_dropped: 0, dropped_value: 0 },
};

interface BankDays {
  agent_id: string;
  closing: number;
  queue1: number;
  queue2: number;
  lowest: number;
}

/** How the days of a run ended, by bank; the lowest balance is that at the end of a tick where these are stored. */
function daysOf(database: SimCashDatabase, id: string): Promise<BankDays[]> {
  return database.query<BankDays>(
    `SELECT agent_id, any_value(d.closing) AS closing, any_value(d.queue1) AS queue1, any_value(d.queue2) AS queue2,
       coalesce(min(t.balance), min(d.lowest)) AS lowest
     FROM (SELECT agent_id, arg_max(closing_balance, day) AS closing, arg_max(queue1_eod_size, day) AS queue1,
             arg_max(queue2_eod_size, day) AS queue2, min(min_balance) AS lowest
           FROM daily_agent_metrics WHERE simulation_id = $1 GROUP BY agent_id) d
     FULL JOIN (SELECT agent_id, balance FROM tick_agent_states WHERE simulation_id = $1) t USING (agent_id)
     GROUP BY agent_id`,
    [id],
  );
}
