import { EVENT_CATALOGUE, EVENT_TYPES, COST_COMPONENTS, type EventDefinition, type FieldKind } from '@simcash/protocol';
import { literal, literals } from '../staging/sql-text.js';

/**
 * SQL that takes staged event records apart, derived from the event catalogue: record elements are counted from 1, the first is
 * the event's code. Details are not put together again: they are the log's line without its head.
 */

interface Field {
  name: string;
  kind: FieldKind;
  /** SQL of the position of its first element. */
  at: string;
}

const LIST_KINDS: readonly FieldKind[] = ['txs', 'agents', 'cents_list', 'texts_or_null'];

const DEFINITIONS = EVENT_TYPES.map((type) => EVENT_CATALOGUE[type] as EventDefinition);
const FIELDS: readonly Field[][] = DEFINITIONS.map(layout);

function layout(definition: EventDefinition): Field[] {
  let constant = 2;
  let variable = '';
  return Object.entries(definition.fields).map(([name, kind]) => {
    const at = `${constant}${variable}`;
    if (LIST_KINDS.includes(kind)) {
      variable += ` + greatest(CAST(rec[${at}] AS INTEGER), 0)`;
      constant += 1;
    } else constant += kind === 'costs' ? COST_COMPONENTS.length + 1 : 1;
    return { name, kind, at };
  });
}

/** Elements of a list field as an SQL list of doubles. */
const elements = (at: string): string => `rec[${at} + 1 : ${at} + CAST(rec[${at}] AS INTEGER)]`;

const fieldOf = (code: number, name: string): Field => FIELDS[code]!.find((field) => field.name === name)!;

/** SQL list of the names that a field stands for. */
function namesOf(code: number, name: string): string {
  const { kind, at } = fieldOf(code, name);
  const value = `rec[${at}]`;
  switch (kind) {
    case 'agents':
      return `list_transform(${elements(at)}, lambda x: agent_name(x))`;
    case 'txs':
      return `list_transform(${elements(at)}, lambda x: tx_name(x))`;
    case 'texts_or_null':
      return `CASE WHEN ${value} < 0 THEN [] ELSE list_transform(${elements(at)}, lambda x: text_name(x)) END`;
    case 'tx':
      return `[tx_name(${value})]`;
    default:
      return `[agent_name(${value})]`;
  }
}

const SCENARIO_EVENT = EVENT_TYPES.indexOf('ScenarioEventExecuted');
const SCENARIO_AGENTS = ['from_agent', 'to_agent', 'agent', 'counterparty'];

function involved(code: number, names: readonly string[], inner: readonly string[]): string {
  if (code === SCENARIO_EVENT) {
    const text = `text_name(rec[${fieldOf(code, 'details_json').at}])`;
    const found = inner.map((key) => `json_extract_string(${text}, '$.${key}')`);
    return `distinct_in_order(list_filter([${found.join(', ')}], lambda x: x IS NOT NULL))`;
  }
  const lists = names.map((name) => namesOf(code, name));
  if (lists.length === 0) return `[]`;
  const all = lists.reduce((left, right) => `list_concat(${left}, ${right})`);
  // A single name is distinct already.
  return /^\[[^,]*\]$/.test(all) ? all : `distinct_in_order(${all})`;
}

/** One SQL expression for several event types; equal branches are written once. */
function byType(types: Iterable<number>, expression: (code: number) => string | null): string {
  const codes = new Map<string, number[]>();
  for (const code of types) {
    const sql = expression(code);
    if (sql !== null) codes.set(sql, [...(codes.get(sql) ?? []), code]);
  }
  if (codes.size === 0) return 'NULL';
  return `CASE ${[...codes].map(([sql, list]) => `WHEN k IN (${list.join(', ')}) THEN ${sql}`).join('\n  ')} END`;
}

const single = (code: number, name: string | undefined, macro: string): string | null =>
  name === undefined ? null : `${macro}(rec[${fieldOf(code, name).at}])`;

/** Position behind the head of a line, `{"event_type":"…","tick":…,`, less its variable parts. */
const HEAD_LENGTH = '{"event_type":"","tick":,'.length + 1;

/**
 * Inserts the staged events; positions count on from `firstSeq`. Only the event types that occur are taken care of, because the
 * time to plan the statement grows with them.
 */
export function insertEvents(
  stages: { records: string; lines: string },
  simulationId: string,
  firstSeq: number,
  ticksPerDay: number,
  types: ReadonlySet<number>,
): string {
  return `INSERT INTO simulation_events (simulation_id, event_seq, tick, day, event_type, agent_id, tx_id, agent_ids, tx_ids, details)
SELECT ${literal(simulationId)}, ${firstSeq} + seq, tick, tick // ${ticksPerDay}, ${literals(EVENT_TYPES)}[k + 1],
  ${byType(types, (code) => single(code, DEFINITIONS[code]!.agent, 'agent_name'))},
  ${byType(types, (code) => single(code, DEFINITIONS[code]!.transaction, 'tx_name'))},
  ${byType(types, (code) => involved(code, DEFINITIONS[code]!.agents, SCENARIO_AGENTS))},
  ${byType(types, (code) => involved(code, DEFINITIONS[code]!.transactions, ['tx_id']))},
  '{' || substr(line, ${literals(EVENT_TYPES)}[k + 1].length() + tick.digits().length() + ${HEAD_LENGTH})
FROM (SELECT rec, tick, seq, CAST(rec[1] AS INTEGER) AS k FROM temp.${stages.records})
JOIN (SELECT unnest(lines) AS line, first + unnest(range(len(lines))) AS seq
  FROM (SELECT string_split(text, chr(10)) AS lines, first FROM temp.${stages.lines})) USING (seq)`;
}

/** Code of the event that sets a register. */
export const REGISTER_EVENT = EVENT_TYPES.indexOf('StateRegisterSet');

/** Inserts the registers that the staged events set: per tick and key the last value. */
export function insertRegisters(stage: string, simulationId: string): string {
  const at = (name: string): string => `rec[${fieldOf(REGISTER_EVENT, name).at}]`;
  return `INSERT INTO agent_state_registers (simulation_id, tick, agent_id, register_key, register_value)
SELECT ${literal(simulationId)}, tick, agent_name(${at('agent_id')}), text_name(${at('register_key')}), arg_max(${at('new_value')}, seq)
FROM temp.${stage} WHERE rec[1] = ${REGISTER_EVENT}
GROUP BY tick, ${at('agent_id')}, ${at('register_key')} ORDER BY tick, max(seq)`;
}

/** Positions of an event's texts within a record, for the staging code. */
export const TEXT_FIELDS: readonly { texts: readonly number[]; txs: readonly number[] }[] = FIELDS.map((fields) => {
  const fixed = (kinds: readonly FieldKind[]): number[] =>
    fields.filter((field) => kinds.includes(field.kind) && !field.at.includes('+')).map((field) => Number(field.at) - 1);
  return { texts: fixed(['text', 'text_or_null']), txs: fixed(['tx']) };
});
