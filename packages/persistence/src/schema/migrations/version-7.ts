import { createTable } from '../ddl.js';
import { moreWords } from './more-words.js';
import { TABLES } from '../tables.js';

/** Payment lists, clocks and accounts that are set by day. Runs stored before have none. */
export const VERSION_7: readonly string[] = [
  'ALTER TABLE simulations ADD COLUMN IF NOT EXISTS dataset_sha256 VARCHAR',
  'ALTER TABLE transactions ADD COLUMN IF NOT EXISTS list_index INTEGER',
  moreWords('simulation_events', 'event_type'),
  moreWords('transactions', 'status'),
  'ALTER TABLE simulations ADD COLUMN IF NOT EXISTS total_cancelled BIGINT',
  'ALTER TABLE simulations ADD COLUMN IF NOT EXISTS total_cancelled_value BIGINT',
  'UPDATE simulations SET total_cancelled = 0, total_cancelled_value = 0 WHERE total_dropped IS NOT NULL AND total_cancelled IS NULL',
  ...(['simulation_calendar', 'payment_datasets', 'payment_dataset_rows', 'payment_dataset_rejects'] as const).map((name) =>
    createTable(name, TABLES[name]),
  ),
];
