import { HOLD_REASONS, OWN_REASON } from '@simcash/protocol';
import { literal } from '../../sql-text.js';
import { TABLES } from '../tables.js';
import { as, type View } from './view.js';

const { simulation_events } = TABLES;

/** A reason for holding a payment in its parts, as `holdReason` of the protocol takes it apart. */
const REASON_CODE = `CASE WHEN starts_with(reason, 'Custom("') THEN coalesce(try_cast('"' || reason[9:-3] || '"' AS JSON) ->> '$', reason[9:-3])
    WHEN regexp_matches(reason, '^\\w+( \\{| (withdraw step |resubmit step )?failed: )') THEN regexp_extract(reason, '^\\w+') ELSE reason END`;
const REASON_ARGUMENTS = `CASE WHEN starts_with(reason, 'Custom("') THEN '{}'::JSON
    WHEN regexp_matches(reason, '^\\w+ \\{ \\w+: \\d+ \\}$') THEN json_object(regexp_extract(reason, '\\{ (\\w+):', 1), CAST(regexp_extract(reason, '(\\d+) \\}$', 1) AS BIGINT))
    WHEN regexp_matches(reason, '^\\w+ (withdraw step |resubmit step )?failed: ') THEN json_object('error', regexp_replace(reason, '^\\w+ (withdraw step |resubmit step )?failed: ', ''))
    WHEN reason IS NOT NULL THEN '{}'::JSON END`;

/** Sentences with their arguments put in. */
function reasonText(): string {
  const filled = (sentence: string): string =>
    sentence
      .split(/(\{\w+\})/)
      .map((part) => {
        const name = /^\{(\w+)\}$/.exec(part)?.[1];
        return name === undefined
          ? literal(part)
          : name === 'code'
            ? 'reason_code'
            : `coalesce(reason_arguments ->> ${literal(name)}, ${literal(part)})`;
      })
      .join(' || ');
  const cases = Object.entries(HOLD_REASONS).map(([code, sentence]) => `WHEN ${literal(code)} THEN ${filled(sentence)}`);
  return `CASE WHEN decision_type <> 'hold' THEN NULL ELSE CASE reason_code ${cases.join(' ')} ELSE ${filled(OWN_REASON)} END END`;
}

export const policy_decisions: View = {
  about: 'Decisions of policies about payments: the events `PolicySubmit`, `PolicyHold`, `PolicyDrop` and `PolicySplit`.',
  columns: {
    simulation_id: simulation_events.columns.simulation_id,
    id: as('`event_seq`'),
    agent_id: as('bank'),
    tick: simulation_events.columns.tick,
    day: simulation_events.columns.day,
    decision_type: as('`submit`, `hold`, `drop` or `split`'),
    tx_id: as('payment'),
    reason: as('why it was held or dropped, as the log says it'),
    num_splits: as('number of parts'),
    child_tx_ids: as('the parts'),
    reason_code: as('the reason without its arguments: group by this'),
    reason_arguments: as('its arguments: `{"ticks_remaining": 9}`'),
    reason_text: as('why it was held, for people'),
  },
  sql: `SELECT simulation_id, id, agent_id, tick, day, decision_type, tx_id, reason, num_splits, child_tx_ids, reason_code, reason_arguments,
  ${reasonText()} AS reason_text
FROM (
  SELECT *, ${REASON_CODE} AS reason_code,
    ${REASON_ARGUMENTS} AS reason_arguments
  FROM (
    SELECT simulation_id, event_seq AS id, agent_id, tick, day, lower(substr(CAST(event_type AS VARCHAR), 7)) AS decision_type, tx_id,
      details ->> 'reason' AS reason, CAST(details ->> 'num_splits' AS INTEGER) AS num_splits,
      CAST(details -> 'child_ids' AS VARCHAR[]) AS child_tx_ids
    FROM simulation_events
    WHERE event_type IN ('PolicySubmit', 'PolicyHold', 'PolicyDrop', 'PolicySplit')
  )
)`,
};
