import type { DuckDBValue } from '@duckdb/node-api';
import {
  canonicalJson,
  type ComparedDay,
  type ExperimentEvent,
  type ExperimentResult,
  type Policy,
  type PolicyEvaluation,
  type ProposalDecision,
} from '@simcash/protocol';
import { createHash } from 'node:crypto';
import { JUDGEMENT } from '../schema/tables/experiments.js';
import type { Session } from '../session.js';
import { UTC_NOW } from '../sql-text.js';

export async function insertEvaluation(session: Session, runId: string, iteration: number, row: PolicyEvaluation): Promise<void> {
  const { confidence_interval_95: interval, old_policy, proposed_policy } = row;
  const big = (value: number | null): bigint | null => (value === null ? null : BigInt(value));
  await insert(session, 'policy_evaluations', {
    run_id: runId,
    iteration,
    agent_id: row.agent_id,
    attempt: row.attempt,
    evaluation_mode: row.evaluation_mode,
    old_policy_hash: hashOf(old_policy),
    proposed_policy_hash: hashOf(proposed_policy),
    proposed_policy: json(proposed_policy),
    old_cost: big(row.old_cost),
    new_cost: big(row.new_cost),
    delta_sum: big(row.delta_sum),
    context_simulation_cost: big(row.context_simulation_cost),
    accepted: row.accepted,
    acceptance_reason: row.acceptance_reason,
    num_samples: row.num_samples,
    sample_details: json(row.sample_details),
    scenario_seed: big(row.scenario_seed),
    settlement_rate: row.settlement_rate,
    avg_delay: row.avg_delay,
    cost_breakdown: json(row.cost_breakdown),
    cost_std_dev: big(row.cost_std_dev),
    confidence_interval_95: interval === null ? null : `[${interval.join(', ')}]`,
    agent_stats: json(row.agent_stats),
    evaluation_simulation_id: row.evaluation_simulation_id,
    timestamp: NOW,
    ...judgementColumns(row.judgement),
  });
}

/** The columns of a judgement that were written, or nothing but `NULL`. */
function judgementColumns(judgement: ProposalDecision | null): Record<string, DuckDBValue> {
  if (judgement === null) return {};
  const { acceptance, ...decided } = judgement;
  return { ...decided, ...acceptance };
}

export function judgementOf(row: Readonly<Record<string, unknown>>): ProposalDecision | null {
  if (row.decision === null) return null;
  const { candidates_searched, decision, reason, search_simulations, ...acceptance } = Object.fromEntries(
    Object.keys(JUDGEMENT).map((column) => [column, row[column]]),
  );
  return {
    decision,
    reason,
    candidates_searched,
    search_simulations,
    acceptance: acceptance.test === null ? null : acceptance,
  } as ProposalDecision;
}

/** Days are many: they go in as one list each of a kind. */
export async function insertDays(session: Session, runId: string, iteration: number, row: PolicyEvaluation): Promise<void> {
  const { agent_id, attempt, days } = row;
  if (days === null) return;
  const list = (of: (day: ComparedDay) => number | bigint): string => `[${days.map(of).join(', ')}]`;
  await session.execute(
    `INSERT INTO policy_evaluation_days
     SELECT $1, $2, $3, $4, unnest(range(${days.length})), unnest(CAST($5 AS UBIGINT[])), unnest(CAST($6 AS BIGINT[])),
       unnest(CAST($7 AS BIGINT[])), unnest(CAST($8 AS INTEGER[])), unnest(CAST($9 AS INTEGER[])), unnest(CAST($10 AS INTEGER[]))`,
    [
      runId,
      iteration,
      agent_id,
      attempt,
      list(({ seed }) => seed),
      list(({ old_cost }) => old_cost),
      list(({ new_cost }) => new_cost),
      list(({ old_settled }) => old_settled),
      list(({ new_settled }) => new_settled),
      list(({ arrived }) => arrived),
    ],
  );
}

/** What a run has come to on test days. */
export async function insertConclusion(
  session: Session,
  runId: string,
  { regret_candidates, test }: ExperimentResult,
): Promise<void> {
  for (const [profile, banks] of Object.entries(test ?? {}))
    for (const [agent_id, figures] of Object.entries(banks))
      await insert(session, 'experiment_estimates', { run_id: runId, profile, agent_id, ...figures });
  for (const { policy, ...figures } of regret_candidates)
    await insert(session, 'experiment_regret', { run_id: runId, policy_hash: hashOf(policy), ...figures });
}

export async function insertEvents(session: Session, runId: string, events: readonly ExperimentEvent[]): Promise<void> {
  const [next] = await session.query<{ seq: number }>(
    'SELECT coalesce(max(event_seq) + 1, 0)::BIGINT AS seq FROM experiment_events WHERE run_id = $1',
    [runId],
  );
  for (const [i, { event_data, event_type, iteration }] of events.entries()) {
    const event_seq = BigInt(next!.seq + i);
    await insert(session, 'experiment_events', {
      run_id: runId,
      event_seq,
      iteration,
      event_type,
      event_data: json(event_data),
      timestamp: NOW,
    });
  }
}

const hashOf = (policy: Policy): string => createHash('sha256').update(canonicalJson(policy)).digest('hex');

/** Inserts a row; names of columns are ours, values are bound. */
export async function insert(
  session: Session,
  table: string,
  row: Readonly<Record<string, DuckDBValue | typeof NOW>>,
): Promise<void> {
  const columns = Object.keys(row);
  const values = Object.values(row).filter((value) => value !== NOW) as DuckDBValue[];
  let n = 0;
  const places = Object.entries(row).map(([column, value]) => {
    if (value === NOW) return UTC_NOW;
    n++;
    if (column === 'confidence_interval_95') return `CAST(CAST($${n} AS VARCHAR) AS BIGINT[])`;
    return typeof value === 'bigint' ? `CAST($${n} AS HUGEINT)` : `$${n}`;
  });
  await session.execute(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')})`, values);
}

/** Stands for the database's clock. */
export const NOW = Symbol('now');

export const JSON_COLUMNS = ['proposed_policy', 'sample_details', 'cost_breakdown', 'agent_stats'];

export const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
