import { BANK_TICKS } from './bank-ticks.js';
import { unmeasured } from './unmeasured.js';
import { as, type View } from './view.js';
import { agent_id, day, simulation_id, tick } from './words.js';

/** Runs whose series were stored when they completed. */
const STORED = `SELECT simulation_id, agent_id, day, CAST(day * ticks_per_day + tick_of_day AS INTEGER) AS tick, tick_of_day, value_cum,
  value_cum / nullif(value_day, 0) AS share_cum, value_due_cum
FROM (
  SELECT simulation_id, agent_id, day, sent_so_far[-1] AS value_day, CAST(unnest(range(len(sent_so_far))) AS INTEGER) AS tick_of_day,
    unnest(sent_so_far) AS value_cum, unnest(due_so_far) AS value_due_cum
  FROM bank_day_series
) JOIN (SELECT simulation_id, ticks_per_day FROM simulations) USING (simulation_id)`;

/** From events alone. */
const COMPUTED = `SELECT simulation_id, agent_id, day, tick, tick - min(tick) OVER day_so_far AS tick_of_day, CAST(sum(value_sent) OVER day_so_far AS BIGINT) AS value_cum,
  sum(value_sent) OVER day_so_far / nullif(sum(value_sent) OVER whole_day, 0) AS share_cum, CAST(sum(value_due) OVER day_so_far AS BIGINT) AS value_due_cum
FROM v_bank_ticks
WINDOW day_so_far AS (PARTITION BY simulation_id, agent_id, day ORDER BY tick), whole_day AS (PARTITION BY simulation_id, agent_id, day)`;

export const v_throughput: View = {
  about: 'How much of a bank’s outgoing flows of the day was sent by each tick.',
  columns: {
    ...{ simulation_id, agent_id, day, tick },
    tick_of_day: as('tick of the day, from 0'),
    value_cum: as('cents sent so far on the day'),
    share_cum: as('share of what it sent on the day; `NULL` if that is nothing'),
    value_due_cum: as('cents of payments that arrived so far on the day'),
  },
  sql: `${STORED}
UNION ALL
${unmeasured('bank_day_series', BANK_TICKS, COMPUTED)}`,
};
