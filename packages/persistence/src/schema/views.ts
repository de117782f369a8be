import { HOLD_REASONS, OWN_REASON } from '@simcash/protocol';
import { literal } from '../sql-text.js';
import { TABLES } from './tables.js';

/** Declaration of a view: its columns in order, with what they mean. */
export interface View {
  readonly about: string;
  readonly columns: Readonly<Record<string, { readonly about: string }>>;
  readonly sql: string;
}

const as = (about: string): { about: string } => ({ about });
const { simulation_events, simulations, transactions } = TABLES;

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

const v_simulations: View = {
  about: 'The rows of simulations with the truth about runs whose process died: they failed. Read this rather than the table.',
  columns: simulations.columns,
  sql: `SELECT * REPLACE (${LIVE_STATUS} AS status, ${LIVE_MESSAGE} AS error_message) FROM simulations`,
};

const simulation_runs: View = {
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

/** A reason for holding a payment in its parts, as `holdReason` of the protocol takes it apart. */
const REASON_CODE = `CASE WHEN starts_with(reason, 'Custom("') THEN coalesce(try_cast('"' || reason[9:-3] || '"' AS JSON) ->> '$', reason[9:-3])
    WHEN regexp_matches(reason, '^\\w+( \\{| (withdraw step |resubmit step )?failed: )') THEN regexp_extract(reason, '^\\w+') ELSE reason END`;
const REASON_ARGUMENTS = `CASE WHEN starts_with(reason, 'Custom("') THEN '{}'::JSON
    WHEN regexp_matches(reason, '^\\w+ \\{ \\w+: \\d+ \\}$') THEN json_object(regexp_extract(reason, '\\{ (\\w+):', 1), CAST(regexp_extract(reason, '(\\d+) \\}$', 1) AS BIGINT))
    WHEN regexp_matches(reason, '^\\w+ (withdraw step |resubmit step )?failed: ') THEN json_object('error', regexp_replace(reason, '^\\w+ (withdraw step |resubmit step )?failed: ', ''))
    WHEN reason IS NOT NULL THEN '{}'::JSON END`;

/** Sentences with their arguments put in. */
function reasonText(): string {
  const filled = (sentence: string): string =>
    sentence
      .split(/(\{\w+\})/)
      .map((part) => {
        const name = /^\{(\w+)\}$/.exec(part)?.[1];
        return name === undefined
          ? literal(part)
          : name === 'code'
            ? 'reason_code'
            : `coalesce(reason_arguments ->> ${literal(name)}, ${literal(part)})`;
      })
      .join(' || ');
  const cases = Object.entries(HOLD_REASONS).map(([code, sentence]) => `WHEN ${literal(code)} THEN ${filled(sentence)}`);
  return `CASE WHEN decision_type <> 'hold' THEN NULL ELSE CASE reason_code ${cases.join(' ')} ELSE ${filled(OWN_REASON)} END END`;
}

const policy_decisions: View = {
  about: 'Decisions of policies about payments: the events `PolicySubmit`, `PolicyHold`, `PolicyDrop` and `PolicySplit`.',
  columns: {
    simulation_id: simulation_events.columns.simulation_id,
    id: as('`event_seq`'),
    agent_id: as('bank'),
    tick: simulation_events.columns.tick,
    day: simulation_events.columns.day,
    decision_type: as('`submit`, `hold`, `drop` or `split`'),
    tx_id: as('payment'),
    reason: as('why it was held or dropped, as the log says it'),
    num_splits: as('number of parts'),
    child_tx_ids: as('the parts'),
    reason_code: as('the reason without its arguments: group by this'),
    reason_arguments: as('its arguments: `{"ticks_remaining": 9}`'),
    reason_text: as('why it was held, for people'),
  },
  sql: `SELECT simulation_id, id, agent_id, tick, day, decision_type, tx_id, reason, num_splits, child_tx_ids, reason_code, reason_arguments,
  ${reasonText()} AS reason_text
FROM (
  SELECT *, ${REASON_CODE} AS reason_code,
    ${REASON_ARGUMENTS} AS reason_arguments
  FROM (
    SELECT simulation_id, event_seq AS id, agent_id, tick, day, lower(substr(CAST(event_type AS VARCHAR), 7)) AS decision_type, tx_id,
      details ->> 'reason' AS reason, CAST(details ->> 'num_splits' AS INTEGER) AS num_splits,
      CAST(details -> 'child_ids' AS VARCHAR[]) AS child_tx_ids
    FROM simulation_events
    WHERE event_type IN ('PolicySubmit', 'PolicyHold', 'PolicyDrop', 'PolicySplit')
  )
)`,
};

const PAYMENT_COLUMNS = Object.keys(transactions.columns);
/** Columns whose value for a split payment comes from the legs that carry its money. */
const FROM_LEGS: Readonly<Record<string, string>> = {
  amount_settled: 'l.amount_settled',
  settlement_tick: 'CASE WHEN l.is_settled THEN l.last_settlement END',
  settlement_day: 'CASE WHEN l.is_settled THEN l.last_day END',
  total_delay_ticks: 'CASE WHEN l.is_settled THEN l.last_settlement - t.arrival_tick END',
  status:
    "CASE WHEN l.is_settled THEN 'settled' WHEN l.has_dropped THEN 'dropped' WHEN l.has_overdue THEN 'overdue' ELSE 'pending' END",
};

const v_payments: View = {
  about: 'Whole payments: one row per payment that is no part of another one, split or not. Count payments here.',
  columns: {
    ...transactions.columns,
    amount_settled: as('cents; of a split payment the sum of its settled legs'),
    settlement_tick: as('tick in which the last of its legs settled; `NULL` unless all are'),
    settlement_day: as('its day'),
    total_delay_ticks: as('`settlement_tick − arrival_tick`'),
    status: as('`settled` if all its legs are; else the first that holds of any of them: `dropped`, `overdue`, `pending`'),
    settlement_type: as('how it was settled; `NULL` if it was split, see its legs'),
    num_legs: as('legs that carry the money: 1, or the parts of its splits'),
    is_settled: as('whether all of them are settled'),
  },
  sql: `SELECT ${PAYMENT_COLUMNS.join(', ')}, 1::BIGINT AS num_legs, status = 'settled' AS is_settled
FROM transactions WHERE parent_tx_id IS NULL AND num_parts = 0
UNION ALL
SELECT ${PAYMENT_COLUMNS.map((name) => (FROM_LEGS[name] === undefined ? `t.${name}` : `${FROM_LEGS[name]} AS ${name}`)).join(', ')},
  l.num_legs, l.is_settled
FROM transactions t JOIN (
  SELECT simulation_id, arrival_seq, count(*) AS num_legs, bool_and(status = 'settled') AS is_settled, bool_or(status = 'dropped') AS has_dropped,
    bool_or(status = 'overdue') AS has_overdue, CAST(sum(amount_settled) AS BIGINT) AS amount_settled, max(settlement_tick) AS last_settlement,
    max(settlement_day) AS last_day
  FROM transactions WHERE parent_tx_id IS NOT NULL AND num_parts = 0 GROUP BY simulation_id, arrival_seq
) l USING (simulation_id, arrival_seq)
WHERE t.parent_tx_id IS NULL AND t.num_parts > 0`,
};

/** Every view by name; those that read another one come after it. */
export const VIEWS = { v_simulations, simulation_runs, policy_decisions, v_payments } as const satisfies Readonly<
  Record<string, View>
>;

export const createView = (name: string, { sql }: View, kind: 'VIEW' | 'TEMP VIEW' = 'VIEW'): string =>
  `CREATE OR REPLACE ${kind} ${name} AS
${sql}`;
