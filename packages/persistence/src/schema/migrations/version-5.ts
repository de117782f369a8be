import { createTable } from '../ddl.js';
import { moreWords } from './more-words.js';
import { TABLES } from '../tables.js';

/** Settlement designs: their events and rows. Runs stored before have none. */
export const VERSION_5: readonly string[] = [
  createTable('settlement_runs', TABLES.settlement_runs),
  createTable('algorithm_runs', TABLES.algorithm_runs),
  moreWords('simulation_events', 'event_type'),
  moreWords('transactions', 'settlement_type'),
  createTable('lsm_cycles', TABLES.lsm_cycles, 'new_lsm_cycles'),
  'INSERT INTO new_lsm_cycles BY NAME SELECT * FROM lsm_cycles ORDER BY rowid',
  'DROP TABLE lsm_cycles',
  'ALTER TABLE new_lsm_cycles RENAME TO lsm_cycles',
];
