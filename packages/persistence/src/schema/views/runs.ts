import { literal } from '../../sql-text.js';
import { TABLES } from '../tables.js';
import { as, type View } from './view.js';

const { simulations } = TABLES;

/**
 * How a simulation stands. A file can be opened only while nobody writes it, so a run that is still `running` belongs to nobody any
 * more — unless this very connection belongs to the process that records it, which names its runs in a variable.
 */
const DEAD =
  "(status = 'running' AND NOT list_contains(coalesce(getvariable('simcash_recording'), []::VARCHAR[]), simulation_id))";
export const RECORDING_VARIABLE = 'simcash_recording';
export const INTERRUPTED = 'interrupted (process ended)';

/** Columns of `simulations` with the truth about runs whose process died. */
const LIVE_STATUS = `CASE WHEN ${DEAD} THEN 'failed' ELSE status END`;
const LIVE_MESSAGE = `CASE WHEN ${DEAD} THEN ${literal(INTERRUPTED)} ELSE error_message END`;

export const v_simulations: View = {
  about: 'The rows of simulations with the truth about runs whose process died: they failed. Read this rather than the table.',
  columns: simulations.columns,
  sql: `SELECT * REPLACE (${LIVE_STATUS} AS status, ${LIVE_MESSAGE} AS error_message) FROM simulations`,
};

export const simulation_runs: View = {
  about: 'Simulations under older names.',
  columns: {
    simulation_id: simulations.columns.simulation_id,
    config_name: simulations.columns.config_name,
    config_hash: simulations.columns.config_hash,
    description: simulations.columns.description,
    start_time: as('`started_at`'),
    end_time: as('`completed_at`'),
    ticks_per_day: simulations.columns.ticks_per_day,
    num_days: simulations.columns.num_days,
    rng_seed: simulations.columns.rng_seed,
    status: simulations.columns.status,
    total_transactions: as('`total_arrivals`'),
    experiment_id: as('`experiment_run_id`'),
    iteration: as('`experiment_iteration`'),
    sample_index: simulations.columns.sample_index,
    run_purpose: simulations.columns.run_purpose,
  },
  sql: `SELECT simulation_id, config_name, config_hash, description, started_at AS start_time, completed_at AS end_time, ticks_per_day,
  num_days, rng_seed, status, total_arrivals AS total_transactions, experiment_run_id AS experiment_id,
  experiment_iteration AS iteration, sample_index, run_purpose
FROM v_simulations`,
};
