import { createTable } from '../ddl.js';
import { TABLES } from '../tables.js';
import { SWEEP_TABLES } from '../tables/sweeps.js';

/** Sweeps. */
export const VERSION_8: readonly string[] = SWEEP_TABLES.map((name) => createTable(name, TABLES[name]));
