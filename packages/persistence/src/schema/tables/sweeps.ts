import { RUN_STATUSES } from '@simcash/protocol';
import {
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
    kind: word(['sweep'], '`sweep`'),
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
    worker_a: optional(wallClock(text('where the first ran'))),
    worker_b: optional(wallClock(text('where the other ran'))),
    values_a: json('value by measure'),
    values_b: json('value by measure'),
  },
});

/** Tables of sweeps, the sweep itself first. */
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

export const SWEEP_TABLES = [
  'sweeps',
  'sweep_cells',
  'sweep_jobs',
  'sweep_values',
  'sweep_statistics',
  'sweep_sensitivity',
  'sweep_shards',
  'sweep_conflicts',
] as const;
