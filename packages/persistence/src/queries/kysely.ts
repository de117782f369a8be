import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type Compilable } from 'kysely';
import type { SimCashDatabase } from '../database.js';
import type { Rows } from '../schema/tables.js';
import type { VIEWS } from '../schema/views.js';

/** Rows of all tables and views, as {@link SimCashDatabase.query} gives them. */
export interface Tables extends Rows {
  v_simulations: Rows['simulations'];
  v_payments: Rows['transactions'] &
    Pick<Rows['payment_dataset_rows'], 'external_ref' | 'payment_type' | 'on_behalf_of' | 'time_critical'> & {
      num_legs: number;
      is_settled: boolean;
    };
  policy_decisions: PolicyDecisionRow;
  simulation_runs: Record<keyof (typeof VIEWS)['simulation_runs']['columns'], never>;
}

/** A row of `simulation_events`. */
export type EventRow = Rows['simulation_events'];
/** A row of `transactions`. */
export type TransactionRow = Rows['transactions'];
/** A row of `v_payments`. */
export type PaymentRow = Tables['v_payments'];
/** A row of `tick_summaries`. */
export type TickSummaryRow = Rows['tick_summaries'];
/** A row of `tick_agent_states`. */
export type TickAgentStateRow = Rows['tick_agent_states'];
/** A row of `collateral_events`. */
export type CollateralRow = Rows['collateral_events'];
/** A row of `lsm_cycles`. */
export type LsmCycleRow = Rows['lsm_cycles'];
/** A row of `policy_snapshots`. */
export type PolicySnapshotRow = Rows['policy_snapshots'];
/** A row of `simulation_calls`. */
export type CallRow = Rows['simulation_calls'];

/** A row of view `policy_decisions`. */
export interface PolicyDecisionRow {
  /** The simulation's id. */
  simulation_id: string;
  /** Position in the log of its run. */
  id: number;
  /** The bank's id. */
  agent_id: string;
  /** Ticks are counted from 0 over all days. */
  tick: number;
  /** Days are counted from 0. */
  day: number;
  /** What was decided. */
  decision_type: 'submit' | 'hold' | 'drop' | 'split';
  /** The payment's id. */
  tx_id: string;
  /** Why, in words. */
  reason: string | null;
  /** Into how many parts; null if it was not split. */
  num_splits: number | null;
  /** The parts; null if it was not split. */
  child_tx_ids: string[] | null;
  /** Why, as a word; null if the policy does not say. */
  reason_code: string | null;
  /** JSON. */
  reason_arguments: string | null;
  /** Why, in words; null if the policy does not say. */
  reason_text: string | null;
}

/** Builds and types queries; DuckDB speaks PostgreSQL's dialect as far as they go. Queries run through {@link rows}. */
export const queries = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** Runs a built query. */
export function rows<Row>(database: SimCashDatabase, query: Compilable<Row>): Promise<Row[]> {
  const { parameters, sql } = query.compile();
  return database.query<Row>(sql, [...parameters] as never[]);
}
