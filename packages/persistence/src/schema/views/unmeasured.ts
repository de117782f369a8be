import { literal } from '../../sql-text.js';
import type { View } from './view.js';

/** A section of the sheets of indicators, which completed runs have. */
export const sheetSection = (section: string): string =>
  `(SELECT simulation_id, content FROM indicator_sheets WHERE section = ${literal(section)})`;

/** Tables that are large. */
const TABLES: readonly string[] = ['simulation_events', 'transactions', 'tick_summaries', 'simulation_agents'];

/**
 * A query over the runs of which nothing is stored in a table that is filled when runs complete: they run, failed, are older than the
 * table or too small for it. Where there is no such run nothing is read: each table is joined with them at once, for a join that came
 * later would wait for everything below it.
 *
 * @param views that the query reads, with what they read in turn
 */
export function unmeasured(stored: string, views: Readonly<Record<string, Pick<View, 'sql'>>>, query: string): string {
  const restricted = (sql: string): string =>
    sql.replaceAll(/\b(FROM|JOIN) (\w+)/g, (all, word: string, name: string) => {
      if (TABLES.includes(name)) return `${word} (SELECT * FROM ${name} SEMI JOIN unmeasured USING (simulation_id))`;
      return Object.hasOwn(views, name) ? `${word} (${restricted(views[name]!.sql)})` : all;
    });
  return `(WITH unmeasured AS (SELECT simulation_id FROM simulations ANTI JOIN ${stored} USING (simulation_id))
SELECT * FROM (${restricted(query)}))`;
}
