import type { ResolvedDocument } from './document-schema.js';
import type { ScenarioIssue } from './issues.js';
import { nearest } from '@simcash/protocol';

const MOST_NAMED = 50;

/** Checks that need the whole document: unique ids, known agents, somebody to pay (spec 07 §8.1). The first broken rule counts. */
export function checkReferences(document: ResolvedDocument): ScenarioIssue | null {
  const ids = document.agents.map((agent) => agent.id);
  const known = new Set(ids);
  if (known.size < ids.length) {
    const counts = new Map<string, number>();
    for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
    const duplicates = ids.filter((id) => counts.get(id)! > 1);
    const rest = duplicates.length > MOST_NAMED ? [`… ${duplicates.length - MOST_NAMED} more`] : [];
    const named = [...duplicates.slice(0, MOST_NAMED), ...rest].join(', ');
    return { path: ['agents'], message: `Duplicate agent IDs found: [${named}]` };
  }
  return agentReferences(document, known) ?? eventReferences(document, known) ?? lonelyArrivals(document);
}

function agentReferences(document: ResolvedDocument, known: ReadonlySet<string>): ScenarioIssue | null {
  for (const [i, agent] of document.agents.entries()) {
    for (const id of Object.keys(agent.arrival_config?.counterparty_weights ?? {})) {
      const path = ['agents', i, 'arrival_config', 'counterparty_weights', id];
      if (!known.has(id))
        return { path, message: withSuggestion(`Agent ${agent.id} references unknown counterparty: ${id}`, id, known) };
    }
    for (const id of Object.keys(agent.limits?.bilateral_limits ?? {})) {
      const path = ['agents', i, 'limits', 'bilateral_limits', id];
      if (!known.has(id))
        return { path, message: withSuggestion(`Agent ${agent.id} limits reference unknown counterparty: ${id}`, id, known) };
    }
  }
  return null;
}

function eventReferences(document: ResolvedDocument, known: ReadonlySet<string>): ScenarioIssue | null {
  for (const [i, event] of (document.scenario_events ?? []).entries()) {
    const banks = event.type === 'ParticipantOutage' && Array.isArray(event.reaction?.banks) ? event.reaction.banks : [];
    const stranger = banks.find((id) => !known.has(id));
    if (stranger !== undefined) {
      const path = ['scenario_events', i, 'reaction', 'banks'];
      return { path, message: withSuggestion(`Scenario event ${i} references unknown agent: ${stranger}`, stranger, known) };
    }
    for (const key of ['from_agent', 'to_agent', 'agent', 'counterparty', 'receiver'] as const) {
      const id = (event as unknown as Record<string, unknown>)[key];
      if (typeof id !== 'string' || known.has(id) || (event.type === 'PaymentDelay' && id === 'all')) continue;
      return {
        path: ['scenario_events', i, key],
        message: withSuggestion(`Scenario event ${i} references unknown ${key}: ${id}`, id, known),
      };
    }
  }
  return null;
}

/** A bank that is alone has nobody to pay (Quirk Q708). */
function lonelyArrivals(document: ResolvedDocument): ScenarioIssue | null {
  const [agent] = document.agents;
  if (document.agents.length > 1) return null;
  const key = agent!.arrival_config ? 'arrival_config' : agent!.arrival_bands ? 'arrival_bands' : null;
  return key && { path: ['agents', 0, key], message: 'arrivals need at least two agents: there is nobody to pay' };
}

function withSuggestion(message: string, id: string, known: ReadonlySet<string>): string {
  const suggestion = nearest(id, known);
  return suggestion === undefined ? message : `${message} (did you mean '${suggestion}'?)`;
}
