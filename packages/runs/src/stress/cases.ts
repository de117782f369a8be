import type { Scenario } from '@simcash/engine';
import { readScenario } from '@simcash/engine';

/** A scenario event as a document has it (spec 15 §1). */
export type EventDocument = Readonly<Record<string, unknown>> & {
  /** The kind of it, as in a scenario file. */ readonly type: string;
};

/** What is done to a scenario in a stress test. */
export interface StressCase {
  /** What it is called. */
  readonly name: string;
  /** Stress events, put before those of the scenario. */
  readonly events: readonly EventDocument[];
}

/** The one bank that all events of a case name as `agent`; null where they name several, or nobody. */
export function strickenBy({ events }: StressCase): string | null {
  const agents = new Set(events.map(({ agent }) => agent));
  const [agent] = agents;
  return agents.size === 1 && typeof agent === 'string' && agent !== 'all' ? agent : null;
}

/** The document of a scenario with events of a case before its own. */
export function stressedDocument(base: Scenario, events: readonly EventDocument[]): object {
  const source = base.source as { scenario_events?: readonly unknown[]; agent_configs?: unknown };
  const own = source.agent_configs === undefined ? events : events.map(flat);
  return { ...source, scenario_events: [...own, ...(source.scenario_events ?? [])] };
}

/** The scenario of it. @throws ScenarioError for events that cannot be */
export const stressed = (base: Scenario, events: readonly EventDocument[]): Scenario =>
  readScenario(stressedDocument(base, events), base.payments === null ? {} : { payments: base.payments });

/** First tick in which a case does something, as the engine has it. */
export function firstTickOf(scenario: Scenario, { events }: StressCase): number {
  const own = scenario.config.scenario_events.slice(0, events.length);
  return Math.min(...own.map((event) => (event.schedule === 'OneTime' ? event.tick : event.start_tick)));
}

/** An engine configuration has the keys of the schedule beside the others. */
function flat({ schedule, ...event }: EventDocument): Record<string, unknown> {
  const { type, ...times } = schedule as Record<string, unknown>;
  return { ...event, schedule: type, ...times };
}
