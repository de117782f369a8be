import { beforeAll, describe, expect, it } from 'vitest';
import type { Simulation } from '../../engine/src/index.js';
import { getCostBreakdownByAgent, type SimCashDatabase } from '../src/index.js';
import { JUDGEMENT } from '../src/schema/tables/experiments.js';
import { openDatabase, reference, runLive, storeWhole } from './support/storing.js';

/** Columns whose names say that they hold money. */
const MONEY =
  /(^|_)(balance|cost|cents|amount|cap|capacity|collateral|overdraft|value|outflow|positions|amounts)(_|$)|^(delta_sum|confidence_interval_95)$/;
const NOT_MONEY = [
  ...['collateral_haircut', 'num_collateral_posts', 'num_collateral_withdrawals', 'register_value', 'cost_breakdown'],
  ...['collateral_seq', 'costs_per_agent', 'max_net_outflow_agent'],
];
/** Cents times ticks, which are no money, shares of money, means over days, and the text of a row that was not taken. */
const OF_MONEY =
  /_value_ticks$|^(share|settlement_rate|reciprocity|avg_delay)_value$|^peak_credit_ratio$|^value$|^(margin_cents|p_value|value_share|(old|new)_settlement_value)$/;

/** Sums in Float64 are exact up to 9 × 10^15; these scenarios stay below, and `amounts-in-trillions` well above a 32-bit number. */
const SCENARIOS = ['mixed-five-days', 'amounts-in-trillions', 'splits-families', 'liquidity-pool-daily', 'penalties-rate'];

describe('money', () => {
  let database: SimCashDatabase;
  const live = new Map<string, Simulation>();
  beforeAll(async () => {
    database = await openDatabase();
    for (const name of SCENARIOS) {
      await storeWhole(database, name, reference(name));
      live.set(name, runLive(reference(name)).simulation);
    }
  });

  it('is whole cents in 64 bits in every column of every table and view', async () => {
    const columns = await database.query<{ name: string; type: string; table: string }>(
      `SELECT column_name AS name, data_type AS type, table_name AS table FROM duckdb_columns() WHERE NOT internal
       AND database_name <> 'temp'`,
    );
    const money = columns.filter(({ name }) => MONEY.test(name) && !NOT_MONEY.includes(name));
    const wrong = money.filter(({ name, type }) => !['BIGINT', 'BIGINT[]'].includes(type) && !OF_MONEY.test(name));
    expect(wrong).toEqual([]);
    expect(money.length).toBeGreaterThan(60);
    // Views and statistics have shares and means; what else is stored has few.
    const fractions = columns.filter(
      ({ name, table, type }) =>
        !table.startsWith('v_') &&
        !['stress_banks', 'sweep_statistics', 'sweep_sensitivity', 'experiment_estimates', 'experiment_regret'].includes(table) &&
        !(table === 'policy_evaluations' && Object.hasOwn(JUDGEMENT, name)) &&
        (['DOUBLE', 'FLOAT'].includes(type) || type.startsWith('DECIMAL')),
    );
    expect(fractions.map(({ name, table }) => `${table}.${name}`).sort()).toEqual([
      'agent_state_registers.register_value',
      'policy_evaluations.avg_delay',
      'policy_evaluations.settlement_rate',
      'simulation_agents.collateral_haircut',
      'simulations.duration_seconds',
      'simulations.ticks_per_second',
      'sweep_jobs.duration_seconds',
      'sweep_values.value',
    ]);
  });

  it('is summed by DuckDB to what the engine has: costs of each bank, kind by kind', async () => {
    for (const [name, simulation] of live) {
      const stored = await getCostBreakdownByAgent(database, name);
      expect(stored).toHaveLength(simulation.agentIds.length);
      for (const { agent_id, deadline_penalty_cost: deadline_penalty, ...row } of stored) {
        expect({ ...row, deadline_penalty }, `${agent_id} of ${name}`).toEqual(simulation.agentRunCosts(agent_id));
      }
    }
  });

  it('is summed by DuckDB to what the engine has: balances and their sum, which nothing but pools changes', async () => {
    for (const [name, simulation] of live) {
      const stored = await database.query<{ agent_id: string; balance: number }>(
        `SELECT agent_id, balance FROM tick_agent_states WHERE simulation_id = $1
         AND tick = (SELECT max(tick) FROM tick_agent_states WHERE simulation_id = $1) ORDER BY encode(agent_id)`,
        [name],
      );
      expect(stored).toEqual(simulation.agents().map(({ agent_id, balance }) => ({ agent_id, balance })));
      const [sums] = await database.query<{ opening: number; closing: number }>(
        `SELECT (SELECT sum(opening_balance) FROM simulation_agents WHERE simulation_id = $1) AS opening,
           (SELECT sum(closing_balance) FROM daily_agent_metrics WHERE simulation_id = $1
            AND day = (SELECT max(day) FROM daily_agent_metrics WHERE simulation_id = $1)) AS closing`,
        [name],
      );
      const pooled = simulation.agents().reduce((sum, agent) => sum + agent.allocated_liquidity, 0);
      expect(sums!.closing, name).toBe(sums!.opening + pooled);
    }
  });

  it('is summed by DuckDB to what the engine has: the value of payments, arrived and settled', async () => {
    for (const [name, simulation] of live) {
      const roots = simulation.transactions().filter((transaction) => transaction.parent_tx_id === null);
      const [stored] = await database.query(
        `SELECT count(*) AS payments, sum(amount) AS value, (SELECT sum(amount_settled) FROM transactions WHERE simulation_id = $1) AS settled
         FROM v_payments WHERE simulation_id = $1`,
        [name],
      );
      const split = new Set(simulation.transactions().map((transaction) => transaction.parent_tx_id));
      const legs = simulation.transactions().filter(({ tx_id }) => !split.has(tx_id));
      expect(stored, name).toEqual({
        payments: roots.length,
        value: roots.reduce((sum, { amount }) => sum + amount, 0),
        settled: legs.reduce((sum, { amount, remaining_amount }) => sum + amount - remaining_amount, 0),
      });
    }
  });

  it('of trillions keeps its last cent', async () => {
    const [largest] = await database.query<{ cents: number }>(
      "SELECT max(amount) AS cents FROM transactions WHERE simulation_id = 'amounts-in-trillions'",
    );
    const amounts = live
      .get('amounts-in-trillions')!
      .transactions()
      .map(({ amount }) => amount);
    expect(largest!.cents).toBe(Math.max(...amounts));
    expect(largest!.cents).toBeGreaterThan(1e12);
  });
});
