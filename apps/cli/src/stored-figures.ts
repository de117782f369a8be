import { getCostBreakdownByAgent, type SimCashDatabase } from '@simcash/persistence';
import { databasePath, type GlobalOptions } from './global-options.js';
import type { AgentFigures, RunFigures } from './output/summary.js';
import type { CountedBefore } from './running/figures.js';
import type { StoredRun } from './stored-run.js';

/** What a simulation has counted in the ticks that are stored. */
export async function countedBefore(database: SimCashDatabase, id: string): Promise<CountedBefore> {
  const [counts] = await database.query<{ overdue: number; lsm_operations: number }>(
    `SELECT (SELECT count(*) FROM simulation_events WHERE simulation_id = $1 AND event_type = 'TransactionWentOverdue') AS overdue,
       (SELECT coalesce(sum(num_lsm_releases), 0)::BIGINT FROM tick_summaries WHERE simulation_id = $1) AS lsm_operations`,
    [id],
  );
  // Below level FULL only the ends of days are known.
  const lowest = await database.query<{ agent_id: string; lowest: number }>(
    `SELECT agent_id, coalesce(min(t.balance), min(d.lowest)) AS lowest
     FROM (SELECT agent_id, min(min_balance) AS lowest FROM daily_agent_metrics WHERE simulation_id = $1 GROUP BY agent_id) d
     FULL JOIN (SELECT agent_id, balance FROM tick_agent_states WHERE simulation_id = $1) t USING (agent_id) GROUP BY agent_id`,
    [id],
  );
  return { ...counts!, lowest: new Map(lowest.map((row) => [row.agent_id, row.lowest])) };
}

/** The figures of a stored run, as they were when it ran. */
export async function storedFigures(
  database: SimCashDatabase,
  { scenario, simulation, views }: StoredRun,
  options: GlobalOptions,
): Promise<RunFigures> {
  const { config } = scenario;
  const { simulation_id: id } = simulation;
  const totalTicks = config.ticks_per_day * config.num_days;
  const executed = (simulation.last_tick ?? -1) + 1;
  const states = new Map((await views.agentsAt(executed - 1))?.map((state) => [state.agent_id, state]));
  const costs = new Map((await getCostBreakdownByAgent(database, id)).map((row) => [row.agent_id, row]));
  const closings = await database.query<{ agent_id: string; closing: number; queue1: number; queue2: number }>(
    `SELECT agent_id, arg_max(closing_balance, day) AS closing, arg_max(queue1_eod_size, day) AS queue1,
       arg_max(queue2_eod_size, day) AS queue2 FROM daily_agent_metrics WHERE simulation_id = $1 GROUP BY agent_id`,
    [id],
  );
  const lastDays = new Map(closings.map((row) => [row.agent_id, row]));
  const { lowest, ...counted } = await countedBefore(database, id);
  return {
    config_file: simulation.config_file ?? id,
    seed: config.rng_seed,
    ticks_executed: executed,
    total_ticks: totalTicks,
    completed: executed === totalTicks,
    duration_seconds: simulation.duration_seconds ?? 0,
    simulation_id: id,
    database: databasePath(options),
    total_arrivals: simulation.total_arrivals ?? 0,
    total_settlements: simulation.total_settlements ?? 0,
    total_lsm_releases: simulation.total_lsm_releases ?? 0,
    ...counted,
    agents: simulation.agent_ids.map((agent): AgentFigures => {
      const paid = costs.get(agent) ?? NO_COSTS;
      const state = states.get(agent);
      const day = lastDays.get(agent);
      return {
        id: agent,
        final_balance: state?.balance ?? day?.closing ?? 0,
        min_balance: lowest.get(agent) ?? 0,
        queue1_size: state?.queue1_size ?? day?.queue1 ?? 0,
        queue2_size: state?.queue2_size ?? day?.queue2 ?? 0,
        costs: {
          liquidity_cost: paid.liquidity_cost,
          delay_cost: paid.delay_cost,
          collateral_cost: paid.collateral_cost,
          penalty_cost: paid.deadline_penalty_cost,
          split_friction_cost: paid.split_friction_cost,
          liquidity_opportunity_cost: paid.liquidity_opportunity_cost,
          total_cost: paid.total_cost,
        },
      };
    }),
    total_cost: simulation.total_cost_cents ?? 0,
    config_hash: simulation.config_hash,
  };
}

const NO_COSTS = {
  liquidity_cost: 0,
  delay_cost: 0,
  collateral_cost: 0,
  split_friction_cost: 0,
  deadline_penalty_cost: 0,
  liquidity_opportunity_cost: 0,
  total_cost: 0,
};
