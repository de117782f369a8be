import { literal } from '../../sql-text.js';
import { TABLES } from '../tables.js';
import { as } from './view.js';

/** Columns that mean the same in every view. */
const { simulations, transactions } = TABLES;

export const simulation_id = simulations.columns.simulation_id;
export const { sender_id, receiver_id, amount } = transactions.columns;
export const agent_id = as('bank');
export const tick = as('tick, from 0 over the whole run');
export const day = as('day, from 0: `tick // ticks_per_day`');
export const event_seq = as('position of the event in the log');

/** Products of cents and ticks may need more digits than `BIGINT` has. */
export const VALUE_TICKS = 'CAST(amount AS HUGEINT)';

/** Details of executed scenario events of some kinds, read as JSON. */
export const scenarioEvents = (...types: readonly string[]): string =>
  `(SELECT simulation_id, event_seq, tick, day, CAST(details ->> 'details_json' AS JSON) AS d FROM simulation_events
    WHERE event_type = 'ScenarioEventExecuted' AND (details ->> 'scenario_event_type') IN (${types.map(literal).join(', ')}))`;
