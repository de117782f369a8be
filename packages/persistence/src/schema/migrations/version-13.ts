import { createTable } from '../ddl.js';
import { TABLES } from '../tables.js';

/** Simulations that ended before have no series: views compute what they need from the events. */
export const VERSION_13: readonly string[] = [createTable('bank_day_series', TABLES.bank_day_series)];
