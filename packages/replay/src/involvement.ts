import { EVENT_CATALOGUE, type EventDefinition, type SimulationEvent } from '@simcash/protocol';

const definitionOf = (event: SimulationEvent): EventDefinition => EVENT_CATALOGUE[event.event_type];

function valuesOf(event: SimulationEvent, fields: readonly string[]): string[] {
  const values = event as unknown as Record<string, string | readonly string[] | null>;
  return fields.flatMap((field) => values[field] ?? []);
}

/** Banks that an event involves, in the order of its fields. */
export function agentsOf(event: SimulationEvent): string[] {
  if (event.event_type !== 'ScenarioEventExecuted') return valuesOf(event, definitionOf(event).agents);
  const details = JSON.parse(event.details_json) as Record<string, unknown>;
  return ['from_agent', 'to_agent', 'agent', 'counterparty'].map((key) => details[key]).filter((id) => typeof id === 'string');
}

/** Transactions that an event involves: its own, its parts, its counterparts. */
export function transactionsOf(event: SimulationEvent): string[] {
  if (event.event_type !== 'ScenarioEventExecuted') return valuesOf(event, definitionOf(event).transactions);
  const { tx_id: id } = JSON.parse(event.details_json) as { tx_id?: string };
  return id === undefined ? [] : [id];
}
