import { createTable, sqlType } from '../ddl.js';
import { TABLES } from '../tables.js';

const { columns } = TABLES.experiments;
const NEW = (['ending', 'ending_detail', 'regret'] as const).map((column) => `${column} ${sqlType(columns[column])}`);

/** Experiments over many days: how each was judged, what they came to, and how they ended. */
export const VERSION_11: readonly string[] = [
  ...NEW.map((column) => `ALTER TABLE experiments ADD COLUMN IF NOT EXISTS ${column}`),
  createTable('policy_evaluations', TABLES.policy_evaluations, 'new_policy_evaluations'),
  'INSERT INTO new_policy_evaluations BY NAME SELECT * FROM policy_evaluations ORDER BY rowid',
  'DROP TABLE policy_evaluations',
  'ALTER TABLE new_policy_evaluations RENAME TO policy_evaluations',
  ...(['policy_evaluation_days', 'experiment_estimates', 'experiment_regret'] as const).map((name) =>
    createTable(name, TABLES[name]),
  ),
  // Version 8 makes all tables of sweeps as they are now.
  'DROP TABLE IF EXISTS sweep_sensitivity',
  createTable('sweep_sensitivity', TABLES.sweep_sensitivity),
];
