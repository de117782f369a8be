import type { Column } from '../column.js';
import { sqlType } from '../ddl.js';
import { TABLES } from '../tables.js';

/** A closed list of words has got more of them. */
export function moreWords(table: 'simulation_events' | 'transactions', column: string): string {
  const declaration = (TABLES[table].columns as Readonly<Record<string, Column>>)[column]!;
  return `ALTER TABLE ${table} ALTER COLUMN "${column}" TYPE ${sqlType(declaration, true)}`;
}
