/**
 * Closed ticks are no part of delays, and none of them is stalled: sheets of runs with a clock, which counted them, go, and are computed
 * from the events when somebody asks.
 */
export const VERSION_9: readonly string[] = [
  'DELETE FROM indicator_sheets WHERE simulation_id IN (SELECT simulation_id FROM simulation_calendar)',
  "DELETE FROM simulation_checksums WHERE table_name = 'indicator_sheets' AND simulation_id IN (SELECT simulation_id FROM simulation_calendar)",
];
