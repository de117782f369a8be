import { TABLES } from '../tables.js';
import { as, type View } from './view.js';

const { simulation_calendar: days } = TABLES;

const TICK = "c.opening + k.tick_of_day * c.tick_seconds * INTERVAL '1 second'";

export const v_tick_times: View = {
  about: 'When ticks are, of runs with a clock: one row per tick.',
  columns: {
    simulation_id: days.columns.simulation_id,
    tick: as('tick of the run'),
    day: days.columns.day,
    tick_of_day: as('tick of the day, from 0'),
    business_date: days.columns.business_date,
    starts_at: as('when it begins, UTC; `NULL` for a closed tick'),
    local_time: as('the same in the time zone of the clock'),
    is_open: as('whether the system is open in it'),
  },
  sql: `SELECT c.simulation_id, c.day * s.ticks_per_day + k.tick_of_day AS tick, c.day, k.tick_of_day, c.business_date,
  CASE WHEN k.tick_of_day < c.open_ticks THEN ${TICK} END AS starts_at,
  CASE WHEN k.tick_of_day < c.open_ticks THEN ((${TICK}) AT TIME ZONE 'UTC') AT TIME ZONE c.time_zone END AS local_time,
  k.tick_of_day < c.open_ticks AS is_open
FROM simulation_calendar c JOIN simulations s USING (simulation_id),
  LATERAL (SELECT CAST(unnest(range(s.ticks_per_day)) AS INTEGER) AS tick_of_day) k`,
};
