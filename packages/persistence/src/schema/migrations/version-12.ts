import { createTable } from '../ddl.js';
import { TABLES } from '../tables.js';

/** Runs of sweeps are simulations, stress tests are sweeps: words and columns more. */
export const VERSION_12: readonly string[] = [
  ...(['simulations', 'sweeps', 'sweep_cells', 'sweep_jobs'] as const).flatMap((name) => [
    createTable(name, TABLES[name], `new_${name}`),
    `INSERT INTO new_${name} BY NAME SELECT * FROM ${name} ORDER BY rowid`,
    `DROP TABLE ${name}`,
    `ALTER TABLE new_${name} RENAME TO ${name}`,
  ]),
  // Version 8 makes all tables of sweeps as they are now.
  'DROP TABLE IF EXISTS stress_banks',
  createTable('stress_banks', TABLES.stress_banks),
];
