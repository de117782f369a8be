import { bigint, integer, name, simulation, table, text, ubigint, wallClock } from '../column.js';

/** What both tables say of the rows that they sum up. */
const SUMS = {
  table_name: name('table whose rows are summed up'),
  num_rows: bigint('number of rows'),
  column_names: name('columns that were summed up, separated by commas'),
  // Ids and wall clocks are part of rows: the same run has other sums.
  checksum: wallClock(text('sum of the hashes of the rows, decimal')),
  hash_check: wallClock(
    ubigint('hash of a known row: where it comes out differently, DuckDB hashes differently now and sums cannot be compared'),
  ),
} as const;

export const simulation_checksums = table({
  about: 'Sums over the rows of a simulation by table and day, so that `db verify` finds every value that was changed since.',
  written: 'From level SUMMARY, when the simulation ends',
  level: 'SUMMARY',
  logicalKey: ['simulation_id', 'table_name', 'day'],
  columns: {
    simulation_id: simulation,
    day: integer('day of the rows, from 0; -1 for tables without days'),
    ...SUMS,
  },
});

export const experiment_checksums = table({
  about: 'Sums over the rows of an experiment by table.',
  written: 'When an experiment ends',
  level: null,
  logicalKey: ['run_id', 'table_name'],
  columns: { run_id: text('the experiment run that the row belongs to'), ...SUMS },
});
