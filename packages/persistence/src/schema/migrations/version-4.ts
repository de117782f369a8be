import { createTable } from '../ddl.js';
import { TABLES } from '../tables.js';

/** Simulations that ended before have no sums: nobody knows what their rows were. */
export const VERSION_4: readonly string[] = [
  createTable('simulation_checksums', TABLES.simulation_checksums),
  createTable('experiment_checksums', TABLES.experiment_checksums),
];
