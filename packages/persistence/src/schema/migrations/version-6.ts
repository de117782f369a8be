import { createTable } from '../ddl.js';
import { TABLES } from '../tables.js';

/** Simulations that ended before have no sheet: their indicators are computed when they are asked for. */
export const VERSION_6: readonly string[] = [createTable('indicator_sheets', TABLES.indicator_sheets)];
