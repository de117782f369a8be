/** A numbered change of the schema; its text is recorded with a checksum when it has been applied (spec 09 §11). */
export interface Migration {
  version: number;
  description: string;
  statements: readonly string[];
  /** Checksums of earlier texts that made the same tables and views, as far as any query can see. */
  equivalents?: readonly string[];
}

/**
 * What DuckDB compresses columns of bulk tables with: names that recur, and texts that differ. Left alone, it tries all its methods on
 * every row group, which takes longer than the compression itself.
 */
const NAME = 'USING COMPRESSION dictionary';
const TEXT = 'USING COMPRESSION fsst';

/** DuckDB computes the column for every row it inserts, to see whether it can; `to_base` pads in half the time of `lpad`. */
const EVENT_ID = "concat(simulation_id, '-e', to_base(event_seq, 10, 9))";

const SIMULATION_PURPOSES = "('standalone', 'initial', 'bootstrap', 'evaluation', 'best', 'final')";

/** Everything that can be stored, in one schema for every database (spec 09 §3). Bulk tables have logical keys only. */
const UNIFIED_SCHEMA: Migration = {
  version: 1,
  description: 'unified schema',
  equivalents: ['a2a05204beb13b8fd1baf5dcadfb21a1b5cda0c515975dc5c12da9b9e6421fab'],
  statements: [
    `CREATE TABLE IF NOT EXISTS experiments (
  run_id VARCHAR PRIMARY KEY,
  experiment_name VARCHAR NOT NULL,
  experiment_type VARCHAR NOT NULL,
  description VARCHAR,
  config JSON NOT NULL,
  scenario_path VARCHAR,
  scenario_json JSON,
  master_seed UBIGINT,
  status VARCHAR NOT NULL CHECK (status IN ('running', 'completed', 'failed')),
  created_at TIMESTAMP NOT NULL,
  completed_at TIMESTAMP,
  num_iterations INTEGER NOT NULL DEFAULT 0,
  converged BOOLEAN NOT NULL DEFAULT false,
  convergence_reason VARCHAR,
  final_cost BIGINT,
  best_cost BIGINT,
  best_iteration INTEGER,
  error_message VARCHAR,
  experiment_id VARCHAR GENERATED ALWAYS AS (run_id) VIRTUAL
)`,
    `CREATE TABLE IF NOT EXISTS simulations (
  simulation_id VARCHAR PRIMARY KEY,
  run_purpose VARCHAR NOT NULL DEFAULT 'standalone' CHECK (run_purpose IN ${SIMULATION_PURPOSES}),
  experiment_run_id VARCHAR REFERENCES experiments (run_id),
  experiment_iteration INTEGER,
  sample_index INTEGER,
  subject_agent_id VARCHAR,
  policy_variant VARCHAR,
  config_file VARCHAR,
  config_name VARCHAR,
  description VARCHAR,
  config_hash VARCHAR NOT NULL,
  config_json JSON NOT NULL,
  rng_seed UBIGINT NOT NULL,
  ticks_per_day INTEGER NOT NULL,
  num_days INTEGER NOT NULL,
  num_agents INTEGER NOT NULL,
  total_ticks INTEGER NOT NULL,
  persistence_level VARCHAR NOT NULL CHECK (persistence_level IN ('SUMMARY', 'EVENTS', 'FULL')),
  status VARCHAR NOT NULL CHECK (status IN ('running', 'completed', 'failed')),
  last_tick INTEGER,
  error_message VARCHAR,
  started_at TIMESTAMP NOT NULL,
  completed_at TIMESTAMP,
  total_arrivals BIGINT,
  total_settlements BIGINT,
  total_lsm_releases BIGINT,
  total_cost_cents BIGINT,
  event_count BIGINT,
  event_log_hash VARCHAR,
  duration_seconds DOUBLE,
  ticks_per_second DOUBLE,
  engine_version VARCHAR
)`,
    `CREATE TABLE IF NOT EXISTS simulation_agents (
  simulation_id VARCHAR NOT NULL,
  agent_id VARCHAR NOT NULL,
  agent_index INTEGER NOT NULL,
  opening_balance BIGINT NOT NULL,
  unsecured_cap BIGINT NOT NULL,
  max_collateral_capacity BIGINT,
  collateral_haircut DOUBLE NOT NULL,
  PRIMARY KEY (simulation_id, agent_id)
)`,
    `CREATE TABLE IF NOT EXISTS simulation_events (
  simulation_id VARCHAR NOT NULL ${NAME},
  event_seq BIGINT NOT NULL,
  tick INTEGER NOT NULL,
  day INTEGER NOT NULL,
  event_type VARCHAR NOT NULL ${NAME},
  agent_id VARCHAR ${NAME},
  tx_id VARCHAR ${TEXT},
  agent_ids VARCHAR[] NOT NULL,
  tx_ids VARCHAR[] NOT NULL,
  details JSON NOT NULL ${TEXT},
  event_id VARCHAR GENERATED ALWAYS AS (${EVENT_ID}) VIRTUAL
)`,
    `CREATE TABLE IF NOT EXISTS transactions (
  simulation_id VARCHAR NOT NULL ${NAME},
  tx_id VARCHAR NOT NULL ${TEXT},
  sender_id VARCHAR NOT NULL ${NAME},
  receiver_id VARCHAR NOT NULL ${NAME},
  amount BIGINT NOT NULL,
  amount_settled BIGINT NOT NULL,
  priority INTEGER NOT NULL,
  original_priority INTEGER NOT NULL,
  is_divisible BOOLEAN NOT NULL,
  arrival_tick INTEGER NOT NULL,
  arrival_day INTEGER NOT NULL,
  created_tick INTEGER NOT NULL,
  deadline_tick INTEGER NOT NULL,
  settlement_tick INTEGER,
  settlement_day INTEGER,
  settlement_type VARCHAR ${NAME},
  status VARCHAR NOT NULL ${NAME},
  overdue_since_tick INTEGER,
  drop_reason VARCHAR ${NAME},
  parent_tx_id VARCHAR ${TEXT},
  split_index INTEGER,
  queue1_ticks INTEGER NOT NULL,
  queue2_ticks INTEGER NOT NULL,
  total_delay_ticks INTEGER,
  rtgs_priority VARCHAR ${NAME},
  declared_rtgs_priority VARCHAR ${NAME},
  rtgs_submission_tick INTEGER
)`,
    `CREATE TABLE IF NOT EXISTS daily_agent_metrics (
  simulation_id VARCHAR NOT NULL,
  agent_id VARCHAR NOT NULL,
  day INTEGER NOT NULL,
  opening_balance BIGINT NOT NULL,
  closing_balance BIGINT NOT NULL,
  min_balance BIGINT NOT NULL,
  max_balance BIGINT NOT NULL,
  unsecured_cap BIGINT NOT NULL,
  peak_overdraft BIGINT NOT NULL,
  opening_posted_collateral BIGINT NOT NULL,
  closing_posted_collateral BIGINT NOT NULL,
  peak_posted_collateral BIGINT NOT NULL,
  collateral_capacity BIGINT NOT NULL,
  num_collateral_posts INTEGER NOT NULL,
  num_collateral_withdrawals INTEGER NOT NULL,
  num_arrivals INTEGER NOT NULL,
  num_sent INTEGER NOT NULL,
  num_received INTEGER NOT NULL,
  num_settled INTEGER NOT NULL,
  num_dropped INTEGER NOT NULL,
  queue1_peak_size INTEGER NOT NULL,
  queue1_eod_size INTEGER NOT NULL,
  queue2_peak_size INTEGER NOT NULL,
  queue2_eod_size INTEGER NOT NULL,
  liquidity_cost BIGINT NOT NULL,
  delay_cost BIGINT NOT NULL,
  collateral_cost BIGINT NOT NULL,
  deadline_penalty_cost BIGINT NOT NULL,
  split_friction_cost BIGINT NOT NULL,
  liquidity_opportunity_cost BIGINT NOT NULL,
  total_cost BIGINT NOT NULL,
  PRIMARY KEY (simulation_id, agent_id, day)
)`,
    `CREATE TABLE IF NOT EXISTS daily_system_metrics (
  simulation_id VARCHAR NOT NULL,
  day INTEGER NOT NULL,
  num_arrivals INTEGER NOT NULL,
  num_settlements INTEGER NOT NULL,
  num_lsm_releases INTEGER NOT NULL,
  unsettled_count INTEGER NOT NULL,
  total_cost BIGINT NOT NULL,
  tick_cost_total BIGINT NOT NULL,
  PRIMARY KEY (simulation_id, day)
)`,
    `CREATE TABLE IF NOT EXISTS tick_summaries (
  simulation_id VARCHAR NOT NULL,
  tick INTEGER NOT NULL,
  day INTEGER NOT NULL,
  num_arrivals INTEGER NOT NULL,
  num_settlements INTEGER NOT NULL,
  num_lsm_releases INTEGER NOT NULL,
  total_cost BIGINT NOT NULL,
  first_event_seq BIGINT NOT NULL,
  num_events INTEGER NOT NULL,
  rng_state UBIGINT NOT NULL
)`,
    `CREATE TABLE IF NOT EXISTS tick_agent_states (
  simulation_id VARCHAR NOT NULL ${NAME},
  tick INTEGER NOT NULL,
  day INTEGER NOT NULL,
  agent_id VARCHAR NOT NULL ${NAME},
  balance BIGINT NOT NULL,
  balance_change BIGINT NOT NULL,
  unsecured_cap BIGINT NOT NULL,
  posted_collateral BIGINT NOT NULL,
  allowed_overdraft BIGINT NOT NULL,
  queue1_size INTEGER NOT NULL,
  queue2_size INTEGER NOT NULL,
  liquidity_cost BIGINT NOT NULL,
  delay_cost BIGINT NOT NULL,
  collateral_cost BIGINT NOT NULL,
  penalty_cost BIGINT NOT NULL,
  split_friction_cost BIGINT NOT NULL,
  liquidity_opportunity_cost BIGINT NOT NULL,
  liquidity_cost_delta BIGINT NOT NULL,
  delay_cost_delta BIGINT NOT NULL,
  collateral_cost_delta BIGINT NOT NULL,
  penalty_cost_delta BIGINT NOT NULL,
  split_friction_cost_delta BIGINT NOT NULL,
  liquidity_opportunity_cost_delta BIGINT NOT NULL
)`,
    `CREATE TABLE IF NOT EXISTS tick_queue_snapshots (
  simulation_id VARCHAR NOT NULL ${NAME},
  tick INTEGER NOT NULL,
  queue_type VARCHAR NOT NULL ${NAME},
  agent_id VARCHAR NOT NULL ${NAME},
  position INTEGER NOT NULL,
  tx_id VARCHAR NOT NULL ${TEXT}
)`,
    `CREATE TABLE IF NOT EXISTS queue_snapshots (
  simulation_id VARCHAR NOT NULL ${NAME},
  day INTEGER NOT NULL,
  tick INTEGER NOT NULL,
  queue_type VARCHAR NOT NULL ${NAME},
  agent_id VARCHAR NOT NULL ${NAME},
  position INTEGER NOT NULL,
  tx_id VARCHAR NOT NULL ${TEXT}
)`,
    `CREATE TABLE IF NOT EXISTS collateral_events (
  simulation_id VARCHAR NOT NULL ${NAME},
  collateral_seq BIGINT NOT NULL,
  agent_id VARCHAR NOT NULL ${NAME},
  tick INTEGER NOT NULL,
  day INTEGER NOT NULL,
  action VARCHAR NOT NULL ${NAME} CHECK (action IN ('post', 'withdraw', 'hold')),
  amount BIGINT NOT NULL,
  reason VARCHAR NOT NULL ${NAME},
  layer VARCHAR NOT NULL ${NAME},
  balance_before BIGINT NOT NULL,
  balance_after BIGINT NOT NULL,
  posted_collateral_before BIGINT NOT NULL,
  posted_collateral_after BIGINT NOT NULL,
  available_capacity_after BIGINT NOT NULL,
  event_seq BIGINT,
  PRIMARY KEY (simulation_id, collateral_seq)
)`,
    `CREATE TABLE IF NOT EXISTS lsm_cycles (
  simulation_id VARCHAR NOT NULL,
  cycle_id VARCHAR NOT NULL,
  tick INTEGER NOT NULL,
  day INTEGER NOT NULL,
  cycle_type VARCHAR NOT NULL,
  num_agents INTEGER NOT NULL,
  num_transactions INTEGER NOT NULL,
  total_amount BIGINT NOT NULL,
  settled_value BIGINT NOT NULL,
  agent_ids VARCHAR[] NOT NULL,
  tx_ids VARCHAR[] NOT NULL,
  tx_amounts BIGINT[] NOT NULL,
  net_positions BIGINT[] NOT NULL,
  max_net_outflow BIGINT NOT NULL,
  max_net_outflow_agent VARCHAR,
  event_seq BIGINT NOT NULL,
  PRIMARY KEY (simulation_id, cycle_id)
)`,
    `CREATE TABLE IF NOT EXISTS lsm_cycle_transactions (
  simulation_id VARCHAR NOT NULL,
  cycle_id VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  tx_id VARCHAR NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (simulation_id, cycle_id, position)
)`,
    `CREATE TABLE IF NOT EXISTS policy_snapshots (
  simulation_id VARCHAR NOT NULL,
  agent_id VARCHAR NOT NULL,
  snapshot_day INTEGER NOT NULL,
  snapshot_tick INTEGER NOT NULL,
  policy_hash VARCHAR NOT NULL,
  policy_json JSON NOT NULL,
  created_by VARCHAR NOT NULL CHECK (created_by IN ('init', 'manual', 'llm', 'search')),
  PRIMARY KEY (simulation_id, agent_id, snapshot_day, snapshot_tick)
)`,
    `CREATE TABLE IF NOT EXISTS agent_state_registers (
  simulation_id VARCHAR NOT NULL ${NAME},
  tick INTEGER NOT NULL,
  agent_id VARCHAR NOT NULL ${NAME},
  register_key VARCHAR NOT NULL ${NAME},
  register_value DOUBLE NOT NULL
)`,
    `CREATE TABLE IF NOT EXISTS simulation_checkpoints (
  checkpoint_id VARCHAR PRIMARY KEY,
  simulation_id VARCHAR NOT NULL,
  checkpoint_tick INTEGER NOT NULL,
  checkpoint_day INTEGER NOT NULL,
  checkpoint_timestamp TIMESTAMP NOT NULL,
  checkpoint_type VARCHAR NOT NULL CHECK (checkpoint_type IN ('manual', 'auto', 'end_of_day', 'final')),
  description VARCHAR,
  created_by VARCHAR NOT NULL,
  state_format INTEGER NOT NULL,
  state_json VARCHAR NOT NULL,
  state_hash VARCHAR NOT NULL,
  config_json JSON NOT NULL,
  config_hash VARCHAR NOT NULL,
  next_event_seq BIGINT NOT NULL,
  num_agents INTEGER NOT NULL,
  num_transactions INTEGER NOT NULL,
  total_size_bytes BIGINT NOT NULL
)`,
    `CREATE TABLE IF NOT EXISTS experiment_iterations (
  run_id VARCHAR NOT NULL REFERENCES experiments (run_id),
  iteration INTEGER NOT NULL,
  costs_per_agent JSON NOT NULL,
  accepted_changes JSON NOT NULL,
  policies JSON NOT NULL,
  total_cost BIGINT NOT NULL,
  timestamp TIMESTAMP NOT NULL,
  evaluation_simulation_id VARCHAR,
  experiment_id VARCHAR GENERATED ALWAYS AS (run_id) VIRTUAL,
  PRIMARY KEY (run_id, iteration)
)`,
    `CREATE TABLE IF NOT EXISTS policy_evaluations (
  run_id VARCHAR NOT NULL REFERENCES experiments (run_id),
  iteration INTEGER NOT NULL,
  agent_id VARCHAR NOT NULL,
  attempt INTEGER NOT NULL,
  evaluation_mode VARCHAR NOT NULL,
  old_policy_hash VARCHAR NOT NULL,
  proposed_policy_hash VARCHAR NOT NULL,
  proposed_policy JSON NOT NULL,
  old_cost BIGINT,
  new_cost BIGINT,
  delta_sum BIGINT,
  context_simulation_cost BIGINT,
  accepted BOOLEAN NOT NULL,
  acceptance_reason VARCHAR NOT NULL,
  num_samples INTEGER NOT NULL,
  sample_details JSON,
  scenario_seed UBIGINT,
  settlement_rate DOUBLE,
  avg_delay DOUBLE,
  cost_breakdown JSON,
  cost_std_dev BIGINT,
  confidence_interval_95 BIGINT[],
  agent_stats JSON,
  evaluation_simulation_id VARCHAR,
  timestamp TIMESTAMP NOT NULL,
  PRIMARY KEY (run_id, iteration, agent_id, attempt)
)`,
    `CREATE TABLE IF NOT EXISTS experiment_events (
  run_id VARCHAR NOT NULL REFERENCES experiments (run_id),
  event_seq BIGINT NOT NULL,
  iteration INTEGER NOT NULL,
  event_type VARCHAR NOT NULL,
  event_data JSON NOT NULL,
  timestamp TIMESTAMP NOT NULL,
  PRIMARY KEY (run_id, event_seq)
)`,
    `CREATE VIEW IF NOT EXISTS simulation_runs AS
SELECT simulation_id, config_name, config_hash, description, started_at AS start_time, completed_at AS end_time, ticks_per_day, num_days,
  rng_seed, status, total_arrivals AS total_transactions, experiment_run_id AS experiment_id, experiment_iteration AS iteration, sample_index,
  run_purpose
FROM simulations`,
    `CREATE VIEW IF NOT EXISTS policy_decisions AS
SELECT simulation_id, event_seq AS id, agent_id, tick, day, lower(substr(event_type, 7)) AS decision_type, tx_id,
  details ->> 'reason' AS reason, CAST(details ->> 'num_splits' AS INTEGER) AS num_splits,
  CAST(details -> 'child_ids' AS VARCHAR[]) AS child_tx_ids
FROM simulation_events
WHERE event_type IN ('PolicySubmit', 'PolicyHold', 'PolicyDrop', 'PolicySplit')`,
    `CREATE VIEW IF NOT EXISTS v_payments AS
WITH RECURSIVE family AS (
  SELECT simulation_id, tx_id AS root_id, tx_id, status, settlement_tick FROM transactions WHERE parent_tx_id IS NULL
  UNION ALL
  SELECT t.simulation_id, f.root_id, t.tx_id, t.status, t.settlement_tick
  FROM transactions t JOIN family f ON t.simulation_id = f.simulation_id AND t.parent_tx_id = f.tx_id
), leaves AS (
  SELECT simulation_id, root_id, count(*) AS num_legs, bool_and(status = 'settled') AS is_settled, max(settlement_tick) AS last_settlement
  FROM family WHERE status <> 'split' GROUP BY simulation_id, root_id
)
SELECT t.* EXCLUDE (settlement_tick), l.num_legs, l.is_settled, CASE WHEN l.is_settled THEN l.last_settlement END AS settlement_tick
FROM transactions t JOIN leaves l ON t.simulation_id = l.simulation_id AND t.tx_id = l.root_id`,
  ],
};

/** Databases begun before simulations knew their experiment get the link; on others this changes nothing. */
const EXPERIMENT_CONTEXT: Migration = {
  version: 2,
  description: 'experiment context of simulations',
  statements: [
    'ALTER TABLE simulations ADD COLUMN IF NOT EXISTS experiment_run_id VARCHAR',
    'ALTER TABLE simulations ADD COLUMN IF NOT EXISTS experiment_iteration INTEGER',
  ],
};

/** All migrations in ascending order. */
export const MIGRATIONS: readonly Migration[] = [UNIFIED_SCHEMA, EXPERIMENT_CONTEXT];

export const SCHEMA_VERSION = MIGRATIONS.at(-1)!.version;
