import { v_flow_steps, v_scheduled_settlements } from './movements.js';
import { sheetSection, unmeasured } from './unmeasured.js';
import { as, type View } from './view.js';
import { agent_id, day, simulation_id } from './words.js';

const SHEETS = sheetSection('bank_days');

/** Runs whose sheet was stored when they completed. */
const STORED = `SELECT simulation_id, d.bank AS agent_id, d.day, d.max_net_debit_event, d.upper_bound_event
FROM (SELECT simulation_id, unnest(from_json(content, '[{"bank": "VARCHAR", "day": "INTEGER", "max_net_debit_event": "BIGINT", "upper_bound_event": "BIGINT"}]')) AS d
  FROM ${SHEETS})`;

/** From events alone. */
const COMPUTED = `WITH actual AS (
  SELECT simulation_id, agent_id, day, sum(cents) OVER (PARTITION BY simulation_id, agent_id, day ORDER BY event_seq) AS x FROM v_flow_steps
), due AS (
  SELECT simulation_id, agent_id, day, sum(cents) OVER (PARTITION BY simulation_id, agent_id, day ORDER BY event_seq) AS x FROM (
    SELECT e.simulation_id, e.day, e.event_seq, unnest([t.sender_id, t.receiver_id]) AS agent_id, unnest([-t.amount, t.amount]) AS cents
    FROM simulation_events e JOIN transactions t USING (simulation_id, tx_id)
    WHERE e.event_type = 'Arrival' AND t.parent_tx_id IS NULL AND t.sender_id <> t.receiver_id
    UNION ALL SELECT simulation_id, day, event_seq, unnest([sender_id, receiver_id]), unnest([-amount, amount])
    FROM v_scheduled_settlements WHERE sender_id <> receiver_id
  )
), a AS (SELECT simulation_id, agent_id, day, greatest(-min(x), 0) AS v FROM actual GROUP BY ALL),
d AS (SELECT simulation_id, agent_id, day, greatest(-min(x), 0) AS v FROM due GROUP BY ALL),
b AS (SELECT g.simulation_id, g.agent_id, t.day FROM simulation_agents g JOIN (SELECT DISTINCT simulation_id, day FROM tick_summaries) t USING (simulation_id))
SELECT b.simulation_id, b.agent_id, b.day, CAST(coalesce(a.v, 0) AS BIGINT) AS max_net_debit_event, CAST(coalesce(d.v, 0) AS BIGINT) AS upper_bound_event
FROM b LEFT JOIN a USING (simulation_id, agent_id, day) LEFT JOIN d USING (simulation_id, agent_id, day)`;

export const v_bank_days_intratick: View = {
  about: 'Liquidity of a bank’s days along the log, inside the ticks.',
  columns: {
    ...{ simulation_id, agent_id, day },
    max_net_debit_event: as('cents; largest negative net cumulative position after any settlement event'),
    upper_bound_event: as('cents; the same if every obligation settled at once, in the order of the log'),
  },
  sql: `${STORED}
UNION ALL
${unmeasured(SHEETS, { v_scheduled_settlements, v_flow_steps }, COMPUTED)}`,
};
