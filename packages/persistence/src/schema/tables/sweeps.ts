import { COST_COMPONENTS, RUN_STATUSES } from '@simcash/protocol';
import {
  bank,
  bigint,
  boolean,
  double,
  integer,
  json,
  name,
  optional,
  table,
  text,
  timestamp,
  ubigint,
  wallClock,
  word,
} from '../column.js';

/** Tables of sweeps (spec 15 §11). */

const sweep_id = text('the sweep that the row belongs to');
const cell = integer('cell, from 0');
const replication = integer('replication, from 0');

export const sweeps = table({
  about: 'One row per sweep: many runs of one scenario.',
  written: 'When a sweep begins',
  level: null,
  primaryKey: ['sweep_id'],
  columns: {
    sweep_id: text('`{name}-{YYYYMMDD}-{HHMMSS}-{6 hex digits}`'),
    kind: word(['sweep', 'stress'], '`sweep`, or `stress`: a stress test'),
    definition: json('the document with all defaults, and the content of the files that it names'),
    definition_hash: text('SHA-256 of the definition'),
    base_config: json('the base scenario'),
    master_seed: ubigint('seed from which those of replications are derived'),
    num_cells: integer('cells'),
    planned_replications: integer('replications of each cell, at most'),
    used_replications: optional(integer('replications of which statistics are made')),
    status: word(RUN_STATUSES, '`running`, `completed` or `failed`'),
    stop_reason: optional(text('`fixed`, `precision`, `max`, or why it failed')),
    engine_version: text('version of the program'),
    created_at: timestamp('UTC'),
    completed_at: optional(timestamp('UTC')),
  },
});

export const sweep_cells = table({
  about: 'Cells of sweeps: what their axes set.',
  written: 'When a sweep begins',
  level: null,
  primaryKey: ['sweep_id', 'cell'],
  columns: {
    sweep_id,
    cell,
    labels: json('label by axis'),
    settings: json('value by path'),
    config_hash: text('of the cell with seed 0'),
    is_baseline: boolean('whether the others are compared with it'),
    case_name: optional(text('of a stress test: name of the case; `NULL` for the runs without stress')),
    stricken_agent_id: optional(text('the one bank that the case strikes; `NULL` if there is not one')),
    events: optional(json('stress events of the case')),
  },
});

export const sweep_jobs = table({
  about: 'Runs of sweeps: what is done.',
  written: 'While a sweep runs, at most every quarter of a second',
  level: null,
  primaryKey: ['sweep_id', 'cell', 'replication'],
  columns: {
    sweep_id,
    cell,
    replication,
    job_id: text('`j-` and 32 hex digits: names the job by its content'),
    seed: ubigint('of the run'),
    status: word(['done', 'failed'], '`done` or `failed`'),
    attempts: wallClock(integer('how often it was tried')),
    error_message: optional(text('why it failed')),
    event_count: bigint('events of the run'),
    duration_seconds: optional(wallClock(double('seconds'))),
    simulation_id: optional(text('the run in `simulations`; `NULL` if it is not stored')),
  },
});

export const sweep_values = table({
  about: 'What was measured: one row per run and measure.',
  written: 'With its job',
  level: null,
  bulk: true,
  logicalKey: ['sweep_id', 'cell', 'replication', 'measure'],
  columns: {
    sweep_id: name('the sweep that the row belongs to'),
    cell,
    replication,
    measure: name('name of the measure'),
    value_cents: optional(bigint('cents, of money')),
    value: optional(double('everything else; both are `NULL` where the measure has no value')),
  },
});

export const sweep_statistics = table({
  about: 'Figures of cells and of their differences to the baseline.',
  written: 'When a sweep is complete',
  level: null,
  primaryKey: ['sweep_id', 'cell', 'measure', 'scope'],
  columns: {
    sweep_id,
    cell,
    measure: text('name of the measure'),
    scope: word(['cell', 'difference'], '`cell`, or `difference` to the baseline, replication by replication'),
    n: integer('values'),
    n_null: integer('replications without a value'),
    mean: optional(double('money in cents')),
    sd: optional(double('standard deviation')),
    se: optional(double('standard error of the mean')),
    min: optional(double('smallest')),
    max: optional(double('largest')),
    quantiles: json('value by share'),
    t_lower: optional(double('lower bound of the mean by Student’s t')),
    t_upper: optional(double('upper bound')),
    boot_lower: optional(double('lower bound by bootstrap')),
    boot_upper: optional(double('upper bound')),
    share_below_zero: optional(double('of differences')),
    share_zero: optional(double('of differences')),
    vr: optional(double('variance reduction of pairing')),
  },
});

export const sweep_shards = table({
  about: 'Parts of sweeps that ran by themselves.',
  written: 'When a part is complete',
  level: null,
  primaryKey: ['sweep_id', 'shard', 'of'],
  columns: {
    sweep_id,
    shard: integer('from 1'),
    of: integer('number of parts'),
    jobs: integer('jobs of the part'),
    completed: timestamp('UTC'),
  },
});

export const sweep_conflicts = table({
  about: 'Jobs that gave different values in two places: an alarm.',
  written: 'When results are put together',
  level: null,
  primaryKey: ['sweep_id', 'cell', 'replication'],
  columns: {
    sweep_id,
    cell,
    replication,
    worker_a: optional(wallClock(text('where the first ran: the file of its part; `NULL` where nobody knows'))),
    worker_b: optional(wallClock(text('where the other ran, likewise'))),
    values_a: json('value by measure'),
    values_b: json('value by measure'),
  },
});

export const sweep_sensitivity = table({
  about: 'How much the measures of a sweep owe to its parameters.',
  written: 'By `sensitivity --save`',
  level: null,
  primaryKey: ['sweep_id', 'measure', 'parameter', 'statistic'],
  columns: {
    sweep_id,
    measure: text('name of the measure'),
    parameter: text('name of the axis'),
    statistic: word(
      ['first', 'total', 'mu', 'mu_star', 'sigma'],
      '`first`, `total`: shares of the variance (Sobol); `mu`, `mu_star`, `sigma`: effects over the whole range (Morris)',
    ),
    value: optional(double('of the statistic')),
    lower: optional(double('lower 95 % limit')),
    upper: optional(double('upper 95 % limit')),
  },
});

/** What a component of the costs is more than without stress. */
const extraCosts = Object.fromEntries(
  COST_COMPONENTS.map((component) => [`extra_${component}`, bigint('cents; of which this component')]),
) as Record<`extra_${(typeof COST_COMPONENTS)[number]}`, ReturnType<typeof bigint>>;

export const stress_banks = table({
  about: 'What stress does to each bank, against the run without stress of the same seed.',
  written: 'With the job',
  level: null,
  bulk: true,
  logicalKey: ['sweep_id', 'cell', 'replication', 'agent_id'],
  columns: {
    sweep_id: name('the stress test that the row belongs to'),
    cell: integer('cell: the case'),
    replication,
    agent_id: bank('bank'),
    unsettled_value: bigint('cents; what it has not sent at the end of the run'),
    extra_unsettled_value: bigint('cents; so much more than without stress'),
    extra_delay_value_ticks: double('cents by ticks that its payments wait longer'),
    deterioration_max: bigint('cents; largest loss of available liquidity at the end of a tick'),
    deterioration_max_tick: integer('first tick of it'),
    deterioration_min: bigint('cents; largest gain, negative'),
    deterioration_min_tick: integer('first tick of it'),
    extra_cost: bigint('cents; total cost above that without stress'),
    ...extraCosts,
    value_sent: bigint('cents; value that it sent in this run'),
    value_share: optional(double('of the value that all banks sent')),
    pagerank: optional(double('PageRank of the bank in this run; `NULL` if it takes no part')),
    sinkrank: optional(double('SinkRank likewise')),
  },
});

/** Tables of sweeps, the sweep itself first. */
export const SWEEP_TABLES = [
  'sweeps',
  'sweep_cells',
  'sweep_jobs',
  'sweep_values',
  'sweep_statistics',
  'sweep_sensitivity',
  'sweep_shards',
  'sweep_conflicts',
  'stress_banks',
] as const;
